import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1 } from '$drivers/bytes.ts';
import type { Cut } from '$drivers/driver.ts';
import { cut } from '$drivers/ivy-450c/framing.ts';
import { ivy450c } from '$drivers/ivy-450c/index.ts';
import { MAX_RECORD_BYTES, TEXT_AT } from '$drivers/ivy-450c/layout-table.ts';
import { bytesOf, testFramingLaws } from '../../support/framing-laws.ts';
import { RECORD, RECORD_BYTES, RECORDS } from './vectors.ts';

const NOTHING = new Uint8Array(0);
const cutAll = (...parts: readonly Uint8Array[]) => cut(NOTHING, concatBytes(...parts));
const frames = (cuts: readonly Cut[]): readonly Uint8Array[] =>
  cuts.flatMap((piece) => (piece.kind === 'frame' ? [piece.wire] : []));
const reasons = (cuts: readonly Cut[]): readonly string[] => [
  ...new Set(cuts.flatMap((piece) => (piece.kind === 'noise' ? [piece.why] : []))),
];
const with_ = (at: number, ...bytes: readonly number[]): Uint8Array => {
  const changed = Uint8Array.from(RECORD);
  changed.set(bytes, at);
  return changed;
};

describe('a record', () => {
  test('may hold FF, FE and the magic word in its waveforms', () => {
    const nasty = with_(100, 0xff, ...fromLatin1('ANSAR-B '), 0xfe, 0xff, 0xff, 0xfe);
    expect(frames(cutAll(nasty, RECORD).cuts)).toEqual([nasty, RECORD]);
  });

  test('waits for its end', () => {
    for (const length of [1, 5, 9, 300, TEXT_AT, TEXT_AT + 2, RECORD_BYTES - 1])
      expect(cutAll(RECORD.subarray(0, length))).toEqual({ cuts: [], rest: RECORD.subarray(0, length) });
  });

  test.each([
    ['has another magic word', with_(3, 0x58), 'no-start'],
    ['does not begin its text with the heart rate', with_(TEXT_AT, 0x49), 'bad-length'],
    ['has a byte in its text that is none', with_(TEXT_AT + 40, 0x07), 'bad-length'],
    ['has a line feed in its text', with_(TEXT_AT + 40, 0x0a), 'bad-length'],
    ['ends within a line', with_(RECORD_BYTES - 2, 0x3b), 'bad-length'],
  ])('is noise when it %s, and the next one is found', (_, damaged, why) => {
    const { cuts } = cutAll(damaged, RECORD);
    expect(frames(cuts)).toEqual([RECORD]);
    expect(reasons(cuts)).toContain(why);
  });

  test('that lost bytes of its waveforms is noise, and costs the next one nothing', () => {
    for (const lost of [1, 2, 50, 300, 400]) {
      const { cuts } = cutAll(RECORD.subarray(0, 9), RECORD.subarray(9 + lost), RECORD, RECORD);
      expect(frames(cuts)).toEqual([RECORD, RECORD]);
    }
  });

  test('that has bytes too many in its waveforms is noise, and costs the next one nothing', () => {
    const { cuts } = cutAll(RECORD.subarray(0, 50), RECORD.subarray(45), RECORD);
    expect(frames(cuts)).toEqual([RECORD]);
  });

  test('that lost its end is noise, and the next one is found', () => {
    expect(frames(cutAll(RECORD.subarray(0, -1), RECORD).cuts)).toEqual([RECORD]);
    expect(frames(cutAll(RECORD.subarray(0, 450), RECORD).cuts)).toEqual([RECORD]);
  });

  test('without an end is given up at 2 kB', () => {
    const endless = concatBytes(RECORD.subarray(0, -1), new Uint8Array(MAX_RECORD_BYTES).fill(0x41));
    expect(cut(NOTHING, endless.subarray(0, MAX_RECORD_BYTES - 1)).cuts).toEqual([]);
    expect(cut(NOTHING, endless.subarray(0, MAX_RECORD_BYTES)).cuts[0]).toMatchObject({
      kind: 'noise',
      why: 'too-long',
    });
  });
});

test('what is cut out is a copy of its own', () => {
  const chunk = concatBytes(RECORD, Uint8Array.of(0xff, 0x41));
  const { cuts, rest } = cut(NOTHING, chunk);
  chunk.fill(0);
  expect(cuts.map(bytesOf)).toEqual([RECORD]);
  expect([...rest]).toEqual([0xff, 0x41]);
  expect(rest.buffer.byteLength).toBe(2);
});

describe('whatever comes', () => {
  testFramingLaws({
    driver: ivy450c,
    maxRestBytes: MAX_RECORD_BYTES,
    frames: RECORDS.slice(0, 3),
    special: [0xff, 0xfe, 0x41],
    isUnproven: true,
  });
});
