/** Frames ⇄ messages, both ways, because the simulator speaks with the same words. What the data look like: `codec-data.ts`. */
import type { Decoded } from '../driver.ts';
import {
  readAlarms,
  readCurves,
  readDate,
  readIdentity,
  readTexts,
  readValues,
  writeAlarms,
  writeCurves,
  writeDate,
  writeIdentity,
  writeRecord,
  writeTexts,
  writeValues,
} from './codec-data.ts';
import { readSlowFrame, slowFrame } from './framing.ts';
import { CODES, type Content, type Message, type Query } from './messages.ts';

const FLOW: Readonly<Record<number, Extract<Message, { kind: 'flow' }>['word']>> = {
  0x11: 'suspend',
  0x13: 'resume',
  0x18: 'abort',
};

/** Reads one frame as `cut` delivers it. Never throws. */
export function decode(payload: Uint8Array): Decoded<Message> {
  const [first = 0] = payload;
  if (first >= 0x80) return readRecord(payload);
  const word = FLOW[first];
  if (word) return { ok: true, message: { kind: 'flow', word } };
  const frame = readSlowFrame(payload);
  if (!frame) return { ok: false, why: 'malformed', detail: `${payload.length} bytes without a start` };
  const { kind, code, text } = frame;
  if (kind === 'command') return { ok: true, message: { kind, code, argument: text } };
  const content = readContent(code, text);
  if (typeof content === 'string') return { ok: false, why: content, detail: `response ${hex(code)} ${text}` };
  return { ok: true, message: { kind, code, content } };
}

const hex = (code: number): string => code.toString(16).padStart(2, '0').toUpperCase();

type ContentReader = (data: string) => Content | undefined;

const measured: ContentReader = (data) => readValues(data, 4);
const alarms: ContentReader = (data) => {
  const entries = readAlarms(data);
  return entries && { type: 'alarms', alarms: entries };
};
const echo: ContentReader = (text) => ({ type: 'echo', text });

const READERS: Readonly<Record<number, ContentReader>> = {
  [CODES.measured]: measured,
  [CODES.measured2]: measured,
  [CODES.lowLimits]: measured,
  [CODES.highLimits]: measured,
  [CODES.lowLimits2]: measured,
  [CODES.highLimits2]: measured,
  [CODES.settings]: (data) => readValues(data, 5),
  [CODES.alarms]: alarms,
  [CODES.alarms2]: alarms,
  [CODES.alarms3]: alarms,
  [CODES.dateTime]: (data) => {
    if (data === '') return echo(data);
    const time = readDate(data);
    return time === undefined ? undefined : { type: 'time', time };
  },
  [CODES.texts]: (data) => {
    const texts = readTexts(data);
    return texts && { type: 'texts', texts };
  },
  [CODES.identify]: (data) => {
    const identity = readIdentity(data);
    return identity || data === '' ? { type: 'identity', identity } : undefined;
  },
  [CODES.curves]: (data) => {
    const curves = readCurves(data);
    return curves && { type: 'curves', curves };
  },
  [CODES.nop]: echo,
  [CODES.icc]: echo,
  [CODES.stop]: echo,
  [CODES.timeChanged]: echo,
  [CODES.configureData]: echo,
  [CODES.configureCurves]: echo,
  [CODES.curvesChanged]: echo,
  [CODES.trend]: echo,
  [CODES.trend2]: echo,
  [CODES.refused]: echo,
};

function readContent(code: number, data: string): Content | 'unknown-code' | 'malformed' {
  const read = READERS[code];
  return read ? (read(data) ?? 'malformed') : 'unknown-code';
}

/** The framing has counted the bytes already. */
function readRecord(bytes: Uint8Array): Decoded<Message> {
  const mask = (bytes[0] ?? 0) & 0x0f;
  const syncs = Array.from(bytes.subarray(1)).filter((byte) => byte >> 4 === 0b1100);
  const data = bytes.subarray(1 + syncs.length);
  const bins = Array.from({ length: data.length >> 1 }, (_, i) => {
    const [low = 0, high = 0] = data.subarray(2 * i, 2 * i + 2);
    return (low & 0x3f) | ((high & 0x3f) << 6);
  });
  return { ok: true, message: { kind: 'record', mask, syncs: syncs.map((byte) => byte & 0x0f), bins } };
}

const ENABLE_STREAMS_1_TO_4 = 0x1;

/** What this driver says, as it goes onto the wire. */
export function encodeQuery(query: Query): Uint8Array {
  switch (query.kind) {
    case 'ask':
      return slowFrame({ kind: 'command', code: CODES[query.what], text: '' });
    case 'configure-curves': {
      const text = query.curves.map(({ code, multiplier }) => `${code}0${multiplier}`).join('');
      return slowFrame({ kind: 'command', code: CODES.configureCurves, text });
    }
    case 'echo':
      return slowFrame({ kind: 'response', code: CODES[query.of], text: '' });
    case 'enable-streams':
      return writeRecord(0, [], [ENABLE_STREAMS_1_TO_4, query.mask, 0, 0]);
  }
}

/** What a device says in answer to a command. */
export const encodeResponse = (code: number, content: Content): Uint8Array =>
  slowFrame({ kind: 'response', code, text: writeContent(content) });

function writeContent(content: Content): string {
  switch (content.type) {
    case 'values':
      return writeValues(content.values);
    case 'alarms':
      return writeAlarms(content.alarms);
    case 'texts':
      return writeTexts(content.texts);
    case 'identity':
      return content.identity ? writeIdentity(content.identity) : '';
    case 'time':
      return writeDate(content.time);
    case 'curves':
      return writeCurves(content.curves);
    case 'echo':
      return content.text;
  }
}

/** What a device says by itself. */
export const encodeCommand = (code: number): Uint8Array => slowFrame({ kind: 'command', code, text: '' });
