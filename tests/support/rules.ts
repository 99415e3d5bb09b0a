/** One rule in one instant, for what is made of it without a bed around it. */
import { monotonicMs, type Expression, type Level, type Rule } from '$lib/domain/index.ts';
import type { MetricSample, RuleContext } from '$lib/rules/index.ts';

export const NOW = monotonicMs(600_000);

/** A value of now, or of so many seconds ago. */
export const sample = (value: number, more: Partial<Extract<MetricSample, { value: number }>> = {}): MetricSample => ({
  value,
  at: NOW,
  cadence: 'continuous',
  ...more,
});
export const reading = (value: number, agoS = 0): MetricSample =>
  sample(value, { cadence: 'episodic', at: monotonicMs(NOW - agoS * 1000) });

/** Ten minutes into an infusion, and nothing is known of anything. */
export const context = (more: Partial<RuleContext> = {}): RuleContext => ({
  now: NOW,
  phase: 'infusion',
  metrics: {},
  clock: {},
  ofPumps: { metrics: {}, facts: {} },
  series: {},
  baseline: undefined,
  facts: {},
  items: { device: [], 'pump-alarm': [] },
  readingMinutes: undefined,
  unanswered: new Map(),
  standing: new Set(),
  resumedDuring: [],
  limits: {},
  nibpIntervalMs: 300_000,
  ...more,
});

export const level = (when: Expression, more: Partial<Level> = {}): Level => ({
  when,
  timing: { type: 'hold', holdS: 10, clearS: 5 },
  urgency: { severity: 'death-or-irreversible', onset: 'prompt' },
  headline: 'Systolic {value}, limit {limit}',
  ...more,
});

export const rule = (levels: readonly Level[] = [], more: Partial<Rule> = {}): Rule => ({
  id: 'R1',
  name: 'a rule',
  kind: 'physiological',
  phases: ['infusion'],
  levels,
  why: 'a test',
  ...more,
});
