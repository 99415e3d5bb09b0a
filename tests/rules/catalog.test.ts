import { describe, expect, test } from 'vitest';
import { SCALES, adjustableOf, comparisonsOf, type Priority, type RuleSet } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE, PRESETS, disclosedDelay, priorityFor, priorityOf } from '$lib/rules/index.ts';

/** The rule table as it was agreed: priorities from most to least urgent level. */
const AGREED: Readonly<Record<string, readonly Priority[]>> = {
  S1: ['high'],
  S2: ['high'],
  S3: ['medium'],
  S4: ['medium'],
  S5: ['high', 'medium'],
  S6: ['medium'],
  S7: ['high', 'medium'],
  S8: ['medium'],
  S9: ['low'],
  B1: ['high', 'medium'],
  H1: ['high'],
  H2: ['medium'],
  H3: ['medium'],
  H4: ['low'],
  H5: ['high', 'medium'],
  O1: ['medium'],
  O2: ['high', 'high'],
  O3: ['high', 'high', 'high', 'medium', 'medium', 'notice'],
  'O3-high': ['medium'],
  D1: ['medium'],
  D2: ['medium'],
  D3: ['low'],
  A1: ['notice'],
  A2: ['notice'],
  N1: ['high', 'medium'],
  N2: ['notice'],
  P1: ['high'],
  P2: ['medium', 'low'],
  P4: ['medium'],
  'P4-dose': ['medium'],
  P5: ['medium'],
  P6: ['notice'],
  T1: ['medium', 'low'],
  'T3-spo2': ['medium', 'low'],
  'T3-ecg': ['high', 'medium', 'low'],
  'T3-nibp': ['medium', 'low'],
  T4: ['high', 'medium'],
  T5: ['medium'],
  T6: ['medium'],
  'T7-spo2': ['low'],
  'T7-hr': ['low'],
  T8: ['high'],
  T9: ['notice'],
  G1: ['notice'],
  G2: ['notice'],
};

/** What a person enters stands until the next entry: nothing trembles. */
const ENTERED: ReadonlySet<string> = new Set(Object.keys(SCALES));

/** What the other presets have otherwise; `undefined`: the rule is not there. */
const OTHERWISE: Readonly<Record<string, Readonly<Record<string, readonly Priority[] | undefined>>>> = {
  'adult-iv-ketamine': {},
  'nasal-esketamine': {
    ...Object.fromEntries(['S9', 'P1', 'P2', 'P4', 'P4-dose', 'P5', 'P6'].map((id) => [id, undefined])),
    S7: ['medium'],
    T2: ['medium', 'low'],
  },
  'pain-infusion': {
    S9: undefined,
    H4: undefined,
    O3: ['high', 'high', 'high', 'medium', 'medium', 'low'],
    N3: ['low'],
  },
  'volunteer-study': {},
};

describe.each(PRESETS.map((preset): [string, RuleSet] => [preset.id, preset]))('the preset %s', (id, preset) => {
  const RULES = preset.rules;
  const derived = Object.fromEntries(
    RULES.filter((rule) => rule.id !== 'P3').map((rule) => [
      rule.id,
      rule.levels.map((level) => priorityFor(level, undefined)),
    ]),
  );

  test('every priority follows from severity and onset as agreed', () => {
    const agreed = Object.entries({ ...AGREED, ...OTHERWISE[id] }).filter(([, priorities]) => priorities !== undefined);
    expect(derived).toEqual(Object.fromEntries(agreed));
  });

  test('it says in what it differs from the base and why, and in nothing else', () => {
    const base = new Map(ADULT_IV_KETAMINE.rules.map((rule) => [rule.id, rule]));
    const own = new Map(RULES.map((rule) => [rule.id, rule]));
    const differing = [...new Set([...base.keys(), ...own.keys()])].filter((key) => base.get(key) !== own.get(key));
    expect(preset.basis?.differences.map(({ rule }) => rule).sort() ?? []).toEqual(differing.sort());
    for (const { reason } of preset.basis?.differences ?? []) expect(reason).toMatch(/\.$/);
  });

  test('P3 repeats the priority that the pump gave', () => {
    const level = RULES.find(({ id }) => id === 'P3')?.levels[0];
    const item = { key: 'k', label: 'occlusion', metrics: {}, facts: {}, priority: 'high' as const };
    expect(level && priorityFor(level, item)).toBe('high');
  });

  test('of any set: death now or soon is high, discomfort later is low', () => {
    expect(priorityOf('death-or-irreversible', 'prompt')).toBe('high');
    expect(priorityOf('death-or-irreversible', 'delayed')).toBe('medium');
    expect(priorityOf('reversible', 'immediate')).toBe('high');
    expect(priorityOf('reversible', 'delayed')).toBe('low');
    expect(priorityOf('discomfort', 'immediate')).toBe('medium');
    expect(priorityOf('discomfort', 'delayed')).toBe('low');
  });

  test('ids are unique, and levels go from most to least urgent', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
    const order: readonly Priority[] = ['high', 'medium', 'low', 'notice'];
    for (const priorities of Object.values(derived)) {
      expect(priorities.map((one) => order.indexOf(one))).toEqual(
        priorities.map((one) => order.indexOf(one)).sort((a, b) => a - b),
      );
    }
  });

  test('no high rule waits longer than 10 s for a continuous value', () => {
    for (const rule of RULES.filter(({ kind }) => kind === 'physiological')) {
      for (const level of rule.levels) {
        if (priorityFor(level, undefined) !== 'high') continue;
        expect(disclosedDelay(level).holdS).toBeLessThanOrEqual(10);
      }
    }
  });

  test('a limit that may be set for a patient lies inside its own range', () => {
    for (const rule of RULES) {
      const comparison = adjustableOf(rule);
      if (!comparison?.adjustable) continue;
      const [low, high] = comparison.adjustable;
      expect(comparison.limit).toBeGreaterThanOrEqual(low);
      expect(comparison.limit).toBeLessThanOrEqual(high);
    }
  });

  test('every physiological limit has a hysteresis, so that a value at the limit makes one alarm', () => {
    for (const rule of RULES.filter(({ kind }) => kind === 'physiological')) {
      for (const comparison of rule.levels.flatMap((level) => comparisonsOf(level.when))) {
        if (ENTERED.has(comparison.metric)) continue;
        expect(comparison.hysteresis).toBeGreaterThan(0);
      }
    }
  });
});

describe('the delay that is disclosed', () => {
  const delays = (id: string) =>
    ADULT_IV_KETAMINE.rules.find((rule) => rule.id === id)?.levels.map((level) => disclosedDelay(level));

  test.each([
    ['S1', [{ holdS: 10, averagingS: 0, readings: 1 }]],
    ['S3', [{ holdS: 15, averagingS: 0, readings: 2 }]],
    ['H2', [{ holdS: 15, averagingS: 0 }]],
    ['H4', [{ holdS: 30, averagingS: 60 }]],
    [
      'O2',
      [
        { holdS: 0, averagingS: 0 },
        { holdS: 10, averagingS: 0 },
      ],
    ],
  ])('of %s', (id, expected) => {
    expect(delays(id)).toEqual(expected);
  });
});
