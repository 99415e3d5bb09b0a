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
import { concatBytes } from '../bytes.ts';
import { sum8 } from '../checksum.ts';
import type { Cut, CutResult, NoiseReason } from '../driver.ts';

const FROM_MODULE = 0x3e;
const FROM_HOST = 0x3a;

/** Noise is told in pieces, up to the next start or up to this length. */
const MAX_NOISE_BYTES = 64;

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

function hunt(rest: Uint8Array, chunk: Uint8Array, shape: Shape): CutResult {
  const bytes = rest.length === 0 ? chunk : concatBytes(rest, chunk);
  const cuts: Cut[] = [];
  let from = 0;
  for (let next = cutOne(bytes, from, shape); next; next = cutOne(bytes, from, shape)) {
    cuts.push(next.cut);
    from = next.end;
  }
  return { rest: bytes.slice(from), cuts };
}

/** The first cut from `from` on, and where it ends; undefined while that cannot be known yet. */
function cutOne(bytes: Uint8Array, from: number, shape: Shape): { cut: Cut; end: number } | undefined {
  if (bytes[from] !== shape.start) return noise(bytes, from, shape, 'no-start');
  const second = bytes[from + 1];
  if (second === undefined) return undefined;
  const length = shape.lengths[second];
  if (length === undefined) return noise(bytes, from, shape, 'bad-length');
  const end = from + length;
  if (end > bytes.length) return undefined;
  const wire = bytes.slice(from, end);
  if (sum8(wire) !== 0) return noise(bytes, from, shape, 'bad-sum');
  return { cut: { kind: 'frame', wire, payload: wire.slice(shape.head, -1) }, end };
}

/** From here to the next start. */
function noise(
  bytes: Uint8Array,
  from: number,
  { start }: Shape,
  why: NoiseReason,
): { cut: Cut; end: number } | undefined {
  const next = bytes.indexOf(start, from + 1);
  const known = next < 0 ? bytes.length : next;
  if (next < 0 && known - from < MAX_NOISE_BYTES) return undefined;
  const end = Math.min(known, from + MAX_NOISE_BYTES);
  return { cut: { kind: 'noise', bytes: bytes.slice(from, end), why }, end };
}
