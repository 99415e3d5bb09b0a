/**
 * Bytes of the line → packets of either generation. Neither has a sum; bit 7 of each byte is all there is.
 *
 *   v4.6   1xxxxxxx 0xxxxxxx ×4                         five bytes, the first is marked
 *   v7     0xxxxxxx 1hhhhhhh 1xxxxxxx ×1–7              type, bit 7 of each data byte, data; the type alone is unmarked
 *
 * A v4.6 stream never has two marked bytes in a row and a v7 packet begins with an unmarked and two marked ones, so one can
 * not be taken for the other. Noise can be taken for both (every 32nd place for v4.6): the session believes an unbroken row.
 *
 * v7 packets of known type have a known length. Of an unknown type the length is known when the next unmarked byte has come.
 */
import { concatBytes } from '$drivers/bytes.ts';
import type { Cut, CutResult } from '$drivers/driver.ts';
import { V46_BYTES, V7_MAX_DATA_BYTES, V7_TYPES } from './layout-table.ts';

const MARK = 0x80;
const V7_HEAD_BYTES = 2;
export const MAX_PACKET_BYTES = V7_HEAD_BYTES + V7_MAX_DATA_BYTES;

/** A length in bytes; `unfinished`: the bytes that decide have not come; `none`: nothing begins here. */
type Found = number | 'unfinished' | 'none';

/** Takes packets out of what was received. The cuts do not depend on how the bytes were chunked. */
export function cut(rest: Uint8Array, chunk: Uint8Array): CutResult {
  const bytes = rest.length === 0 ? chunk : concatBytes(rest, chunk);
  const cuts: Cut[] = [];
  let at = 0;
  while (at < bytes.length) {
    const found = isMarked(bytes[at]) ? findV46(bytes, at) : findV7(bytes, at);
    if (found === 'unfinished') break;
    const taken = bytes.slice(at, at + (found === 'none' ? 1 : found));
    cuts.push(
      found === 'none'
        ? { kind: 'noise', why: 'no-start', bytes: taken }
        : { kind: 'frame', wire: taken, payload: taken },
    );
    at += taken.length;
  }
  return { rest: bytes.slice(at), cuts };
}

/** The v7 packet around these data bytes. */
export function sealV7(type: number, data: readonly number[]): Uint8Array {
  const highBits = data.reduce((bits, byte, index) => bits | ((byte >> 7) << index), 0);
  return Uint8Array.of(type, MARK | highBits, ...data.map((byte) => MARK | byte));
}

/** The data bytes of a v7 packet with their bit 7 restored. */
export function openV7(packet: Uint8Array): Uint8Array {
  const highBits = packet[1] ?? 0;
  return packet.slice(V7_HEAD_BYTES).map((byte, index) => (byte & ~MARK & 0xff) | (((highBits >> index) & 1) << 7));
}

const isMarked = (byte: number | undefined): boolean => byte !== undefined && byte >= MARK;

function findV46(bytes: Uint8Array, at: number): Found {
  const others = bytes.subarray(at + 1, at + V46_BYTES);
  if (others.some(isMarked)) return 'none';
  return others.length < V46_BYTES - 1 ? 'unfinished' : V46_BYTES;
}

function findV7(bytes: Uint8Array, at: number): Found {
  const known = KNOWN_LENGTHS.get(bytes[at] ?? 0);
  const longest = bytes.subarray(at + 1, at + (known ?? MAX_PACKET_BYTES));
  const end = longest.findIndex((byte) => !isMarked(byte));
  const markedCount = end < 0 ? longest.length : end;
  const isWhole = 1 + markedCount === (known ?? MAX_PACKET_BYTES);
  if (isWhole) return 1 + markedCount;
  if (end < 0) return 'unfinished';
  return known === undefined && markedCount >= V7_HEAD_BYTES ? 1 + markedCount : 'none';
}

const KNOWN_LENGTHS: ReadonlyMap<number, number> = new Map(
  Object.values(V7_TYPES).map(({ code, dataBytes }) => [code, V7_HEAD_BYTES + dataBytes]),
);
