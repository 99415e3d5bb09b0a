/**
 * Alarms of a New Era pump. The pump takes an alarm for acknowledged as soon as it has told it in a reply, and every question
 * of ours brings a reply: the next one says "stopped" as if nothing had been. So an alarm that was read is kept here until the
 * pump has been set going again.
 */
import type { InfusionAlarm, InfusionAlarmKind, MonotonicMs } from '$lib/domain/index.ts';

interface Meaning {
  readonly kind: InfusionAlarmKind;
  readonly priority: InfusionAlarm['priority'];
  /** In the manual's words. */
  readonly words: string;
}

/** A stall has no cause: the pump does not measure pressure. Kinds and priorities are ours. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['R', { kind: 'power.ac', priority: 'low', words: 'it was reset, its power was gone' }],
  ['S', { kind: 'unspecified', priority: 'high', words: 'its motor stalled' }],
  ['T', { kind: 'comms', priority: 'high', words: 'the safe mode that another program set timed out' }],
  ['E', { kind: 'unspecified', priority: 'high', words: 'its program has an error' }],
  ['O', { kind: 'unspecified', priority: 'high', words: 'its program phase is out of range' }],
]);
const UNKNOWN: Meaning = { kind: 'unknown', priority: 'high', words: 'an alarm that its manuals do not have' };

const meaningOf = (letter: string): Meaning => MEANINGS.get(letter) ?? UNKNOWN;

/** An alarm that was read, when last, and whether the pump has been seen to stand since. */
export interface LatchedAlarm {
  readonly letter: string;
  readonly at: MonotonicMs;
  readonly hasStood: boolean;
}

/** An alarm during which the pump moves on stays in sight so long. */
const LEAST_MS = 10_000;

export const latch = (alarms: readonly LatchedAlarm[], letter: string, at: MonotonicMs): readonly LatchedAlarm[] => [
  ...alarms.filter((other) => other.letter !== letter),
  { letter, at, hasStood: false },
];

/** What is left of them when the pump is seen to move: a pump that stood has been set going by somebody. */
export const afterMoving = (alarms: readonly LatchedAlarm[], now: MonotonicMs): readonly LatchedAlarm[] =>
  alarms.filter(({ at, hasStood }) => !hasStood && now - at < LEAST_MS);

export const afterStanding = (alarms: readonly LatchedAlarm[]): readonly LatchedAlarm[] =>
  alarms.map((alarm) => ({ ...alarm, hasStood: true }));

export function alarmOf({ letter }: Pick<LatchedAlarm, 'letter'>): InfusionAlarm {
  const { kind, priority } = meaningOf(letter);
  return { kind, stage: 'alarm', priority, code: `A?${letter}` };
}

/** For people: `A?S: its motor stalled`. */
export const wordsOf = (letter: string): string => `A?${letter}: ${meaningOf(letter).words}`;
