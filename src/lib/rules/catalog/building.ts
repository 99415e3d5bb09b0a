/** The words that the catalogue is written in: urgencies, timings and comparisons as they come again and again. */
import type { Comparator, Comparison, Expression, Level, MetricId, Phase, Timing } from '$lib/domain/index.ts';

export const B_I_O = ['baseline', 'infusion', 'observation'] as const;
export const I_O = ['infusion', 'observation'] as const;
export const ALL_OPEN: readonly Phase[] = ['setup', 'baseline', 'infusion', 'observation', 'discharge-ready'];

export const HIGH = { severity: 'death-or-irreversible', onset: 'prompt' } as const;
export const MEDIUM = { severity: 'reversible', onset: 'prompt' } as const;
export const LOW = { severity: 'reversible', onset: 'delayed' } as const;

/**
 * After an answer a medium alarm is quiet for ten minutes, and a HIGH one never for longer than an audio pause: a rule that has both
 * takes the longer one, and the alarm keeps the shorter while it is HIGH.
 */
export const HIGH_REMINDER = { worseBy: 10, afterMin: 2 } as const;
export const MEDIUM_REMINDER = { worseBy: 10, afterMin: 10 } as const;

export const FIRST: Timing = { type: 'first', continuousHoldS: 10, isRepeatAdvised: true };
export const CONFIRM: Timing = { type: 'confirm', withinMin: 5, continuousHoldS: 15 };
/** Of what a person enters: the entry counts at once. */
export const ON_ENTRY: Timing = { type: 'first', continuousHoldS: 0 };
export const hold = (holdS: number, clearS = 0): Timing => ({ type: 'hold', holdS, clearS });

export const atLeast = (metric: MetricId, limit: number, adjustable?: readonly [number, number]): Comparison => ({
  metric,
  is: '>=',
  limit,
  hysteresis: 5,
  ...(adjustable ? { adjustable } : {}),
});

export const below = (
  metric: MetricId,
  limit: number,
  hysteresis: number,
  adjustable?: readonly [number, number],
): Comparison => ({ metric, is: '<', limit, hysteresis, ...(adjustable ? { adjustable } : {}) });

export const rise = (metric: MetricId, limit: number): Comparison => ({
  metric,
  of: 'delta',
  is: '>=',
  limit,
  hysteresis: 5,
});

/** A score as it was entered last: never entered, nothing is missing. */
export const entered = (metric: MetricId, is: Comparator, limit: number): Expression => ({
  all: [{ known: metric }, { metric, is, limit }],
});

export const level = (urgency: Level['urgency'], when: Expression, timing: Timing, headline: string): Level => ({
  urgency,
  when,
  timing,
  headline,
});
