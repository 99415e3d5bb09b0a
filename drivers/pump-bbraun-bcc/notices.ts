/**
 * What a ComDevice tells once and then forgets: boluses, a disposable that was changed, a limit that was met. Taken from one
 * block only and never carried on to the next; where an answer was lost, what may have been in it is said.
 */
import type { InfusionNotice, InfusionReading } from '$lib/domain/index.ts';
import type { Quadruple } from './messages.ts';
import { EMPTY_TABLE, numberOf, remember, textOf, type ParameterTable } from './parameters.ts';

/** A pump as it was before this block. */
export interface Known {
  readonly table: ParameterTable;
  /** Answers in a row that ended, or were lost, without this pump. */
  readonly missed: number;
}

export interface Notices {
  readonly bolus?: InfusionReading['bolus'];
  readonly notices: readonly InfusionNotice[];
  readonly doubts: readonly string[];
}

/** @param before undefined for a pump that was not there. */
export function noticesOf(before: Known | undefined, records: readonly Quadruple[]): Notices {
  const now = remember(EMPTY_TABLE, records);
  const { bolus, doubt } = bolusOf(before, now);
  const lost = before !== undefined && before.missed > 0 && before.table.has('DISPCHG') ? [CHANGE_LOST] : [];
  return {
    ...(bolus && { bolus }),
    notices: [
      ...(textOf(now, 'DISPCHG') === '1' ? (['disposable-changed'] as const) : []),
      ...(before === undefined ? [] : limitsMet(before.table, now)),
    ],
    doubts: [...(doubt === undefined ? [] : [doubt]), ...lost],
  };
}

const CHANGE_LOST = 'an answer was lost before this one: the notice of a changed disposable would be missing';

interface Bolus {
  readonly bolus?: InfusionReading['bolus'];
  readonly doubt?: string;
}

/** Boluses since the last question. */
function bolusOf(before: Known | undefined, now: ParameterTable): Bolus {
  const [count, volume] = [numberOf(now, 'INBOCNT'), numberOf(now, 'INBOVAL')];
  const told = count ?? (volume === undefined ? undefined : volume > 0 ? 1 : 0);
  const mayMiss = before !== undefined && before.missed > 0;
  const counted = mayMiss ? bolusesBetween(before.table, now) : undefined;
  if (counted !== undefined && counted > (told ?? 0)) {
    const doubt = `${counted} boluses since the last good answer, ${told ?? 0} of them with a volume`;
    return { bolus: { count: counted, volumeMl: volume ?? 0 }, doubt };
  }
  const bolus = told === undefined ? {} : { bolus: { count: told, volumeMl: volume ?? 0 } };
  if (mayMiss && counted === undefined) {
    return { ...bolus, doubt: 'an answer was lost before this one: a bolus told in it would be missing' };
  }
  if (told && volume === undefined) return { ...bolus, doubt: `${told} boluses of unknown volume` };
  if (told && !before) return { ...bolus, doubt: 'the bolus may have been given before this watch began' };
  return bolus;
}

/** Boluses by the pump's own running count. @returns undefined when it is not sent, or began anew with a therapy. */
function bolusesBetween(before: ParameterTable, now: ParameterTable): number | undefined {
  const [from, to] = [numberOf(before, 'BOCNT'), numberOf(now, 'BOCNT')];
  return from === undefined || to === undefined || to < from ? undefined : to - from;
}

type NoticeByWord = Readonly<Record<string, InfusionNotice>>;

const SOFT_LIMIT: NoticeByWord = { 1: 'limit-overruled', 2: 'limit-rejected' };
const LIMITS: readonly (readonly [name: string, words: NoticeByWord])[] = [
  ['DGDALERTSLL', SOFT_LIMIT],
  ['DGDALERTSLH', SOFT_LIMIT],
  ['DGDALERTHLH', { 1: 'hard-limit-met' }],
];

/** These words stand for how long is not documented: only a change of one happened now. */
function limitsMet(before: ParameterTable, now: ParameterTable): readonly InfusionNotice[] {
  return LIMITS.flatMap(([name, words]) => {
    const [was, is] = [before.get(name)?.raw.trim(), textOf(now, name)];
    const notice =
      was === undefined || is === undefined || is === was || !Object.hasOwn(words, is) ? undefined : words[is];
    return notice === undefined ? [] : [notice];
  });
}
