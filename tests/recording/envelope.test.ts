import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_SAMPLE, WAVEFORM_IDS, type WaveformBlock, type WaveformKey } from '$lib/domain/index.ts';
import { ByteWriter } from '$lib/recording/byte-cursor.ts';
import { readPairs, readTrack, stretchOf, writeExtents } from '$lib/recording/envelope.ts';
import type { Damage } from '$lib/recording/wave-codec.ts';
import { arbitraryBlock, consecutiveBlocks } from './arbitrary-blocks.ts';

const pleth = { waveform: 'pleth', rateHz: 125 } as const;

interface Pair {
  readonly waveform: WaveformKey;
  readonly low: number;
  readonly high: number;
}

/** All slices of a track, and what was wrong with its bytes. */
function read(bytes: Uint8Array) {
  const slices: { at: number; duration: number; pairs: Pair[] }[] = [];
  const damages: (Damage | undefined)[] = [];
  const cut = readTrack(bytes, (extents) => {
    const pairs: Pair[] = [];
    damages.push(readPairs(extents, (waveform, low, high) => pairs.push({ waveform, low, high })));
    slices.push({ at: extents.at, duration: extents.duration, pairs });
  });
  return { slices, damage: damages.find((one) => one !== undefined) ?? cut };
}

function trackOf(slices: readonly (readonly WaveformBlock[])[]): Uint8Array {
  const track = new ByteWriter();
  for (const blocks of slices) writeExtents(track, stretchOf(blocks), blocks);
  return track.bytes();
}

const pairsOf = (values: readonly number[], more: { gain?: number; offset?: number } = {}) =>
  read(trackOf([consecutiveBlocks({ ...pleth, ...more }, Int16Array.from(values), 2)])).slices[0]?.pairs;

describe('extents of a slice', () => {
  test('are the smallest and largest value over all blocks of a waveform, in its unit', () => {
    expect(pairsOf([4, -2, 10, 8], { gain: 0.5, offset: 1 })).toEqual([{ waveform: 'pleth', low: 0, high: 6 }]);
  });

  test('are turned round by a negative gain', () => {
    expect(pairsOf([1, 3], { gain: -1 })).toMatchObject([{ low: -3, high: -1 }]);
  });

  test('know no value in NO_SAMPLE, and every other number of 16 bits', () => {
    expect(pairsOf([NO_SAMPLE, 5, NO_SAMPLE, 7])).toMatchObject([{ low: 5, high: 7 }]);
    expect(pairsOf([5, 7, NO_SAMPLE, NO_SAMPLE])).toMatchObject([{ low: 5, high: 7 }]);
    expect(pairsOf([32_767])).toMatchObject([{ low: 32_767, high: 32_767 }]);
    expect(pairsOf([-32_767])).toMatchObject([{ low: -32_767, high: -32_767 }]);
  });

  test('of a waveform without a single value are said to be none, not left out', () => {
    expect(pairsOf([NO_SAMPLE])).toEqual([{ waveform: 'pleth', low: Number.NaN, high: Number.NaN }]);
  });

  test('begin with the first sample and last to the end of the last one', () => {
    const blocks = [
      ...consecutiveBlocks(pleth, Int16Array.of(1, 2, 3), 2, 1000),
      ...consecutiveBlocks({ waveform: 'ecg1', rateHz: 250 }, Int16Array.of(1), 1, 996),
    ];
    expect(read(trackOf([blocks])).slices).toMatchObject([{ at: 996, duration: 28 }]);
  });
});

describe('a track', () => {
  const scale = fc.double({ noNaN: true, min: -1000, max: 1000 });
  const block = fc.tuple(arbitraryBlock, scale, scale).map(([one, gain, offset]) => ({ ...one, gain, offset }));
  const slices = fc.array(fc.array(block, { minLength: 1, maxLength: 8 }), { maxLength: 6 });

  /** The plain way: every value of every sample. */
  function expected(blocks: readonly WaveformBlock[]) {
    const values = new Map<WaveformKey, number[]>();
    for (const { waveform, samples, gain, offset } of blocks) {
      const known = Array.from(samples).filter((sample) => sample !== NO_SAMPLE);
      values.set(waveform, [...(values.get(waveform) ?? []), ...known.map((sample) => sample * gain + offset)]);
    }
    const pairs = Array.from(values, ([waveform, all]) => ({
      waveform,
      low: all.length === 0 ? Number.NaN : Math.fround(Math.min(...all)),
      high: all.length === 0 ? Number.NaN : Math.fround(Math.max(...all)),
    }));
    return { ...stretchOf(blocks), pairs: pairs.sort((a, b) => WAVEFORM_IDS[a.waveform] - WAVEFORM_IDS[b.waveform]) };
  }

  test('says of every slice and waveform what its samples say', () => {
    fc.assert(
      fc.property(slices, (all) => {
        expect(read(trackOf(all))).toEqual({ slices: all.map(expected), damage: undefined });
      }),
    );
  });

  test('that is cut within a slice is damaged, and the slices before it are given', () => {
    const bytes = trackOf([1, 2].map((value) => consecutiveBlocks(pleth, Int16Array.of(value), 1)));
    for (let length = 27; length < bytes.length; length += 1) {
      const { slices, damage } = read(bytes.subarray(0, length));
      expect([slices.length, damage]).toEqual([1, { why: 'cut-short', offset: 26 }]);
    }
  });

  test('of random bytes is an error or numbers, never an exception', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void read(bytes)));
  });

  test('with a waveform that nobody knows is damaged', () => {
    const bytes = trackOf([consecutiveBlocks(pleth, Int16Array.of(1), 1)]);
    bytes[17] = 99;
    expect(read(bytes).damage).toEqual({ why: 'unknown-waveform', offset: 17 });
  });
});
