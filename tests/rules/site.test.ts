/** What a site makes of a preset: all of what it asked for or nothing, and told where it protects less. */
import { describe, expect, test } from 'vitest';
import { NO_CHANGES, type Authored, type PresetChanges, type Rule, type RuleDifference } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE, PRESETS } from '$lib/rules/index.ts';
import { deviations, mayBeOff, withChanges } from '$lib/rules/site.ts';

const SAID: Authored = { by: 'Dr A', reason: 'our protocol', at: '2026-11-23T20:05:00Z' };
const changes = (...list: readonly RuleDifference[]): PresetChanges => ({
  changes: list.map((one) => ({ ...one, ...SAID })),
  own: [],
});
const own = (...rules: readonly unknown[]): PresetChanges => ({
  changes: [],
  own: rules.map((rule) => ({ rule: rule as Rule, ...SAID })),
});
const made = (asked: PresetChanges) => {
  const result = withChanges(ADULT_IV_KETAMINE, asked);
  if (!result.ok) throw new Error(result.error.join('\n'));
  return result.value;
};
const faults = (asked: PresetChanges): readonly string[] => {
  const result = withChanges(ADULT_IV_KETAMINE, asked);
  return result.ok ? [] : result.error;
};
const rule = (id: string, set = ADULT_IV_KETAMINE): Rule => {
  const found = set.rules.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no rule ${id}`);
  return found;
};

const SLOW_BREATH = {
  id: 'X1',
  name: 'breath-and-pulse',
  kind: 'physiological',
  phases: ['infusion'],
  metric: 'respiratoryRate',
  worse: 'lower',
  levels: [
    {
      when: {
        all: [
          { metric: 'respiratoryRate', is: '<', limit: 11 },
          { metric: 'heartRate', is: '<', limit: 60 },
        ],
      },
      timing: { type: 'hold', holdS: 20 },
      urgency: { severity: 'reversible', onset: 'prompt' },
      headline: 'Respiratory rate {value} /min with a slow pulse',
    },
  ],
  why: 'Both together come before trouble here.',
};

describe('a preset with changes', () => {
  test('without any is the preset', () => {
    for (const preset of PRESETS) expect(withChanges(preset, NO_CHANGES)).toEqual({ ok: true, value: preset });
  });

  test('has the new limits, each in its place, and everything else as it came', () => {
    const set = made(
      changes({ rule: 'S6', levels: [{ limits: [35, 25] }] }, { rule: 'S5', levels: [{}, { limits: [118] }] }),
    );
    expect(rule('S6', set).levels[0]?.when).toMatchObject({
      all: [
        { of: 'delta', limit: 35 },
        { of: 'percent', limit: 25 },
      ],
    });
    expect(rule('S5', set).levels.map(({ when }) => when)).toMatchObject([{ limit: 130 }, { limit: 118 }]);
    expect(rule('S1', set)).toEqual(rule('S1'));
  });

  test('has the new times and urgencies', () => {
    const timing = { type: 'hold', holdS: 30 } as const;
    const urgency = { severity: 'reversible', onset: 'delayed' } as const;
    expect(rule('O1', made(changes({ rule: 'O1', levels: [{ timing, urgency }] }))).levels[0]).toMatchObject({
      timing,
      urgency,
    });
  });

  test('no longer has what is off, nor asks whether it is unanswered', () => {
    const set = made(changes({ rule: 'S6', isOff: true }));
    expect(set.rules.some(({ id }) => id === 'S6')).toBe(false);
    expect(JSON.stringify(rule('P5', set))).not.toContain('S6');
  });

  test('has rules of the site at its end', () => {
    expect(made(own(SLOW_BREATH)).rules.at(-1)).toEqual(SLOW_BREATH);
  });
});

describe('what is refused, with its place', () => {
  test.each<[string, PresetChanges, string]>([
    ['a rule that is not there', changes({ rule: 'Q9' }), 'changes[0] (Q9): the preset has no rule of this id.'],
    [
      'a rule twice',
      changes({ rule: 'S1' }, { rule: 'S1' }),
      'changes[1] (S1): this rule is changed twice; put both into one change.',
    ],
    [
      'a high rule off',
      changes({ rule: 'S1', isOff: true }),
      'changes[0] (S1): S1 cannot be turned off: it has a high alarm.',
    ],
    [
      'a technical rule off',
      changes({ rule: 'T1', isOff: true }),
      'changes[0] (T1): T1 cannot be turned off: it says what is not watched.',
    ],
    ['a gate off', changes({ rule: 'G1', isOff: true }), 'changes[0] (G1): G1 cannot be turned off: it is a gate.'],
    [
      'a limit too many',
      changes({ rule: 'S6', levels: [{ limits: [30] }] }),
      'changes[0] (S6): level 1: it compares 2 numbers, and 1 limits are given.',
    ],
    ['a level too many', changes({ rule: 'S1', levels: [{}, {}] }), 'changes[0] (S1): S1 has 1 levels, not 2.'],
    ['a limit beyond all reason', changes({ rule: 'S1', levels: [{ limits: [900] }] }), 'lies outside 30 to 320 mmHg'],
    [
      'a headline that would lie',
      changes({ rule: 'G1', levels: [{ limits: [160, 150, 65, 95] }] }),
      'its headline "Baseline above 140/90',
    ],
    [
      'an own rule with a taken id',
      own({ ...SLOW_BREATH, id: 'S1' }),
      'own[0]: there is a rule S1 already; give this one another id.',
    ],
    [
      'an own rule of no known metric',
      own({ ...SLOW_BREATH, metric: 'mood' }),
      'own[0]: metric: is no metric that this program knows.',
    ],
    ['something that is no rule', own(7), 'own[0]: '],
  ])('%s', (_, asked, sentence) => {
    expect(faults(asked).join('\n')).toContain(sentence);
  });

  test('with everything else in the same file', () => {
    expect(
      withChanges(ADULT_IV_KETAMINE, changes({ rule: 'S1', levels: [{ limits: [170] }] }, { rule: 'Q9' })).ok,
    ).toBe(false);
  });

  test('nothing that may be off has a high level, is technical or a gate', () => {
    for (const { id } of ADULT_IV_KETAMINE.rules.filter(mayBeOff))
      expect(faults(changes({ rule: id, isOff: true })), id).toEqual([]);
  });
});

describe('where a site protects less', () => {
  const told = (...list: readonly RuleDifference[]) =>
    deviations(ADULT_IV_KETAMINE, made(changes(...list))).map(({ sentence }) => sentence);
  test.each<[RuleDifference, readonly string[]]>([
    [
      { rule: 'S1', levels: [{ limits: [190] }] },
      ['S1 sbp-very-high: its high alarm begins at 190 mmHg, as it came at 180 mmHg.'],
    ],
    [{ rule: 'S1', levels: [{ limits: [170] }] }, []],
    [
      { rule: 'O2', levels: [{}, { limits: [86] }] },
      ['O2 spo2-desat: its high alarm begins at 86 %, as it came at 88 %.'],
    ],
    [{ rule: 'S3', levels: [{ limits: [170] }] }, []],
    [
      { rule: 'S3', levels: [{ urgency: { severity: 'reversible', onset: 'delayed' } }] },
      ['S3 sbp-high: its priority is low, as it came medium.'],
    ],
    [
      { rule: 'S1', levels: [{ timing: { type: 'confirm', withinMin: 5, continuousHoldS: 10 } }] },
      ['S1 sbp-very-high: its high alarm waits for 2 readings, as it came for 1.'],
    ],
    [{ rule: 'S6', isOff: true }, ['S6 sbp-rise: it is turned off.']],
  ])('%j', (asked, sentences) => {
    expect(told(asked)).toEqual(sentences);
  });
});
