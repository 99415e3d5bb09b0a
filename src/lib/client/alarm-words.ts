/** Sentences about alarms for banner, title and screen readers. Pure: calendar times come from the caller's clock. */
import type { Alarm, MonotonicMs, Priority } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { clockTime, countdown, stopwatch } from './format.ts';
import { isAnswered, type BedAlarm } from './urgency.ts';

export type WallOf = (at: MonotonicMs) => number;

/** `since 14:25:51 · 0:42`, `ended 10:47:12`. */
export function timeWords({ state, onsetAt, endedAt }: Alarm, now: MonotonicMs, wallOf: WallOf): string {
  if (state === 'latched' && endedAt !== undefined) return words.alarms.ended(clockTime(wallOf(endedAt)));
  return words.alarms.since(clockTime(wallOf(onsetAt)), stopwatch(now - onsetAt));
}

/** Who has it in hand, or would not take it: `Taken by Ana at screen 3, 14:26:03`. What was answered says so instead. */
export function responsibilityWords(alarm: Alarm, wallOf: WallOf): string | undefined {
  const { responsibility } = alarm;
  if (responsibility === undefined || isAnswered(alarm)) return undefined;
  const { state, by, at, to } = responsibility;
  const time = clockTime(wallOf(at));
  return state === 'taken' ? words.alarms.takenBy(by.name, by.station, time) : words.alarms.passedOn(by.name, to, time);
}

/** Nobody has answered it for long. */
export const isUnanswered = ({ escalation }: Alarm): boolean => (escalation ?? 0) >= 3;

/** Below the banner on every screen: those at the last stage, and others that were put before everybody and are not in it. */
export const escalatedOf = (sorted: readonly BedAlarm[]): readonly BedAlarm[] =>
  sorted.filter(({ alarm: { escalation = 0 } }, index) => escalation === 4 || (escalation >= 2 && index > 0));

/** Who has answered it, while that stands. */
export function answerWords(alarm: Alarm, wallOf: WallOf): string | undefined {
  const { acknowledgement } = alarm;
  if (acknowledgement === undefined || !isAnswered(alarm)) return undefined;
  return words.alarms.answeredBy(acknowledgement.by.name, clockTime(wallOf(acknowledgement.at)));
}

/** What is left of an audio pause, `1:43`; undefined when none runs. */
export function pauseLeft(pausedUntil: number | undefined, now: MonotonicMs): string | undefined {
  return pausedUntil === undefined || pausedUntil <= now ? undefined : countdown(pausedUntil - now);
}

/** The page's title while something is wrong: `!!! Bed 1 Systolic 184 mmHg, limit 180`. */
export const titleOf = ({ alarm, label }: BedAlarm): string =>
  `${words.alarms.signs[alarm.priority]} ${label} ${alarm.headline}`;

/** Signals and wants an answer: what flashes. */
export const isCalling = ({ state, isOutranked, acknowledgement }: Alarm): boolean =>
  !isOutranked && (state === 'active' || (state === 'suspended' && acknowledgement === undefined));

/** A single reading that waits for a second one is a notice, whatever it will be when it is confirmed. */
export const shownPriority = ({ priority, state }: Pick<Alarm, 'priority' | 'state'>): Priority =>
  state === 'pending' ? 'notice' : priority;

/** Can be acknowledged. */
export const isWaiting = (alarm: Alarm): boolean => !isAnswered(alarm) && alarm.state !== 'pending';

export interface Banner {
  readonly top: BedAlarm;
  /** Other conditions; those that the same quantity's worse alarm covers are not counted. */
  readonly more: number;
}

/** What the banner says of alarms that are sorted by urgency. */
export function bannerOf(alarms: readonly BedAlarm[]): Banner | undefined {
  const [top, ...others] = alarms;
  return top && { top, more: others.filter(({ alarm }) => !alarm.isOutranked).length };
}
