/**
 * Bytes of the line ⇄ packets, alike in both directions.
 *
 *   02 │ <?xml version="1.0"?> … │ CRC, four capital hexadecimal digits │ 03
 *      └────────── summed ───────┘
 *
 * CRC-16/XMODEM, found out from the packets that the manual prints: four of its five have it. A packet is text and holds neither
 * 02 nor 03, so a 02 resets the receiver, and behind a damaged packet the next true start is the next 02.
 */
import { concatBytes, fromLatin1, latin1 } from '$drivers/bytes.ts';
import { crc16Xmodem } from '$drivers/checksum.ts';
import { cutPieces, noise, noiseToStart, type Piece } from '$drivers/cutting.ts';
import type { CutResult } from '$drivers/driver.ts';

const STX = 0x02;
const ETX = 0x03;
const CRC_DIGITS = 4;
const LEAST_BYTES = 1 + 1 + CRC_DIGITS + 1;

/** The manual sets no bound, as far as we have it; the longest printed packet has 204. */
export const MAX_PACKET_BYTES = 1024;
/** What lies outside packets is told in pieces of so many bytes, so that the pieces do not depend on the chunks. */
const NOISE_BYTES = 16;

/** Takes packets out of what was received; a payload is the text without its CRC. */
export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => cutPieces(rest, chunk, cutOne);

/** The whole packet for this text. @throws RangeError for text that no packet can hold. */
export function packet(text: string): Uint8Array {
  const content = fromLatin1(text);
  const isPacket = content.length > 0 && content.length + CRC_DIGITS + 2 <= MAX_PACKET_BYTES;
  if (!isPacket || content.includes(STX) || content.includes(ETX)) {
    throw new RangeError(`not the text of a packet: ${text.slice(0, 40)}`);
  }
  return concatBytes(Uint8Array.of(STX), content, fromLatin1(crcText(content)), Uint8Array.of(ETX));
}

const crcText = (content: Uint8Array): string => crc16Xmodem(content).toString(16).toUpperCase().padStart(4, '0');

/** The first piece from `from` on; undefined while its end has not arrived. */
function cutOne(bytes: Uint8Array, from: number): Piece | undefined {
  if (from >= bytes.length) return undefined;
  if (bytes[from] !== STX) return noiseToStart(bytes, from, STX, 'no-start', NOISE_BYTES);
  const longest = Math.min(bytes.length, from + MAX_PACKET_BYTES);
  for (let at = from + 1; at < longest; at += 1) {
    if (bytes[at] === STX) return noise(bytes, from, at, 'bad-length');
    if (bytes[at] === ETX) return judge(bytes, from, at + 1);
  }
  return bytes.length >= from + MAX_PACKET_BYTES ? noise(bytes, from, longest, 'too-long') : undefined;
}

function judge(bytes: Uint8Array, from: number, end: number): Piece {
  if (end - from < LEAST_BYTES) return noise(bytes, from, end, 'bad-length');
  const crcAt = end - 1 - CRC_DIGITS;
  const payload = bytes.slice(from + 1, crcAt);
  if (latin1(bytes.subarray(crcAt, end - 1)) !== crcText(payload)) return noise(bytes, from, end, 'bad-sum');
  return { cuts: [{ kind: 'frame', wire: bytes.slice(from, end), payload }], end };
}
