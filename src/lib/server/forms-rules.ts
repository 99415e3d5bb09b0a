/** The forms of the Rules page as changes of rules. Whether a change makes a rule is the schema's to say. */
import {
  PHASES,
  comparisonsOf,
  fail,
  isUpper,
  keysOf,
  METRICS,
  ok,
  SCALES,
  type Comparison,
  type Expression,
  type Level,
  type LevelChange,
  type MetricId,
  type PresetInForce,
  type Result,
  type Rule,
  type RuleDifference,
  type RuleEdit,
  type Timing,
} from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import type { Fields } from '$lib/realtime/forms.ts';
import { priorityOf } from '$lib/rules/index.ts';
import { parseRule } from '$lib/rules/schema.ts';
import { changedRule } from '$lib/rules/site.ts';
import { isTicked } from './forms.ts';

type Sentences = readonly string[];

const told = words.rules.form;

/** What the form says otherwise than the rule as it came; a field that was not sent is as it came. */
export function readDifference(fields: Fields, factory: Rule): Result<RuleDifference, Sentences> {
  if (isTicked(fields['isOff'])) return ok({ rule: factory.id, isOff: true });
  const faults: string[] = [];
  const levels = factory.levels.map((level, index) => levelChange(fields, level, index, faults));
  if (faults.length > 0) return fail(faults);
  const isOther = levels.some((change) => keysOf(change).length > 0);
  return ok({ rule: factory.id, ...(isOther && { levels }) });
}

/** What a form about a rule that is there asks of the station. A rule of the site's own is written anew as a whole. */
export function readEdit(fields: Fields, { factory, ruleSet }: PresetInForce): Result<RuleEdit, Sentences> {
  const { rule: id = '' } = fields;
  const came = factory.rules.find((rule) => rule.id === id);
  const own = ruleSet.rules.find((rule) => rule.id === id);
  const rule = came ?? own;
  if (rule === undefined) return fail([told.noRule(id)]);
  const change = readDifference(fields, rule);
  if (!change.ok) return change;
  if (came)
    return ok(isAsItCame(change.value) ? { kind: 'restore', rule: id } : { kind: 'change', change: change.value });
  const changed = changedRule(rule, change.value);
  if (!changed.ok) return changed;
  return changed.value ? ok({ kind: 'own', rule: changed.value }) : fail([told.removeInstead]);
}

/** Whoever fills in a form has one change before him, not a file with places. */
export const withoutPlace = (sentence: string): string =>
  sentence.replace(/^(presets\.[\w-]+\.)?(changes|own)\[\d+\]( \([\w-]+\))?: /, '');

/** Nothing of it is other than it came: the change is taken back. */
const isAsItCame = ({ isOff, levels }: RuleDifference): boolean => isOff === undefined && levels === undefined;

function levelChange(fields: Fields, level: Level, index: number, faults: string[]): LevelChange {
  const limits = comparisonsOf(level.when).map(({ limit }, place) =>
    numberOf(fields, `limit-${index}-${place}`, limit, faults),
  );
  const timing = timingOf(fields, level.timing, index, faults);
  const urgency = urgencyOf(fields, level, index);
  const headline = fields[`headline-${index}`] ?? level.headline;
  return {
    ...(!isSame(
      limits,
      comparisonsOf(level.when).map(({ limit }) => limit),
    ) && { limits }),
    ...(!isSame(timing, level.timing) && { timing }),
    ...(urgency !== undefined && !isSame(urgency, level.urgency) && { urgency }),
    ...(headline !== level.headline && { headline }),
  };
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function numberOf(fields: Fields, name: string, otherwise: number, faults: string[]): number {
  const text = fields[name];
  if (text === undefined) return otherwise;
  const value = signedNumber(text);
  if (value === undefined) faults.push(told.noNumber(text));
  return value ?? otherwise;
}

/** With a comma or a point, and either of the two signs that people write for minus. */
function signedNumber(text: string): number | undefined {
  const plain = text.trim().replace(/^−/, '-').replace(',', '.');
  return /^-?\d{1,6}(\.\d{1,4})?$/.test(plain) ? Number(plain) : undefined;
}

function urgencyOf(fields: Fields, { urgency }: Level, index: number): LevelChange['urgency'] {
  if (typeof urgency === 'string') return undefined;
  const severity = keysOf(words.rules.severities).find((one) => one === fields[`severity-${index}`]);
  const onset = keysOf(words.rules.onsets).find((one) => one === fields[`onset-${index}`]);
  return { severity: severity ?? urgency.severity, onset: onset ?? urgency.onset };
}

function timingOf(fields: Fields, came: Timing, index: number, faults: string[]): Timing {
  const type = keysOf(words.rules.timings).find((one) => one === fields[`timing-${index}`]) ?? came.type;
  const waitS = numberOf(fields, `holdS-${index}`, came.type === 'hold' ? came.holdS : came.continuousHoldS, faults);
  switch (type) {
    case 'hold':
      return { type, holdS: waitS, ...(came.type === 'hold' && came.clearS !== undefined && { clearS: came.clearS }) };
    case 'first': {
      const isRepeatAdvised = came.type === 'first' ? came.isRepeatAdvised : undefined;
      return { type, continuousHoldS: waitS, ...(isRepeatAdvised && { isRepeatAdvised }) };
    }
    case 'confirm': {
      const withinMin = numberOf(fields, `withinMin-${index}`, came.type === 'confirm' ? came.withinMin : 5, faults);
      return { type, withinMin, continuousHoldS: waitS };
    }
    case 'readings': {
      const before = came.type === 'readings' ? came : { crossing: 2, of: 3 };
      const crossing = numberOf(fields, `crossing-${index}`, before.crossing, faults);
      return { type, crossing, of: numberOf(fields, `of-${index}`, before.of, faults), continuousHoldS: waitS };
    }
  }
}

/** How far a value must come back, so that one that trembles at its limit makes one alarm; none for other metrics. */
const HYSTERESIS: Readonly<Partial<Record<MetricId, number>>> = {
  systolic: 5,
  diastolic: 5,
  meanArterial: 5,
  heartRate: 5,
  spo2: 2,
  respiratoryRate: 1,
};

const CLEAR_S = 10;
const NAME_LETTERS = 40;
const MOST_CONDITIONS = 6;

/** A new rule under an id that the preset has not given away. */
export function readOwnRule(fields: Fields, { factory, ruleSet }: PresetInForce): Result<Rule, Sentences> {
  const taken = new Set([...factory.rules, ...ruleSet.rules].map(({ id }) => id));
  const faults: string[] = [];
  const name = fields['name'] ?? '';
  if (name === '') faults.push(told.noName);
  const conditions = Array.from({ length: MOST_CONDITIONS }, (_, index) => index)
    .filter((index) => fields[`metric-${index}`] !== undefined)
    .map((index) => comparisonOf(fields, index, faults));
  const [first] = conditions;
  const rule = {
    id: freeId(taken),
    name: slug(name),
    kind: 'physiological',
    phases: PHASES.filter((phase) => isTicked(fields[`phase-${phase}`])),
    ...(first && { metric: first.metric, worse: isUpper(first) ? 'higher' : 'lower' }),
    levels: [
      {
        when: joined(conditions, fields['join'] === 'any' ? 'any' : 'all'),
        timing: timingOf(fields, { type: 'hold', holdS: CLEAR_S, clearS: CLEAR_S }, 0, faults),
        urgency: { severity: fields['severity-0'], onset: fields['onset-0'] },
        headline: headlineOf(name, first),
      },
    ],
    reminder: { afterMin: isHigh(fields) ? 2 : 10 },
    why: fields['reason'] ?? '',
  };
  if (faults.length > 0) return fail(faults);
  return parseRule(rule);
}

/** A score that nobody has entered is not missing: it is looked at once there is one. */
function joined(conditions: readonly Comparison[], join: 'all' | 'any'): Expression | undefined {
  const parts = conditions.map((comparison): Expression =>
    isScore(comparison.metric) ? { all: [{ known: comparison.metric }, comparison] } : comparison,
  );
  if (parts.length <= 1) return parts[0];
  return join === 'any' ? { any: parts } : { all: parts };
}

const isScore = (metric: MetricId): boolean => Object.hasOwn(SCALES, metric);

/** After an answer a high alarm is quiet for no longer than an audio pause. */
function isHigh(fields: Fields): boolean {
  const severity = keysOf(words.rules.severities).find((one) => one === fields['severity-0']);
  const onset = keysOf(words.rules.onsets).find((one) => one === fields['onset-0']);
  return severity !== undefined && onset !== undefined && priorityOf(severity, onset) === 'high';
}

function comparisonOf(fields: Fields, index: number, faults: string[]): Comparison {
  const metric = keysOf(METRICS).find((one) => one === fields[`metric-${index}`]) ?? 'systolic';
  const of = keysOf(words.rules.aspects).find((one) => one === fields[`aspect-${index}`]) ?? 'value';
  const is = keysOf(words.rules.relations).find((one) => one === fields[`is-${index}`]) ?? '>=';
  const hysteresis = of === 'value' || of === 'delta' ? HYSTERESIS[metric] : undefined;
  return {
    metric,
    ...(of !== 'value' && { of }),
    is,
    limit: numberOf(fields, `limit-${index}`, 0, faults),
    ...(hysteresis !== undefined && { hysteresis }),
  };
}

function headlineOf(name: string, first: Comparison | undefined): string {
  if (first === undefined) return name;
  const { unit } = METRICS[first.metric];
  return `${name}: {value}${unit === '' ? '' : ` ${unit}`}`;
}

/** The word by which logs know the rule; its headline has the name as it was typed. */
const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, NAME_LETTERS)
    .replace(/-$/, '') || 'own-rule';

function freeId(taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) if (!taken.has(`X${number}`)) return `X${number}`;
}
