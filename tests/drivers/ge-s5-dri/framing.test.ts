import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { sum8 } from '$drivers/checksum.ts';
import type { Cut } from '$drivers/driver.ts';
import { MAX_RECORD_BYTES, MAX_REST_BYTES, cut, frame } from '$drivers/ge-s5-dri/framing.ts';
import * as vectors from './vectors.ts';

const NOTHING = new Uint8Array(0);
const FLAG = Uint8Array.of(0x7e);

/** A record of this length whose length field is right and whose data are these. */
function record(data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(40 + data.length);
  bytes.set([bytes.length & 0xff, bytes.length >> 8]);
  bytes.set(data, 40);
  return bytes;
}

const bytesOf = (piece: Cut): Uint8Array => (piece.kind === 'frame' ? piece.wire : piece.bytes);
const framesOf = (cuts: readonly Cut[]): readonly string[] =>
  cuts.flatMap((piece) => (piece.kind === 'frame' ? [toHex(piece.payload)] : []));

function cutInChunks(bytes: Uint8Array, lengths: readonly number[]) {
  let rest: Uint8Array = NOTHING;
  const cuts: Cut[] = [];
  let longestRest = 0;
  const take = (chunk: Uint8Array) => {
    const result = cut(rest, chunk);
    rest = result.rest;
    longestRest = Math.max(longestRest, rest.length);
    cuts.push(...result.cuts);
  };
  let at = 0;
  for (let i = 0; at < bytes.length; i += 1) {
    const length = lengths[i % lengths.length] ?? 1;
    take(bytes.subarray(at, at + length));
    at += length;
  }
  return { rest, cuts, longestRest };
}

const anyData = fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x7e, 0x7d, 0x5e, 0x5d)), {
  maxLength: 80,
});
const anyFrame = anyData.map((data) => frame(record(data)));
const anyNoise = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x7e, 0x7d)), { maxLength: 60 })
  .map((noise) => Uint8Array.from(noise));
const anyTraffic = fc.array(fc.oneof(anyFrame, anyNoise), { maxLength: 12 }).map((parts) => concatBytes(...parts));
const anyChunking = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 10 });

describe('a frame', () => {
  test.each(Object.entries(vectors))('of the document is cut out whole: %s', (_name, bytes) => {
    const { rest, cuts } = cut(NOTHING, bytes);
    expect(rest).toEqual(NOTHING);
    expect(cuts).toHaveLength(1);
    expect(cuts[0]).toMatchObject({ kind: 'frame', wire: bytes });
  });

  test('hides flags, escapes and an awkward sum, and gives them back', () => {
    const awkward = record([0x7e, 0x7d, 0x5e, 0x5d, 0x7e]);
    awkward[2] = (0x7e - sum8(awkward)) & 0xff;
    const wire = frame(awkward);
    expect(toHex(wire.subarray(-3))).toBe('7d 5e 7e');
    expect(wire.subarray(1, -1)).not.toContain(0x7e);
    expect(cut(NOTHING, wire).cuts).toEqual([{ kind: 'frame', wire, payload: awkward }]);
  });

  test('any record survives the way there and back', () => {
    fc.assert(
      fc.property(anyData, (data) => {
        const sent = record(data);
        expect(cut(NOTHING, frame(sent)).cuts).toEqual([{ kind: 'frame', wire: frame(sent), payload: sent }]);
      }),
    );
  });

  test('the longest legal record passes, escaped throughout', () => {
    const longest = record(Array.from({ length: MAX_RECORD_BYTES - 40 }, () => 0x7e));
    expect(framesOf(cut(NOTHING, frame(longest)).cuts)).toEqual([toHex(longest)]);
  });

  test('is not accepted when its length field disagrees, although its sum is right', () => {
    const lying = record([1, 2, 3]);
    lying[0] = 44;
    expect(cut(NOTHING, frame(lying)).cuts).toEqual([
      { kind: 'noise', why: 'bad-length', bytes: frame(lying).subarray(0, -1) },
    ]);
  });

  test('is not accepted when it is too short for a header, although its length field is right', () => {
    const stub = fromHex('05 00 01 02 03');
    expect(cut(NOTHING, frame(stub)).cuts).toMatchObject([{ kind: 'noise', why: 'bad-length' }]);
  });

  test('with an escape right before its closing flag is damaged', () => {
    const good = frame(record([1]));
    const broken = concatBytes(good.subarray(0, -1), fromHex('7d 7e'));
    expect(cut(NOTHING, broken).cuts).toMatchObject([{ kind: 'noise' }]);
  });
});

describe('flags', () => {
  const one = frame(record([1]));
  const two = frame(record([2]));

  test('one between two frames closes the first, and the second needs no other', () => {
    const { rest, cuts } = cut(NOTHING, concatBytes(one, two.subarray(1)));
    expect(cuts.map(bytesOf)).toEqual([one, two.subarray(1)]);
    expect(framesOf(cuts)).toHaveLength(2);
    expect(rest).toEqual(NOTHING);
  });

  test('idle ones belong to the frame behind them', () => {
    const { cuts } = cut(NOTHING, concatBytes(one, FLAG, FLAG, FLAG, two));
    expect(cuts.map(bytesOf)).toEqual([one, concatBytes(FLAG, FLAG, FLAG, two)]);
  });

  test('the one behind noise opens the next frame', () => {
    const noise = fromHex('01 02 04');
    const { cuts } = cut(NOTHING, concatBytes(noise, one));
    expect(cuts).toMatchObject([
      { kind: 'noise', why: 'bad-sum', bytes: noise },
      { kind: 'frame', wire: one },
    ]);
  });

  test('an endless run of them is noise, and the rest stays small', () => {
    const { rest, cuts } = cut(NOTHING, new Uint8Array(1000).fill(0x7e));
    expect(cuts.every((piece) => piece.kind === 'noise' && piece.why === 'no-start')).toBe(true);
    expect(rest.length).toBeLessThan(16);
    expect(cuts.reduce((sum, piece) => sum + bytesOf(piece).length, rest.length)).toBe(1000);
  });
});

describe('the stream', () => {
  test('without flags is noise as soon as it is longer than any frame', () => {
    const { rest, cuts } = cut(NOTHING, new Uint8Array(10_000).fill(0x55));
    expect(cuts.length).toBe(3);
    expect(cuts.every((piece) => piece.kind === 'noise' && piece.why === 'too-long')).toBe(true);
    expect(rest.length).toBeLessThanOrEqual(MAX_REST_BYTES);
  });

  test('gives the same cuts however it is chunked, and every byte is in exactly one place', () => {
    fc.assert(
      fc.property(anyTraffic, anyChunking, (bytes, lengths) => {
        const whole = cut(NOTHING, bytes);
        const chunked = cutInChunks(bytes, lengths);
        expect(chunked.cuts).toEqual(whole.cuts);
        expect(chunked.rest).toEqual(whole.rest);
        expect(concatBytes(...whole.cuts.map(bytesOf), whole.rest)).toEqual(bytes);
      }),
    );
  });

  test('of long garbage is cut alike in any chunks, with a bounded rest', () => {
    const anyGarbage = fc.uint8Array({ min: 0, max: 255, minLength: 3000, maxLength: 8000 });
    const anyRuns = fc
      .tuple(anyGarbage, fc.integer({ min: 0, max: 255 }))
      .map(([bytes, value]) => bytes.map((byte) => (byte < 250 ? value : byte)));
    fc.assert(
      fc.property(fc.oneof(anyGarbage, anyRuns), anyChunking, (bytes, lengths) => {
        const whole = cut(NOTHING, bytes);
        const chunked = cutInChunks(bytes, lengths);
        expect(chunked.longestRest).toBeLessThanOrEqual(MAX_REST_BYTES);
        expect(chunked.cuts).toEqual(whole.cuts);
        expect(concatBytes(...chunked.cuts.map(bytesOf), chunked.rest)).toEqual(bytes);
      }),
      { numRuns: 15 },
    );
  });

  test('is found again at most one frame after any damage', () => {
    const anyDamage = fc.record({
      at: fc.nat(),
      take: fc.integer({ min: 0, max: 30 }),
      put: fc.uint8Array({ maxLength: 30 }),
    });
    const frames = [1, 2, 3, 4, 5, 6].map((n) => frame(record([n, n, n, 0x7e, n])));
    const length = frames[0]?.length ?? 0;
    fc.assert(
      fc.property(anyDamage, ({ at, take, put }) => {
        const bytes = concatBytes(...frames);
        const from = at % (2 * length);
        const damaged = concatBytes(bytes.subarray(0, from), put, bytes.subarray(from + take));
        const found = framesOf(cut(NOTHING, damaged).cuts);
        const hit = Math.floor((from + take) / length);
        const untouched = frames.slice(hit + 2).map((wire) => framesOf(cut(NOTHING, wire).cuts)[0]);
        expect(found).toEqual(expect.arrayContaining(untouched));
      }),
    );
  });

  test('is not kept alive by what was cut out of it', () => {
    const chunk = concatBytes(new Uint8Array(5000), frame(record([1])), fromHex('7e 01 02'));
    const { rest, cuts } = cut(NOTHING, chunk);
    chunk.fill(0xff);
    expect(rest).toEqual(fromHex('7e 01 02'));
    expect(framesOf(cuts)).toEqual([toHex(record([1]))]);
    expect(rest.buffer.byteLength).toBe(3);
  });
});
