/** Chest volume, its electrical impedance and the carbon dioxide at the nose, over one breath. */
import { smoothStep } from './chance.ts';

export interface Breath {
  readonly startMs: number;
  readonly durationMs: number;
  /** 1 is a usual breath. */
  readonly depth: number;
  readonly endTidalPercent: number;
}

/** The share of a breath during which air flows in. */
const INSPIRATION = 0.38;
const OHM_PER_BREATH = 1.1;
const MIDDLE_OHM = 0.4;

/** CO2 at the nose: dead space first, then a steep rise to a gently climbing plateau; the next inspiration washes it out. */
const DEAD_SPACE_MS = 120;
const RISE_MS = 260;
const WASHOUT_MS = 220;
const PLATEAU_START = 0.9;

/** Volume above rest, 1 at the top of a usual breath: in as half a cosine, out fast first and then slowly. 0 outside the breath. */
export function lungVolume(breath: Breath, tMs: number): number {
  const phase = (tMs - breath.startMs) / breath.durationMs;
  if (phase <= 0 || phase >= 1) return 0;
  if (phase < INSPIRATION) return breath.depth * (0.5 - 0.5 * Math.cos((Math.PI * phase) / INSPIRATION));
  const out = (phase - INSPIRATION) / (1 - INSPIRATION);
  return breath.depth * (0.5 + 0.5 * Math.cos(Math.PI * out ** 0.7));
}

/** Impedance between the ECG electrodes around its resting value, Ohm. */
export const impedanceOhm = (breath: Breath, tMs: number): number =>
  OHM_PER_BREATH * (lungVolume(breath, tMs) - MIDDLE_OHM);

/** CO2 at the nose during `breath`, in percent of 760 mmHg; `before` is the breath whose last air is still there. */
export function co2Percent(breath: Breath, before: Breath, tMs: number): number {
  const sinceStartMs = tMs - breath.startMs;
  const washedOut = before.endTidalPercent * (1 - smoothStep(sinceStartMs / WASHOUT_MS));
  const exhaledFromMs = INSPIRATION * breath.durationMs + DEAD_SPACE_MS;
  const exhaledMs = sinceStartMs - exhaledFromMs;
  if (exhaledMs <= 0) return washedOut;
  const climb = Math.min(1, exhaledMs / (breath.durationMs - exhaledFromMs));
  return breath.endTidalPercent * (PLATEAU_START + (1 - PLATEAU_START) * climb) * smoothStep(exhaledMs / RISE_MS);
}
