/** Words of a finding: what is stated, and the short headline for banner and tile; why it stands says `sentence.ts`. */
import {
  METRICS,
  aspectOf,
  comparisonsOf,
  isMetric,
  type Aspect,
  type Breach,
  type Comparison,
  type Level,
} from '$lib/domain/index.ts';
import type { Item, MetricSample, RuleContext } from './context.ts';
import { absoluteLimit, evidenceFor, rounded, type Asked } from './expression.ts';
import { limitOf, operandOf, sampleOf } from './operand.ts';
import { priorityFor } from './priority.ts';
import { explain, isBeyond, isCrossed, isEpisodic, RELATION, signed, tellingDecimals } from './sentence.ts';
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
  const comparisons = toldOf(level, asked);
  const named = comparisons.find(({ metric }) => metric === rule.metric) ?? comparisons[0];
  const evidence = evidenceFor(comparisons, asked);
  const value = evidence.find(({ metric }) => metric === rule.metric)?.value;
  const limit = named && absoluteLimit(named, asked);
  const plain = (): string => fill(level.headline, { value: undefined, named: undefined, comparisons }, asked);
  return {
    since: state.since,
    priority: priorityFor(level, item),
    ...(value === undefined ? {} : { value }),
    ...(limit === undefined || rule.metric === undefined ? {} : { limit }),
    headline: fill(level.headline, { value, named, comparisons }, asked),
    explanation: explain({ plain, comparisons, level, state }, asked),
    evidence,
    isEpisodic: comparisons.some((comparison) => isEpisodic(comparison, asked)),
  };
}

/** With `any`, only the branch that holds is worth words; once none holds any more, what held is told of all of them. */
function toldOf({ when }: Level, asked: Asked): readonly Comparison[] {
  const comparisons = comparisonsOf(when);
  const crossed = comparisons.filter((comparison) => isCrossed(comparison, asked));
  return crossed.length > 0
    ? crossed
    : comparisons.filter((comparison) => operandOf(comparison, asked.item, asked.context) !== undefined);
}

interface Named {
  readonly value: number | undefined;
  readonly named: Comparison | undefined;
  readonly comparisons: readonly Comparison[];
}

const NAMES_LIMIT = /\{(limit|beyond)\}/;

function fill(template: string, { value, named, comparisons }: Named, asked: Asked): string {
  const { rule, item, context } = asked;
  const decimals = rule.metric && METRICS[rule.metric].decimals;
  const limit = named && limitOf(named, rule.id, context);
  const limitWord = limit === undefined ? undefined : rounded(limit, decimals);
  const isBesideLimit =
    named?.metric === rule.metric && named && aspectOf(named) === 'value' && NAMES_LIMIT.test(template);
  const baseline = rule.metric && context.baseline?.[rule.metric];
  const delta = value === undefined || baseline === undefined ? undefined : value - baseline;
  const operand = (aspect: Aspect): number | undefined => {
    const comparison = comparisons.find((one) => one.of === aspect);
    return comparison && operandOf(comparison, item, context);
  };
  const [slope, projected] = [operand('slope'), operand('projected')];
  const words: Readonly<Record<string, string | undefined>> = {
    value:
      value === undefined
        ? undefined
        : rounded(value, isBesideLimit ? tellingDecimals(value, limit, decimals) : decimals),
    limit: limitWord,
    beyond:
      named && limitWord && (isBeyond(named, asked) ? `${RELATION[named.is]} ${limitWord}` : `limit ${limitWord}`),
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
