/**
 * The truth of an expression alone, made ready once for a rule set: what most rules need most of the time, because most do not
 * stand and are not crossed. The same as `ask(…).truth` of a condition that does not stand, always; a test holds them together.
 */
import { isResumedDuring, isUnanswered } from './expression.ts';
import type { Item, RuleContext, Truth } from './context.ts';
import type { Comparison, Expression, Rule, RuleSet } from '$lib/domain/index.ts';

export type Crossing = (item: Item | undefined, context: RuleContext) => Truth;

export interface ReadyRule {
  readonly rule: Rule;
  readonly phases: ReadonlySet<string>;
  /** One for each level. */
  readonly crossings: readonly Crossing[];
}

const READY = new WeakMap<RuleSet, ReadonlyMap<string, ReadyRule>>();

/** By the rules' ids, in the order of the set. */
export function readied(ruleSet: RuleSet): ReadonlyMap<string, ReadyRule> {
  const known = READY.get(ruleSet);
  if (known) return known;
  const ready = new Map(ruleSet.rules.map((rule) => [rule.id, makeReady(rule)]));
  READY.set(ruleSet, ready);
  return ready;
}

const makeReady = (rule: Rule): ReadyRule => ({
  rule,
  phases: new Set(rule.phases),
  crossings: rule.levels.map(({ when }) => crossingOf(when, rule)),
});

/** The rule behind an instance: `T4` of `T4/monitor`. @returns undefined for a rule that the set does not have any more. */
export function ruleOfInstance(ruleSet: RuleSet, key: string): Rule | undefined {
  const slash = key.indexOf('/');
  return readied(ruleSet).get(slash < 0 ? key : key.slice(0, slash))?.rule;
}

export function crossingOf(expression: Expression, rule: Rule): Crossing {
  if ('metric' in expression) return comparing(expression, rule.id);
  if ('all' in expression) return combining(expression.all, 'no', 'yes', rule);
  if ('any' in expression) return combining(expression.any, 'yes', 'no', rule);
  if ('fact' in expression) {
    const { fact, isNot } = expression;
    const told = (item: Item | undefined, { facts }: RuleContext): Truth =>
      item?.facts[fact] ?? facts[fact] ?? 'unknown';
    return isNot ? (item, context) => opposite(told(item, context)) : told;
  }
  if ('phase' in expression) {
    const phases: ReadonlySet<string> = new Set(expression.phase);
    return (_, { phase }) => (phases.has(phase) ? 'yes' : 'no');
  }
  if ('resumedDuring' in expression) {
    const rules = expression.resumedDuring;
    return (_, context) => (isResumedDuring(rules, context) ? 'yes' : 'no');
  }
  const { unanswered, priority } = expression;
  return (_, context) => (isUnanswered(unanswered, priority, context) ? 'yes' : 'no');
}

const opposite = (truth: Truth): Truth => (truth === 'unknown' ? truth : truth === 'yes' ? 'no' : 'yes');

function combining(expressions: readonly Expression[], decisive: Truth, otherwise: Truth, rule: Rule): Crossing {
  const parts = expressions.map((part) => crossingOf(part, rule));
  return (item, context) => {
    let truth = otherwise;
    for (const part of parts) {
      const answer = part(item, context);
      if (answer === decisive) return answer;
      if (answer === 'unknown') truth = answer;
    }
    return truth;
  };
}

function comparing({ metric, of = 'value', is, limit, adjustable }: Comparison, rule: string): Crossing {
  const holds = COMPARATORS[is];
  return (item, { metrics, limits, baseline }) => {
    const sample = item?.metrics[metric] ?? metrics[metric];
    if (sample === undefined || 'unknown' in sample) return 'unknown';
    const inForce = adjustable ? (limits[rule] ?? limit) : limit;
    if (of === 'value') return holds(sample.value, inForce) ? 'yes' : 'no';
    const from = baseline?.[metric];
    if (from === undefined || sample.isExpired) return 'unknown';
    const delta = sample.value - from;
    return holds(of === 'delta' ? delta : (100 * delta) / from, inForce) ? 'yes' : 'no';
  };
}

const COMPARATORS: Readonly<Record<Comparison['is'], (value: number, limit: number) => boolean>> = {
  '>=': (value, limit) => value >= limit,
  '>': (value, limit) => value > limit,
  '<=': (value, limit) => value <= limit,
  '<': (value, limit) => value < limit,
};
