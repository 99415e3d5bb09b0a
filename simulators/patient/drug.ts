/**
 * The drug on its way into the patient's circulation, second by second.
 *
 *   pump ──mg──▶ line ──▶ blood ──▶ effect e            nasal devices ──▶ nose ──▶ blood ──▶ effect e
 *                 └ occluded: the line stretches and holds what is pushed; freed, it empties into the patient as a bolus
 */
import {
  concentration,
  effect,
  EFFECT_SHAPES,
  EFFECT_SOURCES,
  effectStep,
  kineticStep,
  meanBlood,
  nasalUptake,
  NO_EFFECT,
  PARAMETER_SETS,
  sprayed,
  startKinetics,
  withFactors,
  withNose,
  type EffectDrug,
  type EffectShapeId,
  type EffectState,
  type KineticFactors,
  type KineticState,
  type ParameterSetId,
  type Spray,
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
  effectOf(state: DrugState): number;
}

/** Kinetics that an effect is fitted to. */
export type SimulatedSet = 'clements250' | 'domino' | 'otto' | 'perezRuixo';

/** Kinetics that the usual course of the effect does not fit have one of their own, in everybody. */
const SHAPE_OF: Readonly<Partial<Record<ParameterSetId, EffectShapeId>>> = { domino: 'domino', perezRuixo: 'nasal' };

/** Where body or route are not the usual ones. */
export interface DrugOptions {
  /** It must describe the drug. */
  readonly set?: SimulatedSet | undefined;
  readonly factors?: KineticFactors | undefined;
  readonly shape?: EffectShapeId | undefined;
  /** Nasal devices, in the order of time; a pump then gives nothing. */
  readonly sprays?: readonly Spray[] | undefined;
}

/** How fast a freed line empties: this share of what it holds in each second. */
const RELEASE_PER_SECOND = 0.3;
const SECOND_MIN = 1 / 60;

export function drugCourse(drug: EffectDrug, weightKg: number, options: DrugOptions = {}): DrugCourse {
  const { sprays } = options;
  const set = sprays ? 'perezRuixo' : (options.set ?? EFFECT_SOURCES[drug].set);
  const body = withFactors(PARAMETER_SETS[set].model(weightKg), options.factors ?? AVERAGE);
  const model = sprays ? withNose(body) : body;
  const shape = EFFECT_SHAPES[SHAPE_OF[set] ?? options.shape ?? 'usual'];
  const stepKinetics = kineticStep(model, SECOND_MIN);
  const stepEffect = effectStep(SECOND_MIN, shape);
  const { factor } = EFFECT_SOURCES[drug];
  const arrive = sprays ? arrivingNasally(sprays) : arrivingByLine;
  return {
    start: { kinetics: startKinetics(model), effect: NO_EFFECT, heldMg: 0 },
    step: (state, pushedMg, isOccluded) => {
      const { before, arrivingMg, heldMg } = arrive(state, pushedMg, isOccluded);
      const kinetics = stepKinetics(before, arrivingMg / SECOND_MIN);
      return { kinetics, effect: stepEffect(state.effect, factor * meanBlood(state.kinetics, kinetics)), heldMg };
    },
    effectOf: (state) => effect(state.effect, shape),
  };
}

const AVERAGE: KineticFactors = { volume: 1, clearance: 1 };

/** In the blood, ng/mL. */
export const bloodOf = ({ kinetics }: DrugState): number => concentration(kinetics).drugNgPerMl;

interface Arrival {
  readonly before: KineticState;
  readonly arrivingMg: number;
  readonly heldMg: number;
}

function arrivingByLine({ kinetics, heldMg: held }: DrugState, pushedMg: number, isOccluded: boolean): Arrival {
  if (isOccluded) return { before: kinetics, arrivingMg: 0, heldMg: held + pushedMg };
  const releasedMg = held * RELEASE_PER_SECOND;
  return { before: kinetics, arrivingMg: pushedMg + releasedMg, heldMg: held - releasedMg };
}

/** A device counts from the beginning of the second in which it is used. */
function arrivingNasally(devices: readonly Spray[]): (state: DrugState) => Arrival {
  const uptake = nasalUptake(devices);
  const secondOf = (minute: number): number => Math.floor(minute / SECOND_MIN + 1e-6);
  return ({ kinetics, heldMg }) => {
    const { atMin } = kinetics;
    const second = Math.round(atMin / SECOND_MIN);
    const now = uptake.nose.filter((dose) => secondOf(dose.atMin) === second);
    const before = now.reduce((state, { mg }) => sprayed(state, mg), kinetics);
    const swallowing = uptake.swallowed(second * SECOND_MIN, (second + 1) * SECOND_MIN);
    return { before, arrivingMg: swallowing * SECOND_MIN, heldMg };
  };
}
