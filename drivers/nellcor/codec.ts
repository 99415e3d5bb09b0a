/**
 * Lines ⇄ messages.
 *
 *   N-395 VERSION 2.0.0.0 CRC: XXXX SpO2 Limit: 70-100% PR Limit: 60-160BPM        heading
 *   TIME %SPO2 BPM PA Status
 *   12-NOV-98 14:00:05 100 120 50                                                  reading: SpO2, rate, amplitude
 *   06-JAN-26 10:15:02  97 142*  88 PH                                             *: outside its limit; 0 to 4 codes
 *
 * Stored lines look the same; only the heading before them differs (`TREND` in place of `CRC`). The line carries no sum, and
 * its numbers have no fixed width, so a lost digit cannot be seen: a line is understood as a whole or not at all, no more.
 */
import { latin1 } from '../bytes.ts';
import type { Decoded } from '../driver.ts';
import { line } from '../ascii-line.ts';
import {
  XON,
  type Heading,
  type Measured,
  type Message,
  type Query,
  type ReadingLine,
  type Remark,
} from './messages.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** Two digits of a year from here on are of the last century, when the first of these oximeters were built. */
const FIRST_YEAR = 80;

const READING = /^(\d\d)-([A-Z]{3})-(\d\d)\s+(\d\d):(\d\d):(\d\d)\s+(\S+)\s+(\S+)\s+(\S+)((?:\s+[A-Z]{2}){0,4})$/i;
const NUMBER = /^(\d{1,3}|---)(\*?)$/;
const HEADING =
  /^(\S.*?)\s+VERSION\s+(\S+)\s+CRC:\s*(\S+)\s+SpO2\s+Limit:\s*(\d+)-(\d+)\s*%\s+PR\s+Limit:\s*(\d+)-(\d+)\s*BPM$/i;

/** What a line is that is neither a reading nor a heading; the first that fits. Where TREND stands in its heading is not known. */
const REMARKS: readonly (readonly [pattern: RegExp, kind: Remark['kind']])[] = [
  [/^Output Complete$/i, 'trend-end'],
  [/^TIME\s+%SPO2\s+BPM\s+PA(\s+Status)?$/i, 'columns'],
  [/\bMODE:/i, 'mode'],
  [/\sVERSION\s+\S+\s+INFO\s+CRC:|Interactive Mode$|^[0-4]\) \w|^Command\?/i, 'menu'],
  [/\bTREND\b/i, 'trend-heading'],
];

const SHOWN_IN_DETAIL = 60;

export function decode(payload: Uint8Array): Decoded<Message> {
  const text = latin1(payload).trim();
  const message = readReading(text) ?? readHeading(text) ?? readRemark(text);
  return message
    ? { ok: true, message: { ...message, text } }
    : { ok: false, why: 'malformed', detail: `no line of this oximeter: ${text.slice(0, SHOWN_IN_DETAIL)}` };
}

function readReading(text: string): ReadingLine | undefined {
  const found = READING.exec(text);
  if (!found) return undefined;
  const [, day, month = '', year, hour, minute, second, sat = '', rate = '', amplitude = '', codes = ''] = found;
  const saturation = readNumber(sat);
  const pulseRate = readNumber(rate);
  const pulseAmplitude = readNumber(amplitude);
  if (!saturation || !pulseRate || !pulseAmplitude) return undefined;
  const monthNumber = MONTHS.indexOf(month.toUpperCase());
  const deviceTime = readTime([year, monthNumber, day, hour, minute, second].map(Number));
  const capitals = codes.toUpperCase().split(/\s+/).filter(Boolean);
  return { kind: 'reading', deviceTime, saturation, pulseRate, pulseAmplitude, codes: capitals };
}

function readNumber(text: string): Measured | undefined {
  const [, digits, star] = NUMBER.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return { value: digits === '---' ? 'dashes' : Number(digits), isOutside: star === '*' };
}

/** @returns undefined for what is no date, as a clock shows that was never set. */
function readTime([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]):
  number | undefined {
  const time = Date.UTC((year < FIRST_YEAR ? 2000 : 1900) + year, month, day, hour, minute, second);
  const back = new Date(time);
  const isDate = back.getUTCMonth() === month && back.getUTCDate() === day && back.getUTCHours() === hour;
  return isDate && minute < 60 && second < 60 ? time : undefined;
}

function readHeading(text: string): Heading | undefined {
  const found = HEADING.exec(text);
  if (!found) return undefined;
  const [, model = '', version = '', crc = '', ...limits] = found;
  const [satLow = NaN, satHigh = NaN, rateLow = NaN, rateHigh = NaN] = limits.map(Number);
  return {
    kind: 'heading',
    model,
    version,
    crc,
    saturationLimits: [satLow, satHigh],
    pulseLimits: [rateLow, rateHigh],
  };
}

function readRemark(text: string): Remark | undefined {
  const found = REMARKS.find(([pattern]) => pattern.test(text));
  return found && { kind: found[1] };
}

export function encode(query: Query): Uint8Array {
  switch (query) {
    case 'xon':
      return Uint8Array.of(XON);
  }
}

/** A real-time or stored line. @throws RangeError without a time: no oximeter prints such a line. */
export function encodeReading({ deviceTime, saturation, pulseRate, pulseAmplitude, codes }: ReadingLine): Uint8Array {
  if (deviceTime === undefined) throw new RangeError('a line without a time');
  const time = new Date(deviceTime);
  const [year = '', , day = ''] = time.toISOString().slice(0, 10).split('-');
  const stamp = `${day}-${MONTHS[time.getUTCMonth()]}-${year.slice(-2)} ${time.toISOString().slice(11, 19)}`;
  const numbers = [saturation, pulseRate, pulseAmplitude].map(writeNumber);
  return line([stamp, ...numbers, ...codes].join(' '));
}

const writeNumber = ({ value, isOutside }: Measured): string =>
  `${value === 'dashes' ? '---' : String(value).padStart(3)}${isOutside ? '*' : ''}`;

/** The two lines of a heading. */
export function encodeHeading({ model, version, crc, saturationLimits, pulseLimits }: Heading): readonly Uint8Array[] {
  const limits = `SpO2 Limit: ${saturationLimits.join('-')}% PR Limit: ${pulseLimits.join('-')}BPM`;
  return [line(`${model} VERSION ${version} CRC: ${crc} ${limits}`), line('TIME   %SPO2  BPM  PA  Status')];
}

/** The heading before stored lines; what stands behind TREND on a real oximeter is not known. */
export const encodeTrendHeading = ({ model, version }: Pick<Heading, 'model' | 'version'>): Uint8Array =>
  line(`${model} VERSION ${version} TREND`);

export const TREND_END = line('Output Complete');
