import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advanceKinetics,
  concentration,
  nasalCurve,
  nasalUptake,
  PARAMETER_SETS,
  sprayed,
  startKinetics,
  withNose,
  type Spray,
} from '$lib/pharmacology/index.ts';

const devices = (count: number): Spray[] => Array.from({ length: count }, (_, i) => ({ atMin: 5 * i, mg: 28 }));
const minutes = Array.from({ length: 241 }, (_, i) => i / 2);
const courseOf = (count: number): number[] => nasalCurve(devices(count), minutes).map((point) => point.drugNgPerMl);
const peakOf = (course: readonly number[]): readonly [atMin: number, highest: number] => {
  const highest = Math.max(...course);
  return [minutes[course.indexOf(highest)] ?? NaN, highest];
};

describe('nasal esketamine', () => {
  test('reaches 73 ng/mL at 40 min after two devices and 101 at 44 after three', () => {
    const [[two, low], [three, high]] = [peakOf(courseOf(2)), peakOf(courseOf(3))];
    expect(Math.abs(two - 40)).toBeLessThanOrEqual(1);
    expect(Math.abs(three - 44)).toBeLessThanOrEqual(1);
    expect([Math.round(low), Math.round(high)]).toEqual([73, 101]);
  });

  test('keeps every milligram: what nose and gut take in is what was given', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), (count) => {
        const { nose, swallowed } = nasalUptake(devices(count));
        const inNose = nose.reduce((sum, { mg }) => sum + mg, 0);
        expect(inNose + swallowed(0, 200) * 200).toBeCloseTo(28 * count, 9);
        expect(nose[0]?.mg).toBeCloseTo(0.54 * 28, 9);
      }),
    );
  });

  test('never makes drug: what is in the body stays below what was given and in the end is gone', () => {
    const uptake = nasalUptake(devices(3));
    let state = startKinetics(withNose(PARAMETER_SETS.perezRuixo.model(70)));
    for (let minute = 0; minute < 3000; minute++) {
      for (const { atMin, mg } of uptake.nose) if (atMin === minute) state = sprayed(state, mg);
      state = advanceKinetics(state, minute + 1, uptake.swallowed(minute, minute + 1));
      const inBody = state.amountsMg.reduce((sum, mg) => sum + mg, 0);
      expect(inBody).toBeLessThanOrEqual(84);
    }
    expect(concentration(state).drugNgPerMl).toBeLessThan(1);
  });

  test('is nothing before the first device, and may be asked for in any order', () => {
    const later = [{ atMin: 10, mg: 28 }];
    const [late, early, before] = nasalCurve(later, [60, 12, 5]).map((point) => point.drugNgPerMl);
    expect(before).toBe(0);
    expect(early).toBeGreaterThan(0);
    expect(late).toBeGreaterThan(early ?? NaN);
  });
});
