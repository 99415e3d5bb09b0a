/**
 * Bytes of the line ⇄ records, see `layout-table.ts`.
 *
 * There is no sum. A record counts when all of it is where it has to be: the magic word behind FF, and from byte 409 on text
 * that begins with the HR line and ends with a CR before the FE. A byte lost or doubled in the waveforms moves the text and
 * is found; in a number of the text it is not. FF and FE may stand in the waveforms, so after a false record the search goes
 * on one byte behind its start. What is noise is cut in pieces of 64 bytes at most, so that the cuts do not depend on the chunks.
 */
import { fromLatin1 } from '../bytes.ts';
import { copyOf, cutPieces, noise, noiseToStart, type Piece } from '../cutting.ts';
import type { CutResult, NoiseReason } from '../driver.ts';
import { END, MAGIC, MAX_RECORD_BYTES, START, TEXT_AT } from './layout-table.ts';

const HEAD = fromLatin1(`\u00ff${MAGIC}`);
const FIRST_LINE = fromLatin1('HR=');
const [CR, SPACE, TILDE] = [0x0d, 0x20, 0x7e] as const;

/** Takes records out of what was received; the payload of a frame is the whole record. */
export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutPieces(rest, chunk, cutOne);

/** The first cut from `from` on, and where it ends; undefined while its end has not arrived. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  if (bytes[from] !== START) return noiseToStart(bytes, from, START, 'no-start');
  const end = findEnd(bytes, from);
  if (typeof end === 'string') return noise(bytes, from, from + 1, end);
  if (end === undefined) return undefined;
  const wire = copyOf(bytes, from, end);
  return { cuts: [{ kind: 'frame', wire, payload: wire }], end };
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
