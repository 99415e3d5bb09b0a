import { describe, expect, test } from 'vitest';
import { effect, effectCurve, effectStep, NO_EFFECT, type Delivery } from '$lib/pharmacology/index.ts';

const WEIGHT_KG = 70;
const infusion = (mgPerKg: number, durationMin: number): Delivery[] => [
  { fromMin: 0, toMin: durationMin, mgPerMin: (mgPerKg * WEIGHT_KG) / durationMin },
];

const MINUTES = [5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 100, 120];

describe('effect on the circulation', () => {
  test.each([
    {
      name: '0.5 mg/kg over 40 min',
      deliveries: infusion(0.5, 40),
      reference: [0.19, 0.45, 0.64, 0.78, 0.94, 1.0, 0.77, 0.51, 0.32, 0.19, 0.04, -0.03],
    },
    {
      name: '1.0 mg/kg over 40 min',
      deliveries: infusion(1, 40),
      reference: [0.36, 0.81, 1.11, 1.3, 1.47, 1.51, 1.2, 0.84, 0.57, 0.37, 0.13, 0.01],
    },
    {
      name: '0.5 mg/kg over 100 min',
      deliveries: infusion(0.5, 100),
      reference: [0.08, 0.19, 0.28, 0.36, 0.45, 0.5, 0.52, 0.52, 0.52, 0.5, 0.47, 0.2],
    },
  ])('$name follows the reference within 0.02', ({ deliveries, reference }) => {
    const curve = effectCurve('ketamine', WEIGHT_KG, deliveries, MINUTES);
    reference.forEach((value, i) => expect(Math.abs((curve[i] ?? NaN) - value)).toBeLessThanOrEqual(0.02));
  });

  test('is nothing without drug and never undershoots by more than 0.08', () => {
    expect(effect(NO_EFFECT)).toBe(0);
    const late = effectCurve('ketamine', WEIGHT_KG, infusion(0.5, 40), [140, 160, 180, 240, 300]);
    expect(Math.min(...late)).toBeGreaterThan(-0.08);
  });

  test('counts esketamine twice, so half the dose has about the effect of the racemate', () => {
    const [racemic] = effectCurve('ketamine', WEIGHT_KG, infusion(0.5, 40), [40]);
    const [esketamine] = effectCurve('esketamine', WEIGHT_KG, infusion(0.25, 40), [40]);
    expect(Math.abs((racemic ?? NaN) - (esketamine ?? NaN))).toBeLessThan(0.12);
  });

  test('may be asked for in any order', () => {
    const [late, early] = effectCurve('ketamine', WEIGHT_KG, infusion(0.5, 40), [40, 10]);
    expect(late).toBeCloseTo(1, 1);
    expect(early).toBeCloseTo(0.45, 1);
  });

  test('hardly depends on the length of the steps', () => {
    const run = (stepS: number): number => {
      let state = NO_EFFECT;
      const step = effectStep(stepS / 60);
      for (let s = 0; s < 1200; s += stepS) state = step(state, 150);
      return effect(state);
    };
    expect(run(1)).toBeCloseTo(run(10), 3);
  });
});
