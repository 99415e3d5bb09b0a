/**
 * What one pump has said so far, by parameter name: the raw table that everything else is read from.
 *
 * Order and set of the parameters differ from site to site, and a pump may have no value for a while (`_NV`, `_NA`). Such a
 * parameter keeps its last value for two blocks and is then without value; it never becomes 0. Names that we do not know
 * stand in the table like the others. Who the pump is (number and model, the latter told once) is kept while it is there.
 */
import type { Quadruple } from './messages.ts';

export interface Parameter {
  /** The last value, as sent. */
  readonly raw: string;
  /** Blocks since then. */
  readonly age: number;
}

export type ParameterTable = ReadonlyMap<string, Parameter>;

export const EMPTY_TABLE: ParameterTable = new Map();

const MAX_AGE = 2;
const IDENTITY: ReadonlySet<string> = new Set(['INNR', 'GNMODEL', 'GNNEW']);

const isNoValue = (value: string): boolean => value === '_NV' || value === '_NA';

/** The table after a further block of the same pump. */
export function remember(before: ParameterTable, records: readonly Quadruple[]): ParameterTable {
  const after = new Map<string, Parameter>();
  const sent = new Set(records.map(({ name }) => name));
  for (const [name, parameter] of before) {
    if (IDENTITY.has(name)) after.set(name, parameter);
    else if (sent.has(name) || parameter.age < MAX_AGE) after.set(name, { ...parameter, age: parameter.age + 1 });
  }
  for (const { name, value } of records) if (!isNoValue(value)) after.set(name, { raw: value, age: 0 });
  return after;
}

/** Who the pump is, without what it does. */
export const identityOf = (table: ParameterTable): ParameterTable =>
  new Map([...table].filter(([name]) => IDENTITY.has(name)));

/** @returns undefined for no value, and for one older than two blocks. */
export function textOf(table: ParameterTable, name: string): string | undefined {
  const parameter = table.get(name);
  return parameter && parameter.age <= MAX_AGE ? parameter.raw.trim() : undefined;
}

/** A decimal number; none of the parameters can be negative. @returns undefined for no value and for other text. */
export function numberOf(table: ParameterTable, name: string): number | undefined {
  const text = textOf(table, name);
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** A flag of the INA and INM families. */
export function flagOf(table: ParameterTable, name: string): boolean | undefined {
  const text = textOf(table, name);
  return text === '1' || text === '0' ? text === '1' : undefined;
}

/** @returns undefined for no value and for a text that is no 32-bit number. */
export function bitsOf(table: ParameterTable, name: string): number | undefined {
  const text = textOf(table, name);
  return text === undefined ? undefined : parseBits(text);
}

/**
 * A 32-bit field. How a pump writes it is not known (the document gives its range as `0x00000000h`): `0x…`, a final `h`, a
 * hex letter, or exactly eight digits with a leading zero are taken as hexadecimal, other digits as decimal.
 */
export function parseBits(text: string): number | undefined {
  const hex = /^0x([0-9a-f]{1,8})h?$/i.exec(text)?.[1] ?? /^([0-9a-f]{1,8})h$/i.exec(text)?.[1];
  const isBareHex = /^0\d{7}$/.test(text) || (/[a-f]/i.test(text) && /^[0-9a-f]{1,8}$/i.test(text));
  if (hex !== undefined || isBareHex) return Number.parseInt(hex ?? text, 16);
  return /^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff ? Number(text) : undefined;
}

export const hasBit = (bits: number | undefined, bit: number): boolean =>
  bits !== undefined && ((bits >>> bit) & 1) === 1;

/** Names of values that are older than the last block, but not yet given up. */
export const carriedNames = (table: ParameterTable): readonly string[] =>
  [...table].filter(([name, { age }]) => age > 0 && age <= MAX_AGE && !IDENTITY.has(name)).map(([name]) => name);

/** The last value of a parameter that the pump still names but has no value for any more. */
export function lostValue(table: ParameterTable, name: string): string | undefined {
  const parameter = table.get(name);
  return parameter && parameter.age > MAX_AGE ? parameter.raw.trim() : undefined;
}
