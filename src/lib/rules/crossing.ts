/**
 * The truth of an expression alone, made ready once for a rule set: what most rules need most of the time, because most do not
 * stand and are not crossed. The same as `ask(…).truth` of a condition that does not stand, always; a test holds them together.
 */
import type { Item, RuleContext, Truth } from './context.ts';
import { factOf, isResumedDuring, isUnanswered, opposite, readingBetween } from './expression.ts';
import { COMPARATORS, limitOf, operandOf, sampleOf } from './operand.ts';
import type { Comparison, Expression, Rule, RuleSet } from '$lib/domain/index.ts';

export type Crossing = (item: Item | undefined, context: RuleContext) => Truth;

export interface ReadyRule {
  readonly rule: Rule;
  readonly phases: ReadonlySet<string>;
  /** One for each level. */
  readonly crossings: readonly Crossing[];
}

interface Ready {
  /** In the order of the set. */
  readonly rules: readonly ReadyRule[];
  readonly byId: ReadonlyMap<string, ReadyRule>;
}

const READY = new WeakMap<RuleSet, Ready>();

export function readied(ruleSet: RuleSet): Ready {
  const known = READY.get(ruleSet);
  if (known) return known;
  const rules = ruleSet.rules.map(makeReady);
  const ready: Ready = { rules, byId: new Map(rules.map((one) => [one.rule.id, one])) };
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
  return readied(ruleSet).byId.get(slash < 0 ? key : key.slice(0, slash))?.rule;
}

const asTruth = (is: boolean): Truth => (is ? 'yes' : 'no');

export function crossingOf(expression: Expression, rule: Rule): Crossing {
  if ('metric' in expression) return comparing(expression, rule.id);
  if ('all' in expression) return combining(expression.all, 'no', 'yes', rule);
  if ('any' in expression) return combining(expression.any, 'yes', 'no', rule);
  if ('not' in expression) {
    const crossing = crossingOf(expression.not, rule);
    return (item, context) => opposite(crossing(item, context));
  }
  if ('fact' in expression) {
    const { fact } = expression;
    return (item, context) => factOf(fact, item, context);
  }
  return stating(expression);
}

type Statement = Exclude<
  Expression,
  Comparison | { all: unknown } | { any: unknown } | { not: unknown } | { fact: unknown }
>;

function stating(expression: Statement): Crossing {
  if ('known' in expression) {
    const metric = expression.known;
    return (item, context) => asTruth(sampleOf(metric, item, context) !== undefined);
  }
  if ('phase' in expression) {
    const phases: ReadonlySet<string> = new Set(expression.phase);
    return (_, { phase }) => asTruth(phases.has(phase));
  }
  if ('readingBetweenMin' in expression) {
    const span = expression.readingBetweenMin;
    return (_, context) => readingBetween(span, context);
  }
  if ('resumedDuring' in expression) {
    const rules = expression.resumedDuring;
    return (_, context) => asTruth(isResumedDuring(rules, context));
  }
  const { unanswered, priority } = expression;
  return (_, context) => asTruth(isUnanswered(unanswered, priority, context));
}

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

function comparing(comparison: Comparison, rule: string): Crossing {
  const holds = COMPARATORS[comparison.is];
  return (item, context) => {
    const operand = operandOf(comparison, item, context);
    return operand === undefined ? 'unknown' : asTruth(holds(operand, limitOf(comparison, rule, context)));
  };
}
