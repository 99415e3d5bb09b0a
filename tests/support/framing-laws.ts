/**
 * What must hold for the `cut` and `decode` of every driver, whatever comes over the line: the same cuts in any chunks, every
 * byte in exactly one place, a rest that does not grow, nothing thrown, and the way found back after any damage.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes, latin1, toHex } from '$drivers/bytes.ts';
import type { AnyDriver, Cut } from '$drivers/driver.ts';

export interface Framed {
  readonly driver: Pick<AnyDriver, 'cut' | 'decode'>;
  readonly maxRestBytes: number;
  /** Good frames as they stand on the wire. */
  readonly frames: readonly Uint8Array[];
  /** Bytes that mean something to the framing: noise is made of them more often than by chance. */
  readonly special: readonly number[];
  /** Frames may lie inside each other, so the cuts are the bytes, but not in their order. */
  readonly isInterleaved?: boolean;
  /** Noise outside of frames is told as it comes: neighbouring pieces are one stretch. */
  readonly isNoisePortioned?: boolean;
  /**
   * There is no sum: damaged bytes can be a frame as well, and must cost no other one. Where frames pass with and without proof:
   * whether this one has none.
   */
  readonly isUnproven?: boolean | ((payload: Uint8Array) => boolean);
}

const NOTHING = new Uint8Array(0);
const RANDOM_BYTES = 1_000_000;

export const bytesOf = (piece: Cut): Uint8Array => (piece.kind === 'frame' ? piece.wire : piece.bytes);

/** All of a cut as text: bytes are compared some ten times faster so. */
const wordsOf = (piece: Cut): string =>
  piece.kind === 'frame' ? `${latin1(piece.wire)} ${latin1(piece.payload)}` : `${piece.why} ${latin1(piece.bytes)}`;

/** Neighbouring noise outside of frames joined. */
function joined(cuts: readonly Cut[]): readonly Cut[] {
  const whole: Cut[] = [];
  for (const piece of cuts) {
    const last = whole.at(-1);
    const isStretch = piece.kind === 'noise' && piece.why === 'no-start';
    if (isStretch && last?.kind === 'noise' && last.why === 'no-start')
      whole[whole.length - 1] = { ...last, bytes: concatBytes(last.bytes, piece.bytes) };
    else whole.push(piece);
  }
  return whole;
}

/** Payloads of the frames among these cuts, in hexadecimal. */
export const payloadsOf = (cuts: readonly Cut[]): readonly string[] =>
  cuts.flatMap((piece) => (piece.kind === 'frame' ? [toHex(piece.payload)] : []));

/** Cuts bytes in chunks of these lengths, over and over. */
export function cutInChunks(cut: AnyDriver['cut'], bytes: Uint8Array, lengths: readonly number[]) {
  let rest: Uint8Array = NOTHING;
  let longestRest = 0;
  const cuts: Cut[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const length = lengths[i % lengths.length] ?? 1;
    const result = cut(rest, bytes.subarray(at, at + length));
    rest = result.rest;
    longestRest = Math.max(longestRest, rest.length);
    cuts.push(...result.cuts);
    at += length;
  }
  return { rest, cuts, longestRest };
}

export function testFramingLaws({ driver, maxRestBytes, frames, special, ...kind }: Framed): void {
  const { isInterleaved = false, isUnproven = false, isNoisePortioned = false } = kind;
  const passesUnproven = typeof isUnproven === 'function' ? isUnproven : (): boolean => isUnproven;
  const words = (cuts: readonly Cut[]): readonly string[] => (isNoisePortioned ? joined(cuts) : cuts).map(wordsOf);
  const inOrder = (bytes: Uint8Array): Uint8Array => (isInterleaved ? bytes.toSorted() : bytes);
  const anyFrame = fc.constantFrom(...frames);
  const anyByte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...special));
  const anyNoise = fc.array(anyByte, { maxLength: 60 }).map((bytes) => Uint8Array.from(bytes));
  const anyDamaged = fc
    .tuple(anyFrame, fc.nat(), anyByte)
    .map(([frame, at, byte]) => frame.map((good, i) => (i === at % frame.length ? byte : good)));
  const anyTraffic = fc
    .array(fc.oneof(anyFrame, anyDamaged, anyNoise), { maxLength: 12 })
    .map((parts) => concatBytes(...parts));
  const anyChunking = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 10 });

  test('any chunking gives the same cuts, and every byte is in exactly one of them or in the rest', () => {
    fc.assert(
      fc.property(anyTraffic, anyChunking, (bytes, lengths) => {
        const whole = driver.cut(NOTHING, bytes);
        const chunked = cutInChunks(driver.cut, bytes, lengths);
        expect(words(chunked.cuts)).toEqual(words(whole.cuts));
        expect(latin1(chunked.rest)).toBe(latin1(whole.rest));
        const accounted = concatBytes(...whole.cuts.map(bytesOf), whole.rest);
        expect(latin1(inOrder(accounted))).toBe(latin1(inOrder(bytes)));
        expect(chunked.longestRest).toBeLessThanOrEqual(maxRestBytes);
      }),
      { numRuns: 300 },
    );
  });

  test.each([...special, 0x55])('an endless run of %i is noise, and the rest stays bounded', (byte) => {
    const { cuts, rest, longestRest } = cutInChunks(driver.cut, new Uint8Array(20_000).fill(byte), [7, 64, 1]);
    expect(longestRest).toBeLessThanOrEqual(maxRestBytes);
    expect(cuts.every(({ kind }) => kind === 'noise')).toBe(true);
    expect(cuts.reduce((sum, piece) => sum + bytesOf(piece).length, rest.length)).toBe(20_000);
  });

  test('a million random and mutated bytes throw nothing, and not one is lost', () => {
    const anyBlock = fc.oneof(fc.uint8Array({ minLength: 200, maxLength: 400 }), anyTraffic);
    const blocks = fc.sample(anyBlock, { numRuns: 2000, seed: 20_260_101 });
    let fed = 0;
    let accounted = 0;
    let rest: Uint8Array = NOTHING;
    for (let i = 0; fed < RANDOM_BYTES; i += 1) {
      const block = blocks[i % blocks.length] ?? NOTHING;
      const result = driver.cut(rest, block);
      rest = result.rest;
      fed += block.length;
      for (const piece of result.cuts) {
        accounted += bytesOf(piece).length;
        if (piece.kind === 'frame') driver.decode(piece.payload);
      }
    }
    expect(accounted + rest.length).toBe(fed);
    for (const block of blocks) driver.decode(block);
  });

  test('after any damage the frames are found again, at the latest the second good one', () => {
    const wires = Array.from({ length: 16 }, (_, i) => frames[i % frames.length] ?? NOTHING);
    const bytes = concatBytes(...wires);
    const good = new Set(wires.flatMap((wire) => payloadsOf(driver.cut(NOTHING, wire).cuts)));
    const ends = wires.map((_, i) => concatBytes(...wires.slice(0, i + 1)).length);
    const anyDamage = fc.record({
      at: fc.nat(ends[2] ?? 0),
      take: fc.nat(30),
      put: fc.array(anyByte, { maxLength: 30 }),
    });
    fc.assert(
      fc.property(anyDamage, ({ at, take, put }) => {
        const damaged = concatBytes(bytes.subarray(0, at), Uint8Array.from(put), bytes.subarray(at + take));
        const firstWhole = 1 + ends.findIndex((end) => end >= at + take);
        const expected = wires.slice(firstWhole + 1).flatMap((wire) => payloadsOf(driver.cut(NOTHING, wire).cuts));
        const { cuts } = driver.cut(NOTHING, damaged);
        const found = payloadsOf(cuts);
        // Damage that makes another frame, right by accident, may cost the good ones that it holds: no sum is proof.
        fc.pre(
          cuts.every(
            (piece) => piece.kind === 'noise' || good.has(toHex(piece.payload)) || passesUnproven(piece.payload),
          ),
        );
        expect(found.slice(found.length - expected.length)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
}
