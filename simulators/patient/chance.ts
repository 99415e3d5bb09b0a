/**
 * Chance that can be looked up: every draw is a function of the patient's seed, of what it is for, and of its number. So a
 * sample, a breath or a cuff reading is the same however often and in whatever order it is asked for.
 */

/** What a draw is for. The numbers are part of what a seed means: they stay as they are. */
export const STREAM = {
  gainShared: 1,
  gainOwn: 2,
  baseline: 3,
  heartRate: 10,
  pressure: 11,
  saturation: 12,
  breathing: 13,
  capnia: 14,
  perfusion: 15,
  mayerPhase: 16,
  beat: 20,
  breathDuration: 21,
  breathDepth: 22,
  cuffDuration: 30,
  cuffDelay: 31,
  cuffSystolic: 32,
  cuffDiastolic: 33,
  cuffMean: 34,
  cuffPulse: 35,
  ecgNoise: 40,
  plethNoise: 41,
  respirationNoise: 42,
  movement: 43,
  muscle: 44,
  arterialNoise: 45,
  kineticVolume: 50,
  kineticClearance: 51,
  movedSaturation: 52,
  weakSaturation: 53,
  scenario: 60,
  course: 61,
  artefact: 62,
  script: 63,
} as const satisfies Record<string, number>;

export type Stream = (typeof STREAM)[keyof typeof STREAM];

/** Draw number `index` (a whole number; only its low 32 bits count), even over 0 to 1 without 1. */
export function uniform(seed: number, stream: Stream, index: number): number {
  const hash = mix(mix(mix(seed ^ 0x9e3779b9) ^ stream) ^ index);
  return (hash >>> 0) / 0x1_0000_0000;
}

/** Draw number `index` of the normal distribution with mean 0 and standard deviation 1 (Box–Muller). */
export function normal(seed: number, stream: Stream, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, stream, 2 * index)));
  return radius * Math.cos(2 * Math.PI * uniform(seed, stream, 2 * index + 1));
}

/**
 * A smooth random course over time: mean 0, standard deviation 1, forgotten after about `gridMs`. It runs between normal
 * draws on a grid; the weights are normalised, so it varies as much between the grid points as on them.
 */
export function wander(seed: number, stream: Stream, tMs: number, gridMs: number): number {
  const point = Math.floor(tMs / gridMs);
  const weight = smoothStep(tMs / gridMs - point);
  const value = normal(seed, stream, point) * (1 - weight) + normal(seed, stream, point + 1) * weight;
  return value / Math.hypot(1 - weight, weight);
}

/** 0 up to 0, 1 from 1 on, level at both ends. */
export function smoothStep(x: number): number {
  const bounded = Math.min(1, Math.max(0, x));
  return bounded * bounded * (3 - 2 * bounded);
}

/** A 32-bit mixer without detectable bias (C. Wellons, "lowbias32"). */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}
