/**
 * Bytes ⇄ HL7 messages on a stream: the Minimal Lower Layer Protocol.
 *
 *   0B  message, segments end with 0D  1C 0D
 *   VT  └──────── payload ──────────┘  FS CR
 *
 * There is no length and no sum; the marks are the frame. VT and FS are no letters of any text that HL7 carries, so a VT
 * always begins anew: a frame that breaks off costs itself only, and an FS without CR ends nothing.
 */
import { concatBytes } from '../bytes.ts';
import type { Cut, CutResult, NoiseReason } from '../driver.ts';

export const VT = 0x0b;
export const FS = 0x1c;
export const CR = 0x0d;
export const MARK_BYTES = 3;

/** Longest frame with its marks, unless a protocol says otherwise. MLLP sets no bound; no monitor or pump comes near this. */
export const MAX_FRAME_BYTES = 65_536;

const NO_BYTES = new Uint8Array(0);

/** Finds frames in what came in; see the contract of `cut`. The payload of a frame is the message without its marks. */
export function cut(rest: Uint8Array, chunk: Uint8Array, maxBytes = MAX_FRAME_BYTES): CutResult {
  const bytes = rest.length > 0 ? concatBytes(rest, chunk) : chunk;
  const cuts: Cut[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [end, why] = nextPiece(bytes, at, maxBytes);
    if (why === 'incomplete') return { rest: bytes.slice(at), cuts };
    const piece = bytes.slice(at, end);
    if (why === 'whole') cuts.push({ kind: 'frame', wire: piece, payload: piece.subarray(1, -2) });
    else cuts.push({ kind: 'noise', bytes: piece, why });
    at = end;
  }
  return { rest: NO_BYTES, cuts };
}

/** Puts marks around a message. @throws RangeError for a message that holds a mark itself or is longer than any frame. */
export function frame(message: Uint8Array, maxBytes = MAX_FRAME_BYTES): Uint8Array {
  if (message.includes(VT) || message.includes(FS)) throw new RangeError('a message with a mark of its frame in it');
  if (message.length + MARK_BYTES > maxBytes) throw new RangeError(`a message of ${message.length} bytes`);
  return concatBytes(Uint8Array.of(VT), message, Uint8Array.of(FS, CR));
}

type Piece = readonly [end: number, why: 'whole' | 'incomplete' | NoiseReason];

/** What begins at `at`, up to where, and what it is. Each byte is looked at a fixed number of times, whatever the bytes are. */
function nextPiece(bytes: Uint8Array, at: number, maxBytes: number): Piece {
  if (bytes[at] !== VT) return [find(bytes, VT, at, bytes.length), 'no-start'];
  const bound = Math.min(at + maxBytes, bytes.length);
  const again = find(bytes, VT, at + 1, bound);
  const last = find(bytes, FS, at + 1, again);
  if (last === again && again < bound) return [again, 'bad-length'];
  if (last + 1 < bound) return bytes[last + 1] === CR ? [last + 2, 'whole'] : [last + 1, 'bad-length'];
  return bound === at + maxBytes ? [bound, 'too-long'] : [bound, 'incomplete'];
}

/** @returns `to` when the byte does not occur from `from` up to there. */
function find(bytes: Uint8Array, byte: number, from: number, to: number): number {
  const index = bytes.subarray(from, to).indexOf(byte);
  return index < 0 ? to : from + index;
}
