/** How a pump's course is kept: what runs on is one stretch, what nobody can call even is its own, and days of it stay bounded. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, type Quantity } from '$lib/domain/index.ts';
import { cut, withStretch, type Course, type Stretch } from '$lib/bedside/index.ts';

const ONE: Quantity = { value: 1, unit: 'mg/mL' };
const TWO: Quantity = { value: 2, unit: 'mg/mL' };

const stretch = (fromS: number, toS: number, ml: number, more: Partial<Stretch> = {}): Stretch => ({
  from: monotonicMs(fromS * 1000),
  to: monotonicMs(toS * 1000),
  ml,
  ...more,
});
const at = (mlPerHour: number, sent?: Quantity): Partial<Stretch> => ({ mlPerHour, ...(sent && { sent }) });
const course = (...stretches: readonly Stretch[]): Course => stretches.reduce<Course>(withStretch, []);

/** [from, to, mL, mL/h] of each stretch. */
const drawn = (of: Course) => of.map(({ from, to, ml, mlPerHour }) => [from / 1000, to / 1000, ml, mlPerHour]);

describe('one stretch or two', () => {
  test('the same rate and concentration run on, and their volumes are added', () => {
    expect(drawn(course(stretch(0, 60, 1, at(60, ONE)), stretch(60, 90, 0.5, at(60, { ...ONE }))))).toEqual([
      [0, 90, 1.5, 60],
    ]);
  });

  test.each<[string, Partial<Stretch>]>([
    ['another rate', at(30, ONE)],
    ['another concentration', at(60, TWO)],
    ['another unit of the concentration', at(60, { ...ONE, unit: 'g/L' })],
    ['a concentration that is not told any more', at(60)],
    ['a rate that is not told any more', { sent: ONE }],
  ])('%s begins a new one', (_, more) => {
    const both = course(stretch(0, 60, 1, at(60, ONE)), stretch(60, 90, 0.1, more));
    expect(both.map(({ from }) => from)).toEqual([0, 60_000]);
  });

  test('volume without a rate is never drawn as even: each look is its own stretch', () => {
    expect(course(stretch(0, 10, 1), stretch(10, 20, 1), stretch(20, 30, 1))).toHaveLength(3);
  });

  test('time in which nothing is known to have flowed is one stretch, until something does', () => {
    expect(drawn(course(stretch(0, 10, 0), stretch(10, 20, 0), stretch(20, 30, 1), stretch(30, 40, 0)))).toEqual([
      [0, 20, 0, undefined],
      [20, 30, 1, undefined],
      [30, 40, 0, undefined],
    ]);
    expect(course(stretch(0, 10, 0, at(0)), stretch(10, 20, 0))).toHaveLength(2);
    expect(course(stretch(0, 10, 0), stretch(10, 20, 0, at(0)))).toHaveLength(2);
  });

  test('a fifth of a millilitre more than the rate gives is the drip of a counter, more than that is a bolus without a rate', () => {
    const next = (ml: number) => drawn(course(stretch(0, 60, 1, at(60)), stretch(60, 120, ml, at(60))));
    expect(next(1.19)).toEqual([[0, 120, 2.19, 60]]);
    expect(next(1.21)).toEqual([
      [0, 60, 1, 60],
      [60, 120, 1.21, undefined],
    ]);
  });
});

describe('readings of one instant', () => {
  test('add their volume to the stretch that ends there, whatever their rate, and move no time', () => {
    expect(drawn(course(stretch(0, 60, 1, at(60)), stretch(60, 60, 0.5, at(30))))).toEqual([[0, 60, 1.5, 60]]);
    expect(drawn(course(stretch(0, 60, 1, at(60)), stretch(50, 55, 0.5, at(30))))).toEqual([[0, 60, 1.5, 60]]);
  });

  test('take a millisecond where nothing went before: volume needs a time to flow in', () => {
    expect(drawn(course(stretch(5, 5, 0.5)))).toEqual([[5, 5.001, 0.5, undefined]]);
  });
});

describe('a course of days', () => {
  const changes = (count: number, sent: (i: number) => Quantity | undefined): Course =>
    course(...Array.from({ length: count }, (_, i) => stretch(i * 10, i * 10 + 10, 0.1, at(30 + (i % 7), sent(i)))));

  test('is kept whole up to 600 stretches; then of the oldest 400 each two are one, with their volume and without a rate', () => {
    expect(changes(600, () => ONE)).toHaveLength(600);
    const kept = changes(601, () => ONE);
    expect(kept).toHaveLength(401);
    expect(kept[0]).toEqual({ from: 0, to: 20_000, ml: expect.closeTo(0.2, 9) as number, sent: ONE });
    expect(kept[199]).toMatchObject({ from: 3_980_000, to: 4_000_000 });
    expect(kept[200]).toEqual({ ...stretch(4000, 4010, 0.1, at(30 + (400 % 7), ONE)) });
  });

  test('never mixes two concentrations into one, and invents none', () => {
    expect(changes(601, (i) => (i % 2 === 0 ? ONE : TWO))).toHaveLength(601);
    expect(changes(601, () => undefined)[0]).not.toHaveProperty('sent');
  });
});

describe('cutting', () => {
  test('at times within it, in their order, shares the volume by time and keeps the rate', () => {
    expect(drawn(cut(stretch(100, 200, 10, at(360)), [150_000, 125_000]))).toEqual([
      [100, 125, 2.5, 360],
      [125, 150, 2.5, 360],
      [150, 200, 5, 360],
    ]);
  });

  test('at its edges and beyond leaves it as it is', () => {
    const whole = stretch(100, 200, 10, at(360));
    expect(cut(whole, [100_000, 200_000, 0, 300_000])).toEqual([whole]);
  });
});
