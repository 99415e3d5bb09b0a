/**
 * Bytes of a link ⇄ PDUs. One `cut` for both kinds of link; the first byte tells them apart.
 *
 *   serial   C0 │ 11 01 · u16 length · PDU · FCS low, high │ C1      C0, C1, 7D inside as 7D and the byte XOR 20
 *   LAN      the PDU alone, which says its own length (`pdu-length.ts`)
 *
 * A serial flag cannot occur inside a serial frame, so after a damaged frame the next C0 is where to begin again. A PDU of
 * the LAN has no check sequence: a serial frame whose C0 was lost looks like one. So bytes that hold a good serial frame are
 * never taken for a PDU, and the session believes only the kind of frame that its link carries.
 *
 * The payload of a serial frame keeps its four bytes of header: it is how the decoder knows where a PDU came from.
 */
import { concatBytes } from '../bytes.ts';
import { crc16X25 } from '../checksum.ts';
import { copyOf, cutPieces, noise, type Piece } from '../cutting.ts';
import type { CutResult } from '../driver.ts';
import { LONGEST_PDU, measurePdu } from './pdu-length.ts';
import { words } from './wire.ts';

export const BEGIN = 0xc0;
export const END = 0xc1;
export const ESCAPE = 0x7d;
const ESCAPED_BIT = 0x20;

/** Protocol id and message type of what we understand. */
export const SERIAL_DATA_EXPORT = 0x11;
export const SERIAL_MESSAGE = 0x01;
/** Where the PDU begins in the payload of a serial frame. */
export const PDU_AT = 4;
const FCS_BYTES = 2;

/** An open serial frame longer than this is none: four times the longest PDU of a serial line. */
export const MAX_OPEN_BYTES = 4096;
export const MAX_REST_BYTES = Math.max(MAX_OPEN_BYTES, LONGEST_PDU);

/** Takes frames out of what was received. The cuts do not depend on how the bytes were chunked. */
export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutPieces(rest, chunk, cutOne);

/** The serial frame that carries this PDU. */
export function frameSerial(pdu: Uint8Array): Uint8Array {
  const content = concatBytes(Uint8Array.of(SERIAL_DATA_EXPORT, SERIAL_MESSAGE), words(pdu.length), pdu);
  const fcs = crc16X25(content);
  return escaped(concatBytes(content, Uint8Array.of(fcs & 0xff, fcs >> 8)));
}

/** The first cut from `from` on, and where it ends; undefined while its end has not arrived. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  if (from >= bytes.length) return undefined;
  if (bytes[from] === BEGIN) return cutSerial(bytes, from);
  const size = measurePdu(bytes, from);
  if (size === 'unknown') return undefined;
  if (size !== 'none' && !holdsSerialFrame(bytes, from, from + size)) {
    const end = from + size;
    if (end > bytes.length) return undefined;
    const wire = copyOf(bytes, from, end);
    return { cuts: [{ kind: 'frame', wire, payload: wire }], end };
  }
  let end = from + 1;
  while (end < bytes.length && bytes[end] !== BEGIN && measurePdu(bytes, end) === 'none') end += 1;
  return noise(bytes, from, end, 'no-start');
}

/** `from` stands on a C0. */
function cutSerial(bytes: Uint8Array, from: number): Piece | undefined {
  const close = flagAfter(bytes, from);
  const length = (close < 0 ? bytes.length : close) - from;
  if (length >= MAX_OPEN_BYTES) return noise(bytes, from, from + MAX_OPEN_BYTES, 'too-long');
  if (close < 0) return undefined;
  if (bytes[close] === BEGIN) return noise(bytes, from, close, 'bad-length');
  const end = close + 1;
  const checked = check(bytes, from + 1, close);
  return typeof checked === 'string'
    ? noise(bytes, from, end, checked)
    : { cuts: [{ kind: 'frame', wire: copyOf(bytes, from, end), payload: checked }], end };
}

/** The next C0 or C1 behind `from`, -1 when there is none. */
function flagAfter(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at += 1) {
    if (bytes[at] === BEGIN || bytes[at] === END) return at;
  }
  return -1;
}

/** Header and PDU of the frame between two flags, or how it contradicts itself. An escape before the end throws it away. */
function check(bytes: Uint8Array, from: number, to: number): Uint8Array | 'bad-sum' | 'bad-length' {
  const content = to > from && bytes[to - 1] === ESCAPE ? undefined : unescape(bytes, from, to);
  if (!content || content.length <= PDU_AT + FCS_BYTES) return 'bad-length';
  const checked = content.subarray(0, -FCS_BYTES);
  const [low = 0, high = 0] = content.subarray(-FCS_BYTES);
  if (crc16X25(checked) !== low + 256 * high) return 'bad-sum';
  const [, , first = 0, second = 0] = checked;
  return checked.length - PDU_AT === 256 * first + second ? checked : 'bad-length';
}

function unescape(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const content = new Uint8Array(to - from);
  let length = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    content[length++] = byte === ESCAPE ? (bytes[++at] ?? 0) ^ ESCAPED_BIT : byte;
  }
  return content.subarray(0, length);
}

/** Between its flags, with nothing inside that could be one. */
function escaped(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(2 * content.length + 2);
  let length = 0;
  bytes[length++] = BEGIN;
  for (const byte of content) {
    const isMark = byte === BEGIN || byte === END || byte === ESCAPE;
    if (isMark) bytes[length++] = ESCAPE;
    bytes[length++] = isMark ? byte ^ ESCAPED_BIT : byte;
  }
  bytes[length++] = END;
  return bytes.slice(0, length);
}

/** Whether a serial frame with a right check sequence lies between these places. */
function holdsSerialFrame(bytes: Uint8Array, from: number, to: number): boolean {
  const within = bytes.subarray(from, to);
  for (let at = within.indexOf(BEGIN); at >= 0; at = within.indexOf(BEGIN, at + 1)) {
    const close = flagAfter(within, at);
    if (close >= 0 && within[close] === END && typeof check(within, at + 1, close) !== 'string') return true;
  }
  return false;
}
