/** What is wrong with a rule or a rule set although its shape is right: sentences that name the place. */
import {
  METRICS,
  aspectOf,
  isComparison,
  isUpper,
  metricWords,
  partsOf,
  type Comparison,
  type Level,
  type MetricId,
  type Priority,
  type Rule,
  type RuleSet,
} from '$lib/domain/index.ts';
import { neverJudged } from './never-judged.ts';
import { priorityFor } from './priority.ts';

/** An alarm that somebody may die of waits no longer. */
const LONGEST_HIGH_HOLD_S = 10;

export function faultsOfSet({ rules }: RuleSet): readonly string[] {
  const ids = new Set(rules.map(({ id }) => id));
  const twice = rules.filter(({ id }, index) => rules.findIndex((rule) => rule.id === id) !== index);
  return [
    ...twice.map(({ id }) => `The rule ${id} is there twice; every rule needs an id of its own.`),
    ...rules.flatMap(faultsOfRule),
    ...rules.flatMap((rule) => strangers(rule, ids)),
    ...closedRanges(rules),
  ];
}

interface Bound {
  readonly rule: string;
  readonly limit: number;
  readonly metric: MetricId;
}

/** Where the highest low limit of a metric lies above its lowest high one. */
function closedRanges(rules: readonly Rule[]): readonly string[] {
  const bounds = (isHigh: boolean): readonly Bound[] =>
    rules.flatMap(({ id, levels }) =>
      levels.flatMap(({ when }) =>
        isComparison(when) && aspectOf(when) === 'value' && isUpper(when) === isHigh
          ? [{ rule: id, limit: when.limit, metric: when.metric }]
          : [],
      ),
    );
  const highs = bounds(true);
  return bounds(false).flatMap((low) =>
    highs
      .filter((high) => high.metric === low.metric && high.limit <= low.limit)
      .map(
        (high) =>
          `The low limit ${low.limit} of ${metricWords(low.metric)} (${low.rule}) lies above the high limit ${high.limit} (${high.rule}): every value would alarm.`,
      ),
  );
}

function strangers(rule: Rule, ids: ReadonlySet<string>): readonly string[] {
  const named = rule.levels.flatMap(({ when }) =>
    partsOf(when).flatMap((part) => {
      if ('unanswered' in part) return part.unanswered;
      return 'resumedDuring' in part ? part.resumedDuring : [];
    }),
  );
  return [...new Set(named)]
    .filter((id) => !ids.has(id))
    .map((id) => `${rule.id} names the rule ${id}, which is not there.`);
}

export function faultsOfRule(rule: Rule): readonly string[] {
  return [
    ...rule.levels.flatMap((level, index) => faultsOfLevel(rule, level, `${rule.id}, level ${index + 1}`)),
    ...orderFaults(rule),
    ...(adjustables(rule) > 1 ? [`${rule.id} has more than one limit that may be set for a patient.`] : []),
  ];
}

/** The same limit may stand in several levels: it is one, and is set for all of them. */
const adjustables = ({ levels }: Rule): number =>
  new Set(
    levels
      .flatMap(({ when }) => comparisonsIn(when))
      .flatMap(({ metric, is, limit, adjustable }) =>
        adjustable ? [`${metric} ${is} ${limit} ${adjustable.join()}`] : [],
      ),
  ).size;

const comparisonsIn = (when: Level['when']): readonly Comparison[] => partsOf(when).filter(isComparison);

function faultsOfLevel(rule: Rule, level: Level, place: string): readonly string[] {
  const { timing } = level;
  const holdS = timing.type === 'hold' ? timing.holdS : timing.continuousHoldS;
  const isLong = holdS > LONGEST_HIGH_HOLD_S && rule.kind !== 'advisory' && priorityFor(level, undefined) === 'high';
  return [
    ...comparisonsIn(level.when).flatMap((comparison) => faultsOfComparison(comparison, place)),
    ...neverJudged(level.when, rule.each).map((words) => `${place}: ${words}`),
    ...(isLong
      ? [`${place}: a high alarm may be held back for ${LONGEST_HIGH_HOLD_S} s at most, not ${holdS} s.`]
      : []),
    ...(timing.type === 'readings' && timing.crossing > timing.of
      ? [`${place}: ${timing.crossing} of ${timing.of} readings can never cross.`]
      : []),
    ...(level.urgency === 'as-sent' && rule.each !== 'pump-alarm'
      ? [`${place}: only what a pump announces has a priority as it was sent.`]
      : []),
  ];
}

function faultsOfComparison(comparison: Comparison, place: string): readonly string[] {
  const { metric, limit, adjustable, inMin } = comparison;
  const { unit, plausible } = METRICS[metric];
  const aspect = aspectOf(comparison);
  const name = metricWords(metric);
  const inUnit = unit === '' ? '' : ` ${unit}`;
  const faults: string[] = [];
  const check = (number: number, what: string): void => {
    const [low, high] = plausible;
    if (number < low || number > high)
      faults.push(`${place}: ${what} ${number}${inUnit} of ${name} lies outside ${low} to ${high}${inUnit}.`);
  };
  if (aspect === 'value' || aspect === 'projected') check(limit, 'the limit');
  if (aspect === 'projected' && inMin === undefined)
    faults.push(`${place}: a projection of ${name} needs inMin, how far it looks.`);
  if (adjustable) {
    const [low, high] = adjustable;
    if (low >= high) faults.push(`${place}: the range ${low} to ${high} of ${name} is inverted.`);
    else if (limit < low || limit > high)
      faults.push(`${place}: the limit ${limit} of ${name} lies outside its own range ${low} to ${high}.`);
    if (aspect !== 'value') faults.push(`${place}: only a limit of ${name} itself may be set for a patient.`);
  }
  return faults;
}

const URGENCY: readonly Priority[] = ['high', 'medium', 'low', 'notice'];

/** Levels go from the most urgent one down, and a more urgent one lies further out: else the milder could never be seen. */
function orderFaults({ id, levels }: Rule): readonly string[] {
  return levels.slice(1).flatMap((level, index) => {
    const before = levels[index];
    if (before === undefined) return [];
    const place = `${id}, levels ${index + 1} and ${index + 2}`;
    const ranks = [before, level].map((one) => URGENCY.indexOf(priorityFor(one, undefined)));
    const faults = (ranks[0] ?? 0) > (ranks[1] ?? 0) ? [`${place}: the more urgent level must come first.`] : [];
    return [...faults, ...inverted(before, level).map((words) => `${place}: ${words}`)];
  });
}

function inverted({ when: first }: Level, { when: second }: Level): readonly string[] {
  if (!isComparison(first) || !isComparison(second)) return [];
  if (first.metric !== second.metric || aspectOf(first) !== aspectOf(second) || isUpper(first) !== isUpper(second))
    return [];
  const isInverted = isUpper(first) ? first.limit < second.limit : first.limit > second.limit;
  if (!isInverted) return [];
  return [`the limits ${first.limit} and ${second.limit} are inverted: the more urgent one must lie further out.`];
}
