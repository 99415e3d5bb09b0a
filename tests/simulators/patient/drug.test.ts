import { describe, expect, test } from 'vitest';
import { concentration, concentrationCurve, effectCurve } from '$lib/pharmacology/index.ts';
import { drugCourse, type DrugState } from '$simulators/patient/drug.ts';

const MG_PER_S = 35 / 2400;

const course = drugCourse('ketamine', 70);

function run(
  seconds: number,
  isOccluded: (second: number) => boolean,
  pushes: (second: number) => number,
): DrugState[] {
  const states = [course.start];
  for (let second = 1; second <= seconds; second++)
    states.push(course.step(states[second - 1] ?? course.start, pushes(second), isOccluded(second)));
  return states;
}

describe('the drug on its way', () => {
  const usual = [{ fromMin: 0, toMin: 40, mgPerMin: 35 / 40 }];

  test('gives second by second the concentration and effect of the pharmacology room', () => {
    const states = run(
      3600,
      () => false,
      (second) => (second <= 2400 ? MG_PER_S : 0),
    );
    const minutes = [5, 20, 40, 60];
    const expected = concentrationCurve('clements250', 70, usual, minutes);
    const effects = effectCurve('ketamine', 70, usual, minutes);
    minutes.forEach((minute, i) => {
      const state = states[minute * 60];
      if (!state) throw new Error('no state');
      expect(concentration(state.kinetics).drugNgPerMl).toBeCloseTo(expected[i]?.drugNgPerMl ?? NaN, 6);
      expect(course.effectOf(state)).toBeCloseTo(effects[i] ?? NaN, 3);
    });
  });

  test('stays in a closed line and arrives as a bolus when the line is freed', () => {
    const states = run(
      900,
      (second) => second > 600 && second <= 720,
      () => MG_PER_S,
    );
    const free = run(
      900,
      () => false,
      () => MG_PER_S,
    );
    const at = (list: readonly DrugState[], second: number): number =>
      concentration(list[second]?.kinetics ?? course.start.kinetics).drugNgPerMl;
    expect(at(states, 720)).toBeLessThan(at(states, 600));
    expect(states[720]?.heldMg).toBeCloseTo(120 * MG_PER_S, 9);
    expect(at(states, 740) - at(states, 720)).toBeGreaterThan(4 * (at(free, 740) - at(free, 720)));
    expect(states[900]?.heldMg).toBeLessThan(1e-9);
  });

  test('is neither lost nor made by a closed line', () => {
    const states = run(
      900,
      (second) => second > 600 && second <= 720,
      () => MG_PER_S,
    );
    const free = run(
      900,
      () => false,
      () => MG_PER_S,
    );
    const inBody = (state: DrugState | undefined): number =>
      (state?.kinetics.amountsMg ?? []).reduce((sum, mg) => sum + mg, 0);
    expect(Math.abs(inBody(states[900]) / inBody(free[900]) - 1)).toBeLessThan(0.01);
  });
});
