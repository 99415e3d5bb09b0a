/**
 * A journal entry (or a bed's state) as the text that is stored, and back. Plain JSON as `JSON.stringify` writes it, so that
 * any tool reads it. JSON has no word for NaN and the infinities and would write null, which is another thing: they become
 * `{"$number":"NaN"}` and come back as what they were. Negative zero comes back as zero, undefined fields not at all.
 */
import { type JournalEntry, type MonotonicMs, monotonicMs } from '$lib/domain/index.ts';

const KEY = '$number';

export function writeText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes('null') ? JSON.stringify(value, withoutNull) : text;
}

/** @throws SyntaxError when the text is not JSON. */
export const readText = (text: string): unknown =>
  text.includes(`{"${KEY}":`) ? JSON.parse(text, withNumber) : JSON.parse(text);

/** What one line of a journal row says. */
export type Line = Pick<JournalEntry, 'at' | 'body'>;

/** `[at, body]`, without a newline in it. */
export const lineOf = (at: MonotonicMs, body: JournalEntry['body']): string => writeText([at, body]);

/** @throws SyntaxError when the text is not JSON, TypeError when it is no line. */
export function readLine(line: string): Line {
  const read = readText(line);
  if (!isLine(read)) throw new TypeError('a line holds no entry');
  return { at: monotonicMs(read[0]), body: read[1] };
}

const isLine = (read: unknown): read is readonly [number, JournalEntry['body']] =>
  Array.isArray(read) && typeof read[0] === 'number' && typeof read[1] === 'object' && read[1] !== null;

const withoutNull = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? { [KEY]: String(value) } : value;

function withNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(KEY in value)) return value;
  return Number(value[KEY]);
}
