/**
 * The conversation with a base and its pumps, or with one pump that stands alone: what is done with an opened link, a frame,
 * damaged bytes and passing time. The states are drawn in `session-state.ts`, the questions in `stations.ts`.
 */
import { monotonicMs, type MonotonicMs } from '$lib/domain/index.ts';
import { DRIVER_TICK_MS, type NoiseReason, type SessionContext, type SessionInput } from '../driver.ts';
import { beginProbing, betterOf, goOnProbing, type ProbingStep } from '../probing.ts';
import { onAnswer, onNoAnswer, onRefusal, tellMutePumps } from './answers.ts';
import { linkErrorText, refusalText } from './errors.ts';
import { onEvent, onUnasked } from './events.ts';
import { BASE, STAND_ALONE, type Message } from './messages.ts';
import { newPump, type Pump } from './pump.ts';
import {
  followedBy,
  send,
  silenceText,
  tell,
  type Effect,
  type Result,
  type Running,
  type Silence,
  type State,
} from './session-state.ts';
import { readSettings } from './settings.ts';
import { lastQuestions, nextQuestion, openedBase, openedPump, VALUES_MS } from './stations.ts';

const REPLY_MS = 1000;
/** With the tick after it, 3 s at the most. */
const SILENT_AFTER_MS = 2750;
/** Longer than the base may wait before it is asked again. */
const OTHERS_HEARD_MS = 2000;

const NO_SUCH_ADDRESS = '4';
const NO_VALUES = 'no values from this pump for 3 s';

export function start({ device, settings }: SessionContext): State {
  return {
    source: device,
    settings: readSettings(settings),
    phase: { at: 'closed' },
    stations: new Map(),
    pumps: new Map(),
    baseName: undefined,
    maskTrouble: undefined,
    heard: 'nothing',
    heardAt: monotonicMs(0),
    trouble: undefined,
    told: 'negotiating',
    toldReason: undefined,
  };
}

export function step(state: State, input: SessionInput<Message>): Result {
  const { now } = input;
  if (input.type === 'opened') return open(state, now);
  if (state.phase.at === 'closed') return [state, []];
  switch (input.type) {
    case 'message':
      return onMessage(state, input.message, now);
    case 'undecodable':
      // Its sum is right, so it would only come again.
      return [listened(state, 'unknown'), state.phase.at === 'running' ? [send({ kind: 'ack' })] : []];
    case 'noise':
      return onNoise(state, input.why);
    case 'tick':
      return onTick(state, now);
    case 'closing':
      return [{ ...state, phase: { at: 'closed' } }, lastWords(state)];
  }
}

/** A reason from the time before stands until there is another: a screen must not flicker. */
function open(state: State, now: MonotonicMs): Result {
  const fresh: State = { ...state, stations: new Map(), heard: 'nothing', heardAt: now, trouble: undefined };
  return probe({ ...fresh, told: 'negotiating', toldReason: undefined }, beginProbing(now, { wasLive: false }));
}

const listened = (state: State, what: Silence): State => ({ ...state, heard: silenceOf(betterOf(state.heard, what)) });

const silenceOf = (best: ReturnType<typeof betterOf>): Silence => (best === 'answers' ? 'unknown' : best);

/** The question is for a session with whom we speak first. */
function probe(state: State, [probing, act]: ProbingStep): Result {
  const next: State = { ...state, phase: { at: 'probing', probing } };
  switch (act) {
    case 'wait':
      return [next, []];
    case 'ask':
      return [next, [send({ kind: 'question', address: state.settings.root, question: 'open' })]];
    case 'hint':
      return tell(next, state.told === 'live' ? 'silent' : state.told, silenceText(state));
    case 'give-up':
      return [{ ...state, phase: { at: 'closed' } }, [{ type: 'reopen', why: silenceText(state) }]];
  }
}

/** A wrong sum is told, so that the frame comes again; a stranger is told nothing. */
const onNoise = (state: State, why: NoiseReason): Result => [
  listened(state, 'noise'),
  why === 'bad-sum' && state.phase.at === 'running' ? [send({ kind: 'nak' })] : [],
];

function onMessage(state: State, message: Message, now: MonotonicMs): Result {
  switch (message.kind) {
    case 'enquiry':
      return [listened(state, 'unknown'), [send({ kind: 'alive' })]];
    case 'ack':
    case 'alive':
      return [listened(state, 'unknown'), []];
    case 'nak':
      return goingOn(onNak(listened(state, 'unknown'), message.code, now), now);
    case 'correct':
    case 'incorrect':
    case 'event': {
      const understood: State = { ...state, heard: 'nothing', heardAt: now, trouble: undefined };
      const [next, effects] = onFrame(understood, message, now);
      return goingOn([next, [send({ kind: 'ack' }), ...effects]], now);
    }
  }
}

function onNak(state: State, code: string, now: MonotonicMs): Result {
  const hint = code === NO_SUCH_ADDRESS ? ' Is the setting "pump" right?' : '';
  const refused: State = { ...state, trouble: `It refuses what it is sent (${linkErrorText(code)}).${hint}` };
  const { phase } = refused;
  if (phase.at !== 'running' || !phase.asking) return [refused, []];
  return onNoAnswer({ ...refused, phase: { ...phase, asking: undefined } }, phase.asking, now, DRIVER_TICK_MS);
}

type Frame = Extract<Message, { kind: 'correct' | 'incorrect' | 'event' }>;

function onFrame(state: State, frame: Frame, now: MonotonicMs): Result {
  const { phase, settings } = state;
  if (frame.kind === 'event') return followedBy(onEvent(state, frame, now), (next) => speakUp(next, now));
  if (phase.at !== 'running') {
    if (frame.address !== settings.root) return onUnasked(state, frame, now);
    if (frame.kind === 'correct') return [begin(state, phase.at === 'probing' && phase.probing.question > 0, now), []];
    return [{ ...state, trouble: `It refuses the session (${refusalText(frame.code)}).` }, []];
  }
  if (frame.kind === 'incorrect' && frame.code === '0D') return beginAnew(state, now);
  const { asking } = phase;
  if (!asking || asking.address !== frame.address) return onUnasked(state, frame, now);
  const answered: State = { ...state, phase: { ...phase, asking: undefined } };
  if (frame.kind === 'correct') return onAnswer(answered, asking, frame.fields, now);
  const isSessionGone = frame.code === '1E' && asking.address === STAND_ALONE;
  return isSessionGone ? beginAnew(answered, now) : onRefusal(answered, asking, frame.code, now);
}

/** The session is open. @param isRepeated it was asked for more than once, and another answer may be under way. */
function begin(state: State, isRepeated: boolean, now: MonotonicMs): State {
  const { root } = state.settings;
  const first = root === BASE ? openedBase(now) : openedPump(root, now);
  const station = isRepeated ? { ...first, quietUntil: monotonicMs(now + REPLY_MS) } : first;
  const pumps = root === BASE || state.pumps.has(root) ? state.pumps : new Map([[root, newPump(root, now)]]);
  const phase: Running = { at: 'running', since: now, asking: undefined };
  return { ...state, phase, pumps, stations: new Map([[root, station]]) };
}

/** The session is gone: asked for at once, unless it was opened just now. */
function beginAnew(state: State, now: MonotonicMs): Result {
  const { phase } = state;
  const isHasty = phase.at === 'running' && now - phase.since < 2 * REPLY_MS;
  return probe({ ...state, stations: new Map() }, beginProbing(now, { wasLive: isHasty }));
}

/** Someone speaks while we pause between two attempts: asked at once. */
function speakUp(state: State, now: MonotonicMs): Result {
  const { phase } = state;
  const isPausing = phase.at === 'probing' && !phase.probing.isAsked;
  return isPausing ? probe(state, beginProbing(now, { wasLive: false })) : [state, []];
}

const goingOn = (result: Result, now: MonotonicMs): Result => followedBy(result, (state) => goOn(state, now));

/** The next question, when none is open. A base that has nothing to be asked is asked whether it is there. */
function goOn(state: State, now: MonotonicMs): Result {
  const { phase, stations } = state;
  if (phase.at !== 'running' || phase.asking) return [state, []];
  const base = stations.get(BASE);
  const isQuiet = base !== undefined && now >= base.quietUntil && now - state.heardAt >= VALUES_MS;
  const next = nextQuestion(stations, now) ?? (isQuiet ? ({ address: BASE, question: 'modules' } as const) : undefined);
  if (!next) return [state, []];
  return [{ ...state, phase: { ...phase, asking: { ...next, at: now } } }, [send({ kind: 'question', ...next })]];
}

function onTick(state: State, now: MonotonicMs): Result {
  const { phase } = state;
  switch (phase.at) {
    case 'closed':
      return [state, []];
    case 'probing':
      return followedBy(tellSilence(state, now), (next) => probe(next, goOnProbing(phase.probing, now)));
    case 'running':
      return runOn(state, phase, now);
  }
}

const isSilent = ({ heardAt }: State, now: MonotonicMs): boolean => now - heardAt >= SILENT_AFTER_MS;

/** Who was live and is not heard any more, whatever we are just trying. */
const tellSilence = (state: State, now: MonotonicMs): Result =>
  state.told === 'live' && isSilent(state, now) ? tell(state, 'silent', silenceText(state)) : [state, []];

function runOn(state: State, phase: Running, now: MonotonicMs): Result {
  if (isSilent(state, now)) {
    return followedBy(tellSilence(state, now), (silent) =>
      probe({ ...silent, stations: new Map() }, beginProbing(now, { wasLive: true })),
    );
  }
  const { asking } = phase;
  const isOver = asking !== undefined && now - asking.at >= REPLY_MS;
  const waited: Result = isOver
    ? onNoAnswer({ ...state, phase: { ...phase, asking: undefined } }, asking, now)
    : [state, []];
  return goingOn(
    followedBy(waited, (next) => tellMute(next, phase.since, now)),
    now,
  );
}

/** It is the pump that says nothing when others are heard well after its last word. */
function tellMute(state: State, runningSince: MonotonicMs, now: MonotonicMs): Result {
  const isMute = ({ heardAt }: Pump): boolean => {
    const since = Math.max(heardAt, runningSince);
    return now - since >= SILENT_AFTER_MS && state.heardAt - since >= OTHERS_HEARD_MS;
  };
  return tellMutePumps(state, isMute, NO_VALUES, now);
}

const lastWords = ({ phase, stations }: State): readonly Effect[] =>
  phase.at === 'running' ? lastQuestions(stations).map((last) => send({ kind: 'question', ...last })) : [];
