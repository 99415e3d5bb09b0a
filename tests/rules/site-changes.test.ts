/** Changes to rules of every shape, on a preset of a few rules made for it: what becomes of each, and where it is told as milder. */
import { describe, expect, test } from 'vitest';
import {
  NO_CHANGES,
  type Authored,
  type Expression,
  type Level,
  type LevelChange,
  type PresetChanges,
  type Rule,
  type RuleSet,
  type Timing,
} from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { deviations, mayBeOff, namesNumber, withChanges, withEdit } from '$lib/rules/site.ts';
import { level, rule } from '../support/rules.ts';

const SAID: Authored = { by: 'Dr A', reason: 'our protocol', at: '2026-11-23T20:05:00Z' };
const HIGH: Expression = { metric: 'systolic', is: '>=', limit: 180 };
const named = (id: string, levels: readonly Level[], more: Partial<Rule> = {}): Rule =>
  rule(levels, { id, name: `rule-${id}`, ...more });
const MILD: Partial<Level> = { urgency: { severity: 'reversible', onset: 'prompt' }, headline: 'Look at it' };

const NESTED: Expression = {
  any: [
    { metric: 'heartRate', is: '>', limit: 120 },
    {
      all: [
        { not: { metric: 'spo2', is: '<', limit: 90 } },
        { fact: 'infusing' },
        { metric: 'respiratoryRate', is: '>', limit: 30 },
      ],
    },
  ],
};
const ASKING: Expression = {
  any: [{ not: { all: [{ unanswered: ['A', 'B'], priority: 'high' }] } }, { resumedDuring: ['A', 'C'] }],
};
const FACTORY: RuleSet = {
  ...ADULT_IV_KETAMINE,
  rules: [
    named('A', [level(HIGH, { headline: 'Systolic {value}' })]),
    named('B', [level(NESTED, MILD)]),
    named('C', [level({ fact: 'infusing' }, MILD), level({ fact: 'no-spo2' }, { ...MILD, urgency: 'notice' })]),
    named('D', [level(ASKING, { ...MILD, headline: 'Ask' })]),
    named('E', [level({ metric: 'diastolic', is: '>=', limit: 110 }, { ...MILD, headline: 'Diastolic above 110' })]),
    named('F', [level({ fact: 'item-alarming' }, { ...MILD, urgency: 'as-sent' })], { each: 'pump-alarm' }),
  ],
};

const changing = (id: string, ...levels: readonly LevelChange[]): PresetChanges => ({
  changes: [{ rule: id, levels, ...SAID }],
  own: [],
});
const without = (...ids: readonly string[]): PresetChanges => ({
  changes: ids.map((id) => ({ rule: id, isOff: true, ...SAID })),
  own: [],
});
const adding = (...rules: readonly Rule[]): PresetChanges => ({
  changes: [],
  own: rules.map((one) => ({ rule: one, ...SAID })),
});

const attempt = (asked: PresetChanges) => withChanges(FACTORY, asked);
const faults = (asked: PresetChanges): readonly string[] => {
  const result = attempt(asked);
  return result.ok ? [] : result.error;
};
function changed(asked: PresetChanges, id: string): Rule | undefined {
  const result = attempt(asked);
  expect(result).toMatchObject({ ok: true });
  return result.ok ? result.value.rules.find((one) => one.id === id) : undefined;
}

describe('a changed rule', () => {
  test('has its limits in reading order, however deep they stand, and everything between as it came', () => {
    expect(changed(changing('B', { limits: [125, 88, 32] }), 'B')?.levels[0]?.when).toEqual({
      any: [
        { metric: 'heartRate', is: '>', limit: 125 },
        {
          all: [
            { not: { metric: 'spo2', is: '<', limit: 88 } },
            { fact: 'infusing' },
            { metric: 'respiratoryRate', is: '>', limit: 32 },
          ],
        },
      ],
    });
  });

  test.each<[string, LevelChange]>([
    ['its time', { timing: { type: 'hold', holdS: 30 } }],
    ['its urgency', { urgency: { severity: 'reversible', onset: 'delayed' } }],
    ['its headline', { headline: 'Another' }],
    ['nothing', {}],
  ])('has %s of the change and the rest as it came', (_, change) => {
    const before = FACTORY.rules[1];
    expect(changed(changing('B', change), 'B')).toEqual({
      ...before,
      levels: before?.levels.map((one) => ({ ...one, ...change })),
    });
  });

  test('without a word about its levels is as it came', () => {
    expect(attempt({ changes: [{ rule: 'B', ...SAID }], own: [] })).toEqual({ ok: true, value: FACTORY });
  });

  test('asks of those that are there only, in every depth; what a site names itself is left to be refused', () => {
    expect(changed(without('B', 'C'), 'D')?.levels[0]?.when).toEqual({
      any: [{ not: { all: [{ unanswered: ['A'], priority: 'high' }] } }, { resumedDuring: ['A'] }],
    });
    const stranger = named('X', [level({ unanswered: ['A', 'Q'], priority: 'high' }, MILD)]);
    expect(faults(adding(stranger))).toEqual(['X names the rule Q, which is not there.']);
  });
});

describe('what is refused', () => {
  test.each<[string, PresetChanges, readonly string[]]>([
    [
      'limits where one number is compared',
      changing('A', { limits: [170, 160] }),
      ['changes[0] (A): level 1: it compares 1 number, and 2 limits are given.'],
    ],
    [
      'a time under a headline with a number',
      changing('E', { timing: { type: 'hold', holdS: 5 } }),
      [
        'changes[0] (E): level 1: its headline "Diastolic above 110" names a number; give it a headline that is still true.',
      ],
    ],
    [
      'both at once',
      changing('E', { limits: [] }),
      [
        'changes[0] (E): level 1: it compares 1 number, and 0 limits are given.',
        'changes[0] (E): level 1: its headline "Diastolic above 110" names a number; give it a headline that is still true.',
      ],
    ],
    [
      'an own rule under an id of the preset',
      adding(named('A', [level(HIGH)])),
      ['own[0]: there is a rule A already; give this one another id.'],
    ],
    [
      'an own rule twice',
      adding(named('X', [level(HIGH)]), named('X', [level(HIGH)])),
      ['own[1]: there is a rule X already; give this one another id.'],
    ],
    [
      'an own rule under the id of one that is off',
      { ...without('B'), own: adding(named('B', [level(HIGH)])).own },
      ['own[0]: there is a rule B already; give this one another id.'],
    ],
  ])('%s', (_, asked, sentences) => {
    expect(faults(asked)).toEqual(sentences);
  });

  test.each<[string, LevelChange]>([
    ['a headline that is true again', { limits: [105], headline: 'Diastolic above 105' }],
    [
      'an urgency alone, although the headline names a number',
      { urgency: { severity: 'reversible', onset: 'delayed' } },
    ],
  ])('but not %s', (_, change) => {
    expect(faults(changing('E', change))).toEqual([]);
  });

  test.each([
    ['Systolic {value}, limit {limit}', false],
    ['Level {spo2}', false],
    ['{value} above 140', true],
    ['2 of {value}', true],
  ])('the headline "%s" names a number itself: %s', (headline, is) => {
    expect(namesNumber(level(HIGH, { headline }))).toBe(is);
  });

  test('a rule of which one level of several is high is not left out', () => {
    const both = named('A', [level(HIGH), level(HIGH, MILD)]);
    expect([both, named('B', [level(HIGH, MILD)])].map(mayBeOff)).toEqual([false, true]);
  });
});

describe('one edit more', () => {
  const LATER: Authored = { by: 'Dr B', reason: 'later', at: '2026-11-24T08:00:00Z' };
  const OWN = named('X', [level(HIGH, MILD)]);
  const begun: PresetChanges = {
    changes: [...without('B').changes, ...changing('A', {}).changes],
    own: adding(OWN, named('Y', [level(HIGH, MILD)])).own,
  };

  test('replaces the change of that rule, goes to the end and says who', () => {
    const change = { rule: 'B', levels: [{ headline: 'Other' }] };
    expect(withEdit(begun, { kind: 'change', change }, LATER)).toEqual({
      changes: [begun.changes[1], { ...change, ...LATER }],
      own: begun.own,
    });
  });

  test('replaces an own rule of that id, and adds one of a new id', () => {
    const edited = { ...OWN, why: 'another reason' };
    expect(withEdit(begun, { kind: 'own', rule: edited }, LATER)).toEqual({
      changes: begun.changes,
      own: [begun.own[1], { rule: edited, ...LATER }],
    });
    expect(withEdit(NO_CHANGES, { kind: 'own', rule: OWN }, LATER)).toEqual({
      changes: [],
      own: [{ rule: OWN, ...LATER }],
    });
  });

  test.each([
    ['B', ['A'], ['X', 'Y']],
    ['X', ['B', 'A'], ['Y']],
    ['Q', ['B', 'A'], ['X', 'Y']],
  ])('restores %s alone', (id, changes, own) => {
    const restored = withEdit(begun, { kind: 'restore', rule: id }, LATER);
    expect(restored.changes.map((one) => one.rule)).toEqual(changes);
    expect(restored.own.map((one) => one.rule.id)).toEqual(own);
  });
});

describe('where it protects less', () => {
  const told = (before: Level, now: Partial<Level>): readonly string[] => {
    const set = (one: Level): RuleSet => ({ ...FACTORY, rules: [named('A', [one])] });
    return deviations(set(before), set({ ...before, ...now })).map(({ sentence }) =>
      sentence.replace('A rule-A: ', ''),
    );
  };
  const hold = (holdS: number): Timing => ({ type: 'hold', holdS });
  const first: Timing = { type: 'first', continuousHoldS: 5 };
  const readings: Timing = { type: 'readings', crossing: 3, of: 4, continuousHoldS: 5 };
  const low = (limit: number): Expression => ({ metric: 'spo2', is: '<', limit });

  test.each<[string, Level, Partial<Level>, readonly string[]]>([
    ['as it came', level(HIGH), {}, []],
    ['sooner', level(HIGH, { timing: hold(5) }), { timing: hold(4) }, []],
    ['later', level(HIGH, { timing: hold(5) }), { timing: hold(8) }, ['its high alarm waits 8 s, as it came 5 s.']],
    [
      'by more readings',
      level(HIGH, { timing: first }),
      { timing: readings },
      ['its high alarm waits for 3 readings, as it came for 1.'],
    ],
    ['by fewer readings', level(HIGH, { timing: readings }), { timing: first }, []],
    [
      'by readings where it came without',
      level(HIGH, { timing: hold(5) }),
      { timing: readings },
      ['its high alarm waits for 3 readings, as it came for 1.'],
    ],
    ['by a hold where it came by readings', level(HIGH, { timing: readings }), { timing: hold(5) }, []],
    [
      'from a lower low limit on',
      level(low(88)),
      { when: low(86) },
      ['its high alarm begins at 86 %, as it came at 88 %.'],
    ],
    ['from a higher low limit on', level(low(88)), { when: low(90) }, []],
    ['from the same limit on', level(low(88)), { when: low(88) }, []],
    ['of a milder rule later', level(HIGH, MILD), { timing: hold(60) }, []],
    ['as a pump says', level(HIGH, { urgency: 'as-sent' }), { timing: hold(60) }, []],
    ['milder', level(HIGH), MILD, ['its priority is medium, as it came high.']],
  ])('%s', (_, before, now, sentences) => {
    expect(told(before, now)).toEqual(sentences);
  });

  test('a rule that lost a level tells of those that are there', () => {
    const two = { ...FACTORY, rules: [named('A', [level(HIGH), level(HIGH, MILD)])] };
    expect(deviations(two, { ...FACTORY, rules: [named('A', [level(HIGH)])] })).toEqual([]);
  });
});
