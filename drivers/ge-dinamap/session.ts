/**
 * The conversation with one monitor. It speaks when it is asked, one question at a time.
 *
 *   closed ── opened ──▶ probing (NA only) ── any good reply ──▶ polling ── 3 questions in a row unanswered: silent ─╮
 *                          │   ▲                                                                                     │
 *                          │   ╰─────────────────────── after 1, 2, 5, 10 s ◀────────────────────────────────────────╯
 *                          ╰── all probes unanswered ──▶ reopen (closed)
 *
 * A damaged or incomprehensible reply is asked for once more. Replies are used whether they were asked for or not: they say
 * what they are, and so a recording can be read that nobody asks from. But only the right letters answer a question.
 */
import type { MonotonicMs, Observation } from '$lib/domain/index.ts';
import type { NoiseReason, SessionContext, SessionEffect, SessionInput, Step } from '../driver.ts';
import { beginProbing, betterOf, goOnProbing, type Heard, type Probing, type ProbingStep } from '../probing.ts';
import type { Message, Query, Reply } from './messages.ts';
import { NO_CUFF_YET, onNibp, onRate, onTick, type NibpMemory } from './nibp.ts';
import { numericsOf } from './observations.ts';
import {
  answered,
  asked,
  freshSchedule,
  MAX_MISSES,
  missed,
  nextQuery,
  unanswered,
  type Schedule,
} from './schedule.ts';

const REPLY_MS = 1000;

/** What silence usually means, for the person at the cable. */
const SUSPICIONS: Readonly<Record<Heard, string>> = {
  nothing: 'Not a byte has come from the monitor. Check the cable at its host port, and 9600 8N1.',
  noise: 'Bytes come from the monitor, but no line is right. Check 9600 8N1, and that the host port is in ASCII mode.',
  unknown: 'Lines come from the monitor that this driver does not understand.',
  answers: '',
};

interface Asking {
  readonly query: Query;
  readonly at: MonotonicMs;
  readonly isRepeat: boolean;
}

type Phase =
  | { readonly at: 'closed' }
  | { readonly at: 'probing'; readonly probing: Probing }
  | {
      readonly at: 'polling';
      readonly asking: Asking | undefined;
      readonly schedule: Schedule;
      readonly missesInARow: number;
    };
type Polling = Extract<Phase, { at: 'polling' }>;

export interface State {
  readonly context: SessionContext;
  readonly phase: Phase;
  /** Since the link was opened. */
  readonly heard: Heard;
  /** What was last said about questions without answers. */
  readonly remark: string | undefined;
  readonly nibp: NibpMemory;
}

type Effect = SessionEffect<Query>;
type Result = Step<State, Query>;

export const start = (context: SessionContext): State => ({
  context,
  phase: { at: 'closed' },
  heard: 'nothing',
  remark: undefined,
  nibp: NO_CUFF_YET,
});

export function step(state: State, input: SessionInput<Message>): Result {
  switch (input.type) {
    case 'opened':
      // What was told of the cuff stays told over a break of the link.
      return probe({ ...start(state.context), nibp: state.nibp }, beginProbing(input.now, { wasLive: false }));
    case 'message':
      return input.message.kind === 'command'
        ? [{ ...state, heard: 'answers' }, []]
        : hear({ ...state, heard: 'answers' }, input.message, input.now);
    case 'undecodable':
      return askAgain({ ...state, heard: betterOf(state.heard, 'unknown') }, 'undecodable', input.now);
    case 'noise':
      return askAgain({ ...state, heard: betterOf(state.heard, 'noise') }, input.why, input.now);
    case 'tick':
      return tick(state, input.now);
    case 'closing':
      return [{ ...state, phase: { at: 'closed' } }, []];
  }
}

const send = (query: Query): Effect => ({ type: 'send', query });
const observe = (observations: readonly Observation[]): readonly Effect[] =>
  observations.length > 0 ? [{ type: 'observed', observations }] : [];
const status = (state: 'negotiating' | 'live' | 'silent', reason: string | undefined): Effect =>
  reason === undefined ? { type: 'status', state } : { type: 'status', state, reason };

/** The probe is the question about the cuff. */
function probe(state: State, [probing, act]: ProbingStep): Result {
  const next: State = { ...state, phase: { at: 'probing', probing } };
  const suspicion = SUSPICIONS[state.heard];
  switch (act) {
    case 'wait':
      return [next, []];
    case 'ask':
      return [next, [send('NA')]];
    case 'hint':
      return [next, [status('negotiating', suspicion)]];
    case 'give-up': {
      const why = `The monitor does not answer. ${suspicion}`.trim();
      return [{ ...state, phase: { at: 'closed' } }, [{ type: 'reopen', why }]];
    }
  }
}

function hear(state: State, reply: Reply, now: MonotonicMs): Result {
  const [next, observations] = take(state, reply, now);
  const { phase } = next;
  const effects = observe(observations);
  if (phase.at === 'polling') {
    const query = queryOf(reply);
    const heard: Polling = { ...phase, missesInARow: 0 };
    if (!query || query !== phase.asking?.query) return [{ ...next, phase: heard }, effects];
    return goOn(next, { ...heard, schedule: answered(phase.schedule, query) }, now, effects);
  }
  // A reply to what nobody asked: a recording.
  const schedule = phase.at === 'probing' ? asked(freshSchedule(now), 'NA', now) : freshSchedule(now);
  const polling: Polling = { at: 'polling', asking: undefined, schedule, missesInARow: 0 };
  return goOn(next, polling, now, [status('live', undefined), ...effects]);
}

/** The next question that is due, after an answer of some kind. */
function goOn(state: State, phase: Polling, now: MonotonicMs, before: readonly Effect[] = []): Result {
  const remark = remarkOf(phase.schedule);
  const news = remark === state.remark ? [] : [status('live', remark)];
  const said = { ...state, remark };
  const query = nextQuery(phase.schedule, now);
  const effects = [...before, ...news];
  if (!query) return [{ ...said, phase: { ...phase, asking: undefined } }, effects];
  const asking: Asking = { query, at: now, isRepeat: false };
  return [
    { ...said, phase: { ...phase, asking, schedule: asked(phase.schedule, query, now) } },
    [...effects, send(query)],
  ];
}

function remarkOf(schedule: Schedule): string | undefined {
  const queries = unanswered(schedule);
  return queries.length > 0 ? `The monitor does not answer ${queries.join(', ')}.` : undefined;
}

/** `NC` and `ND` answer nothing that this driver asks. */
function queryOf(reply: Reply): Query | undefined {
  switch (reply.kind) {
    case 'nibp':
      return reply.letters === 'NA' ? 'NA' : undefined;
    case 'rate':
      return reply.letters === 'RA' ? 'RA' : undefined;
    case 'oximeter':
      return 'OA';
    case 'temperature':
      return 'TC';
    case 'acknowledgement':
      return undefined;
  }
}

function take(state: State, reply: Reply, at: MonotonicMs): readonly [State, readonly Observation[]] {
  const moment = { source: state.context.device, at };
  switch (reply.kind) {
    case 'nibp': {
      const [nibp, observations] = onNibp(state.nibp, reply, moment);
      return [{ ...state, nibp }, observations];
    }
    case 'rate': {
      const [nibp, measurements] = onRate(state.nibp, reply, moment);
      return [{ ...state, nibp }, [numericsOf(reply, moment.source, at), ...measurements]];
    }
    case 'oximeter':
    case 'temperature':
      return [state, [numericsOf(reply, moment.source, at)]];
    case 'acknowledgement':
      return [state, []];
  }
}

/** A reply that was damaged or makes no sense: once more; twice is a miss, and the next question's turn. */
function askAgain(state: State, why: NoiseReason | 'undecodable', now: MonotonicMs): Result {
  const { phase } = state;
  if (phase.at !== 'polling' || !phase.asking || (why !== 'bad-sum' && why !== 'undecodable')) return [state, []];
  const { query, isRepeat } = phase.asking;
  if (!isRepeat) return [{ ...state, phase: { ...phase, asking: { query, at: now, isRepeat: true } } }, [send(query)]];
  if (why === 'bad-sum') return [state, []];
  return goOn(state, { ...phase, missesInARow: 0, schedule: missed(phase.schedule, query, now) }, now);
}

function tick(state: State, now: MonotonicMs): Result {
  const [nibp, measurements] = onTick(state.nibp, { source: state.context.device, at: now });
  const [next, effects] = tickPhase({ ...state, nibp }, now);
  return [next, [...observe(measurements), ...effects]];
}

function tickPhase(state: State, now: MonotonicMs): Result {
  const { phase } = state;
  switch (phase.at) {
    case 'closed':
      return [state, []];
    case 'probing':
      return probe(state, goOnProbing(phase.probing, now));
    case 'polling':
      if (!phase.asking) return goOn(state, phase, now);
      return now - phase.asking.at >= REPLY_MS ? miss(state, phase, phase.asking.query, now) : [state, []];
  }
}

/** A question without an answer. Three in a row, of whatever kind, and the monitor is silent. */
function miss(state: State, phase: Polling, query: Query, now: MonotonicMs): Result {
  const missesInARow = phase.missesInARow + 1;
  if (missesInARow < MAX_MISSES) {
    return goOn(state, { ...phase, missesInARow, schedule: missed(phase.schedule, query, now) }, now);
  }
  const [next, effects] = probe({ ...state, remark: undefined }, beginProbing(now, { wasLive: true }));
  return [next, [status('silent', 'The monitor does not answer.'), ...effects]];
}
