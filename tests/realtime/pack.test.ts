import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { monotonicMs } from '$lib/domain/index.ts';
import { filterWaves, packWaves, unpackWaves, type WavePart } from '$lib/realtime/index.ts';

const AT = monotonicMs(123_456_789);

const part: fc.Arbitrary<WavePart> = fc.record({
  channel: fc.integer({ min: 0, max: 65_535 }),
  at: fc.integer({ min: -32_000, max: 32_000 }).map((offset) => monotonicMs(AT + offset)),
  samples: fc.oneof(
    fc.int16Array({ maxLength: 300 }),
    fc.int16Array({ min: -64, max: 63, maxLength: 300 }),
    fc.int16Array({ min: 32_600, maxLength: 300 }),
  ),
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
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void unpackWaves(bytes)));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.nat(), (parts, cut) => {
        const packed = packWaves(AT, parts);
        expect(unpackWaves(packed.subarray(0, cut % packed.length))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), fc.nat(), fc.nat({ max: 255 }), (parts, place, byte) => {
        const packed = packWaves(AT, parts);
        packed[place % packed.length] = byte;
        void unpackWaves(packed);
        void filterWaves(packed, () => true);
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

  test('two waves of 32 beds cost little more than their samples, and less when these are near each other', () => {
    const framed = (samples: Int16Array): number => {
      const parts = Array.from({ length: 64 }, (_, channel) => ({ channel, at: AT, samples, isGapBefore: false }));
      return packWaves(AT, parts).length / (64 * samples.byteLength);
    };
    expect(framed(Int16Array.of(0, 900, 0, 900, 0, 900, 0, 900, 0, 900))).toBeLessThan(1.35);
    expect(framed(Int16Array.of(0, 90, 0, 90, 0, 90, 0, 90, 0, 90))).toBeLessThan(0.95);
  });
});
