/**
 * Bytes of the line ⇄ records, see `layout-table.ts`.
 *
 * There is no sum. A record counts when all of it is where it has to be: the magic word behind FF, and from byte 409 on text
 * that begins with the HR line and ends with a CR before the FE. A byte lost or doubled in the waveforms moves the text and
 * is found; in a number of the text it is not. FF and FE may stand in the waveforms, so after a false record the search goes
 * on one byte behind its start. What is noise is cut in pieces of 64 bytes at most, so that the cuts do not depend on the chunks.
 */
import { concatBytes, fromLatin1 } from '../bytes.ts';
import type { Cut, CutResult, NoiseReason } from '../driver.ts';
import { END, MAGIC, MAX_RECORD_BYTES, START, TEXT_AT } from './layout-table.ts';

const HEAD = fromLatin1(`\u00ff${MAGIC}`);
const FIRST_LINE = fromLatin1('HR=');
const [CR, SPACE, TILDE] = [0x0d, 0x20, 0x7e] as const;
const MAX_NOISE_BYTES = 64;

/** Takes records out of what was received; the payload of a frame is the whole record. */
export function cut(rest: Uint8Array, chunk: Uint8Array): CutResult {
  const bytes = rest.length === 0 ? chunk : concatBytes(rest, chunk);
  const cuts: Cut[] = [];
  let from = 0;
  for (let next = cutOne(bytes, from); next; next = cutOne(bytes, from)) {
    cuts.push(next.cut);
    from = next.end;
  }
  return { rest: copy(bytes, from, bytes.length), cuts };
}

interface Piece {
  readonly cut: Cut;
  readonly end: number;
}

/** The first cut from `from` on, and where it ends; undefined while its end has not arrived. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  if (bytes[from] !== START) return cutNoise(bytes, from);
  const end = findEnd(bytes, from);
  if (typeof end === 'string') return noise(bytes, from, from + 1, end);
  if (end === undefined) return undefined;
  const wire = copy(bytes, from, end);
  return { cut: { kind: 'frame', wire, payload: wire }, end };
}

function cutNoise(bytes: Uint8Array, from: number): Piece | undefined {
  const start = bytes.indexOf(START, from);
  const end = Math.min(start < 0 ? Infinity : start, from + MAX_NOISE_BYTES);
  return end <= bytes.length ? noise(bytes, from, end, 'no-start') : undefined;
}

/** Where the record that begins at `from` ends, why it is none, or undefined while that cannot be said. */
function findEnd(bytes: Uint8Array, from: number): number | NoiseReason | undefined {
  if (!agrees(bytes, from, HEAD)) return 'no-start';
  if (!agrees(bytes, from + TEXT_AT, FIRST_LINE)) return 'bad-length';
  const longest = Math.min(bytes.length, from + MAX_RECORD_BYTES);
  for (let at = from + TEXT_AT; at < longest; at += 1) {
    const byte = bytes[at];
    if (byte === END) return bytes[at - 1] === CR ? at + 1 : 'bad-length';
    if (!isText(byte)) return 'bad-length';
  }
  return bytes.length >= from + MAX_RECORD_BYTES ? 'too-long' : undefined;
}

/** Whether the bytes at `from` are these, as far as they have arrived. */
const agrees = (bytes: Uint8Array, from: number, expected: Uint8Array): boolean =>
  expected.every((byte, i) => from + i >= bytes.length || bytes[from + i] === byte);

const isText = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= SPACE && byte <= TILDE) || byte === CR);

const noise = (bytes: Uint8Array, from: number, end: number, why: NoiseReason): Piece => ({
  cut: { kind: 'noise', why, bytes: copy(bytes, from, end) },
  end,
});

/** A copy of its own: what is kept must not hold a whole chunk, nor be changed by who lent it. */
const copy = (bytes: Uint8Array, from: number, end: number): Uint8Array => new Uint8Array(bytes.subarray(from, end));
