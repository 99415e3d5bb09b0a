import { describe, expect, test } from 'vitest';
import { adjustableOf, comparisonsOf, type Priority } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE, priorityFor, priorityOf } from '$lib/rules/index.ts';

/** The rule table of the preset as it was agreed: priorities from most to least urgent level. */
const AGREED: Readonly<Record<string, readonly Priority[]>> = {
  S1: ['high'],
  S2: ['high'],
  S3: ['medium'],
  S4: ['medium'],
  S5: ['high', 'medium'],
  S6: ['medium'],
  S7: ['high', 'medium'],
  S8: ['medium'],
  H1: ['high'],
  H2: ['medium'],
  O1: ['medium'],
  O2: ['high', 'high'],
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
  G1: ['notice'],
};

const RULES = ADULT_IV_KETAMINE.rules;

describe('the preset', () => {
  test('every priority follows from severity and onset as agreed', () => {
    const derived = Object.fromEntries(
      RULES.filter(({ id }) => id !== 'P3').map(({ id, levels }) => [
        id,
        levels.map((level) => priorityFor(level, undefined)),
      ]),
    );
    expect(derived).toEqual(AGREED);
  });

  test('P3 repeats the priority that the pump gave', () => {
    const level = RULES.find(({ id }) => id === 'P3')?.levels[0];
    const item = { key: 'k', label: 'occlusion', metrics: {}, facts: {}, priority: 'high' as const };
    expect(level && priorityFor(level, item)).toBe('high');
  });

  test('the scheme: death now or soon is high, discomfort later is low', () => {
    expect(priorityOf('death-or-irreversible', 'prompt')).toBe('high');
    expect(priorityOf('death-or-irreversible', 'delayed')).toBe('medium');
    expect(priorityOf('reversible', 'immediate')).toBe('high');
    expect(priorityOf('reversible', 'delayed')).toBe('low');
    expect(priorityOf('discomfort', 'immediate')).toBe('medium');
    expect(priorityOf('discomfort', 'delayed')).toBe('low');
  });

  test('it is data: writing it as JSON and reading it again changes nothing', () => {
    expect(JSON.parse(JSON.stringify(ADULT_IV_KETAMINE))).toEqual(ADULT_IV_KETAMINE);
  });

  test('ids are unique, and levels go from most to least urgent', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
    const order: readonly Priority[] = ['high', 'medium', 'low', 'notice'];
    for (const priorities of Object.values(AGREED)) {
      expect(priorities.map((one) => order.indexOf(one))).toEqual(
        priorities.map((one) => order.indexOf(one)).sort((a, b) => a - b),
      );
    }
  });

  test('no high rule waits longer than 10 s for a continuous value', () => {
    for (const rule of RULES.filter(({ kind }) => kind === 'physiological')) {
      for (const level of rule.levels) {
        if (priorityFor(level, undefined) !== 'high') continue;
        const { timing } = level;
        expect(timing.type === 'hold' ? timing.holdS : timing.continuousHoldS).toBeLessThanOrEqual(10);
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
        expect(comparison.hysteresis).toBeGreaterThan(0);
      }
    }
  });
});
