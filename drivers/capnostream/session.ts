/**
 * The conversation with one Capnostream.
 *
 *   closed ── opened ──▶ enabling ── identity, or data ──▶ started ── numerics ──▶ live
 *                          │  ▲ asks every second             │
 *                          │  ╰──── nothing at all for 900 ms ┤
 *                          ╰── asked 10 times: reopen         ╰── no numerics for 3 s: silent, start is sent again
 *
 * While it is started the monitor is told every 5 s that we are still there. A numerics frame that comes again byte for byte,
 * its clock included, is no news. Now and then a frame comes whose fields have slipped by one place, with a right checksum:
 * its saturation is then the respiratory rate of the frame before, and it is dropped.
 */
import { monotonicMs, type DeviceAlarm, type DeviceId, type MonotonicMs } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '../driver.ts';
import type { Identity, Message, NumericsFrame, Query } from './messages.ts';
import { deviceAlarmOf, numericsOf } from './observations.ts';
import { addSample, flushQuiet, type Trace } from './trace.ts';

const ASK_EVERY_MS = 1000;
const MAX_QUESTIONS = 10;
/** 18 samples of the waveform. */
const QUIET_MS = 900;
/** Three numerics frames. */
export const SILENT_AFTER_MS = 3000;
const ALIVE_EVERY_MS = 5000;

const SILENCES = {
  quiet: 'Nothing comes from the monitor any more; it is asked again.',
  waves: 'The waveform comes, but no new numbers; they are asked for again.',
  shifted: 'The numbers come with their fields displaced; they are not shown.',
} as const;

const SUSPICIONS = {
  nothing: 'Not a byte has come from the monitor. Look at the cable; its line runs at 115200 baud.',
  noise: 'Bytes come from the monitor, but no frame is right. Check 115200 baud, 8 data bits, no parity, 1 stop bit.',
  frames: 'The monitor sends frames but does not answer.',
} as const;

export interface State {
  readonly source: DeviceId;
  readonly phase: 'closed' | 'enabling' | 'started';
  /** Since the link was opened. */
  readonly heard: keyof typeof SUSPICIONS;
  readonly questions: number;
  readonly askedAt: MonotonicMs;
  readonly frameAt: MonotonicMs;
  readonly newsAt: MonotonicMs;
  readonly aliveAt: MonotonicMs;
  readonly told: 'negotiating' | 'live' | 'silent';
  readonly last: keyof typeof SILENCES;
  readonly identity: string | undefined;
  /** Of the last numerics frame that counted. */
  readonly hex: string | undefined;
  readonly respiratoryRate: NumericsFrame['respiratoryRate'];
  readonly unit: number | undefined;
  readonly fastStatus: number;
  readonly alarms: DeviceAlarm | undefined;
  readonly trace: Trace | undefined;
}

type Effect = SessionEffect<Query>;
type Result = Step<State, Query>;

const send = (query: Query): Effect => ({ type: 'send', query });

export function start({ device }: SessionContext): State {
  const never = monotonicMs(0);
  return {
    source: device,
    phase: 'closed',
    heard: 'nothing',
    questions: 0,
    askedAt: never,
    frameAt: never,
    newsAt: never,
    aliveAt: never,
    told: 'negotiating',
    last: 'quiet',
    identity: undefined,
    hex: undefined,
    respiratoryRate: 'none',
    unit: undefined,
    fastStatus: 0,
    alarms: undefined,
    trace: undefined,
  };
}

export function step(state: State, input: SessionInput<Message>): Result {
  const { now } = input;
  switch (input.type) {
    case 'opened':
      return enable({ ...state, heard: 'nothing', questions: 0, told: 'negotiating', fastStatus: 0 }, now);
    case 'message':
      return onMessage({ ...state, heard: 'frames', frameAt: now }, input.message, now);
    case 'undecodable':
      return [{ ...state, heard: 'frames', frameAt: now }, []];
    case 'noise':
      return [{ ...state, heard: state.heard === 'nothing' ? 'noise' : state.heard }, []];
    case 'tick':
      return onTick(state, now);
    case 'closing':
      return [{ ...state, phase: 'closed' }, state.phase === 'closed' ? [] : [send('stop'), send('disable')]];
  }
}

const enable = (state: State, now: MonotonicMs): Result => [
  { ...state, phase: 'enabling', questions: state.questions + 1, askedAt: now },
  [send('enable')],
];

function onMessage(state: State, message: Message, now: MonotonicMs): Result {
  switch (message.kind) {
    case 'identity':
      return begin({ ...state, identity: nameOf(message) }, now);
    case 'wave': {
      const [trace, observations] = addSample(state.trace, message, state.unit, state.source, now);
      const next = { ...dataCame(state, now), trace, fastStatus: message.status };
      return [next, observations.length > 0 ? [{ type: 'observed', observations }] : []];
    }
    case 'numerics':
      return onNumerics(dataCame(state, now), message, now);
    case 'revision':
    case 'setup':
      return [state, []];
  }
}

function nameOf({ text, details }: Identity): string {
  if (!details) return `Capnostream "${text}".`;
  const { version, serial, oximetry } = details;
  return `Capnostream ${version}, serial number ${serial}, oximetry ${oximetry}.`;
}

/** The monitor has answered: it is asked for its data, and told that we are there. */
const begin = (state: State, now: MonotonicMs): Result => [
  { ...state, phase: 'started', questions: 0, askedAt: now, aliveAt: now },
  [send('start'), send('alive'), send('host-id')],
];

/** Data that nobody asked for on this link: the monitor goes on from before, or a recording is read. */
const dataCame = (state: State, now: MonotonicMs): State =>
  state.phase === 'enabling' ? { ...state, phase: 'started', questions: 0, askedAt: now } : state;

function onNumerics(state: State, message: NumericsFrame & { readonly hex: string }, now: MonotonicMs): Result {
  if (message.hex === state.hex) return [{ ...state, last: 'waves' }, []];
  const isShifted = state.respiratoryRate !== 'none' && message.saturation === state.respiratoryRate;
  if (isShifted) return [{ ...state, last: 'shifted' }, []];
  const { hex, respiratoryRate, unit } = message;
  const live: State = { ...state, hex, respiratoryRate, unit, newsAt: now, told: 'live', last: 'quiet' };
  const alarms = deviceAlarmOf(message, state.fastStatus, state.source, now);
  const isAlarmNews = state.alarms === undefined || !isSameAlarm(state.alarms, alarms);
  const observations = [numericsOf(message, state.fastStatus, state.source, now), ...(isAlarmNews ? [alarms] : [])];
  const status: readonly Effect[] = state.told === 'live' ? [] : [tell('live', state.identity)];
  return [{ ...live, alarms }, [...status, { type: 'observed', observations }]];
}

const isSameAlarm = (a: DeviceAlarm, b: DeviceAlarm): boolean =>
  a.isSilenced === b.isSilenced && a.alarms.map(({ text }) => text).join() === b.alarms.map(({ text }) => text).join();

const tell = (state: State['told'], reason: string | undefined): Effect =>
  reason === undefined ? { type: 'status', state } : { type: 'status', state, reason };

function onTick(before: State, now: MonotonicMs): Result {
  if (before.phase === 'closed') return [before, []];
  const [trace, blocks] = flushQuiet(before.trace, before.source, now);
  const [state, effects] =
    before.phase === 'enabling' ? askAgain({ ...before, trace }, now) : keepUp({ ...before, trace }, now);
  const observed: readonly Effect[] = blocks.length > 0 ? [{ type: 'observed', observations: blocks }] : [];
  const isSilent = state.told === 'live' && now - state.newsAt >= SILENT_AFTER_MS;
  const told: readonly Effect[] = isSilent ? [tell('silent', SILENCES[state.last])] : [];
  return [isSilent ? { ...state, told: 'silent' } : state, [...observed, ...told, ...effects]];
}

function askAgain(state: State, now: MonotonicMs): Result {
  if (now - state.askedAt < ASK_EVERY_MS) return [state, []];
  if (state.questions < MAX_QUESTIONS) return enable(state, now);
  const why = `${MAX_QUESTIONS} requests were not answered. ${SUSPICIONS[state.heard]}`;
  return [{ ...state, phase: 'closed' }, [{ type: 'reopen', why }]];
}

function keepUp(state: State, now: MonotonicMs): Result {
  if (now - Math.max(state.frameAt, state.askedAt) >= QUIET_MS) return enable({ ...state, last: 'quiet' }, now);
  const isOverdue = now - Math.max(state.newsAt, state.askedAt) >= SILENT_AFTER_MS;
  const isAliveDue = now - state.aliveAt >= ALIVE_EVERY_MS;
  return [
    {
      ...state,
      ...(isOverdue && { askedAt: now, last: state.last === 'quiet' ? ('waves' as const) : state.last }),
      ...(isAliveDue && { aliveAt: now }),
    },
    [...(isOverdue ? [send('start')] : []), ...(isAliveDue ? [send('alive'), send('host-id')] : [])],
  ];
}
