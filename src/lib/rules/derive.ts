/** A preset out of another one: the base set and named differences, each with its reason, so that a reader sees what is other and why. */
import { isComparison, type Difference, type Expression, type Rule, type RuleSet } from '$lib/domain/index.ts';

export interface Change extends Difference {
  /** What takes the rule's place; absent for one that is left out. */
  readonly with?: Rule;
}

export const adds = (rule: Rule, reason: string): Change => ({ rule: rule.id, does: 'adds', reason, with: rule });

export const leavesOut = (rule: string, reason: string): Change => ({ rule, does: 'leaves-out', reason });

type Described = Pick<RuleSet, 'id' | 'version' | 'title'> & Partial<Pick<RuleSet, 'nibpIntervalMin' | 'discharge'>>;

/** @throws RangeError for a change of a rule that the base does not have: the preset is written wrongly. */
export function derived(base: RuleSet, described: Described, changes: readonly Change[]): RuleSet {
  const missing = changes.find(({ rule, does }) => does !== 'adds' && !base.rules.some(({ id }) => id === rule));
  if (missing) throw new RangeError(`${described.id}: the base has no rule ${missing.rule}`);
  const byRule = new Map(changes.map((change) => [change.rule, change]));
  const kept = base.rules.flatMap((rule) => {
    const change = byRule.get(rule.id);
    if (change === undefined) return [rule];
    return change.with ? [change.with] : [];
  });
  const added = changes.flatMap((change) => (change.does === 'adds' && change.with ? [change.with] : []));
  const differences = changes.map(({ rule, does, reason }): Difference => ({ rule, does, reason }));
  return {
    ...base,
    ...described,
    rules: [...kept, ...added],
    basis: { id: base.id, version: base.version, differences },
  };
}

/** Changes of the rules of one base. */
export function changesOf(base: RuleSet) {
  const change = (id: string, reason: string, make: (rule: Rule) => Rule): Change => {
    const rule = base.rules.find((one) => one.id === id);
    if (rule === undefined) throw new RangeError(`the base has no rule ${id}`);
    return { rule: id, does: 'changes', reason, with: make(rule) };
  };
  return {
    change,
    /** Other limits, one for each level from the most urgent one on. */
    limits: (id: string, limits: readonly number[], reason: string): Change =>
      change(id, reason, (rule) => ({
        ...rule,
        levels: rule.levels.map((level, i) => ({ ...level, when: withLimit(level.when, limits[i]) })),
      })),
  };
}

/** Of a level that compares with one number, perhaps beside others and statements: of `all` the first is meant. */
function withLimit(when: Expression, limit: number | undefined): Expression {
  if (limit === undefined) return when;
  if (isComparison(when)) return { ...when, limit };
  return 'all' in when ? { all: when.all.map((part, i) => (i === 0 ? withLimit(part, limit) : part)) } : when;
}
