/** A rule in words: its condition as one sentence, and how long it waits. Pure, out of the rule itself. */
import {
  METRICS,
  aspectOf,
  isComparison,
  metricWords,
  type Comparison,
  type Expression,
  type Level,
} from '$lib/domain/index.ts';
import { words } from './index.ts';

const told = words.rules;

/** `Systolic at or above 160 mmHg and the pump is infusing`. */
export function conditionSentence(when: Expression): string {
  const text = conditionWords(when);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function conditionWords(when: Expression, isInner = false): string {
  if (isComparison(when)) return comparisonWords(when);
  if ('all' in when) return joined(when.all, told.and, isInner);
  if ('any' in when) return joined(when.any, told.or, isInner);
  if ('not' in when) return told.not(conditionWords(when.not));
  if ('fact' in when) return told.facts[when.fact];
  if ('known' in when) return told.known(metricWords(when.known));
  if ('phase' in when) return told.phase(when.phase.map((phase) => words.common.phases[phase]).join(told.or));
  if ('readingBetweenMin' in when) return told.readingBetween(...when.readingBetweenMin);
  if ('unanswered' in when) return told.unanswered(when.unanswered.join(told.or), when.priority);
  return told.resumedDuring(when.resumedDuring.join(told.or));
}

/** One inside another stands in brackets: "a and (b or c)". */
function joined(parts: readonly Expression[], word: string, isInner: boolean): string {
  const text = parts.map((part) => conditionWords(part, parts.length > 1)).join(word);
  return isInner && parts.length > 1 ? `(${text})` : text;
}

function comparisonWords(comparison: Comparison): string {
  const { metric, is, limit, inMin = 0 } = comparison;
  const [name, relation] = [metricWords(metric), told.relations[is]];
  switch (aspectOf(comparison)) {
    case 'value':
      return told.value(name, relation, measure(comparison, String(limit)));
    case 'delta':
      return told.delta(name, relation, measure(comparison, signed(limit)));
    case 'percent':
      return told.delta(name, relation, `${signed(limit)} %`);
    case 'slope':
      return told.slope(name, relation, measure(comparison, signed(limit)));
    case 'projected':
      return told.projected(name, inMin, relation, measure(comparison, String(limit)));
    case 'age':
      return told.age(name, relation, String(limit));
  }
}

function measure({ metric }: Comparison, number: string): string {
  const { unit } = METRICS[metric];
  return unit === '' ? number : `${number} ${unit}`;
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value)}`;

/** @param averagingS window over which the rule itself averages, s; 0 where it does not. */
export function delayWords({ timing }: Pick<Level, 'timing'>, averagingS: number): string {
  const delay = waitWords(timing);
  return averagingS === 0 ? delay : told.delays.averaged(delay, averagingS);
}

function waitWords(timing: Level['timing']): string {
  const { delays } = told;
  switch (timing.type) {
    case 'hold':
      return timing.holdS === 0 ? delays.atOnce : delays.seconds(timing.holdS);
    case 'first':
      return delays.continuous(delays.first, timing.continuousHoldS);
    case 'confirm':
      return delays.continuous(delays.second, timing.continuousHoldS);
    case 'readings':
      return delays.continuous(delays.readings(timing.crossing, timing.of), timing.continuousHoldS);
  }
}
