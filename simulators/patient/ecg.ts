/**
 * One heart beat in lead II, mV, as a sum of bell curves:
 *
 *    P      R                     begin of P = 0 ms · P peak 55 · QRS from 160 · R peak 197 ·
 *   ╱╲     ╱╲      T              T ends QT after the begin of QRS, its far side steeper than its near side
 *  ╱  ╲__ ╱  ╲ __╱ ╲__
 *        Q    S
 */
import type { Beat } from './rhythm.ts';

interface Bell {
  readonly atMs: number;
  readonly widthMs: number;
  readonly mV: number;
}

const P: Bell = { atMs: 55, widthMs: 20, mV: 0.13 };
const QRS: readonly Bell[] = [
  { atMs: 174, widthMs: 7, mV: -0.09 },
  { atMs: 197, widthMs: 10, mV: 1.12 },
  { atMs: 222, widthMs: 9, mV: -0.22 },
];
const QRS_BEGINS_MS = 160;
const T_PEAK_OF_QT = 0.78;
const T_NEAR_WIDTH_OF_QT = 0.12;
const T_FAR_WIDTH_OF_QT = 0.075;
const T_MV = 0.29;
const P_ENDS_MS = 140;
const QRS_ENDS_MS = 270;
const FAR = 4.5;

/** Voltage that this beat contributes at an instant; 0 before it and after its T wave. */
export function beatMillivolt(beat: Beat, tMs: number): number {
  const sinceMs = tMs - beat.startMs;
  const tPeakMs = QRS_BEGINS_MS + T_PEAK_OF_QT * beat.qtMs;
  const isFarSide = sinceMs > tPeakMs;
  const tWidthMs = (isFarSide ? T_FAR_WIDTH_OF_QT : T_NEAR_WIDTH_OF_QT) * beat.qtMs;
  let sum = bell(sinceMs, tPeakMs, tWidthMs, T_MV);
  if (sinceMs < P_ENDS_MS) sum += bell(sinceMs, P.atMs, P.widthMs, P.mV);
  if (sinceMs < QRS_ENDS_MS) for (const { atMs, widthMs, mV } of QRS) sum += bell(sinceMs, atMs, widthMs, mV);
  return sum;
}

/** A bell curve, cut off where it no longer shows (below a ten-thousandth of its height). */
function bell(x: number, centre: number, width: number, height: number): number {
  const z = (x - centre) / width;
  return z > FAR || z < -FAR ? 0 : height * Math.exp(-0.5 * z * z);
}
