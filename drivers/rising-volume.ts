/**
 * Whether a pump infuses that tells only a rate and a volume. A rate may be a setting, and a counter that stands still proves
 * nothing for a while, because it moves in steps. So a rise of the counter is the evidence, and it holds for as long as two
 * further steps may take at this rate:
 *
 *   resting       the rate is 0
 *   flowing       the counter rose, and not longer ago than that
 *   too-early     a rate, and the counter has not been watched long enough to have risen
 *   not-rising    a rate, and it should have risen by now
 */
import type { MonotonicMs } from '$lib/domain/index.ts';

export interface VolumeWatch {
  /** Since when this rate has been told, or since when anything has been watched at all. */
  readonly since: MonotonicMs;
  readonly rateMlPerHour?: number;
  readonly volumeMl?: number;
  readonly roseAt?: MonotonicMs;
}

export type Flow = 'resting' | 'flowing' | 'too-early' | 'not-rising';

/** Nothing seen so far: what a pump did before, or behind a silent line, is no evidence for now. */
export const watchFrom = (now: MonotonicMs): VolumeWatch => ({ since: now });

export function watchVolume(
  before: VolumeWatch,
  rateMlPerHour: number,
  volumeMl: number,
  now: MonotonicMs,
): VolumeWatch {
  const hasRisen = before.volumeMl !== undefined && volumeMl > before.volumeMl;
  const roseAt = rateMlPerHour === 0 ? undefined : hasRisen ? now : before.roseAt;
  const isSameRate = before.rateMlPerHour === rateMlPerHour;
  const since = isSameRate || before.rateMlPerHour === undefined ? before.since : now;
  return { since, rateMlPerHour, volumeMl, ...(roseAt !== undefined && { roseAt }) };
}

const MS_PER_HOUR = 3_600_000;
const STEPS = 2;
/** Two looks at a pump, a second apart. */
const LOOKS_MS = 2000;

/** @param stepMl the last decimal of the pump's counter. */
export function flowOf({ since, rateMlPerHour = 0, roseAt }: VolumeWatch, stepMl: number, now: MonotonicMs): Flow {
  if (rateMlPerHour === 0) return 'resting';
  const patienceMs = (STEPS * stepMl * MS_PER_HOUR) / rateMlPerHour + LOOKS_MS;
  if (now - Math.max(since, roseAt ?? since) > patienceMs) return 'not-rising';
  return roseAt === undefined ? 'too-early' : 'flowing';
}
