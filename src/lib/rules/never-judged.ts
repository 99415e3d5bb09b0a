/**
 * What a rule asks that no bed could ever answer, or that no patient could ever meet. Such a rule would be silent for ever and look
 * like one that watches, so it is refused when it is made and not found out at the bedside.
 */
import {
  METRICS,
  aspectOf,
  isComparison,
  isUpper,
  metricWords,
  partsOf,
  type Comparison,
  type Expression,
  type FactId,
  type Rule,
} from '$lib/domain/index.ts';

/** Statements about one thing of many: a rule that does not look at each of them has nobody to ask. */
const FACTS_OF_EACH: Readonly<Partial<Record<FactId, NonNullable<Rule['each']>>>> = {
  'no-other-vital-source': 'device',
  'bedside-silenced': 'device',
  'item-alarming': 'pump-alarm',
};

/** An age is told in minutes; older than a day nothing is kept. */
const OLDEST_MIN = 1440;

/** @returns one sentence, without the place, for each part of a level's condition that can never be judged or met. */
export function neverJudged(when: Expression, each: Rule['each']): readonly string[] {
  return partsOf(when).flatMap((part) => {
    if (isComparison(part)) return [...unanswerable(part, each), ...unreachable(part)];
    if ('fact' in part) return strange(part.fact, each);
    return 'all' in part ? contradictions(part.all) : [];
  });
}

function unanswerable({ metric, of = 'value' }: Comparison, each: Rule['each']): readonly string[] {
  const { hasBaseline, hasCourse, isOfDevice } = METRICS[metric];
  const name = metricWords(metric);
  const isOfBaseline = of === 'delta' || of === 'percent';
  const isOfCourse = of === 'slope' || of === 'projected';
  return [
    ...(isOfBaseline && !hasBaseline
      ? [`no session has a baseline of ${name}, so its change from it is never known.`]
      : []),
    ...(isOfCourse && !hasCourse ? [`the course of ${name} is not kept, so its slope is never known.`] : []),
    ...(isOfDevice && each !== 'device' ? [`the ${name} is that of one device; the rule needs "each": "device".`] : []),
  ];
}

/** The limit of a value itself, and where it is heading, are looked at with all other limits. */
function unreachable(comparison: Comparison): readonly string[] {
  const range = reach(comparison);
  if (range === undefined) return [];
  const { metric, limit } = comparison;
  const [low, high] = range;
  if (limit >= low && limit <= high) return [];
  return [
    `the limit ${limit} lies outside what a change or an age of ${metricWords(metric)} can be, ${low} to ${high}.`,
  ];
}

function reach(comparison: Comparison): readonly [low: number, high: number] | undefined {
  const [low, high] = METRICS[comparison.metric].plausible;
  switch (aspectOf(comparison)) {
    case 'value':
    case 'projected':
      return undefined;
    case 'delta':
    case 'slope':
      return [low - high, high - low];
    case 'percent':
      return [-100, low > 0 ? Math.round((100 * (high - low)) / low) : Number.POSITIVE_INFINITY];
    case 'age':
      return [0, OLDEST_MIN];
  }
}

function strange(fact: FactId, each: Rule['each']): readonly string[] {
  const needed = FACTS_OF_EACH[fact];
  return needed === undefined || needed === each
    ? []
    : [`${fact} is told of one ${needed}; the rule needs "each": "${needed}".`];
}

/** Of comparisons that must all hold: a bound from above that lies below one from below. */
function contradictions(all: readonly Expression[]): readonly string[] {
  const comparisons = all.filter(isComparison);
  return comparisons.filter(isUpper).flatMap((from) =>
    comparisons
      .filter((to) => !isUpper(to) && to.metric === from.metric && aspectOf(to) === aspectOf(from))
      .filter((to) => to.limit < from.limit || (to.limit === from.limit && (to.is === '<' || from.is === '>')))
      .map((to) => `${metricWords(from.metric)} is never ${from.is} ${from.limit} and ${to.is} ${to.limit} at once.`),
  );
}
