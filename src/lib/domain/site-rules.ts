/**
 * What a site makes of the rules that come with the program: differences to them, rule by rule, each with who, when and why, and
 * rules of its own. Written down as data; `rules/site.ts` makes rule sets of it.
 */
import type { Level, Rule, RuleSet, Timing } from './rule.ts';

/** `at` is calendar time, ISO 8601 in UTC. */
export interface Authored {
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** What is other about one level of a rule; what it does not name stays as it came. */
export interface LevelChange {
  /** One number for each comparison of the level, in reading order. */
  readonly limits?: readonly number[];
  readonly timing?: Timing;
  readonly urgency?: Exclude<Level['urgency'], string>;
  /** Needed where the headline names a number that is another one now. */
  readonly headline?: string;
}

export interface RuleDifference {
  readonly rule: string;
  readonly isOff?: true;
  /** By the level's place, from the most urgent one on. */
  readonly levels?: readonly LevelChange[];
}

export type RuleChange = RuleDifference & Authored;

export interface OwnRule extends Authored {
  readonly rule: Rule;
}

export interface PresetChanges {
  readonly changes: readonly RuleChange[];
  readonly own: readonly OwnRule[];
}

export const NO_CHANGES: PresetChanges = { changes: [], own: [] };

/** The whole of it, by the id of the preset; `saved` says who wrote it last. */
export interface SiteRules {
  readonly saved?: Authored;
  readonly presets: Readonly<Record<string, PresetChanges>>;
}

/** Where a site's rules protect less than those that came, in a plain sentence. */
export interface Deviation {
  readonly rule: string;
  readonly sentence: string;
}

/** A preset as it came, and as it judges here. */
export interface PresetInForce {
  readonly factory: RuleSet;
  readonly ruleSet: RuleSet;
  readonly deviations: readonly Deviation[];
}

/** One thing that a person changes about a preset. */
export type RuleEdit =
  /** Takes the place of an earlier change of this rule. */
  | { readonly kind: 'change'; readonly change: RuleDifference }
  /** As it came; a rule of the site's own is taken away. */
  | { readonly kind: 'restore'; readonly rule: string }
  /** Takes the place of a rule of the site's own with the same id. */
  | { readonly kind: 'own'; readonly rule: Rule };
