/**
 * Bytes of the line ⇄ frames, alike in both directions.
 *
 *   '!' │ word { '^' field } │ '|' │ CRC, four capital hexadecimal digits │ CR
 *        └──── summed ─────┘
 *
 * The CRC is CRC-16/CCITT-FALSE. ESC inside a frame means that its sender abandons it (one public program treats it so). A frame
 * has one start and one end, and damage may make a start of anything: within what ends with a CR every `!` is tried as the
 * true one, from the left.
 */
import { concatBytes, fromLatin1, latin1 } from '../bytes.ts';
import { crc16CcittFalse } from '../checksum.ts';
import { cutPieces, noise, type Piece } from '../cutting.ts';
import type { Cut, CutResult, NoiseReason } from '../driver.ts';

const [START, BAR, CR, ESC, SPACE, TILDE] = [0x21, 0x7c, 0x0d, 0x1b, 0x20, 0x7e] as const;
/** The bar, four digits. */
const TAIL_BYTES = 5;

/** No document sets a bound; the longest known frame has 91 bytes. */
export const MAX_FRAME_BYTES = 256;

/** Takes frames out of what was received; a payload is what stands between `!` and `|`. Chunks make no difference. */
export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutPieces(rest, chunk, cutOne);

/** The whole frame for this text. @throws RangeError for text longer than any frame, or with other than printable ASCII. */
export function frame(text: string): Uint8Array {
  const content = fromLatin1(text);
  const wire = concatBytes(Uint8Array.of(START), content, fromLatin1(`|${crcText(content)}\r`));
  if (wire.length > MAX_FRAME_BYTES || !content.every(isPrintable)) throw new RangeError(`not a frame: ${text}`);
  return wire;
}

const crcText = (content: Uint8Array): string => crc16CcittFalse(content).toString(16).toUpperCase().padStart(4, '0');

/** What stands between `from` and the next end of a frame; undefined while that has not arrived. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  const longest = Math.min(bytes.length, from + MAX_FRAME_BYTES);
  for (let at = from; at < longest; at += 1) {
    if (bytes[at] === CR) return { cuts: judge(bytes, from, at), end: at + 1 };
    if (bytes[at] === ESC) return noise(bytes, from, at + 1, hasStart(bytes, from, at) ? 'bad-length' : 'no-start');
  }
  return longest - from === MAX_FRAME_BYTES ? giveUp(bytes, from, longest) : undefined;
}

/** Longer than any frame. The last start in it may be that of one that is still coming. */
function giveUp(bytes: Uint8Array, from: number, longest: number): Piece {
  const start = bytes.subarray(0, longest).lastIndexOf(START);
  const end = start > from ? start : longest;
  return noise(bytes, from, end, hasStart(bytes, from, end) ? 'too-long' : 'no-start');
}

/** The good frame that ends with the CR at `close`, and what stands before it; or all of it as noise. */
function judge(bytes: Uint8Array, from: number, close: number): readonly Cut[] {
  for (let at = bytes.indexOf(START, from); at >= 0 && at < close - TAIL_BYTES; at = bytes.indexOf(START, at + 1)) {
    const content = bytes.slice(at + 1, close - TAIL_BYTES);
    if (!isRight(content, bytes.subarray(close - TAIL_BYTES, close))) continue;
    const found: Cut = { kind: 'frame', wire: bytes.slice(at, close + 1), payload: content };
    return at === from ? [found] : [...noise(bytes, from, at, whyBefore(bytes, from, at)).cuts, found];
  }
  return noise(bytes, from, close + 1, whyBefore(bytes, from, close)).cuts;
}

const isRight = (content: Uint8Array, tail: Uint8Array): boolean =>
  tail[0] === BAR && content.every(isPrintable) && latin1(tail.subarray(1)) === crcText(content);

const isPrintable = (byte: number): boolean => byte >= SPACE && byte <= TILDE;

const hasStart = (bytes: Uint8Array, from: number, end: number): boolean =>
  bytes.subarray(from, end).indexOf(START) >= 0;

const whyBefore = (bytes: Uint8Array, from: number, end: number): NoiseReason =>
  hasStart(bytes, from, end) ? 'bad-sum' : 'no-start';
