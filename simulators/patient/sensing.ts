/**
 * What a sensor in place finds of what is true. Only the oximeter is fooled: a squeezed arm, a moving hand and a cold hand all
 * show too little saturation, as on real fingers. Every other sensor either finds the truth or, off, nothing.
 */
import { STREAM, wander } from './chance.ts';
import type { Physiology } from './simulated-bedside.ts';

export interface Sensing {
  readonly seed: number;
  readonly simMs: number;
  readonly variability: number;
  /** Seconds since the cuff on the oximeter's arm began to inflate; undefined while that arm is free. */
  readonly armInflatedForS: number | undefined;
  readonly isMoving: boolean;
  readonly isPerfusionLow: boolean;
}

/** A squeezed arm: the pulse at the finger all but goes, and what the oximeter finds falls over ten seconds. */
const SQUEEZED_PERFUSION = 0.05;
const SQUEEZED_SPO2_FALL = 5;
const SQUEEZE_S = 10;

/** A moving hand: venous blood pulses too, and the saturation found wanders below the true one. */
const MOVED_SPO2_FALL = 4;
const MOVED_GRID_MS = 6000;

/** A cold hand: little pulse, and a number that errs by a percent or two to either side. */
const WEAK_PERFUSION = 0.12;
const WEAK_SPO2_ERROR = 1.2;
const WEAK_GRID_MS = 9000;

export function sensed(truth: Physiology, sensing: Sensing): Physiology {
  const { armInflatedForS, isMoving, isPerfusionLow, seed, simMs, variability } = sensing;
  if (armInflatedForS === undefined && !isMoving && !isPerfusionLow) return truth;
  const squeeze = armInflatedForS === undefined ? 0 : Math.min(1, armInflatedForS / SQUEEZE_S);
  const moved = isMoving
    ? MOVED_SPO2_FALL * (1 + variability * Math.abs(wander(seed, STREAM.movedSaturation, simMs, MOVED_GRID_MS)))
    : 0;
  const weak = isPerfusionLow
    ? WEAK_SPO2_ERROR * variability * wander(seed, STREAM.weakSaturation, simMs, WEAK_GRID_MS)
    : 0;
  return {
    ...truth,
    spo2: Math.min(100, truth.spo2 - SQUEEZED_SPO2_FALL * squeeze - moved + weak),
    perfusionIndex:
      truth.perfusionIndex * (1 - (1 - SQUEEZED_PERFUSION) * squeeze) * (isPerfusionLow ? WEAK_PERFUSION : 1),
  };
}
