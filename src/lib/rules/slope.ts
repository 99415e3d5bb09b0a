/**
 * How fast a quantity moves, per minute. A signal that renews itself gives it by least squares over a window; single readings by
 * Theil and Sen over the last three, where one wild reading moves the median of the pairs but little.
 *
 *   continuous   |----o--o--o--o-----x     o--o|   o value, x no good value from here on: at least 80 % must be covered
 *   episodic     o ......... o ......... o         median of the three slopes between them
 */
import { MINUTE_MS, SECOND_MS, type MonotonicMs } from '$lib/domain/index.ts';
import type { MetricSample, Series } from './context.ts';

export const USUAL_WINDOW_S = 60;
const LEAST_COVERAGE = 0.8;
/** A value stands for no longer than this. */
const COVERS_MS = 10 * SECOND_MS;
const READINGS = 3;

/** @returns the slope as a sample at the time of the newest value, or why there is none. */
export function slopeOf({ cadence, points }: Series, overS: number): MetricSample {
  return cadence === 'episodic' ? slopeOfReadings(points) : slopeOfSignal(points, overS * SECOND_MS);
}

type Points = Series['points'];
type Point = readonly [at: MonotonicMs, value: number];

const isValue = (point: Points[number]): point is Point => point[1] !== null;

function slopeOfReadings(points: Points): MetricSample {
  const last = points.filter(isValue).slice(-READINGS);
  const newest = last[READINGS - 1];
  if (newest === undefined) return { unknown: `a slope needs ${READINGS} readings` };
  const slopes = last.flatMap((a, i) => last.slice(i + 1).map((b) => perMinute(a, b))).sort((a, b) => a - b);
  return { value: slopes[1] ?? 0, at: newest[0], cadence: 'episodic' };
}

const perMinute = (a: Point, b: Point): number => (b[1] - a[1]) / Math.max(1e-9, (b[0] - a[0]) / MINUTE_MS);

function slopeOfSignal(points: Points, windowMs: number): MetricSample {
  const newest = points.at(-1)?.[0];
  if (newest === undefined) return NO_VALUES;
  const began = newest - windowMs;
  const coveredMs = coverage(points, began);
  const inside = points.filter((point): point is Point => point[0] >= began && isValue(point));
  if (coveredMs < LEAST_COVERAGE * windowMs || inside.length < READINGS) {
    return { unknown: `less than ${100 * LEAST_COVERAGE} % of the last ${windowMs / SECOND_MS} s are good values` };
  }
  return { value: leastSquares(inside), at: newest, cadence: 'continuous' };
}

const NO_VALUES: MetricSample = { unknown: 'there are no values yet' };

/** How much of the time since `began` a good value stood, ms. */
function coverage(points: Points, began: number): number {
  let coveredMs = 0;
  for (const [i, [at, value]] of points.entries()) {
    const next = points[i + 1]?.[0] ?? at;
    if (value !== null) coveredMs += Math.max(0, Math.min(next, at + COVERS_MS) - Math.max(at, began));
  }
  return coveredMs;
}

function leastSquares(points: readonly Point[]): number {
  const first = points[0]?.[0] ?? 0;
  const n = points.length;
  let [sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0];
  for (const [at, y] of points) {
    const x = (at - first) / MINUTE_MS;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const spread = n * sumXX - sumX * sumX;
  return spread === 0 ? 0 : (n * sumXY - sumX * sumY) / spread;
}
