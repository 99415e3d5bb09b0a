/**
 * The conversation with one monitor.
 *
 *   closed ── opened ──▶ requesting ── displayed record ──▶ streaming
 *                          │  ▲                                │ none for 13 s: silent
 *                          │  ╰──── asks again, 3 × 13 s ◀─────╯
 *                          ╰── three requests unanswered ──▶ reopen (closed)
 *
 * Nobody says no in this protocol: an answer is that data come. So data are used whether they were asked for or not, which
 * is also how a recording is read that nobody answers from. Auxiliary records and waveforms are asked for again by
 * themselves when they stay away; a monitor that never sends auxiliary records is in order (`nibp.ts`).
 */
import { monotonicMs, type MonotonicMs, type Observation } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '../driver.ts';
import { EMPTY_INTAKE, take, type Intake } from './intake.ts';
import { ALL_CLASSES } from './layout-table.ts';
import type { Message, Query } from './messages.ts';
import { AUXILIARY_INTERVAL_S } from './nibp.ts';
import { recognise, type KnownRecords } from './repeats.ts';
import { planWaves, type WavePlan } from './wave-plan.ts';

export const DISPLAY_INTERVAL_S = 5;
/** 2.5 intervals and a little. */
export const SILENT_AFTER_MS = 13_000;
const MAX_REQUESTS = 3;
const HINT_AFTER_MS = 10_000;
const AUXILIARY_PATIENCE_MS = 2 * AUXILIARY_INTERVAL_S * 1000;
/** The monitor begins within 1 s; it stops by itself when the line was blocked. */
const WAVE_PATIENCE_MS = 5000;
const ALARM_LEVEL = 10;
const ALARM_COMMANDS = { follow: 2, leave: 3 } as const;

const DISPLAYED: Query = {
  type: 'physiological',
  record: 'displayed',
  intervalS: DISPLAY_INTERVAL_S,
  classes: ALL_CLASSES,
};
const AUXILIARY: Query = { type: 'physiological', record: 'auxiliary', intervalS: AUXILIARY_INTERVAL_S, classes: 0 };

/** What silence usually means, for the person at the cable. */
const SUSPICIONS = {
  nothing:
    'Not a byte has come from the monitor. Its interface needs RTS and CTS wired through (null-modem cable on most models) ' +
    'and even parity (19200 8E1).',
  noise: 'Bytes come from the monitor, but no frame is right. Check 19200 baud, 8 data bits, even parity, 1 stop bit.',
  records: '',
} as const;

/** Something that is asked for beside the displayed records: since when it is missing, and how often it was asked for. */
interface Asked {
  readonly since: MonotonicMs;
  readonly requests: number;
}

type Phase =
  | { readonly at: 'closed' }
  | {
      readonly at: 'requesting';
      readonly since: MonotonicMs;
      readonly requests: number;
      readonly wasLive: boolean;
      readonly hasHinted: boolean;
    }
  | { readonly at: 'streaming'; readonly lastAt: MonotonicMs };

export interface State {
  readonly context: SessionContext;
  readonly plan: WavePlan;
  readonly phase: Phase;
  /** Since the link was opened. */
  readonly heard: 'nothing' | 'noise' | 'records';
  readonly auxiliary: Asked;
  readonly waves: Asked;
  readonly followsAlarms: boolean;
  readonly known: KnownRecords;
  /** Records that came again and were not observed twice, since the start. */
  readonly repeats: number;
  readonly intake: Intake;
}

type Effect = SessionEffect<Query>;
type Result = Step<State, Query>;

const NOT_ASKED: Asked = { since: monotonicMs(0), requests: 0 };

export function start(context: SessionContext): State {
  return {
    context,
    plan: planWaves(context.settings),
    phase: { at: 'closed' },
    heard: 'nothing',
    auxiliary: NOT_ASKED,
    waves: NOT_ASKED,
    followsAlarms: false,
    known: [],
    repeats: 0,
    intake: EMPTY_INTAKE,
  };
}

export function step(state: State, input: SessionInput<Message>): Result {
  switch (input.type) {
    case 'opened':
      return open(state, input.now);
    case 'message':
      return hear(state, input.message, input.now);
    case 'undecodable':
    case 'noise':
      return [{ ...state, heard: state.heard === 'nothing' ? 'noise' : state.heard }, []];
    case 'tick':
      return tick(state, input.now);
    case 'closing':
      return [{ ...state, phase: { at: 'closed' } }, state.phase.at === 'closed' ? [] : cancel(state)];
  }
}

/** What was told stays told over a break of the link; the record numbers say what of the waveforms is missing. */
function open(state: State, now: MonotonicMs): Result {
  const { context, repeats, intake } = state;
  const anew: State = { ...start(context), repeats, intake };
  const [next, effects] = request(anew, now, { requests: 1, wasLive: false });
  const { remark } = state.plan;
  return [next, remark === undefined ? effects : [...effects, status(next, remark)]];
}

/** Asks for everything; a request replaces what was asked before. */
function request(
  state: State,
  now: MonotonicMs,
  { requests, wasLive }: { requests: number; wasLive: boolean },
): Result {
  const asked: Asked = { since: now, requests: 1 };
  const phase: Phase = { at: 'requesting', since: now, requests, wasLive, hasHinted: requests > 1 };
  return [
    { ...state, phase, auxiliary: asked, waves: asked, followsAlarms: false },
    [send(DISPLAYED), send(AUXILIARY), ...askForWaves(state)],
  ];
}

function cancel(state: State): readonly Effect[] {
  return [
    send({ type: 'physiological', record: 'displayed', intervalS: 0, classes: 0 }),
    send({ type: 'physiological', record: 'auxiliary', intervalS: 0, classes: 0 }),
    ...(state.plan.types.length > 0 ? [send({ type: 'waveform', action: 'stop', waveforms: [] })] : []),
    ...(state.followsAlarms ? [send({ type: 'alarm', command: ALARM_COMMANDS.leave })] : []),
  ];
}

const send = (query: Query): Effect => ({ type: 'send', query });
const observe = (observations: readonly Observation[]): readonly Effect[] =>
  observations.length > 0 ? [{ type: 'observed', observations }] : [];
const askForWaves = ({ plan: { types } }: State): readonly Effect[] =>
  types.length > 0 ? [send({ type: 'waveform', action: 'start', waveforms: types })] : [];

function status({ phase }: State, reason?: string): Effect {
  const state =
    phase.at === 'streaming' ? 'live' : phase.at === 'requesting' && phase.wasLive ? 'silent' : 'negotiating';
  return reason === undefined ? { type: 'status', state } : { type: 'status', state, reason };
}

function hear(state: State, message: Message, now: MonotonicMs): Result {
  // Our own words on a line that echoes.
  if (message.kind === 'request') return [{ ...state, heard: 'records' }, []];
  const { known, isRepeat } = recognise(state.known, message.identity);
  const heard: State = { ...state, known, heard: 'records' };
  if (isRepeat) return countRepeat(heard);
  const [intake, observations] = take(state.intake, message, { source: state.context.device, at: now });
  const next = noteArrival({ ...heard, intake }, message, now);
  const isNewlyLive = next.phase.at === 'streaming' && state.phase.at !== 'streaming';
  const canFollow = message.header.level >= ALARM_LEVEL && !state.followsAlarms;
  return [
    { ...next, followsAlarms: state.followsAlarms || canFollow },
    [
      ...(isNewlyLive ? [status(next, state.plan.remark)] : []),
      ...observe(observations),
      ...(canFollow ? [send({ type: 'alarm', command: ALARM_COMMANDS.follow })] : []),
    ],
  ];
}

function countRepeat(state: State): Result {
  const repeats = state.repeats + 1;
  const isWorthSaying = repeats === 1 || repeats % 100 === 0;
  const reason = `The monitor sent ${repeats} records again, byte for byte; they are not counted as new values.`;
  return [{ ...state, repeats }, isWorthSaying ? [status(state, reason)] : []];
}

/** What this kind of record shows to be flowing. */
function noteArrival(state: State, message: Message, now: MonotonicMs): State {
  const arrived: Asked = { since: now, requests: 0 };
  if (message.kind === 'waveform') return { ...state, waves: arrived };
  if (message.kind !== 'physiological') return state;
  const isDisplayed = message.classes.some(({ kind }) => kind === 'displayed');
  return {
    ...state,
    auxiliary: message.auxiliary ? arrived : state.auxiliary,
    phase: isDisplayed ? { at: 'streaming', lastAt: now } : state.phase,
  };
}

function tick(state: State, now: MonotonicMs): Result {
  const { phase } = state;
  switch (phase.at) {
    case 'closed':
      return [state, []];
    case 'requesting':
      return now - phase.since >= SILENT_AFTER_MS
        ? askAgainOrGiveUp(state, phase.requests, phase.wasLive, now)
        : hint(state, phase, now);
    case 'streaming': {
      if (now - phase.lastAt < SILENT_AFTER_MS) return askForMissing(state, now);
      const [next, effects] = request(state, now, { requests: 1, wasLive: true });
      return [
        next,
        [status(next, `No new numbers for ${SILENT_AFTER_MS / 1000} s; they are asked for again.`), ...effects],
      ];
    }
  }
}

function askAgainOrGiveUp(state: State, requests: number, wasLive: boolean, now: MonotonicMs): Result {
  if (requests < MAX_REQUESTS) return request(state, now, { requests: requests + 1, wasLive });
  const why = `${MAX_REQUESTS} requests were not answered with numbers. ${SUSPICIONS[state.heard]}`;
  return [{ ...state, phase: { at: 'closed' } }, [{ type: 'reopen', why: why.trim() }]];
}

/** Once, while the first request is unanswered. */
function hint(state: State, phase: Extract<Phase, { at: 'requesting' }>, now: MonotonicMs): Result {
  const isDue = !phase.hasHinted && !phase.wasLive && now - phase.since >= HINT_AFTER_MS && state.heard !== 'records';
  if (!isDue) return [state, []];
  const next: State = { ...state, phase: { ...phase, hasHinted: true } };
  return [next, [status(next, SUSPICIONS[state.heard])]];
}

/** Auxiliary records and waveforms that stay away while numbers come: asked for again, three times at most. */
function askForMissing(state: State, now: MonotonicMs): Result {
  const { auxiliary, waves } = state;
  const again = ({ requests }: Asked): Asked => ({ since: now, requests: requests + 1 });
  const isOverdue = ({ since, requests }: Asked, patienceMs: number) =>
    requests < MAX_REQUESTS && now - since >= patienceMs;
  const lacksAuxiliary = isOverdue(auxiliary, AUXILIARY_PATIENCE_MS);
  const lacksWaves = isOverdue(waves, WAVE_PATIENCE_MS);
  return [
    { ...state, auxiliary: lacksAuxiliary ? again(auxiliary) : auxiliary, waves: lacksWaves ? again(waves) : waves },
    [...(lacksAuxiliary ? [send(AUXILIARY)] : []), ...(lacksWaves ? askForWaves(state) : [])],
  ];
}
