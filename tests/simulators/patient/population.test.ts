import { describe, expect, test } from 'vitest';
import { judge, type Cell } from '$simulators/patient/comparison.ts';
import { upperTail } from '$simulators/patient/population-arithmetic.ts';
import { populationTable } from '$simulators/patient/population.ts';
import { concentrationCells, effectCells } from '$simulators/patient/published-courses.ts';
import { CONFIRM_ROWS, confirmCells, riseCells } from '$simulators/patient/published-population.ts';
import { drawResponse, PRESETS } from '$simulators/patient/response.ts';

/** So many that the rarest share, 0.2 %, is known to an eighth of itself. */
const SESSIONS = 40_000;
const SEED = 3;

const outside = (cells: readonly Cell[]): string[] =>
  cells
    .filter((cell) => judge(cell) === 'outside')
    .map(({ row, column, published, simulated }) => `${row}, ${column}: ${published}, not ${simulated}`);

/** How far a simulated share is from the reckoned one, in standard errors of the sample. */
const standardErrors = ({ simulated, reckoned = NaN }: Cell): number => {
  const [found, expected] = [simulated / 100, reckoned / 100];
  return Math.abs(found - expected) / Math.sqrt((expected * (1 - expected)) / SESSIONS + 1e-9);
};

describe('a population', () => {
  test.each(['mild', 'typical', 'marked', 'hypertensive'] as const)(
    'of %s responders has the published rises and shares, and those that the model gives without chance',
    (preset) => {
      const cells = riseCells(preset, SESSIONS, SEED);
      expect(cells).toHaveLength(12);
      expect(outside(cells)).toEqual([]);
      for (const cell of cells.filter(({ reckoned }) => reckoned !== undefined))
        expect(standardErrors(cell), cell.column).toBeLessThan(4);
    },
  );

  test.each(CONFIRM_ROWS)(
    'with $preset and a baseline of $baselineReadings has the published value of confirming a reading',
    (row) => {
      const cells = confirmCells(row, SESSIONS, SEED);
      expect(cells).toHaveLength(8);
      expect(outside(cells)).toEqual([]);
      for (const cell of cells) expect(standardErrors(cell), cell.column).toBeLessThan(4);
    },
  );

  test('of 5000 is already near, and another seed gives another one', () => {
    const table = populationTable('typical', 5000, 1);
    expect(Math.abs(table.systolicRiseAt40.mean - 13)).toBeLessThan(1);
    expect(populationTable('typical', 5000, 2)).not.toEqual(table);
    expect(populationTable('typical', 5000, 1)).toEqual(table);
  });

  test('has the gains and resting values of its preset, pressures that go together and some hearts that slow', () => {
    const people = Array.from({ length: 40_000 }, (_, index) => drawResponse('typical', 5, index));
    const of = (value: (person: (typeof people)[number]) => number): number[] => people.map(value);
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const covariance = (a: readonly number[], b: readonly number[]): number =>
      mean(a.map((value, i) => (value - mean1(a)) * ((b[i] ?? NaN) - mean1(b))));
    const means = new Map<readonly number[], number>();
    const mean1 = (values: readonly number[]): number => {
      const known = means.get(values) ?? mean(values);
      means.set(values, known);
      return known;
    };
    const sd = (values: readonly number[]): number => Math.sqrt(covariance(values, values));
    const correlation = (a: readonly number[], b: readonly number[]): number => covariance(a, b) / sd(a) / sd(b);
    const [systolic, diastolic] = [of(({ gains }) => gains.systolic), of(({ gains }) => gains.diastolic)];
    const heart = of(({ gains }) => gains.heartRate);
    expect([mean(systolic) / 13, mean(diastolic) / 9, mean(heart) / 4].map((x) => Math.round(x * 20) / 20)).toEqual([
      1, 1, 1,
    ]);
    expect(sd(systolic) / 13).toBeCloseTo(PRESETS.typical.variation, 1);
    expect(sd(heart) / 4).toBeCloseTo(1.2, 1);
    expect(sd(diastolic) / 9).toBeCloseTo(PRESETS.typical.variation * Math.hypot(0.75, 0.25), 1);
    expect(correlation(systolic, diastolic)).toBeCloseTo(0.75 / Math.hypot(0.75, 0.25), 1);
    expect(Math.min(...systolic, ...diastolic)).toBeGreaterThan(0);
    expect(heart.filter((gain) => gain < 0).length / heart.length).toBeCloseTo(0.2, 1);
    const [sbp, dbp] = [of(({ resting }) => resting.systolic), of(({ resting }) => resting.diastolic)];
    expect([mean(sbp), sd(sbp), mean(dbp), sd(dbp)].map(Math.round)).toEqual([124, 14, 77, 9]);
    expect(correlation(sbp, dbp)).toBeCloseTo(0.6, 1);
    expect(Math.abs(correlation(sbp, systolic))).toBeLessThan(0.02);
  });
});

describe('courses', () => {
  test('of concentration match those reckoned elsewhere, on every route, within 0.5 %', () => {
    const cells = concentrationCells();
    expect(cells.length).toBeGreaterThan(90);
    expect(outside(cells)).toEqual([]);
  });

  test('of the effect match within 0.02, and within 0.06 from the kinetics they were not made for', () => {
    const cells = effectCells();
    expect(cells).toHaveLength(72);
    expect(outside(cells)).toEqual([]);
  });
});

describe('a figure', () => {
  const cell = (published: string, simulated: number): Cell => ({
    ...{ row: '', column: '', unit: '%', published, simulated },
    tolerance: { kind: 'relative', by: 0.25 },
  });

  test('is within its tolerance, within what it was rounded from, or outside', () => {
    expect(judge(cell('0.1', 0.12))).toBe('within');
    expect(judge(cell('0.1', 0.15))).toBe('rounded');
    expect(judge(cell('0.1', 0.2))).toBe('outside');
    expect(judge(cell('16', 12.1))).toBe('within');
    expect(judge(cell('16', 11.5))).toBe('outside');
    expect(judge(cell('0', 0.04))).toBe('rounded');
    expect(judge(cell('0', 0.1))).toBe('outside');
    expect(judge(cell('5', NaN))).toBe('outside');
  });

  test('reckoned without chance stands on a normal distribution that is right', () => {
    for (const [z, tail] of [
      [0, 0.5],
      [1, 0.158655254],
      [1.959963985, 0.025],
      [-1, 0.841344746],
      [4, 3.16712418e-5],
    ] as const)
      // prettier-ignore
      expect(upperTail(z) / tail).toBeCloseTo(1, 6);
  });
});
