import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normal, smoothStep, STREAM, uniform, wander } from '$simulators/patient/chance.ts';

const N = 20_000;
const draws = (draw: (index: number) => number): number[] => Array.from({ length: N }, (_, index) => draw(index));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number => {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
};

describe('chance', () => {
  test('uniform draws fill 0 to 1 evenly', () => {
    const values = draws((index) => uniform(7, STREAM.beat, index));
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const value of values) tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
    for (const count of tenths) expect(Math.abs(count / N - 0.1)).toBeLessThan(0.01);
  });

  test('normal draws have mean 0, deviation 1 and the tails of a normal distribution', () => {
    const values = draws((index) => normal(7, STREAM.cuffSystolic, index));
    expect(Math.abs(mean(values))).toBeLessThan(0.03);
    expect(Math.abs(deviation(values) - 1)).toBeLessThan(0.03);
    const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / N;
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(0.008);
  });

  test.each([
    ['neighbouring numbers', (i: number) => normal(7, STREAM.beat, i), (i: number) => normal(7, STREAM.beat, i + 1)],
    ['two streams', (i: number) => normal(7, STREAM.beat, i), (i: number) => normal(7, STREAM.pressure, i)],
    ['neighbouring seeds', (i: number) => normal(7, STREAM.beat, i), (i: number) => normal(8, STREAM.beat, i)],
  ])('%s are not related', (_, left, right) => {
    expect(Math.abs(mean(draws((index) => left(index) * right(index))))).toBeLessThan(0.03);
  });

  test('no seed, stream and number give anything but a finite number', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...Object.values(STREAM)), fc.integer(), (seed, stream, index) => {
        const even = uniform(seed, stream, index);
        expect(even >= 0 && even < 1).toBe(true);
        expect(Number.isFinite(normal(seed, stream, index))).toBe(true);
      }),
    );
  });
});

describe('wander', () => {
  test('varies by 1 around 0, on its grid and between', () => {
    for (const offsetMs of [0, 250, 500]) {
      const values = draws((index) => wander(3, STREAM.pressure, index * 1000 + offsetMs, 1000));
      expect(Math.abs(mean(values))).toBeLessThan(0.05);
      expect(Math.abs(deviation(values) - 1)).toBeLessThan(0.04);
    }
  });

  test('is smooth: a hundredth of its grid moves it by little', () => {
    for (let tMs = -5000; tMs < 60_000; tMs += 10) {
      const step = wander(3, STREAM.pressure, tMs + 10, 1000) - wander(3, STREAM.pressure, tMs, 1000);
      expect(Math.abs(step)).toBeLessThan(0.15);
    }
  });
});

test('smoothStep runs level from 0 to 1', () => {
  expect([-1, 0, 0.5, 1, 2].map(smoothStep)).toEqual([0, 0, 0.5, 1, 1]);
});
