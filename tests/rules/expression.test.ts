/** What an expression means: three-valued, with the hysteresis of what stands, on which samples, and in words where it is unknown. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, type Comparison, type Expression } from '$lib/domain/index.ts';
import { absoluteLimit, ask, evidenceFor, measureWords, type Question } from '$lib/rules/expression.ts';
import type { RuleContext, Truth } from '$lib/rules/index.ts';
import { context, NOW, reading, rule, sample } from '../support/rules.ts';

const asked = (expression: Expression, more: Partial<RuleContext> = {}, slack: Question['slack'] = 'none') =>
  ask(expression, { rule: rule(), item: undefined, context: context(more), slack });
const truth = (...args: Parameters<typeof asked>): Truth => asked(...args).truth;

const HIGH: Comparison = { metric: 'systolic', is: '>=', limit: 180 };
const systolic = (value: number) => ({ metrics: { systolic: reading(value) } });

describe('a comparison', () => {
  test.each<[Comparison['is'], readonly Truth[]]>([
    ['>=', ['no', 'yes', 'yes']],
    ['>', ['no', 'no', 'yes']],
    ['<=', ['yes', 'yes', 'no']],
    ['<', ['yes', 'no', 'no']],
  ])('%s 180 of 179, 180 and 181: %j', (is, truths) => {
    expect([179, 180, 181].map((value) => truth({ ...HIGH, is }, systolic(value)))).toEqual(truths);
  });

  test('tells when its number was measured, and whether it is a single reading', () => {
    expect(asked(HIGH, { metrics: { systolic: reading(190, 20) } })).toEqual({
      truth: 'yes',
      sampleAt: NOW - 20_000,
      isEpisodic: true,
      why: '',
    });
    expect(asked(HIGH, { metrics: { systolic: sample(100) } })).toMatchObject({ truth: 'no', isEpisodic: false });
  });

  test('takes the item’s number before the bed’s', () => {
    const item = { key: 'k', label: 'K', metrics: { systolic: reading(190) }, facts: {} };
    expect(ask(HIGH, { rule: rule(), item, context: context(systolic(100)), slack: 'none' }).truth).toBe('yes');
  });

  test('takes the limit that was set for this patient, where the rule lets it be set', () => {
    const own = { ...systolic(190), limits: { R1: 200 } };
    expect(truth(HIGH, own)).toBe('yes');
    expect(truth({ ...HIGH, adjustable: [140, 220] }, own)).toBe('no');
    expect(truth({ ...HIGH, adjustable: [140, 220] }, { ...own, limits: { R2: 200 } })).toBe('yes');
  });
});

describe('a condition that stands', () => {
  const upper: Comparison = { ...HIGH, hysteresis: 5 };
  const lower: Comparison = { metric: 'spo2', is: '<', limit: 90, hysteresis: 2 };

  test('ends only beyond its hysteresis, upwards and downwards', () => {
    expect([174, 175].map((value) => truth(upper, systolic(value), 'out'))).toEqual(['no', 'yes']);
    expect([92, 91].map((value) => truth(lower, { metrics: { spo2: sample(value) } }, 'out'))).toEqual(['no', 'yes']);
  });

  test('inside a not it moves to the other side, and back inside a second one', () => {
    expect([184, 185].map((value) => truth({ not: upper }, systolic(value), 'out'))).toEqual(['yes', 'no']);
    expect([174, 175].map((value) => truth({ not: { not: upper } }, systolic(value), 'out'))).toEqual(['no', 'yes']);
    expect([179, 180].map((value) => truth({ not: upper }, systolic(value)))).toEqual(['yes', 'no']);
  });

  test('in percent has its hysteresis in the unit of the metric', () => {
    const risen: Comparison = { ...upper, of: 'percent', limit: 30 };
    const with125 = (value: number) => truth(risen, { ...systolic(value), baseline: { systolic: 125 } }, 'out');
    expect([157.4, 157.6].map(with125)).toEqual(['no', 'yes']);
  });

  test('without a hysteresis ends at its limit', () => {
    expect(truth(HIGH, systolic(179), 'out')).toBe('no');
  });
});

describe('against the baseline, in time, and on its way', () => {
  const baseline = { systolic: 120 };

  test('a rise, and one in percent', () => {
    const by = (of: 'delta' | 'percent', limit: number, value: number) =>
      truth({ ...HIGH, of, limit }, { ...systolic(value), baseline });
    expect([159, 160].map((value) => by('delta', 40, value))).toEqual(['no', 'yes']);
    expect([155, 156].map((value) => by('percent', 30, value))).toEqual(['no', 'yes']);
  });

  test('an age', () => {
    const old = (agoS: number) => truth({ ...HIGH, of: 'age', limit: 7 }, { metrics: { systolic: reading(1, agoS) } });
    expect([419, 420].map(old)).toEqual(['no', 'yes']);
  });

  const rising = {
    cadence: 'episodic',
    points: [0, 5, 10].map((minute) => [monotonicMs(minute * 60_000), 120 + 2 * minute] as const),
  } as const;
  const course = { ...systolic(140), series: { systolic: rising } };

  test('a slope per minute, and where it leads', () => {
    expect([2, 2.1].map((limit) => truth({ ...HIGH, of: 'slope', limit }, course))).toEqual(['yes', 'no']);
    const in5 = (limit: number) => truth({ ...HIGH, of: 'projected', inMin: 5, limit }, course);
    expect([150, 151].map(in5)).toEqual(['yes', 'no']);
    expect(truth({ ...HIGH, of: 'projected', limit: 140 }, course)).toBe('yes');
  });

  test.each<[string, Comparison, Partial<RuleContext>, string]>([
    ['nothing is known of it', HIGH, {}, 'no systolic'],
    ['the sensor says why', HIGH, { metrics: { systolic: { unknown: 'the cuff is off' } } }, 'the cuff is off'],
    ['no baseline was accepted', { ...HIGH, of: 'delta' }, systolic(150), 'no baseline of systolic'],
    [
      'the reading is too old for the baseline',
      { ...HIGH, of: 'percent' },
      { metrics: { systolic: sample(150, { isExpired: true }) }, baseline },
      'the last systolic is too old to compare with the baseline',
    ],
    ['no course is kept', { ...HIGH, of: 'slope' }, systolic(150), 'no slope of systolic: no course of it is kept'],
    [
      'the course is too short',
      { ...HIGH, of: 'projected' },
      { ...systolic(150), series: { systolic: { ...rising, points: rising.points.slice(1) } } },
      'no slope of systolic: a slope needs 3 readings',
    ],
    [
      'the last value is too old for a slope',
      { ...HIGH, of: 'slope' },
      { metrics: { systolic: sample(150, { isExpired: true }) }, series: { systolic: rising } },
      'no slope of systolic: the last value is too old for a slope',
    ],
  ])('is unknown where %s, and says so', (_, comparison, more, why) => {
    expect(asked(comparison, more)).toEqual({ truth: 'unknown', sampleAt: undefined, isEpisodic: false, why });
  });
});

describe('all, any and not', () => {
  const YES: Expression = { phase: ['infusion'] };
  const NO: Expression = { phase: ['setup'] };
  const UNKNOWN = HIGH;

  test.each<[string, Expression, Truth]>([
    ['all of nothing', { all: [] }, 'yes'],
    ['any of nothing', { any: [] }, 'no'],
    ['all yes', { all: [YES, YES] }, 'yes'],
    ['all but one', { all: [YES, UNKNOWN, NO] }, 'no'],
    ['all as far as is known', { all: [YES, UNKNOWN] }, 'unknown'],
    ['none', { any: [NO, NO] }, 'no'],
    ['any', { any: [NO, UNKNOWN, YES] }, 'yes'],
    ['none as far as is known', { any: [NO, UNKNOWN] }, 'unknown'],
    ['not yes', { not: YES }, 'no'],
    ['not no', { not: NO }, 'yes'],
    ['not unknown', { not: UNKNOWN }, 'unknown'],
  ])('%s', (_, expression, expected) => {
    expect(truth(expression)).toBe(expected);
  });

  test('rest on the newest of their numbers, say the first reason, and are a reading when one part is', () => {
    const LOW: Comparison = { metric: 'spo2', is: '<', limit: 95 };
    const metrics = { systolic: reading(190, 20), spo2: sample(90, { at: monotonicMs(NOW - 5000) }) };
    const both = { truth: 'yes', sampleAt: NOW - 5000, isEpisodic: true, why: '' };
    expect(asked({ all: [HIGH, LOW] }, { metrics })).toEqual(both);
    expect(asked({ all: [LOW, HIGH, YES] }, { metrics })).toEqual(both);
    expect(asked({ all: [LOW, YES] }, { metrics }).isEpisodic).toBe(false);
    expect(asked({ all: [YES, HIGH, LOW] }).why).toBe('no systolic');
  });
});

describe('facts and statements', () => {
  test('a fact is the item’s, else the bed’s, else nobody knows it, and that is said', () => {
    const fact: Expression = { fact: 'infusing' };
    expect(truth(fact, { facts: { infusing: 'yes' } })).toBe('yes');
    expect(truth(fact, { facts: { infusing: 'no' } })).toBe('no');
    expect(asked(fact)).toMatchObject({
      truth: 'unknown',
      why: expect.stringMatching(/^it is not known whether ./) as string,
    });
    const item = { key: 'k', label: 'K', metrics: {}, facts: { infusing: 'no' } } as const;
    expect(
      ask(fact, { rule: rule(), item, context: context({ facts: { infusing: 'yes' } }), slack: 'none' }).truth,
    ).toBe('no');
  });

  test('a metric is known where there is one at the bed, whether it can be told now or not', () => {
    expect(truth({ known: 'systolic' }, { metrics: { systolic: { unknown: 'off' } } })).toBe('yes');
    expect(truth({ known: 'systolic' })).toBe('no');
  });

  test('a reading between two minutes of the treatment, both of them included', () => {
    const between = (...minutes: readonly number[]) =>
      truth({ readingBetweenMin: [35, 50] }, { readingMinutes: minutes });
    expect([34.9, 35, 50, 50.1].map((minute) => between(minute))).toEqual(['no', 'yes', 'yes', 'no']);
    expect(between(10, 40)).toBe('yes');
    expect(between()).toBe('no');
    expect(asked({ readingBetweenMin: [35, 50] })).toMatchObject({
      truth: 'unknown',
      why: 'the treatment has not begun',
    });
  });

  test('an alarm that nobody answered, at this priority or above', () => {
    const unanswered = (rules: readonly string[], priority: 'high' | 'medium', standing: 'high' | 'medium' | 'low') =>
      truth({ unanswered: rules, priority }, { unanswered: new Map([['S1', standing]]) });
    expect(unanswered(['S2', 'S1'], 'medium', 'high')).toBe('yes');
    expect(unanswered(['S1'], 'medium', 'medium')).toBe('yes');
    expect(unanswered(['S1'], 'high', 'medium')).toBe('no');
    expect(unanswered(['S1'], 'medium', 'low')).toBe('no');
    expect(unanswered(['S2'], 'medium', 'high')).toBe('no');
    expect(truth({ unanswered: ['S1'], priority: 'medium' })).toBe('no');
  });

  test('a run that was resumed while a rule stood that stands still', () => {
    const resumed = (during: readonly string[], standing: readonly string[]) =>
      truth({ resumedDuring: ['S1', 'S2'] }, { resumedDuring: during, standing: new Set(standing) });
    expect(resumed(['S2'], ['S2'])).toBe('yes');
    expect(resumed(['S1'], ['S2'])).toBe('no');
    expect(resumed(['S3'], ['S3'])).toBe('no');
    expect(resumed([], ['S1'])).toBe('no');
  });
});

describe('what is shown of it', () => {
  const of = (comparison: Comparison, more: Partial<RuleContext> = {}) =>
    absoluteLimit(comparison, { rule: rule(), item: undefined, context: context(more) });

  test('the limit as a value of the metric, where it is one', () => {
    const baseline = { baseline: { systolic: 128 } };
    expect(of(HIGH)).toBe(180);
    expect(of({ ...HIGH, of: 'projected' })).toBe(180);
    expect(of({ ...HIGH, of: 'delta', limit: 40 }, baseline)).toBe(168);
    expect(of({ ...HIGH, of: 'percent', limit: 25 }, baseline)).toBe(160);
    expect(of({ ...HIGH, of: 'delta', limit: 40 })).toBeUndefined();
    expect(of({ ...HIGH, of: 'percent', limit: 25 })).toBeUndefined();
    expect(of({ ...HIGH, of: 'slope' }, baseline)).toBeUndefined();
    expect(of({ ...HIGH, of: 'age' }, baseline)).toBeUndefined();
  });

  test('the evidence is each metric once, and only what is known', () => {
    const metrics = { systolic: reading(190), spo2: { unknown: 'off' } };
    const all = [HIGH, { ...HIGH, limit: 1 }, { ...HIGH, metric: 'spo2' }, { ...HIGH, metric: 'heartRate' }] as const;
    expect(evidenceFor(all, { rule: rule(), item: undefined, context: context({ metrics }) })).toEqual([
      { metric: 'systolic', value: 190, at: NOW },
    ]);
  });

  test('a number with its unit', () => {
    expect(measureWords('systolic', 179.6)).toBe('180 mmHg');
    expect(measureWords('spo2', 92)).toBe('92 %');
  });
});
