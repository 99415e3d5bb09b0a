/**
 * The meaning of an expression: yes, no or unknown, and on which samples the answer rests.
 *
 * `holding` asks the question of a condition that stands already: every limit then moves by its hysteresis towards the
 * safe side, so a value that trembles at the limit makes one alarm and not ten. Inside a `not` the safe side is the other one.
 */
import {
  FACTS,
  METRICS,
  aspectOf,
  comparePriority,
  isComparison,
  isUpper,
  metricWords,
  type Comparison,
  type Evidence,
  type Expression,
  type FactId,
  type MetricId,
  type MonotonicMs,
  type Rule,
} from '$lib/domain/index.ts';
import type { Item, RuleContext, Truth } from './context.ts';
import { COMPARATORS, limitOf, operandOf, sampleOf, slopeSample } from './operand.ts';

export interface Answer {
  readonly truth: Truth;
  /** Newest measurement the answer rests on; undefined when it rests on facts alone. */
  readonly sampleAt: MonotonicMs | undefined;
  readonly isEpisodic: boolean;
  readonly why: string;
}

const YES: Answer = { truth: 'yes', sampleAt: undefined, isEpisodic: false, why: '' };
const NO: Answer = { ...YES, truth: 'no' };

const known = (truth: boolean): Answer => (truth ? YES : NO);

/** Of whom and when something is asked. */
export interface Asked {
  readonly rule: Rule;
  readonly item: Item | undefined;
  readonly context: RuleContext;
}

export interface Question extends Asked {
  /** Towards which side the limits move: `out` for a condition that stands, `in` for one inside a `not` of it. */
  readonly slack: 'none' | 'out' | 'in';
}

export function ask(expression: Expression, question: Question): Answer {
  if (isComparison(expression)) return compare(expression, question);
  if ('all' in expression) return combine(expression.all, question, 'no');
  if ('any' in expression) return combine(expression.any, question, 'yes');
  if ('not' in expression) return negated(ask(expression.not, { ...question, slack: turned(question.slack) }));
  if ('fact' in expression) return fact(expression.fact, question);
  const { item, context } = question;
  if ('known' in expression) return known(sampleOf(expression.known, item, context) !== undefined);
  if ('phase' in expression) return known(expression.phase.includes(context.phase));
  if ('readingBetweenMin' in expression)
    return answerOf(readingBetween(expression.readingBetweenMin, context), NO_DOSE);
  if ('resumedDuring' in expression) return known(isResumedDuring(expression.resumedDuring, context));
  return known(isUnanswered(expression.unanswered, expression.priority, context));
}

const NO_DOSE = 'the treatment has not begun';

const answerOf = (truth: Truth, why: string): Answer =>
  truth === 'unknown' ? { ...NO, truth, why } : known(truth === 'yes');

export const opposite = (truth: Truth): Truth => (truth === 'unknown' ? truth : truth === 'yes' ? 'no' : 'yes');

const negated = (answer: Answer): Answer => ({ ...answer, truth: opposite(answer.truth) });

const turned = (slack: Question['slack']): Question['slack'] =>
  slack === 'none' ? slack : slack === 'out' ? 'in' : 'out';

/** `all` is decided by one `no`, `any` by one `yes`; else one unknown makes the whole unknown. */
function combine(parts: readonly Expression[], question: Question, decisive: Truth): Answer {
  let truth: Truth = decisive === 'no' ? 'yes' : 'no';
  let sampleAt: MonotonicMs | undefined;
  let isEpisodic = false;
  let why = '';
  for (const part of parts) {
    const answer = ask(part, question);
    if (answer.truth === decisive) return answer;
    if (answer.truth === 'unknown') {
      truth = 'unknown';
      why ||= answer.why;
    }
    if (answer.sampleAt !== undefined && (sampleAt === undefined || answer.sampleAt > sampleAt))
      sampleAt = answer.sampleAt;
    isEpisodic ||= answer.isEpisodic;
  }
  return { truth, sampleAt, isEpisodic, why };
}

export const factOf = (id: FactId, item: Item | undefined, { facts, ofPumps }: RuleContext): Truth =>
  item?.facts[id] ?? facts[id] ?? ofPumps.facts[id] ?? 'unknown';

const fact = (id: FactId, { context, item }: Question): Answer =>
  answerOf(factOf(id, item, context), `it is not known whether ${FACTS[id]}`);

export function readingBetween(
  [from, to]: readonly [from: number, to: number],
  { readingMinutes }: RuleContext,
): Truth {
  if (readingMinutes === undefined) return 'unknown';
  return readingMinutes.some((minute) => minute >= from && minute <= to) ? 'yes' : 'no';
}

export const isUnanswered = (
  rules: readonly string[],
  priority: 'high' | 'medium',
  { unanswered }: RuleContext,
): boolean =>
  unanswered.size > 0 &&
  rules.some((rule) => {
    const standing = unanswered.get(rule);
    return standing !== undefined && comparePriority(standing, priority) >= 0;
  });

export const isResumedDuring = (rules: readonly string[], { resumedDuring, standing }: RuleContext): boolean =>
  resumedDuring.length > 0 && rules.some((rule) => resumedDuring.includes(rule) && standing.has(rule));

function compare(comparison: Comparison, question: Question): Answer {
  const { item, context, rule } = question;
  const operand = operandOf(comparison, item, context);
  const sample = sampleOf(comparison.metric, item, context);
  if (operand === undefined || sample === undefined || 'unknown' in sample) {
    return { ...NO, truth: 'unknown', why: whyUnknown(comparison, question) };
  }
  const limit = limitOf(comparison, rule.id, context) + slackOf(comparison, question);
  return {
    truth: COMPARATORS[comparison.is](operand, limit) ? 'yes' : 'no',
    sampleAt: sample.at,
    isEpisodic: sample.cadence === 'episodic',
    why: '',
  };
}

/** Hysteresis in the unit of the operand; for a percentage it is converted with the baseline. */
function slackOf(comparison: Comparison, { slack, context }: Question): number {
  if (slack === 'none' || comparison.hysteresis === undefined) return 0;
  const baseline = context.baseline?.[comparison.metric];
  const width =
    comparison.of === 'percent' && baseline ? (100 * comparison.hysteresis) / baseline : comparison.hysteresis;
  return isUpper(comparison) === (slack === 'out') ? -width : width;
}

/** Why the number of a comparison cannot be told, as a part of a sentence. */
function whyUnknown(comparison: Comparison, { item, context }: Asked): string {
  const { metric } = comparison;
  const words = metricWords(metric);
  const sample = sampleOf(metric, item, context);
  if (sample === undefined) return `no ${words}`;
  if ('unknown' in sample) return sample.unknown;
  const aspect = aspectOf(comparison);
  if (aspect === 'slope' || aspect === 'projected') {
    const slope = slopeSample(comparison, sample, context);
    return 'unknown' in slope ? `no slope of ${words}: ${slope.unknown}` : '';
  }
  if (context.baseline?.[metric] === undefined) return `no baseline of ${words}`;
  return `the last ${words} is too old to compare with the baseline`;
}

/** The limit in force as a value of the metric itself: a rise of 40 over a baseline of 128 is a limit of 168. */
export function absoluteLimit(comparison: Comparison, { rule, context }: Asked): number | undefined {
  const limit = limitOf(comparison, rule.id, context);
  const baseline = context.baseline?.[comparison.metric];
  switch (aspectOf(comparison)) {
    case 'value':
    case 'projected':
      return limit;
    case 'delta':
      return baseline === undefined ? undefined : baseline + limit;
    case 'percent':
      return baseline === undefined ? undefined : baseline * (1 + limit / 100);
    case 'slope':
    case 'age':
      return undefined;
  }
}

/** The samples behind a yes, each metric once, for log and screen. */
export function evidenceFor(comparisons: readonly Comparison[], { item, context }: Asked): readonly Evidence[] {
  const evidence = new Map<MetricId, Evidence>();
  for (const { metric } of comparisons) {
    const sample = sampleOf(metric, item, context);
    if (sample !== undefined && !('unknown' in sample)) {
      evidence.set(metric, { metric, value: sample.value, at: sample.at });
    }
  }
  return [...evidence.values()];
}

/** A number of a metric with its unit. */
export function measureWords(metric: MetricId, value: number, decimals = METRICS[metric].decimals ?? 0): string {
  const { unit } = METRICS[metric];
  return `${rounded(value, decimals)}${unit === '' ? '' : ` ${unit}`}`;
}

export const rounded = (value: number, decimals = 0): string => value.toFixed(decimals).replace(/^-0$/, '0');
