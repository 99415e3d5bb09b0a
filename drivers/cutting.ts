/**
 * What the framings of most protocols do alike: what was received is taken from the left, piece by piece, and what is unfinished
 * stays for the next chunk. What a piece is, each protocol says itself; so the cuts do not depend on the chunks.
 */
import { concatBytes } from './bytes.ts';
import type { Cut, CutResult, NoiseReason } from './driver.ts';

/** What was found from a place on, and where it ends. */
export interface Piece {
  readonly cuts: readonly Cut[];
  readonly end: number;
}

/** @param cutOne the piece that begins at `from`; undefined while that cannot be known yet. */
export function cutPieces(
  rest: Uint8Array,
  chunk: Uint8Array,
  cutOne: (bytes: Uint8Array, from: number) => Piece | undefined,
): CutResult {
  const bytes = rest.length === 0 ? chunk : concatBytes(rest, chunk);
  const cuts: Cut[] = [];
  let from = 0;
  for (let next = cutOne(bytes, from); next; next = cutOne(bytes, from)) {
    cuts.push(...next.cuts);
    from = next.end;
  }
  return { rest: copyOf(bytes, from, bytes.length), cuts };
}

/** A copy of its own: what is kept must not hold a whole chunk, nor be changed by who lent it. */
export const copyOf = (bytes: Uint8Array, from: number, end: number): Uint8Array =>
  new Uint8Array(bytes.subarray(from, end));

export const noise = (bytes: Uint8Array, from: number, end: number, why: NoiseReason): Piece => ({
  cuts: [{ kind: 'noise', bytes: copyOf(bytes, from, end), why }],
  end,
});

/** Usual length of the pieces in which noise without an end is told. */
export const MAX_NOISE_BYTES = 64;

/** Noise from here to the next start behind it, in pieces of so many bytes at most. */
export function noiseToStart(
  bytes: Uint8Array,
  from: number,
  start: number,
  why: NoiseReason,
  maxBytes = MAX_NOISE_BYTES,
): Piece | undefined {
  const next = bytes.indexOf(start, from + 1);
  if (next < 0 && bytes.length - from < maxBytes) return undefined;
  return noise(bytes, from, Math.min(next < 0 ? bytes.length : next, from + maxBytes), why);
}
