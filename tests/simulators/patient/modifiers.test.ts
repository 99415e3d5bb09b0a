import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keysOf } from '$lib/domain/index.ts';
import { effectCurve } from '$lib/pharmacology/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { modified, MODIFIERS, type ModifierId } from '$simulators/patient/modifiers.ts';
import { drawResponse, PRESETS, type Gains } from '$simulators/patient/response.ts';
import { scenario } from '$simulators/scenarios/index.ts';

const IDS = keysOf(MODIFIERS);
const people = fc
  .record({ preset: fc.constantFrom(...keysOf(PRESETS)), seed: fc.nat(), index: fc.nat({ max: 1000 }) })
  .map(({ preset, seed, index }) => drawResponse(preset, seed, index));

/** Which way each modifier moves the response: 1 up, -1 down, 0 not at all. */
const DIRECTIONS: Readonly<Record<ModifierId, Gains>> = {
  'fifty-or-older': { systolic: 1, diastolic: 1, heartRate: 0 },
  hypertension: { systolic: 1, diastolic: 1, heartRate: -1 },
  ssri: { systolic: 1, diastolic: 1, heartRate: 0 },
  woman: { systolic: 0, diastolic: 1, heartRate: 0 },
  'beta-blocker': { systolic: 0, diastolic: 0, heartRate: -1 },
};

describe('a modifier', () => {
  test.each(IDS)('%s moves the response of everybody the way it is said to, and nothing else', (id) => {
    fc.assert(
      fc.property(people, (person) => {
        const { gains } = modified(person, [id]);
        for (const key of keysOf(gains))
          expect(Math.sign(Math.abs(gains[key]) - Math.abs(person.gains[key]))).toBe(DIRECTIONS[id][key]);
      }),
    );
  });

  test('shifts resting values the same way in everybody', () => {
    fc.assert(
      fc.property(people, (person) => {
        const shift = (id: ModifierId, key: keyof Gains): number =>
          modified(person, [id]).resting[key] - person.resting[key];
        expect(shift('hypertension', 'systolic')).toBeGreaterThan(0);
        expect(shift('fifty-or-older', 'systolic')).toBeGreaterThan(0);
        expect(shift('beta-blocker', 'heartRate')).toBeLessThan(0);
        expect(shift('ssri', 'systolic')).toBe(0);
      }),
    );
  });

  test('composes with others in any order, and the same one twice counts once', () => {
    fc.assert(
      fc.property(people, fc.shuffledSubarray([...IDS]), fc.shuffledSubarray([...IDS]), (person, ids, again) => {
        const once = modified(person, ids);
        const other = modified(person, [...ids].reverse());
        for (const key of keysOf(once.gains)) {
          expect(other.gains[key]).toBeCloseTo(once.gains[key], 9);
          expect(other.resting[key]).toBeCloseTo(once.resting[key], 9);
        }
        expect(other.shape).toBe(once.shape);
        expect(modified(person, [...ids, ...again.filter((id) => ids.includes(id))])).toEqual(once);
      }),
    );
  });

  test('says where its direction comes from', () => {
    expect(keysOf(MODIFIERS).filter((id) => MODIFIERS[id].source === 'inferred')).toEqual(['beta-blocker']);
  });

  test('of women has the effect peak before the infusion ends, no higher than usual', () => {
    const minutes = Array.from({ length: 61 }, (_, minute) => minute);
    const usual = [{ fromMin: 0, toMin: 40, mgPerMin: 35 / 40 }];
    const peakOf = (shape: 'usual' | 'early'): readonly [number, number] => {
      const curve = effectCurve('ketamine', 70, usual, minutes, { shape });
      const highest = Math.max(...curve);
      return [curve.indexOf(highest), highest];
    };
    const [[usualMin, usualPeak], [earlyMin, earlyPeak]] = [peakOf('usual'), peakOf('early')];
    expect(usualMin).toBe(40);
    expect(earlyMin).toBeLessThan(36);
    expect(earlyPeak / usualPeak).toBeCloseTo(1, 1);
  });

  test('of a scenario reaches the patient in the bed', () => {
    const calm = scenario('calm');
    if (!calm.ok) throw new Error(calm.error);
    const systolic = (modifiers: readonly ModifierId[]): number => {
      const bedside = createBedside({ ...calm.value, variability: 0, modifiers }, 1);
      bedside.advanceTo(55 * 60_000);
      return bedside.truth().physiology.systolic;
    };
    expect(systolic(['hypertension']) - systolic([])).toBeGreaterThan(11);
    expect(systolic(['ssri']) - systolic([])).toBeCloseTo(0.2 * 9, 1);
  });
});
