/**
 * The conversation with one oximeter. It talks by itself, so the conversation is listening (`../listening.ts`); all that can
 * be asked of it is to talk in another format, and that is asked only while it says nothing that counts:
 *
 *   nothing for 2.5 s after opening, or no reading for 3 s ──▶ asked, again after 1 s (after an ACK 5 s), 3 times in all
 *
 * What counts: a packet with its numbers, a line, a spot check that was taken now, and a reading of format 8 that keeps its
 * rhythm: it has no sum, so it must follow another one, with no other byte between, not sooner than half a second after it.
 * Spot checks are no stream: they do not make a link live, except where they are what the setting asks for, and there they
 * may stay away for any time.
 */
import { later, monotonicMs, type DeviceId, type MonotonicMs, type Observation } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '$drivers/driver.ts';
import { hear, hearNews, listen, notListening, passTime, stopListening, type Listening } from '$drivers/listening.ts';
import type { BinaryFormat, Format, Message, Query, Reading } from './messages.ts';
import { numericsOf, valuesOf } from './observations.ts';
import { formatName, readFormat, type FormatSetting } from './settings.ts';
import { traceOf, type PlethClock } from './trace.ts';

export const SILENT_AFTER_MS = 3000;
export const GIVE_UP_AFTER_MS = 10_000;
/** So long a new link is listened to before anything is asked: a first reading of format 8 is seen after 2 s at the latest. */
const LISTEN_MS = 2500;
const ACK_PATIENCE_MS = 1000;
const DATA_PATIENCE_MS = 5000;
const MAX_REQUESTS = 3;
const DF8_RHYTHM_MS = 500;

const NOTHING =
  'Not a byte has come from the oximeter. Is it on, and does the cable have its level? Many outputs are TTL (3.3 or 5 V) and ' +
  'need a TTL cable, not RS-232.';
const NO_READINGS =
  'Bytes come from the oximeter, but no readings are among them. Check 9600 baud, 8 data bits, no parity, 1 stop bit.';
const REFUSED = 'The oximeter refuses the data format that it was asked for.';
const SILENCE = `No reading from the oximeter for ${SILENT_AFTER_MS / 1000} s.`;
const BETWEEN_SPOT_CHECKS = 'The oximeter sends single readings, each when it is complete.';

export interface State {
  readonly source: DeviceId;
  readonly wanted: FormatSetting;
  readonly listening: Listening;
  readonly requests: { readonly count: number; readonly nextAt: MonotonicMs; readonly isRefused: boolean };
  /** Of the last reading that counted since the link was opened. */
  readonly format: Format | undefined;
  /** Of the last reading that is not of the wanted format. */
  readonly foreign: Format | undefined;
  /** When the last reading of format 8 came, if nothing has come since. */
  readonly df8At: MonotonicMs | undefined;
  readonly pleth: PlethClock;
}

type Effect = SessionEffect<Query>;
type Result = Step<State, Query>;

const requestsFrom = (nextAt: MonotonicMs): State['requests'] => ({ count: 0, nextAt, isRefused: false });

const NOTHING_KNOWN = { format: undefined, foreign: undefined, df8At: undefined, pleth: undefined } as const;

export const start = ({ device, settings }: SessionContext): State => ({
  source: device,
  wanted: readFormat(settings),
  listening: notListening(monotonicMs(0)),
  requests: requestsFrom(monotonicMs(0)),
  ...NOTHING_KNOWN,
});

export function step(state: State, input: SessionInput<Message>): Result {
  const { now } = input;
  switch (input.type) {
    case 'opened': {
      const [listening, effects] = listen(state.listening, now);
      return [{ ...state, ...NOTHING_KNOWN, listening, requests: requestsFrom(later(now, LISTEN_MS)) }, effects];
    }
    case 'message':
      return take(
        { ...state, listening: hear(state.listening, now), df8At: undefined },
        input.message,
        now,
        state.df8At,
      );
    case 'undecodable':
    case 'noise':
      return [{ ...state, listening: hear(state.listening, now), df8At: undefined, pleth: undefined }, []];
    case 'tick':
      return tick(state, now);
    case 'closing':
      return [{ ...state, listening: stopListening(state.listening) }, []];
  }
}

function take(state: State, message: Message, now: MonotonicMs, df8At: MonotonicMs | undefined): Result {
  const { requests } = state;
  switch (message.kind) {
    case 'packet':
    case 'line':
    case 'reading':
    case 'spot-check':
      return takeReading(state, message, now, df8At);
    case 'ack':
      return [{ ...state, requests: { ...requests, nextAt: later(now, dataPatienceMs(state)) } }, []];
    case 'nak':
      return [{ ...state, requests: { ...requests, isRefused: requests.count > 0 } }, []];
    case 'text':
    case 'date-time':
    case 'serial-number':
    case 'bluetooth-timeout':
    case 'command':
      return [state, []];
  }
}

function takeReading(state: State, reading: Reading, now: MonotonicMs, df8At: MonotonicMs | undefined): Result {
  const { source, wanted } = state;
  const { kind, format } = reading;
  const noted: State = { ...state, df8At: kind === 'reading' ? now : undefined };
  if (wanted !== 'auto' && wanted !== format) return [{ ...noted, foreign: format }, []];
  if (!counts(state, reading, now, df8At)) return [kind === 'reading' ? awaitRhythm(noted, now) : noted, []];
  const values = valuesOf(reading);
  const deviceTime = kind === 'spot-check' ? reading.deviceTime : undefined;
  const numerics = values ? [numericsOf(values, source, now, deviceTime)] : [];
  const [pleth, ...blocks] = kind === 'packet' ? traceOf(state.pleth, reading, source, now) : [undefined];
  const observed = observe([...numerics, ...blocks]);
  const next: State = { ...noted, pleth };
  if (!values || (kind === 'spot-check' && wanted === 'auto')) return [next, observed];
  const remark = `The oximeter sends ${formatName(format)}.${values.isBatteryLow ? ' Its battery is low.' : ''}`;
  const [listening, effects] = hearNews(state.listening, now, remark);
  return [{ ...next, listening, format, foreign: undefined }, [...effects, ...observed]];
}

function counts({ listening }: State, reading: Reading, now: MonotonicMs, df8At: MonotonicMs | undefined): boolean {
  switch (reading.kind) {
    case 'packet':
      return reading.numbers !== undefined || listening.at === 'live';
    case 'reading':
      return df8At !== undefined && now - df8At >= DF8_RHYTHM_MS;
    case 'spot-check':
      return !reading.isFromMemory;
    case 'line':
      return true;
  }
}

/** How long an acknowledged oximeter may take for its data; a spot check may take any time. */
const dataPatienceMs = ({ wanted }: State): number => (wanted === 'df13' ? Infinity : DATA_PATIENCE_MS);

/** It may be the first of a row: nothing is asked before the next one is due. */
function awaitRhythm(state: State, now: MonotonicMs): State {
  const nextAt = later(now, Math.max(LISTEN_MS, state.requests.nextAt - now));
  return { ...state, requests: { ...state.requests, nextAt } };
}

const observe = (observations: readonly Observation[]): readonly Effect[] =>
  observations.length > 0 ? [{ type: 'observed', observations }] : [];

function tick(state: State, now: MonotonicMs): Result {
  const patience = {
    silentAfterMs: SILENT_AFTER_MS,
    giveUpAfterMs: state.wanted === 'df13' ? Infinity : GIVE_UP_AFTER_MS,
    nothing: NOTHING,
    noNews: explain(state) ?? NO_READINGS,
  };
  const silence = state.format === 'df13' ? BETWEEN_SPOT_CHECKS : (explain(state) ?? SILENCE);
  const [listening, effects] = passTime(state.listening, now, patience, silence);
  const isNewlySilent = listening.at === 'silent' && state.listening.at === 'live';
  const requests = isNewlySilent ? requestsFrom(now) : state.requests;
  const [next, sent] = ask({ ...state, listening, requests }, now);
  return [next, [...effects, ...sent]];
}

function explain({ wanted, foreign, requests }: State): string | undefined {
  if (wanted !== 'auto' && foreign !== undefined) {
    return `The oximeter sends ${formatName(foreign)}; the setting "format" asks for ${formatName(wanted)}.`;
  }
  return requests.isRefused ? REFUSED : undefined;
}

function ask(state: State, now: MonotonicMs): Result {
  const { listening, requests } = state;
  const format = formatToAsk(state);
  const isQuiet = listening.at === 'waiting' || listening.at === 'silent';
  const isDue = requests.count < MAX_REQUESTS && !requests.isRefused && now >= requests.nextAt;
  if (!isQuiet || !isDue || format === undefined) return [state, []];
  const next = { count: requests.count + 1, nextAt: later(now, ACK_PATIENCE_MS), isRefused: false };
  return [{ ...state, requests: next }, [{ type: 'send', query: { type: 'set-format', format } }]];
}

/** The format of the setting, else the one that came before, else format 2. Tabletops with ASCII lines hear nothing. */
function formatToAsk({ wanted, format }: State): BinaryFormat | undefined {
  const sought = wanted === 'auto' ? (format ?? 'df2') : wanted;
  const isBetweenSpotChecks = format === 'df13';
  return sought === 'ascii' || isBetweenSpotChecks ? undefined : sought;
}
