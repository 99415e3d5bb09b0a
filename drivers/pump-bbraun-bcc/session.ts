/**
 * The conversation with one ComDevice: what is done with an opened link, a frame, damaged bytes and passing time. The states
 * are drawn in `session-state.ts`, the pumps live in `rack.ts`.
 *
 * Half of the protocol's reads empty what they read (boluses, a pump's removal). So a block is told before it is
 * acknowledged, nobody else may talk to the same ComDevice, and an answer that had to be given up is remembered as a gap.
 */
import { later, monotonicMs, type MonotonicMs } from '$lib/domain/index.ts';
import type { NoiseReason, SessionContext, SessionInput } from '$drivers/driver.ts';
import type { Frame, Message } from './messages.ts';
import { EMPTY_RACK, type RackStep } from './rack.ts';
import { markUnheard, missPumps } from './rack-gaps.ts';
import { onFrame } from './session-frames.ts';
import {
  ask,
  cyclicPatienceMs,
  DRAIN_MS,
  HELLO_AFTER_SILENCE,
  HELLO_PAUSES_MS,
  LOSS_MS,
  MAX_NAKS,
  oweByte,
  pause,
  pauseOf,
  QUIET_MS,
  REPLY_DELAY_MS,
  SILENCE_MS,
  tell,
  followedBy,
  type Effect,
  type SessionStep,
  type State,
} from './session-state.ts';
import { readSettings } from './settings.ts';

export function start({ device, settings }: SessionContext): State {
  const never = { bed: undefined, version: undefined, deviceTime: undefined, trouble: undefined };
  return {
    ...never,
    source: device,
    settings: readSettings(settings),
    phase: { at: 'closed' },
    due: undefined,
    hasAskedVersion: false,
    isStuffed: true,
    attempt: 0,
    refusals: 0,
    naks: 0,
    isAnswerOwed: false,
    dataAt: monotonicMs(0),
    told: 'negotiating',
    toldReason: undefined,
    rack: EMPTY_RACK,
  };
}

export function step(state: State, input: SessionInput<Message>): SessionStep {
  return withWake(state, react(state, input), input.now);
}

function react(state: State, input: SessionInput<Message>): SessionStep {
  switch (input.type) {
    case 'opened':
      return open(state, input.now);
    case 'message':
      if (input.message.kind !== 'frame') return [state, []];
      return isDamaged(state, input.message.frame)
        ? onNoise(state, 'bad-length', input.now)
        : onFrame(state, input.message, input.now);
    case 'undecodable':
      return [onUnreadable(state, input.now), []];
    case 'noise':
      return onNoise(state, input.why, input.now);
    case 'tick':
      return onTick(state, input.now);
    case 'closing':
      return [{ ...state, phase: { at: 'closed' }, due: undefined }, []];
  }
}

/**
 * A wrong length is forgiven, but not together with the other way of stuffing than before: one damaged frame in 256 has the
 * right sum when it is read the wrong way.
 */
const isDamaged = ({ deviceTime, isStuffed }: State, frame: Frame): boolean =>
  frame.isLengthWrong && deviceTime !== undefined && frame.isStuffed === !isStuffed;

/** A new link. What the pumps said before stays known; an answer that the old link took with it is a gap. */
function open(state: State, now: MonotonicMs): SessionStep {
  const phase: State['phase'] =
    state.settings.mode === 'cyclic'
      ? { at: 'cyclic', until: later(now, cyclicPatienceMs(state.settings)), isNudged: false }
      : { at: 'drain', until: later(now, DRAIN_MS) };
  const fresh = { due: undefined, attempt: 0, refusals: 0, naks: 0, isAnswerOwed: false, trouble: undefined };
  const rack = wasUnderWay(state.phase) ? markUnheard(state.rack, seenIn(state.phase)) : state.rack;
  const opened: State = { ...state, ...fresh, rack, phase, dataAt: now, told: 'negotiating', toldReason: undefined };
  return [opened, [{ type: 'status', state: 'negotiating' }]];
}

/** In these phases a block may have been on its way, and with it what is told only once. */
const wasUnderWay = ({ at }: State['phase']): boolean => at === 'answer' || at === 'cyclic';

const NOBODY: ReadonlySet<string> = new Set();
const seenIn = (phase: State['phase']): ReadonlySet<string> => (phase.at === 'answer' ? phase.seen : NOBODY);

/** Its sum is right, so asking again brings the same: it is taken, or the pumps behind it are never reached. */
function onUnreadable(state: State, now: MonotonicMs): State {
  const { phase, rack } = state;
  switch (phase.at) {
    case 'closed':
      return state;
    case 'answer':
      return oweByte({ ...state, phase: { ...phase, isWhole: false } }, 'ack', now);
    case 'cyclic':
      return oweByte({ ...state, rack: markUnheard(rack, NOBODY) }, 'ack', now);
    default:
      return oweByte(state, 'ack', now);
  }
}

/** Damaged bytes are asked for again, three times; what nobody asked for is not. */
function onNoise(state: State, why: NoiseReason, now: MonotonicMs): SessionStep {
  const { phase } = state;
  const isAwaited = phase.at === 'hello' || phase.at === 'version' || phase.at === 'answer' || phase.at === 'cyclic';
  if (why === 'no-start' || !isAwaited) return [state, []];
  // One damaged block may come as several pieces: it is asked for again once.
  if (state.due?.kind === 'nak') return [state, []];
  if (state.naks >= MAX_NAKS) return giveUpBlock(state, now);
  const again = oweByte({ ...state, naks: state.naks + 1, trouble: 'Blocks arrive damaged.' }, 'nak', now);
  return [{ ...again, phase: { ...phase, until: later(now, REPLY_DELAY_MS + SILENCE_MS) } }, []];
}

function giveUpBlock(state: State, now: MonotonicMs): SessionStep {
  const { phase } = state;
  if (phase.at === 'cyclic') {
    return [oweByte({ ...state, naks: 0, rack: markUnheard(state.rack, NOBODY) }, 'ack', now), []];
  }
  if (phase.at !== 'answer') return [pause(state, 'alive', later(now, QUIET_MS)), []];
  const { rack, readings } = missed(state, phase.seen, now);
  return [pause({ ...state, rack }, 'get', later(now, QUIET_MS)), observed(readings)];
}

const missed = ({ rack, source }: State, seen: ReadonlySet<string>, now: MonotonicMs): RackStep =>
  missPumps(rack, seen, { source, now, doubts: [] });

const observed = (observations: RackStep['readings']): readonly Effect[] =>
  observations.length > 0 ? [{ type: 'observed', observations }] : [];

function onTick(state: State, now: MonotonicMs): SessionStep {
  return followedBy(
    followedBy(payByte(state, now), (paid) => onTime(paid, now)),
    (after) => tellSilence(after, now),
  );
}

function payByte(state: State, now: MonotonicMs): SessionStep {
  if (!state.due || now < state.due.at) return [state, []];
  return [{ ...state, due: undefined }, [{ type: 'send', query: { kind: state.due.kind } }]];
}

/** What happens when the phase's time is over. */
function onTime(state: State, now: MonotonicMs): SessionStep {
  const { phase } = state;
  if (phase.at === 'closed' || state.due || now < phase.until) return [state, []];
  switch (phase.at) {
    case 'drain':
      return ask(state, 'alive', now);
    case 'pause':
      return ask(state, phase.next, now);
    case 'hello':
      return onNoGreeting(state, now);
    case 'version':
      return [pause(state, 'get', now), []];
    case 'answer':
      return onNoAnswer(state, phase.seen, now);
    case 'cyclic':
      return onNoPush(state, phase.isNudged, now);
  }
}

function onNoGreeting(state: State, now: MonotonicMs): SessionStep {
  const attempt = state.attempt + 1;
  const isStuffed = attempt % 2 === 0 ? !state.isStuffed : state.isStuffed;
  const next: State = { ...state, attempt, isStuffed, trouble: 'The ComDevice does not answer.' };
  if (attempt < HELLO_PAUSES_MS.length)
    return [pause(next, 'alive', later(now, pauseOf(HELLO_PAUSES_MS, attempt))), []];
  return [{ ...next, phase: { at: 'closed' } }, [{ type: 'reopen', why: 'The ComDevice does not answer.' }]];
}

const NO_ANSWER = 'The ComDevice does not answer.';

function onNoAnswer(state: State, seen: ReadonlySet<string>, now: MonotonicMs): SessionStep {
  const trouble = NO_ANSWER;
  const { rack, readings } = missed(state, seen, now);
  const silent: State = { ...state, rack, trouble, isAnswerOwed: true, attempt: HELLO_AFTER_SILENCE };
  const pauseMs = pauseOf(HELLO_PAUSES_MS, HELLO_AFTER_SILENCE);
  return followedBy([pause(silent, 'alive', later(now, pauseMs)), observed(readings)], (after) =>
    tell(after, 'silent', trouble),
  );
}

/** A ComDevice that pushes stops when an ACK was lost; one more revives it. After that, the link is tried anew. */
function onNoPush(state: State, isNudged: boolean, now: MonotonicMs): SessionStep {
  const trouble = 'The ComDevice has stopped sending.';
  const silent: State = { ...state, trouble, rack: markUnheard(state.rack, NOBODY) };
  if (!isNudged) {
    const phase: State['phase'] = { at: 'cyclic', until: later(now, SILENCE_MS), isNudged: true };
    return followedBy([{ ...silent, phase }, [{ type: 'send', query: { kind: 'ack' } }]], (nudged) =>
      tell(nudged, 'silent', trouble),
    );
  }
  if (silent.settings.mode === 'request') return [pause(silent, 'alive', now), []];
  return [{ ...silent, phase: { at: 'closed' } }, [{ type: 'reopen', why: trouble }]];
}

/** However the conversation goes: people are told in time that there is nothing new, long before the question is given up. */
function tellSilence(state: State, now: MonotonicMs): SessionStep {
  const { phase, settings, told } = state;
  const patienceMs = phase.at === 'cyclic' ? cyclicPatienceMs(settings) : LOSS_MS;
  if (phase.at === 'closed' || told === 'silent' || now - state.dataAt < patienceMs) return [state, []];
  const why = phase.at === 'answer' || phase.at === 'hello' ? NO_ANSWER : 'Nothing new from the ComDevice.';
  return tell(state, 'silent', state.trouble ?? why);
}

/** Asks for a tick at the next instant that must be met, when that is a new one. */
function withWake(before: State, [state, effects]: SessionStep, now: MonotonicMs): SessionStep {
  const next = appointment(state);
  if (next === undefined || next === appointment(before)) return [state, effects];
  return [state, [...effects, { type: 'wake', afterMs: Math.max(0, next - now) }]];
}

function appointment({ due, phase }: State): MonotonicMs | undefined {
  if (due) return due.at;
  return phase.at === 'closed' ? undefined : phase.until;
}
