import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { monotonicMs } from '$lib/domain/index.ts';
import { filterWaves, packWaves, unpackWaves, type WavePart } from '$lib/realtime/index.ts';

const AT = monotonicMs(123_456_789);

const part: fc.Arbitrary<WavePart> = fc.record({
  channel: fc.integer({ min: 0, max: 65_535 }),
  at: fc.integer({ min: -32_000, max: 32_000 }).map((offset) => monotonicMs(AT + offset)),
  samples: fc.int16Array({ maxLength: 300 }),
  isGapBefore: fc.boolean(),
});

describe('wave frames', () => {
  test('what is packed comes out again', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        expect(unpackWaves(packWaves(AT, parts))).toEqual({ at: AT, parts });
      }),
    );
  });

  test('they can be read from anywhere inside a larger buffer', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), fc.integer({ min: 0, max: 7 }), (parts, offset) => {
        const packed = packWaves(AT, parts);
        const larger = new Uint8Array(offset + packed.length + 3);
        larger.set(packed, offset);
        expect(unpackWaves(larger.subarray(offset, offset + packed.length))).toEqual({ at: AT, parts });
      }),
    );
  });

  test('anything else is no frame, and never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const frame = unpackWaves(bytes);
        if (frame !== undefined) expect(packWaves(frame.at, frame.parts)).toEqual(bytes);
      }),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.nat(), (parts, cut) => {
        const packed = packWaves(AT, parts);
        expect(unpackWaves(packed.subarray(0, cut % packed.length))).toBeUndefined();
      }),
    );
  });

  test('a view keeps its own channels only, samples untouched', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const kept = filterWaves(packWaves(AT, parts), (channel) => channel % 2 === 0);
        const expected = parts.filter(({ channel }) => channel % 2 === 0);
        expect(kept === undefined ? [] : unpackWaves(kept)?.parts).toEqual(expected);
      }),
    );
  });

  test('two waves of 32 beds cost little more than their samples', () => {
    const parts = Array.from({ length: 64 }, (_, channel) => ({
      channel,
      at: AT,
      samples: new Int16Array(10),
      isGapBefore: false,
    }));
    expect(packWaves(AT, parts).length / (64 * 20)).toBeLessThan(1.35);
  });
});
