/** Words of a finding: a short headline for banner and tile, and one sentence that says why. */
import {
  METRICS,
  aspectOf,
  comparisonsOf,
  isMetric,
  isUpper,
  metricWords,
  type Aspect,
  type Breach,
  type Comparison,
  type Level,
  type MetricId,
} from '$lib/domain/index.ts';
import type { Item, MetricSample, RuleContext } from './context.ts';
import { absoluteLimit, evidenceFor, measureWords, rounded, type Asked } from './expression.ts';
import { limitOf, operandOf, sampleOf } from './operand.ts';
import { priorityFor } from './priority.ts';
import type { LevelState } from './timing.ts';

/** What a breach was made of: while all of this is the same, it is the same breach. */
interface Made {
  readonly samples: readonly (MetricSample | undefined)[];
  readonly item: Item | undefined;
  readonly limits: RuleContext['limits'];
  readonly baseline: RuleContext['baseline'];
  readonly nibpIntervalMs: number;
  readonly breach: Breach;
}

const MADE = new WeakMap<LevelState, Made>();

/**
 * The breach that a level states now; the same object as long as it rests on the same samples, because its words cost more
 * than the whole judgement. The state must be pending or present.
 */
export function breachOf(level: Level, state: Exclude<LevelState, { at: 'absent' }>, asked: Asked): Breach {
  const { context, item } = asked;
  const samples = comparisonsOf(level.when).map(({ metric }) => sampleOf(metric, item, context));
  const before = MADE.get(state);
  if (before && isMadeOf(before, samples, asked)) return before.breach;
  const breach = statedBreach(level, state, asked);
  const { limits, baseline, nibpIntervalMs } = context;
  MADE.set(state, { samples, item, limits, baseline, nibpIntervalMs, breach });
  return breach;
}

const isMadeOf = (made: Made, samples: Made['samples'], { context, item }: Asked): boolean =>
  made.limits === context.limits &&
  made.baseline === context.baseline &&
  made.nibpIntervalMs === context.nibpIntervalMs &&
  made.item?.label === item?.label &&
  made.item?.priority === item?.priority &&
  samples.every((sample, index) => isSameSample(sample, made.samples[index]));

function isSameSample(a: MetricSample | undefined, b: MetricSample | undefined): boolean {
  if (a === undefined || b === undefined || a === b) return a === b;
  if ('unknown' in a || 'unknown' in b) return 'unknown' in a && 'unknown' in b && a.unknown === b.unknown;
  return a.value === b.value && a.at === b.at && a.cadence === b.cadence && a.isExpired === b.isExpired;
}

function statedBreach(level: Level, state: Exclude<LevelState, { at: 'absent' }>, asked: Asked): Breach {
  const { rule, item } = asked;
  const comparisons = comparisonsOf(level.when).filter((comparison) => isCrossed(comparison, asked));
  const named = comparisons.find(({ metric }) => metric === rule.metric) ?? comparisons[0];
  const evidence = evidenceFor(comparisons, asked);
  const value = evidence.find(({ metric }) => metric === rule.metric)?.value;
  const limit = named && absoluteLimit(named, asked);
  return {
    since: state.since,
    priority: priorityFor(level, item),
    ...(value === undefined ? {} : { value }),
    ...(limit === undefined || rule.metric === undefined ? {} : { limit }),
    headline: fill(level.headline, { value, named, comparisons }, asked),
    explanation: explain(comparisons, level, state, asked),
    evidence,
    isEpisodic: comparisons.some((comparison) => isEpisodic(comparison, asked)),
  };
}

function isEpisodic({ metric }: Comparison, { item, context }: Asked): boolean {
  const sample = sampleOf(metric, item, context);
  return sample !== undefined && !('unknown' in sample) && sample.cadence === 'episodic';
}

/** With `any`, only the branch that holds is worth words. */
function isCrossed(comparison: Comparison, { rule, item, context }: Asked): boolean {
  const operand = operandOf(comparison, item, context);
  if (operand === undefined) return false;
  const slack = comparison.hysteresis ?? 0;
  const limit = limitOf(comparison, rule.id, context);
  return isUpper(comparison) ? operand >= limit - slack : operand <= limit + slack;
}

interface Named {
  readonly value: number | undefined;
  readonly named: Comparison | undefined;
  readonly comparisons: readonly Comparison[];
}

function fill(template: string, { value, named, comparisons }: Named, asked: Asked): string {
  const { rule, item, context } = asked;
  const decimals = rule.metric && METRICS[rule.metric].decimals;
  const baseline = rule.metric && context.baseline?.[rule.metric];
  const delta = value === undefined || baseline === undefined ? undefined : value - baseline;
  const operand = (aspect: Aspect): number | undefined => {
    const comparison = comparisons.find((one) => one.of === aspect);
    return comparison && operandOf(comparison, item, context);
  };
  const [slope, projected] = [operand('slope'), operand('projected')];
  const words: Readonly<Record<string, string | undefined>> = {
    value: value === undefined ? undefined : rounded(value, decimals),
    limit: named && rounded(limitOf(named, rule.id, context), decimals),
    baseline: baseline === undefined ? undefined : rounded(baseline),
    delta: delta === undefined ? undefined : signed(delta),
    percent: delta === undefined || !baseline ? undefined : signed((100 * delta) / baseline),
    slope: slope === undefined ? undefined : rounded(Math.abs(slope), 1),
    projected: projected === undefined ? undefined : rounded(projected),
    item: item?.label,
  };
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => words[name] ?? metricWord(name, asked) ?? '--');
}

/** A metric that a headline names itself, as it is now. */
function metricWord(name: string, { item, context }: Asked): string | undefined {
  const sample = isMetric(name) ? sampleOf(name, item, context) : undefined;
  return sample === undefined || 'unknown' in sample || !isMetric(name)
    ? undefined
    : rounded(sample.value, METRICS[name].decimals);
}

function explain(
  comparisons: readonly Comparison[],
  level: Level,
  state: Exclude<LevelState, { at: 'absent' }>,
  asked: Asked,
): string {
  const causes = comparisons.map((comparison) => cause(comparison, asked)).filter((words) => words !== '');
  const isPlain = causes.length === 0;
  const told = isPlain
    ? fill(level.headline, { value: undefined, named: undefined, comparisons }, asked)
    : causes.join(' and ');
  const sentence = `${told}; ${timingWords(level, state, comparisons, asked)}.`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function cause(comparison: Comparison, asked: Asked): string {
  const { rule, item, context } = asked;
  const { metric } = comparison;
  const operand = operandOf(comparison, item, context);
  if (operand === undefined) return '';
  const limit = limitOf(comparison, rule.id, context);
  const name = metricWords(metric);
  const unit = METRICS[metric].unit === '' ? '' : ` ${METRICS[metric].unit}`;
  switch (aspectOf(comparison)) {
    case 'value':
      return `${name} ${measureWords(metric, operand)}${estimatedWord(metric, asked)} is ${RELATION[comparison.is]} ${measureWords(metric, limit)}`;
    case 'delta':
      return `${name} is ${signed(operand)}${unit} from the baseline of ${rounded(context.baseline?.[metric] ?? Number.NaN)}, limit ${signed(limit)}`;
    case 'percent':
      return `that is ${signed(operand)} %, limit ${signed(limit)} %`;
    case 'slope':
      return `${name} ${operand < 0 ? 'falls' : 'rises'} by ${rounded(Math.abs(operand), 1)} per minute, limit ${rounded(Math.abs(limit), 1)}`;
    case 'projected':
      return `in ${comparison.inMin ?? 0} min it would be ${rounded(operand)}, limit ${rounded(limit)}`;
    case 'age':
      return `${name} is ${rounded(operand)} min old, limit ${rounded(limit)} min`;
  }
}

function estimatedWord(metric: MetricId, { item, context }: Asked): string {
  const sample = sampleOf(metric, item, context);
  return sample !== undefined && 'isEstimated' in sample && sample.isEstimated ? ' (estimated)' : '';
}

const RELATION: Readonly<Record<Comparison['is'], string>> = {
  '>=': 'at or above',
  '>': 'above',
  '<=': 'at or below',
  '<': 'below',
};

function timingWords(
  { timing }: Level,
  state: Exclude<LevelState, { at: 'absent' }>,
  comparisons: readonly Comparison[],
  asked: Asked,
): string {
  if (state.at === 'pending') return pendingWords(timing, asked.context);
  if (comparisons.some((comparison) => isEpisodic(comparison, asked))) {
    if (timing.type === 'confirm') return 'confirmed by a second reading';
    if (timing.type === 'readings') return `${timing.crossing} of the last ${timing.of} readings say so`;
    const advice = timing.type === 'first' && timing.isRepeatAdvised ? ', repeat it now' : '';
    return `one reading is enough${advice}`;
  }
  const holdS = timing.type === 'hold' ? timing.holdS : timing.continuousHoldS;
  return holdS === 0 ? 'signalled at once' : `signalled after ${rounded(holdS)} s`;
}

function pendingWords(timing: Level['timing'], { nibpIntervalMs }: RuleContext): string {
  if (timing.type === 'readings') return `signalled when ${timing.crossing} of ${timing.of} readings say so`;
  const minutes = timing.type === 'confirm' ? Math.max(timing.withinMin, (1.5 * nibpIntervalMs) / 60_000) : 0;
  return `a second reading within ${rounded(minutes)} min will confirm or withdraw it`;
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.round(Math.abs(value))}`;
