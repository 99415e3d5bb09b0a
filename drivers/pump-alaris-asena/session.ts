/**
 * The conversation with one pump: one question at a time, a question alone and nothing else. The states are drawn in
 * `session-state.ts`.
 *
 * Answers say what they are, so one that comes in time is used even when something else has been asked since; but only the right
 * word answers a question. A question without an answer is put once more after half a second, and a damaged answer is asked for
 * again at once.
 */
import { later, type MonotonicMs } from '$lib/domain/index.ts';
import type { NoiseReason, SessionContext, SessionInput } from '../driver.ts';
import { beginProbing, betterOf, goOnProbing } from '../probing.ts';
import { learn, release, type Learnt } from './learning.ts';
import type { Message, Reply } from './messages.ts';
import { channelOf, goneReading } from './observations.ts';
import { answered, missed, unanswered } from './schedule.ts';
import { askNext, identify, probe, repeat } from './session-asking.ts';
import {
  followedBy,
  forget,
  HANDS_OFF_MS,
  isLate,
  newPump,
  REPLY_MS,
  SETTLE_MS,
  SILENT_AFTER_MS,
  tell,
  type Effect,
  type Identifying,
  type Polling,
  type SessionStep,
  type State,
} from './session-state.ts';
import { HANDS_OFF, remarkOf, SILENCES } from './session-words.ts';

/** Noise is of the past when the pump has been asked twice since. */
const INSTEAD_MS = 2 * REPLY_MS;
const BROKEN_ANSWERS: ReadonlySet<NoiseReason> = new Set<NoiseReason>(['bad-sum', 'bad-length']);

export const start = ({ device }: SessionContext): State => ({
  source: device,
  phase: { at: 'closed' },
  heard: 'nothing',
  askedAt: {},
  told: 'negotiating',
  toldReason: undefined,
  pump: undefined,
});

export function step(state: State, input: SessionInput<Message>): SessionStep {
  const { now } = input;
  switch (input.type) {
    case 'opened':
      return open(state, now);
    case 'message':
      return state.phase.at === 'closed' ? [state, []] : onMessage(state, input.message, now);
    case 'undecodable':
      return askAgain({ ...state, heard: betterOf(state.heard, 'unknown') }, 'riddles', now);
    case 'noise': {
      const heard: State = { ...state, heard: betterOf(state.heard, 'noise') };
      return BROKEN_ANSWERS.has(input.why) ? askAgain(heard, 'damage', now) : [heard, []];
    }
    case 'tick':
      return onTick(state, now);
    case 'closing':
      return [{ ...state, phase: { at: 'closed' } }, []];
  }
}

/** A pump that was known stays known. Hands that were off stay off. */
function open({ source, pump, phase }: State, now: MonotonicMs): SessionStep {
  const fresh: State = { ...start({ device: source, settings: {} }), pump: forget(pump) };
  if (phase.at === 'hands-off' && now < phase.until) return tell({ ...fresh, phase }, 'silent', HANDS_OFF);
  return [
    { ...fresh, phase: { at: 'settling', until: later(now, SETTLE_MS) } },
    [{ type: 'wake', afterMs: SETTLE_MS }],
  ];
}

function onMessage(state: State, message: Message, now: MonotonicMs): SessionStep {
  switch (message.kind) {
    case 'question':
      return [{ ...state, heard: betterOf(state.heard, 'unknown') }, []];
    case 'control':
      return tell({ ...state, phase: { at: 'hands-off', until: later(now, HANDS_OFF_MS) } }, 'silent', HANDS_OFF);
    default: {
      const heard: State = { ...state, heard: 'answers' };
      const isUsed = state.phase.at !== 'hands-off' && !isLate(state, message.kind, now);
      return isUsed ? onReply(heard, message, now) : [heard, []];
    }
  }
}

function onReply(state: State, reply: Reply, now: MonotonicMs): SessionStep {
  const serial = 'serial' in reply ? channelOf(reply.serial) : state.pump?.serial;
  if (serial === undefined) return [state, []];
  if (serial !== state.pump?.serial) return meet(state, serial, now);
  const learnt = learn(state.pump, reply, state.source, now);
  return followedBy(take(state, learnt), (next) => carryOn(next, reply, learnt.isAlarmUrgent, now));
}

/** A pump that was not here before. What it replaces is gone; the record that it may have said is asked for again. */
function meet(state: State, serial: string, now: MonotonicMs): SessionStep {
  const gone = state.pump ? [goneReading(state.source, state.pump.serial, now)] : [];
  const known: State = { ...state, pump: newPump(serial) };
  return followedBy([known, observed(gone)], (next) => identify(next, now));
}

const take = (state: State, { pump, readings }: Learnt): SessionStep => [{ ...state, pump }, observed(readings)];

const observed = (observations: Learnt['readings']): readonly Effect[] =>
  observations.length > 0 ? [{ type: 'observed', observations }] : [];

/** What an answer means for the conversation. */
function carryOn(state: State, reply: Reply, isAlarmUrgent: boolean, now: MonotonicMs): SessionStep {
  const { phase } = state;
  switch (phase.at) {
    case 'closed':
    case 'hands-off':
      return [state, []];
    case 'settling':
    case 'probing':
      return identify(state, now);
    case 'identifying':
      return reply.kind === phase.asking.query ? identify(state, now) : [state, []];
    case 'polling':
      return onAnswer(state, phase, reply, isAlarmUrgent, now);
  }
}

function onAnswer(state: State, before: Polling, reply: Reply, isAlarmUrgent: boolean, now: MonotonicMs): SessionStep {
  const isRecord = reply.kind === 'INF';
  const schedule = { ...before.schedule, isAlarmUrgent: before.schedule.isAlarmUrgent || isAlarmUrgent };
  const phase: Polling = { ...before, schedule, ...(isRecord && { newsAt: now, isRead: true }) };
  const isAnswer = reply.kind === phase.asking?.query;
  const polling: State = { ...state, phase };
  const told = isRecord ? sayLive(polling, phase) : ([polling, []] as const);
  if (!isAnswer) return told;
  const query = phase.asking.query;
  return followedBy(told, (next) =>
    askNext(next, { ...phase, asking: undefined, schedule: answered(schedule, query) }, now),
  );
}

const sayLive = (state: State, { schedule }: Polling): SessionStep =>
  tell(state, 'live', remarkOf(state.pump?.protocol, unanswered(schedule)));

function onTick(state: State, now: MonotonicMs): SessionStep {
  const { phase } = state;
  switch (phase.at) {
    case 'closed':
      return [state, []];
    case 'settling':
      return now < phase.until ? [state, []] : probe(state, beginProbing(now, { wasLive: false }), now);
    case 'hands-off':
      return now < phase.until ? [state, []] : probe(state, beginProbing(now, { wasLive: true }), now);
    case 'probing':
      return probe(state, goOnProbing(phase.probing, now), now);
    case 'identifying':
      return now - phase.asking.at >= REPLY_MS ? onUnidentified(state, phase, now) : [state, []];
    case 'polling':
      if (now - phase.newsAt >= SILENT_AFTER_MS) return lose(state, phase, now);
      if (!phase.asking) return askNext(state, phase, now);
      return now - phase.asking.at >= REPLY_MS ? onMiss(state, phase, phase.asking, now) : [state, []];
  }
}

/** Once more, and then from the serial number again, after a pause. */
function onUnidentified(state: State, phase: Identifying, now: MonotonicMs): SessionStep {
  if (!phase.asking.isRepeat) return repeat(state, phase, now);
  const goneOn = goOnProbing({ ...phase.probing, isAsked: true, until: now }, now);
  const told = tell(
    state,
    'negotiating',
    `The pump tells its serial number, and does not answer ${phase.asking.query}.`,
  );
  return followedBy(told, (next) => probe(next, goneOn, now));
}

/** The record is asked for until the pump counts as silent; other questions twice. */
function onMiss(
  state: State,
  phase: Polling,
  { query, isRepeat }: NonNullable<Polling['asking']>,
  now: MonotonicMs,
): SessionStep {
  if (!isRepeat || query === 'INF') return repeat(state, phase, now);
  const schedule = missed(phase.schedule, query, now);
  const learnt = query === 'ALARM' && state.pump ? release(state.pump, state.source) : undefined;
  const told = learnt ? take(state, learnt) : ([state, []] as const);
  return followedBy(told, (next) => askNext(next, { ...phase, asking: undefined, schedule }, now));
}

/** An answer that was damaged or makes no sense: once more, at once. */
function askAgain(state: State, what: 'damage' | 'riddles', now: MonotonicMs): SessionStep {
  const { phase } = state;
  if (phase.at !== 'identifying' && phase.at !== 'polling') return [state, []];
  const noted = phase.at === 'polling' ? { ...phase, instead: { what, at: now } } : phase;
  return phase.asking && !phase.asking.isRepeat ? repeat(state, noted, now) : [{ ...state, phase: noted }, []];
}

/** No record for too long: the pump is silent, whatever else it may still answer. */
function lose(state: State, { instead: { what, at }, isRead }: Polling, now: MonotonicMs): SessionStep {
  const reason = now - at <= INSTEAD_MS ? what : isRead ? 'nothing' : 'no record';
  const told = tell(state, 'silent', SILENCES[reason]);
  return followedBy(told, (next) => probe(next, beginProbing(now, { wasLive: true }), now));
}
