import { describe, expect, test } from 'vitest';
import { populationTable } from '$simulators/patient/population.ts';
import { drawResponse } from '$simulators/patient/response.ts';

/** Acceptance figures, reckoned elsewhere from the same population: means within 1 mmHg, shares within a quarter. */
const ACCEPTANCE = [
  {
    preset: 'mild',
    at40: [7.4, 9.2, 6.0, 6.8],
    greatest: [12.3, 9.8],
    shares: [0.06, 0.0035, 0.01, 0.022, 0.005, 0.077],
  },
  {
    preset: 'typical',
    at40: [13, 10.5, 9, 7.1],
    greatest: [16.9, 12.3],
    shares: [0.11, 0.011, 0.021, 0.079, 0.02, 0.19],
  },
  {
    preset: 'marked',
    at40: [16, 11.2, 11, 7.4],
    greatest: [19.5, 14],
    shares: [0.15, 0.018, 0.034, 0.13, 0.035, 0.28],
  },
  {
    preset: 'hypertensive',
    at40: [22, 13.1, 13, 7.7],
    greatest: [25, 15.7],
    shares: [0.45, 0.11, 0.05, 0.28, 0.1, 0.39],
  },
] as const;

describe('a population', () => {
  test.each(ACCEPTANCE)(
    'of $preset responders has the expected rises and shares',
    ({ preset, at40, greatest, shares }) => {
      const table = populationTable(preset, 20_000, 3);
      const { systolicRiseAt40, diastolicRiseAt40, meanOfGreatestRise, share } = table;
      const rises = [systolicRiseAt40.mean, systolicRiseAt40.sd, diastolicRiseAt40.mean, diastolicRiseAt40.sd];
      rises.forEach((value, i) => expect(Math.abs(value - (at40[i] ?? NaN))).toBeLessThan(1));
      expect(Math.abs(meanOfGreatestRise.systolic - greatest[0])).toBeLessThan(1);
      expect(Math.abs(meanOfGreatestRise.diastolic - greatest[1])).toBeLessThan(1);
      const { systolic160, systolic180, diastolic110, rise30, rise40, risePercent20 } = share;
      [systolic160, systolic180, diastolic110, rise30, rise40, risePercent20].forEach((value, i) =>
        expect(Math.abs(value / (shares[i] ?? NaN) - 1)).toBeLessThan(0.25),
      );
    },
  );

  test('of 500 is already near, and another seed gives another one', () => {
    const table = populationTable('typical', 500, 1);
    expect(Math.abs(table.systolicRiseAt40.mean - 13)).toBeLessThan(2);
    expect(Math.abs(table.share.systolic160 - 0.11)).toBeLessThan(0.06);
    expect(populationTable('typical', 500, 2)).not.toEqual(table);
    expect(populationTable('typical', 500, 1)).toEqual(table);
  });

  test('has some patients whose heart slows, and none whose pressure gain is negative', () => {
    const gains = Array.from({ length: 2000 }, (_, index) => drawResponse('typical', 5, index).gains);
    expect(gains.filter(({ heartRate }) => heartRate < 0).length / gains.length).toBeGreaterThan(0.1);
    expect(gains.every(({ systolic, diastolic }) => systolic > 0 && diastolic > 0)).toBe(true);
  });
});
