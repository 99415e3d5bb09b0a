/**
 * Bytes of the line ⇄ records.
 *
 *   7e │ record, then the sum of its bytes; 7e as 7d 5e, 7d as 7d 5d │ 7e
 *
 * A flag cannot occur inside a frame, so the next flag is always the next place to begin again: after a damaged frame
 * nothing is searched byte by byte. Whose flag is whose: a frame owns the flags before it and the one that closes it, so
 * two frames with one flag between them leave it to the first. Noise owns the flags before it, never the one behind.
 *
 * The sum alone is weak (8 bits; a real recording has 18 fragments that pass it by accident), so the record's own length
 * field must agree as well.
 */
import { view } from '../bytes.ts';
import { sum8 } from '../checksum.ts';
import { copyOf, cutPieces, noise, type Piece } from '../cutting.ts';
import type { CutResult } from '../driver.ts';

const FLAG = 0x7e;
const ESCAPE = 0x7d;
const ESCAPED_BIT = 0x20;

/** Header and the largest data area. */
export const MAX_RECORD_BYTES = 40 + 1450;
const HEADER_BYTES = 40;
/** Every byte of the largest record and its sum escaped. */
const MAX_BODY_BYTES = 2 * (MAX_RECORD_BYTES + 1);
/** More flags in a row than this are a line fault, not idle filling. */
const MAX_FLAGS = 16;

export const MAX_REST_BYTES = MAX_FLAGS + MAX_BODY_BYTES;

/** Takes frames out of what was received. The cuts do not depend on how the bytes were chunked. */
export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutPieces(rest, chunk, cutOne);

/** The frame that carries this record. */
export function frame(record: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(2 * record.length + 4);
  let length = 0;
  const put = (byte: number): void => {
    const isMark = byte === FLAG || byte === ESCAPE;
    if (isMark) bytes[length++] = ESCAPE;
    bytes[length++] = isMark ? byte & ~ESCAPED_BIT : byte;
  };
  bytes[length++] = FLAG;
  for (const byte of record) put(byte);
  put(sum8(record));
  bytes[length++] = FLAG;
  return bytes.slice(0, length);
}

/** The first cut from `from` on, and where it ends; undefined while its end has not arrived. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  const body = skipFlags(bytes, from);
  if (body - from === MAX_FLAGS) {
    return noise(bytes, from, body, 'no-start');
  }
  const close = bytes.indexOf(FLAG, body);
  const end = close < 0 ? bytes.length : close;
  if (end - body > MAX_BODY_BYTES) {
    const stop = body + MAX_BODY_BYTES;
    return noise(bytes, from, stop, 'too-long');
  }
  if (close < 0) return undefined;
  const checked = check(unescape(bytes, body, close));
  return typeof checked === 'string'
    ? noise(bytes, from, close, checked)
    : { cuts: [{ kind: 'frame', wire: copyOf(bytes, from, close + 1), payload: checked }], end: close + 1 };
}

function skipFlags(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at - from < MAX_FLAGS && bytes[at] === FLAG) at += 1;
  return at;
}

/** The record without its sum, or how the content contradicts itself. Two bytes are the least that a sum can vouch for. */
function check(content: Uint8Array): Uint8Array | 'bad-sum' | 'bad-length' {
  const record = content.subarray(0, -1);
  if (record.length === 0 || sum8(record) !== content.at(-1)) return 'bad-sum';
  if (record.length < HEADER_BYTES || record.length > MAX_RECORD_BYTES) return 'bad-length';
  return view(record).getInt16(0, true) === record.length ? record : 'bad-length';
}

/** An escape right before the closing flag swallows the flag's value: the record is then longer than it says. */
function unescape(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const content = new Uint8Array(to - from);
  let length = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    content[length++] = byte === ESCAPE ? (bytes[++at] ?? 0) | ESCAPED_BIT : byte;
  }
  return content.subarray(0, length);
}
