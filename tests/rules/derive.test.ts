/** A preset made of another one, and what is disclosed of its delays. */
import { describe, expect, test } from 'vitest';
import type { Comparison, Level, RuleSet, Timing } from '$lib/domain/index.ts';
import { disclosedDelay } from '$lib/rules/delay.ts';
import { adds, changesOf, derived, leavesOut } from '$lib/rules/derive.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { level, rule } from '../support/rules.ts';

const HIGH: Comparison = { metric: 'systolic', is: '>=', limit: 180 };
const BASE: RuleSet = {
  ...ADULT_IV_KETAMINE,
  id: 'base',
  version: '3',
  rules: [
    rule([level(HIGH), level({ ...HIGH, limit: 160 })], { id: 'A' }),
    rule([level({ all: [HIGH, { fact: 'infusing' }] })], { id: 'B' }),
    rule([level(HIGH)], { id: 'C' }),
  ],
};
const NAMED = { id: 'other', version: '1', title: 'Other' };

describe('a preset', () => {
  const limits = (...args: Parameters<ReturnType<typeof changesOf>['limits']>) => changesOf(BASE).limits(...args);
  const made = (): RuleSet =>
    derived(BASE, NAMED, [
      limits('A', [190, 170], 'older patients'),
      leavesOut('C', 'not measured here'),
      adds(rule([], { id: 'D' }), 'only here'),
      changesOf(BASE).change('B', 'another name', (one) => ({ ...one, name: 'renamed' })),
    ]);

  test('has its rules in the order of the base, without those left out, and further ones last', () => {
    expect(made().rules.map(({ id, name }) => `${id} ${name}`)).toEqual(['A a rule', 'B renamed', 'D a rule']);
  });

  test('has the limits level by level', () => {
    expect(made().rules[0]?.levels.map(({ when }) => when)).toEqual([
      { ...HIGH, limit: 190 },
      { ...HIGH, limit: 170 },
    ]);
  });

  test('tells what it was made of, what is other, and why', () => {
    expect(made()).toMatchObject(NAMED);
    expect(made().basis).toEqual({
      id: 'base',
      version: '3',
      differences: [
        { rule: 'A', does: 'changes', reason: 'older patients' },
        { rule: 'C', does: 'leaves-out', reason: 'not measured here' },
        { rule: 'D', does: 'adds', reason: 'only here' },
        { rule: 'B', does: 'changes', reason: 'another name' },
      ],
    });
  });

  test('changes no limit that is not given; of a level that asks for several things, the first', () => {
    const [first] = derived(BASE, NAMED, [limits('A', [190], 'x')]).rules;
    expect(first?.levels.map(({ when }) => when)).toEqual([
      { ...HIGH, limit: 190 },
      { ...HIGH, limit: 160 },
    ]);
    const second = derived(BASE, NAMED, [limits('B', [190], 'x')]).rules[1];
    expect(second?.levels.map(({ when }) => when)).toEqual([{ all: [{ ...HIGH, limit: 190 }, { fact: 'infusing' }] }]);
  });

  test('of a rule that the base does not have is written wrongly', () => {
    expect(() => limits('X', [1], 'x')).toThrow('the base has no rule X');
    expect(() => derived(BASE, NAMED, [leavesOut('X', 'x')])).toThrow('other: the base has no rule X');
    expect(() => derived(BASE, NAMED, [adds(rule([], { id: 'X' }), 'x')])).not.toThrow();
  });
});

describe('the delay of a level', () => {
  const of = (timing: Timing, when: Level['when'] = HIGH) => disclosedDelay(level(when, { timing }));

  test.each<[Timing, object]>([
    [
      { type: 'hold', holdS: 10 },
      { holdS: 10, averagingS: 0 },
    ],
    [
      { type: 'first', continuousHoldS: 15 },
      { holdS: 15, averagingS: 0, readings: 1 },
    ],
    [
      { type: 'confirm', withinMin: 5, continuousHoldS: 20 },
      { holdS: 20, averagingS: 0, readings: 2 },
    ],
    [
      { type: 'readings', crossing: 3, of: 4, continuousHoldS: 25 },
      { holdS: 25, averagingS: 0, readings: 3 },
    ],
  ])('of %j is %j', (timing, expected) => {
    expect(of(timing)).toEqual(expected);
  });

  test('has the longest window of its slopes, and none of anything else', () => {
    const hold: Timing = { type: 'hold', holdS: 0 };
    const slope = (overS?: number): Comparison => ({ ...HIGH, of: 'slope', ...(overS !== undefined && { overS }) });
    expect(of(hold, { all: [slope(90), { ...slope(120), of: 'projected' }, { ...HIGH, overS: 500 }] }).averagingS).toBe(
      120,
    );
    expect(of(hold, slope()).averagingS).toBe(60);
  });
});
