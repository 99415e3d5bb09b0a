/**
 * Frames ⇄ messages, both ways, because the simulator speaks with the same words. What a frame is stands in its first byte
 * (`framing.ts` has the picture); packets of formats 2 and 7 are read in `codec-packets.ts`.
 */
import { fromLatin1, latin1, view } from '$drivers/bytes.ts';
import type { Decoded } from '$drivers/driver.ts';
import { measuredRate, measuredSaturation, rawRate, rawSaturation, readPacket } from './codec-packets.ts';
import { sealOperation, sealSpotCheck } from './framing.ts';
import {
  ACK,
  DF13_STATUS,
  DF8_FIRST,
  DF8_LAST,
  FORMAT_ITEM,
  FORMAT_NUMBERS,
  FRAMES_PER_PACKET,
  FRAME_BYTES,
  NAK,
  OPERATIONS,
  PLETH_FORMATS,
} from './layout-table.ts';
import type { AsciiLine, Df8Reading, Measured, Message, Quality, Query, SpotCheck } from './messages.ts';

const read = (message: Message): Decoded<Message> => ({ ok: true, message });
const malformed = (detail: string): Decoded<Message> => ({ ok: false, why: 'malformed', detail });

/** Reads one frame as `cut` delivers it. Never throws. */
export function decode(frame: Uint8Array): Decoded<Message> {
  const [first] = frame;
  if (first === undefined) return { ok: false, why: 'too-short', detail: 'a frame without a byte' };
  if (frame.length === 1 && (first === ACK || first === NAK)) return read({ kind: first === ACK ? 'ack' : 'nak' });
  if (first === 0x00) return readSpotCheck(frame);
  if (first === 0x02) return readOperation(frame);
  if (first === PLETH_FORMATS.df2.mark || first >= DF8_FIRST.always) return readStream(frame, first);
  return readLine(latin1(frame));
}

export const encodeQuery = ({ format }: Query): Uint8Array =>
  sealOperation(OPERATIONS.setFormat, Uint8Array.of(FORMAT_ITEM, FORMAT_NUMBERS[format]));

function readStream(frame: Uint8Array, first: number): Decoded<Message> {
  if (frame.length === 4 && first >= DF8_FIRST.always) return read(readDf8(frame));
  const isPacket = frame.length % FRAME_BYTES === 0 && frame.length <= FRAMES_PER_PACKET * FRAME_BYTES;
  if (!isPacket) return malformed(`a packet of ${frame.length} bytes`);
  return read(readPacket(frame, first === PLETH_FORMATS.df2.mark ? 'df2' : 'df7'));
}

function readDf8(frame: Uint8Array): Df8Reading {
  const [first = 0, rateLow = 0, saturation = 0, last = 0] = frame;
  const quality: Quality = {
    isSensorOff: (first & DF8_FIRST.disconnected) !== 0 || (last & DF8_LAST.sensorAlarm) !== 0,
    isArtefact: (first & DF8_FIRST.artefact) !== 0,
    isOutOfTrack: (first & DF8_FIRST.outOfTrack) !== 0,
    ...((first & DF8_FIRST.marginalPerfusion) !== 0 && { perfusion: 'marginal' }),
    ...((first & DF8_FIRST.lowPerfusion) !== 0 && { perfusion: 'low' }),
  };
  return {
    kind: 'reading',
    format: 'df8',
    pulseRate: measuredRate(((first & DF8_FIRST.rateHigh) << 7) | (rateLow & 0x7f)),
    spo2: measuredSaturation(saturation & 0x7f),
    quality,
    isSmartPoint: (last & DF8_LAST.smartPoint) !== 0,
    isBatteryLow: (last & DF8_LAST.batteryLow) !== 0,
  };
}

/** The format has one bit for "no finger" and one for "no sensor"; a sensor that is off goes out as the first. */
export function writeDf8({ pulseRate, spo2, quality, isSmartPoint, isBatteryLow }: Df8Reading): Uint8Array {
  const rate = rawRate(pulseRate);
  const first =
    DF8_FIRST.always |
    (rate >> 7) |
    (quality.isArtefact ? DF8_FIRST.artefact : 0) |
    (quality.isOutOfTrack ? DF8_FIRST.outOfTrack : 0) |
    (quality.perfusion === 'marginal' ? DF8_FIRST.marginalPerfusion : 0) |
    (quality.perfusion === 'low' ? DF8_FIRST.lowPerfusion : 0);
  const last =
    (quality.isSensorOff ? DF8_LAST.sensorAlarm : 0) |
    (isSmartPoint ? DF8_LAST.smartPoint : 0) |
    (isBatteryLow ? DF8_LAST.batteryLow : 0);
  return Uint8Array.of(first, rate & 0x7f, rawSaturation(spo2), last);
}

/**
 * `HH:MM:SS SPO2=097 HR=072 F B*`. A value is three characters wide, with zeros or blanks in front: there is no sum, and a
 * narrower one has lost a character on the line.
 */
const LINE =
  /^(?:(\d\d:\d\d:\d\d)\s+)?SPO2=(\d{3}| \d\d| {2}\d|---)\s+HR=(\d{3}| \d\d| {2}\d|---)(?!\d)\s*(F)?\s*(B)?\s*(\*)?\s*(.*)$/;

function readLine(wire: string): Decoded<Message> {
  const text = wire.replace(/\r\n$/, '');
  const [isLine, time, spo2 = '', rate = '', fast, breath, event, unread = ''] = LINE.exec(text) ?? [];
  if (isLine === undefined) {
    return /SPO2|HR=/.test(text) ? malformed(`the line ${JSON.stringify(text)}`) : read({ kind: 'text', text });
  }
  return read({
    kind: 'line',
    format: 'ascii',
    ...(time !== undefined && { time }),
    pulseRate: rate === '---' ? 'absent' : measuredRate(Number(rate)),
    spo2: spo2 === '---' ? 'absent' : measuredSaturation(Number(spo2)),
    isFastAveraging: fast !== undefined,
    isBreath: breath !== undefined,
    isEvent: event !== undefined,
    unread,
  });
}

export function writeLine({ time, pulseRate, spo2, isFastAveraging, isBreath, isEvent }: AsciiLine): Uint8Array {
  const three = (value: Measured): string => (typeof value === 'number' ? String(value).padStart(3, '0') : '---');
  const marks = `${isFastAveraging ? ' F' : ''}${isBreath ? 'B' : ''}${isEvent ? '*' : ''}`;
  const clock = time === undefined ? '' : `${time} `;
  return fromLatin1(`${clock}SPO2=${three(spo2)} HR=${three(pulseRate)}${marks}\r\n`);
}

/** `00 02 │ type │ length │ century year month day hour minute second fraction │ status │ rate │ 0 │ saturation …`. */
function readSpotCheck(frame: Uint8Array): Decoded<Message> {
  const data = frame.subarray(6, -2);
  if (data.length < 14) return { ok: false, why: 'too-short', detail: `a spot check of ${frame.length} bytes` };
  const [century = 0, ...rest] = data.subarray(0, 7);
  const status = view(data).getUint16(8);
  const deviceTime = utcMs(century, rest);
  return read({
    kind: 'spot-check',
    format: 'df13',
    ...(deviceTime !== undefined && { deviceTime }),
    pulseRate: measuredRate(view(data).getUint16(10)),
    spo2: measuredSaturation(view(data).getUint8(13)),
    isNoMeasurement: (status & DF13_STATUS.noMeasurement) !== 0,
    isFromMemory: (status & DF13_STATUS.fromMemory) !== 0,
    isSmartPoint: (status & DF13_STATUS.smartPoint) !== 0,
    isBatteryLow: (status & DF13_STATUS.batteryLow) !== 0,
  });
}

/** The packet type word is not confirmed; this one stands in the only description there is. */
const SPOT_CHECK_TYPE = 0x000d;

export function writeSpotCheck(check: SpotCheck): Uint8Array {
  const status =
    (check.isNoMeasurement ? DF13_STATUS.noMeasurement : 0) |
    (check.isFromMemory ? DF13_STATUS.fromMemory : 0) |
    (check.isSmartPoint ? DF13_STATUS.smartPoint : 0) |
    (check.isBatteryLow ? DF13_STATUS.batteryLow : 0);
  const rate = rawRate(check.pulseRate);
  const data = Uint8Array.of(
    ...[CENTURY, ...civilTime(check.deviceTime ?? 0), 0],
    ...[status >> 8, status & 0xff, rate >> 8, rate & 0xff, 0, rawSaturation(check.spo2)],
  );
  return sealSpotCheck(SPOT_CHECK_TYPE, data);
}

function readOperation(frame: Uint8Array): Decoded<Message> {
  const [, operation = 0] = frame;
  const data = frame.slice(3, -1);
  switch (operation) {
    case OPERATIONS.setFormat:
    case OPERATIONS.dateTime:
    case OPERATIONS.serialNumber:
    case OPERATIONS.bluetoothTimeout:
      return read({ kind: 'command', operation, data });
    case OPERATIONS.dateTimeReply: {
      const deviceTime = utcMs(CENTURY, [...data]);
      return read({ kind: 'date-time', ...(deviceTime !== undefined && { deviceTime }) });
    }
    case OPERATIONS.serialNumberReply:
      return read({ kind: 'serial-number', serialNumber: latin1(data.subarray(1)) });
    case OPERATIONS.bluetoothTimeoutReply:
      return read({ kind: 'bluetooth-timeout', data });
    default:
      return { ok: false, why: 'unknown-code', detail: `operation 0x${operation.toString(16).padStart(2, '0')}` };
  }
}

const CENTURY = 20;

/** Year to second of this century, one number each. */
export function civilTime(ms: number): readonly [number, number, number, number, number, number] {
  const at = new Date(ms);
  return [
    at.getUTCFullYear() % 100,
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
  ];
}

/** @returns undefined for a date or a time of day that does not exist. */
function utcMs(century: number, parts: readonly number[]): number | undefined {
  const [year = -1, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const ms = Date.UTC(century * 100 + year, month - 1, day, hour, minute, second);
  const isReal = parts.length === 6 && civilTime(ms).every((part, index) => part === parts[index]);
  return isReal ? ms : undefined;
}
