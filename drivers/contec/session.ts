/**
 * The conversation with one oximeter: finding out which generation it is, then listening (`../listening.ts`).
 *
 *   opened at 115200 8N1: stop-storage, stop, start; start again every second ──▶ v7: kept alive every 5 s
 *        │ ▲ nothing for 2.5 s: opened anew on the other line
 *        ▼ │
 *   opened at 19200 8O1: v4.6 talks by itself, and is told nothing
 *
 * Where there is no line (a socket, a recording) both are listened for at once. Neither generation has a sum, so a sample counts
 * in an unbroken row only: a second of v4.6 to believe in it at all, otherwise a tenth of a second.
 *
 * No sample for 2 s: silent, v7 is told to start again; not one byte for 6 s: opened anew, on the same line.
 */
import { later, monotonicMs, type DeviceId, type MonotonicMs, type Observation } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '$drivers/driver.ts';
import { hear, hearNews, listen, notListening, passTime, stopListening, type Listening } from '$drivers/listening.ts';
import { SAMPLE_HZ } from './layout-table.ts';
import type { CommandName, Generation, Message, Query, Sample } from './messages.ts';
import { numericsOf } from './observations.ts';
import { lineName, LINES, readFormat, type FormatSetting } from './settings.ts';
import { addSample, breakTrace, NO_TRACE, type Trace } from './trace.ts';

export const SILENT_AFTER_MS = 2000;
export const GIVE_UP_AFTER_MS = 6000;
export const PROBE_MS = 2500;
const START_EVERY_MS = 1000;
const KEEP_ALIVE_EVERY_MS = 5000;

/** Samples in a row without anything else between them that make one count. */
const ROW = 6;
const FIRST_ROW: Readonly<Record<Generation, number>> = { 'v4.6': SAMPLE_HZ, v7: ROW };

const PATIENCE = {
  silentAfterMs: SILENT_AFTER_MS,
  giveUpAfterMs: GIVE_UP_AFTER_MS,
  nothing:
    'Not a byte has come from the oximeter. Is it on, with a finger in it? Some models send only when "live data" is chosen in ' +
    'their menu.',
};
const NO_SAMPLES = 'Bytes come from the oximeter, but no samples are among them.';
const SILENCE = `No sample from the oximeter for ${SILENT_AFTER_MS / 1000} s.`;

export interface State {
  readonly source: DeviceId;
  readonly wanted: FormatSetting;
  /** The line that the port is set to, if it is one. */
  readonly line: Generation;
  readonly listening: Listening;
  /** The last samples that followed each other. */
  readonly row: { readonly generation: Generation; readonly count: number };
  /** Of the last sample that counted. */
  readonly generation: Generation | undefined;
  /** Of the last sample that is not of the wanted generation. */
  readonly foreign: Generation | undefined;
  /** Why v7 ended what it sent. */
  readonly endedBy: number | undefined;
  readonly startAt: MonotonicMs;
  readonly keepAliveAt: MonotonicMs;
  /** Samples that counted since the last numbers were told. */
  readonly second: readonly Sample[];
  readonly trace: Trace;
}

type Effect = SessionEffect<Query>;
type Result = Step<State, Query>;

const NO_ROW = { generation: 'v7', count: 0 } as const;

const NOTHING_KNOWN = {
  row: NO_ROW,
  generation: undefined,
  foreign: undefined,
  endedBy: undefined,
  second: [],
  trace: NO_TRACE,
} as const;

export const start = ({ device, settings }: SessionContext): State => ({
  source: device,
  wanted: readFormat(settings),
  line: 'v7',
  listening: notListening(monotonicMs(0)),
  startAt: monotonicMs(0),
  keepAliveAt: monotonicMs(0),
  ...NOTHING_KNOWN,
});

export function step(state: State, input: SessionInput<Message>): Result {
  switch (input.type) {
    case 'opened':
      return open(state, input.now);
    case 'message':
      return take({ ...state, listening: hear(state.listening, input.now) }, input.message, input.now);
    case 'undecodable':
    case 'noise':
      return interrupt({ ...state, listening: hear(state.listening, input.now) }, input.now);
    case 'tick':
      return tick(state, input.now);
    case 'closing':
      return [{ ...state, listening: stopListening(state.listening) }, speaksV7(state) ? [send('stop')] : []];
  }
}

const send = (command: CommandName): Effect => ({ type: 'send', query: { type: 'command', command } });
const observe = (observations: readonly Observation[]): readonly Effect[] =>
  observations.length > 0 ? [{ type: 'observed', observations }] : [];

/** Whether the other end may be an oximeter that has to be told to start. */
const speaksV7 = ({ wanted, line, generation, row }: State): boolean =>
  wanted !== 'v4.6' && line === 'v7' && generation !== 'v4.6' && !(row.generation === 'v4.6' && row.count >= ROW);

function open(state: State, now: MonotonicMs): Result {
  const { wanted, line } = state;
  if (wanted !== 'auto' && wanted !== line) return reopenOn(wanted, state, `The setting asks for ${lineName(wanted)}.`);
  const [listening, effects] = listen(state.listening, now);
  const next: State = { ...state, ...NOTHING_KNOWN, listening, ...timesFrom(now) };
  return [next, speaksV7(next) ? [...effects, send('stop-storage'), send('stop'), send('start')] : effects];
}

const timesFrom = (now: MonotonicMs): Pick<State, 'startAt' | 'keepAliveAt'> => ({
  startAt: later(now, START_EVERY_MS),
  keepAliveAt: later(now, KEEP_ALIVE_EVERY_MS),
});

const reopenOn = (line: Generation, state: State, why: string): Result => [
  { ...state, line, listening: stopListening(state.listening) },
  [{ type: 'reopen', why, serial: LINES[line] }],
];

function take(state: State, message: Message, now: MonotonicMs): Result {
  switch (message.kind) {
    case 'sample':
      return takeSample(state, message, now);
    case 'disconnected':
      return [{ ...state, endedBy: message.reason }, []];
    case 'command':
      return [state, []];
  }
}

function takeSample(state: State, sample: Sample, now: MonotonicMs): Result {
  const { generation } = sample;
  const isNext = state.row.generation === generation;
  const row = { generation, count: isNext ? state.row.count + 1 : 1 };
  if (row.count < (state.generation === generation ? ROW : FIRST_ROW[generation])) return [{ ...state, row }, []];
  if (state.wanted !== 'auto' && state.wanted !== generation) return [{ ...state, row, foreign: generation }, []];
  const [listening, effects] = hearNews(state.listening, now, `The oximeter speaks protocol ${generation}.`);
  const [trace, blocks] = addSample(state.trace, sample, state.source, now);
  const second = [...state.second, sample];
  const isFull = second.length >= SAMPLE_HZ;
  const numerics = isFull ? [numericsOf(second, state.source, now)] : [];
  return [
    {
      ...state,
      listening,
      row,
      generation,
      trace,
      foreign: undefined,
      endedBy: undefined,
      second: isFull ? [] : second,
    },
    [...effects, ...observe([...numerics, ...blocks])],
  ];
}

/** What comes next does not follow what came before, the last of it at this time. */
function interrupt(state: State, at: MonotonicMs): Result {
  const blocks = breakTrace(state.trace, state.source, at);
  return [{ ...state, row: NO_ROW, trace: NO_TRACE }, observe(blocks)];
}

function tick(state: State, now: MonotonicMs): Result {
  const { listening, wanted, line, row } = state;
  const isProbed = listening.at === 'waiting' && now - listening.newsAt >= PROBE_MS && row.count < ROW;
  if (isProbed && wanted === 'auto') return tryOtherLine(state);
  const explained = explain(state);
  const patience = { ...PATIENCE, noNews: explained ?? `${NO_SAMPLES} They should come at ${lineName(line)}.` };
  const [next, effects] = passTime(listening, now, patience, explained ?? SILENCE);
  const isNewlySilent = next.at === 'silent' && listening.at === 'live';
  const timed: State = { ...state, listening: next };
  const [ended, last] = isNewlySilent ? interrupt({ ...timed, second: [] }, listening.newsAt) : [timed, []];
  const [told, commands] = command(ended, now);
  return [told, [...last, ...effects, ...commands]];
}

function tryOtherLine(state: State): Result {
  const { line, listening } = state;
  const other = line === 'v7' ? 'v4.6' : 'v7';
  const heard = listening.hasHeard ? NO_SAMPLES : PATIENCE.nothing;
  return reopenOn(other, state, `${heard} It was tried at ${lineName(line)}; ${lineName(other)} is next.`);
}

function explain({ wanted, foreign, endedBy }: State): string | undefined {
  if (foreign !== undefined) return `The oximeter speaks protocol ${foreign}; the setting "format" asks for ${wanted}.`;
  return endedBy === undefined ? undefined : `The oximeter said that it ends (reason ${endedBy}).`;
}

/** Start while nothing comes, keep alive while something does. */
function command(state: State, now: MonotonicMs): Result {
  const { listening, startAt, keepAliveAt, generation } = state;
  if (!speaksV7(state)) return [state, []];
  const isQuiet = listening.at === 'waiting' || listening.at === 'silent';
  if (isQuiet && now >= startAt) return [{ ...state, ...timesFrom(now) }, [send('start')]];
  const isKept = listening.at === 'live' && generation === 'v7' && now >= keepAliveAt;
  return isKept ? [{ ...state, keepAliveAt: later(now, KEEP_ALIVE_EVERY_MS) }, [send('keep-alive')]] : [state, []];
}
