/**
 * Bytes of the line ⇄ lines of text, alike in both directions.
 *
 *   20 │ two capital letters │ arguments or data │ two checksum characters │ 0d
 *
 * The checksum is of this protocol alone: the sum of (code − 0x1F) over all characters before it, folded at 0xFFF, in two
 * characters of six bits. Twelve bits over some twenty characters let one damaged line in four thousand pass.
 *
 * A line owns the line ends in front of it: some devices end with CR LF, and a CR may be sent first to flush half a line.
 * In a damaged line the next space may be the true start, so a good line behind noise or behind a lost CR is still found.
 */
import { concatBytes, fromLatin1 } from '../bytes.ts';
import { cutPieces, noise, type Piece } from '../cutting.ts';
import type { Cut, CutResult } from '../driver.ts';

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const LAST_PRINTABLE = 0x7e;
/** Space, two letters, checksum. */
const LEAST_BYTES = 5;

/** Without its end. The longest known line has 21; some replies are not known. */
export const MAX_LINE_BYTES = 64;
/** More line ends in a row than this are a fault of the line. */
const MAX_LINE_ENDS = 4;

export const MAX_REST_BYTES = MAX_LINE_ENDS + MAX_LINE_BYTES;

/** Takes lines out of what was received; a payload is the line without checksum and end. Chunks make no difference. */
export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutPieces(rest, chunk, cutOne);

/** The whole line for this text. @throws RangeError for text that is longer than any line or has other than printable ASCII. */
export function line(text: string): Uint8Array {
  const content = fromLatin1(text);
  if (content.length + 2 > MAX_LINE_BYTES || !content.every(isPrintable)) throw new RangeError(`not a line: ${text}`);
  return concatBytes(content, checksum(content), Uint8Array.of(CR));
}

function checksum(text: Uint8Array): Uint8Array {
  let sum = 0;
  for (const code of text) {
    sum += code - 0x1f;
    if (sum > 0xfff) sum -= 0xfff;
  }
  return Uint8Array.of(0x20 + (sum >> 6), 0x20 + (sum & 0x3f));
}

/** What stands between `from` and the next line end; undefined while that has not arrived. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  const start = skipLineEnds(bytes, from);
  if (start - from === MAX_LINE_ENDS) return noise(bytes, from, start, 'no-start');
  const close = bytes.indexOf(CR, start);
  if ((close < 0 ? bytes.length : close) - start > MAX_LINE_BYTES) {
    return noise(bytes, from, start + MAX_LINE_BYTES, 'too-long');
  }
  return close < 0 ? undefined : { cuts: judge(bytes, from, start, close), end: close + 1 };
}

function skipLineEnds(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at - from < MAX_LINE_ENDS && (bytes[at] === CR || bytes[at] === LF)) at += 1;
  return at;
}

/** The good line that ends at `close`, and what stands before it; or all of it as noise. */
function judge(bytes: Uint8Array, from: number, start: number, close: number): readonly Cut[] {
  let why: 'no-start' | 'bad-sum' = 'no-start';
  for (let at = start; close - at >= LEAST_BYTES; at += 1) {
    if (!isStart(bytes, at)) continue;
    const content = bytes.subarray(at, close - 2);
    if (isRight(content, bytes.subarray(close - 2, close))) {
      const begin = at === start ? from : at;
      const frame: Cut = { kind: 'frame', wire: bytes.slice(begin, close + 1), payload: content.slice() };
      return begin === from ? [frame] : [...noise(bytes, from, begin, why).cuts, frame];
    }
    why = 'bad-sum';
  }
  return noise(bytes, from, close + 1, why).cuts;
}

const isStart = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === SPACE && isCapital(bytes[at + 1]) && isCapital(bytes[at + 2]);
const isCapital = (code: number | undefined): boolean => code !== undefined && code >= 0x41 && code <= 0x5a;
const isPrintable = (code: number): boolean => code >= SPACE && code <= LAST_PRINTABLE;

function isRight(content: Uint8Array, sent: Uint8Array): boolean {
  const [high, low] = checksum(content);
  return content.every(isPrintable) && sent[0] === high && sent[1] === low;
}
