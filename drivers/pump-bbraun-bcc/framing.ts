/**
 * Bytes ⇄ frames of the B. Braun BCC link (I0022_000030 version 4.0).
 *
 *   SOH LLLLL STX bed "/1/1>" information ETX|ETB CCCCC EOT          ACK and NAK are single bytes between frames
 *   01        02                          03  17        04           06      15
 *   └──────────────── summed ─────────────────┘
 *
 * L: length in bytes, C: sum modulo 256, both five decimal digits and both of the unstuffed frame. ETB: more blocks follow.
 * A ComDevice may send whole frames "stuffed", so that no D and no d is ever on the line: D→EX, E→EE, d→ex, e→ee. Nothing in
 * a frame says so: it is read both ways, and the way counts whose length and sum agree.
 *
 * SOH resets the receiver. So a frame holds no SOH, and after a damaged one the next true start can only lie behind it. What
 * lies outside of frames and ends like one is a frame whose SOH was damaged: noise like any, but its sender waits for an answer.
 */
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { sum8 } from '$drivers/checksum.ts';
import type { Cut, CutResult, NoiseReason } from '$drivers/driver.ts';

export const ACK = 0x06;
export const NAK = 0x15;
const SOH = 0x01;
const STX = 0x02;
const ETX = 0x03;
const EOT = 0x04;
const ETB = 0x17;

/** The document sets no bound; no block of real racks comes near this one. */
export const MAX_FRAME_BYTES = 65_536;

const HEAD_BYTES = 7;
const TAIL_BYTES = 7;
const NO_BYTES = new Uint8Array(0);

const [UPPER_D, UPPER_E, UPPER_X, LOWER_D, LOWER_E, LOWER_X] = [0x44, 0x45, 0x58, 0x64, 0x65, 0x78];

/** Replaces every D, E, d and e by its pair. */
export function stuff(plain: Uint8Array): Uint8Array {
  const stuffed: number[] = [];
  for (const byte of plain) {
    if (byte === UPPER_D) stuffed.push(UPPER_E, UPPER_X);
    else if (byte === LOWER_D) stuffed.push(LOWER_E, LOWER_X);
    else if (byte === UPPER_E || byte === LOWER_E) stuffed.push(byte, byte);
    else stuffed.push(byte);
  }
  return Uint8Array.from(stuffed);
}

/** The inverse, in one pass from the left: `EEX` is `EX`. @returns undefined for bytes that stuffing never makes. */
export function unstuff(stuffed: Uint8Array): Uint8Array | undefined {
  const plain: number[] = [];
  for (let at = 0; at < stuffed.length; at++) {
    const byte = stuffed[at] ?? 0;
    if (byte === UPPER_D || byte === LOWER_D) return undefined;
    if (byte !== UPPER_E && byte !== LOWER_E) {
      plain.push(byte);
      continue;
    }
    const next = stuffed[++at];
    if (next === byte) plain.push(byte);
    else if (byte === UPPER_E && next === UPPER_X) plain.push(UPPER_D);
    else if (byte === LOWER_E && next === LOWER_X) plain.push(LOWER_D);
    else return undefined;
  }
  return Uint8Array.from(plain);
}

export interface FrameContent {
  /** Everything between STX and ETX or ETB: bed, `/1/1>`, information. */
  readonly body: Uint8Array;
  readonly isLast: boolean;
}

export interface OpenedFrame extends FrameContent {
  readonly ok: true;
  readonly isStuffed: boolean | undefined;
  readonly isLengthWrong: boolean;
}

interface Reading extends FrameContent {
  readonly isLengthRight: boolean;
  readonly isSumRight: boolean;
}

const isDigits = (bytes: Uint8Array): boolean => bytes.every((byte) => byte >= 0x30 && byte <= 0x39);

/** Takes unstuffed bytes apart. @returns undefined when markers or digits are not where a frame has them. */
function readPlain(bytes: Uint8Array): Reading | undefined {
  if (bytes.length < HEAD_BYTES + TAIL_BYTES) return undefined;
  const end = bytes.length - TAIL_BYTES;
  const [length, sum] = [bytes.subarray(1, 6), bytes.subarray(end + 1, end + 6)];
  const marker = bytes[end];
  if (bytes[0] !== SOH || bytes[6] !== STX || bytes.at(-1) !== EOT) return undefined;
  if ((marker !== ETX && marker !== ETB) || !isDigits(length) || !isDigits(sum)) return undefined;
  return {
    body: bytes.subarray(HEAD_BYTES, end),
    isLast: marker === ETX,
    isLengthRight: Number(latin1(length)) === bytes.length,
    isSumRight: Number(latin1(sum)) === sum8(bytes.subarray(0, end + 1)),
  };
}

/**
 * Opens one frame, stuffed or not. A wrong length alone is accepted and said (the vendor's own samples have it), but only
 * when the sum singles out one of the two readings.
 */
export function openFrame(
  wire: Uint8Array,
): OpenedFrame | { readonly ok: false; readonly why: 'bad-sum' | 'bad-length' } {
  const unstuffed = unstuff(wire);
  const isAmbiguous = unstuffed?.length === wire.length;
  const readings = [
    { reading: readPlain(wire), isStuffed: isAmbiguous ? undefined : false },
    { reading: isAmbiguous || !unstuffed ? undefined : readPlain(unstuffed), isStuffed: true },
  ].flatMap(({ reading, isStuffed }) => (reading ? [{ ...reading, isStuffed }] : []));
  if (readings.length === 0) return { ok: false, why: 'bad-length' };
  const summed = readings.filter(({ isSumRight }) => isSumRight);
  const chosen = summed.find(({ isLengthRight }) => isLengthRight) ?? (summed.length === 1 ? summed[0] : undefined);
  if (!chosen) return { ok: false, why: summed.length > 1 ? 'bad-length' : 'bad-sum' };
  const { body, isLast, isStuffed, isLengthRight } = chosen;
  return { ok: true, body, isLast, isStuffed, isLengthWrong: !isLengthRight };
}

/** Puts a body into a frame with the right length and sum. @throws RangeError when it is longer than any frame may be. */
export function wrapFrame({ body, isLast }: FrameContent, isStuffed: boolean): Uint8Array {
  const length = HEAD_BYTES + body.length + TAIL_BYTES;
  if (length > MAX_FRAME_BYTES) throw new RangeError(`a frame of ${length} bytes`);
  const summed = concatBytes(fromLatin1(`\u0001${fiveDigits(length)}\u0002`), body, Uint8Array.of(isLast ? ETX : ETB));
  const plain = concatBytes(summed, fromLatin1(`${fiveDigits(sum8(summed))}\u0004`));
  return isStuffed ? stuff(plain) : plain;
}

const fiveDigits = (number: number): string => String(number).padStart(5, '0');

/** Finds frames and single bytes in what came in; see the contract of `cut`. */
export function cut(rest: Uint8Array, chunk: Uint8Array): CutResult {
  const bytes = rest.length > 0 ? concatBytes(rest, chunk) : chunk;
  const cuts: Cut[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [end, why] = nextPiece(bytes, at);
    if (why === 'incomplete') return { rest: bytes.slice(at), cuts };
    const piece = bytes.slice(at, end);
    if (why === 'whole') cuts.push({ kind: 'frame', wire: piece, payload: piece });
    else cuts.push({ kind: 'noise', bytes: piece, why });
    at = end;
  }
  return { rest: NO_BYTES, cuts };
}

type Piece = readonly [end: number, why: 'whole' | 'incomplete' | NoiseReason];

/** What begins at `at`, up to where, and what it is. */
function nextPiece(bytes: Uint8Array, at: number): Piece {
  const first = bytes[at];
  if (first === ACK || first === NAK) return [at + 1, 'whole'];
  if (first !== SOH) return straySince(bytes, at);
  const bound = at + MAX_FRAME_BYTES;
  for (let end = at + 1; end < bytes.length && end < bound; end++) {
    if (bytes[end] === SOH) return [end, 'bad-length'];
    if (bytes[end] !== EOT) continue;
    const opened = openFrame(bytes.subarray(at, end + 1));
    return [end + 1, opened.ok ? 'whole' : opened.why];
  }
  return bytes.length >= bound ? [bound, 'too-long'] : [bytes.length, 'incomplete'];
}

/** Bytes outside of frames are held until something begins or ends, so that the cuts do not depend on the chunks. */
const MAX_STRAY_BYTES = 256;

function straySince(bytes: Uint8Array, from: number): Piece {
  const bound = from + MAX_STRAY_BYTES;
  for (let end = from + 1; end <= bound; end++) {
    if (bytes[end - 1] === EOT) return [end, isTail(bytes.subarray(from, end)) ? 'bad-length' : 'no-start'];
    if (end === bound) break;
    if (end >= bytes.length) return [end, 'incomplete'];
    if (bytes[end] === SOH || bytes[end] === ACK || bytes[end] === NAK) return [end, 'no-start'];
  }
  return [bound, 'no-start'];
}

function isTail(bytes: Uint8Array): boolean {
  const marker = bytes.at(-TAIL_BYTES);
  return (marker === ETX || marker === ETB) && isDigits(bytes.slice(1 - TAIL_BYTES, -1));
}
