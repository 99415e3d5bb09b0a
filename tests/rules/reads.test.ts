/** Which rules something new concerns. A rule that is left out here goes on saying what it said, so none may be left out. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, type Expression, type Priority, type Rule, type RuleSet } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE, type Item, type RuleContext } from '$lib/rules/index.ts';
import { concerned, readersOfClock } from '$lib/rules/reads.ts';
import { context, level, NOW, rule, sample } from '../support/rules.ts';

const PRESSURE: Expression = { metric: 'systolic', is: '>=', limit: 180 };

/** One rule for each way of reading, by a name that says which. */
const READING: Readonly<Record<string, readonly [when: Expression, each?: Rule['each']]>> = {
  systolic: [PRESSURE],
  'not heart rate': [{ not: { metric: 'heartRate', is: '<', limit: 50 } }],
  'knows moaas': [{ known: 'moaas' }],
  infusing: [{ fact: 'infusing' }],
  'no spo2, or pressure': [{ any: [{ fact: 'no-spo2' }, PRESSURE] }],
  slope: [{ metric: 'spo2', of: 'slope', is: '<=', limit: -2 }],
  projected: [{ metric: 'spo2', of: 'projected', is: '<=', limit: 90, inMin: 5 }],
  age: [{ metric: 'diastolic', of: 'age', is: '>=', limit: 10 }],
  clock: [{ metric: 'sinceDoseMin', is: '>=', limit: 60 }],
  unanswered: [{ unanswered: ['S1'], priority: 'high' }],
  resumed: [{ resumedDuring: ['S1'] }],
  readings: [{ readingBetweenMin: [35, 50] }],
  device: [{ fact: 'no-other-vital-source' }, 'device'],
  'pump alarm': [{ fact: 'item-alarming' }, 'pump-alarm'],
  phase: [{ phase: ['infusion'] }],
};
const NAMES = Object.keys(READING);

/** A new one each time: what is known of a set is kept for as long as the set. */
const setOfAll = (): RuleSet => ({
  ...ADULT_IV_KETAMINE,
  rules: Object.entries(READING).map(([id, [when, each]]) => rule([level(when)], { id, ...(each && { each }) })),
});

const NAMES_OF = (numbers: readonly number[]) => NAMES.filter((_, number) => numbers.includes(number));

const ITEM: Item = { key: 'monitor', label: 'Monitor', metrics: {}, facts: {} };
const LATER = monotonicMs(NOW + 1);
const EMPTY = context();

function concernedBy(before: RuleContext, now: RuleContext): readonly string[] {
  const numbers = concerned(setOfAll(), before, now);
  expect(numbers).toBeDefined();
  expect((numbers ?? []).every((number) => typeof number === 'number' && NAMES[number] !== undefined)).toBe(true);
  return NAMES_OF(numbers ?? []);
}

describe('what is new concerns those that read it and no others', () => {
  test.each<[string, Partial<RuleContext>, readonly string[]]>([
    ['a pressure', { metrics: { systolic: sample(120) } }, ['systolic', 'no spo2, or pressure']],
    ['a heart rate', { metrics: { heartRate: sample(60) } }, ['not heart rate']],
    ['a score that is entered', { metrics: { moaas: sample(4) } }, ['knows moaas']],
    ['a saturation', { metrics: { spo2: sample(97) } }, ['slope', 'projected']],
    ['a value whose age is asked', { metrics: { diastolic: sample(80) } }, ['age']],
    ['a value that no rule reads', { metrics: { respiratoryRate: sample(14) } }, []],
    ['a fact', { facts: { 'no-spo2': 'yes' } }, ['no spo2, or pressure']],
    ['a fact that no rule reads', { facts: { 'bedside-silenced': 'yes' } }, []],
    ['a fact of the pumps', { ofPumps: { metrics: {}, facts: { infusing: 'yes' } } }, ['infusing']],
    ['a value of the pumps', { ofPumps: { metrics: { heartRate: sample(1) }, facts: {} } }, ['not heart rate']],
    ['the courses', { series: {} }, ['slope', 'projected']],
    ['what is unanswered', { unanswered: new Map<string, Priority>([['S1', 'high']]) }, ['unanswered', 'resumed']],
    ['what the pump was resumed during', { resumedDuring: ['S1'] }, ['unanswered', 'resumed']],
    ['when readings were taken', { readingMinutes: [40] }, ['readings']],
    ['a device', { items: { ...EMPTY.items, device: [ITEM] } }, ['device']],
    ['an alarm of a pump', { items: { ...EMPTY.items, 'pump-alarm': [ITEM] } }, ['pump alarm']],
    ['the time', { now: LATER }, ['age', 'clock']],
    ['nothing', {}, []],
  ])('%s', (_, news, names) => {
    expect(concernedBy(EMPTY, { ...EMPTY, ...news })).toEqual(names);
  });

  test('a value or fact that is known no more concerns them as well', () => {
    const before = { ...EMPTY, metrics: { systolic: sample(190) }, facts: { infusing: 'yes' as const } };
    const now = { ...before, metrics: { systolic: undefined }, facts: { infusing: undefined } };
    expect(concernedBy(before, now)).toEqual(['systolic', 'infusing', 'no spo2, or pressure']);
  });

  test('what is told again as the very same value concerns nobody', () => {
    const systolic = sample(190);
    expect(concernedBy({ ...EMPTY, metrics: { systolic } }, { ...EMPTY, metrics: { systolic } })).toEqual([]);
  });
});

test.each<[string, Partial<RuleContext>]>([
  ['the phase', { phase: 'observation' }],
  ['the baseline', { baseline: { systolic: 128 } }],
  ['the limits of the patient', { limits: { S1: 170 } }],
  ['how often the cuff is expected', { nibpIntervalMs: 60_000 }],
])('%s concerns all rules', (_, news) => {
  expect(concerned(setOfAll(), EMPTY, { ...EMPTY, ...news })).toBeUndefined();
});

test('a rule is concerned by what any of its levels reads', () => {
  const one = rule([level(PRESSURE), level({ fact: 'infusing' })], { id: 'two levels' });
  const set: RuleSet = { ...ADULT_IV_KETAMINE, rules: [one] };
  const news: readonly Partial<RuleContext>[] = [{ metrics: { systolic: sample(1) } }, { facts: { infusing: 'yes' } }];
  for (const some of news) expect(concerned(set, EMPTY, { ...EMPTY, ...some })).toEqual([0]);
});

test('the rules of the clock are those that time alone may cross', () => {
  expect(NAMES_OF(readersOfClock(setOfAll()))).toEqual(['age', 'clock']);
});
