/**
 * The conversation with a base and its pumps, or with one pump that stands alone: what is done with an opened link, a frame,
 * damaged bytes and passing time. The states are drawn in `session-state.ts`, the questions in `stations.ts`.
 */
import { monotonicMs, type MonotonicMs } from '$lib/domain/index.ts';
import { DRIVER_TICK_MS, type NoiseReason, type SessionContext, type SessionInput } from '../driver.ts';
import { beginProbing, betterOf, goOnProbing, type ProbingStep } from '../probing.ts';
import { onAnswer, onNoAnswer, onRefusal, takeValues, tellMutePumps } from './answers.ts';
import { linkErrorText, refusalText } from './errors.ts';
import { BASE, MODULES, STAND_ALONE, type EventStatus, type Message, type PumpAddress } from './messages.ts';
import { newPump, type Pump } from './pump.ts';
import {
  followedBy,
  send,
  tell,
  withPump,
  type Effect,
  type Result,
  type Running,
  type Silence,
  type State,
} from './session-state.ts';
import { readSettings } from './settings.ts';
import { nextQuestion, openedBase, openedPump, VALUES_MS } from './stations.ts';
import { readVariables } from './variables.ts';

const REPLY_MS = 1000;
/** With the tick after it, 3 s at the most. */
const SILENT_AFTER_MS = 2750;
/** Longer than the base may wait before it is asked again. */
const OTHERS_HEARD_MS = 2000;

const SUSPICIONS: Readonly<Record<Silence, string>> = {
  nothing: 'Not a byte comes. Look at the cable, and whether the serial port is the one for data.',
  noise: 'Bytes come, but no frame is right. Look at the line: 19200 baud, 7 data bits, even parity, 1 stop bit.',
  unknown: 'Something comes, but no answer. A pump that stands alone has no base: for it, set "pump" to "stand-alone".',
};

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

const silenceText = ({ settings, trouble, heard: what }: State): string =>
  `${settings.root === BASE ? 'The base' : 'The pump'} does not answer. ${trouble ?? SUSPICIONS[what]}`;

/** The question is for a session with whom we speak first. */
function probe(state: State, [probing, act]: ProbingStep): Result {
  const next: State = { ...state, phase: { at: 'probing', probing } };
  switch (act) {
    case 'wait':
      return [next, []];
    case 'ask':
      return [next, [send({ kind: 'question', address: state.settings.root, question: 'open' })]];
    case 'hint':
      return tell(next, 'negotiating', silenceText(state));
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
  const refused: State = { ...state, trouble: `It refuses what it is sent (${linkErrorText(code)}).` };
  const { phase } = refused;
  if (phase.at !== 'running' || !phase.asking) return [refused, []];
  return onNoAnswer({ ...refused, phase: { ...phase, asking: undefined } }, phase.asking, now, DRIVER_TICK_MS);
}

type Frame = Extract<Message, { kind: 'correct' | 'incorrect' | 'event' }>;

function onFrame(state: State, frame: Frame, now: MonotonicMs): Result {
  const { phase, settings } = state;
  if (frame.kind === 'event') return onEvent(state, frame, now);
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

/** Ours are the modules of a base, or the pump that stands alone. @returns undefined for an address that is not ours. */
function pumpAddressOf({ settings }: State, address: string): PumpAddress | undefined {
  if (settings.root === STAND_ALONE) return address === STAND_ALONE ? STAND_ALONE : undefined;
  return MODULES.find((module) => module === address);
}

interface Event {
  readonly address: string;
  readonly status: EventStatus;
  readonly fields: readonly string[];
}

/** Acknowledged by a frame of its own, or it comes again; one that comes again is not told again. */
function onEvent(state: State, { address: sender, status, fields }: Event, now: MonotonicMs): Result {
  const address = pumpAddressOf(state, sender);
  // Without a field it is nobody's event: perhaps our own acknowledgement, from a plug that gives back what it is sent.
  if (address === undefined || fields.length === 0) return [state, []];
  const pump = state.pumps.get(address) ?? newPump(address, now);
  const lastEvent = fields.join(';');
  const variables = status === 'E' && pump.lastEvent !== lastEvent ? readVariables(fields) : undefined;
  const told: Result = variables
    ? takeValues(withPump(state, { ...pump, lastEvent }), address, variables, now)
    : [state, []];
  const acknowledged: Result = [state, [send({ kind: 'event-ack', address, status })]];
  return followedBy(
    followedBy(acknowledged, () => told),
    (next) => speakUp(next, now),
  );
}

/** Someone speaks while we pause between two attempts: asked at once. */
function speakUp(state: State, now: MonotonicMs): Result {
  const { phase } = state;
  const isPausing = phase.at === 'probing' && !phase.probing.isAsked;
  return isPausing ? probe(state, beginProbing(now, { wasLive: false })) : [state, []];
}

/** Values that say themselves what they are are taken, as from a recording; not those that come late. */
function onUnasked(state: State, frame: Exclude<Frame, { kind: 'event' }>, now: MonotonicMs): Result {
  const address = pumpAddressOf(state, frame.address);
  const variables = frame.kind === 'correct' ? readVariables(frame.fields) : undefined;
  if (address === undefined || !variables) return [state, []];
  const station = state.stations.get(address);
  const isLate = station !== undefined && (station.misses > 0 || now < station.quietUntil);
  return isLate ? [state, []] : takeValues(state, address, variables, now);
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
      return probe(state, goOnProbing(phase.probing, now));
    case 'running':
      return runOn(state, phase, now);
  }
}

function runOn(state: State, phase: Running, now: MonotonicMs): Result {
  if (now - state.heardAt >= SILENT_AFTER_MS) {
    return followedBy(tell(state, 'silent', silenceText(state)), (silent) =>
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

/** Reporting off and the sessions closed, the base's last. */
function lastWords({ phase, stations }: State): readonly Effect[] {
  if (phase.at !== 'running') return [];
  const open = [...stations.values()].filter(({ isOpen }) => isOpen).reverse();
  return open.flatMap(({ address }) => [
    ...(address === BASE ? [] : [send({ kind: 'question', address, question: 'disable-events' })]),
    send({ kind: 'question', address, question: 'close' }),
  ]);
}
