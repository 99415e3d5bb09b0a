/**
 * From the alarms of one bed to what is heard: which are outranked, what priority sounds, and how an audio pause ends.
 * One truth for all screens; a screen only renders it.
 */
import {
  comparePriority,
  type Alarm,
  type AlarmCause,
  type AlarmChange,
  type MonotonicMs,
  type Priority,
} from '$lib/domain/index.ts';
import { signalledAnew, type TrackedAlarm } from './tracked.ts';

/** No pause is longer; it ends by itself. */
export const AUDIO_PAUSE_MS = 120_000;

/** An unanswered HIGH alarm whose condition has ended sounds on for this long, at its end and at each reminder of it. */
export const LATCH_SOUND_MS = 30_000;

/** The group of rules an alarm belongs to, and its rank in it. */
export type Ranked = { readonly name: string; readonly rank: number } | undefined;

const isStanding = ({ state }: Alarm): boolean =>
  state === 'active' || state === 'acknowledged' || state === 'suspended';

/**
 * Which of a bed's alarms are outranked: another one of the same group stands with a higher priority, or with the same
 * priority and a higher rank. A latched or pending alarm outranks nobody.
 */
export function outrankedKeys(
  alarms: Readonly<Record<string, TrackedAlarm>>,
  rankOf: (key: string) => Ranked,
): ReadonlySet<string> {
  const leaders = new Map<string, { key: string; alarm: Alarm; rank: number }>();
  const members: [key: string, group: string][] = [];
  for (const [key, { alarm }] of Object.entries(alarms)) {
    const ranked = rankOf(key);
    if (ranked === undefined || !isStanding(alarm)) continue;
    members.push([key, ranked.name]);
    const leader = leaders.get(ranked.name);
    if (leader === undefined || leads({ alarm, rank: ranked.rank }, leader)) {
      leaders.set(ranked.name, { key, alarm, rank: ranked.rank });
    }
  }
  return new Set(members.filter(([key, group]) => leaders.get(group)?.key !== key).map(([key]) => key));
}

/** What is covered by a more urgent alarm is not carried further; what calls by itself again is a signal of then. */
export function rankedAlarm(alarm: Alarm, isOutranked: boolean, now: MonotonicMs): Alarm {
  const { escalation: _, ...unescalated } = alarm;
  if (isOutranked) return { ...unescalated, isOutranked };
  const callsAgain = alarm.isOutranked && alarm.acknowledgement === undefined;
  return { ...(callsAgain ? signalledAnew(alarm, now) : alarm), isOutranked };
}

/** One that speaks for itself again begins its call then. */
export function withRank(tracked: TrackedAlarm, isOutranked: boolean, now: MonotonicMs): TrackedAlarm {
  const ranked = { ...tracked, alarm: rankedAlarm(tracked.alarm, isOutranked, now) };
  return isOutranked || tracked.callsSince === undefined ? ranked : { ...ranked, callsSince: now };
}

function leads(a: { alarm: Alarm; rank: number }, b: { alarm: Alarm; rank: number }): boolean {
  const urgency = comparePriority(a.alarm.priority, b.alarm.priority);
  return urgency > 0 || (urgency === 0 && a.rank > b.rank);
}

/** Whether this alarm alone would sound now. */
export function sounds(tracked: TrackedAlarm, now: MonotonicMs): boolean {
  const { alarm } = tracked;
  if (alarm.isOutranked || alarm.priority === 'notice') return false;
  switch (alarm.state) {
    case 'active':
      return true;
    case 'suspended':
      return tracked.wasAcknowledged !== true;
    case 'latched':
      return alarm.priority === 'high' && now - Math.max(alarm.endedAt ?? now, alarm.signalledAt) < LATCH_SOUND_MS;
    case 'pending':
    case 'acknowledged':
    case 'ended':
      return false;
  }
}

/** The priority to be heard for the bed, or none. Only the highest sounds. */
export function soundingPriority(
  alarms: Readonly<Record<string, TrackedAlarm>>,
  pausedUntil: MonotonicMs | undefined,
  now: MonotonicMs,
): Priority | undefined {
  if (pausedUntil !== undefined && now < pausedUntil) return undefined;
  let highest: Priority | undefined;
  for (const tracked of Object.values(alarms)) {
    if (!sounds(tracked, now)) continue;
    if (highest === undefined || comparePriority(tracked.alarm.priority, highest) > 0) highest = tracked.alarm.priority;
  }
  return highest;
}

const BREAKING: ReadonlySet<AlarmCause> = new Set<AlarmCause>([
  'signalled',
  'returned',
  'worsened',
  'priority-raised',
  'passed-on',
]);

/** A pause covers what was known when it began: anything new, returned, worse, more urgent or refused ends it. */
export const breaksAudioPause = ({ cause, alarm }: AlarmChange): boolean =>
  BREAKING.has(cause) && alarm.priority !== 'notice' && !alarm.isOutranked;

/** The order in which alarms are listed and the banner chooses: priority, unanswered first, newest first. */
export function byUrgency(a: Alarm, b: Alarm): number {
  return (
    comparePriority(b.priority, a.priority) ||
    Number(a.state !== 'active') - Number(b.state !== 'active') ||
    b.signalledAt - a.signalledAt
  );
}
