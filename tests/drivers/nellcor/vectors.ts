/** The lines of tests/fixtures/nellcor, and readings that differ in one field. */
import { readFileSync } from 'node:fs';
import { line } from '$drivers/ascii-line.ts';
import { decode, encodeReading } from '$drivers/nellcor/codec.ts';
import type { Message, ReadingLine } from '$drivers/nellcor/messages.ts';

const file = new URL('../../fixtures/nellcor/lines.txt', import.meta.url);

export const LINES: readonly { readonly name: string; readonly text: string }[] = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((row) => {
    const [name = '', ...text] = row.split(' ; ');
    return { name, text: text.join(' ; ') };
  });

export function textOf(name: string): string {
  const found = LINES.find((each) => each.name === name);
  if (!found) throw new Error(`no line ${name}`);
  return found.text;
}

export const lineOf = (name: string): Uint8Array => line(textOf(name));

export const decodeText = (text: string) => decode(line(text).subarray(0, -2));

/** The decoded line; the test fails when it is not understood. */
export function read(text: string): Message {
  const decoded = decodeText(text);
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.message;
}

export const GOOD: ReadingLine = {
  kind: 'reading',
  deviceTime: Date.UTC(2026, 0, 6, 10, 15, 2),
  saturation: { value: 97, isOutside: false },
  pulseRate: { value: 71, isOutside: false },
  pulseAmplitude: { value: 88, isOutside: false },
  codes: [],
};

export const readingWith = (changes: Partial<ReadingLine>): Uint8Array => encodeReading({ ...GOOD, ...changes });
