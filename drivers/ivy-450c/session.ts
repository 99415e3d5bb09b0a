/**
 * An Ivy 450C sends a record a second and takes no questions: the conversation is listening (`../listening.ts`). Every record is
 * news.
 */
import { monotonicMs, type DeviceId, type MonotonicMs } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, SessionInput, Step } from '../driver.ts';
import { hear, hearNews, listen, notListening, passTime, stopListening, type Listening } from '../listening.ts';
import type { Message } from './messages.ts';
import { NO_CUFF_YET, onCuff, type CuffMemory } from './nibp.ts';
import { deviceAlarmOf, numericsOf } from './observations.ts';
import { tracesOf, type Seam } from './traces.ts';

export const SILENT_AFTER_MS = 3000;

const PATIENCE = {
  silentAfterMs: SILENT_AFTER_MS,
  giveUpAfterMs: 10_000,
  nothing: 'Not a byte has come from the monitor. Look at its cable and its serial output (9600 baud).',
  noNews: 'Bytes come from the monitor, but no record is right. Check 9600 baud, 8 data bits, no parity, 1 stop bit.',
};
const SILENCE = 'No record from the monitor for 3 s.';

const REMARK = 'The monitor gives its cuff readings no time: a reading equal to the one before it is not noticed.';

export interface State {
  readonly source: DeviceId;
  readonly listening: Listening;
  readonly cuff: CuffMemory;
  readonly seam: Seam;
  /** The alarm texts told last. */
  readonly alarms: string | undefined;
}

type Result = Step<State, never>;

export const start = ({ device }: SessionContext): State => ({
  source: device,
  listening: notListening(monotonicMs(0)),
  cuff: NO_CUFF_YET,
  seam: undefined,
  alarms: undefined,
});

export function step(state: State, input: SessionInput<Message>): Result {
  const { listening } = state;
  switch (input.type) {
    case 'opened':
      return follow({ ...state, seam: undefined }, listen(listening, input.now));
    case 'message':
      return onRecord(state, input.message, input.now);
    case 'undecodable':
    case 'noise':
      return [{ ...state, seam: undefined, listening: hear(listening, input.now) }, []];
    case 'tick':
      return follow(state, passTime(listening, input.now, PATIENCE, SILENCE));
    case 'closing':
      return [{ ...state, listening: stopListening(listening) }, []];
  }
}

const follow = (state: State, [listening, effects]: readonly [Listening, readonly SessionEffect<never>[]]): Result => [
  { ...state, listening },
  effects,
];

function onRecord(state: State, message: Message, at: MonotonicMs): Result {
  const moment = { source: state.source, at };
  const [listening, effects] = hearNews(state.listening, at, REMARK);
  const { NIBP } = message.lines;
  const [cuff, pressures] = NIBP ? onCuff(state.cuff, NIBP, moment) : [state.cuff, []];
  const [seam, blocks] = tracesOf(message, state.seam, moment);
  const alarm = deviceAlarmOf(message, moment);
  const alarms = alarm.alarms.map(({ text }) => text).join('\n');
  const observations = [
    numericsOf(message, moment),
    ...pressures,
    ...(alarms === state.alarms ? [] : [alarm]),
    ...blocks,
  ];
  return [{ ...state, listening, cuff, seam, alarms }, [...effects, { type: 'observed', observations }]];
}
