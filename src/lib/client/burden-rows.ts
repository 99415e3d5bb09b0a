/** The burden of alarms in words: what stands beside each name on the pages. Pure. */
import { SECOND_MS } from '$lib/domain/index.ts';
import type { AnswerTimes, Burden, PressureBurden, Rate, RuleBurden, Share } from '$lib/realtime/burden.ts';
import { words } from '$lib/messages/index.ts';
import { decimal, stopwatch } from './format.ts';

const told = words.burden;
const { numbers } = told;

export interface BurdenLine {
  readonly name: string;
  readonly value: string;
  readonly hint?: string;
}

export function burdenLines(burden: Burden, above?: PressureBurden): readonly BurdenLine[] {
  const { answer } = burden;
  return [
    { name: numbers.alarms, value: rateWords(burden.all) },
    { name: numbers.duration, value: spanWords(burden.medianDurationS) },
    { name: numbers.answer, value: answerWords(answer), hint: numbers.answered(answer.count, answer.of) },
    { name: numbers.cleared, value: shareWords(burden.clearedBeforeAnswer) },
    { name: numbers.confirmed, value: shareWords(burden.confirmed) },
    { name: numbers.audible, value: audibleWords(burden), hint: numbers.audibleHint },
    ...(above === undefined ? [] : [aboveLine(above)]),
  ];
}

/** `12 (3.4/h)`. */
export const rateWords = ({ count, perHour }: Rate): string =>
  perHour === undefined ? String(count) : `${count} (${told.perHour(decimal(perHour, 1))})`;

export const spanWords = (spanS: number | undefined): string =>
  spanS === undefined ? numbers.unknown : stopwatch(spanS * SECOND_MS);

/** `3 of 4`. */
export const countWords = ({ count, of }: Share): string => (of === 0 ? numbers.unknown : numbers.countOf(count, of));

const shareWords = ({ count, of }: Share): string =>
  of === 0 ? numbers.noShare : numbers.share(count, of, decimal((100 * count) / of, 0));

function answerWords({ p50S, p90S }: AnswerTimes): string {
  if (p50S === undefined) return numbers.unknown;
  return numbers.answerValue(spanWords(p50S), spanWords(p90S));
}

const audibleWords = ({ audibleMin: { high, medium, low } }: Burden): string =>
  numbers.audibleValue(decimal(high + medium + low, 1));

function aboveLine({ limitMmHg, minutes, areaMmHgMin, coveredMin }: PressureBurden): BurdenLine {
  return {
    name: numbers.above(decimal(limitMmHg, 0)),
    value: numbers.aboveValue(decimal(minutes, 1), decimal(areaMmHgMin, 0)),
    hint: numbers.aboveHint(decimal(coveredMin, 0)),
  };
}

/** `S1 Systolic very high`. */
export const ruleWords = ({ rule, name }: RuleBurden): string => (name === undefined ? rule : `${rule} ${name}`);
