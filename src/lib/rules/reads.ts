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
  readonly metrics: ReadonlyMap<MetricId, readonly number[]>;
  readonly facts: ReadonlyMap<FactId, readonly number[]>;
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
    metrics: new Map(
      keysOf(METRICS)
        .filter((metric) => !METRICS[metric].isOfClock)
        .map((metric) => [metric, numbers((rule) => readsMetric(rule, metric))]),
    ),
    facts: new Map(
      keysOf(FACTS).map((fact) => [
        fact,
        numbers((rule) => some(rule, (part) => 'fact' in part && part.fact === fact)),
      ]),
    ),
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
 * The rules that something new concerns, by number; a number may come twice.
 * @returns undefined where what concerns all of them has changed.
 */
export function concerned(ruleSet: RuleSet, before: RuleContext, now: RuleContext): readonly number[] | undefined {
  if (
    before.phase !== now.phase ||
    before.baseline !== now.baseline ||
    before.limits !== now.limits ||
    before.nibpIntervalMs !== now.nibpIntervalMs
  )
    return undefined;
  const readers = readersOf(ruleSet);
  const found: number[] = [];
  const add = (readBy: readonly number[]): void => {
    for (const number of readBy) found.push(number);
  };
  addChanged(before.metrics, now.metrics, readers.metrics, found);
  addChanged(before.facts, now.facts, readers.facts, found);
  if (before.ofPumps !== now.ofPumps) {
    addChanged(before.ofPumps.metrics, now.ofPumps.metrics, readers.metrics, found);
    addChanged(before.ofPumps.facts, now.ofPumps.facts, readers.facts, found);
  }
  if (before.series !== now.series) add(readers.slopes);
  if (before.unanswered !== now.unanswered || before.resumedDuring !== now.resumedDuring) add(readers.alarms);
  if (before.readingMinutes !== now.readingMinutes) add(readers.readings);
  if (before.items.device !== now.items.device) add(readers.devices);
  if (before.items['pump-alarm'] !== now.items['pump-alarm']) add(readers.pumpAlarms);
  if (before.now !== now.now) add(readers.clock);
  return found;
}

type Told<Key extends string> = { readonly [One in Key]?: unknown };

/** Both name the same things, known or undefined. */
function addChanged<Key extends string>(
  before: Told<Key>,
  now: Told<Key>,
  readers: ReadonlyMap<Key, readonly number[]>,
  found: number[],
): void {
  if (before === now) return;
  for (const key in now) {
    if (before[key] === now[key]) continue;
    for (const number of readers.get(key) ?? []) found.push(number);
  }
}

/** Numbers of the rules that look at the clock, or at how old a value is. */
export const readersOfClock = (ruleSet: RuleSet): readonly number[] => readersOf(ruleSet).clock;
