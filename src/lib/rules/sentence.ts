/**
 * One sentence that says why a condition stands: its numbers beside their limits, and what it waits for. A value that has come back
 * while the alarm still stands is said to be back.
 */
import {
  METRICS,
  aspectOf,
  isUpper,
  metricWords,
  type Comparison,
  type Level,
  type MetricId,
} from '$lib/domain/index.ts';
import type { RuleContext } from './context.ts';
import { measureWords, rounded, type Asked } from './expression.ts';
import { COMPARATORS, limitOf, operandOf, sampleOf } from './operand.ts';
import type { LevelState } from './timing.ts';

type Standing = Exclude<LevelState, { at: 'absent' }>;

export interface Explained {
  /** Where no number is the cause. */
  readonly plain: () => string;
  readonly comparisons: readonly Comparison[];
  readonly level: Level;
  readonly state: Standing;
}

export function explain({ plain, comparisons, level, state }: Explained, asked: Asked): string {
  const causes = comparisons.map((comparison) => cause(comparison, asked)).filter((words) => words !== '');
  const told = causes.length === 0 ? plain() : causes.join(' and ');
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
    case 'value': {
      const decimals = tellingDecimals(operand, limit, METRICS[metric].decimals);
      return `${name} ${measureWords(metric, operand, decimals)}${estimatedWord(metric, asked)} is ${relationWords(comparison, limit, asked)}`;
    }
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

function relationWords(comparison: Comparison, limit: number, asked: Asked): string {
  const { metric, is, hysteresis = 0 } = comparison;
  const limitWords = measureWords(metric, limit);
  if (isBeyond(comparison, asked)) return `${RELATION[is]} ${limitWords}`;
  const back = `back inside the limit of ${limitWords}`;
  return isCrossed(comparison, asked)
    ? `${back}, not yet by the ${measureWords(metric, hysteresis)} that end the alarm`
    : back;
}

/** As many as it takes to see that it is not the limit: 9.8 is below 10, and 10 is not. */
export function tellingDecimals(value: number, limit: number | undefined, usual = 0): number {
  if (limit === undefined || value === limit) return usual;
  let decimals = usual;
  while (decimals < usual + MORE_DECIMALS && rounded(value, decimals) === rounded(limit, decimals)) decimals += 1;
  return decimals;
}

const MORE_DECIMALS = 2;

function estimatedWord(metric: MetricId, { item, context }: Asked): string {
  const sample = sampleOf(metric, item, context);
  return sample !== undefined && 'isEstimated' in sample && sample.isEstimated ? ' (estimated)' : '';
}

export const RELATION: Readonly<Record<Comparison['is'], string>> = {
  '>=': 'at or above',
  '>': 'above',
  '<=': 'at or below',
  '<': 'below',
};

function timingWords({ timing }: Level, state: Standing, comparisons: readonly Comparison[], asked: Asked): string {
  if (state.at === 'pending') return pendingWords(timing, asked.context);
  if (state.insideSince !== undefined && timing.type === 'hold')
    return `the alarm ends when it has stayed so for ${rounded(timing.clearS ?? 0)} s`;
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

export const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.round(Math.abs(value))}`;

export function isEpisodic({ metric }: Comparison, { item, context }: Asked): boolean {
  const sample = sampleOf(metric, item, context);
  return sample !== undefined && !('unknown' in sample) && sample.cadence === 'episodic';
}

/** Beyond the limit or not yet back by its hysteresis. */
export const isCrossed = (comparison: Comparison, asked: Asked): boolean =>
  isBeyondBy((isUpper(comparison) ? -1 : 1) * (comparison.hysteresis ?? 0), comparison, asked);

export const isBeyond = (comparison: Comparison, asked: Asked): boolean => isBeyondBy(0, comparison, asked);

function isBeyondBy(slack: number, comparison: Comparison, { rule, item, context }: Asked): boolean {
  const operand = operandOf(comparison, item, context);
  const limit = limitOf(comparison, rule.id, context);
  return operand !== undefined && COMPARATORS[comparison.is](operand, limit + slack);
}
