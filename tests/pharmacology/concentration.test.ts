import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advanceKinetics,
  concentration,
  concentrationCurve,
  PARAMETER_SETS,
  startKinetics,
  type Delivery,
  type ParameterSetId,
} from '$lib/pharmacology/index.ts';

/** Reference figures were computed twice elsewhere, by Runge–Kutta and by matrix exponential, and agree to the last digit. */
const infusion = (totalMg: number, durationMin: number): Delivery[] => [
  { fromMin: 0, toMin: durationMin, mgPerMin: totalMg / durationMin },
];
const paused: Delivery[] = [
  { fromMin: 0, toMin: 20, mgPerMin: 35 / 40 },
  { fromMin: 25, toMin: 45, mgPerMin: 35 / 40 },
];
const MINUTES = [5, 10, 20, 30, 40, 45, 50, 60, 80, 110, 120, 180, 230];

interface Row {
  readonly name: string;
  readonly set: ParameterSetId;
  readonly weightKg?: number;
  readonly deliveries: readonly Delivery[];
  readonly at: readonly number[];
  readonly drug: readonly number[];
}

const ROWS: readonly Row[] = [
  {
    name: 'Clements, 0.5 mg/kg over 40 min',
    set: 'clements250',
    deliveries: infusion(35, 40),
    at: MINUTES,
    drug: [33.2, 62.0, 109.5, 146.9, 177.3, 157.4, 140.8, 115.4, 84.7, 63.1, 58.8, 43.8, 35.9],
  },
  {
    name: 'Domino, 0.5 mg/kg over 40 min',
    set: 'domino',
    deliveries: infusion(35, 40),
    at: MINUTES,
    drug: [155.3, 181.8, 209.6, 226.5, 240.3, 91.4, 71.1, 55.1, 45.8, 38.1, 35.8, 24.9, 18.4],
  },
  {
    name: 'Otto, 35 mg over 40 min',
    set: 'otto',
    deliveries: infusion(35, 40),
    at: MINUTES,
    drug: [30.3, 56.1, 98.0, 130.9, 158.0, 139.8, 125.2, 103.8, 78.8, 59.5, 55.1, 36.6, 26.7],
  },
  {
    name: 'Otto, 25 mg at 50 kg',
    set: 'otto',
    weightKg: 50,
    deliveries: infusion(25, 40),
    at: [10, 20, 30, 40, 60],
    drug: [53.7, 90.8, 118.6, 141.0, 86.0],
  },
  {
    name: 'Otto, 50 mg at 100 kg',
    set: 'otto',
    weightKg: 100,
    deliveries: infusion(50, 40),
    at: [10, 20, 30, 40, 60],
    drug: [58.1, 104.1, 141.9, 173.9, 122.1],
  },
  {
    name: 'Simons, 35 mg over 40 min',
    set: 'simons',
    deliveries: infusion(35, 40),
    at: MINUTES,
    drug: [159.6, 195.1, 234.5, 264.6, 288.7, 139.5, 113.5, 90.7, 62.9, 42.2, 38.2, 25.8, 20.9],
  },
  {
    name: 'Clements, paused from minute 20 to 25',
    set: 'clements250',
    deliveries: paused,
    at: [20, 25, 30, 45, 60],
    drug: [109.5, 96.0, 118.0, 170.9, 123.1],
  },
  {
    name: 'Domino, paused from minute 20 to 25',
    set: 'domino',
    deliveries: paused,
    at: [20, 25, 30, 45, 60],
    drug: [209.6, 63.3, 200.0, 237.7, 59.8],
  },
  {
    name: 'Clements, 35 mg over 100 min',
    set: 'clements250',
    deliveries: infusion(35, 100),
    at: [40, 60, 100, 130],
    drug: [70.9, 90.0, 117.3, 74.7],
  },
  {
    name: 'Domino, 35 mg over 100 min',
    set: 'domino',
    deliveries: infusion(35, 100),
    at: [40, 100, 110],
    drug: [96.1, 122.1, 52.8],
  },
];

/** Half a per cent, or half a unit of the last digit that the reference gives. */
const tolerance = (reference: number): number => Math.max(reference * 0.005, 0.05);

describe('predicted concentration', () => {
  test.each(ROWS)('$name matches the reference within 0.5 %', ({ set, weightKg = 70, deliveries, at, drug }) => {
    const curve = concentrationCurve(set, weightKg, deliveries, at);
    drug.forEach((reference, i) => {
      expect(Math.abs((curve[i]?.drugNgPerMl ?? NaN) - reference)).toBeLessThanOrEqual(tolerance(reference));
    });
  });

  test('norketamine of the Otto set matches the reference within 0.5 %', () => {
    const reference = [1.2, 4.5, 15.4, 30.2, 47.1, 54.8, 60.7, 68.5, 74.4, 73.2, 71.7, 60.2, 51.1];
    const curve = concentrationCurve('otto', 70, infusion(35, 40), MINUTES);
    reference.forEach((value, i) => {
      expect(Math.abs((curve[i]?.metaboliteNgPerMl ?? NaN) - value)).toBeLessThanOrEqual(tolerance(value));
    });
  });

  test('the intravenous part of Perez-Ruixo gives 59, 100 and 52 ng/mL for 28 mg over 40 min', () => {
    const curve = concentrationCurve('perezRuixo', 70, infusion(28, 40), [20, 40, 80]);
    expect(curve.map((point) => Math.round(point.drugNgPerMl))).toEqual([59, 100, 52]);
    expect(curve[0]).not.toHaveProperty('metaboliteNgPerMl');
  });

  test.each(['clements250', 'domino', 'hijazi'] as const)(
    '%s gives the same curve for the same mg/kg at every weight',
    (set) => {
      const at70 = concentrationCurve(set, 70, infusion(35, 40), [10, 40, 90]);
      fc.assert(
        fc.property(fc.double({ min: 30, max: 200, noNaN: true }), (weightKg) => {
          const curve = concentrationCurve(set, weightKg, infusion(0.5 * weightKg, 40), [10, 40, 90]);
          curve.forEach((point, i) => expect(point.drugNgPerMl).toBeCloseTo(at70[i]?.drugNgPerMl ?? NaN, 6));
        }),
      );
    },
  );

  test('every set starts at nothing, rises while infusing and falls afterwards', () => {
    for (const id of Object.keys(PARAMETER_SETS) as ParameterSetId[]) {
      const curve = concentrationCurve(id, 70, infusion(35, 40), [-5, 0, 20, 40, 80]);
      const [before, start, middle, end, after] = curve.map((point) => point.drugNgPerMl);
      expect([before, start], id).toEqual([0, 0]);
      expect(middle, id).toBeGreaterThan(0);
      expect(end, id).toBeGreaterThan(middle ?? NaN);
      expect(after, id).toBeLessThan(end ?? NaN);
    }
  });

  test('times may come in any order and overlapping deliveries add up', () => {
    const once = concentrationCurve('otto', 70, infusion(35, 40), [60, 10, 30]);
    const half: Delivery = { fromMin: 0, toMin: 40, mgPerMin: 35 / 80 };
    const twice = concentrationCurve('otto', 70, [half, half], [10, 30, 60]);
    expect(once[1]?.drugNgPerMl).toBeCloseTo(twice[0]?.drugNgPerMl ?? NaN, 9);
    expect(once[2]?.drugNgPerMl).toBeCloseTo(twice[1]?.drugNgPerMl ?? NaN, 9);
    expect(once[0]?.drugNgPerMl).toBeCloseTo(twice[2]?.drugNgPerMl ?? NaN, 9);
  });
});

describe('the kinetic state', () => {
  const ids = Object.keys(PARAMETER_SETS) as ParameterSetId[];

  test('does not depend on how a span is divided into steps', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ids),
        fc.array(fc.double({ min: 0.001, max: 20, noNaN: true }), { minLength: 1, maxLength: 12 }),
        (id, steps) => {
          const start = startKinetics(PARAMETER_SETS[id].model(70));
          let divided = start;
          for (const step of steps) divided = advanceKinetics(divided, divided.atMin + step, 0.9);
          const whole = advanceKinetics(start, divided.atMin, 0.9);
          divided.amountsMg.forEach((mg, i) => expect(mg).toBeCloseTo(whole.amountsMg[i] ?? NaN, 8));
        },
      ),
    );
  });

  test('keeps every milligram: what is in the body never exceeds what was given', () => {
    for (const id of ids) {
      const state = advanceKinetics(startKinetics(PARAMETER_SETS[id].model(70)), 40, 1);
      const inBody = state.amountsMg.reduce((sum, mg) => sum + mg, 0);
      expect(inBody, id).toBeGreaterThan(0);
      expect(inBody, id).toBeLessThanOrEqual(40);
    }
  });

  test('stays where it is when asked for the past', () => {
    const state = advanceKinetics(startKinetics(PARAMETER_SETS.clements250.model(70)), 10, 1);
    expect(advanceKinetics(state, 5, 1)).toBe(state);
    expect(concentration(state).drugNgPerMl).toBeGreaterThan(0);
  });
});

/** At steady state: rate / concentration is the clearance, amount / concentration the volume of distribution, at 70 kg. */
describe('after an endless infusion', () => {
  const RATE_MG_PER_MIN = 1;
  const steady = (set: ParameterSetId) =>
    advanceKinetics(startKinetics(PARAMETER_SETS[set].model(70)), 1e5, RATE_MG_PER_MIN);

  interface Published {
    readonly set: ParameterSetId;
    readonly clearanceLPerH: number;
    readonly volumeL: number;
    readonly drugIn: readonly number[];
  }

  test.each<Published>([
    { set: 'clements250', clearanceLPerH: 80.2, volumeL: 289, drugIn: [0, 1] },
    { set: 'domino', clearanceLPerH: 115.9, volumeL: 193, drugIn: [0, 1, 2] },
    { set: 'otto', clearanceLPerH: 95.2, volumeL: 133 + 187 + 98.8, drugIn: [0, 1, 2] },
    { set: 'simons', clearanceLPerH: 1.48 * 60, volumeL: 11.6 + 39 + 174, drugIn: [0, 1, 2] },
    { set: 'perezRuixo', clearanceLPerH: 109, volumeL: 192 + 143 + 417, drugIn: [0, 1, 2] },
    { set: 'hijazi', clearanceLPerH: 151, volumeL: 1.08 * 70 * (1 + 0.0088 / 0.003), drugIn: [0, 1] },
    { set: 'herd', clearanceLPerH: 90, volumeL: 38.7 + 102, drugIn: [0, 1] },
    { set: 'hornik', clearanceLPerH: 38.9, volumeL: 32.8 + 152, drugIn: [0, 1] },
    { set: 'flint', clearanceLPerH: 112, volumeL: 7.73 + 545, drugIn: [0, 1] },
  ])('$set has its published clearance and volume', ({ set, clearanceLPerH, volumeL, drugIn }) => {
    const state = steady(set);
    const mgPerL = concentration(state).drugNgPerMl / 1000;
    const drugMg = drugIn.reduce((sum, compartment) => sum + (state.amountsMg[compartment] ?? NaN), 0);
    expect(((RATE_MG_PER_MIN / mgPerL) * 60) / clearanceLPerH).toBeCloseTo(1, 2);
    expect(drugMg / mgPerL / volumeL).toBeCloseTo(1, 2);
  });

  test.each([
    ['otto', 57.72 / 60, 1],
    ['simons', 1, 0.8],
  ] as const)('%s clears the norketamine that it forms', (set, clearanceLPerMin, formedFraction) => {
    const mgPerL = (concentration(steady(set)).metaboliteNgPerMl ?? NaN) / 1000;
    expect(mgPerL).toBeCloseTo((RATE_MG_PER_MIN * formedFraction) / clearanceLPerMin, 6);
  });

  test.each(['herd', 'hornik', 'flint', 'otto', 'simons'] as const)(
    '%s clears by weight to the power of 3/4',
    (set) => {
      const light = advanceKinetics(startKinetics(PARAMETER_SETS[set].model(17.5)), 1e5, RATE_MG_PER_MIN);
      const ratio = concentration(light).drugNgPerMl / concentration(steady(set)).drugNgPerMl;
      expect(ratio).toBeCloseTo(4 ** 0.75, 6);
    },
  );
});
