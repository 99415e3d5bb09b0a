/** The words of a breach: a headline that fits a tile, and one sentence that says why and when. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, type Comparison, type Expression, type Level, type Rule } from '$lib/domain/index.ts';
import { breachOf } from '$lib/rules/message.ts';
import type { Item, RuleContext } from '$lib/rules/index.ts';
import type { LevelState } from '$lib/rules/timing.ts';
import { context, level, NOW, reading, rule, sample } from '../support/rules.ts';

const SYSTOLIC: Comparison = { metric: 'systolic', is: '>=', limit: 180, hysteresis: 5 };
const PRESENT = (): LevelState => ({ at: 'present', since: monotonicMs(590_000) });
const PENDING = (): LevelState => ({ at: 'pending', since: monotonicMs(590_000), frozenMs: 0, awaits: 'confirmation' });

interface Case {
  readonly when?: Expression;
  readonly of?: Partial<Level>;
  readonly in?: Partial<RuleContext>;
  readonly by?: Partial<Rule>;
  readonly item?: Item;
  readonly state?: LevelState;
}
function breach({ when = SYSTOLIC, of = {}, in: around, by = { metric: 'systolic' }, item, state = PRESENT() }: Case) {
  const stated = level(when, of);
  const known = { metrics: { systolic: reading(184) }, ...around };
  if (state.at === 'absent') throw new Error('nothing stands');
  return breachOf(stated, state, { rule: rule([stated], by), item, context: context(known) });
}
const headline = (template: string, more: Case = {}) =>
  breach({ ...more, of: { ...more.of, headline: template } }).headline;
const why = (more: Case) => breach(more).explanation;

describe('what a breach states', () => {
  test('value, limit, since when, how urgent, on what, and that it is a reading', () => {
    expect(breach({})).toEqual({
      since: 590_000,
      priority: 'high',
      value: 184,
      limit: 180,
      headline: 'Systolic 184, limit 180',
      explanation: 'Systolic 184 mmHg is at or above 180 mmHg; one reading is enough.',
      evidence: [{ metric: 'systolic', value: 184, at: NOW }],
      isEpisodic: true,
    });
  });

  test('is as urgent as its level says; what a pump announces as urgent as it said, else medium', () => {
    const item: Item = { key: 'k', label: 'Pump', metrics: {}, facts: {} };
    const priority = (urgency: Level['urgency'], of?: Item) =>
      breach({ of: { urgency }, ...(of && { item: of }) }).priority;
    expect(priority('notice')).toBe('notice');
    expect(priority('as-sent', { ...item, priority: 'low' })).toBe('low');
    expect(priority('as-sent', item)).toBe('medium');
    expect(priority('as-sent')).toBe('medium');
  });

  test('no number where the rule is about none, and a signal is no reading', () => {
    const stated = breach({ by: {}, in: { metrics: { systolic: sample(184) } } });
    expect(stated).not.toHaveProperty('value');
    expect(stated).not.toHaveProperty('limit');
    expect(stated.isEpisodic).toBe(false);
  });

  test('of several comparisons the one that the rule is about, and of these only what is crossed', () => {
    const all: Expression = {
      any: [{ metric: 'heartRate', is: '>', limit: 120 }, SYSTOLIC, { metric: 'spo2', is: '<', limit: 90 }],
    };
    const metrics = { systolic: reading(184), heartRate: sample(130), spo2: sample(95) };
    const stated = breach({ when: all, in: { metrics } });
    expect(stated).toMatchObject({ value: 184, limit: 180 });
    expect(stated.evidence.map(({ metric }) => metric)).toEqual(['heartRate', 'systolic']);
    expect(stated.explanation).toMatch(/^Heart rate 130 \/min is above 120 \/min and systolic 184 mmHg/);
  });

  test('of what has come back within its hysteresis that one, and of what has come back further all of them', () => {
    const either: Expression = { any: [SYSTOLIC, { metric: 'spo2', is: '<', limit: 90, hysteresis: 2 }] };
    const told = (systolic: number, spo2: number) =>
      breach({ when: either, in: { metrics: { systolic: reading(systolic), spo2: sample(spo2) } } }).evidence.map(
        ({ metric }) => metric,
      );
    expect(told(175, 93)).toEqual(['systolic']);
    expect(told(174, 91.9)).toEqual(['spo2']);
    expect(told(174, 92)).toEqual(['systolic', 'spo2']);
  });
});

describe('the headline', () => {
  const baseline = { systolic: 128 };

  test.each<[string, string]>([
    ['{value} over {baseline}: {delta}, {percent} %', '184 over 128: +56, +44 %'],
    ['limit {limit}', 'limit 180'],
    ['heart rate {heartRate}', 'heart rate 91'],
    ['shock index {shockIndex}', 'shock index 0.49'],
    ['{nonsense} and {spo2}', '-- and --'],
    ['{item}', '--'],
  ])('%s is filled in as %s', (template, expected) => {
    const metrics = {
      systolic: reading(184),
      heartRate: sample(91.2),
      shockIndex: sample(0.494),
      spo2: { unknown: 'off' },
    };
    expect(headline(template, { in: { metrics, baseline } })).toBe(expected);
  });

  const low = (value: number, limit: number) =>
    headline('SpO₂ {value} %, {beyond}', {
      when: { metric: 'spo2', is: '<', limit, hysteresis: 2 },
      by: { metric: 'spo2' },
      in: { metrics: { spo2: sample(value) } },
    });

  test.each([
    [86, 88, 'SpO₂ 86 %, below 88'],
    [87.6, 88, 'SpO₂ 87.6 %, below 88'],
    [87.96, 88, 'SpO₂ 87.96 %, below 88'],
    [88, 88, 'SpO₂ 88 %, limit 88'],
    [88.4, 88, 'SpO₂ 88.4 %, limit 88'],
    [91, 88, 'SpO₂ 91 %, limit 88'],
  ])('of %s beside the limit %s says on which side of it', (value, limit, expected) => {
    expect(low(value, limit)).toBe(expected);
  });

  test('rounds as usual where no limit of the value itself stands beside it', () => {
    const around = { baseline, metrics: { systolic: reading(184.3) } };
    expect(headline('{value}, limit {limit}', { when: { ...SYSTOLIC, limit: 184 }, in: around })).toBe(
      '184.3, limit 184',
    );
    expect(headline('{value}', { when: { ...SYSTOLIC, limit: 184 }, in: around })).toBe('184');
    const rise: Comparison = { ...SYSTOLIC, of: 'delta', limit: 184 };
    expect(headline('{value}, limit {limit}', { when: rise, in: around })).toBe('184, limit 184');
  });

  test('without a baseline leaves out what comes from it', () => {
    expect(headline('{baseline} {delta} {percent}')).toBe('-- -- --');
    expect(headline('{delta}', { in: { baseline: { systolic: 190 } } })).toBe('−6');
  });

  test('names the item', () => {
    const item: Item = { key: 'k', label: 'Monitor', metrics: {}, facts: {} };
    expect(headline('{item} is silent', { item })).toBe('Monitor is silent');
  });

  const series = {
    systolic: {
      cadence: 'episodic',
      points: [0, 5, 10].map((minute) => [monotonicMs(minute * 60_000), 200 - 1.6 * minute] as const),
    },
  } as const;

  test('tells a slope without its sign, and where it leads', () => {
    const when: Expression = {
      all: [
        { metric: 'systolic', of: 'slope', is: '<=', limit: -1 },
        { metric: 'systolic', of: 'projected', is: '>=', limit: 100, inMin: 5 },
      ],
    };
    expect(headline('{slope}/min to {projected}', { when, in: { series } })).toBe('1.6/min to 176');
    expect(headline('{slope} {projected}')).toBe('-- --');
  });
});

describe('the sentence', () => {
  const baseline = { systolic: 128 };
  const value = { systolic: reading(184) };

  const slow = (value: number, state: LevelState) =>
    why({
      when: { metric: 'respiratoryRate', is: '<', limit: 10, hysteresis: 2 },
      of: { timing: { type: 'hold', holdS: 15, clearS: 20 } },
      by: { metric: 'respiratoryRate' },
      in: { metrics: { respiratoryRate: sample(value) } },
      state,
    });

  test('shows the crossing that rounding would hide', () => {
    expect(slow(9.8, PRESENT())).toBe('Respiratory rate 9.8 /min is below 10 /min; signalled after 15 s.');
  });

  test('of a value that only the hysteresis holds says that it is back, and by how much not yet', () => {
    expect(slow(11, PRESENT())).toBe(
      'Respiratory rate 11 /min is back inside the limit of 10 /min, not yet by the 2 /min that end the alarm; signalled after 15 s.',
    );
  });

  test('of one that is back says how long it must stay so', () => {
    expect(slow(12.4, { at: 'present', since: monotonicMs(590_000), insideSince: NOW })).toBe(
      'Respiratory rate 12 /min is back inside the limit of 10 /min; the alarm ends when it has stayed so for 20 s.',
    );
  });

  test.each<[Comparison['is'], number, string]>([
    ['>=', 184, 'at or above 184 mmHg'],
    ['>', 180, 'above 180 mmHg'],
    ['<=', 184, 'at or below 184 mmHg'],
    ['<', 190, 'below 190 mmHg'],
  ])('says %s in words', (is, limit, words) => {
    expect(why({ when: { metric: 'systolic', is, limit } })).toContain(`Systolic 184 mmHg is ${words};`);
  });

  test.each<[string, Comparison, Partial<RuleContext>, string]>([
    [
      'a rise',
      { ...SYSTOLIC, of: 'delta', limit: 40 },
      { baseline },
      'Systolic is +56 mmHg from the baseline of 128, limit +40;',
    ],
    [
      'a fall',
      { ...SYSTOLIC, is: '<=', of: 'delta', limit: -3 },
      { baseline: { systolic: 190 } },
      'Systolic is −6 mmHg from the baseline of 190, limit −3;',
    ],
    ['percent', { ...SYSTOLIC, of: 'percent', limit: 30 }, { baseline }, 'That is +44 %, limit +30 %;'],
    [
      'an age',
      { metric: 'systolic', of: 'age', is: '>=', limit: 7 },
      { metrics: { systolic: reading(1, 600) } },
      'Systolic is 10 min old, limit 7 min;',
    ],
    [
      'a quantity without a unit',
      { metric: 'shockIndex', is: '>=', limit: 0.9 },
      { metrics: { shockIndex: sample(1.234) } },
      'Shock index 1.23 is at or above 0.90;',
    ],
    [
      'an estimate',
      SYSTOLIC,
      { metrics: { systolic: sample(184, { isEstimated: true }) } },
      'Systolic 184 mmHg (estimated) is at or above 180 mmHg;',
    ],
  ])('tells %s', (_, when, more, words) => {
    expect(why({ when, in: { metrics: value, ...more } })).toContain(words);
  });

  test('tells how fast, upwards and downwards, and where that leads', () => {
    const moving = (perMinute: number) => ({
      systolic: {
        cadence: 'episodic' as const,
        points: [0, 5, 10].map((minute) => [monotonicMs(minute * 60_000), 100 + perMinute * minute] as const),
      },
    });
    const slope = (is: '>=' | '<=', limit: number): Comparison => ({ metric: 'systolic', of: 'slope', is, limit });
    expect(why({ when: slope('>=', 2), in: { series: moving(3) } })).toContain(
      'Systolic rises by 3.0 per minute, limit 2.0;',
    );
    expect(why({ when: slope('<=', -2), in: { series: moving(-3.5) } })).toContain(
      'Systolic falls by 3.5 per minute, limit 2.0;',
    );
    const projected: Comparison = { metric: 'systolic', of: 'projected', is: '>=', limit: 190, inMin: 5 };
    expect(why({ when: projected, in: { series: moving(3) } })).toContain('In 5 min it would be 199, limit 190;');
  });

  test('without a number is the headline itself', () => {
    const when: Expression = { fact: 'infusing' };
    expect(why({ when, by: {}, of: { headline: 'drug flows' } })).toBe('Drug flows; signalled after 10 s.');
  });

  test.each<[string, Level['timing'], boolean, string]>([
    ['a second reading', { type: 'confirm', withinMin: 5, continuousHoldS: 15 }, true, 'confirmed by a second reading'],
    [
      'several readings',
      { type: 'readings', crossing: 2, of: 3, continuousHoldS: 15 },
      true,
      '2 of the last 3 readings say so',
    ],
    ['one reading', { type: 'first', continuousHoldS: 15 }, true, 'one reading is enough'],
    [
      'one reading, to be repeated',
      { type: 'first', continuousHoldS: 15, isRepeatAdvised: true },
      true,
      'one reading is enough, repeat it now',
    ],
    ['a hold', { type: 'hold', holdS: 10 }, false, 'signalled after 10 s'],
    ['no hold', { type: 'hold', holdS: 0 }, false, 'signalled at once'],
    [
      'the hold of a signal',
      { type: 'first', continuousHoldS: 15, isRepeatAdvised: true },
      false,
      'signalled after 15 s',
    ],
  ])('says why it came when it did: %s', (_, timing, isReading, words) => {
    const metrics = { systolic: isReading ? reading(184) : sample(184) };
    expect(why({ of: { timing }, in: { metrics } })).toBe(`Systolic 184 mmHg is at or above 180 mmHg; ${words}.`);
  });

  test('of one that waits says what will decide', () => {
    const waiting = (timing: Level['timing'], nibpIntervalMs: number) =>
      why({ of: { timing }, state: PENDING(), in: { nibpIntervalMs } });
    const confirm: Level['timing'] = { type: 'confirm', withinMin: 5, continuousHoldS: 15 };
    expect(waiting(confirm, 60_000)).toContain('; a second reading within 5 min will confirm or withdraw it.');
    expect(waiting(confirm, 600_000)).toContain('; a second reading within 15 min will confirm or withdraw it.');
    expect(waiting({ type: 'readings', crossing: 2, of: 3, continuousHoldS: 15 }, 60_000)).toContain(
      '; signalled when 2 of 3 readings say so.',
    );
  });
});

describe('a breach that rests on the same', () => {
  const state = PRESENT();
  const base = { metrics: { systolic: reading(184) }, limits: {}, baseline: { systolic: 128 } };
  const again = (more: Partial<RuleContext>, item?: Item) =>
    breach({ state, in: { ...base, ...more }, ...(item && { item }) });

  test('is the very same, also from equal samples', () => {
    const first = again({});
    expect(again({})).toBe(first);
    expect(again({ metrics: { systolic: { ...reading(184) } } })).toBe(first);
  });

  test.each<[string, Partial<RuleContext>]>([
    ['another value', { metrics: { systolic: reading(185) } }],
    ['another time', { metrics: { systolic: reading(184, 1) } }],
    ['another source', { metrics: { systolic: sample(184) } }],
    ['a value that has expired', { metrics: { systolic: { ...reading(184), isExpired: true } } }],
    ['a value that is gone', { metrics: {} }],
    ['a value that cannot be told', { metrics: { systolic: { unknown: 'off' } } }],
    ['other limits', { limits: { R1: 170 } }],
    ['another baseline', { baseline: { systolic: 130 } }],
    ['another interval of the cuff', { nibpIntervalMs: 60_000 }],
  ])('is told anew with %s', (_, more) => {
    expect(again(more)).not.toBe(again({}));
  });

  test('is told anew for an item of another name or urgency', () => {
    const item: Item = { key: 'k', label: 'Monitor', metrics: {}, facts: {} };
    const first = again({}, item);
    expect(again({}, { ...item })).toBe(first);
    const renamed = again({}, { ...item, label: 'Pump' });
    expect(renamed).not.toBe(first);
    expect(again({}, { ...item, label: 'Pump', priority: 'low' })).not.toBe(renamed);
  });
});
