/** The recording of tests/fixtures/ivy-450c, and records that differ from its own in one line. */
import { readFileSync } from 'node:fs';
import { decode, encode } from '$drivers/ivy-450c/codec.ts';
import { cut } from '$drivers/ivy-450c/framing.ts';
import type { LineName } from '$drivers/ivy-450c/layout-table.ts';
import type { Line, Message } from '$drivers/ivy-450c/messages.ts';

/** The end of a record, and 27 whole ones. */
export const RECORDING = new Uint8Array(
  readFileSync(new URL('../../fixtures/ivy-450c/Ivy450C.1.data', import.meta.url)),
);

/** Where the first whole record begins, and how long each of them is. */
export const FIRST_AT = 252;
export const RECORD_BYTES = 562;

export const RECORDS: readonly Uint8Array[] = Array.from({ length: 27 }, (_, i) =>
  RECORDING.slice(FIRST_AT + i * RECORD_BYTES, FIRST_AT + (i + 1) * RECORD_BYTES),
);

export const [RECORD = new Uint8Array(0)] = RECORDS;

/** What these bytes say; the test fails when they are not one good record. */
export function read(wire: Uint8Array): Message {
  const [only, ...others] = cut(new Uint8Array(0), wire).cuts;
  if (only?.kind !== 'frame' || others.length > 0) throw new Error('not one good record');
  const decoded = decode(only.payload);
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.message;
}

export const GOOD: Message = read(RECORD);

/** The recorded record with some of its lines changed. */
export function recordWith(changes: Partial<Record<LineName, Partial<Line>>>): Uint8Array {
  const lines: Partial<Record<LineName, Line>> = { ...GOOD.lines };
  for (const name of ['HR', 'RR', 'ETCO2', 'SPO2', 'NIBP', 'P1', 'P2', 'T1', 'T2'] as const) {
    const line = lines[name];
    if (line) lines[name] = { ...line, ...changes[name] };
  }
  return encode({ traces: GOOD.traces, lines });
}

export const cuffWith = (...numbers: readonly (number | undefined)[]): Uint8Array => recordWith({ NIBP: { numbers } });
