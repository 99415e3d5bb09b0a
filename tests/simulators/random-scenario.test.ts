import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plannedAmounts } from '$lib/pharmacology/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { randomScenario, type Scenario } from '$simulators/scenarios/index.ts';

const MINUTE = 60_000;
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const many = (count: number): Scenario[] => Array.from({ length: count }, (_, seed) => randomScenario(seed));

describe('a scenario drawn from a number', () => {
  test('is the same for the same number, and plain data', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const scenario = randomScenario(seed);
        expect(randomScenario(seed)).toEqual(scenario);
        expect(JSON.parse(JSON.stringify(scenario))).toEqual(scenario);
      }),
    );
  });

  test('is an order that a pump could be given, with acts in their order and spans that last', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { id, plan, acts, disturbances, excursions = [], episodes, patient } = randomScenario(seed);
        expect(id).toBe(`random-${seed}`);
        expect(plannedAmounts(plan).ok).toBe(true);
        expect(patient?.weightKg).toBe(plan.weightKg);
        const times = acts.map(({ atMin }) => atMin);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        for (const { fromMin, toMin } of [...disturbances, ...excursions, ...episodes]) {
          expect(fromMin).toBeGreaterThanOrEqual(0);
          expect(toMin).toBeGreaterThan(fromMin);
        }
      }),
    );
  });

  test('has as much going wrong as is asked for', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const quiet = randomScenario(seed, { artefacts: 0, scripts: 0 });
        expect(quiet.disturbances).toEqual([]);
        expect(quiet.excursions ?? []).toEqual([]);
        expect(quiet.acts).toEqual([{ atMin: 15, act: 'start' }]);
        const { acts, excursions } = randomScenario(seed, { artefacts: 0 });
        const { response, plan } = randomScenario(seed);
        expect([quiet.response, quiet.plan]).toEqual([response, plan]);
        expect(acts.length + (excursions ?? []).length).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  test('comes over many numbers in every preset, order and kind of artefact, and with scripts in two thirds', () => {
    const drawn = many(400);
    const distinct = (of: (scenario: Scenario) => unknown): number => new Set(drawn.map(of)).size;
    expect(distinct(({ response }) => response)).toBe(4);
    expect(
      distinct(({ plan, kinetics }) => `${plan.drug} ${plan.doseMgPerKg} ${plan.durationMin} ${kinetics?.set}`),
    ).toBe(6);
    expect(new Set(drawn.flatMap(({ modifiers = [] }) => modifiers)).size).toBe(5);
    expect(new Set(drawn.flatMap(({ disturbances }) => disturbances.map(({ what }) => what))).size).toBe(9);
    const eventful = drawn.filter(({ acts, excursions = [] }) => acts.length > 1 || excursions.length > 0).length;
    expect(eventful / drawn.length).toBeGreaterThan(0.55);
    expect(eventful / drawn.length).toBeLessThan(0.75);
    expect(drawn.reduce((sum, { disturbances }) => sum + disturbances.length, 0) / drawn.length).toBeCloseTo(3, 0);
  });

  test('gives a patient whose numbers are those of a living one, all session long', () => {
    for (const seed of Array.from({ length: 40 }, (_, i) => 7 * i)) {
      const bedside = createBedside(randomScenario(seed), seed);
      for (let minute = 0; minute <= 120; minute++) {
        bedside.advanceTo(minute * MINUTE);
        const { heartRate, systolic, diastolic, spo2, respiratoryRate, etco2 } = bedside.physiology();
        expect(heartRate, `seed ${seed}`).toBeGreaterThan(25);
        expect(heartRate, `seed ${seed}`).toBeLessThan(170);
        expect(systolic, `seed ${seed}`).toBeGreaterThan(diastolic);
        expect(systolic, `seed ${seed}`).toBeLessThan(300);
        expect(spo2, `seed ${seed}`).toBeGreaterThan(70);
        expect(spo2, `seed ${seed}`).toBeLessThanOrEqual(100);
        expect(respiratoryRate, `seed ${seed}`).toBeGreaterThan(2);
        expect(etco2, `seed ${seed}`).toBeLessThan(75);
      }
    }
  });
});
