/** How long a look at the rules holds while nothing but the time passes. */
import { describe, expect, test } from 'vitest';
import { MINUTE_MS, type Expression, type RuleSet } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE, calmUntil, evaluate, type RuleContext } from '$lib/rules/index.ts';
import { context, level, NOW, reading, rule, sample } from '../support/rules.ts';

const setOf = (when: Expression): RuleSet => ({ ...ADULT_IV_KETAMINE, rules: [rule([level(when)])] });

const untilOf = (when: Expression, more: Partial<RuleContext>): number =>
  calmUntil(evaluate(setOf(when), {}, context(more)).seen);

const SINCE_DOSE: Expression = { metric: 'sinceDoseMin', is: '>=', limit: 60 };

describe('a look holds', () => {
  test('for ever where no rule looks at a clock', () => {
    expect(untilOf({ metric: 'systolic', is: '>=', limit: 180 }, { metrics: { systolic: sample(120) } })).toBe(
      Infinity,
    );
  });

  test('until shortly before a clock comes to the limit of a rule', () => {
    const until = untilOf(SINCE_DOSE, { clock: { sinceDoseMin: sample(58) } });
    expect(until).toBeGreaterThan(NOW + 1.9 * MINUTE_MS);
    expect(until).toBeLessThan(NOW + 2 * MINUTE_MS);
  });

  test('until shortly before a value is as old as a rule allows', () => {
    const when: Expression = { metric: 'systolic', of: 'age', is: '>=', limit: 10 };
    const until = untilOf(when, { metrics: { systolic: reading(120, 240) } });
    expect(until).toBeGreaterThan(NOW + 5.9 * MINUTE_MS);
    expect(until).toBeLessThan(NOW + 6 * MINUTE_MS);
  });

  test('less long where the clock counts short intervals', () => {
    const when: Expression = { metric: 'nibpIntervals', is: '>=', limit: 3 };
    const until = untilOf(when, { clock: { nibpIntervals: sample(1) }, nibpIntervalMs: 0.5 * MINUTE_MS });
    expect(until).toBeLessThan(NOW + 1 * MINUTE_MS);
  });

  test('not at all while a hold runs on what was crossed', () => {
    const until = untilOf({ metric: 'systolic', is: '>=', limit: 180 }, { metrics: { systolic: sample(190) } });
    expect(until).toBeLessThanOrEqual(NOW);
  });

  test('not at all while a rule of the clock stands: its words move with it', () => {
    const set: RuleSet = {
      ...ADULT_IV_KETAMINE,
      rules: [rule([level(SINCE_DOSE, { timing: { type: 'hold', holdS: 0 } })])],
    };
    const first = evaluate(set, {}, context({ clock: { sinceDoseMin: sample(61) } }));
    const again = evaluate(set, first.state, context({ clock: { sinceDoseMin: sample(61) } }), first.seen);
    expect(calmUntil(again.seen)).toBeLessThanOrEqual(NOW);
  });
});
