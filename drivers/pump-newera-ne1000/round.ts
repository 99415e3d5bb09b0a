/**
 * What the replies of one round of questions brought. A reply does not repeat its question, but the form of its data tells which
 * one it was: a rate by its unit, a volume by its unit, both volumes delivered by their letters.
 */
import type { Data, Message, Status, Word } from './messages.ts';
import { isRateUnit, isVolumeUnit } from './units.ts';

type Amount = Extract<Data, { kind: 'amount' }>;

export interface Round {
  /** Of the newest reply. */
  readonly status?: Status;
  readonly rate?: Amount;
  readonly target?: Amount;
  readonly dispensed?: Extract<Data, { kind: 'dispensed' }>;
  /** In words, why a question got no value. */
  readonly problems: Readonly<Partial<Record<Word, string>>>;
}

export const EMPTY_ROUND: Round = { problems: {} };

/** A late reply to another question than the open one is taken for what it says; it answers nothing. */
export function isAnswer(word: Word, data: Data): boolean {
  switch (data.kind) {
    case 'none':
    case 'error':
    case 'other':
      return true;
    case 'amount':
      return isRateUnit(data.unit) ? word === 'RAT' : word === 'VOL' || (word === 'RAT' && !isVolumeUnit(data.unit));
    case 'dispensed':
      return word === 'DIS';
    case 'diameter':
      return word === 'DIA';
    case 'version':
      return word === 'VER';
    case 'direction':
      return false;
  }
}

/** @param word the open question. */
export function noteReply(round: Round, word: Word, { status, data }: Message): Round {
  const problem = problemOf(word, status, data);
  const problems = problem === undefined ? round.problems : { ...round.problems, [word]: problem };
  return { ...round, ...valuesOf(data, word), status, problems };
}

export const noteSilence = (round: Round, word: Word): Round => ({
  ...round,
  problems: { ...round.problems, [word]: `no answer to ${word}` },
});

function valuesOf(data: Data, word: Word): Partial<Round> {
  if (data.kind === 'dispensed') return { dispensed: data };
  if (data.kind !== 'amount') return {};
  const isRate = isRateUnit(data.unit) || (!isVolumeUnit(data.unit) && word === 'RAT');
  return isRate ? { rate: data } : { target: data };
}

function problemOf(word: Word, { kind }: Status, data: Data): string | undefined {
  switch (data.kind) {
    case 'none':
      return `${word} was answered ${kind === 'alarm' ? 'by an alarm' : 'without a value'}`;
    case 'error':
      return `${word} was answered ?${data.code}`;
    case 'other':
      return `${word} was answered ${data.text}`;
    default:
      return undefined;
  }
}
