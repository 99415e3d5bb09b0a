/**
 * Bytes of the line ⇄ frames. Two streams share the line, told apart by bit 7; one may lie anywhere inside the other.
 *
 *   slow       1b code argument CS CS 0d     a command: each side may send them
 *              01 echo data     CS CS 0d     its response, ≤ 3840 characters of data
 *              11 suspend · 13 resume        single characters, also in the middle of a frame
 *              18 abort                      ends the frame that it stands in
 *   real time  1101mmmm, pairs of 1100xxxx, then 10dddddd 10dddddd for every stream whose bit is set in m
 *
 * CS: two upper-case hexadecimal digits, the low byte of the sum from the first byte on. 11 and 13 mean the opposite of the
 * usual XON and XOFF.
 *
 * A frame's bytes may be apart on the line, so a cut is not always one piece of it; the rest keeps what is unfinished of
 * both streams in the order in which it came. A start inside a frame ends that frame: no data has such a character.
 */
import { concatBytes, fromLatin1, latin1 } from '../bytes.ts';
import { sum8 } from '../checksum.ts';
import type { Cut, CutResult, NoiseReason } from '../driver.ts';

const ESC = 0x1b;
const SOH = 0x01;
const CR = 0x0d;
const DC1 = 0x11;
const DC3 = 0x13;
const CAN = 0x18;

/** Start, code, two digits of the sum, end. */
const SLOW_OVERHEAD = 5;
const MAX_DATA_BYTES = 3840;
const MAX_SLOW_BYTES = SLOW_OVERHEAD + MAX_DATA_BYTES;
const MAX_SYNC_BYTES = 8;
/** Two pairs, as a host sends them behind a sync byte without streams. */
const ENABLING_BYTES = 4;
const MAX_RECORD_BYTES = 1 + MAX_SYNC_BYTES + 2 * 4;
/** Noise is told in pieces, up to the next start or up to this length. */
const MAX_NOISE_BYTES = 64;

export const MAX_REST_BYTES = MAX_SLOW_BYTES + Math.max(MAX_RECORD_BYTES, MAX_NOISE_BYTES);

export interface SlowFrame {
  readonly kind: 'command' | 'response';
  readonly code: number;
  readonly text: string;
}

/** A frame with its sum. @throws RangeError for text that is no 7-bit text or longer than it may be. */
export function slowFrame({ kind, code, text }: SlowFrame): Uint8Array {
  const body = Uint8Array.of(kind === 'command' ? ESC : SOH, code, ...fromLatin1(text));
  if (text.length > MAX_DATA_BYTES || body.some((byte) => byte > 0x7f)) throw new RangeError(`not a frame: ${text}`);
  return concatBytes(body, fromLatin1(`${checkOf(body)}\r`));
}

/** Reads a payload of the slow stream as `cut` delivers it; undefined for the others. */
export function readSlowFrame(payload: Uint8Array): SlowFrame | undefined {
  const [start, code] = payload;
  if (code === undefined || (start !== ESC && start !== SOH)) return undefined;
  return { kind: start === ESC ? 'command' : 'response', code, text: latin1(payload.subarray(2)) };
}

const checkOf = (body: Uint8Array): string => sum8(body).toString(16).toUpperCase().padStart(2, '0');

interface Piece {
  readonly cut: Cut;
  /** Behind its last byte, and at the byte by which it was known to be over; in the stream's own bytes. */
  readonly end: number;
  readonly knownAt: number;
}

interface Stream {
  readonly holds: (byte: number) => boolean;
  /** What begins at `from`; undefined while that cannot be known yet. */
  readonly next: (bytes: Uint8Array, from: number) => Piece | undefined;
}

const isFlow = (byte: number): boolean => byte === DC1 || byte === DC3;
const STREAMS: readonly Stream[] = [
  { holds: isFlow, next: (bytes, from) => whole(bytes, from, from + 1) },
  { holds: (byte) => byte < 0x80 && !isFlow(byte), next: nextSlow },
  { holds: (byte) => byte >= 0x80, next: nextRecord },
];

/** Takes the frames of all streams out of what was received, in the order of their ends. Chunks make no difference. */
export function cut(rest: Uint8Array, chunk: Uint8Array): CutResult {
  const bytes = rest.length === 0 ? chunk : concatBytes(rest, chunk);
  const found: { readonly cut: Cut; readonly at: number }[] = [];
  const open: number[] = [];
  for (const { holds, next } of STREAMS) {
    const places = Array.from(bytes.keys()).filter((at) => holds(bytes[at] ?? 0));
    const own = Uint8Array.from(places, (at) => bytes[at] ?? 0);
    let from = 0;
    for (let piece = next(own, from); piece; piece = next(own, from)) {
      found.push({ cut: piece.cut, at: places[piece.knownAt] ?? 0 });
      from = piece.end;
    }
    open.push(...places.slice(from));
  }
  const cuts = found.sort((a, b) => a.at - b.at).map((each) => each.cut);
  return {
    rest: Uint8Array.from(
      open.sort((a, b) => a - b),
      (at) => bytes[at] ?? 0,
    ),
    cuts,
  };
}

function whole(bytes: Uint8Array, from: number, end: number, payload?: Uint8Array): Piece | undefined {
  if (from >= bytes.length) return undefined;
  const wire = bytes.slice(from, end);
  return { cut: { kind: 'frame', wire, payload: payload ?? wire }, end, knownAt: end - 1 };
}

/** Noise up to `end`, which was known at `knownAt`. */
const noise = (bytes: Uint8Array, from: number, end: number, why: NoiseReason, knownAt: number): Piece => ({
  cut: { kind: 'noise', bytes: bytes.slice(from, end), why },
  end,
  knownAt,
});

/** Noise up to the next start, or up to as much as is told at once. */
function untilStart(bytes: Uint8Array, from: number, isStart: (byte: number) => boolean): Piece | undefined {
  for (let at = from + 1; at < bytes.length; at += 1) {
    if (isStart(bytes[at] ?? 0) || at - from === MAX_NOISE_BYTES) return noise(bytes, from, at, 'no-start', at);
  }
  return undefined;
}

const isSlowStart = (byte: number): boolean => byte === ESC || byte === SOH || byte === CAN;

function nextSlow(bytes: Uint8Array, from: number): Piece | undefined {
  const first = bytes[from];
  if (first === undefined) return undefined;
  if (first === CAN) return whole(bytes, from, from + 1);
  if (!isSlowStart(first)) return untilStart(bytes, from, isSlowStart);
  for (let at = from + 1; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (isSlowStart(byte)) return noise(bytes, from, at, 'bad-length', at);
    if (byte === CR) return judge(bytes, from, at + 1);
    if (at + 1 - from >= MAX_SLOW_BYTES) return noise(bytes, from, at + 1, 'too-long', at);
  }
  return undefined;
}

function judge(bytes: Uint8Array, from: number, end: number): Piece | undefined {
  if (end - from < SLOW_OVERHEAD) return noise(bytes, from, end, 'bad-length', end - 1);
  const body = bytes.slice(from, end - 3);
  const isRight = latin1(bytes.subarray(end - 3, end - 1)) === checkOf(body);
  return isRight ? whole(bytes, from, end, body) : noise(bytes, from, end, 'bad-sum', end - 1);
}

const isSync = (byte: number): boolean => byte >> 4 === 0b1101;
const isSyncCommand = (byte: number): boolean => byte >> 4 === 0b1100;
const isData = (byte: number): boolean => byte >> 6 === 0b10;

function nextRecord(bytes: Uint8Array, from: number): Piece | undefined {
  const first = bytes[from];
  if (first === undefined) return undefined;
  if (!isSync(first)) return untilStart(bytes, from, isSync);
  const streams = countBits(first & 0x0f);
  const dataAt = endOfSync(bytes, from + 1, streams === 0 ? ENABLING_BYTES : MAX_SYNC_BYTES + 1);
  const syncBytes = dataAt - from - 1;
  if (streams === 0 && syncBytes === ENABLING_BYTES) return whole(bytes, from, dataAt);
  if (syncBytes > MAX_SYNC_BYTES) return noise(bytes, from, dataAt, 'too-long', dataAt - 1);
  if (dataAt >= bytes.length) return undefined;
  if (syncBytes % 2 === 1 || streams === 0) return noise(bytes, from, dataAt, 'bad-length', dataAt);
  const end = dataAt + 2 * streams;
  for (let at = dataAt; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    if (!isData(byte)) return noise(bytes, from, at, 'bad-length', at);
  }
  return whole(bytes, from, end);
}

function endOfSync(bytes: Uint8Array, from: number, most: number): number {
  let at = from;
  while (at - from < most && isSyncCommand(bytes[at] ?? 0)) at += 1;
  return at;
}

const countBits = (mask: number): number => [1, 2, 4, 8].filter((bit) => (mask & bit) !== 0).length;
