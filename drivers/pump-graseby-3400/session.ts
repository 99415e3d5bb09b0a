/**
 * The conversation with one pump. It speaks when it is asked, one question at a time.
 *
 *   closed ── opened ──▶ probing (CHCK, 2 s apart) ── its answer ──▶ rounds, every second ── 3 questions in a row ──╮
 *                          │   ▲                                                               unanswered: silent   │
 *                          │   ╰──────────────────── with growing pauses ◀──────────────────────────────────────────╯
 *                          ╰── all probes unanswered ──▶ reopen (closed)
 *
 * A round is CHCK, GETR, TOTL, and ends in one reading. A reply names its question; one to another question than the open one
 * came too late to be of this moment and is passed over.
 */
import { later, type MonotonicMs } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '$drivers/driver.ts';
import { beginProbing, betterOf, goOnProbing, type Heard, type Probing, type ProbingStep } from '$drivers/probing.ts';
import { numberIn } from './codec.ts';
import { QUERIES, type Message, type Query } from './messages.ts';
import { EMPTY_ROUND, readingOf, type Round } from './observations.ts';

const PROBE_MS = 2000;
const REPLY_MS = 500;
const ROUND_MS = 1000;
const MAX_MISSES = 3;

/** What silence usually means, for the person at the cable. */
const SUSPICIONS: Readonly<Record<Heard, string>> = {
  nothing: 'Not a byte has come from the pump. Check the cable at its serial port, and 9600 8N1.',
  noise: 'Bytes come from the pump, but no frame is right. Check 9600 8N1.',
  unknown: 'Frames come from the pump that this driver does not understand.',
  answers: '',
};

const REMARK = 'The scale of the rate is not proven: compare the rate with the pump’s own display.';

interface Rounds {
  readonly at: 'rounds';
  readonly asking: { readonly query: Query; readonly at: MonotonicMs } | undefined;
  /** What this round still asks. */
  readonly queue: readonly Query[];
  readonly round: Round;
  readonly nextRoundAt: MonotonicMs;
  readonly misses: number;
}

type Phase = { readonly at: 'closed' } | { readonly at: 'probing'; readonly probing: Probing } | Rounds;

export interface State {
  readonly context: SessionContext;
  readonly phase: Phase;
  /** Since the link was opened. */
  readonly heard: Heard;
  readonly isLive: boolean;
}

type Effect = SessionEffect<Query>;
type Result = Step<State, Query>;

export const start = (context: SessionContext): State => ({
  context,
  phase: { at: 'closed' },
  heard: 'nothing',
  isLive: false,
});

export function step(state: State, input: SessionInput<Message>): Result {
  switch (input.type) {
    case 'opened':
      return probe(start(state.context), beginProbing(input.now, { wasLive: false, answerMs: PROBE_MS }));
    case 'message':
      return hear(state, input.message, input.now);
    case 'undecodable':
      return [{ ...state, heard: betterOf(state.heard, 'unknown') }, []];
    case 'noise':
      return [{ ...state, heard: betterOf(state.heard, 'noise') }, []];
    case 'tick':
      return tick(state, input.now);
    case 'closing':
      return [{ ...state, phase: { at: 'closed' } }, []];
  }
}

const send = (query: Query): Effect => ({ type: 'send', query });

function probe(state: State, [probing, act]: ProbingStep): Result {
  const next: State = { ...state, phase: { at: 'probing', probing } };
  const suspicion = SUSPICIONS[state.heard];
  switch (act) {
    case 'wait':
      return [next, []];
    case 'ask':
      return [next, [send('CHCK')]];
    case 'hint':
      return [next, [{ type: 'status', state: 'negotiating', reason: suspicion }]];
    case 'give-up': {
      const why = `The pump does not answer. ${suspicion}`.trim();
      return [{ ...state, phase: { at: 'closed' } }, [{ type: 'reopen', why }]];
    }
  }
}

function hear(before: State, message: Message, now: MonotonicMs): Result {
  const { phase } = before;
  if (phase.at === 'closed') return [before, []];
  const state: State = { ...before, heard: 'answers' };
  const open = phase.at === 'probing' ? 'CHCK' : phase.asking?.query;
  if (message.command !== open) return [state, []];
  const rounds = phase.at === 'probing' ? firstRound(now) : phase;
  return goOn(state, { ...rounds, misses: 0, round: noteReply(rounds.round, open, message) }, now);
}

/** The answer to the probe is that of the first question. */
const firstRound = (now: MonotonicMs): Rounds => ({
  at: 'rounds',
  asking: undefined,
  queue: QUERIES.filter((query) => query !== 'CHCK'),
  round: EMPTY_ROUND,
  nextRoundAt: later(now, ROUND_MS),
  misses: 0,
});

function noteReply(round: Round, query: Query, message: Message): Round {
  const { ack, status, data } = message;
  const heard: Round = { ...round, status };
  // Whether a number beside a refusal counts is not known.
  if (ack === 'CE') return withProblem(heard, query, `the pump refused ${query} (CE)`);
  if (query === 'CHCK') return heard;
  const value = numberIn(message);
  if (value === undefined) return withProblem(heard, query, `${query} was answered with no number: "${data}"`);
  return query === 'GETR' ? { ...heard, rateMlPerHour: value } : { ...heard, volumeMl: value };
}

const withProblem = (round: Round, query: Query, problem: string): Round => ({
  ...round,
  problems: { ...round.problems, [query]: problem },
});

/** The next question of this round, or the reading that it was for; and the next round when it is time. */
function goOn(state: State, phase: Rounds, now: MonotonicMs): Result {
  const [query, ...queue] = phase.queue;
  if (query !== undefined) {
    return [{ ...state, phase: { ...phase, asking: { query, at: now }, queue } }, [send(query)]];
  }
  const [told, effects] = observe(state, phase.round, now);
  const over: Rounds = { ...phase, asking: undefined, round: EMPTY_ROUND };
  if (now < phase.nextRoundAt) return [{ ...told, phase: over }, effects];
  const [next, questions] = goOn(told, { ...over, queue: QUERIES, nextRoundAt: later(now, ROUND_MS) }, now);
  return [next, [...effects, ...questions]];
}

/** The pump is live from its first reading on: what it did before a silence must not look like what it does now. */
function observe(state: State, round: Round, now: MonotonicMs): Result {
  if (round.status === undefined) return [state, []];
  const reading = readingOf(round, round.status, state.context.device, now);
  const observed: Effect = { type: 'observed', observations: [reading] };
  if (state.isLive) return [state, [observed]];
  return [{ ...state, isLive: true }, [{ type: 'status', state: 'live', reason: REMARK }, observed]];
}

function tick(state: State, now: MonotonicMs): Result {
  const { phase } = state;
  switch (phase.at) {
    case 'closed':
      return [state, []];
    case 'probing':
      return probe(state, goOnProbing(phase.probing, now));
    case 'rounds':
      if (!phase.asking) return now >= phase.nextRoundAt ? goOn(state, phase, now) : [state, []];
      return now - phase.asking.at >= REPLY_MS ? miss(state, phase, phase.asking.query, now) : [state, []];
  }
}

/** A question without an answer: the next one is asked, so that a pump that does not know one of them stays readable. */
function miss(state: State, phase: Rounds, query: Query, now: MonotonicMs): Result {
  const misses = phase.misses + 1;
  if (misses < MAX_MISSES) {
    const round = withProblem(phase.round, query, `no answer to ${query}`);
    return goOn(state, { ...phase, asking: undefined, misses, round }, now);
  }
  const probing = beginProbing(now, { wasLive: true, answerMs: PROBE_MS });
  const [next, effects] = probe({ ...state, isLive: false }, probing);
  return [next, [{ type: 'status', state: 'silent', reason: 'The pump does not answer.' }, ...effects]];
}
