/** The lines of tests/fixtures/masimo, and shorthands for lines that differ in one field. */
import { readFileSync } from 'node:fs';
import { latin1 } from '$drivers/bytes.ts';
import { line } from '$drivers/ascii-line.ts';
import { decode, encode } from '$drivers/masimo/codec.ts';
import { EXCEPTIONS, type Line, type Message } from '$drivers/masimo/messages.ts';

const file = new URL('../../fixtures/masimo/lines.txt', import.meta.url);

export const LINES: readonly { readonly name: string; readonly text: string }[] = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((row) => {
    const [name = '', text = ''] = row.split(' ; ');
    return { name, text };
  });

export function textOf(name: string): string {
  const found = LINES.find((each) => each.name === name);
  if (!found) throw new Error(`no line ${name}`);
  return found.text;
}

/** The decoded line; the test fails when it is not understood. */
export function read(text: string): Message {
  const decoded = decode(line(text).subarray(0, -2));
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.message;
}

export const GOOD: Line = {
  kind: 'live',
  deviceTime: Date.UTC(2026, 0, 6, 10, 15, 2),
  saturation: 97,
  pulseRate: 71,
  perfusionIndex: 2.4,
  exceptions: EXCEPTIONS.fullSet,
  alarms: 0,
  others: {},
};

/** A line of a Radical-7 with these fields changed, without its end. */
export const textWith = (changes: Partial<Line>): string =>
  latin1(encode({ ...GOOD, ...changes }, 'radical-7-colour')).trim();
