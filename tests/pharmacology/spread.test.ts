import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advanceKinetics,
  BETWEEN_SUBJECTS,
  concentration,
  kineticFactors,
  PARAMETER_SETS,
  startKinetics,
  withFactors,
  type KineticFactors,
} from '$lib/pharmacology/index.ts';
import { normal, STREAM } from '$simulators/patient/chance.ts';

const RATE = 1;
/** Clearance, L/min, of the drug in the blood after an endless infusion. */
const clearance = (
  set: 'clements250' | 'domino' | 'otto' | 'simons' | 'perezRuixo',
  factors: KineticFactors,
): number => {
  const model = withFactors(PARAMETER_SETS[set].model(70), factors);
  return (RATE / concentration(advanceKinetics(startKinetics(model), 1e5, RATE)).drugNgPerMl) * 1000;
};

describe('people around the average patient', () => {
  test('scatter as published: variances of volume and clearance, and that they go together', () => {
    const people = Array.from({ length: 40_000 }, (_, i) => {
      const { volume, clearance: cleared } = kineticFactors(
        normal(1, STREAM.kineticVolume, i),
        normal(1, STREAM.kineticClearance, i),
      );
      return [Math.log(volume), Math.log(cleared)] as const;
    });
    const mean = (of: (person: readonly [number, number]) => number): number =>
      people.reduce((sum, person) => sum + of(person), 0) / people.length;
    expect(Math.abs(mean(([v]) => v))).toBeLessThan(0.006);
    expect(mean(([v]) => v * v) / BETWEEN_SUBJECTS.volumeVariance).toBeCloseTo(1, 1);
    expect(mean(([, c]) => c * c) / BETWEEN_SUBJECTS.clearanceVariance).toBeCloseTo(1, 1);
    expect(mean(([v, c]) => v * c) / BETWEEN_SUBJECTS.covariance).toBeCloseTo(1, 1);
  });

  test.each(['clements250', 'domino', 'otto', 'simons'] as const)(
    'clear by their factor, whatever their volume (%s), and start lower with a larger one',
    (set) => {
      const average = clearance(set, { volume: 1, clearance: 1 });
      fc.assert(
        fc.property(
          fc.double({ min: 0.5, max: 2, noNaN: true }),
          fc.double({ min: 0.5, max: 2, noNaN: true }),
          (v, c) => {
            expect(clearance(set, { volume: v, clearance: c }) / average / c).toBeCloseTo(1, 6);
          },
        ),
        { numRuns: 20 },
      );
      const early = (volume: number): number => {
        const model = withFactors(PARAMETER_SETS[set].model(70), { volume, clearance: 1 });
        return concentration(advanceKinetics(startKinetics(model), 0.1, RATE)).drugNgPerMl;
      };
      expect(early(2)).toBeLessThan(0.6 * early(1));
    },
  );

  test('clear more of it with more clearance also where the liver does it, and the average one is unchanged', () => {
    expect(clearance('perezRuixo', { volume: 1, clearance: 1.3 })).toBeGreaterThan(
      clearance('perezRuixo', { volume: 1, clearance: 1 }),
    );
    for (const set of Object.values(PARAMETER_SETS))
      expect(withFactors(set.model(70), { volume: 1, clearance: 1 })).toEqual(set.model(70));
  });

  test('keep their norketamine kinetics', () => {
    const made = (factors: KineticFactors): number => {
      const model = withFactors(PARAMETER_SETS.otto.model(70), factors);
      return concentration(advanceKinetics(startKinetics(model), 1e5, RATE)).metaboliteNgPerMl ?? NaN;
    };
    expect(made({ volume: 1.5, clearance: 0.7 })).toBeCloseTo(made({ volume: 1, clearance: 1 }), 6);
  });
});
