/**
 * Bytes of the line ⇄ packets of a New Era pump, in both of its modes.
 *
 *   basic reply         02 │ text │ 03                          nothing protects it
 *   safe, both ways     02 │ LEN │ text │ CRC high, low │ 03     LEN counts itself and what follows: text + 4
 *
 * The second byte tells which: the text of a basic reply begins with a digit of the address, 30 to 39, and no safe packet is
 * that long. Text is printable, so a false start ends at the next control character. After one the next STX is looked for,
 * since the true start may lie inside it.
 */
import { fromLatin1, latin1 } from '$drivers/bytes.ts';
import { crc16Xmodem } from '$drivers/checksum.ts';
import { cutPieces, MAX_NOISE_BYTES, noiseToStart, type Piece } from '$drivers/cutting.ts';
import type { CutResult, NoiseReason } from '$drivers/driver.ts';
import type { Mode } from './messages.ts';

const STX = 0x02;
const ETX = 0x03;
const [SPACE, ZERO, NINE, TILDE] = [0x20, 0x30, 0x39, 0x7e] as const;

/** LEN, CRC, ETX. */
const SAFE_OVERHEAD = 4;
/** A safe packet with more would have a digit for its length. The longest known text has 19 characters. */
const MAX_TEXT_BYTES = ZERO - 1 - SAFE_OVERHEAD;
/** Address and status. */
const LEAST_REPLY_BYTES = 3;

export const MAX_REST_BYTES = MAX_NOISE_BYTES;

/** Takes packets out of what was received; the payload is the whole packet. Chunks make no difference. */
export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutPieces(rest, chunk, cutOne);

/** What a packet holds. @returns undefined for bytes that are not exactly one packet. */
export function open(wire: Uint8Array): { readonly mode: Mode; readonly text: string } | undefined {
  if (wire[0] !== STX || judge(wire, 0) !== wire.length) return undefined;
  return isDigit(wire[1])
    ? { mode: 'basic', text: latin1(wire.subarray(1, -1)) }
    : { mode: 'safe', text: latin1(wire.subarray(2, -3)) };
}

/** A packet with this text. @throws RangeError for text that no packet has. */
export function seal(mode: Mode, text: string): Uint8Array {
  const content = fromLatin1(text);
  if (content.length === 0 || content.length > MAX_TEXT_BYTES || !content.every(isText)) {
    throw new RangeError(`not the text of a packet: ${text}`);
  }
  if (mode === 'basic') return Uint8Array.of(STX, ...content, ETX);
  const crc = crc16Xmodem(content);
  return Uint8Array.of(STX, content.length + SAFE_OVERHEAD, ...content, crc >> 8, crc & 0xff, ETX);
}

/** The first cut from `from` on, and where it ends; undefined while that cannot be known yet. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  if (from >= bytes.length) return undefined;
  const verdict = bytes[from] === STX ? judge(bytes, from) : 'no-start';
  if (verdict === 'incomplete') return undefined;
  if (typeof verdict === 'string') return noise(bytes, from, verdict);
  const wire = bytes.slice(from, verdict);
  return { cuts: [{ kind: 'frame', wire, payload: wire }], end: verdict };
}

type Verdict = number | 'incomplete' | NoiseReason;

/** Where the packet ends whose STX stands at `from`, or why it is none. */
function judge(bytes: Uint8Array, from: number): Verdict {
  const second = bytes[from + 1];
  if (second === undefined) return 'incomplete';
  if (isDigit(second)) return judgeBasic(bytes, from);
  return second > SAFE_OVERHEAD && second < ZERO ? judgeSafe(bytes, from, from + 1 + second) : 'bad-length';
}

function judgeBasic(bytes: Uint8Array, from: number): Verdict {
  const begin = from + 1;
  for (let at = begin; at < bytes.length; at += 1) {
    if (bytes[at] === ETX) return at - begin < LEAST_REPLY_BYTES ? 'bad-length' : at + 1;
    if (!isText(bytes[at])) return 'bad-length';
    if (at - begin === MAX_TEXT_BYTES) return 'too-long';
  }
  return 'incomplete';
}

function judgeSafe(bytes: Uint8Array, from: number, end: number): Verdict {
  const crcAt = end - 3;
  const text = bytes.subarray(from + 2, crcAt);
  if (!text.every(isText)) return 'bad-length';
  if (end > bytes.length) return 'incomplete';
  if (bytes[end - 1] !== ETX) return 'bad-length';
  return crc16Xmodem(text) === (bytes[crcAt] ?? 0) * 0x100 + (bytes[crcAt + 1] ?? 0) ? end : 'bad-sum';
}

/** From here to the next STX. */
const noise = (bytes: Uint8Array, from: number, why: NoiseReason): Piece | undefined =>
  noiseToStart(bytes, from, STX, why);

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;
const isText = (byte: number | undefined): boolean => byte !== undefined && byte >= SPACE && byte <= TILDE;
