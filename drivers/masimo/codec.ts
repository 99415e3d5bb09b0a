/**
 * Lines ⇄ messages.
 *
 *   MM/DD/YY HH:MM:SS KEY=VALUE KEY=VALUE% …
 *   03/17/16 19:19:36 SN=---------- SPO2=098% BPM=123 PI=00.55 … ALARM=000000 EXC=0000C00 EXC1=00000000
 *   09/21/08 09:56:12 SpO2=097 PR=069 PI=04.69 EXC=800:SET                                              stored: PR, not BPM
 *
 * The line carries no sum, so a lost character must not turn 98 into 9: the numbers that are shown must have the shape
 * that every recorded line has (`000`, `00.00`, EXC of six digits, of three when stored), no key may come twice, and a line
 * without saturation, rate or EXC is cut short. A line that fails one of these is not understood as a whole.
 */
import { latin1 } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { line } from '../ascii-line.ts';
import { LAYOUTS, type Field, type LayoutName } from './layout-table.ts';
import type { Line, Message, Value } from './messages.ts';

const STAMPED = /^(\d\d)\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d) +(.+)$/;
const PAIR = /^([A-Za-z0-9]+)=(\S+)$/;
const DASHES = /^[-.]+$/;

const SHAPES = { whole: /^\d{3}$/, hundredths: /^\d\d\.\d\d$/ } as const;
const EXCEPTION_SHAPES = { live: /^[0-9A-F]{6,7}$/i, trend: /^[0-9A-F]{3}$/i } as const;
const ALARM_SHAPE = /^[0-9A-F]{4,8}$/i;

/** The device's century is not said; no such monitor is older than this. */
const CENTURY = 2000;
const SHOWN_IN_DETAIL = 60;

export function decode(payload: Uint8Array): Decoded<Message> {
  const text = latin1(payload).trim();
  const message = read(text);
  if (typeof message !== 'string') return { ok: true, message };
  return { ok: false, why: 'malformed', detail: `${message}: ${text.slice(0, SHOWN_IN_DETAIL)}` };
}

/** The message, or what is wrong with the line. */
function read(text: string): Message | string {
  const stamped = STAMPED.exec(text);
  if (!stamped) return 'no date and time';
  const [, month, day, year, hour, minute, second, rest = ''] = stamped;
  const pairs = readPairs(rest);
  if (typeof pairs === 'string') return pairs;
  const { SPO2, BPM, PR, PI, EXC, ALARM, ...others } = pairs;
  const kind = PR === undefined ? 'live' : 'trend';
  const saturation = readValue(SPO2, 'whole');
  const pulseRate = readValue(BPM ?? PR, 'whole');
  const perfusionIndex = readValue(PI, 'hundredths');
  const exceptions = readHex(EXC?.replace(/:.*$/, ''), EXCEPTION_SHAPES[kind]);
  const alarms = readHex(ALARM, ALARM_SHAPE);
  if (saturation === undefined || pulseRate === undefined || exceptions === undefined)
    return 'SPO2, BPM or EXC is missing or damaged';
  if (PI !== undefined && perfusionIndex === undefined) return 'PI is damaged';
  if (ALARM !== undefined && alarms === undefined) return 'ALARM is damaged';
  const deviceTime = readTime([year, month, day, hour, minute, second].map(Number));
  return { kind, deviceTime, saturation, pulseRate, perfusionIndex, exceptions, alarms, others, text };
}

/** Values by key in capitals, without the percent sign. */
function readPairs(text: string): Readonly<Record<string, string>> | string {
  const pairs = new Map<string, string>();
  for (const word of text.split(/\s+/)) {
    const [, key = '', value = ''] = PAIR.exec(word) ?? [];
    const name = key.toUpperCase();
    if (name === '' || pairs.has(name)) return name === '' ? `"${word}" is no field` : `${name} comes twice`;
    pairs.set(name, value.replace(/%$/, ''));
  }
  return Object.fromEntries(pairs);
}

function readValue(text: string | undefined, shape: keyof typeof SHAPES): Value | undefined {
  if (text === undefined) return undefined;
  if (DASHES.test(text)) return 'dashes';
  return SHAPES[shape].test(text) ? Number(text) : undefined;
}

const readHex = (text: string | undefined, shape: RegExp): number | undefined =>
  text !== undefined && shape.test(text) ? Number.parseInt(text, 16) : undefined;

/** @returns undefined for what is no date, as a clock shows that was never set. */
function readTime([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]):
  number | undefined {
  const time = Date.UTC(CENTURY + year, month - 1, day, hour, minute, second);
  const back = new Date(time);
  const isDate = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && back.getUTCHours() === hour;
  return isDate && minute < 60 && second < 60 ? time : undefined;
}

/** A line as the monitor of this layout prints it. @throws RangeError without a time: no monitor prints such a line. */
export function encode(content: Line, layout: LayoutName): Uint8Array {
  return line(
    `${writeTime(content.deviceTime)} ${LAYOUTS[layout].map((field) => writeField(field, content)).join(' ')}`,
  );
}

function writeField({ key, blank, unit }: Field, content: Line): string {
  const value = writeValue(key.toUpperCase(), blank, content);
  return `${key}=${value}${unit}`;
}

function writeValue(key: string, blank: string, content: Line): string {
  const number = (value: Value | undefined, decimals: number): string =>
    typeof value === 'number' ? value.toFixed(decimals).padStart(blank.length, '0') : blank;
  const bits = (value: number): string => value.toString(16).toUpperCase().padStart(blank.length, '0');
  switch (key) {
    case 'SPO2':
      return number(content.saturation, 0);
    case 'BPM':
    case 'PR':
      return number(content.pulseRate, 0);
    case 'PI':
      return number(content.perfusionIndex, 2);
    case 'EXC':
      return bits(content.exceptions);
    case 'ALARM':
      return bits(content.alarms ?? 0);
    default:
      return content.others[key] ?? blank;
  }
}

function writeTime(deviceTime: number | undefined): string {
  if (deviceTime === undefined) throw new RangeError('a line without a time');
  const [year = '', month, day, hour, minute, second] = new Date(deviceTime).toISOString().split(/[-T:.]/);
  return `${month}/${day}/${year.slice(-2)} ${hour}:${minute}:${second}`;
}
