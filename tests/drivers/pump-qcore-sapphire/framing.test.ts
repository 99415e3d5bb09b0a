import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '$drivers/bytes.ts';
import { encode } from '$drivers/pump-qcore-sapphire/codec.ts';
import { cut, MAX_DATA_BYTES, MAX_REST_BYTES, openFrame, wrapFrame } from '$drivers/pump-qcore-sapphire/framing.ts';
import { pumpQcoreSapphire } from '$drivers/pump-qcore-sapphire/index.ts';
import { testFramingLaws } from '../../support/framing-laws.ts';
import { batch, spoilt } from './frames.ts';

const NOTHING = new Uint8Array(0);
const kindsOf = (...parts: readonly Uint8Array[]) =>
  cut(NOTHING, concatBytes(...parts)).cuts.map((piece) => (piece.kind === 'frame' ? 'frame' : piece.why));

describe('a frame', () => {
  test.each([
    [0, 'bb 65 00 67 03 00 01 00 16 e6'],
    [1, 'bb 65 00 67 03 00 01 01 16 e7'],
  ])('of the note: "this is PC" number %i', (sequence, hex) => {
    expect(toHex(encode({ kind: 'this-is-pc', sequence }))).toBe(hex);
    expect(cut(NOTHING, fromHex(hex)).cuts).toMatchObject([{ kind: 'frame', wire: fromHex(hex) }]);
  });

  test('with starts in its data is one frame', () => {
    const wire = batch();
    expect(wire.filter((byte) => byte === 0xbb).length).toBeGreaterThan(100);
    expect(cut(NOTHING, wire)).toEqual({ rest: NOTHING, cuts: [{ kind: 'frame', wire, payload: wire }] });
  });

  test('has its size with the high byte first', () => {
    const wire = wrapFrame({ target: 103, sender: 101, type: 11, sequence: 7, data: new Uint8Array(300) });
    expect(toHex(wire.subarray(0, 8))).toBe('bb 67 00 65 0b 01 2c 07');
    expect(openFrame(wire)).toMatchObject({ target: 103, sender: 101, type: 11, sequence: 7, isSumRight: true });
    expect(openFrame(wire.subarray(0, -1))).toBeUndefined();
  });

  test('with a wrong sum is one when the next begins right behind it, and waits until that is known', () => {
    const wrong = spoilt(batch());
    expect(cut(NOTHING, wrong)).toEqual({ rest: wrong, cuts: [] });
    expect(cut(NOTHING, concatBytes(wrong, batch().subarray(0, 6))).cuts).toEqual([]);
    expect(kindsOf(wrong, batch())).toEqual(['frame', 'frame']);
  });

  test('with a wrong sum and something else behind it is noise, and the next one is found', () => {
    const found = kindsOf(spoilt(batch()), Uint8Array.of(0, 1, 2), batch());
    expect(found[0]).toBe('bad-sum');
    expect(found.filter((kind) => kind === 'frame')).toHaveLength(1);
  });

  test.each([
    ['target', 1, 99],
    ['target', 1, 104],
    ['flags', 2, 1],
    ['sender', 3, 99],
    ['type', 4, 0],
    ['type', 4, 32],
    ['size', 5, 3],
  ])('with an impossible %s is none', (_what, at, byte) => {
    expect(kindsOf(batch().with(at, byte), batch())[0]).toBe('bad-length');
  });

  test('with more data than any cannot be written', () => {
    const frame = { target: 103, sender: 101, type: 1, sequence: 0 };
    expect(wrapFrame({ ...frame, data: new Uint8Array(MAX_DATA_BYTES) })).toHaveLength(MAX_DATA_BYTES + 9);
    expect(() => wrapFrame({ ...frame, data: new Uint8Array(MAX_DATA_BYTES + 1) })).toThrow(RangeError);
  });
});

describe('the stream', () => {
  testFramingLaws({
    driver: pumpQcoreSapphire,
    maxRestBytes: MAX_REST_BYTES,
    frames: [
      batch(),
      batch({ rate: 0, infused: 3.21, sequence: 1 }),
      wrapFrame({ target: 103, sender: 101, type: 11, sequence: 2, data: new Uint8Array(120).fill(0xbb) }),
      encode({ kind: 'this-is-pc', sequence: 3 }),
    ],
    special: [0xbb, 0x65, 0x67, 0x00, 0x01],
    isUnproven: (wire) => openFrame(wire)?.isSumRight !== true,
  });
});
