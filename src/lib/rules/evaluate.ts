/**
 * The rule set over one instant: what stands, what waits, what cannot be judged.
 *
 * Pure: (rule set, state, context) → (state, findings). A finding is reported for every instance of a rule that is not
 * plainly absent, and once more when it has become absent, so that the alarm life cycle sees every end.
 */
import type { Condition, Rule, RuleSet } from '$lib/domain/index.ts';
import type { Item, RuleContext, Truth } from './context.ts';
import { readied, ruleOfInstance, type ReadyRule } from './crossing.ts';
import { ask } from './expression.ts';
import { breachOf } from './message.ts';
import { concerned } from './reads.ts';
import { ABSENT, step, type LevelState } from './timing.ts';

/** Timing states by instance key; instances whose levels are all absent are not kept. */
export type RulesState = Readonly<Record<string, readonly LevelState[]>>;

export interface Finding {
  /** `S1`, or `T4/<device>` for rules that exist once per item. */
  readonly key: string;
  readonly rule: Rule;
  readonly condition: Condition;
}

/** What one rule came to. */
export interface Looked {
  readonly findings: readonly Finding[];
  readonly levels: readonly (readonly [key: string, levels: readonly LevelState[]])[];
  /** Time alone may change it: a hold or a clear time runs, or it has changed just now. */
  readonly isMoving: boolean;
}

export interface Judgement {
  readonly state: RulesState;
  readonly findings: readonly Finding[];
  /** For the next look. */
  readonly seen: Seen;
}

/** A look at all rules, and in what context. */
export interface Seen {
  readonly ruleSet: RuleSet;
  readonly context: RuleContext;
  readonly state: RulesState;
  /** What its rules say; not what ended because there was nothing left to judge. */
  readonly findings: readonly Finding[];
  readonly rules: readonly Looked[];
  /** Numbers of the rules that time alone may change. */
  readonly moving: readonly number[];
}

const NO_FINDINGS: readonly Finding[] = [];

/**
 * @param before an earlier look, which ended in this very state: rules that nothing new concerns and in which no time runs are not
 * looked at again. It spares work and changes nothing; without it the same is found.
 */
export function evaluate(ruleSet: RuleSet, state: RulesState, context: RuleContext, before?: Seen): Judgement {
  const isUsable = before?.ruleSet === ruleSet && before.state === state && before.context.now <= context.now;
  const due = isUsable ? concerned(ruleSet, before.context, context) : undefined;
  const ready = readied(ruleSet).rules;
  if (due === undefined || before === undefined) {
    const rules = ready.map((one) => lookAtRule(one, state, context));
    return concluded(ruleSet, state, context, rules, undefined);
  }
  let rules: Looked[] | undefined;
  const renew = (number: number): void => {
    const one = ready[number];
    const known = before.rules[number];
    const looked = one && lookAtRule(one, state, context, known);
    if (looked === undefined || looked === known) return;
    rules ??= [...before.rules];
    rules[number] = looked;
  };
  for (const number of due) renew(number);
  for (const number of before.moving) renew(number);
  if (rules === undefined) {
    const { findings, moving } = before;
    return { state, findings, seen: { ruleSet, context, state, findings, rules: before.rules, moving } };
  }
  return concluded(ruleSet, state, context, rules, before);
}

function concluded(
  ruleSet: RuleSet,
  before: RulesState,
  context: RuleContext,
  rules: readonly Looked[],
  seen: Seen | undefined,
): Judgement {
  const next: Record<string, readonly LevelState[]> = {};
  const said: Finding[] = [];
  for (const { levels, findings } of rules) {
    for (const [key, states] of levels) next[key] = states;
    for (const finding of findings) said.push(finding);
  }
  const state = isSameState(before, next) ? before : next;
  const isTold = seen !== undefined && isSameList(seen.findings, said);
  const findings = isTold ? seen.findings : said.length > 0 ? said : NO_FINDINGS;
  const ends = endsOfVanished(ruleSet, before, context);
  const moving = rules.flatMap((one, number) => (one.isMoving ? [number] : []));
  const seenNow = { ruleSet, context, state, findings, rules, moving };
  return { state, findings: ends.length === 0 ? findings : [...findings, ...ends], seen: seenNow };
}

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

const QUIET: Looked = { findings: NO_FINDINGS, levels: [], isMoving: false };

/** @param known what it came to before: the same object while it says the same. */
function lookAtRule(ready: ReadyRule, state: RulesState, context: RuleContext, known?: Looked): Looked {
  const { id, each } = ready.rule;
  const looked = each ? lookAtEach(ready, each, state, context) : look(ready, undefined, id, state, context);
  return known !== undefined && saysTheSame(known, looked) ? known : looked;
}

function lookAtEach(
  ready: ReadyRule,
  each: NonNullable<Rule['each']>,
  state: RulesState,
  context: RuleContext,
): Looked {
  const parts = context.items[each].map((item) => look(ready, item, `${ready.rule.id}/${item.key}`, state, context));
  if (parts.every((part) => part === QUIET)) return QUIET;
  return {
    findings: parts.flatMap(({ findings }) => findings),
    levels: parts.flatMap(({ levels }) => levels),
    isMoving: parts.some(({ isMoving }) => isMoving),
  };
}

const saysTheSame = (a: Looked, b: Looked): boolean =>
  a === b ||
  (a.isMoving === b.isMoving &&
    a.levels.length === b.levels.length &&
    a.findings.length === b.findings.length &&
    a.levels.every(([key, levels], i) => key === b.levels[i]?.[0] && levels === b.levels[i][1]) &&
    a.findings.every(
      ({ key, condition }, i) => key === b.findings[i]?.key && isSame(condition, b.findings[i].condition),
    ));

/** The words of a breach are made once for the same samples, so the same breach is the same object. */
function isSame(a: Condition, b: Condition): boolean {
  switch (a.is) {
    case 'absent':
      return b.is === 'absent';
    case 'unknown':
      return b.is === 'unknown' && a.why === b.why;
    case 'present':
    case 'unconfirmed':
      return a.is === b.is && a.breach === b.breach;
  }
}

/** One instance of a rule. Most of the time it does not stand and is not crossed, and nothing is made of it. */
function look(ready: ReadyRule, item: Item | undefined, key: string, state: RulesState, context: RuleContext): Looked {
  const before = state[key];
  const { rule } = ready;
  if (before === undefined) {
    const truth = crossed(ready, item, context);
    if (truth === 'no') return QUIET;
    if (truth === 'unknown') {
      return { ...QUIET, findings: [{ key, rule, condition: unjudged(rule, item, context) }] };
    }
  }
  const judged = judge(rule, item, before, context);
  const levels = keep(before, judged);
  const stands = levels.some((level) => level.at !== 'absent');
  const condition = conditionOf(rule, item, levels, context);
  const isTold = condition.is !== 'absent' || before !== undefined;
  return {
    findings: isTold ? [{ key, rule, condition }] : NO_FINDINGS,
    levels: stands ? [[key, levels]] : [],
    isMoving: levels !== before || levels.some(isMoving),
  };
}

/** Waits for a time to pass, not for another value. */
function isMoving(level: LevelState): boolean {
  if (level.at === 'pending') return level.awaits === undefined;
  return level.at === 'present' && level.insideSince !== undefined;
}

/** Of a rule that does not stand: whether one of its levels is crossed, or else the last of them cannot be judged. */
function crossed({ phases, crossings }: ReadyRule, item: Item | undefined, context: RuleContext): Truth {
  if (!phases.has(context.phase)) return 'no';
  let truth: Truth = 'no';
  for (const crossing of crossings) {
    truth = crossing(item, context);
    if (truth === 'yes') return truth;
  }
  return truth;
}

/** The same list where nothing has changed, so that whoever keeps it can see that. */
const keep = (before: readonly LevelState[] | undefined, now: readonly LevelState[]): readonly LevelState[] =>
  before?.length === now.length && now.every((level, index) => level === before[index]) ? before : now;

function isSameState(before: RulesState, now: RulesState): boolean {
  let count = 0;
  for (const key in now) {
    if (now[key] !== before[key]) return false;
    count += 1;
  }
  for (const _ in before) count -= 1;
  return count === 0;
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
    const answer = ask(level.when, { rule, item, context, slack: state.at === 'present' ? 'out' : 'none' });
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
  return states.length === 0 ? { is: 'absent' } : unjudged(rule, item, context);
}

/** A rule that applies now but lacks an input says so; a rule outside its phase has nothing to say. */
function unjudged(rule: Rule, item: Item | undefined, context: RuleContext): Condition {
  const level = rule.levels.at(-1);
  if (level === undefined) return { is: 'absent' };
  const answer = ask(level.when, { rule, item, context, slack: 'none' });
  return answer.truth === 'unknown' ? { is: 'unknown', why: answer.why } : { is: 'absent' };
}

/** A device or pump alarm that is not there any more ends what stood for it. Once: its state is gone with this look. */
function endsOfVanished(ruleSet: RuleSet, state: RulesState, context: RuleContext): readonly Finding[] {
  const ends: Finding[] = [];
  for (const key in state) {
    const slash = key.indexOf('/');
    if (slash < 0) continue;
    const rule = ruleOfInstance(ruleSet, key);
    const itemKey = key.slice(slash + 1);
    if (!rule?.each || context.items[rule.each].some((item) => item.key === itemKey)) continue;
    ends.push({ key, rule, condition: { is: 'absent' } });
  }
  return ends.length === 0 ? NO_FINDINGS : ends;
}
