/**
 * Bytes of the line ⇄ frames, 7 data bits with even parity.
 *
 *   STX address message C C ETX        ACK   DC4   NAK error   ENQ
 *   02  0-9     ≤ 80        03         06    14    15  31…38   05
 *       └─ printable ─┘ └ FF less the sum of address and message, two upper-case hexadecimal digits
 *
 * A pump that stands alone has no address. ENQ may come at any moment, also inside a frame: it is taken out before anything
 * else is looked at, so it neither waits for a frame nor spoils it. Any other control character ends what it stands in, hence
 * no start is ever missed: the one after a damaged frame is the next STX.
 */
import { concatBytes, fromLatin1, latin1 } from '../bytes.ts';
import { sum8 } from '../checksum.ts';
import type { Cut, CutResult, NoiseReason } from '../driver.ts';

export const ACK = 0x06;
export const NAK = 0x15;
export const ENQ = 0x05;
export const DC4 = 0x14;
const STX = 0x02;
const ETX = 0x03;

const MAX_TEXT_BYTES = 81;
/** STX, two digits of the sum, ETX. */
const OVERHEAD = 4;
export const MAX_FRAME_BYTES = MAX_TEXT_BYTES + OVERHEAD;
/** Noise is told in pieces, up to the next start or up to this length: short, so that an answer at a wrong speed is noticed. */
const MAX_NOISE_BYTES = 8;

const isText = (byte: number): boolean => byte >= 0x20 && byte <= 0x7d;
const isStart = (byte: number): boolean => byte === STX || byte === ACK || byte === NAK || byte === DC4;

const checkOf = (text: Uint8Array): string => (0xff - sum8(text)).toString(16).toUpperCase().padStart(2, '0');

/** A frame with its sum. @throws RangeError for text that no frame may hold. */
export function wrapFrame(text: string): Uint8Array {
  const bytes = fromLatin1(text);
  if (bytes.length === 0 || bytes.length > MAX_TEXT_BYTES || !bytes.every(isText)) {
    throw new RangeError(`not the text of a frame: ${text}`);
  }
  return concatBytes(Uint8Array.of(STX), bytes, fromLatin1(checkOf(bytes)), Uint8Array.of(ETX));
}

/** The payload of a frame is its address and message; of what stands outside frames, the bytes themselves. */
export function cut(rest: Uint8Array, chunk: Uint8Array): CutResult {
  const cuts: Cut[] = [];
  let open = rest;
  for (let from = 0; from < chunk.length;) {
    const enquiry = chunk.indexOf(ENQ, from);
    const end = enquiry < 0 ? chunk.length : enquiry;
    open = cutPlain(concatBytes(open, chunk.subarray(from, end)), cuts);
    if (enquiry >= 0) cuts.push(frame(chunk, end, end + 1));
    from = end + 1;
  }
  return { rest: open, cuts };
}

/** Bytes without ENQ. @returns what may still become a frame, or noise of which the end is not known yet. */
function cutPlain(bytes: Uint8Array, cuts: Cut[]): Uint8Array {
  let from = 0;
  for (let piece = next(bytes, from); piece; piece = next(bytes, from)) {
    cuts.push(piece);
    from += piece.kind === 'frame' ? piece.wire.length : piece.bytes.length;
  }
  return bytes.slice(from);
}

const frame = (bytes: Uint8Array, from: number, end: number): Cut => {
  const wire = bytes.slice(from, end);
  return { kind: 'frame', wire, payload: wire };
};

const noise = (bytes: Uint8Array, from: number, end: number, why: NoiseReason): Cut => ({
  kind: 'noise',
  bytes: bytes.slice(from, end),
  why,
});

function next(bytes: Uint8Array, from: number): Cut | undefined {
  const first = bytes[from];
  if (first === undefined) return undefined;
  switch (first) {
    case ACK:
    case DC4:
      return frame(bytes, from, from + 1);
    case NAK:
      return nextNak(bytes, from);
    case STX:
      return nextFrame(bytes, from);
    default:
      return nextNoise(bytes, from);
  }
}

function nextNak(bytes: Uint8Array, from: number): Cut | undefined {
  const code = bytes[from + 1];
  if (code === undefined) return undefined;
  return isText(code) ? frame(bytes, from, from + 2) : noise(bytes, from, from + 1, 'bad-length');
}

function nextFrame(bytes: Uint8Array, from: number): Cut | undefined {
  for (let at = from + 1; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === ETX) return judge(bytes, from, at + 1);
    if (!isText(byte)) return noise(bytes, from, at, 'bad-length');
    if (at + 1 - from >= MAX_FRAME_BYTES) return noise(bytes, from, at + 1, 'too-long');
  }
  return undefined;
}

function judge(bytes: Uint8Array, from: number, end: number): Cut {
  if (end - from <= OVERHEAD) return noise(bytes, from, end, 'bad-length');
  const payload = bytes.slice(from + 1, end - 3);
  const isRight = latin1(bytes.subarray(end - 3, end - 1)) === checkOf(payload);
  return isRight ? { kind: 'frame', wire: bytes.slice(from, end), payload } : noise(bytes, from, end, 'bad-sum');
}

function nextNoise(bytes: Uint8Array, from: number): Cut | undefined {
  for (let at = from + 1; at < bytes.length; at += 1) {
    if (isStart(bytes[at] ?? 0) || at - from === MAX_NOISE_BYTES) return noise(bytes, from, at, 'no-start');
  }
  return undefined;
}
