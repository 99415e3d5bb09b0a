/**
 * Looking for a device that speaks only when it is asked: one question again and again, with growing pauses.
 *
 *   ask ── 1 s ──▶ ask ── 1 s ──▶ ask ── 1 s ──▶ pause 1 s, ask ── 1 s ──▶ pause 2 s, ask … 5 s … 10 s ──▶ given up
 *                                                ▲
 *                                                ╰── a device that was live begins here
 *
 * Any right answer ends it, which is the session's business, as are the question and what is said meanwhile.
 */
import { later, type MonotonicMs } from '$lib/domain/index.ts';

/** What came over the link since it was opened, from worst to best: it says what to look for when nobody answers. */
export const HEARD = ['nothing', 'noise', 'unknown', 'answers'] as const;
export type Heard = (typeof HEARD)[number];

export const betterOf = (a: Heard, b: Heard): Heard => (HEARD.indexOf(a) > HEARD.indexOf(b) ? a : b);

export interface Probing {
  readonly wasLive: boolean;
  /** How long an answer may take. */
  readonly answerMs: number;
  /** The number of the question that was asked, or that is next, from 0. */
  readonly question: number;
  readonly isAsked: boolean;
  /** The end of the wait for its answer, or of the pause before it. */
  readonly until: MonotonicMs;
}

/**
 * `ask`: send the question. `hint`: a device that has never answered did not answer three times: time to say what is
 * usually wrong. `give-up`: open the link anew.
 */
export type ProbingAct = 'ask' | 'hint' | 'wait' | 'give-up';
export type ProbingStep = readonly [Probing, ProbingAct];

const ANSWER_MS = 1000;
const PAUSES_MS = [0, 0, 0, 1000, 2000, 5000, 10_000] as const;
const FIRST_AFTER_SILENCE = 3;

/** @param answerMs where the device's protocol wants its questions further apart than a second. */
export const beginProbing = (
  now: MonotonicMs,
  { wasLive, answerMs = ANSWER_MS }: Pick<Probing, 'wasLive'> & Partial<Pick<Probing, 'answerMs'>>,
): ProbingStep =>
  turnTo({ wasLive, answerMs, question: wasLive ? FIRST_AFTER_SILENCE : 0, isAsked: false, until: now }, now);

/** Called with every tick. */
export function goOnProbing(probing: Probing, now: MonotonicMs): ProbingStep {
  if (now < probing.until) return [probing, 'wait'];
  return probing.isAsked ? turnTo({ ...probing, question: probing.question + 1 }, now) : ask(probing, now);
}

function turnTo(probing: Probing, now: MonotonicMs): ProbingStep {
  const pauseMs = PAUSES_MS[probing.question];
  if (pauseMs === undefined) return [probing, 'give-up'];
  if (pauseMs === 0) return ask(probing, now);
  const isHintDue = probing.question === FIRST_AFTER_SILENCE && !probing.wasLive;
  return [{ ...probing, isAsked: false, until: later(now, pauseMs) }, isHintDue ? 'hint' : 'wait'];
}

const ask = (probing: Probing, now: MonotonicMs): ProbingStep => [
  { ...probing, isAsked: true, until: later(now, probing.answerMs) },
  'ask',
];
