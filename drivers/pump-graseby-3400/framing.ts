/**
 * Bytes of the line ⇄ frames of a Graseby 3400, alike in both directions.
 *
 *   '<' │ text │ '>' │ HH │ 0d          HH: sum of all bytes from '<' to '>' inclusive, modulo 256, in capital hexadecimal
 *
 * A sum of eight bits lets one damaged frame in 256 pass, so the codec doubts every word. Text is printable; a '<' in it is
 * the beginning of another frame.
 */
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { sum8 } from '$drivers/checksum.ts';
import { cutPieces, MAX_NOISE_BYTES, noiseToStart, type Piece } from '$drivers/cutting.ts';
import type { CutResult, NoiseReason } from '$drivers/driver.ts';

const [SPACE, OPEN, CLOSE, TILDE] = [0x20, 0x3c, 0x3e, 0x7e] as const;

/** The longest known has 13: `OKTOTLINFS175`. */
const MAX_TEXT_BYTES = 24;
/** Sum and CR. */
const TAIL_BYTES = 3;

export const MAX_REST_BYTES = MAX_NOISE_BYTES;

/** Takes frames out of what was received; a payload is the text. Chunks make no difference. */
export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutPieces(rest, chunk, cutOne);

/** The whole frame for this text. @throws RangeError for text that no frame has. */
export function seal(text: string): Uint8Array {
  const content = fromLatin1(text);
  if (content.length === 0 || content.length > MAX_TEXT_BYTES || !content.every(isText)) {
    throw new RangeError(`not the text of a frame: ${text}`);
  }
  const summed = Uint8Array.of(OPEN, ...content, CLOSE);
  return concatBytes(summed, fromLatin1(`${hex(sum8(summed))}\r`));
}

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

/** The first cut from `from` on, and where it ends; undefined while that cannot be known yet. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  if (from >= bytes.length) return undefined;
  const verdict = bytes[from] === OPEN ? judge(bytes, from) : 'no-start';
  if (verdict === 'incomplete') return undefined;
  if (typeof verdict === 'string') return noise(bytes, from, verdict);
  const wire = bytes.slice(from, verdict);
  return { cuts: [{ kind: 'frame', wire, payload: wire.slice(1, -1 - TAIL_BYTES) }], end: verdict };
}

/** Where the frame ends whose '<' stands at `from`, or why it is none. */
function judge(bytes: Uint8Array, from: number): number | 'incomplete' | NoiseReason {
  const begin = from + 1;
  let close = begin;
  while (close < bytes.length && isText(bytes[close])) {
    if (close - begin === MAX_TEXT_BYTES) return 'too-long';
    close += 1;
  }
  if (close === bytes.length) return 'incomplete';
  if (bytes[close] !== CLOSE || close === begin) return 'bad-length';
  const end = close + 1 + TAIL_BYTES;
  const tail = bytes.subarray(close + 1, end);
  const isRight = latin1(tail) === `${hex(sum8(bytes.subarray(from, close + 1)))}\r`;
  if (isRight) return end;
  return tail.length < TAIL_BYTES ? 'incomplete' : 'bad-sum';
}

/** From here to the next '<'. */
const noise = (bytes: Uint8Array, from: number, why: NoiseReason): Piece | undefined =>
  noiseToStart(bytes, from, OPEN, why);

const isText = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= SPACE && byte <= TILDE && byte !== OPEN && byte !== CLOSE;
