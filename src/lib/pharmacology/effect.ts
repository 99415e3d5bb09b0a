/**
 * How strongly ketamine drives the circulation at a moment: one number e, 1 at the 40-minute peak of the usual infusion
 * (0.5 mg/kg over 40 min). Blood pressure and heart rate are a patient's own gains times e.
 *
 *   blood Cp ── 2 min ──▶ effect site Ce ──▶ f = Ce / (400 + Ce) ──▶ e = (f − 0.9 A) / 0.218
 *                                             └── 45 min ──▶ A, the body's counter-regulation
 *
 * The constants are fitted, for Cp of {@link EFFECT_SOURCES}, to "0.94 of the peak at 30 min, gone 60 to 90 min after the
 * end" of the published series; e falls slightly below 0 late on. For other kinetics they give another course, so these
 * have constants of their own, fitted to the same course.
 */
import type { Delivery, KineticState } from './compartments.ts';
import { advanceKinetics, concentration, meanRate, startKinetics } from './compartments.ts';
import type { ParameterSetId } from './parameter-sets.ts';
import { PARAMETER_SETS } from './parameter-sets.ts';

export type EffectDrug = 'ketamine' | 'esketamine';

/** The constants of the picture above: half-lives, min; the concentration of half effect, ng/mL; weight of A; e's divisor. */
export interface EffectShape {
  readonly siteHalfLifeMin: number;
  readonly counterHalfLifeMin: number;
  readonly halfEffectNgPerMl: number;
  readonly counterWeight: number;
  readonly peak: number;
}

const shapes = <K extends string>(table: Record<K, EffectShape>): Readonly<Record<K, EffectShape>> => table;

/**
 * `usual` belongs to Clements 1981. `domino` gives the same course from Domino's fast arterial concentrations, within 0.06 of
 * e; it is a fit, not physiology: what was the body's delay is here the delay of the venous blood. `early` peaks before the
 * infusion ends and fades sooner, as reported of women. `nasal` has its peak about 40 min after the first device.
 */
export const EFFECT_SHAPES = shapes({
  usual: { siteHalfLifeMin: 2, counterHalfLifeMin: 45, halfEffectNgPerMl: 400, counterWeight: 0.9, peak: 0.218 },
  domino: {
    siteHalfLifeMin: 37.13,
    counterHalfLifeMin: 22.48,
    halfEffectNgPerMl: 289.5,
    counterWeight: 0.898,
    peak: 0.1594,
  },
  nasal: { siteHalfLifeMin: 10, counterHalfLifeMin: 45, halfEffectNgPerMl: 400, counterWeight: 1, peak: 0.218 },
  early: { siteHalfLifeMin: 1.5, counterHalfLifeMin: 20, halfEffectNgPerMl: 400, counterWeight: 0.85, peak: 0.166 },
});

export type EffectShapeId = keyof typeof EFFECT_SHAPES;

/** Which blood concentration drives the effect, as racemic equivalent: esketamine counts twice. */
export const EFFECT_SOURCES: Readonly<Record<EffectDrug, { readonly set: ParameterSetId; readonly factor: number }>> = {
  ketamine: { set: 'clements250', factor: 1 },
  esketamine: { set: 'otto', factor: 2 },
};

export interface EffectState {
  /** Effect-site concentration, ng/mL of racemic equivalent. */
  readonly siteNgPerMl: number;
  readonly counterRegulation: number;
}

export const NO_EFFECT: EffectState = { siteNgPerMl: 0, counterRegulation: 0 };

/** The state after a step during which the blood held so much, ng/mL of racemic equivalent, on average. */
export type EffectStep = (state: EffectState, bloodNgPerMl: number) => EffectState;

/** A step of fixed length, worked out once. Meant for seconds: the concentrations are taken as constant within a step. */
export function effectStep(minutes: number, shape: EffectShape = EFFECT_SHAPES.usual): EffectStep {
  const siteKept = 2 ** (-minutes / shape.siteHalfLifeMin);
  const counterKept = 2 ** (-minutes / shape.counterHalfLifeMin);
  return (state, bloodNgPerMl) => {
    const siteNgPerMl = bloodNgPerMl + (state.siteNgPerMl - bloodNgPerMl) * siteKept;
    const drive = (saturation(state.siteNgPerMl, shape) + saturation(siteNgPerMl, shape)) / 2;
    return { siteNgPerMl, counterRegulation: drive + (state.counterRegulation - drive) * counterKept };
  };
}

/** The effect e of a state: 0 without drug, 1 at the peak of the usual infusion. */
export const effect = (state: EffectState, shape: EffectShape = EFFECT_SHAPES.usual): number =>
  (saturation(state.siteNgPerMl, shape) - shape.counterWeight * state.counterRegulation) / shape.peak;

export interface EffectOptions {
  readonly set?: ParameterSetId;
  readonly shape?: EffectShapeId;
}

/** The effect e at the given minutes, in their order, in a patient who had none of the drug at minute 0. */
export function effectCurve(
  drug: EffectDrug,
  weightKg: number,
  deliveries: readonly Delivery[],
  atMin: readonly number[],
  { set = EFFECT_SOURCES[drug].set, shape = 'usual' }: EffectOptions = {},
): number[] {
  const found = new Map<number, number>();
  const { factor } = EFFECT_SOURCES[drug];
  let kinetics = startKinetics(PARAMETER_SETS[set].model(weightKg));
  let state = NO_EFFECT;
  for (const targetMin of [...atMin].sort((a, b) => a - b)) {
    while (kinetics.atMin < targetMin) {
      const toMin = Math.min(targetMin, kinetics.atMin + STEP_MIN);
      const next = advanceKinetics(kinetics, toMin, meanRate(deliveries, kinetics.atMin, toMin));
      const step = effectStep(toMin - kinetics.atMin, EFFECT_SHAPES[shape]);
      state = step(state, factor * meanBlood(kinetics, next));
      kinetics = next;
    }
    found.set(targetMin, effect(state, EFFECT_SHAPES[shape]));
  }
  return atMin.map((time) => found.get(time) ?? 0);
}

const STEP_MIN = 0.1;

/** Drug in the blood between two states, ng/mL. */
export const meanBlood = (before: KineticState, after: KineticState): number =>
  (concentration(before).drugNgPerMl + concentration(after).drugNgPerMl) / 2;

const saturation = (siteNgPerMl: number, { halfEffectNgPerMl }: EffectShape): number =>
  siteNgPerMl / (halfEffectNgPerMl + siteNgPerMl);
