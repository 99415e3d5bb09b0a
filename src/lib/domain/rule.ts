/**
 * What a rule is. Rules are data: everything that can be said in these types can be written as JSON, shown to a nurse,
 * and changed by a site. `evaluate.ts` gives them their meaning.
 */
import type { AlarmKind, Onset, Severity } from './alarm.ts';
import type { Phase } from './session.ts';

/** Quantities that rules can compare. `mm[Hg]`, `/min`, `%`; durations in minutes. */
export const METRICS = {
  systolic: { label: 'Systolic', unit: 'mmHg' },
  diastolic: { label: 'Diastolic', unit: 'mmHg' },
  meanArterial: { label: 'Mean pressure', unit: 'mmHg' },
  heartRate: { label: 'Heart rate', unit: '/min' },
  spo2: { label: 'SpO₂', unit: '%' },
  respiratoryRate: { label: 'Respiratory rate', unit: '/min' },
  baselineSystolic: { label: 'Baseline systolic', unit: 'mmHg' },
  baselineDiastolic: { label: 'Baseline diastolic', unit: 'mmHg' },
  ageYears: { label: 'Age', unit: 'years' },
  nibpAgeMin: { label: 'Age of the last cuff reading', unit: 'min' },
  nibpOverdueMin: { label: 'Cuff reading overdue by', unit: 'min' },
  nibpIntervals: { label: 'Age of the last cuff reading', unit: 'intervals' },
  cuffFailures: { label: 'Failed cuff readings in a row', unit: '' },
  silentS: { label: 'Silence', unit: 's' },
  doseRatePercent: { label: 'Dose rate', unit: '% of the plan' },
  dosePercent: { label: 'Dose given', unit: '% of the plan' },
  audibleScreens: { label: 'Screens with sound', unit: '' },
} as const;

export type MetricId = keyof typeof METRICS;

/** Statements that are true, false or unknown rather than numbers. */
export type FactId =
  | 'infusing'
  | 'infusion-complete'
  | 'infusion-interrupted'
  | 'no-spo2'
  | 'no-ecg'
  | 'no-heart-rate'
  | 'no-other-vital-source'
  | 'recorder-failed'
  | 'age-unknown'
  | 'item-alarming';

export type Comparator = '>=' | '>' | '<=' | '<';

export interface Comparison {
  readonly metric: MetricId;
  /** `delta`: minus the session's baseline; `percent`: of the baseline. Both are unknown without a baseline. */
  readonly of?: 'value' | 'delta' | 'percent';
  readonly is: Comparator;
  readonly limit: number;
  /** How far beyond the limit a standing condition must come back before it ends, in the metric's unit. */
  readonly hysteresis?: number;
  /** Present on the one comparison of a rule whose limit may be set for a patient: the range that is accepted. */
  readonly adjustable?: readonly [low: number, high: number];
}

export type Expression =
  | Comparison
  | { readonly all: readonly Expression[] }
  | { readonly any: readonly Expression[] }
  | { readonly fact: FactId; readonly isNot?: true }
  | { readonly phase: readonly Phase[] }
  /** One of these rules signals at this priority or above and nobody has answered. */
  | { readonly unanswered: readonly string[]; readonly priority: 'high' | 'medium' }
  /** One of these rules stood when the present run of the pump was resumed, and stands still, answered or not. */
  | { readonly resumedDuring: readonly string[] };

/**
 * When a crossing becomes a condition.
 * `hold`: true for `holdS` seconds; ends after `clearS` seconds back inside (with hysteresis).
 * `first`: an episodic reading counts at once. `confirm`: a second reading within `withinMin` must cross too.
 * Where the metric comes from a continuous source, `first` and `confirm` hold for `continuousHoldS` instead.
 */
export type Timing =
  | { readonly type: 'hold'; readonly holdS: number; readonly clearS?: number }
  | { readonly type: 'first'; readonly continuousHoldS: number; readonly isRepeatAdvised?: true }
  | { readonly type: 'confirm'; readonly withinMin: number; readonly continuousHoldS: number };

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

/** Which rules, for people and for comparing. */
export interface RuleSetName {
  readonly id: string;
  readonly version: string;
  readonly title: string;
}

export interface RuleSet extends RuleSetName {
  readonly rules: readonly Rule[];
}

export const isComparison = (expression: Expression): expression is Comparison => 'metric' in expression;

const COMPARISONS = new WeakMap<Expression, readonly Comparison[]>();

/** All comparisons inside an expression, in reading order. */
export function comparisonsOf(expression: Expression): readonly Comparison[] {
  const known = COMPARISONS.get(expression);
  if (known) return known;
  const found = findComparisons(expression);
  COMPARISONS.set(expression, found);
  return found;
}

function findComparisons(expression: Expression): readonly Comparison[] {
  if (isComparison(expression)) return [expression];
  if ('all' in expression) return expression.all.flatMap(comparisonsOf);
  if ('any' in expression) return expression.any.flatMap(comparisonsOf);
  return [];
}

/** The comparison of a rule whose limit may be set for a patient, if it has one. */
export function adjustableOf(rule: Rule): Comparison | undefined {
  return rule.levels.flatMap((level) => comparisonsOf(level.when)).find((comparison) => comparison.adjustable);
}
