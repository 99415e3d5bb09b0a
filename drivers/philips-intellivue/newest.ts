/**
 * Which answer of a kind is the newest. On a network datagrams come twice, and one comes after its successor: an older answer
 * that comes later would put old numbers in the place of new ones, and tell an old cuff measurement as a new one.
 *
 *   older by up to 5 s, or the same one again     not taken, counted
 *   older by more                                 stamped by another clock: taken
 */
import { ticksBetween } from './clocks.ts';
import { TICKS_PER_MS, type PollResult } from './messages.ts';

export interface Newest {
  readonly ticks: number;
  /** Its sequence and poll, when every part of it came: then it needs not be taken again. */
  readonly key?: string;
}

const LATE_TICKS = 5000 * TICKS_PER_MS;

/** Whether this answer was taken already, or one that is newer. */
export function isOutdated(newest: Newest | undefined, result: PollResult): boolean {
  if (!newest) return false;
  const ahead = ticksBetween(newest.ticks, result.relativeTime);
  return ahead === 0 ? newest.key === keyOf(result) : ahead < 0 && ahead >= -LATE_TICKS;
}

export const newestOf = (result: PollResult, isComplete: boolean): Newest => ({
  ticks: result.relativeTime,
  ...(isComplete && { key: keyOf(result) }),
});

const keyOf = ({ sequence, pollNumber, group }: PollResult): string => [sequence, pollNumber, group].join('/');
