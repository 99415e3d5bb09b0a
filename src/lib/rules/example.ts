/** What a rule would say: its alarm over a patient who crosses it by a little. For whoever writes a rule. */
import {
  METRICS,
  SECOND_MS,
  aspectOf,
  comparisonsOf,
  isUpper,
  monotonicMs,
  type Breach,
  type Comparison,
  type MetricId,
  type Rule,
} from '$lib/domain/index.ts';
import type { RuleContext, Series } from './context.ts';
import { breachOf } from './message.ts';

const NOW = monotonicMs(600 * SECOND_MS);
const COURSE_S = 300;
const STEP_S = 5;

/** @returns undefined for a rule without a level. */
export function exampleBreach(rule: Rule): Breach | undefined {
  const [level] = rule.levels;
  if (level === undefined) return undefined;
  const context = crossedBy(comparisonsOf(level.when));
  return breachOf(level, { at: 'present', since: NOW }, { rule, item: undefined, context });
}

function crossedBy(comparisons: readonly Comparison[]): RuleContext {
  const metrics: Record<string, RuleContext['metrics'][MetricId]> = {};
  const series: Record<string, Series> = {};
  const baseline: Record<string, number> = {};
  for (const metric of new Set(comparisons.map((comparison) => comparison.metric))) {
    const own = comparisons.filter((comparison) => comparison.metric === metric);
    const value = valueFor(metric, own);
    metrics[metric] = { value, at: NOW, cadence: 'continuous' };
    baseline[metric] = baselineFor(value, own);
    series[metric] = courseTo(value, slopeFor(value, own));
  }
  return {
    now: NOW,
    phase: 'infusion',
    metrics,
    ofPumps: { metrics: {}, facts: {} },
    clock: {},
    series,
    baseline,
    facts: {},
    items: { device: [], 'pump-alarm': [] },
    readingMinutes: undefined,
    unanswered: new Map(),
    standing: new Set(),
    resumedDuring: [],
    limits: {},
    nibpIntervalMs: 0,
  };
}

/** Past the limit by one, or where nothing limits the value itself, in the middle of what is plausible. */
function valueFor(metric: MetricId, comparisons: readonly Comparison[]): number {
  const [low, high] = METRICS[metric].plausible;
  const bound = comparisons.find((comparison) => aspectOf(comparison) === 'value');
  if (bound === undefined) return Math.round((low + high) / 2);
  return bound.limit + (isUpper(bound) ? 1 : -1) * 10 ** -(METRICS[metric].decimals ?? 0);
}

function baselineFor(value: number, comparisons: readonly Comparison[]): number {
  const candidates = comparisons.flatMap((comparison) => {
    const past = isUpper(comparison) ? -1 : 1;
    if (comparison.of === 'delta') return [value - comparison.limit + past];
    return comparison.of === 'percent' ? [value / (1 + comparison.limit / 100) + past] : [];
  });
  return Math.round(comparisons.some(isUpper) ? Math.min(...candidates, value) : Math.max(...candidates, value));
}

/** Per minute. */
function slopeFor(value: number, comparisons: readonly Comparison[]): number {
  const slopes = comparisons.flatMap((comparison) => {
    const past = isUpper(comparison) ? 1 : -1;
    if (comparison.of === 'slope') return [comparison.limit + past];
    return comparison.of === 'projected' ? [(comparison.limit - value) / (comparison.inMin ?? 1) + past] : [];
  });
  return slopes.find((slope) => slope !== 0) ?? 0;
}

function courseTo(value: number, perMinute: number): Series {
  const points = Array.from({ length: COURSE_S / STEP_S + 1 }, (_, index) => {
    const beforeS = COURSE_S - index * STEP_S;
    return [monotonicMs(NOW - beforeS * SECOND_MS), value - (perMinute * beforeS) / 60] as const;
  });
  return { cadence: 'continuous', points };
}
