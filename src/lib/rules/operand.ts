/**
 * The arithmetic of a comparison, for the quick look and for the one that explains itself alike: what number is compared, with
 * what, and how.
 */
import { MINUTE_MS, aspectOf, type Comparator, type Comparison, type MetricId } from '$lib/domain/index.ts';
import type { Item, MetricSample, RuleContext, Series } from './context.ts';
import { slopeOf, USUAL_WINDOW_S } from './slope.ts';

export const COMPARATORS: Readonly<Record<Comparator, (value: number, limit: number) => boolean>> = {
  '>=': (value, limit) => value >= limit,
  '>': (value, limit) => value > limit,
  '<=': (value, limit) => value <= limit,
  '<': (value, limit) => value < limit,
};

export const sampleOf = (metric: MetricId, item: Item | undefined, context: RuleContext): MetricSample | undefined =>
  item?.metrics[metric] ?? context.metrics[metric] ?? context.ofPumps.metrics[metric] ?? context.clock[metric];

/** The number that is compared; undefined where it cannot be known. */
export function operandOf(comparison: Comparison, item: Item | undefined, context: RuleContext): number | undefined {
  const { metric } = comparison;
  const sample = sampleOf(metric, item, context);
  if (sample === undefined || 'unknown' in sample) return undefined;
  switch (aspectOf(comparison)) {
    case 'value':
      return sample.value;
    case 'age':
      return (context.now - sample.at) / MINUTE_MS;
    case 'delta':
    case 'percent': {
      const from = context.baseline?.[metric];
      if (from === undefined || sample.isExpired) return undefined;
      const delta = sample.value - from;
      return comparison.of === 'delta' ? delta : (100 * delta) / from;
    }
    case 'slope':
    case 'projected': {
      const slope = slopeSample(comparison, sample, context);
      if ('unknown' in slope) return undefined;
      return comparison.of === 'slope' ? slope.value : sample.value + slope.value * (comparison.inMin ?? 0);
    }
  }
}

type Sample = Exclude<MetricSample, { unknown: unknown }>;

/** The slope behind a comparison of one, or why there is none. */
export function slopeSample(comparison: Comparison, { isExpired }: Sample, { series }: RuleContext): MetricSample {
  const from = series[comparison.metric];
  if (from === undefined) return NO_COURSE;
  return isExpired ? TOO_OLD : knownSlope(from, comparison.overS ?? USUAL_WINDOW_S);
}

const NO_COURSE: MetricSample = { unknown: 'no course of it is kept' };
const TOO_OLD: MetricSample = { unknown: 'the last value is too old for a slope' };

const SLOPES = new WeakMap<Series['points'], Map<number, MetricSample>>();

/** Reckoned once for a series, however often it is asked for. */
function knownSlope(series: Series, overS: number): MetricSample {
  let byWindow = SLOPES.get(series.points);
  if (byWindow === undefined) SLOPES.set(series.points, (byWindow = new Map<number, MetricSample>()));
  const known = byWindow.get(overS);
  if (known) return known;
  const slope = slopeOf(series, overS);
  byWindow.set(overS, slope);
  return slope;
}

/** The limit in force: the patient's own where one was set, else the rule's. */
export const limitOf = (
  { adjustable, limit }: Comparison,
  rule: string,
  { limits }: Pick<RuleContext, 'limits'>,
): number => (adjustable ? (limits[rule] ?? limit) : limit);
