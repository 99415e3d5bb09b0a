import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deviceId, monotonicMs, type InfusionReading } from '$lib/domain/index.ts';
import {
  isCarrierName,
  isSameDrug,
  planDifferences,
  plannedAmounts,
  pumpEnd,
  sentDoseGivenMg,
  sentMgPerMin,
  sentMgPerMl,
} from '$lib/pharmacology/index.ts';
import { parameterSetFor, parameterSetsFor } from '$lib/pharmacology/templates.ts';
import { PLAN } from '../support/bed.ts';

const reading = (parts: Partial<InfusionReading> = {}): InfusionReading => ({
  kind: 'infusion',
  source: deviceId('pump'),
  at: monotonicMs(0),
  channel: 'p1',
  state: 'infusing',
  alarms: [],
  ...parts,
});

describe('what a pump says in milligrams', () => {
  test.each([
    [{ value: 1, unit: 'mg/mL' }, 1],
    [{ value: 1000, unit: 'ug/mL' }, 1],
    [{ value: 0.05, unit: 'g/L' }, 0.05],
    [{ value: 10, unit: 'mg/dL' }, 0.1],
  ])('%j is %d mg/mL', (concentration, mgPerMl) => {
    expect(sentMgPerMl(reading({ concentration }))).toEqual({ ok: true, value: expect.closeTo(mgPerMl, 12) as number });
  });

  test('what it does not send is not refused but absent', () => {
    expect(sentMgPerMl(reading())).toBeUndefined();
    expect(sentMgPerMin(reading(), 70)).toBeUndefined();
    expect(sentDoseGivenMg(reading(), 70)).toBeUndefined();
  });

  test('a dose rate per kilogram is in kilograms of the weight that the pump was given, else of the order', () => {
    const doseRate = { value: 12.5, unit: 'ug/kg/min' };
    expect(sentMgPerMin(reading({ doseRate, patientWeightKg: 80 }), 70)).toMatchObject({ value: 1 });
    expect(sentMgPerMin(reading({ doseRate }), 70)).toMatchObject({ value: expect.closeTo(0.875, 12) as number });
    expect(sentMgPerMin(reading({ doseRate }), undefined)).toMatchObject({
      ok: false,
      error: { why: 'weight-needed' },
    });
  });

  test.each([
    [{ value: 20, unit: 'mg' }, 20],
    [{ value: 250, unit: 'ug/kg' }, 17.5],
    [{ value: 10, unit: 'mL' }, 20],
  ])('a dose given of %j is %d mg', (doseGiven, mg) => {
    const sent = sentDoseGivenMg(reading({ doseGiven, concentration: { value: 2, unit: 'mg/mL' } }), 70);
    expect(sent).toMatchObject({ value: mg });
  });

  test('millilitres are milligrams by the pump’s own concentration only', () => {
    expect(sentDoseGivenMg(reading({ doseGiven: { value: 10, unit: 'mL' } }), 70)).toMatchObject({
      error: { why: 'concentration-needed' },
    });
  });
});

describe('the end', () => {
  test.each([
    ['agrees', { volumeRemainingMl: 17.5, rateMlPerHour: 52.5, timeRemainingS: 1200 }, false],
    ['is a minute off', { volumeRemainingMl: 17.5, rateMlPerHour: 52.5, timeRemainingS: 1260 }, false],
    ['is more than that off', { volumeRemainingMl: 17.5, rateMlPerHour: 52.5, timeRemainingS: 1262 }, true],
    ['is a twentieth of hours off', { volumeRemainingMl: 100, rateMlPerHour: 10, timeRemainingS: 37_700 }, false],
    ['is not told', { volumeRemainingMl: 17.5, rateMlPerHour: 52.5 }, false],
    ['has no rate', { volumeRemainingMl: 17.5, rateMlPerHour: 0, timeRemainingS: 5 }, false],
  ])('by volume and by its own word: %s', (_, parts, isContradictory) => {
    expect(pumpEnd(reading(parts)).isContradictory).toBe(isContradictory);
  });

  test('by volume it is remaining over rate', () => {
    expect(pumpEnd(reading({ volumeRemainingMl: 17.5, rateMlPerHour: 52.5 })).byVolumeS).toBeCloseTo(1200, 9);
  });
});

describe('plan against pump', () => {
  const whats = (parts: Partial<InfusionReading>, mgPerMl?: number) =>
    planDifferences(PLAN, reading(parts), mgPerMl).map(({ what }) => what);

  test.each([
    ['all as planned', { rateMlPerHour: 52.5, concentration: { value: 1, unit: 'mg/mL' }, patientWeightKg: 70 }, []],
    [
      'as planned in other units',
      { concentration: { value: 1000, unit: 'ug/mL' }, doseRate: { value: 0.75, unit: 'mg/kg/h' } },
      [],
    ],
    ['another concentration', { concentration: { value: 2, unit: 'mg/mL' } }, ['concentration']],
    ['another weight', { patientWeightKg: 80 }, ['weight']],
    ['another dose rate', { doseRate: { value: 15, unit: 'ug/kg/min' } }, ['dose-rate']],
    ['another rate', { rateMlPerHour: 60 }, ['rate']],
    ['the set rate before the actual one', { rateMlPerHour: 60, rateSetMlPerHour: 52.5 }, []],
    ['no rate while it stands', { state: 'stopped', rateMlPerHour: 0, doseRate: { value: 0, unit: 'mg/h' } }, []],
    ['a keep-open rate is no plan’s rate', { state: 'kvo', rateMlPerHour: 3 }, []],
    [
      'each of several',
      { patientWeightKg: 7, concentration: { value: 10, unit: 'mg/mL' }, rateMlPerHour: 5 },
      ['concentration', 'weight', 'rate'],
    ],
    ['a unit that is no mass is not compared', { concentration: { value: 2, unit: 'mmol/mL' } }, []],
  ] as const)('%s', (_, parts, expected) => {
    expect(whats(parts)).toEqual(expected);
  });

  test('the rate is compared as a dose: at twice the concentration half the rate is planned', () => {
    expect(whats({ rateMlPerHour: 26.25 }, 2)).toEqual([]);
    expect(planDifferences(PLAN, reading({ rateMlPerHour: 52.5 }), 2)).toEqual([
      { what: 'rate', planned: 26.25, pump: 52.5, unit: 'mL/h' },
    ]);
  });

  test('a pump that is set to an order’s own amounts never differs from it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 20, max: 300, noNaN: true }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: 0.001, max: 50, noNaN: true }),
        fc.double({ min: 1, max: 600, noNaN: true }),
        (weightKg, concentrationMgPerMl, doseMgPerKg, durationMin) => {
          const plan = { ...PLAN, weightKg, concentrationMgPerMl, doseMgPerKg, durationMin };
          const amounts = plannedAmounts(plan);
          if (!amounts.ok) throw new Error(amounts.error.field);
          const set = reading({
            rateMlPerHour: amounts.value.rateMlPerHour,
            concentration: { value: concentrationMgPerMl * 1000, unit: 'ug/mL' },
            doseRate: { value: amounts.value.ugPerKgPerMin, unit: 'ug/kg/min' },
            patientWeightKg: weightKg,
          });
          expect(planDifferences(plan, set)).toEqual([]);
        },
      ),
    );
  });
});

describe('names of drugs', () => {
  test.each([
    ['Ketamine', 'KETAMIN 2mg/ml', true],
    ['Ketamine', ' ketamine hcl', true],
    ['Esketamine', 'S-Ketamin 5', true],
    ['Esketamine', 'S(+)-Ketamin', true],
    ['Esketamine', 's ketamine', true],
    ['Ketamine', 'Esketamine', false],
    ['Ketamine', 'Arketamine', false],
    ['Ketamine', 'Propofol', false],
    ['Propofol 1%', 'PROPOFOL', true],
    ['', '', false],
  ])('“%s” and “%s” are the same: %s', (a, b, isSame) => {
    expect(isSameDrug(a, b)).toBe(isSame);
    expect(isSameDrug(b, a)).toBe(isSame);
  });

  test.each([
    ['NaCl 0,9% 250ml', true],
    ['Ringer-Lactat', true],
    ['Glucose 5 %', true],
    ['Sodium Chloride', true],
    ['Ketamine in NaCl', false],
    ['Noradrenaline', false],
  ])('“%s” is a carrier: %s', (name, is) => {
    expect(isCarrierName(name)).toBe(is);
  });

  test('a model belongs to the drug, by default and by the choice of a site', () => {
    expect([parameterSetFor('Ketamine'), parameterSetFor('s-ketamin')]).toEqual(['clements250', 'otto']);
    expect(parameterSetFor('KETAMIN', { ketamine: 'domino', esketamine: 'simons' })).toBe('domino');
    expect(parameterSetFor('S-Ketamin', { ketamine: 'domino', esketamine: 'simons' })).toBe('simons');
    expect([parameterSetFor('Propofol'), parameterSetFor('Arketamine')]).toEqual([undefined, undefined]);
    expect(parameterSetsFor('ketamine')).toEqual(['clements250', 'domino', 'hijazi', 'herd', 'hornik']);
    expect(parameterSetsFor('esketamine')).toEqual(['otto', 'simons', 'perezRuixo', 'flint']);
  });
});
