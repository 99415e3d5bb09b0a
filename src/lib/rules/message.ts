/** Words of a finding: a short headline for banner and tile, and one sentence that says why. */
import {
  METRICS,
  comparisonsOf,
  type Breach,
  type Comparison,
  type Level,
  type MetricId,
  type Rule,
} from '$lib/domain/index.ts';
import type { Item, MetricSample, RuleContext } from './context.ts';
import { absoluteLimit, evidenceFor, limitOf, operandOf, sampleOf, type Question } from './expression.ts';
import { priorityFor } from './priority.ts';
import type { LevelState } from './timing.ts';

type Asked = Pick<Question, 'rule' | 'item' | 'context'>;

/** What a breach was made of: while all of this is the same, it is the same breach. */
interface Made {
  readonly samples: readonly MetricSample[];
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
  const samples = comparisonsOf(level.when).map(({ metric }) => sampleOf(metric, asked));
  const before = MADE.get(state);
  if (before && isMadeOf(before, samples, asked)) return before.breach;
  const breach = statedBreach(level, state, asked);
  const { limits, baseline, nibpIntervalMs } = context;
  MADE.set(state, { samples, item, limits, baseline, nibpIntervalMs, breach });
  return breach;
}

const isMadeOf = (made: Made, samples: readonly MetricSample[], { context, item }: Asked): boolean =>
  made.limits === context.limits &&
  made.baseline === context.baseline &&
  made.nibpIntervalMs === context.nibpIntervalMs &&
  made.item?.label === item?.label &&
  made.item?.priority === item?.priority &&
  samples.every((sample, index) => isSameSample(sample, made.samples[index]));

function isSameSample(a: MetricSample, b: MetricSample | undefined): boolean {
  if (b === undefined) return false;
  if ('unknown' in a || 'unknown' in b) return 'unknown' in a && 'unknown' in b && a.unknown === b.unknown;
  return a.value === b.value && a.at === b.at && a.cadence === b.cadence && a.isExpired === b.isExpired;
}

function statedBreach(level: Level, state: Exclude<LevelState, { at: 'absent' }>, asked: Asked): Breach {
  const { rule, context, item } = asked;
  const comparisons = comparisonsOf(level.when).filter((comparison) => isCrossed(comparison, asked));
  const named = comparisons.find(({ metric }) => metric === rule.metric) ?? comparisons[0];
  const evidence = evidenceFor(comparisons, asked);
  const value = evidence.find(({ metric }) => metric === rule.metric)?.value;
  return {
    since: state.since,
    priority: priorityFor(level, item),
    ...(value === undefined ? {} : { value }),
    ...(named === undefined || rule.metric === undefined ? {} : { limit: absoluteLimit(named, asked) }),
    headline: fill(level.headline, rule, value, named, asked),
    explanation: explain(comparisons, level, state, asked, context),
    evidence,
    isEpisodic: comparisons.some((comparison) => isEpisodic(comparison, asked)),
  };
}

function isEpisodic(comparison: Comparison, asked: Asked): boolean {
  const operand = operandOf(comparison, asked);
  return !('unknown' in operand) && operand.cadence === 'episodic';
}

/** With `any`, only the branch that holds is worth words. */
function isCrossed(comparison: Comparison, asked: Asked): boolean {
  const operand = operandOf(comparison, asked);
  if ('unknown' in operand) return false;
  const slack = comparison.hysteresis ?? 0;
  const limit = limitOf(comparison, asked);
  return comparison.is.startsWith('>') ? operand.value >= limit - slack : operand.value <= limit + slack;
}

function fill(
  template: string,
  rule: Rule,
  value: number | undefined,
  named: Comparison | undefined,
  asked: Asked,
): string {
  const baseline = rule.metric && asked.context.baseline?.[rule.metric];
  const delta = value === undefined || baseline === undefined ? undefined : value - baseline;
  const words: Readonly<Record<string, string | undefined>> = {
    value: value === undefined ? undefined : round(value),
    limit: named && round(limitOf(named, asked)),
    baseline: baseline === undefined ? undefined : round(baseline),
    delta: delta === undefined ? undefined : signed(delta),
    percent: delta === undefined || !baseline ? undefined : signed((100 * delta) / baseline),
    item: asked.item?.label,
  };
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => words[name] ?? metricWord(name, asked) ?? '--');
}

/** A metric that a headline names itself, as it is now. */
function metricWord(name: string, { context }: Asked): string | undefined {
  const sample = isMetric(name) ? context.metrics[name] : undefined;
  return sample === undefined || 'unknown' in sample ? undefined : round(sample.value);
}

const isMetric = (name: string): name is MetricId => Object.hasOwn(METRICS, name);

function explain(
  comparisons: readonly Comparison[],
  level: Level,
  state: LevelState,
  asked: Asked,
  context: RuleContext,
): string {
  const causes = comparisons.map((comparison) => cause(comparison, asked)).filter((words) => words !== '');
  const cause0 =
    causes.length === 0 ? fill(level.headline, asked.rule, undefined, undefined, asked) : causes.join(' and ');
  const sentence = `${cause0}; ${timingWords(level, state, comparisons, asked, context)}.`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function cause(comparison: Comparison, asked: Asked): string {
  const operand = operandOf(comparison, asked);
  if ('unknown' in operand) return '';
  const { label, unit } = METRICS[comparison.metric];
  const limit = limitOf(comparison, asked);
  const name = label.toLowerCase().replace('spo₂', 'SpO₂');
  const unitWord = unit === '' ? '' : ` ${unit}`;
  switch (comparison.of ?? 'value') {
    case 'value':
      return `${name} ${round(operand.value)}${unitWord} is ${RELATION[comparison.is]} ${round(limit)}${unitWord}`;
    case 'delta':
      return `${name} is ${signed(operand.value)}${unitWord} from the baseline of ${round(asked.context.baseline?.[comparison.metric] ?? Number.NaN)}, limit ${signed(limit)}`;
    case 'percent':
      return `that is ${signed(operand.value)} %, limit ${signed(limit)} %`;
  }
}

const RELATION: Readonly<Record<Comparison['is'], string>> = {
  '>=': 'at or above',
  '>': 'above',
  '<=': 'at or below',
  '<': 'below',
};

function timingWords(
  level: Level,
  state: LevelState,
  comparisons: readonly Comparison[],
  asked: Asked,
  context: RuleContext,
): string {
  const { timing } = level;
  if (state.at === 'pending') {
    const minutes = timing.type === 'confirm' ? Math.max(timing.withinMin, (1.5 * context.nibpIntervalMs) / 60_000) : 0;
    return `a second reading within ${round(minutes)} min will confirm or withdraw it`;
  }
  const isReading = comparisons.some((comparison) => isEpisodic(comparison, asked));
  if (isReading && timing.type === 'confirm') return 'confirmed by a second reading';
  if (isReading) {
    const advice = timing.type === 'first' && timing.isRepeatAdvised ? ', repeat it now' : '';
    return `one reading is enough${advice}`;
  }
  const holdS = timing.type === 'hold' ? timing.holdS : timing.continuousHoldS;
  return holdS === 0 ? 'signalled at once' : `signalled after ${round(holdS)} s`;
}

const round = (value: number): string => String(Math.round(value));
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.round(Math.abs(value))}`;
