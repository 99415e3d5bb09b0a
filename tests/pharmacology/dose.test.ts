import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkProgrammed,
  convertDose,
  DOSE_UNITS,
  plannedAmounts,
  type DoseUnit,
  type OrderedDose,
} from '$lib/pharmacology/index.ts';

const usual: OrderedDose = { weightKg: 70, doseMgPerKg: 0.5, durationMin: 40, concentrationMgPerMl: 1 };
const valueOf = (result: ReturnType<typeof convertDose>): number => (result.ok ? result.value.value : NaN);

describe('planned amounts', () => {
  test('0.5 mg/kg over 40 min for 70 kg at 1 mg/mL are 35 mg, 35 mL and 52.5 mL/h', () => {
    const planned = plannedAmounts(usual);
    if (!planned.ok) throw new Error(planned.error.why);
    expect(planned.value.totalMg).toBe(35);
    expect(planned.value.volumeMl).toBe(35);
    expect(planned.value.rateMlPerHour).toBeCloseTo(52.5, 12);
    expect(planned.value.mgPerMin).toBeCloseTo(0.875, 12);
    expect(planned.value.mgPerKgPerHour).toBeCloseTo(0.75, 12);
    expect(planned.value.ugPerKgPerMin).toBeCloseTo(12.5, 12);
  });

  test.each([
    ['weightKg', 7],
    ['weightKg', 700],
    ['concentrationMgPerMl', 0],
    ['concentrationMgPerMl', 1000],
    ['doseMgPerKg', -0.5],
    ['doseMgPerKg', 500],
    ['durationMin', 0],
    ['durationMin', NaN],
  ] as const)('%s of %d is refused by name', (field, value) => {
    expect(plannedAmounts({ ...usual, [field]: value })).toMatchObject({
      ok: false,
      error: { why: 'out-of-range', field, value },
    });
  });
});

describe('conversion', () => {
  const context = { weightKg: 70, concentrationMgPerMl: 1 };

  test.each([
    [0.75, 'mg/kg/h', 'ug/kg/min', 12.5],
    [0.75, 'mg/kg/h', 'mL/h', 52.5],
    [52.5, 'mL/h', 'mg/kg/h', 0.75],
    [12.5, 'ug/kg/min', 'mg/min', 0.875],
    [0.5, 'mg/kg', 'mL', 35],
    [35, 'mL', 'mg', 35],
    [35, 'mg', 'mg/kg', 0.5],
    [500, 'ug/kg', 'mg', 35],
    [2, 'g/L', 'mg/mL', 2],
    [1000, 'ug/mL', 'mg/mL', 1],
  ])('%d %s is, in %s as %s', (value, from, to, expected) => {
    expect(valueOf(convertDose({ value, unit: from }, to, context))).toBeCloseTo(expected, 9);
  });

  test.each([
    ['ug', 1000, 'mg'],
    ['mg', 1, 'mg'],
    ['g', 0.001, 'mg'],
    ['ug/kg', 20, 'mg'],
    ['mg/kg', 0.02, 'mg'],
    ['mL', 0.25, 'mg'],
    ['ug/min', 1000, 'mg/min'],
    ['ug/h', 60_000, 'mg/min'],
    ['mg/min', 1, 'mg/min'],
    ['mg/h', 60, 'mg/min'],
    ['ug/kg/min', 20, 'mg/min'],
    ['ug/kg/h', 1200, 'mg/min'],
    ['mg/kg/min', 0.02, 'mg/min'],
    ['mg/kg/h', 1.2, 'mg/min'],
    ['mL/min', 0.25, 'mg/min'],
    ['mL/h', 15, 'mg/min'],
    ['ug/mL', 1000, 'mg/mL'],
    ['mg/mL', 1, 'mg/mL'],
    ['mg/L', 1000, 'mg/mL'],
    ['g/L', 1, 'mg/mL'],
  ] as const)('for 50 kg at 4 mg/mL takes as many %s as %d to make one %s', (unit, value, one) => {
    const context50 = { weightKg: 50, concentrationMgPerMl: 4 };
    expect(valueOf(convertDose({ value, unit }, one, context50))).toBeCloseTo(1, 12);
  });

  test('goes there and back to the same number between any two units of a kind', () => {
    const names = Object.keys(DOSE_UNITS) as DoseUnit[];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom(...names),
        fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
        fc.double({ min: 20, max: 300, noNaN: true }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (from, to, value, weightKg, concentrationMgPerMl) => {
          const there = convertDose({ value, unit: from }, to, { weightKg, concentrationMgPerMl });
          if (!there.ok) {
            expect(DOSE_UNITS[from].kind).not.toBe(DOSE_UNITS[to].kind);
            return;
          }
          const back = valueOf(convertDose(there.value, from, { weightKg, concentrationMgPerMl }));
          expect(Math.abs(back / value - 1)).toBeLessThan(1e-12);
        },
      ),
    );
  });

  test('an unknown unit gives no number', () => {
    expect(convertDose({ value: 1, unit: 'mcg/kg/min' }, 'mL/h', context)).toEqual({
      ok: false,
      error: { why: 'unknown-unit', unit: 'mcg/kg/min' },
    });
    expect(convertDose({ value: 1, unit: 'mg' }, 'toString', context).ok).toBe(false);
  });

  test('an amount is no rate', () => {
    expect(convertDose({ value: 1, unit: 'mg/kg' }, 'mL/h', context)).toEqual({
      ok: false,
      error: { why: 'different-kinds', from: 'mg/kg', to: 'mL/h' },
    });
  });

  test('a missing weight or concentration is named, never assumed', () => {
    expect(convertDose({ value: 1, unit: 'mg/kg/h' }, 'mg/h')).toEqual({
      ok: false,
      error: { why: 'weight-needed', unit: 'mg/kg/h' },
    });
    expect(convertDose({ value: 1, unit: 'mg/h' }, 'mL/h', { weightKg: 70 })).toEqual({
      ok: false,
      error: { why: 'concentration-needed', unit: 'mL/h' },
    });
  });

  test('an impossible weight, concentration or value is refused', () => {
    expect(convertDose({ value: 1, unit: 'mg/kg' }, 'mg', { weightKg: 0 }).ok).toBe(false);
    expect(convertDose({ value: 1, unit: 'mL' }, 'mg', { concentrationMgPerMl: Infinity }).ok).toBe(false);
    expect(convertDose({ value: -1, unit: 'mg' }, 'ug').ok).toBe(false);
    expect(convertDose({ value: NaN, unit: 'mg' }, 'ug').ok).toBe(false);
  });
});

describe('what is set at the pump', () => {
  const set = { rateMlPerHour: 52.5, durationMin: 40, concentrationMgPerMl: 1 };

  test('agrees with the order up to 2 %', () => {
    const check = checkProgrammed(usual, { ...set, rateMlPerHour: 52.5 * 1.019 });
    expect(check).toMatchObject({ ok: true, value: { verdict: 'agrees', orderedMg: 35 } });
  });

  test.each([
    ['a rate 3 % too high', { ...set, rateMlPerHour: 52.5 * 1.03 }, 0.03],
    ['a rate 3 % too low', { ...set, rateMlPerHour: 52.5 * 0.97 }, -0.03],
    ['twice the concentration', { ...set, concentrationMgPerMl: 2 }, 1],
  ])('%s deviates and says by how much', (_, programmed, byFraction) => {
    const check = checkProgrammed(usual, programmed);
    if (!check.ok) throw new Error(check.error.why);
    expect(check.value.verdict).toBe('deviates');
    expect(check.value.byFraction).toBeCloseTo(byFraction, 9);
  });

  test('is refused where a number is out of range', () => {
    expect(checkProgrammed(usual, { ...set, rateMlPerHour: -1 })).toMatchObject({
      ok: false,
      error: { field: 'rateMlPerHour' },
    });
    expect(checkProgrammed({ ...usual, weightKg: 5 }, set)).toMatchObject({ ok: false, error: { field: 'weightKg' } });
  });
});
