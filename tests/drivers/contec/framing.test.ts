import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { cut, MAX_PACKET_BYTES, openV7, sealV7 } from '$drivers/contec/framing.ts';
import { contec } from '$drivers/contec/index.ts';
import { payloadsOf, testFramingLaws } from '../../support/framing-laws.ts';
import { COMMAND_FRAMES, SAMPLES, V46_FAST, V46_USUAL, V7_FAST, V7_USUAL } from './vectors.ts';

const NOTHING = new Uint8Array(0);
const cutAll = (...parts: readonly Uint8Array[]) => cut(NOTHING, concatBytes(...parts));
const framesOf = (...parts: readonly Uint8Array[]) => payloadsOf(cutAll(...parts).cuts);
const noiseOf = (...parts: readonly Uint8Array[]) =>
  cutAll(...parts).cuts.flatMap((piece) => (piece.kind === 'noise' ? [...piece.bytes] : []));

test.each(SAMPLES)('%s is one frame, and needs no byte of the next', (hex) => {
  expect(cutAll(fromHex(hex)).cuts).toEqual([{ kind: 'frame', wire: fromHex(hex), payload: fromHex(hex) }]);
});

describe('a v4.6 packet', () => {
  test('begins with a marked byte and has no other', () => {
    for (let at = 1; at < 5; at += 1) {
      const marked = V46_USUAL.map((byte, index) => (index === at ? byte | 0x80 : byte));
      expect(framesOf(marked)).toEqual([]);
    }
    expect(framesOf(V46_USUAL.map((byte) => byte & 0x7f))).toEqual([]);
    expect(framesOf(fromHex('80 00 00 00 00'))).toEqual(['80 00 00 00 00']);
  });

  test('that lost a byte is noise, and the next one is found', () => {
    expect(framesOf(V46_USUAL.subarray(0, 4), V46_FAST)).toEqual([toHex(V46_FAST)]);
    expect(noiseOf(V46_USUAL.subarray(0, 4), V46_FAST)).toEqual([...V46_USUAL.subarray(0, 4)]);
    expect(framesOf(V46_USUAL.subarray(1), V46_FAST)).toEqual([toHex(V46_FAST)]);
  });

  test('that won a byte leaves it as noise', () => {
    expect(noiseOf(V46_USUAL, Uint8Array.of(0x11), V46_FAST)).toEqual([0x11]);
  });
});

describe('a v7 packet', () => {
  test('begins with an unmarked byte and has no other', () => {
    for (let at = 1; at < 9; at += 1) {
      const unmarked = V7_USUAL.map((byte, index) => (index === at ? byte & 0x7f : byte));
      expect(framesOf(unmarked)).not.toContain(toHex(unmarked));
    }
  });

  test('that lost a byte is noise, and the next one is found', () => {
    expect(framesOf(V7_USUAL.subarray(0, 8), V7_FAST)).toEqual([toHex(V7_FAST)]);
    expect(framesOf(V7_USUAL.subarray(1), V7_FAST)).toEqual([toHex(V7_FAST)]);
  });

  test('of an unknown type ends where the next one begins, or at the longest length', () => {
    const short = fromHex('02 80 c1 c2');
    expect(cutAll(short).cuts).toEqual([]);
    expect(framesOf(short, V7_USUAL)).toEqual([toHex(short), toHex(V7_USUAL)]);
    const longest = fromHex('02 80 c1 c2 c3 c4 c5 c6 c7');
    expect(framesOf(longest)).toEqual([toHex(longest)]);
    expect(framesOf(fromHex('02 80'), V7_USUAL)).toEqual([toHex(V7_USUAL)]);
  });

  test('notices and commands have lengths of their own', () => {
    expect(framesOf(fromHex('0d 80 80'), ...Object.values(COMMAND_FRAMES).map(fromHex))).toEqual([
      '0d 80 80',
      ...Object.values(COMMAND_FRAMES),
    ]);
  });

  test('keeps bit 7 of every data byte in its second byte', () => {
    expect(toHex(sealV7(1, [0x80, 0, 0xff, 0x7f]))).toBe('01 85 80 80 ff ff');
    fc.assert(
      fc.property(fc.nat(0x7f), fc.array(fc.nat(255), { minLength: 1, maxLength: 7 }), (type, data) => {
        const packet = sealV7(type, data);
        expect(packet.subarray(1).every((byte) => byte >= 0x80)).toBe(true);
        expect([...openV7(packet)]).toEqual(data);
      }),
    );
  });
});

test('neither generation is taken for the other, wherever one begins to listen', () => {
  const streams: readonly (readonly [Uint8Array, number])[] = [
    [V46_FAST, 5],
    [V7_FAST, 9],
  ];
  for (const [packet, length] of streams) {
    const stream = concatBytes(...Array<Uint8Array>(5).fill(packet));
    for (let at = 0; at < length; at += 1) {
      expect(new Set(framesOf(stream.subarray(at)))).toEqual(new Set([toHex(packet)]));
    }
  }
});

describe.each([
  ['v4.6', [V46_USUAL, V46_FAST, fromHex('90 00 10 00 00'), fromHex('ff 7f 7f 7f 7f')]],
  ['v7', [V7_USUAL, V7_FAST, fromHex('0d 80 80'), fromHex(COMMAND_FRAMES.start)]],
])('the laws of framing hold for %s', (_name, frames) => {
  testFramingLaws({
    driver: contec,
    maxRestBytes: MAX_PACKET_BYTES - 1,
    frames,
    special: [0x80, 0x81, 0x01, 0x0d, 0x7d],
  });
});
