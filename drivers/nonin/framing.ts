/**
 * Bytes of the line → packets, readings, lines and replies, whatever of them the oximeter sends.
 *
 *   format 2    01 S P D C  × 25      S has bit 7, C is the sum of the four before; 25 frames are one packet, and the first
 *   format 7    S P P D C   × 25      alone has the sync bit (bit 0 of S)
 *   format 8    F B B B               F has bit 7, B have not; no sum
 *   format 13   00 02 │ type │ length │ data, sum of them │ 03      words with the high byte first
 *   ASCII       printable … CR LF
 *   replies     06 or 15 · 02 operation length data 03
 *
 * No format announces itself, so each place is read as whatever begins there, and what is cut depends on the bytes alone:
 *
 * - A frame of format 2 or 7 counts when the next one is right too. A run of right frames before the first sync bit is
 *   noise, and so is the rest of a packet behind a damaged frame: which number it carries is not known. The frames before
 *   the damage are a packet without numbers.
 * - Four bytes of format 8 could be the first four of format 7, so the byte behind them must have come: with one reading a
 *   second, a second later. A damaged frame of format 7 can still look like them, which is why the session wants a rhythm.
 */
import { concatBytes } from '$drivers/bytes.ts';
import { sum8 } from '$drivers/checksum.ts';
import type { Cut, CutResult, NoiseReason } from '$drivers/driver.ts';
import { ACK, FRAMES_PER_PACKET, FRAME_BYTES, NAK, PLETH_FORMATS, STATUS, type PlethFormat } from './layout-table.ts';

const STX = 0x02;
const ETX = 0x03;
const CR = 0x0d;
const LF = 0x0a;

const DF8_BYTES = 4;
/** Our bounds; the lines, replies and spot checks that are known are far shorter. */
export const MAX_LINE_BYTES = 120;
const MAX_REPLY_DATA_BYTES = 32;
const SPOT_CHECK_DATA_BYTES = { least: 14, most: 64 } as const;

export const MAX_REST_BYTES = FRAMES_PER_PACKET * FRAME_BYTES;

interface Piece {
  readonly length: number;
  readonly noise?: NoiseReason;
}

/** `unfinished`: the bytes that decide have not come. `other`: it is not this format. */
type Found = Piece | 'unfinished' | 'other';

/** Takes whatever is whole out of what was received. The cuts do not depend on how the bytes were chunked. */
export function cut(rest: Uint8Array, chunk: Uint8Array): CutResult {
  const bytes = rest.length === 0 ? chunk : concatBytes(rest, chunk);
  const cuts: Cut[] = [];
  let at = 0;
  while (at < bytes.length) {
    const piece = recognise(bytes, at);
    if (piece === 'unfinished') break;
    const taken = bytes.slice(at, at + piece.length);
    cuts.push(piece.noise ? { kind: 'noise', bytes: taken, why: piece.noise } : frameOf(taken));
    at += piece.length;
  }
  return { rest: bytes.slice(at), cuts };
}

const frameOf = (wire: Uint8Array): Cut => ({ kind: 'frame', wire, payload: wire });

/** Spot check: the envelope around its data. */
export const sealSpotCheck = (type: number, data: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(0, STX, type >> 8, type & 0xff, 0, data.length), data, Uint8Array.of(sum8(data), ETX));

/** Command or reply: the envelope around its data. */
export const sealOperation = (operation: number, data: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(STX, operation, data.length), data, Uint8Array.of(ETX));

/** One frame of format 2 or 7: what comes before the sum, and the sum. */
export const sealFrame = (content: Uint8Array): Uint8Array => concatBytes(content, Uint8Array.of(sum8(content)));

const NOT_A_START: Piece = { length: 1, noise: 'no-start' };

function recognise(bytes: Uint8Array, at: number): Piece | 'unfinished' {
  const found = recognisers(bytes[at] ?? 0).reduce<Found>(
    (before, recogniser) => (before === 'other' ? recogniser(bytes, at) : before),
    'other',
  );
  return found === 'other' ? NOT_A_START : found;
}

type Recogniser = (bytes: Uint8Array, at: number) => Found;

/** By the first byte. */
function recognisers(first: number): readonly Recogniser[] {
  if (first === ACK || first === NAK) return [() => ({ length: 1 })];
  if (first === 0x00) return [findSpotCheck];
  if (first === PLETH_FORMATS.df2.mark) return [findDf2Packet, findBadSum];
  if (first === STX) return [findOperation];
  if (first >= STATUS.always) return [findDf7Packet, findDf8];
  return isPrintable(first) ? [findLine] : [];
}

const findDf2Packet: Recogniser = (bytes, at) => findPacket(bytes, at, 'df2');
const findDf7Packet: Recogniser = (bytes, at) => findPacket(bytes, at, 'df7');

function findPacket(bytes: Uint8Array, at: number, format: PlethFormat): Found {
  const verdicts = [judgeFrame(bytes, at, format), judgeFrame(bytes, at + FRAME_BYTES, format)];
  if (verdicts.includes('wrong')) return 'other';
  if (verdicts.includes('unfinished')) return 'unfinished';
  if (!hasSync(bytes, at, format)) return { length: FRAME_BYTES, noise: 'no-start' };
  let end = at + FRAME_BYTES;
  while (end - at < MAX_REST_BYTES) {
    const verdict = judgeFrame(bytes, end, format);
    if (verdict === 'unfinished') return 'unfinished';
    if (verdict === 'wrong' || hasSync(bytes, end, format)) break;
    end += FRAME_BYTES;
  }
  return { length: end - at };
}

/** As soon as the bytes that are there decide it. */
function judgeFrame(bytes: Uint8Array, at: number, format: PlethFormat): 'right' | 'wrong' | 'unfinished' {
  const { mark, statusAt } = PLETH_FORMATS[format];
  const isMarked = mark === undefined || (bytes[at] ?? mark) === mark;
  if (!isMarked || (bytes[at + statusAt] ?? STATUS.always) < STATUS.always) return 'wrong';
  const sumAt = at + FRAME_BYTES - 1;
  if (sumAt >= bytes.length) return 'unfinished';
  return sum8(bytes.subarray(at, sumAt)) === bytes[sumAt] ? 'right' : 'wrong';
}

const hasSync = (bytes: Uint8Array, at: number, format: PlethFormat): boolean =>
  ((bytes[at + PLETH_FORMATS[format].statusAt] ?? 0) & STATUS.sync) !== 0;

/** What begins like format 2 and has a wrong sum. The next true start may lie inside it. */
function findBadSum(bytes: Uint8Array, at: number): Found {
  const hasStatus = (bytes[at + 1] ?? 0) >= STATUS.always;
  return hasStatus && judgeFrame(bytes, at, 'df2') === 'wrong' ? { length: 1, noise: 'bad-sum' } : 'other';
}

function findDf8(bytes: Uint8Array, at: number): Found {
  const others = bytes.subarray(at + 1, at + DF8_BYTES);
  if (others.some((byte) => byte >= STATUS.always)) return 'other';
  const next = bytes[at + DF8_BYTES];
  if (next === undefined) return 'unfinished';
  return next >= STATUS.always ? { length: DF8_BYTES } : 'other';
}

function findSpotCheck(bytes: Uint8Array, at: number): Found {
  const [, stx = STX, , , lengthHigh = 0, length] = bytes.subarray(at, at + 6);
  if (stx !== STX || lengthHigh !== 0) return 'other';
  if (length === undefined) return 'unfinished';
  if (length < SPOT_CHECK_DATA_BYTES.least || length > SPOT_CHECK_DATA_BYTES.most) return 'other';
  const end = at + 6 + length + 2;
  if (end > bytes.length) return 'unfinished';
  const isSumRight = sum8(bytes.subarray(at + 6, end - 2)) === bytes[end - 2];
  if (isSumRight && bytes[end - 1] === ETX) return { length: end - at };
  return { length: 1, noise: 'bad-sum' };
}

function findOperation(bytes: Uint8Array, at: number): Found {
  const length = bytes[at + 2];
  if (length === undefined) return 'unfinished';
  if (length > MAX_REPLY_DATA_BYTES) return 'other';
  const end = at + 3 + length + 1;
  if (end > bytes.length) return 'unfinished';
  return bytes[end - 1] === ETX ? { length: end - at } : 'other';
}

/** Other starts are not printable, so text that is no line is noise as a whole. */
function findLine(bytes: Uint8Array, at: number): Found {
  let end = at;
  while (end - at < MAX_LINE_BYTES && isPrintable(bytes[end] ?? 0)) end += 1;
  if (end - at === MAX_LINE_BYTES) return { length: MAX_LINE_BYTES, noise: 'too-long' };
  const [cr = CR, lf = LF] = bytes.subarray(end, end + 2);
  if (cr !== CR || lf !== LF) return { length: end - at, noise: 'no-start' };
  return end + 2 > bytes.length ? 'unfinished' : { length: end + 2 - at };
}

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e;
