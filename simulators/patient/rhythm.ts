/**
 * Breaths and heart beats, one after the other: each lasts as long as the rates at its start say. Breathing in quickens the
 * heart (respiratory sinus arrhythmia). Every record holds what the waveforms need of it, so that a sample is a function
 * of the few records around its time.
 */
import { normal, STREAM } from './chance.ts';
import { lungVolume, type Breath } from './breathing.ts';
import type { Physiology } from './simulated-bedside.ts';

export interface Beat {
  /** Begin of the P wave. */
  readonly startMs: number;
  /** From this beat to the next. */
  readonly intervalMs: number;
  readonly qtMs: number;
  /** When the pulse reaches the finger, and how large it is there, peak to peak in percent. */
  readonly pulseAtMs: number;
  readonly pulsePercent: number;
  /** What an artery shows of this beat, mmHg: its peak and the foot after it. */
  readonly systolic: number;
  readonly diastolic: number;
}

const MMHG_PER_PERCENT = 7.6;
const BREATH_DURATION_SPREAD = 0.07;
const BREATH_DEPTH_SPREAD = 0.12;
const SINUS_ARRHYTHMIA = 7;
const BEAT_SPREAD = 0.006;
/** Half of a usual breath's volume: around it the breath quickens and slows the heart. */
const MID_BREATH = 0.4;
const QT_MS_AT_60 = 395;
/** From the P wave to the ejected blood, and on to the finger at 120 mmHg; faster by a little with each mmHg. */
const EJECTION_MS = 210;
const TRANSIT_MS = 190;
const TRANSIT_MS_PER_MMHG = 0.6;
/** Breathing in empties the left heart's inflow: pressure falls by so many mmHg per usual breath, diastolic less. */
const BREATHING_IN_PRESSURE = 5;
const DIASTOLIC_SHARE = 0.4;
const LEAST_PULSE_PRESSURE = 5;
const SLOWEST_HEART = 15;
const SLOWEST_BREATHING = 4;

/** Whose heart beats: `restingPulsePressure` is the one at which a pulse is as large as the perfusion index says, mmHg. */
export interface Person {
  readonly seed: number;
  readonly variability: number;
  readonly restingPulsePressure: number;
}

/** The breath that begins at this instant. */
export function breathAt(startMs: number, { seed, variability }: Person, now: Physiology): Breath {
  const index = Math.floor(startMs);
  const stretch = 1 + variability * BREATH_DURATION_SPREAD * normal(seed, STREAM.breathDuration, index);
  return {
    startMs,
    durationMs: (60_000 / Math.max(SLOWEST_BREATHING, now.respiratoryRate)) * Math.max(0.6, stretch),
    depth: Math.max(0.4, 1 + variability * BREATH_DEPTH_SPREAD * normal(seed, STREAM.breathDepth, index)),
    endTidalPercent: now.etco2 / MMHG_PER_PERCENT,
  };
}

/** The beat that begins at this instant, within `breath`. */
export function beatAt(startMs: number, person: Person, now: Physiology, breath: Breath): Beat {
  const { seed, variability, restingPulsePressure } = person;
  const volume = lungVolume(breath, startMs) - MID_BREATH;
  const rate = Math.max(SLOWEST_HEART, now.heartRate + variability * SINUS_ARRHYTHMIA * volume);
  const jitter = 1 + variability * BEAT_SPREAD * normal(seed, STREAM.beat, Math.floor(startMs));
  const intervalMs = (60_000 / rate) * jitter;
  const breathing = variability * BREATHING_IN_PRESSURE * volume;
  const pulsePressure = Math.max(LEAST_PULSE_PRESSURE, now.systolic - now.diastolic);
  return {
    startMs,
    intervalMs,
    qtMs: QT_MS_AT_60 * Math.cbrt(intervalMs / 1000),
    pulseAtMs: startMs + EJECTION_MS + TRANSIT_MS - TRANSIT_MS_PER_MMHG * (now.systolic - 120),
    pulsePercent:
      now.perfusionIndex *
      Math.sqrt(pulsePressure / Math.max(LEAST_PULSE_PRESSURE, restingPulsePressure)) *
      (1 - variability * 0.25 * volume),
    systolic: now.diastolic + pulsePressure - breathing,
    diastolic: now.diastolic - DIASTOLIC_SHARE * breathing,
  };
}
