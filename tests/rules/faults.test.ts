/** What is wrong with a rule that can be read: limits that cannot be met, orders that hide a level, delays that are too long. */
import { describe, expect, test } from 'vitest';
import type { Comparison, Level, Rule } from '$lib/domain/index.ts';
import { faultsOfRule } from '$lib/rules/faults.ts';
import { level, rule } from '../support/rules.ts';

const HIGH: Comparison = { metric: 'systolic', is: '>=', limit: 180 };
const LOW: Comparison = { metric: 'systolic', is: '<', limit: 90 };
const MEDIUM: Partial<Level> = { urgency: { severity: 'reversible', onset: 'prompt' } };
const faults = (levels: readonly Level[], more: Partial<Rule> = {}) => faultsOfRule(rule(levels, more));
const of = (comparison: Partial<Comparison>) => faults([level({ ...HIGH, ...comparison })]);

test('a sound rule has none', () => {
  expect(faults([level(HIGH), level({ ...HIGH, limit: 160 }, MEDIUM)])).toEqual([]);
});

describe('a limit', () => {
  test.each<[Partial<Comparison>, readonly string[]]>([
    [{ limit: 30 }, []],
    [{ limit: 320 }, []],
    [{ limit: 29 }, ['R1, level 1: the limit 29 mmHg of systolic lies outside 30 to 320 mmHg.']],
    [{ limit: 321 }, ['R1, level 1: the limit 321 mmHg of systolic lies outside 30 to 320 mmHg.']],
    [{ metric: 'shockIndex', limit: 9 }, ['R1, level 1: the limit 9 of shock index lies outside 0.1 to 5.']],
    [{ of: 'delta', limit: 290 }, []],
    [
      { of: 'delta', limit: 291 },
      ['R1, level 1: the limit 291 lies outside what a change or an age of systolic can be, -290 to 290.'],
    ],
    [
      { of: 'projected', limit: 1000, inMin: 5 },
      ['R1, level 1: the limit 1000 mmHg of systolic lies outside 30 to 320 mmHg.'],
    ],
    [{ of: 'projected' }, ['R1, level 1: a projection of systolic needs inMin, how far it looks.']],
    [{ of: 'slope', limit: 5 }, []],
  ])('%j', (comparison, expected) => {
    expect(of(comparison)).toEqual(expected);
  });

  test.each<[Partial<Comparison>, readonly string[]]>([
    [{ adjustable: [180, 220] }, []],
    [{ adjustable: [140, 180] }, []],
    [{ adjustable: [181, 220] }, ['R1, level 1: the limit 180 of systolic lies outside its own range 181 to 220.']],
    [{ adjustable: [140, 179] }, ['R1, level 1: the limit 180 of systolic lies outside its own range 140 to 179.']],
    [{ adjustable: [180, 180] }, ['R1, level 1: the range 180 to 180 of systolic is inverted.']],
    [
      { of: 'delta', limit: 40, adjustable: [20, 60] },
      ['R1, level 1: only a limit of systolic itself may be set for a patient.'],
    ],
  ])('that may be set: %j', (comparison, expected) => {
    expect(of(comparison)).toEqual(expected);
  });

  test('may be set in several places of a rule only where it is the same', () => {
    const set: Comparison = { ...HIGH, adjustable: [140, 220] };
    const either = (other: Comparison) => faults([level({ any: [set, other] })]);
    expect(either({ ...set })).toEqual([]);
    const fault = ['R1 has more than one limit that may be set for a patient.'];
    expect(either({ ...set, limit: 185 })).toEqual(fault);
    expect(either({ ...set, adjustable: [140, 230] })).toEqual(fault);
    expect(either({ ...set, is: '>' })).toEqual(fault);
    expect(either({ ...set, metric: 'diastolic' })).toEqual(fault);
  });
});

describe('a level', () => {
  const held = (timing: Level['timing'], more: Partial<Level> = {}, of: Partial<Rule> = {}) =>
    faults([level(HIGH, { timing, ...more })], of);

  test('that is high is not held back for more than ten seconds, whatever holds it', () => {
    const fault = ['R1, level 1: a high alarm may be held back for 10 s at most, not 11 s.'];
    expect(held({ type: 'hold', holdS: 10 })).toEqual([]);
    expect(held({ type: 'hold', holdS: 11 })).toEqual(fault);
    expect(held({ type: 'first', continuousHoldS: 11 })).toEqual(fault);
    expect(held({ type: 'hold', holdS: 11 }, MEDIUM)).toEqual([]);
    expect(held({ type: 'hold', holdS: 11 }, {}, { kind: 'advisory' })).toEqual([]);
  });

  test('asks for no more readings than there are', () => {
    const readings = (crossing: number) => held({ type: 'readings', crossing, of: 3, continuousHoldS: 10 });
    expect(readings(3)).toEqual([]);
    expect(readings(4)).toEqual(['R1, level 1: 4 of 3 readings can never cross.']);
  });

  test('has the priority as it was sent only where a pump sends one', () => {
    expect(faults([level({ fact: 'infusing' }, { urgency: 'as-sent' })], { each: 'device' })).toEqual([
      'R1, level 1: only what a pump announces has a priority as it was sent.',
    ]);
    expect(faults([level({ fact: 'item-alarming' }, { urgency: 'as-sent' })], { each: 'pump-alarm' })).toEqual([]);
  });
});

describe('two levels', () => {
  const two = (first: Level['when'], second: Level['when']) => faults([level(first), level(second, MEDIUM)]);
  const inverted = (first: number, second: number) => [
    `R1, levels 1 and 2: the limits ${first} and ${second} are inverted: the more urgent one must lie further out.`,
  ];

  test('stand from the most urgent one down', () => {
    expect(faults([level({ ...HIGH, limit: 190 }, MEDIUM), level(HIGH)])).toEqual([
      'R1, levels 1 and 2: the more urgent level must come first.',
    ]);
  });

  test('lie further out the more urgent they are, upwards and downwards', () => {
    expect(two(HIGH, { ...HIGH, limit: 180 })).toEqual([]);
    expect(two(HIGH, { ...HIGH, limit: 181 })).toEqual(inverted(180, 181));
    expect(two(LOW, { ...LOW, limit: 90 })).toEqual([]);
    expect(two(LOW, { ...LOW, limit: 100 })).toEqual([]);
    expect(two(LOW, { ...LOW, limit: 89 })).toEqual(inverted(90, 89));
  });

  test('of other quantities or directions are not compared', () => {
    expect(two(HIGH, { ...HIGH, metric: 'meanArterial', limit: 200 })).toEqual([]);
    expect(two(HIGH, { ...HIGH, of: 'delta', limit: 200 })).toEqual([]);
    expect(two(LOW, { ...HIGH, limit: 60 })).toEqual([]);
    expect(two(HIGH, { all: [{ ...HIGH, limit: 200 }] })).toEqual([]);
    expect(two({ all: [HIGH] }, { ...HIGH, limit: 200 })).toEqual([]);
  });
});
