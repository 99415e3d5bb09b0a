/**
 * The rule set over one instant: what stands, what waits, what cannot be judged.
 *
 * Pure: (rule set, state, context) → (state, findings). A finding is reported for every instance of a rule that is not
 * plainly absent, and once more when it has become absent, so that the alarm life cycle sees every end.
 */
import type { Condition } from '$lib/domain/index.ts';
import type { Item, RuleContext } from './context.ts';
import { ask } from './expression.ts';
import { breachOf } from './message.ts';
import type { Rule, RuleSet } from './rule.ts';
import { ABSENT, step, type LevelState } from './timing.ts';

/** Timing states by instance key; instances whose levels are all absent are not kept. */
export type RulesState = Readonly<Record<string, readonly LevelState[]>>;

export interface Finding {
  /** `S1`, or `T4/<device>` for rules that exist once per item. */
  readonly key: string;
  readonly rule: Rule;
  readonly item?: Item;
  readonly condition: Condition;
}

export interface Judgement {
  readonly state: RulesState;
  readonly findings: readonly Finding[];
}

export function evaluate(ruleSet: RuleSet, state: RulesState, context: RuleContext): Judgement {
  const findings: Finding[] = [];
  const next: Record<string, readonly LevelState[]> = {};
  for (const rule of ruleSet.rules) {
    for (const item of rule.each ? context.items[rule.each] : [undefined]) {
      const key = item === undefined ? rule.id : `${rule.id}/${item.key}`;
      const levels = judge(rule, item, state[key], context);
      if (levels.some((level) => level.at !== 'absent')) next[key] = levels;
      const condition = conditionOf(rule, item, levels, context);
      if (condition.is !== 'absent' || state[key] !== undefined) {
        findings.push({ key, rule, condition, ...(item === undefined ? {} : { item }) });
      }
    }
  }
  endVanished(ruleSet, state, context, findings);
  return { state: next, findings };
}

function judge(
  rule: Rule,
  item: Item | undefined,
  before: readonly LevelState[] | undefined,
  context: RuleContext,
): readonly LevelState[] {
  if (!rule.phases.includes(context.phase)) return [];
  return rule.levels.map((level, index) => {
    const state = before?.[index] ?? ABSENT;
    const answer = ask(level.when, { rule, item, context, holding: state.at === 'present' });
    return step(state, level.timing, { now: context.now, answer, nibpIntervalMs: context.nibpIntervalMs });
  });
}

function conditionOf(
  rule: Rule,
  item: Item | undefined,
  states: readonly LevelState[],
  context: RuleContext,
): Condition {
  const asked = { rule, item, context };
  for (const [index, state] of states.entries()) {
    const level = rule.levels[index];
    if (level === undefined || state.at !== 'present') continue;
    if (state.unknownWhy !== undefined) return { is: 'unknown', why: state.unknownWhy };
    return { is: 'present', breach: breachOf(level, state, asked) };
  }
  for (const [index, state] of states.entries()) {
    const level = rule.levels[index];
    if (level === undefined || state.at !== 'pending' || !state.awaits) continue;
    return { is: 'unconfirmed', breach: breachOf(level, state, asked) };
  }
  return unjudged(rule, item, states, context);
}

/** A rule that applies now but lacks an input says so; a rule outside its phase has nothing to say. */
function unjudged(rule: Rule, item: Item | undefined, states: readonly LevelState[], context: RuleContext): Condition {
  const level = rule.levels.at(-1);
  if (states.length === 0 || level === undefined) return { is: 'absent' };
  const answer = ask(level.when, { rule, item, context, holding: false });
  return answer.truth === 'unknown' ? { is: 'unknown', why: answer.why } : { is: 'absent' };
}

/** A device or pump alarm that is not there any more ends what stood for it. */
function endVanished(ruleSet: RuleSet, state: RulesState, context: RuleContext, findings: Finding[]): void {
  for (const rule of ruleSet.rules) {
    if (!rule.each) continue;
    const present = new Set(context.items[rule.each].map((item) => `${rule.id}/${item.key}`));
    for (const key of Object.keys(state)) {
      if (key.startsWith(`${rule.id}/`) && !present.has(key)) findings.push({ key, rule, condition: { is: 'absent' } });
    }
  }
}
