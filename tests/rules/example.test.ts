/** What a rule would say, shown to whoever writes it: an alarm over a patient who has crossed it, by a little, in every way of comparing. */
import { describe, expect, test } from 'vitest';
import type { Comparison, Expression } from '$lib/domain/index.ts';
import { exampleBreach } from '$lib/rules/example.ts';
import { level, rule } from '../support/rules.ts';

const shown = (when: Expression, headline = '{value}') =>
  exampleBreach(rule([level(when, { headline })], { metric: 'systolic' }));
const systolic = (more: Pick<Comparison, 'is' | 'limit'> & Partial<Comparison>): Comparison => ({
  metric: 'systolic',
  ...more,
});

test('a rule without a level says nothing', () => {
  expect(exampleBreach(rule([]))).toBeUndefined();
});

describe('the patient of the example is past the limit by a little', () => {
  test.each<[string, Expression, string, string]>([
    ['above', systolic({ is: '>=', limit: 180 }), '{value} {beyond}', '181 at or above 180'],
    ['below', systolic({ is: '<', limit: 90 }), '{value} {beyond}', '89 below 90'],
    ['a rise', systolic({ of: 'delta', is: '>=', limit: 40 }), '{value} from {baseline}: {delta}', '175 from 134: +41'],
    [
      'a fall',
      systolic({ of: 'delta', is: '<=', limit: -40 }),
      '{value} from {baseline}: {delta}',
      '175 from 216: −41',
    ],
    ['a rise in percent', systolic({ of: 'percent', is: '>', limit: 25 }), '{baseline}: {percent} %', '139: +26 %'],
    ['a fall in percent', systolic({ of: 'percent', is: '<', limit: -30 }), '{baseline}: {percent} %', '251: −30 %'],
    ['a steep rise', systolic({ of: 'slope', is: '>=', limit: 5 }), '{slope}', '6.0'],
    ['a steep fall', systolic({ of: 'slope', is: '<=', limit: -5 }), '{slope}', '6.0'],
    [
      'where a rise is heading',
      systolic({ of: 'projected', is: '>=', limit: 200, inMin: 5 }),
      '{value} to {projected}',
      '175 to 205',
    ],
    [
      'where a fall is heading',
      systolic({ of: 'projected', is: '<=', limit: 150, inMin: 5 }),
      '{value} to {projected}',
      '175 to 145',
    ],
    [
      'a value and its rise',
      { all: [systolic({ is: '>=', limit: 160 }), systolic({ of: 'delta', is: '>=', limit: 30 })] },
      '{value} from {baseline}',
      '161 from 130',
    ],
    [
      'values of several',
      { any: [systolic({ is: '>=', limit: 160 }), { metric: 'shockIndex', is: '<', limit: 0.5 }] },
      '{systolic} {shockIndex}',
      '161 0.49',
    ],
  ])('%s', (_, when, headline, words) => {
    expect(shown(when, headline)?.headline).toBe(words);
  });

  test('and is told as one that stands, with its numbers and its limit', () => {
    expect(shown(systolic({ is: '>=', limit: 180 }))).toMatchObject({
      value: 181,
      limit: 180,
      isEpisodic: false,
      explanation: 'Systolic 181 mmHg is at or above 180 mmHg; signalled after 10 s.',
    });
  });

  test('only the most urgent level is shown', () => {
    const levels = [level(systolic({ is: '>=', limit: 180 })), level(systolic({ is: '>=', limit: 160 }))];
    expect(exampleBreach(rule(levels, { metric: 'systolic' }))?.value).toBe(181);
  });
});
