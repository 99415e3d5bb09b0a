/**
 * A rule set out of one that came with the program and what a site changed of it. All of it or none: whatever is wrong is told
 * in sentences that name the place, and no rule set is made.
 *
 *   the preset as it came ─▶ without what is off ─▶ with other limits, times, urgencies ─▶ with rules of the site's own
 */
import {
  comparisonsOf,
  fail,
  isComparison,
  isUpper,
  ok,
  type Authored,
  type Comparison,
  type Deviation,
  type Expression,
  type Level,
  type LevelChange,
  type PresetChanges,
  type Result,
  type Rule,
  type RuleDifference,
  type RuleEdit,
  type RuleSet,
} from '$lib/domain/index.ts';
import { disclosedDelay } from './delay.ts';
import { measureWords } from './expression.ts';
import { priorityFor } from './priority.ts';
import { parseRule, parseRuleSet } from './schema.ts';

type Sentences = readonly string[];

/** A rule that could save a life, one that says what nobody watches, and a gate are changed, never left out. */
export const mayBeOff = (rule: Rule): boolean =>
  rule.kind !== 'technical' && !rule.isGate && !rule.levels.some((level) => priorityFor(level, undefined) === 'high');

/** @returns the set under the version it came with, or what is wrong, each sentence beginning with its place. */
export function withChanges(factory: RuleSet, { changes, own }: PresetChanges): Result<RuleSet, Sentences> {
  const faults: string[] = [];
  const rules = new Map(factory.rules.map((rule) => [rule.id, rule]));
  changes.forEach((change, index) => {
    const place = `changes[${index}] (${change.rule})`;
    const rule = rules.get(change.rule);
    const isTwice = changes.findIndex((one) => one.rule === change.rule) !== index;
    if (isTwice) return void faults.push(`${place}: this rule is changed twice; put both into one change.`);
    const changed = rule ? changedRule(rule, change) : fail(['the preset has no rule of this id.']);
    if (!changed.ok) return void faults.push(...changed.error.map((fault) => `${place}: ${fault}`));
    if (changed.value) rules.set(change.rule, changed.value);
    else rules.delete(change.rule);
  });
  own.forEach(({ rule }, index) => {
    const parsed = parseRule(rule);
    const place = `own[${index}]`;
    if (!parsed.ok) faults.push(...parsed.error.map((fault) => `${place}: ${fault}`));
    else if (factory.rules.some(({ id }) => id === parsed.value.id) || rules.has(parsed.value.id))
      faults.push(`${place}: there is a rule ${parsed.value.id} already; give this one another id.`);
    else rules.set(parsed.value.id, parsed.value);
  });
  if (faults.length > 0) return fail(faults);
  const present = (id: string): boolean => rules.has(id) || !factory.rules.some((rule) => rule.id === id);
  return parseRuleSet({ ...factory, rules: [...rules.values()].map((rule) => withoutReferences(rule, present)) });
}

/** What a site has changed, with one edit more; whether a rule set can be made of it is another question. */
export function withEdit({ changes, own }: PresetChanges, edit: RuleEdit, author: Authored): PresetChanges {
  switch (edit.kind) {
    case 'change': {
      const others = changes.filter(({ rule }) => rule !== edit.change.rule);
      return { changes: [...others, { ...edit.change, ...author }], own };
    }
    case 'restore':
      return {
        changes: changes.filter(({ rule }) => rule !== edit.rule),
        own: own.filter(({ rule }) => rule.id !== edit.rule),
      };
    case 'own':
      return { changes, own: [...own.filter(({ rule }) => rule.id !== edit.rule.id), { rule: edit.rule, ...author }] };
  }
}

/** @returns undefined in place of a rule that is off. */
export function changedRule(rule: Rule, { isOff, levels = [] }: RuleDifference): Result<Rule | undefined, Sentences> {
  if (isOff) return mayBeOff(rule) ? ok(undefined) : fail([`${rule.id} cannot be turned off: ${whyNeeded(rule)}.`]);
  if (levels.length > rule.levels.length)
    return fail([`${rule.id} has ${rule.levels.length} levels, not ${levels.length}.`]);
  const faults = levels.flatMap((change, index) => {
    const level = rule.levels[index];
    return level ? faultsOfChange(level, change).map((fault) => `level ${index + 1}: ${fault}`) : [];
  });
  if (faults.length > 0) return fail(faults);
  return parseRule({ ...rule, levels: rule.levels.map((level, index) => changedLevel(level, levels[index])) });
}

function whyNeeded(rule: Rule): string {
  if (rule.isGate) return 'it is a gate';
  return rule.kind === 'technical' ? 'it says what is not watched' : 'it has a high alarm';
}

function faultsOfChange(level: Level, { limits, timing, headline }: LevelChange): Sentences {
  const count = comparisonsOf(level.when).length;
  const isOther = limits !== undefined || timing !== undefined;
  return [
    ...(limits !== undefined && limits.length !== count
      ? [`it compares ${count} ${count === 1 ? 'number' : 'numbers'}, and ${limits.length} limits are given.`]
      : []),
    ...(isOther && headline === undefined && namesNumber(level)
      ? [`its headline "${level.headline}" names a number; give it a headline that is still true.`]
      : []),
  ];
}

/** What a headline says itself, beside what is filled in. */
export const namesNumber = ({ headline }: Level): boolean => /\d/.test(headline.replaceAll(/\{\w+\}/g, ''));

function changedLevel(level: Level, change: LevelChange | undefined): Level {
  if (change === undefined) return level;
  const { limits, timing, urgency, headline } = change;
  const left = [...(limits ?? [])];
  return {
    when: limits === undefined ? level.when : withLimits(level.when, left),
    timing: timing ?? level.timing,
    urgency: urgency ?? level.urgency,
    headline: headline ?? level.headline,
  };
}

/** Takes the limits from the front of the list, in reading order. */
function withLimits(when: Expression, left: number[]): Expression {
  if (isComparison(when)) return { ...when, limit: left.shift() ?? when.limit };
  if ('all' in when) return { all: when.all.map((part) => withLimits(part, left)) };
  if ('any' in when) return { any: when.any.map((part) => withLimits(part, left)) };
  if ('not' in when) return { not: withLimits(when.not, left) };
  return when;
}

/** A rule that is off is never unanswered. */
function withoutReferences(rule: Rule, present: (id: string) => boolean): Rule {
  const strip = (when: Expression): Expression => {
    if ('all' in when) return { all: when.all.map(strip) };
    if ('any' in when) return { any: when.any.map(strip) };
    if ('not' in when) return { not: strip(when.not) };
    if ('unanswered' in when) return { ...when, unanswered: when.unanswered.filter(present) };
    return 'resumedDuring' in when ? { resumedDuring: when.resumedDuring.filter(present) } : when;
  };
  return { ...rule, levels: rule.levels.map((level) => ({ ...level, when: strip(level.when) })) };
}

/** Where the set protects less than the one that came: what is off, milder, later, or lets more pass before a high alarm. */
export function deviations(factory: RuleSet, inForce: RuleSet): readonly Deviation[] {
  return factory.rules.flatMap((rule) => {
    const now = inForce.rules.find(({ id }) => id === rule.id);
    const sentences =
      now === undefined ? ['it is turned off'] : rule.levels.flatMap((level, i) => milder(level, now.levels[i]));
    return sentences.map((sentence) => ({ rule: rule.id, sentence: `${rule.id} ${rule.name}: ${sentence}.` }));
  });
}

function milder(level: Level, now: Level | undefined): Sentences {
  if (now === undefined) return [];
  const [before, after] = [priorityFor(level, undefined), priorityFor(now, undefined)];
  return [
    ...(before !== after ? [`its priority is ${after}, as it came ${before}`] : []),
    ...(before === 'high' ? [...looser(level, now), ...later(level, now)] : []),
  ];
}

const looser = (level: Level, now: Level): Sentences => {
  const others = comparisonsOf(now.when);
  return comparisonsOf(level.when).flatMap((comparison, i) => {
    const other = others[i];
    return other && letsMorePass(comparison, other)
      ? [
          `its high alarm begins at ${measureWords(other.metric, other.limit)}, as it came at ${measureWords(comparison.metric, comparison.limit)}`,
        ]
      : [];
  });
};

const letsMorePass = (comparison: Comparison, other: Comparison): boolean =>
  isUpper(comparison) ? other.limit > comparison.limit : other.limit < comparison.limit;

function later(level: Level, now: Level): Sentences {
  const [before, after] = [disclosedDelay(level), disclosedDelay(now)];
  return [
    ...(after.holdS > before.holdS ? [`its high alarm waits ${after.holdS} s, as it came ${before.holdS} s`] : []),
    ...((after.readings ?? 1) > (before.readings ?? 1)
      ? [`its high alarm waits for ${after.readings ?? 1} readings, as it came for ${before.readings ?? 1}`]
      : []),
  ];
}
