/** The rules of a station as the Rules page shows them: ready words, and the numbers that its forms start from. */
import type { Authored, Level, Priority, Timing } from '$lib/domain/index.ts';

export const RULE_GROUPS = [
  'own',
  'pressure',
  'heart',
  'oxygen',
  'breathing',
  'pump',
  'scores',
  'gates',
  'devices',
] as const;

export type RuleGroup = (typeof RULE_GROUPS)[number];

/** One number of a level that may be changed. */
export interface LimitField {
  /** `Systolic at or above the baseline`. */
  readonly label: string;
  readonly unit: string;
  readonly limit: number;
  /** As it came. */
  readonly factory: number;
}

export interface LevelRow {
  readonly priority: Priority | 'as-sent';
  readonly condition: string;
  readonly delay: string;
  readonly limits: readonly LimitField[];
  readonly timing: Timing;
  readonly urgency: Level['urgency'];
  readonly headline: string;
  /** The headline says a number itself: with other limits or times it needs other words. */
  readonly namesNumber: boolean;
}

export interface RuleRow {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly phases: string;
  readonly group: RuleGroup;
  readonly levels: readonly LevelRow[];
  readonly isOff: boolean;
  readonly isOwn: boolean;
  readonly mayBeOff: boolean;
  /** Who changed it last; absent for a rule as it came. */
  readonly changed?: Authored;
}

/** What a form of the Rules page would make, told while it is filled in. */
export interface RulePreview {
  /** What is wrong, sentence by sentence; the rest is absent then. */
  readonly faults: readonly string[];
  readonly levels: readonly Pick<LevelRow, 'priority' | 'condition' | 'delay'>[];
  /** What the alarm of its first level would say. */
  readonly headline?: string;
  readonly explanation?: string;
}
