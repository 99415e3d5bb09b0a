import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  monotonicMs,
  type Comparison,
  type Expression,
  type FactId,
  type MetricId,
  type Phase,
  type Priority,
  type Rule,
} from '$lib/domain/index.ts';
import { crossingOf, ruleOfInstance } from '$lib/rules/crossing.ts';
import { ask } from '$lib/rules/expression.ts';
import {
  ADULT_IV_KETAMINE,
  type Item,
  type MetricSample,
  type RuleContext,
  type Series,
  type Truth,
} from '$lib/rules/index.ts';

const METRIC_IDS: readonly MetricId[] = ['systolic', 'heartRate', 'spo2', 'silentS'];
const FACT_IDS: readonly FactId[] = ['infusing', 'no-spo2', 'item-alarming'];
const PHASES: readonly Phase[] = ['setup', 'baseline', 'infusion', 'observation'];
const PRIORITIES: readonly Priority[] = ['high', 'medium', 'low', 'notice'];

const anyComparison: fc.Arbitrary<Comparison> = fc
  .record({
    metric: fc.constantFrom(...METRIC_IDS),
    of: fc.constantFrom('value', 'delta', 'percent', 'slope', 'projected', 'age', undefined),
    is: fc.constantFrom('>=', '>', '<=', '<'),
    limit: fc.integer({ min: -20, max: 200 }),
    isAdjustable: fc.boolean(),
  })
  .map(({ metric, of, is, limit, isAdjustable }): Comparison => ({
    metric,
    is,
    limit,
    hysteresis: 5,
    inMin: 5,
    ...(of && { of }),
    ...(isAdjustable && { adjustable: [0, 300] }),
  }));

const { expression: anyExpression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3 },
    anyComparison,
    fc.constantFrom(...FACT_IDS).map((fact): Expression => ({ fact })),
    fc.constantFrom(...METRIC_IDS).map((known): Expression => ({ known })),
    fc.constant<Expression>({ readingBetweenMin: [35, 50] }),
    tie('expression').map((not): Expression => ({ not })),
    fc.subarray([...PHASES]).map((phase): Expression => ({ phase })),
    fc
      .constantFrom('high' as const, 'medium' as const)
      .map((priority): Expression => ({ unanswered: ['S1'], priority })),
    fc.constant<Expression>({ resumedDuring: ['S1', 'S2'] }),
    fc.array(tie('expression'), { maxLength: 3 }).map((all): Expression => ({ all })),
    fc.array(tie('expression'), { maxLength: 3 }).map((any): Expression => ({ any })),
  ),
}));

const anySample: fc.Arbitrary<MetricSample> = fc.oneof(
  fc.constant({ unknown: 'the sensor is off' }),
  fc
    .record({ value: fc.integer({ min: 0, max: 220 }), isEpisodic: fc.boolean(), isExpired: fc.boolean() })
    .map(({ value, isEpisodic, isExpired }): MetricSample => ({
      value,
      at: monotonicMs(900),
      cadence: isEpisodic ? 'episodic' : 'continuous',
      isExpired,
    })),
);
const anySeries: fc.Arbitrary<Series> = fc
  .record({
    cadence: fc.constantFrom('continuous' as const, 'episodic' as const),
    values: fc.array(fc.option(fc.integer({ min: 40, max: 200 }), { nil: null }), { maxLength: 20 }),
  })
  .map(({ cadence, values }) => ({
    cadence,
    points: values.map((value, i) => [monotonicMs(i * 5000), value] as const),
  }));
const anyTruth = fc.constantFrom<Truth>('yes', 'no', 'unknown');
const some = <Key extends string, Value>(keys: readonly Key[], value: fc.Arbitrary<Value>) =>
  fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] }) as fc.Arbitrary<
    Partial<Record<Key, Value>>
  >;

const anyItem: fc.Arbitrary<Item | undefined> = fc.option(
  fc.record({
    key: fc.constant('monitor'),
    label: fc.constant('Monitor'),
    metrics: some(METRIC_IDS, anySample),
    facts: some(FACT_IDS, anyTruth),
  }),
  { nil: undefined },
);

const anyContext: fc.Arbitrary<RuleContext> = fc.record({
  now: fc.constant(monotonicMs(1000)),
  phase: fc.constantFrom(...PHASES),
  metrics: some(METRIC_IDS, anySample),
  ofPumps: fc.record({ metrics: some(METRIC_IDS, anySample), facts: some(FACT_IDS, anyTruth) }),
  clock: some(METRIC_IDS, anySample),
  series: some(METRIC_IDS, anySeries),
  readingMinutes: fc.option(fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 4 }), { nil: undefined }),
  baseline: fc.option(some(METRIC_IDS, fc.integer({ min: 1, max: 180 })), { nil: undefined }),
  facts: some(FACT_IDS, anyTruth),
  items: fc.constant({ device: [], 'pump-alarm': [] }),
  unanswered: fc
    .option(fc.constantFrom(...PRIORITIES), { nil: undefined })
    .map((priority) => new Map<string, Priority>(priority ? [['S1', priority]] : [])),
  standing: fc.subarray(['S1', 'S2']).map((rules) => new Set(rules)),
  resumedDuring: fc.subarray(['S1', 'S2']),
  limits: fc
    .option(fc.integer({ min: 0, max: 200 }), { nil: undefined })
    .map((limit): RuleContext['limits'] => (limit === undefined ? {} : { R: limit })),
  nibpIntervalMs: fc.constant(300_000),
});

const rule: Rule = { id: 'R', name: 'r', kind: 'advisory', phases: PHASES, levels: [], why: 'a test' };

test('the truth alone is the truth of the whole answer, for every expression and everything that may be known', () => {
  const seen = new Set<Truth>();
  fc.assert(
    fc.property(anyExpression, anyItem, anyContext, (expression, item, context) => {
      const truth = crossingOf(expression, rule)(item, context);
      seen.add(truth);
      expect(truth).toBe(ask(expression, { rule, item, context, slack: 'none' }).truth);
    }),
    { numRuns: 5000 },
  );
  expect(seen).toEqual(new Set<Truth>(['yes', 'no', 'unknown']));
});

describe('the rule of an instance', () => {
  test.each(['S1', 'T4/monitor', 'T4/a/b'])('%s', (key) => {
    expect(ruleOfInstance(ADULT_IV_KETAMINE, key)?.id).toBe(key.slice(0, 2));
  });
  test('of a set that does not have it', () => {
    expect(ruleOfInstance(ADULT_IV_KETAMINE, 'X9/monitor')).toBeUndefined();
  });
});
