/**
 * The drug on its way from the pump into the patient's circulation, second by second.
 *
 *   pump ──mg──▶ line ──▶ blood ──▶ effect e
 *                 └ occluded: the line stretches and holds what is pushed; freed, it empties into the patient as a bolus
 */
import {
  concentration,
  effect,
  EFFECT_SOURCES,
  kineticStep,
  NO_EFFECT,
  PARAMETER_SETS,
  startKinetics,
  stepEffect,
  type EffectDrug,
  type EffectState,
  type KineticState,
  type KineticStep,
} from '$lib/pharmacology/index.ts';

export interface DrugState {
  readonly kinetics: KineticState;
  readonly effect: EffectState;
  readonly heldMg: number;
}

/** What one patient does with one drug. */
export interface DrugCourse {
  readonly start: DrugState;
  /** The state a second later, when the pump pushed `pushedMg` meanwhile. */
  step(state: DrugState, pushedMg: number, isOccluded: boolean): DrugState;
}

/** How fast a freed line empties: this share of what it holds in each second. */
const RELEASE_PER_SECOND = 0.3;
const SECOND_MIN = 1 / 60;

export function drugCourse(drug: EffectDrug, weightKg: number): DrugCourse {
  const { set, factor } = EFFECT_SOURCES[drug];
  const model = PARAMETER_SETS[set].model(weightKg);
  const stepKinetics = kineticStep(model, SECOND_MIN);
  return {
    start: { kinetics: startKinetics(model), effect: NO_EFFECT, heldMg: 0 },
    step: (state, pushedMg, isOccluded) => {
      const { arrivingMg, heldMg } = passLine(state.heldMg, pushedMg, isOccluded);
      return { ...enterBody(state, stepKinetics, factor, arrivingMg), heldMg };
    },
  };
}

export const effectOf = (state: DrugState): number => effect(state.effect);

interface Passage {
  readonly arrivingMg: number;
  readonly heldMg: number;
}

function passLine(heldMg: number, pushedMg: number, isOccluded: boolean): Passage {
  if (isOccluded) return { arrivingMg: 0, heldMg: heldMg + pushedMg };
  const releasedMg = heldMg * RELEASE_PER_SECOND;
  return { arrivingMg: pushedMg + releasedMg, heldMg: heldMg - releasedMg };
}

function enterBody(
  state: DrugState,
  stepKinetics: KineticStep,
  factor: number,
  arrivingMg: number,
): Pick<DrugState, 'kinetics' | 'effect'> {
  const kinetics = stepKinetics(state.kinetics, arrivingMg / SECOND_MIN);
  const blood = (concentration(state.kinetics).drugNgPerMl + concentration(kinetics).drugNgPerMl) / 2;
  return { kinetics, effect: stepEffect(state.effect, factor * blood, SECOND_MIN) };
}
