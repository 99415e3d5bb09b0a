/**
 * What happens at the port ⇄ bytes of a link. A recorder's messages are whole and a link carries a stream, so each gets an
 * envelope, our own and never on a network: with it a raw capture of the link holds the messages as they came, and playing
 * it is the same as having been there.
 *
 *   offset  0   3      4            8              10     10 + n
 *           VRM kind   n (u32 LE)   CRC of 0..7    body   CRC of body          CRC-16/X-25, little endian
 *
 * kinds: 1 body of `send_data` · 2 body of an HTTP POST · 3 word of the listener, JSON. A frame's payload is kind and body.
 * Outside of frames the bytes up to the next `VRM` are noise, in pieces of 256 at most.
 */
import { concatBytes, view } from '../bytes.ts';
import { crc16X25 } from '../checksum.ts';
import type { Cut, CutResult } from '../driver.ts';

export const KINDS = { socket: 1, post: 2, notice: 3 } as const;

/** A second of twenty beds with ten waveforms each, compressed, is half of it. */
export const MAX_BODY_BYTES = 524_288;
const HEADER_BYTES = 10;
const SUM_BYTES = 2;
export const MAX_FRAME_BYTES = HEADER_BYTES + MAX_BODY_BYTES + SUM_BYTES;
const MAX_NOISE_BYTES = 256;
const [V, R, M] = [0x56, 0x52, 0x4d] as const;

/** @throws RangeError for a body that no frame may hold. */
export function wrap(kind: number, body: Uint8Array): Uint8Array {
  if (body.length > MAX_BODY_BYTES) throw new RangeError(`a body of ${body.length} bytes`);
  const frame = new Uint8Array(HEADER_BYTES + body.length + SUM_BYTES);
  frame.set([V, R, M, kind]);
  frame.set(body, HEADER_BYTES);
  const fields = view(frame);
  fields.setUint32(4, body.length, true);
  fields.setUint16(8, crc16X25(frame.subarray(0, 8)), true);
  fields.setUint16(HEADER_BYTES + body.length, crc16X25(body), true);
  return frame;
}

export function cut(rest: Uint8Array, chunk: Uint8Array): CutResult {
  const bytes = rest.length === 0 ? chunk : concatBytes(rest, chunk);
  const cuts: Cut[] = [];
  let from = 0;
  for (let next = cutOne(bytes, from); next; next = cutOne(bytes, from)) {
    cuts.push(next);
    from += next.kind === 'frame' ? next.wire.length : next.bytes.length;
  }
  return { rest: bytes.slice(from), cuts };
}

/** The cut that begins at `from`; undefined while the bytes that decide are not there yet. */
function cutOne(bytes: Uint8Array, from: number): Cut | undefined {
  const start = findStart(bytes, from);
  if (start - from >= MAX_NOISE_BYTES) return noise(bytes, from, from + MAX_NOISE_BYTES, 'no-start');
  if (start + 3 > bytes.length) return undefined;
  if (start > from) return noise(bytes, from, start, 'no-start');
  if (from + HEADER_BYTES > bytes.length) return undefined;
  const fields = view(bytes);
  const length = fields.getUint32(from + 4, true);
  if (fields.getUint16(from + 8, true) !== crc16X25(bytes.subarray(from, from + 8)))
    return noise(bytes, from, from + 1, 'bad-sum');
  if (length > MAX_BODY_BYTES) return noise(bytes, from, from + 1, 'too-long');
  const bodyAt = from + HEADER_BYTES;
  const sumAt = bodyAt + length;
  if (sumAt + SUM_BYTES > bytes.length) return undefined;
  const body = bytes.subarray(bodyAt, sumAt);
  if (fields.getUint16(sumAt, true) !== crc16X25(body)) return noise(bytes, from, from + 1, 'bad-sum');
  const payload = concatBytes(bytes.subarray(from + 3, from + 4), body);
  return { kind: 'frame', wire: bytes.slice(from, sumAt + SUM_BYTES), payload };
}

/** Where `VRM` stands, or could stand once more bytes have come; the end of the bytes when it cannot. */
function findStart(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(V, from); at >= 0; at = bytes.indexOf(V, at + 1)) {
    const [, second = R, third = M] = bytes.subarray(at, at + 3);
    if (second === R && third === M) return at;
  }
  return bytes.length;
}

const noise = (bytes: Uint8Array, from: number, end: number, why: 'no-start' | 'bad-sum' | 'too-long'): Cut => ({
  kind: 'noise',
  why,
  bytes: bytes.slice(from, end),
});
