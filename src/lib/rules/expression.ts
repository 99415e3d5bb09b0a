/**
 * The meaning of an expression: yes, no or unknown, and on which samples the answer rests.
 *
 * `holding` asks the question of a condition that stands already: every limit then moves by its hysteresis towards the
 * safe side, so a value that trembles at the limit makes one alarm and not ten.
 */
import {
  METRICS,
  comparePriority,
  isComparison,
  type Comparison,
  type Evidence,
  type Expression,
  type MetricId,
  type MonotonicMs,
  type Rule,
} from '$lib/domain/index.ts';
import type { Item, MetricSample, RuleContext, Truth } from './context.ts';

export interface Answer {
  readonly truth: Truth;
  /** Newest measurement the answer rests on; undefined when it rests on facts alone. */
  readonly sampleAt: MonotonicMs | undefined;
  readonly isEpisodic: boolean;
  readonly why: string;
}

const YES: Answer = { truth: 'yes', sampleAt: undefined, isEpisodic: false, why: '' };
const NO: Answer = { ...YES, truth: 'no' };

export interface Question {
  readonly rule: Rule;
  readonly item: Item | undefined;
  readonly context: RuleContext;
  readonly holding: boolean;
}

export function ask(expression: Expression, question: Question): Answer {
  if (isComparison(expression)) return compare(expression, question);
  if ('all' in expression) return combine(expression.all, question, 'no');
  if ('any' in expression) return combine(expression.any, question, 'yes');
  if ('fact' in expression) return fact(expression, question);
  if ('phase' in expression) return expression.phase.includes(question.context.phase) ? YES : NO;
  if ('resumedDuring' in expression) return isResumedDuring(expression.resumedDuring, question.context) ? YES : NO;
  return isUnanswered(expression.unanswered, expression.priority, question.context) ? YES : NO;
}

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

function fact(expression: { fact: RuleFact; isNot?: true }, { context, item }: Question): Answer {
  const truth = item?.facts[expression.fact] ?? context.facts[expression.fact] ?? 'unknown';
  if (truth === 'unknown') return { ...NO, truth, why: `it is not known whether ${FACT_WORDS[expression.fact]}` };
  return (truth === 'yes') === (expression.isNot !== true) ? YES : NO;
}

type RuleFact = Extract<Expression, { fact: unknown }>['fact'];

const FACT_WORDS: Readonly<Record<RuleFact, string>> = {
  infusing: 'the pump is infusing',
  'infusion-complete': 'the infusion is complete',
  'infusion-interrupted': 'the infusion was interrupted',
  'no-spo2': 'SpO₂ is measured',
  'no-ecg': 'the ECG is connected',
  'no-heart-rate': 'a heart rate is measured',
  'no-other-vital-source': 'another source measures heart rate or pressure',
  'recorder-failed': 'the recorder works',
  'age-unknown': 'the age is known',
  'item-alarming': 'the device alarms',
};

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
  const operand = operandOf(comparison, question);
  if ('unknown' in operand) return { ...NO, truth: 'unknown', why: operand.unknown };
  const limit = limitOf(comparison, question) + slackOf(comparison, question);
  return {
    truth: holds(operand.value, comparison.is, limit) ? 'yes' : 'no',
    sampleAt: operand.at,
    isEpisodic: operand.cadence === 'episodic',
    why: '',
  };
}

function holds(value: number, is: Comparison['is'], limit: number): boolean {
  switch (is) {
    case '>=':
      return value >= limit;
    case '>':
      return value > limit;
    case '<=':
      return value <= limit;
    case '<':
      return value < limit;
  }
}

const isUpper = (comparison: Comparison): boolean => comparison.is.startsWith('>');

/** Hysteresis in the unit of the operand; for a percentage it is converted with the baseline. */
function slackOf(comparison: Comparison, { holding, context }: Question): number {
  if (!holding || comparison.hysteresis === undefined) return 0;
  const baseline = context.baseline?.[comparison.metric];
  const slack =
    comparison.of === 'percent' && baseline ? (100 * comparison.hysteresis) / baseline : comparison.hysteresis;
  return isUpper(comparison) ? -slack : slack;
}

/** The limit in force: the patient's own where one was set, else the rule's. */
export function limitOf(comparison: Comparison, { rule, context }: Pick<Question, 'rule' | 'context'>): number {
  return comparison.adjustable ? (context.limits[rule.id] ?? comparison.limit) : comparison.limit;
}

/** The limit in force as a value of the metric itself: a rise of 40 over a baseline of 128 is a limit of 168. */
export function absoluteLimit(comparison: Comparison, question: Pick<Question, 'rule' | 'context'>): number {
  const limit = limitOf(comparison, question);
  const baseline = question.context.baseline?.[comparison.metric];
  if (baseline === undefined || (comparison.of ?? 'value') === 'value') return limit;
  return comparison.of === 'delta' ? baseline + limit : baseline * (1 + limit / 100);
}

export const sampleOf = (metric: MetricId, { context, item }: Pick<Question, 'context' | 'item'>): MetricSample =>
  item?.metrics[metric] ?? context.metrics[metric] ?? { unknown: `no ${METRICS[metric].label.toLowerCase()}` };

/** The number that is compared: the value itself, its distance from the baseline, or that in percent. */
export function operandOf(comparison: Comparison, question: Pick<Question, 'context' | 'item'>): MetricSample {
  const sample = sampleOf(comparison.metric, question);
  if ('unknown' in sample || (comparison.of ?? 'value') === 'value') return sample;
  const label = METRICS[comparison.metric].label.toLowerCase();
  const baseline = question.context.baseline?.[comparison.metric];
  if (baseline === undefined) return { unknown: `no baseline of ${label}` };
  if (sample.isExpired) return { unknown: `the last ${label} is too old to compare with the baseline` };
  const delta = sample.value - baseline;
  return { ...sample, value: comparison.of === 'delta' ? delta : (100 * delta) / baseline };
}

/** The samples behind a yes, each metric once, for log and screen. */
export function evidenceFor(
  comparisons: readonly Comparison[],
  question: Pick<Question, 'context' | 'item'>,
): readonly Evidence[] {
  const evidence = new Map<MetricId, Evidence>();
  for (const { metric } of comparisons) {
    const sample = sampleOf(metric, question);
    if (!('unknown' in sample)) evidence.set(metric, { metric, value: sample.value, at: sample.at });
  }
  return [...evidence.values()];
}
