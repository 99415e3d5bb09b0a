/** How old a number of a recording may be: as old as the recording's own pace makes it, which some keep by the minute. */
import { MINUTE_MS, type Freshness } from '$lib/domain/index.ts';
import type { RecordedPatient } from './patient.ts';

/** The slowest bedside monitors at hand write every two seconds. */
export const USUAL_FRESHNESS: Freshness = { staleAfterMs: 5000, expiredAfterMs: 15_000 };

/** One number that was left out makes the one before it old, two make it go; in units of the usual distance. */
const STALE_INTERVALS = 1.5;
const EXPIRED_INTERVALS = 2.5;

/** What is written more seldom than this is no course of anything. */
const SLOWEST_PACE_MS = 2 * MINUTE_MS;

/** Never shorter than usual. Pure. */
export function freshnessOf({ numerics }: Pick<RecordedPatient, 'numerics'>): Freshness {
  const paceMs = Math.min(usualDistanceMs(numerics.map(({ atMs }) => atMs)), SLOWEST_PACE_MS);
  return {
    staleAfterMs: Math.max(USUAL_FRESHNESS.staleAfterMs, STALE_INTERVALS * paceMs),
    expiredAfterMs: Math.max(USUAL_FRESHNESS.expiredAfterMs, EXPIRED_INTERVALS * paceMs),
  };
}

/** The median; 0 where there are no two. */
function usualDistanceMs(times: readonly number[]): number {
  const distances = times.slice(1).map((at, index) => at - (times[index] ?? at));
  return distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
}
