/**
 * What the attributes of a numeric object say.
 *
 *   value      u16 physio id · u16 state · u16 unit · float
 *   compound   list of values
 */
import { concatBytes } from '../bytes.ts';
import { attributeOf, isRead, readValue } from './attributes.ts';
import { fromFloat, toFloat, type FloatValue } from './floats.ts';
import type { PolledObject } from './messages.ts';
import { ATTRIBUTE } from './protocol-codes.ts';
import { readText } from './texts.ts';
import { list, words, type Reader } from './wire.ts';

export interface NumericValue {
  readonly physioId: number;
  readonly state: number;
  readonly unit: number;
  readonly value: FloatValue;
}

export interface NumericObject {
  readonly handle: number;
  /** None when the object measures nothing at the moment. */
  readonly values: readonly NumericValue[];
  /** What the monitor calls it, when it said so in this message. */
  readonly label?: string;
  /** When it was measured, on the monitor's wall clock: ms since 1970 as if that clock had no zone. */
  readonly measuredAt?: number;
  /** A value is there and cannot be read. */
  readonly isDamaged: boolean;
}

export function readNumericObject({ handle, attributes }: PolledObject): NumericObject {
  const single = readValue(attributes, ATTRIBUTE.numeric, readNumeric);
  const compound = readValue(attributes, ATTRIBUTE.numericCompound, (reader) => reader.list(readNumeric));
  const text = attributeOf(attributes, ATTRIBUTE.labelText);
  const label = text && readText(text);
  const stamp = attributeOf(attributes, ATTRIBUTE.stampAbsolute);
  const measuredAt = stamp && readAbsoluteTime(stamp);
  return {
    handle,
    values: [...(isRead(single) ? [single] : []), ...(isRead(compound) ? compound : [])],
    ...(label !== undefined && { label }),
    ...(measuredAt !== undefined && { measuredAt }),
    isDamaged: single === 'damaged' || compound === 'damaged',
  };
}

const readNumeric = (reader: Reader): NumericValue => ({
  physioId: reader.u16(),
  state: reader.u16(),
  unit: reader.u16(),
  value: toFloat(reader.u32()),
});

export const writeNumeric = ({ physioId, state, unit, value }: NumericValue, decimals: number): Uint8Array =>
  concatBytes(words(physioId, state, unit), fromFloat(value, decimals));

export const writeCompound = (values: readonly NumericValue[], decimals: number): Uint8Array =>
  list(values.map((value) => writeNumeric(value, decimals)));

const CENTURY = 100;

/**
 * Eight pairs of decimal digits: century, year, month, day, hour, minute, second, fraction (not read: monitors leave it 00).
 * @returns ms since 1970 of that calendar date taken as UTC; undefined for FF and everything else that is no date.
 */
export function readAbsoluteTime(bytes: Uint8Array): number | undefined {
  const pairs = Array.from(bytes, (byte) =>
    byte >> 4 < 10 && (byte & 0xf) < 10 ? (byte >> 4) * 10 + (byte & 0xf) : NaN,
  );
  const [century = NaN, year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN] = pairs;
  const ms = Date.UTC(century * CENTURY + year, month - 1, day, hour, minute, second);
  if (bytes.length !== 8 || Number.isNaN(ms)) return undefined;
  const date = new Date(ms);
  const isThatDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  return isThatDay && minute < 60 && second < 60 ? ms : undefined;
}

export function writeAbsoluteTime(ms: number): Uint8Array {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  const parts = [
    Math.floor(year / CENTURY),
    year % CENTURY,
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    0,
  ];
  return Uint8Array.from(parts, (part) => Math.floor(part / 10) * 16 + (part % 10));
}

/** The time that monitors write where they have none. */
export const NO_ABSOLUTE_TIME: Uint8Array = new Uint8Array(8).fill(0xff);
