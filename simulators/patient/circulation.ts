/**
 * What is true of the patient at an instant: resting values, plus the drug's effect times the patient's gains, plus what
 * episodes add, plus the slow ups and downs of a living body (minutes-long drift, ten-second pressure waves).
 */
import { STREAM, wander, type Stream } from './chance.ts';
import type { Gains, PatientResponse } from './response.ts';
import type { Physiology } from './simulated-bedside.ts';

export interface CirculationInput {
  readonly seed: number;
  readonly response: PatientResponse;
  readonly variability: number;
  readonly simMs: number;
  /** The drug's effect e, 1 at the peak of the usual infusion. */
  readonly effect: number;
  readonly episodes: Gains;
  /** Seconds since the cuff on the oximeter's arm began to inflate; undefined while that arm is free. */
  readonly armInflatedForS: number | undefined;
}

const MAYER_HZ = 0.1;
const SPO2_FALL = 1.6;
/** A squeezed arm: the pulse at the finger all but goes, and what the oximeter finds falls over ten seconds. */
const SQUEEZED_PERFUSION = 0.05;
const SQUEEZED_SPO2_FALL = 5;
const SQUEEZE_S = 10;

export function physiologyAt(input: CirculationInput): Physiology {
  const { response, effect, episodes, variability } = input;
  const { resting, gains } = response;
  const drift = (stream: Stream, gridMs: number): number =>
    variability * wander(input.seed, stream, input.simMs, gridMs);
  const mayer = variability * mayerWave(input.seed, input.simMs);
  const pressureDrift = drift(STREAM.pressure, 90_000);
  const sedation = Math.max(0, effect);
  const squeeze = input.armInflatedForS === undefined ? 0 : Math.min(1, input.armInflatedForS / SQUEEZE_S);
  const perfusion =
    resting.perfusionIndex * (1 - 0.25 * Math.min(1.5, sedation)) * Math.exp(0.2 * drift(STREAM.perfusion, 45_000));
  return {
    heartRate:
      resting.heartRate + gains.heartRate * effect + episodes.heartRate + 1.8 * drift(STREAM.heartRate, 60_000) + mayer,
    systolic: resting.systolic + gains.systolic * effect + episodes.systolic + 2 * pressureDrift + 1.5 * mayer,
    diastolic: resting.diastolic + gains.diastolic * effect + episodes.diastolic + 1.3 * pressureDrift + mayer,
    spo2: Math.min(
      100,
      resting.spo2 -
        SPO2_FALL * Math.min(1.5, sedation) +
        0.4 * drift(STREAM.saturation, 40_000) -
        SQUEEZED_SPO2_FALL * squeeze,
    ),
    perfusionIndex: perfusion * (1 - (1 - SQUEEZED_PERFUSION) * squeeze),
    respiratoryRate: resting.respiratoryRate * (1 - 0.06 * sedation) + 0.9 * drift(STREAM.breathing, 40_000),
    etco2: resting.etco2 + 1.5 * sedation + 0.8 * drift(STREAM.capnia, 50_000),
  };
}

/** The ten-second wave of vascular tone, between -1 and 1, of wandering phase. */
function mayerWave(seed: number, simMs: number): number {
  const phase = 2 * Math.PI * MAYER_HZ * (simMs / 1000) + 1.5 * wander(seed, STREAM.mayerPhase, simMs, 25_000);
  return Math.sin(phase);
}
