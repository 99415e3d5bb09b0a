/**
 * The pulse at the finger: a steep systolic rise, the dicrotic notch where the valve closes, a second smaller hill.
 * Oximeters show it without its steady part; here every pulse brings a slow negative tail of equal area, so that a train
 * of pulses lies around zero by itself, whatever their rate and size.
 */
import type { Beat } from './rhythm.ts';

interface Hill {
  readonly atMs: number;
  readonly widthMs: number;
  readonly height: number;
}

const HILLS: readonly Hill[] = [
  { atMs: 150, widthMs: 46, height: 1 },
  { atMs: 260, widthMs: 72, height: 0.46 },
  { atMs: 455, widthMs: 62, height: 0.3 },
  { atMs: 600, widthMs: 150, height: 0.2 },
];
const PULSE_MS = 1200;
const TAIL_MS = 900;
const AREA_MS = Math.sqrt(2 * Math.PI) * HILLS.reduce((sum, { widthMs, height }) => sum + widthMs * height, 0);

/** How long a beat counts at the finger: by then its tail is below a thousandth of the pulse. */
export const PULSE_COUNTS_MS = 10_000;

/** What the pulse of this beat contributes at an instant, percent of the steady light. */
export function pulsePercent(beat: Beat, tMs: number): number {
  const sinceMs = tMs - beat.pulseAtMs;
  if (sinceMs <= 0) return 0;
  const tail = (AREA_MS * sinceMs * Math.exp(-sinceMs / TAIL_MS)) / TAIL_MS ** 2;
  return beat.pulsePercent * ((sinceMs < PULSE_MS ? hills(sinceMs) : 0) - tail);
}

function hills(sinceMs: number): number {
  let sum = 0;
  for (const { atMs, widthMs, height } of HILLS) {
    const z = (sinceMs - atMs) / widthMs;
    sum += height * Math.exp(-0.5 * z * z);
  }
  return sum;
}
