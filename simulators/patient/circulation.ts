/**
 * What is true of the patient at an instant: resting values, plus the drug's effect times the patient's gains, plus what
 * episodes add, drawn to where excursions say, plus the slow ups and downs of a living body (minutes-long drift, ten-second
 * pressure waves).
 */
import { keysOf } from '$lib/domain/index.ts';
import { STREAM, wander, type Stream } from './chance.ts';
import type { Gains, PatientResponse } from './response.ts';
import type { Physiology } from './simulated-bedside.ts';

/** A state that the patient is drawn to: not at all at strength 0, wholly at 1. */
export interface Pull {
  readonly strength: number;
  readonly to: Partial<Physiology>;
}

export interface CirculationInput {
  readonly seed: number;
  readonly response: PatientResponse;
  readonly variability: number;
  readonly simMs: number;
  /** The drug's effect e, 1 at the peak of the usual infusion. */
  readonly effect: number;
  readonly episodes: Gains;
  readonly pulls: readonly Pull[];
}

const MAYER_HZ = 0.1;
const SPO2_FALL = 1.6;

export function physiologyAt(input: CirculationInput): Physiology {
  const { seed, variability, simMs } = input;
  const level = levelOf(input);
  const drift = (stream: Stream, gridMs: number): number => variability * wander(seed, stream, simMs, gridMs);
  const mayer = variability * mayerWave(seed, simMs);
  const pressureDrift = drift(STREAM.pressure, 90_000);
  return {
    heartRate: level.heartRate + 1.8 * drift(STREAM.heartRate, 60_000) + mayer,
    systolic: level.systolic + 2 * pressureDrift + 1.5 * mayer,
    diastolic: level.diastolic + 1.3 * pressureDrift + mayer,
    spo2: Math.min(100, level.spo2 + 0.4 * drift(STREAM.saturation, 40_000)),
    perfusionIndex: level.perfusionIndex * Math.exp(0.2 * drift(STREAM.perfusion, 45_000)),
    respiratoryRate: Math.max(0, level.respiratoryRate + 0.9 * drift(STREAM.breathing, 40_000)),
    etco2: level.etco2 + 0.8 * drift(STREAM.capnia, 50_000),
  };
}

/** Where everything stands without its ups and downs. */
function levelOf({ response, effect, episodes, pulls }: CirculationInput): Physiology {
  const { resting, gains } = response;
  const sedation = Math.max(0, effect);
  const level: Physiology = {
    heartRate: resting.heartRate + gains.heartRate * effect + episodes.heartRate,
    systolic: resting.systolic + gains.systolic * effect + episodes.systolic,
    diastolic: resting.diastolic + gains.diastolic * effect + episodes.diastolic,
    spo2: resting.spo2 - SPO2_FALL * Math.min(1.5, sedation),
    perfusionIndex: resting.perfusionIndex * (1 - 0.25 * Math.min(1.5, sedation)),
    respiratoryRate: resting.respiratoryRate * (1 - 0.06 * sedation),
    etco2: resting.etco2 + 1.5 * sedation,
  };
  return pulls.reduce(pulled, level);
}

function pulled(level: Physiology, { strength, to }: Pull): Physiology {
  const moved = { ...level };
  for (const key of keysOf(to)) moved[key] += strength * ((to[key] ?? level[key]) - level[key]);
  return moved;
}

/** The ten-second wave of vascular tone, between -1 and 1, of wandering phase. */
function mayerWave(seed: number, simMs: number): number {
  const phase = 2 * Math.PI * MAYER_HZ * (simMs / 1000) + 1.5 * wander(seed, STREAM.mayerPhase, simMs, 25_000);
  return Math.sin(phase);
}
