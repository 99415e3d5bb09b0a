/**
 * A Nellcor oximeter prints a line every 2 s and takes no questions: the conversation is listening (`../listening.ts`). What
 * may have stopped it is an XOFF, so XON is sent on opening and whenever not a byte has come for 6 s.
 *
 * Its stored lines look like its real-time lines, so what is printed must be known:
 *
 *   unknown ── heading, or a reading after a second of nothing ──▶ real-time ⇄ trend       (by the heading of each)
 *      ▲                                                               │
 *      ╰────────── what is not understood may be a heading ────────────╯
 *
 * As long as it is unknown the numbers are in doubt; stored ones are not observed. A line that comes again character for
 * character, its clock included, is a picture that stands still and no news.
 */
import { monotonicMs, type DeviceId, type MonotonicMs } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '../driver.ts';
import { hear, hearNews, listen, notListening, passTime, stopListening, type Listening } from '../listening.ts';
import type { Heading, Message, Query, ReadingLine } from './messages.ts';
import { alarmKey, deviceAlarmOf, numericsOf } from './observations.ts';

/** Three lines. */
export const SILENT_AFTER_MS = 6000;
export const GIVE_UP_AFTER_MS = 12_000;
/** Stored lines follow one another as fast as the line carries them. */
const REAL_TIME_APART_MS = 1000;

const PATIENCE = {
  silentAfterMs: SILENT_AFTER_MS,
  giveUpAfterMs: GIVE_UP_AFTER_MS,
  nothing:
    'Not a byte has come from the oximeter. Look at its cable and its data port (ASCII, 9600 baud); ' +
    'an NPB-290 prints only while it runs on mains.',
  noNews: 'What comes from the oximeter are no lines of measurements. Set its data port to ASCII, 9600 baud.',
};

/** What came last, and so why there is no news. */
const SILENCES = {
  news: 'No line from the oximeter for 6 s.',
  repeat: 'The oximeter prints one and the same line again and again; it is not counted as new.',
  trend: 'The oximeter prints stored values (its trend); they are not shown.',
  menu: 'The oximeter is in its interactive mode and prints no measurements; 0 leaves it.',
} as const;

export interface State {
  readonly source: DeviceId;
  readonly listening: Listening;
  readonly last: keyof typeof SILENCES;
  readonly printout: 'unknown' | 'real-time' | 'trend';
  /** When a line or noise last came, or the link was opened. */
  readonly lineAt: MonotonicMs;
  readonly nudgedAt: MonotonicMs;
  /** The last real-time line, and the alarms told last. */
  readonly text: string | undefined;
  readonly alarms: string | undefined;
  /** Who it is, as the heading says. */
  readonly heading: string | undefined;
}

type Effect = SessionEffect<Query>;
type Result = Step<State, Query>;

const SEND_XON: Effect = { type: 'send', query: 'xon' };

export function start({ device }: SessionContext): State {
  const never = monotonicMs(0);
  return {
    source: device,
    listening: notListening(never),
    last: 'news',
    printout: 'unknown',
    lineAt: never,
    nudgedAt: never,
    text: undefined,
    alarms: undefined,
    heading: undefined,
  };
}

export function step(state: State, input: SessionInput<Message>): Result {
  const { now } = input;
  switch (input.type) {
    case 'opened': {
      const [listening, effects] = listen(state.listening, now);
      return [
        { ...state, listening, printout: 'unknown', lineAt: now, nudgedAt: now, last: 'news' },
        [SEND_XON, ...effects],
      ];
    }
    case 'message': {
      const [next, effects] = onMessage(state, input.message, now);
      return [{ ...next, lineAt: now }, effects];
    }
    case 'undecodable':
    case 'noise': {
      const printout = state.printout === 'trend' ? 'trend' : 'unknown';
      return [{ ...state, printout, lineAt: now, listening: hear(state.listening, now) }, []];
    }
    case 'tick':
      return onTick(state, now);
    case 'closing':
      return [{ ...state, listening: stopListening(state.listening) }, []];
  }
}

function onTick(state: State, now: MonotonicMs): Result {
  const [listening, effects] = passTime(state.listening, now, PATIENCE, SILENCES[state.last]);
  const isQuiet = now - Math.max(listening.heardAt, state.nudgedAt) >= SILENT_AFTER_MS;
  if (listening.at === 'closed' || !isQuiet) return [{ ...state, listening }, effects];
  return [{ ...state, listening, nudgedAt: now }, [...effects, SEND_XON]];
}

function onMessage(state: State, message: Message, now: MonotonicMs): Result {
  switch (message.kind) {
    case 'reading':
      return onReading(state, message, now);
    case 'heading':
      return [{ ...state, printout: 'real-time', heading: nameOf(message), listening: hear(state.listening, now) }, []];
    case 'trend-heading':
      return [{ ...state, printout: 'trend', last: 'trend', listening: hear(state.listening, now) }, []];
    case 'menu':
      return [{ ...state, last: 'menu', listening: hear(state.listening, now) }, []];
    case 'trend-end':
    case 'columns':
    case 'mode':
      return [{ ...state, listening: hear(state.listening, now) }, []];
  }
}

const nameOf = ({ model, version, saturationLimits, pulseLimits }: Heading): string =>
  `${model}, version ${version}. Its own limits: SpO2 ${saturationLimits.join(' to ')} %, ` +
  `pulse rate ${pulseLimits.join(' to ')} /min.`;

function onReading(before: State, line: ReadingLine & { readonly text: string }, now: MonotonicMs): Result {
  const isApart = now - before.lineAt >= REAL_TIME_APART_MS;
  const printout = before.printout === 'unknown' && isApart ? 'real-time' : before.printout;
  const state: State = { ...before, printout };
  const last = printout === 'trend' ? 'trend' : line.text === state.text ? 'repeat' : 'news';
  if (last !== 'news') return [{ ...state, last, listening: hear(state.listening, now) }, []];
  const [listening, effects] = hearNews(state.listening, now, state.heading);
  const alarms = alarmKey(line);
  const observations = [
    numericsOf(line, printout === 'real-time', state.source, now),
    ...(alarms === state.alarms ? [] : [deviceAlarmOf(line, state.source, now)]),
  ];
  return [{ ...state, listening, last, text: line.text, alarms }, [...effects, { type: 'observed', observations }]];
}
