/**
 * The same shares without any chance: integrals over resting pressure, baseline noise and gain of the probability that some
 * reading exceeds. It tells apart what the stated model gives from what a simulated or a published sample happened to be.
 *
 *   P(fires) = ∫ resting ∫ baseline noise ∫ gain  1 − Π over readings (1 − P(reading exceeds) · P(its repeat exceeds))
 */

/** Normal resting pressure, noise of single readings, log-normal gain with this mean and coefficient of variation. */
export interface PressureModel {
  readonly restingMean: number;
  readonly restingSd: number;
  readonly noiseSd: number;
  readonly gainMean: number;
  readonly gainVariation: number;
  /** Share of the gain that is a second, independent draw of the same distribution. */
  readonly ownShare?: number;
}

export interface Occasion {
  readonly effects: readonly number[];
  /** The effect at each reading's repeat, where the repeat must exceed too. */
  readonly repeats?: readonly number[];
  /** Noise of the baseline, mmHg; 0 where the limit does not depend on it. */
  readonly baselineSd: number;
  /** The pressure from which on it counts, given the baseline. */
  readonly limit: (baseline: number) => number;
}

/** The share of sessions in which some reading reaches the limit. */
export function reckonShare(model: PressureModel, occasion: Occasion): number {
  const baselines = occasion.baselineSd > 0 ? NODES : POINT;
  const owns = model.ownShare === undefined ? POINT : NODES;
  let share = 0;
  for (const resting of NODES) {
    const pressure = model.restingMean + model.restingSd * resting.z;
    for (const noise of baselines) {
      const limit = occasion.limit(pressure + occasion.baselineSd * noise.z);
      for (const gain of NODES)
        for (const own of owns) {
          const weight = resting.weight * noise.weight * gain.weight * own.weight;
          share += weight * someExceeds(model, occasion, limit - pressure, gainOf(model, gain.z, own.z));
        }
    }
  }
  return share;
}

function gainOf({ gainMean, gainVariation, ownShare = 0 }: PressureModel, shared: number, own: number): number {
  const variance = Math.log(1 + gainVariation ** 2);
  const draw = (z: number): number => Math.exp(Math.sqrt(variance) * z - variance / 2);
  return gainMean * ((1 - ownShare) * draw(shared) + ownShare * draw(own));
}

/** `above`: how far the limit lies over the resting pressure. */
function someExceeds({ noiseSd }: PressureModel, { effects, repeats }: Occasion, above: number, gain: number): number {
  let none = 1;
  for (let i = 0; i < effects.length; i++) {
    const first = upperTail((above - gain * (effects[i] ?? 0)) / noiseSd);
    const both = repeats ? first * upperTail((above - gain * (repeats[i] ?? 0)) / noiseSd) : first;
    none *= 1 - both;
  }
  return 1 - none;
}

interface Node {
  readonly z: number;
  readonly weight: number;
}

const STEP = 0.3;
const REACH = 5;
const POINT: readonly Node[] = [{ z: 0, weight: 1 }];
/** Even steps: for integrals against a bell curve as exact as any rule. */
const NODES: readonly Node[] = Array.from({ length: Math.round((2 * REACH) / STEP) + 1 }, (_, i) => {
  const z = -REACH + i * STEP;
  return { z, weight: (STEP * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI) };
});

/** P(Z > z) of the standard normal distribution, within 1.2e-7 of itself (rational approximation of erfc, Press et al.). */
export function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const series = ERFC.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const tail = 0.5 * t * Math.exp(-x * x + series);
  return z >= 0 ? tail : 1 - tail;
}

const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
];
