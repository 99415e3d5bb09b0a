/** How fast a quantity moves, and when there is too little to tell. */
import { describe, expect, test } from 'vitest';
import { monotonicMs } from '$lib/domain/index.ts';
import type { Series } from '$lib/rules/index.ts';
import { slopeOf } from '$lib/rules/slope.ts';

type Points = readonly (readonly [atS: number, value: number | null])[];
const series = (cadence: Series['cadence'], points: Points): Series => ({
  cadence,
  points: points.map(([atS, value]) => [monotonicMs(atS * 1000), value] as const),
});
const ofReadings = (...points: Points) => slopeOf(series('episodic', points), 60);
/** A value every five seconds, from one second to another. */
const every5 = (fromS: number, toS: number, value: (atS: number) => number | null): Points =>
  Array.from({ length: (toS - fromS) / 5 + 1 }, (_, i) => [fromS + 5 * i, value(fromS + 5 * i)] as const);
const ofSignal = (points: Points, overS = 60) => slopeOf(series('continuous', points), overS);
const TOO_LITTLE = { unknown: 'less than 80 % of the last 60 s are good values' };

describe('single readings', () => {
  test('give the median of the slopes between the last three, at the time of the newest', () => {
    expect(ofReadings([0, 100], [300, 110], [600, 120])).toEqual({ value: 2, at: 600_000, cadence: 'episodic' });
    expect(ofReadings([0, 999], [300, 100], [600, 110], [900, 120])).toMatchObject({ value: 2 });
  });

  test('one wild reading moves it but little: a straight median of the pairs', () => {
    expect(ofReadings([0, 100], [300, 160], [600, 120])).toMatchObject({ value: 2 });
    expect(ofReadings([0, 100], [300, 130], [900, 120])).toMatchObject({ value: expect.closeTo(20 / 15, 9) as number });
  });

  test('need three, and those without a value are none', () => {
    const missing = { unknown: 'a slope needs 3 readings' };
    expect(ofReadings([0, 100], [300, 110])).toEqual(missing);
    expect(ofReadings([0, 100], [300, null], [600, 120])).toEqual(missing);
    expect(ofReadings([0, 100], [300, 110], [450, null], [600, 120])).toMatchObject({ value: 2 });
  });

  test('of one instant do not make it infinite', () => {
    const { value } = ofReadings([0, 100], [300, 110], [300, 110]) as { value: number };
    expect(value).toBe(2);
  });
});

describe('a signal', () => {
  test('gives it by least squares, per minute, at the time of the newest value', () => {
    const straight = ofSignal(every5(0, 60, (s) => 80 + s / 10));
    expect(straight).toEqual({ value: expect.closeTo(6, 9) as number, at: 60_000, cadence: 'continuous' });
    const noisy = ofSignal(every5(0, 60, (s) => 80 + (s % 10 === 0 ? 1 : -1))) as { value: number };
    expect(noisy.value).toBeCloseTo(0, 9);
    expect(ofSignal(every5(0, 60, () => 80))).toMatchObject({ value: 0 });
  });

  test('of what lies in the window only', () => {
    const turning = every5(0, 120, (s) => (s < 60 ? 200 - s : 140 + (s - 60) / 6));
    expect(ofSignal(turning)).toMatchObject({ value: expect.closeTo(10, 9) as number });
    expect(ofSignal(turning, 30)).toMatchObject({ value: expect.closeTo(10, 9) as number });
  });

  test('needs good values for four fifths of the window', () => {
    const gap = (untilS: number) => ofSignal(every5(0, 60, (s) => (s > 0 && s < untilS ? null : 80 + s / 10)));
    expect(gap(15)).toHaveProperty('value');
    expect(gap(20)).toEqual(TOO_LITTLE);
    expect(ofSignal(every5(0, 45, () => 80))).toEqual(TOO_LITTLE);
    expect(ofSignal(every5(0, 50, () => 80))).toHaveProperty('value');
  });

  test('a value stands for ten seconds at most', () => {
    const sparse = (stepS: number) => ofSignal([0, 1, 2, 3, 4, 5, 6].map((i) => [i * stepS, 80] as const));
    expect(sparse(10)).toHaveProperty('value');
    expect(sparse(20)).toEqual(TOO_LITTLE);
  });

  test('needs three values', () => {
    expect(
      ofSignal(
        [
          [0, 80],
          [8, 80],
        ],
        10,
      ),
    ).toHaveProperty('unknown');
    expect(
      ofSignal(
        [
          [0, 80],
          [4, 80],
          [8, 80],
        ],
        10,
      ),
    ).toHaveProperty('value');
  });

  test('without any value says so', () => {
    expect(ofSignal([])).toEqual({ unknown: 'there are no values yet' });
  });
});
