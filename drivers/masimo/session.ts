/**
 * A Masimo oximeter prints a line a second and takes no questions: the conversation is listening (`../listening.ts`).
 *
 * News is a live line that differs from the one before. Every line carries the monitor's clock, so a line that comes again
 * character for character is a picture that stands still; a stored line (trend) is an old value. Neither is observed, and
 * while nothing else comes the monitor counts as silent.
 */
import { monotonicMs, type DeviceId, type MonotonicMs } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '../driver.ts';
import { hear, hearNews, listen, notListening, passTime, stopListening, type Listening } from '../listening.ts';
import type { Message } from './messages.ts';
import { deviceAlarmOf, numericsOf } from './observations.ts';

export const SILENT_AFTER_MS = 3000;
export const GIVE_UP_AFTER_MS = 10_000;

const PATIENCE = {
  silentAfterMs: SILENT_AFTER_MS,
  giveUpAfterMs: GIVE_UP_AFTER_MS,
  nothing: 'Not a byte has come from the oximeter. Set its serial output to ASCII 1, 9600 baud, and look at the cable.',
  noNews: 'What comes from the oximeter are no lines of new measurements. Set its serial output to ASCII 1, 9600 baud.',
};

/** What came last, and so why there is no news. */
const SILENCES = {
  news: 'No line from the oximeter for 3 s.',
  repeat: 'The oximeter prints one and the same line again and again; it is not counted as new.',
  trend: 'The oximeter prints stored values (its trend); they are not shown.',
} as const;

export interface State {
  readonly source: DeviceId;
  readonly listening: Listening;
  readonly last: keyof typeof SILENCES;
  /** The last live line, and the ALARM field told last. */
  readonly text: string | undefined;
  readonly alarms: number | undefined;
}

type Result = Step<State, never>;

export const start = ({ device }: SessionContext): State => ({
  source: device,
  listening: notListening(monotonicMs(0)),
  last: 'news',
  text: undefined,
  alarms: undefined,
});

export function step(state: State, input: SessionInput<Message>): Result {
  const { listening } = state;
  switch (input.type) {
    case 'opened':
      return follow(state, listen(listening, input.now));
    case 'message':
      return onLine(state, input.message, input.now);
    case 'undecodable':
    case 'noise':
      return [{ ...state, listening: hear(listening, input.now) }, []];
    case 'tick':
      return follow(state, passTime(listening, input.now, PATIENCE, SILENCES[state.last]));
    case 'closing':
      return [{ ...state, listening: stopListening(listening) }, []];
  }
}

const follow = (state: State, [listening, effects]: readonly [Listening, readonly SessionEffect<never>[]]): Result => [
  { ...state, listening },
  effects,
];

function onLine(state: State, message: Message, now: MonotonicMs): Result {
  const last = message.kind === 'trend' ? 'trend' : message.text === state.text ? 'repeat' : 'news';
  if (last !== 'news') return [{ ...state, last, listening: hear(state.listening, now) }, []];
  const [listening, effects] = hearNews(state.listening, now);
  const { alarms = state.alarms } = message;
  const isAlarmNews = alarms !== undefined && alarms !== state.alarms;
  const observations = [
    numericsOf(message, state.source, now),
    ...(isAlarmNews ? [deviceAlarmOf(alarms, state.source, now)] : []),
  ];
  return [{ ...state, listening, last, text: message.text, alarms }, [...effects, { type: 'observed', observations }]];
}
