/**
 * Bytes of the line ⇄ packets.
 *
 *   from the module   3e │ length of all │ data │ check         4, 5 or 24 bytes
 *   from the host     3a │ command        │ check               3, 5 or 6 bytes, by the command's first byte
 *
 * The check makes the sum of all bytes 0 modulo 256. That is weak: noise passes once in 256, so a length that no packet has
 * is noise at once. After a false start one byte is given up and the next start looked for, since the true one may lie
 * inside the false packet.
 */
import { sum8 } from '../checksum.ts';
import { cutPieces, MAX_NOISE_BYTES, noiseToStart, type Piece } from '../cutting.ts';
import type { CutResult } from '../driver.ts';

const FROM_MODULE = 0x3e;
const FROM_HOST = 0x3a;

export const MAX_REST_BYTES = MAX_NOISE_BYTES;

interface Shape {
  readonly start: number;
  /** Of the whole packet, by its second byte. */
  readonly lengths: Readonly<Record<number, number>>;
  /** Bytes before the payload. */
  readonly head: number;
}

const REPLY: Shape = { start: FROM_MODULE, lengths: { 4: 4, 5: 5, 24: 24 }, head: 2 };
const COMMAND: Shape = {
  start: FROM_HOST,
  lengths: { 0x20: 3, 0x87: 3, 0x28: 3, 0x79: 5, 0x17: 5, 0x0c: 6 },
  head: 1,
};

/** Takes the module's packets out of what was received; a payload is their data. Chunks make no difference. */
export const cut = (rest: Uint8Array, chunk: Uint8Array): CutResult => hunt(rest, chunk, REPLY);

/** The same for what a host sends; a payload is the command without start and check. */
export const cutCommands = (rest: Uint8Array, chunk: Uint8Array): CutResult => hunt(rest, chunk, COMMAND);

export const replyPacket = (data: Uint8Array): Uint8Array => seal(FROM_MODULE, data.length + 3, ...data);
export const commandPacket = (command: Uint8Array): Uint8Array => seal(FROM_HOST, ...command);

function seal(...bytes: readonly number[]): Uint8Array {
  return Uint8Array.of(...bytes, (0x100 - sum8(Uint8Array.from(bytes))) & 0xff);
}

const hunt = (rest: Uint8Array, chunk: Uint8Array, shape: Shape): CutResult =>
  cutPieces(rest, chunk, (bytes, from) => cutOne(bytes, from, shape));

/** The first cut from `from` on, and where it ends; undefined while that cannot be known yet. */
function cutOne(bytes: Uint8Array, from: number, shape: Shape): Piece | undefined {
  if (bytes[from] !== shape.start) return noiseToStart(bytes, from, shape.start, 'no-start');
  const second = bytes[from + 1];
  if (second === undefined) return undefined;
  const length = shape.lengths[second];
  if (length === undefined) return noiseToStart(bytes, from, shape.start, 'bad-length');
  const end = from + length;
  if (end > bytes.length) return undefined;
  const wire = bytes.slice(from, end);
  if (sum8(wire) !== 0) return noiseToStart(bytes, from, shape.start, 'bad-sum');
  return { cuts: [{ kind: 'frame', wire, payload: wire.slice(shape.head, -1) }], end };
}
