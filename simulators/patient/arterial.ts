/**
 * Pressure in an artery, beat by beat: from the foot steeply to the systolic peak, down past the dicrotic notch, and on in
 * the long fall to the foot of the next beat. Peak and foot of the trace are the beat's systolic and diastolic pressure.
 *
 *        ╱╲
 *       ╱  ╲_╭╮          foot at the P wave + 250 ms, peak 110 ms later, notch where the valve closes
 *   ___╱     ╲ ╲____╱
 *
 * That is in the artery. A line that is kinked or clotted passes the mean and next to no pulse on to the transducer, one that is
 * open to the air nothing: the transducer shows its zero.
 */
import { smoothStep } from './chance.ts';
import type { Beat } from './rhythm.ts';
import type { ArterialLine } from './simulated-bedside.ts';

/** From the P wave to the wrist; the upstroke. */
const FOOT_MS = 250;
const UPSTROKE_MS = 110;
/** The fall, as the share of the pulse pressure that is left; and the small second hill after the notch. */
const FALL_MS = 260;
const HILL = { atMs: 210, widthMs: 38, height: 0.24 };

/** Of the pulse pressure, what comes through a damped line: less than 3 mmHg of 90. */
const DAMPED_PULSE = 0.03;

/** What the transducer finds of a pressure in the artery whose mean is this; mmHg. */
export const atTransducer = (line: ArterialLine, mmhg: number, meanMmhg: number): number => {
  if (line === 'open') return 0;
  return line === 'damped' ? meanMmhg + DAMPED_PULSE * (mmhg - meanMmhg) : mmhg;
};

/** The mean of a beat or of a patient, a third of the pulse pressure above the diastolic. */
export const meanMmhg = ({ systolic, diastolic }: { readonly systolic: number; readonly diastolic: number }): number =>
  diastolic + (systolic - diastolic) / 3;

/** At an instant of the beat number `now` or on the fall of the one before it; NaN before the second beat. */
export function arterialMmhg(beats: readonly Beat[], now: number, tMs: number): number {
  const index = tMs < (beats[now]?.startMs ?? Infinity) + FOOT_MS ? now - 1 : now;
  const [before, beat] = [beats[index - 1], beats[index]];
  if (!before || !beat) return NaN;
  const sinceFootMs = tMs - beat.startMs - FOOT_MS;
  if (sinceFootMs < UPSTROKE_MS)
    return before.diastolic + (beat.systolic - before.diastolic) * smoothStep(sinceFootMs / UPSTROKE_MS);
  const lastsMs = Math.max(1, beat.intervalMs - UPSTROKE_MS);
  return beat.diastolic + (beat.systolic - beat.diastolic) * left(sinceFootMs - UPSTROKE_MS, lastsMs);
}

/** What is left of the pulse pressure so long after the peak: 1 there, 0 at the next foot. */
function left(sincePeakMs: number, lastsMs: number): number {
  const end = Math.exp(-lastsMs / FALL_MS);
  const fall = (Math.exp(-sincePeakMs / FALL_MS) - end) / (1 - end);
  const z = (sincePeakMs - HILL.atMs) / HILL.widthMs;
  return Math.max(0, fall + HILL.height * Math.exp(-0.5 * z * z) * (1 - sincePeakMs / lastsMs));
}
