/** What a rule asks that no bed could answer: refused when it is made, because at the bedside it would be silent for ever. */
import { describe, expect, test } from 'vitest';
import { METRICS, keysOf, type Baseline, type Comparison, type Expression, type MetricId } from '$lib/domain/index.ts';
import { PRESETS } from '$lib/rules/index.ts';
import { neverJudged } from '$lib/rules/never-judged.ts';

const over = (metric: Comparison['metric'], limit: number, of?: Comparison['of']): Comparison => ({
  metric,
  is: '>=',
  limit,
  ...(of && { of }),
});
const under = (metric: Comparison['metric'], limit: number): Comparison => ({ metric, is: '<=', limit });

describe('a condition that can never be judged', () => {
  test.each<[string, Expression, string]>([
    ['a change of what has no baseline', over('shockIndex', 1, 'delta'), 'no session has a baseline of shock index'],
    ['a slope of what is not followed', over('meanArterial', 5, 'slope'), 'the course of mean pressure is not kept'],
    [
      'where something not followed is heading',
      { ...over('diastolic', 110, 'projected'), inMin: 5 },
      'the course of diastolic is not kept',
    ],
    ['inside another', { any: [over('heartRate', 120), { not: over('moaas', 1, 'percent') }] }, 'a baseline of MOAA/S'],
    ['a device’s silence for a bed', over('silentS', 5), 'the rule needs "each": "device"'],
    ['a pump’s alarm for a bed', { fact: 'item-alarming' }, 'the rule needs "each": "pump-alarm"'],
    [
      'a rise beyond what there is',
      over('systolic', 900, 'delta'),
      'outside what a change or an age of systolic can be',
    ],
    ['a fall of more than all in percent', { ...under('heartRate', -120), of: 'percent' }, '-100 to'],
    ['an age that nothing reaches', over('spo2', 5000, 'age'), '0 to 1440'],
    [
      'two limits that exclude each other',
      { all: [over('spo2', 95), under('spo2', 90)] },
      'SpO₂ is never >= 95 and <= 90 at once.',
    ],
  ])('%s', (_, when, sentence) => {
    expect(neverJudged(when, undefined).join('\n')).toContain(sentence);
  });

  test.each<[string, Expression]>([
    ['a band between two limits', { all: [over('spo2', 90), under('spo2', 95)] }],
    ['one value alone', { all: [over('spo2', 90), under('spo2', 90)] }],
    ['two limits of which one is enough', { any: [over('spo2', 95), under('spo2', 90)] }],
    [
      'limits of a value and of its change',
      { all: [over('systolic', 160), { ...under('systolic', 20), of: 'delta' }] },
    ],
  ])('and one that can: %s', (_, when) => {
    expect(neverJudged(when, undefined)).toEqual([]);
  });

  test('is in no rule of the presets', () => {
    const rules = PRESETS.flatMap((preset) => preset.rules);
    expect(rules.flatMap(({ levels, each }) => levels.flatMap(({ when }) => neverJudged(when, each)))).toEqual([]);
  });

  test('a change is judged of exactly what a baseline has', () => {
    const ofBaseline: Record<Extract<keyof Baseline, MetricId>, true> = {
      systolic: true,
      diastolic: true,
      meanArterial: true,
      heartRate: true,
      spo2: true,
      respiratoryRate: true,
    };
    expect(keysOf(METRICS).filter((metric) => METRICS[metric].hasBaseline)).toEqual(keysOf(ofBaseline));
  });
});
