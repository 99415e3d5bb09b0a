/**
 * How strongly ketamine drives the circulation at a moment: one number e, 1 at the 40-minute peak of the usual infusion
 * (0.5 mg/kg over 40 min). Blood pressure and heart rate are a patient's own gains times e.
 *
 *   blood Cp ── 2 min ──▶ effect site Ce ──▶ f = Ce / (400 + Ce) ──▶ e = (f − 0.9 A) / 0.218
 *                                             └── 45 min ──▶ A, the body's counter-regulation
 *
 * The constants are fitted, for Cp of {@link EFFECT_SOURCES}, to "0.94 of the peak at 30 min, gone 60 to 90 min after the
 * end" of the published series; e falls slightly below 0 late on. They do not hold for other parameter sets.
 */
import type { Delivery } from './compartments.ts';
import { advanceKinetics, concentration, meanRate, startKinetics } from './compartments.ts';
import type { ParameterSetId } from './parameter-sets.ts';
import { PARAMETER_SETS } from './parameter-sets.ts';

export type EffectDrug = 'ketamine' | 'esketamine';

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

const SITE_HALF_LIFE_MIN = 2;
const COUNTER_HALF_LIFE_MIN = 45;
const HALF_EFFECT_NG_PER_ML = 400;
const COUNTER_WEIGHT = 0.9;
const PEAK_OF_USUAL_INFUSION = 0.218;

/**
 * The state after `minutes` during which the blood held `bloodNgPerMl` (racemic equivalent) on average. Meant for steps of
 * seconds: the concentrations are taken as constant within a step.
 */
export function stepEffect(state: EffectState, bloodNgPerMl: number, minutes: number): EffectState {
  const siteNgPerMl = approach(state.siteNgPerMl, bloodNgPerMl, minutes, SITE_HALF_LIFE_MIN);
  const drive = (saturation(state.siteNgPerMl) + saturation(siteNgPerMl)) / 2;
  return { siteNgPerMl, counterRegulation: approach(state.counterRegulation, drive, minutes, COUNTER_HALF_LIFE_MIN) };
}

/** The effect e of a state: 0 without drug, 1 at the peak of the usual infusion. */
export const effect = ({ siteNgPerMl, counterRegulation }: EffectState): number =>
  (saturation(siteNgPerMl) - COUNTER_WEIGHT * counterRegulation) / PEAK_OF_USUAL_INFUSION;

/** The effect e at the given minutes, in their order, in a patient who had none of the drug at minute 0. */
export function effectCurve(
  drug: EffectDrug,
  weightKg: number,
  deliveries: readonly Delivery[],
  atMin: readonly number[],
): number[] {
  const { set, factor } = EFFECT_SOURCES[drug];
  const found = new Map<number, number>();
  let kinetics = startKinetics(PARAMETER_SETS[set].model(weightKg));
  let state = NO_EFFECT;
  for (const targetMin of [...atMin].sort((a, b) => a - b)) {
    while (kinetics.atMin < targetMin) {
      const toMin = Math.min(targetMin, kinetics.atMin + STEP_MIN);
      const next = advanceKinetics(kinetics, toMin, meanRate(deliveries, kinetics.atMin, toMin));
      const blood = (concentration(kinetics).drugNgPerMl + concentration(next).drugNgPerMl) / 2;
      state = stepEffect(state, factor * blood, toMin - kinetics.atMin);
      kinetics = next;
    }
    found.set(targetMin, effect(state));
  }
  return atMin.map((time) => found.get(time) ?? 0);
}

const STEP_MIN = 0.1;

const saturation = (siteNgPerMl: number): number => siteNgPerMl / (HALF_EFFECT_NG_PER_ML + siteNgPerMl);

const approach = (from: number, target: number, minutes: number, halfLifeMin: number): number =>
  target + (from - target) * 2 ** (-minutes / halfLifeMin);
