/**
 * From lines with times of their own to columns with common ones, at most two points per bucket of time: the smallest and
 * the largest value, in the order in which they came. Buckets stand on a grid of absolute time, so a point that is shown stays
 * where it is while more are added.
 *
 *   null       a gap: nothing known, or too far from one point to the next
 *   undefined  nothing here for this line, joined across
 */
import type { TrendLine } from './trend-input.ts';

export type Column = (number | null | undefined)[];

export interface Columns {
  readonly timesS: number[];
  readonly lines: Column[];
}

/** Width of a bucket such that two points of it fall on each pixel, seconds, on a grid of whole parts of a second upwards. */
export function bucketFor(spanS: number, widthPx: number): number {
  const exact = spanS / Math.max(1, widthPx);
  return exact <= 1 ? 1 : Math.ceil(exact);
}

/** @returns points from `fromS` to `toS`, with one bucket more at each side so that lines reach the edges. */
export function columns(
  lines: readonly (TrendLine | undefined)[],
  { fromS, toS }: { fromS: number; toS: number },
  bucketS: number,
): Columns {
  const first = Math.floor(fromS / bucketS) - 1;
  const count = Math.max(1, Math.floor(toS / bucketS) + 2 - first);
  const timesS = Array.from(
    { length: 2 * count },
    (_, i) => (first + Math.floor(i / 2) + 0.25 + 0.5 * (i % 2)) * bucketS,
  );
  return { timesS, lines: lines.map((line) => (line ? column(line, first, count, bucketS) : timesS.map(() => null))) };
}

interface Bucket {
  first: number;
  second: number;
  /** Nothing is known from here to the next value. */
  isGapAfter: boolean;
}

function column({ timesS, values, gapAfterS }: TrendLine, first: number, count: number, bucketS: number): Column {
  const buckets: (Bucket | undefined)[] = Array.from({ length: count }, () => undefined);
  let last: { bucket: Bucket | undefined; atS: number } | undefined;
  values.forEach((value, i) => {
    const atS = timesS[i];
    if (atS === undefined) return;
    if (last?.bucket && (value === null || atS - last.atS > gapAfterS)) last.bucket.isGapAfter = true;
    if (value === null) return;
    const index = Math.floor(atS / bucketS) - first;
    const known = buckets[index];
    const bucket = known ? merge(known, value) : { first: value, second: value, isGapAfter: false };
    if (index >= 0 && index < count) buckets[index] = bucket;
    last = { bucket, atS };
  });
  return points(buckets);
}

/** Two values of a bucket are its extremes; a third one takes the place of the extreme that it exceeds, as the later one. */
function merge(bucket: Bucket, value: number): Bucket {
  const low = Math.min(bucket.first, bucket.second);
  const high = Math.max(bucket.first, bucket.second);
  if (value < low) [bucket.first, bucket.second] = [high, value];
  else if (value > high) [bucket.first, bucket.second] = [low, value];
  bucket.isGapAfter = false;
  return bucket;
}

function points(buckets: readonly (Bucket | undefined)[]): Column {
  let isGap = true;
  return buckets.flatMap((bucket) => {
    if (bucket === undefined) return isGap ? [null, null] : [undefined, undefined];
    isGap = bucket.isGapAfter;
    const { first, second } = bucket;
    return [first, first === second ? (isGap ? null : undefined) : second];
  });
}

/** A line up to a time and from the last point before it on, so that the second part begins where the first one ends. */
export function splitAt(line: TrendLine | undefined, atS: number | undefined): readonly (TrendLine | undefined)[] {
  if (line === undefined || atS === undefined) return [line, undefined];
  const firstAfter = line.timesS.findIndex((time) => time > atS);
  const end = firstAfter < 0 ? line.timesS.length : firstAfter;
  const part = (from: number, to?: number): TrendLine => ({
    ...line,
    timesS: line.timesS.slice(from, to),
    values: line.values.slice(from, to),
  });
  return [part(0, end), part(Math.max(0, end - 1))];
}
