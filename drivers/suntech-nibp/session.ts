/**
 * The conversation with one module. It answers what it is asked, one question at a time, and says by itself only that a
 * measurement is complete, and that it falls asleep.
 *
 *   closed ── opened ──▶ probing (cuff pressure) ── any reply ──▶ polling ── 3 questions in a row unanswered: silent ──▶ probing
 *                          ╰── all probes unanswered ──▶ reopen (closed)
 *
 * Polling: the cuff's pressure every half second; the numbers when they can have changed (`cuff.ts`); and, with the
 * configuration's leave only, a start now and then, watched to its end (`run.ts`).
 */
import { monotonicMs, type MonotonicMs, type Observation } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '../driver.ts';
import { beginProbing, betterOf, goOnProbing, type Heard, type Probing, type ProbingStep } from '../probing.ts';
import { NO_CUFF_YET, wantsData } from './cuff.ts';
import { arrive, prepareAct, take, withoutData, type Intake } from './intake.ts';
import type { Query, Reply } from './messages.ts';
import { firstRun, type RunAct } from './run.ts';
import { readSettings } from './settings.ts';

const PRESSURE_EVERY_MS = 500;
const REPLY_MS = 500;
const MAX_MISSES = 3;

/** What silence usually means, for the person at the cable. */
const SUSPICIONS: Readonly<Record<Heard, string>> = {
  nothing: 'Not a byte has come from the module. Check its power and cable, and 9600 8N1.',
  noise: 'Bytes come from the module, but no packet is right. Check 9600 8N1.',
  unknown: 'Packets come from the module that this driver does not understand.',
  answers: '',
};

interface Asking {
  readonly query: Query;
  readonly at: MonotonicMs;
}

type Phase =
  | { readonly at: 'closed' }
  | { readonly at: 'probing'; readonly probing: Probing }
  | { readonly at: 'polling'; readonly asking: Asking | undefined; readonly misses: number };
type Polling = Extract<Phase, { at: 'polling' }>;

export interface State {
  readonly context: SessionContext;
  readonly phase: Phase;
  /** Since the link was opened. */
  readonly heard: Heard;
  readonly isAsleep: boolean;
  readonly pressureAskedAt: MonotonicMs;
  readonly intake: Intake;
}

type Effect = SessionEffect<Query>;
type Result = Step<State, Query>;

/** @throws RangeError when the settings are not what they can be. */
export function start(context: SessionContext): State {
  const leave = readSettings(context.settings);
  return {
    context,
    phase: { at: 'closed' },
    heard: 'nothing',
    isAsleep: false,
    pressureAskedAt: monotonicMs(-Infinity),
    intake: { source: context.device, leave, cuff: NO_CUFF_YET, run: firstRun(leave), heardAt: undefined },
  };
}

export function step(state: State, input: SessionInput<Reply>): Result {
  switch (input.type) {
    case 'opened':
      return probe({ ...start(state.context), intake: state.intake }, beginProbing(input.now, { wasLive: false }));
    case 'message':
      return hear({ ...state, heard: 'answers' }, input.message, input.now);
    case 'undecodable':
      return [{ ...state, heard: betterOf(state.heard, 'unknown') }, []];
    case 'noise':
      return [{ ...state, heard: betterOf(state.heard, 'noise') }, []];
    case 'tick':
      return tick(state, input.now);
    case 'closing': {
      // Nobody would watch over a measurement of ours any more.
      const { at } = state.intake.run;
      const isRunning = at === 'running' || at === 'aborting';
      return [{ ...state, phase: { at: 'closed' } }, isRunning ? [send({ kind: 'abort' })] : []];
    }
  }
}

const send = (query: Query): Effect => ({ type: 'send', query });
const observe = (observations: readonly Observation[]): readonly Effect[] =>
  observations.length > 0 ? [{ type: 'observed', observations }] : [];
const status = (state: 'negotiating' | 'live' | 'silent', reason: string | undefined): Effect =>
  reason === undefined ? { type: 'status', state } : { type: 'status', state, reason };

/** What stands beside the live state: that the station inflates a cuff by itself must not be a secret. */
function live({ intake: { leave }, isAsleep }: State): Effect {
  if (isAsleep) return status('live', 'The module has fallen asleep.');
  if (!leave) return status('live', undefined);
  return status('live', `The station starts a measurement every ${leave.everyMs / 60_000} min (${leave.patient}).`);
}

function probe(state: State, [probing, act]: ProbingStep): Result {
  const next: State = { ...state, phase: { at: 'probing', probing } };
  const suspicion = SUSPICIONS[state.heard];
  switch (act) {
    case 'wait':
      return [next, []];
    case 'ask':
      return [next, [send({ kind: 'get-pressure' })]];
    case 'hint':
      return [next, [status('negotiating', suspicion)]];
    case 'give-up': {
      const why = `The module does not answer. ${suspicion}`.trim();
      return [{ ...state, phase: { at: 'closed' } }, [{ type: 'reopen', why }]];
    }
  }
}

function hear(state: State, reply: Reply, now: MonotonicMs): Result {
  const isArrival = state.phase.at !== 'polling';
  const asking = state.phase.at === 'polling' ? state.phase.asking : undefined;
  const arrived = isArrival ? arrive(state.intake, now) : state.intake;
  const [intake, observations] = take(arrived, reply, asking?.query.kind, now);
  const phase: Polling = { at: 'polling', asking: isAnswer(reply, asking?.query) ? undefined : asking, misses: 0 };
  const pressureAskedAt = isArrival ? now : state.pressureAskedAt;
  const isAsleep = reply.kind === 'signal' && reply.signal === 'asleep';
  const isNews = isArrival || isAsleep !== state.isAsleep;
  const [after, asked] = ask({ ...state, intake, isAsleep, pressureAskedAt }, phase, now);
  return [after, [...(isNews ? [live(after)] : []), ...observe(observations), ...asked]];
}

/** "Complete" and "asleep" come by themselves and answer nothing; an error answers whatever was asked. */
function isAnswer(reply: Reply, query: Query | undefined): boolean {
  switch (reply.kind) {
    case 'pressure':
      return query?.kind === 'get-pressure';
    case 'data':
      return query?.kind === 'get-data';
    case 'signal':
      if (reply.signal === 'error') return true;
      return (query?.kind === 'start' && reply.signal === 'accepted') || (isAct(query) && reply.signal === 'aborted');
  }
}

const isAct = (query: Query | undefined): boolean => query?.kind === 'start' || query?.kind === 'abort';

/** The next question, when the module is free for one and one is due. */
function ask(state: State, phase: Polling, now: MonotonicMs): Result {
  if (phase.asking) return [{ ...state, phase }, []];
  const [intake, act, observations] = prepareAct(state.intake, now);
  const next: State = { ...state, phase, intake };
  const query = queryFor(next, act, now);
  if (!query) return [next, observe(observations)];
  const pressureAskedAt = query.kind === 'get-pressure' ? now : next.pressureAskedAt;
  const asked: Polling = { ...phase, asking: { query, at: now } };
  return [{ ...next, phase: asked, pressureAskedAt }, [...observe(observations), send(query)]];
}

function queryFor(
  { intake: { leave, cuff }, pressureAskedAt }: State,
  act: RunAct,
  now: MonotonicMs,
): Query | undefined {
  if (act === 'abort') return { kind: 'abort' };
  if (act === 'start' && leave) return { kind: 'start', patient: leave.patient };
  if (wantsData(cuff, now)) return { kind: 'get-data' };
  return now - pressureAskedAt >= PRESSURE_EVERY_MS ? { kind: 'get-pressure' } : undefined;
}

function tick(state: State, now: MonotonicMs): Result {
  const { phase } = state;
  switch (phase.at) {
    case 'closed':
      return [state, []];
    case 'probing':
      return probe(state, goOnProbing(phase.probing, now));
    case 'polling':
      if (!phase.asking) return ask(state, phase, now);
      return now - phase.asking.at >= REPLY_MS ? miss(state, phase, phase.asking.query, now) : [state, []];
  }
}

function miss(state: State, phase: Polling, query: Query, now: MonotonicMs): Result {
  const missed: State = query.kind === 'get-data' ? { ...state, intake: withoutData(state.intake, now) } : state;
  const misses = phase.misses + 1;
  if (misses < MAX_MISSES) return ask(missed, { ...phase, asking: undefined, misses }, now);
  const [next, effects] = probe(missed, beginProbing(now, { wasLive: true }));
  return [next, [status('silent', 'The module does not answer.'), ...effects]];
}
