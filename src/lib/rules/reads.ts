/**
 * What each rule of a set looks at, and from that: which rules must be looked at again because something they read is another than
 * at the look before. A rule that none of it concerns says what it said.
 */
import {
  keysOf,
  METRICS,
  FACTS,
  partsOf,
  type FactId,
  type MetricId,
  type Rule,
  type RuleSet,
} from '$lib/domain/index.ts';
import type { RuleContext } from './context.ts';

/** Numbers of rules, in the order of the set, by what they read. */
interface Readers {
  readonly size: number;
  readonly metrics: readonly (readonly [MetricId, readonly number[]])[];
  readonly facts: readonly (readonly [FactId, readonly number[]])[];
  readonly slopes: readonly number[];
  readonly alarms: readonly number[];
  readonly readings: readonly number[];
  readonly devices: readonly number[];
  readonly pumpAlarms: readonly number[];
  readonly clock: readonly number[];
}

const READERS = new WeakMap<RuleSet, Readers>();

function readersOf(ruleSet: RuleSet): Readers {
  const known = READERS.get(ruleSet);
  if (known) return known;
  const { rules } = ruleSet;
  const numbers = (reads: (rule: Rule) => boolean): readonly number[] =>
    rules.flatMap((rule, number) => (reads(rule) ? [number] : []));
  const readers: Readers = {
    size: rules.length,
    metrics: keysOf(METRICS)
      .filter((metric) => !METRICS[metric].isOfClock)
      .map((metric) => [metric, numbers((rule) => readsMetric(rule, metric))] as const)
      .filter(([, readBy]) => readBy.length > 0),
    facts: keysOf(FACTS)
      .map((fact) => [fact, numbers((rule) => some(rule, (part) => 'fact' in part && part.fact === fact))] as const)
      .filter(([, readBy]) => readBy.length > 0),
    slopes: numbers((rule) =>
      some(rule, (part) => 'metric' in part && (part.of === 'slope' || part.of === 'projected')),
    ),
    alarms: numbers((rule) => some(rule, (part) => 'unanswered' in part || 'resumedDuring' in part)),
    readings: numbers((rule) => some(rule, (part) => 'readingBetweenMin' in part)),
    devices: numbers(({ each }) => each === 'device'),
    pumpAlarms: numbers(({ each }) => each === 'pump-alarm'),
    clock: numbers((rule) =>
      some(rule, (part) => 'metric' in part && (part.of === 'age' || METRICS[part.metric].isOfClock === true)),
    ),
  };
  READERS.set(ruleSet, readers);
  return readers;
}

type Part = ReturnType<typeof partsOf>[number];

const some = ({ levels }: Rule, is: (part: Part) => boolean): boolean =>
  levels.some(({ when }) => partsOf(when).some(is));

const readsMetric = (rule: Rule, metric: MetricId): boolean =>
  some(rule, (part) => ('metric' in part && part.metric === metric) || ('known' in part && part.known === metric));

/**
 * The rules that something new concerns, as flags by number.
 * @returns undefined where what concerns all of them has changed.
 */
export function concerned(ruleSet: RuleSet, before: RuleContext, now: RuleContext): readonly boolean[] | undefined {
  if (
    before.phase !== now.phase ||
    before.baseline !== now.baseline ||
    before.limits !== now.limits ||
    before.nibpIntervalMs !== now.nibpIntervalMs
  )
    return undefined;
  const readers = readersOf(ruleSet);
  const flags = new Array<boolean>(readers.size).fill(false);
  const mark = (readBy: readonly number[]): void => {
    for (const number of readBy) flags[number] = true;
  };
  if (before.metrics !== now.metrics) {
    for (const [metric, readBy] of readers.metrics) if (before.metrics[metric] !== now.metrics[metric]) mark(readBy);
  }
  if (before.facts !== now.facts) {
    for (const [fact, readBy] of readers.facts) if (before.facts[fact] !== now.facts[fact]) mark(readBy);
  }
  if (before.series !== now.series) mark(readers.slopes);
  if (before.unanswered !== now.unanswered || before.resumedDuring !== now.resumedDuring) mark(readers.alarms);
  if (before.readingMinutes !== now.readingMinutes) mark(readers.readings);
  if (before.items.device !== now.items.device) mark(readers.devices);
  if (before.items['pump-alarm'] !== now.items['pump-alarm']) mark(readers.pumpAlarms);
  if (before.now !== now.now) mark(readers.clock);
  return flags;
}
