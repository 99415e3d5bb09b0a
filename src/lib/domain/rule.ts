/**
 * What a rule is. Rules are data: everything that can be said in these types can be written as JSON, shown to a nurse,
 * and changed by a site (`schema.ts` reads it back). `evaluate.ts` gives them their meaning.
 */
import type { AlarmKind, Onset, Severity } from './alarm.ts';
import type { DischargeCriteria } from './discharge.ts';
import type { FactId, MetricId } from './metric.ts';
import type { Phase } from './session.ts';

export type Comparator = '>=' | '>' | '<=' | '<';

/**
 * What of a metric is compared. `delta`: minus the session's baseline; `percent`: that in percent of the baseline; both are
 * unknown without one. `slope`: per minute; `projected`: where the slope leads in `inMin` minutes. `age`: minutes since it was
 * measured.
 */
export type Aspect = 'value' | 'delta' | 'percent' | 'slope' | 'projected' | 'age';

export interface Comparison {
  readonly metric: MetricId;
  /** `value` where it is absent. */
  readonly of?: Aspect;
  readonly is: Comparator;
  readonly limit: number;
  /** How far beyond the limit a standing condition must come back before it ends, in the metric's unit. */
  readonly hysteresis?: number;
  /** Of a slope over a continuous source: the window, s; 60 where it is absent. Single readings give it by the last three. */
  readonly overS?: number;
  /** Of a projection. */
  readonly inMin?: number;
  /** Present on the one limit of a rule that may be set for a patient, wherever it stands: the range that is accepted. */
  readonly adjustable?: readonly [low: number, high: number];
}

export type Expression =
  | Comparison
  | { readonly all: readonly Expression[] }
  | { readonly any: readonly Expression[] }
  | { readonly not: Expression }
  | { readonly fact: FactId }
  /** There is such a metric at this bed, whether it can be told now or not: a score that was entered, a sensor that is there. */
  | { readonly known: MetricId }
  | { readonly phase: readonly Phase[] }
  /** A cuff reading was taken between these minutes after the beginning of the treatment. Unknown before it. */
  | { readonly readingBetweenMin: readonly [from: number, to: number] }
  /** One of these rules signals at this priority or above and nobody has answered. */
  | { readonly unanswered: readonly string[]; readonly priority: 'high' | 'medium' }
  /** One of these rules stood when the present run of the pump was resumed, and stands still, answered or not. */
  | { readonly resumedDuring: readonly string[] };

/**
 * When a crossing becomes a condition.
 * `hold`: true for `holdS` seconds; ends after `clearS` seconds back inside (with hysteresis).
 * `first`: an episodic reading counts at once. `confirm`: a second reading within `withinMin` must cross too.
 * `readings`: `crossing` of the last `of` readings cross, whatever lies between them.
 * Where the metric comes from a continuous source, all but `hold` hold for `continuousHoldS` instead.
 */
export type Timing =
  | { readonly type: 'hold'; readonly holdS: number; readonly clearS?: number }
  | { readonly type: 'first'; readonly continuousHoldS: number; readonly isRepeatAdvised?: true }
  | { readonly type: 'confirm'; readonly withinMin: number; readonly continuousHoldS: number }
  | { readonly type: 'readings'; readonly crossing: number; readonly of: number; readonly continuousHoldS: number };

/** One severity of a rule; the most urgent one that holds decides. `notice` needs no severity: nobody has to act. */
export interface Level {
  readonly when: Expression;
  readonly timing: Timing;
  readonly urgency: { readonly severity: Severity; readonly onset: Onset } | 'notice' | 'as-sent';
  readonly headline: string;
}

export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly kind: AlarmKind;
  readonly phases: readonly Phase[];
  /** One alarm for each of these instead of one for the bed. */
  readonly each?: 'device' | 'pump-alarm';
  /** Rules about the same quantity and direction: only the most urgent one sounds; ties go to the higher `rank`. */
  readonly group?: { readonly name: string; readonly rank: number };
  /** The metric whose value the alarm names. */
  readonly metric?: MetricId;
  readonly worse?: 'higher' | 'lower';
  readonly levels: readonly Level[];
  /** After an acknowledgement: sounds again when worse by this much, or after so many minutes. */
  readonly reminder?: { readonly worseBy?: number; readonly afterMin: number };
  /** Entering the infusion phase is refused while this rule stands, until somebody overrides it with a reason. */
  readonly isGate?: true;
  /** Why the rule exists, for people. */
  readonly why: string;
}

/** What a preset does otherwise than the one that it is made of, and why. */
export interface Difference {
  readonly rule: string;
  readonly does: 'adds' | 'leaves-out' | 'changes';
  readonly reason: string;
}

/** Which rules, for people and for comparing. */
export interface RuleSetName {
  readonly id: string;
  readonly version: string;
  readonly title: string;
}

export interface RuleSet extends RuleSetName {
  readonly rules: readonly Rule[];
  /** Minutes between cuff readings that are expected where the plan of the session says nothing. */
  readonly nibpIntervalMin: { readonly infusion: number; readonly observation: number };
  /** When the patient may go. */
  readonly discharge: DischargeCriteria;
  /** The set that it was made of. */
  readonly basis?: { readonly id: string; readonly version: string; readonly differences: readonly Difference[] };
}

export const isComparison = (expression: Expression): expression is Comparison => 'metric' in expression;

export const aspectOf = ({ of }: Comparison): Aspect => of ?? 'value';

/** The limit holds from above: the value is bad when it is high. */
export const isUpper = ({ is }: Comparison): boolean => is === '>=' || is === '>';

const COMPARISONS = new WeakMap<Expression, readonly Comparison[]>();

/** All comparisons inside an expression, in reading order. */
export function comparisonsOf(expression: Expression): readonly Comparison[] {
  const known = COMPARISONS.get(expression);
  if (known) return known;
  const found = partsOf(expression).filter(isComparison);
  COMPARISONS.set(expression, found);
  return found;
}

/** An expression and everything inside it, in reading order. */
export function partsOf(expression: Expression): readonly Expression[] {
  if ('all' in expression) return [expression, ...expression.all.flatMap(partsOf)];
  if ('any' in expression) return [expression, ...expression.any.flatMap(partsOf)];
  if ('not' in expression) return [expression, ...partsOf(expression.not)];
  return [expression];
}

/** The comparison of a rule whose limit may be set for a patient, if it has one. */
export function adjustableOf(rule: Rule): Comparison | undefined {
  return rule.levels.flatMap((level) => comparisonsOf(level.when)).find((comparison) => comparison.adjustable);
}
