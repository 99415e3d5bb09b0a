/** How long a level waits before it signals, told beforehand: for the rule table and for whoever asks why an alarm came when it did. */
import { USUAL_WINDOW_S } from './slope.ts';
import { aspectOf, comparisonsOf, type Level } from '$lib/domain/index.ts';

/** The delays of the rule itself; what the bedside device averages before it sends comes on top, and is the device's to tell. */
export interface DisclosedDelay {
  /** From a crossing by a signal that renews itself to the alarm, s. */
  readonly holdS: number;
  /** Window over which the rule itself averages, s: the part of a slope. */
  readonly averagingS: number;
  /** By single readings: how many must cross. 1 is the reading itself, 2 the next one; absent where readings decide nothing. */
  readonly readings?: number;
}

export function disclosedDelay({ timing, when }: Level): DisclosedDelay {
  const windows = comparisonsOf(when)
    .filter((comparison) => ['slope', 'projected'].includes(aspectOf(comparison)))
    .map(({ overS }) => overS ?? USUAL_WINDOW_S);
  const averagingS = Math.max(0, ...windows);
  switch (timing.type) {
    case 'hold':
      return { holdS: timing.holdS, averagingS };
    case 'first':
      return { holdS: timing.continuousHoldS, averagingS, readings: 1 };
    case 'confirm':
      return { holdS: timing.continuousHoldS, averagingS, readings: 2 };
    case 'readings':
      return { holdS: timing.continuousHoldS, averagingS, readings: timing.crossing };
  }
}
