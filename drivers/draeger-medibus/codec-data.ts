/**
 * The data of responses. All fields have a fixed width:
 *
 *   measured, limits   2 code · 4 value                 settings   2 code · 5 value
 *   alarms             priority as a character from 30 · 2 code · 12 phrase
 *   texts              2 code · length as a character from 30 · text · 03
 *   identity           4 id · name in apostrophes · DD.DD:MM.MM, device software and MEDIBUS version
 *   date               HH:MM:SSDD-MMM-YY, month in German; devices leave seconds out, put spaces in, and write English
 *   curves             2 code · 8 interval µs · 5 minimum · 5 maximum · 3 largest bin in hexadecimal
 *
 * A parameter whose field is no number is named as unread and the others count; elsewhere one wrong field makes all wrong.
 * What is written by `write…` is for the simulated device; what is read from it again is the same.
 */
import { concatBytes } from '../bytes.ts';
import type { Content, Curve, DeviceAlarmEntry, Identity, Parameter } from './messages.ts';

const CODE = /^[0-9A-F]{2}$/;
const NUMBER = /^ *-? *\d+(\.\d+)? *$/;
const CHARACTER_ZERO = 0x30;
const ETX = '\u0003';

const PHRASE_WIDTH = 12;
const MAX_PRIORITY = 31;
const CURVE_WIDTH = 23;

/** Pieces of this width; the last one may be shorter. */
const piecesOf = (text: string, width: number): readonly string[] =>
  Array.from({ length: Math.ceil(text.length / width) }, (_, i) => text.slice(i * width, (i + 1) * width));

const numberOf = (field: string): number => (NUMBER.test(field) ? Number(field.replaceAll(' ', '')) : NaN);

/** Never undefined: what cannot be read is in `unread`. */
export function readValues(data: string, valueWidth: number): Extract<Content, { type: 'values' }> {
  const pieces = piecesOf(data, 2 + valueWidth);
  const parameters = pieces.map((piece): Parameter => {
    const text = piece.slice(2);
    return { code: piece.slice(0, 2), text, value: text.length === valueWidth ? numberOf(text) : NaN };
  });
  const isRead = ({ code, value }: Parameter) => CODE.test(code) && Number.isFinite(value);
  return {
    type: 'values',
    values: parameters.filter(isRead),
    unread: parameters.filter((parameter) => !isRead(parameter)).map(({ code, text }) => code + text),
  };
}

export const writeValues = (parameters: readonly Pick<Parameter, 'code' | 'text'>[]): string =>
  parameters.map(({ code, text }) => code + text).join('');

export function readAlarms(data: string): readonly DeviceAlarmEntry[] | undefined {
  const entries = piecesOf(data, 3 + PHRASE_WIDTH).map((piece) => ({
    priority: piece.charCodeAt(0) - CHARACTER_ZERO,
    code: piece.slice(1, 3),
    phrase: piece.slice(3),
  }));
  const isWhole = entries.every(
    ({ priority, code, phrase }) =>
      priority >= 1 && priority <= MAX_PRIORITY && CODE.test(code) && phrase.length === PHRASE_WIDTH,
  );
  return isWhole ? entries : undefined;
}

export const writeAlarms = (alarms: readonly DeviceAlarmEntry[]): string =>
  alarms
    .map(({ priority, code, phrase }) => {
      const fitting = phrase.padEnd(PHRASE_WIDTH).slice(0, PHRASE_WIDTH);
      return `${String.fromCharCode(priority + CHARACTER_ZERO)}${code}${fitting}`;
    })
    .join('');

export function readTexts(data: string): readonly { readonly code: string; readonly text: string }[] | undefined {
  const texts: { code: string; text: string }[] = [];
  for (let at = 0; at < data.length;) {
    const code = data.slice(at, at + 2);
    const length = data.charCodeAt(at + 2) - CHARACTER_ZERO;
    const end = at + 3 + length;
    if (!CODE.test(code) || !(length >= 0) || data[end] !== ETX) return undefined;
    texts.push({ code, text: data.slice(at + 3, end) });
    at = end + 1;
  }
  return texts;
}

export const writeTexts = (texts: readonly { readonly code: string; readonly text: string }[]): string =>
  texts.map(({ code, text }) => `${code}${String.fromCharCode(text.length + CHARACTER_ZERO)}${text}${ETX}`).join('');

const IDENTITY = /^(?<id>[0-9A-F]{4})'(?<name>[^']*)' *(?<software>\d\d\.\d\d):(?<medibus>\d\d\.\d\d)$/;

export function readIdentity(data: string): Identity | undefined {
  const fields = IDENTITY.exec(data)?.groups;
  if (!fields) return undefined;
  const { id = '', name = '', software = '', medibus = '' } = fields;
  return { id, name: name.trim(), software, medibus };
}

export const writeIdentity = ({ id, name, software, medibus }: Identity): string =>
  `${id}'${name}'${software}:${medibus}`;

const DATE =
  /^\s*(?<hour>\d{1,2}):(?<minute>\d{2}):?(?<second>\d{2})?\s*(?<day>\d{1,2})-(?<month>[A-Z]{3})-(?<year>\d{2}|\d{4})\s*$/;
const MONTHS: readonly (readonly string[])[] = [
  ['JAN'],
  ['FEB'],
  ['MAR'],
  ['APR'],
  ['MAI', 'MAY'],
  ['JUN'],
  ['JUL'],
  ['AUG'],
  ['SEP'],
  ['OKT', 'OCT'],
  ['NOV'],
  ['DEZ', 'DEC'],
];
/** Two digits of a year from here on are of the last century. */
const FIRST_YEAR_OF_19XX = 70;

/** Milliseconds since 1970, wall clock read as UTC; undefined for what is no date. */
export function readDate(data: string): number | undefined {
  const fields = DATE.exec(data)?.groups;
  if (!fields) return undefined;
  const month = MONTHS.findIndex((names) => names.some((name) => name === fields['month']));
  const [year, day] = [fullYear(Number(fields['year'])), Number(fields['day'])];
  const [hour, minute, second] = [Number(fields['hour']), Number(fields['minute']), Number(fields['second'] ?? 0)];
  const date = new Date(Date.UTC(year, month, day, hour, minute, second));
  const isReal = month >= 0 && date.getUTCMonth() === month && date.getUTCDate() === day;
  return isReal && hour < 24 && minute < 60 && second < 60 ? date.getTime() : undefined;
}

const fullYear = (year: number): number => {
  if (year >= 100) return year;
  return year + (year >= FIRST_YEAR_OF_19XX ? 1900 : 2000);
};

/** As the document has it, with the German month. @param time in whole seconds of a year that two digits can tell */
export function writeDate(time: number): string {
  const iso = new Date(time).toISOString();
  const [month = ''] = MONTHS[Number(iso.slice(5, 7)) - 1] ?? [];
  return `${iso.slice(11, 19)}${iso.slice(8, 10)}-${month}-${iso.slice(2, 4)}`;
}

export function readCurves(data: string): readonly Curve[] | undefined {
  const curves = piecesOf(data, CURVE_WIDTH).map((piece): Curve => {
    const digits = piece.slice(20);
    return {
      code: piece.slice(0, 2),
      intervalUs: numberOf(piece.slice(2, 10)),
      minimum: numberOf(piece.slice(10, 15)),
      maximum: numberOf(piece.slice(15, 20)),
      maxBin: /^[0-9A-F]{3}$/i.test(digits) ? Number.parseInt(digits, 16) : NaN,
    };
  });
  const isWhole = curves.every(
    ({ code, intervalUs, minimum, maximum, maxBin }) =>
      CODE.test(code) && intervalUs > 0 && Number.isFinite(minimum) && maximum > minimum && maxBin > 0,
  );
  return isWhole ? curves : undefined;
}

export const writeCurves = (curves: readonly Curve[]): string =>
  curves
    .map(({ code, intervalUs, minimum, maximum, maxBin }) => {
      const range = `${String(minimum).padStart(5)}${String(maximum).padStart(5)}`;
      return `${code}${String(intervalUs).padStart(8)}${range}${maxBin.toString(16).toUpperCase().padStart(3, '0')}`;
    })
    .join('');

/** The value of a bin, in the unit of the curve. */
export const valueOfBin = (bin: number, { minimum, maximum, maxBin }: Curve): number =>
  minimum + (bin * (maximum - minimum)) / maxBin;

/** A real-time record: sync byte, sync commands, two bytes of six bits for each bin, low bits first. */
export const writeRecord = (mask: number, bins: readonly number[], syncs: readonly number[] = []): Uint8Array =>
  concatBytes(
    Uint8Array.of(0xd0 | mask),
    Uint8Array.from(syncs, (each) => 0xc0 | each),
    Uint8Array.from(bins.flatMap((bin) => [0x80 | (bin & 0x3f), 0x80 | ((bin >> 6) & 0x3f)])),
  );
