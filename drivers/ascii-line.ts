/**
 * Bytes of a serial line ⇄ lines of text, for devices that print. How a line ends differs from model to model, so CR, LF and
 * CR LF are one thing:
 *
 *   (CR │ LF)* │ 1 to 512 printable characters, tabs among them │ CR or LF
 *
 * A line owns the ends before it and the first one behind it, so it is there as soon as its CR has come; the LF that may
 * follow belongs to the next line. There is no sum to check: a byte that no line can hold makes everything since the last
 * cut noise, and what a line says is for the codec to doubt.
 */
import { fromLatin1 } from './bytes.ts';
import { copyOf, cutPieces, noise, type Piece } from './cutting.ts';
import type { CutResult } from './driver.ts';

const [TAB, LF, CR, SPACE, TILDE] = [0x09, 0x0a, 0x0d, 0x20, 0x7e] as const;

/** No document sets a bound; the longest recorded line of the devices read here has 175 characters. */
export const MAX_LINE_BYTES = 512;
/** More ends in a row than this are a line fault, not empty lines. */
const MAX_ENDS = 16;

/** Takes lines out of what was received; the payload of a frame is its text without ends. The cuts do not depend on the chunks. */
export const cutLines = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutPieces(rest, chunk, cutOne);

/** The bytes of a line as devices send it. @throws RangeError for text that does not fit into single bytes. */
export const line = (text: string): Uint8Array => fromLatin1(`${text}\r\n`);

/** The first cut from `from` on, and where it ends; undefined while its end has not arrived. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  const start = skipEnds(bytes, from);
  if (start - from === MAX_ENDS) return noise(bytes, from, start, 'no-start');
  const longest = Math.min(bytes.length, start + MAX_LINE_BYTES + 1);
  for (let at = start; at < longest; at += 1) {
    const byte = bytes[at];
    if (isEnd(byte)) {
      const wire = copyOf(bytes, from, at + 1);
      return { cuts: [{ kind: 'frame', wire, payload: copyOf(bytes, start, at) }], end: at + 1 };
    }
    if (!isText(byte)) return noise(bytes, from, at + 1, 'no-start');
  }
  return bytes.length > start + MAX_LINE_BYTES ? noise(bytes, from, start + MAX_LINE_BYTES, 'too-long') : undefined;
}

function skipEnds(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at - from < MAX_ENDS && isEnd(bytes[at])) at += 1;
  return at;
}

const isEnd = (byte: number | undefined): boolean => byte === CR || byte === LF;

const isText = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= SPACE && byte <= TILDE) || byte === TAB);
