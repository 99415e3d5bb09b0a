/**
 * Who this patient is: the resting values, and how strongly pressure and heart rate answer to the drug (mmHg and 1/min at
 * effect 1). The presets are the published populations; within one, gains are drawn per session: log-normal for pressure,
 * three quarters of the diastolic gain shared with the systolic one, and normal for heart rate, which slows in some.
 */
import type { EffectShapeId } from '$lib/pharmacology/index.ts';
import { normal, STREAM } from './chance.ts';

export interface Gains {
  readonly systolic: number;
  readonly diastolic: number;
  readonly heartRate: number;
}

export interface Resting extends Gains {
  readonly spo2: number;
  readonly perfusionIndex: number;
  readonly respiratoryRate: number;
  readonly etco2: number;
}

export interface PatientResponse {
  readonly resting: Resting;
  readonly gains: Gains;
  /** How the effect runs over time, where it is not as usual. */
  readonly shape?: EffectShapeId;
}

interface Preset extends Gains {
  readonly variation: number;
  readonly restingSystolic: number;
}

/** Mean gains and their coefficient of variation, fitted to published series from mild (741 infusions) to marked (2342). */
export const PRESETS = {
  mild: { systolic: 7.4, diastolic: 6, heartRate: 1.9, variation: 0.8, restingSystolic: 124 },
  typical: { systolic: 13, diastolic: 9, heartRate: 4, variation: 0.6, restingSystolic: 124 },
  marked: { systolic: 16, diastolic: 11, heartRate: 5, variation: 0.54, restingSystolic: 124 },
  hypertensive: { systolic: 22, diastolic: 13, heartRate: 6, variation: 0.5, restingSystolic: 134 },
} as const satisfies Record<string, Preset>;

export type PresetId = keyof typeof PRESETS;

export const SYSTOLIC_SD = 14;
/** Resting diastolic pressure, and which part of its gain it shares with the systolic one. */
export const DIASTOLIC_POPULATION = { mean: 77, sd: 9, sharedGain: 0.75 } as const;
const PRESSURE_CORRELATION = 0.6;
const HEART_RATE_MEAN = 73;
const HEART_RATE_SD = 11;
const HEART_RATE_VARIATION = 1.2;

export const USUAL_BREATHING = { spo2: 97.4, perfusionIndex: 2.4, respiratoryRate: 14, etco2: 38 } as const;

/** Patient number `index` of a population: resting values and gains, the same for the same seed. */
export function drawResponse(id: PresetId, seed: number, index = 0): PatientResponse {
  const preset = PRESETS[id];
  const { sharedGain } = DIASTOLIC_POPULATION;
  const draw = (number: number): number => normal(seed, STREAM.baseline, index * 4 + number);
  const pressure = draw(0);
  const diastolic = PRESSURE_CORRELATION * pressure + Math.sqrt(1 - PRESSURE_CORRELATION ** 2) * draw(1);
  const shared = logNormal(preset.variation, normal(seed, STREAM.gainShared, index));
  const own = logNormal(preset.variation, normal(seed, STREAM.gainOwn, index));
  return {
    resting: {
      systolic: preset.restingSystolic + SYSTOLIC_SD * pressure,
      diastolic: DIASTOLIC_POPULATION.mean + DIASTOLIC_POPULATION.sd * diastolic,
      heartRate: HEART_RATE_MEAN + HEART_RATE_SD * draw(2),
      ...USUAL_BREATHING,
    },
    gains: {
      systolic: preset.systolic * shared,
      diastolic: preset.diastolic * (sharedGain * shared + (1 - sharedGain) * own),
      heartRate: preset.heartRate * (1 + HEART_RATE_VARIATION * draw(3)),
    },
  };
}

/** Log-normal with mean 1 and the given coefficient of variation. */
function logNormal(variation: number, draw: number): number {
  const variance = Math.log(1 + variation ** 2);
  return Math.exp(Math.sqrt(variance) * draw - variance / 2);
}
