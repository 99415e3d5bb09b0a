/**
 * What is known of a patient besides the population: each modifier shifts resting values and stretches gains, and they compose
 * in any order. `source` says whether the direction was seen in a published series or is our own judgement; the sizes are ours.
 */
import type { EffectShapeId } from '$lib/pharmacology/index.ts';
import type { Gains, PatientResponse } from './response.ts';

export interface Modifier {
  readonly source: 'abstract' | 'inferred';
  /** Added to the resting values, mmHg and 1/min. */
  readonly resting: Gains;
  /** The gains are multiplied by this. */
  readonly gains: Gains;
  /** Another course of the effect over time. */
  readonly shape?: EffectShapeId;
}

const NO_SHIFT: Gains = { systolic: 0, diastolic: 0, heartRate: 0 };

const modifiers = <K extends string>(table: Record<K, Modifier>): Readonly<Record<K, Modifier>> => table;

export const MODIFIERS = modifiers({
  'fifty-or-older': {
    source: 'abstract',
    resting: { systolic: 6, diastolic: 2, heartRate: 0 },
    gains: { systolic: 1.25, diastolic: 1.2, heartRate: 1 },
  },
  hypertension: {
    source: 'abstract',
    resting: { systolic: 10, diastolic: 4, heartRate: 0 },
    gains: { systolic: 1.3, diastolic: 1.2, heartRate: 0.6 },
  },
  ssri: {
    source: 'abstract',
    resting: NO_SHIFT,
    gains: { systolic: 1.2, diastolic: 1.2, heartRate: 1 },
  },
  woman: {
    source: 'abstract',
    resting: NO_SHIFT,
    gains: { systolic: 1, diastolic: 1.25, heartRate: 1 },
    shape: 'early',
  },
  'beta-blocker': {
    source: 'inferred',
    resting: { systolic: -4, diastolic: -2, heartRate: -10 },
    gains: { systolic: 1, diastolic: 1, heartRate: 0.35 },
  },
});

export type ModifierId = keyof typeof MODIFIERS;

/** The patient with all of these; the same one twice counts once. */
export function modified(response: PatientResponse, ids: readonly ModifierId[]): PatientResponse {
  return [...new Set(ids)].map((id) => MODIFIERS[id]).reduce(withModifier, response);
}

function withModifier({ resting, gains, shape }: PatientResponse, modifier: Modifier): PatientResponse {
  const course = modifier.shape ?? shape;
  return {
    resting: {
      ...resting,
      systolic: resting.systolic + modifier.resting.systolic,
      diastolic: resting.diastolic + modifier.resting.diastolic,
      heartRate: resting.heartRate + modifier.resting.heartRate,
    },
    gains: {
      systolic: gains.systolic * modifier.gains.systolic,
      diastolic: gains.diastolic * modifier.gains.diastolic,
      heartRate: gains.heartRate * modifier.gains.heartRate,
    },
    ...(course !== undefined && { shape: course }),
  };
}
