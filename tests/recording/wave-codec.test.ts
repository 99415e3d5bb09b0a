import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { monotonicMs, NO_SAMPLE, type WaveformBlock } from '$lib/domain/index.ts';
import { decodeBlocks, encodeBlocks } from '$lib/recording/wave-codec.ts';
import { arbitraryBlocks, consecutiveBlocks } from './arbitrary-blocks.ts';

const decoded = (bytes: Uint8Array): readonly WaveformBlock[] => {
  const result = decodeBlocks(bytes);
  if (!result.ok) throw new Error(`${result.error.why} at ${result.error.offset}`);
  return result.value;
};

const bytesPerSample = (blocks: readonly WaveformBlock[]): number =>
  encodeBlocks(blocks).length / blocks.reduce((sum, block) => sum + block.samples.length, 0);

describe('blocks in, the same blocks out', () => {
  test('whatever they hold and in whatever order they come', () => {
    fc.assert(
      fc.property(arbitraryBlocks, (blocks) => {
        expect(decoded(encodeBlocks(blocks))).toEqual(blocks);
      }),
    );
  });

  test('a run of NO_SAMPLE inside a signal survives', () => {
    const values = Int16Array.of(100, 101, NO_SAMPLE, NO_SAMPLE, NO_SAMPLE, 32767, -32767, 103);
    const blocks = consecutiveBlocks({ waveform: 'pleth', rateHz: 125 }, values, 3);
    expect(decoded(encodeBlocks(blocks))).toEqual(blocks);
  });

  test('a signal that jumps in time, forth or back or by a hair, keeps the times of its blocks', () => {
    const [first, ...others] = consecutiveBlocks({ waveform: 'ecg1', rateHz: 250 }, new Int16Array(40), 10);
    const moved = others.map((block, index) => ({
      ...block,
      at: monotonicMs(block.at + ([500, -90, 1e-9][index] ?? 0)),
    }));
    const blocks = first ? [first, ...moved] : [];
    expect(decoded(encodeBlocks(blocks))).toEqual(blocks);
  });

  test('a steady signal in many small blocks costs little more than in one', () => {
    const values = Int16Array.from({ length: 1000 }, (_, i) => 500 * Math.sin(i / 40));
    const whole = encodeBlocks(consecutiveBlocks({ waveform: 'ecg1', rateHz: 250 }, values, 1000)).length;
    const small = encodeBlocks(consecutiveBlocks({ waveform: 'ecg1', rateHz: 250 }, values, 10)).length;
    expect(small - whole).toBeLessThanOrEqual(99 * 3);
  });
});

describe('bytes that are not ours', () => {
  test('random bytes are an error and never an exception', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeBlocks(bytes)));
  });

  test('every truncation of a blob is noticed', () => {
    fc.assert(
      fc.property(arbitraryBlocks, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (blocks, share) => {
        const bytes = encodeBlocks(blocks);
        expect(decodeBlocks(bytes.subarray(0, Math.floor(bytes.length * share))).ok).toBe(false);
      }),
    );
  });

  test('a flipped bit never throws', () => {
    fc.assert(
      fc.property(arbitraryBlocks, fc.nat(), fc.nat({ max: 7 }), (blocks, at, bit) => {
        const bytes = encodeBlocks(blocks);
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
        decodeBlocks(bytes);
      }),
    );
  });

  test('an announced count beyond the bytes asks for no memory', () => {
    const bytes = encodeBlocks(consecutiveBlocks({ waveform: 'ecg1', rateHz: 250 }, new Int16Array(1), 1));
    const huge = Uint8Array.of(...bytes.subarray(0, -2), 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0);
    expect(decodeBlocks(huge)).toMatchObject({ ok: false, error: { why: 'cut-short' } });
  });

  test('a sample beyond 16 bits is not folded into the range', () => {
    const bytes = encodeBlocks(consecutiveBlocks({ waveform: 'ecg1', rateHz: 250 }, Int16Array.of(32767, 32767), 2));
    bytes[bytes.length - 1] = 2;
    expect(decodeBlocks(bytes)).toMatchObject({ ok: false, error: { why: 'malformed' } });
  });

  test('bytes after the end and another format are named', () => {
    expect(decodeBlocks(Uint8Array.of(...encodeBlocks([]), 0))).toMatchObject({ error: { why: 'malformed' } });
    expect(decodeBlocks(Uint8Array.of(2, 0, 0))).toMatchObject({ error: { why: 'unknown-format' } });
  });
});

describe('size', () => {
  test('a noisy ECG and a pleth take at most 1.5 bytes per sample, heads included', () => {
    const noise = (i: number) => ((i * 7919) % 23) - 11;
    const beat = (i: number) => 2000 * Math.exp(-(((i % 250) / 250 - 0.3) ** 2 / 0.0008));
    const ecg = Int16Array.from({ length: 1000 }, (_, i) => beat(i) + noise(i));
    const pleth = Int16Array.from({ length: 500 }, (_, i) => 1200 * Math.sin((2 * Math.PI * i) / 125) + noise(i) / 4);
    expect(bytesPerSample(consecutiveBlocks({ waveform: 'ecg1', rateHz: 250 }, ecg, 125))).toBeLessThan(1.5);
    expect(bytesPerSample(consecutiveBlocks({ waveform: 'pleth', rateHz: 125 }, pleth, 62))).toBeLessThan(1.5);
  });

  const recordings = '../shared/data';
  const matlab = `${recordings}/wfdb/a103l.mat`;
  const absent = ' (skipped where the recordings are absent)';

  test.skipIf(!existsSync(matlab))(`a recorded ECG at full scale takes 1.75, its pleth 1.1${absent}`, () => {
    const bytes = readFileSync(matlab).subarray(24);
    const channel = (index: number) =>
      Int16Array.from({ length: bytes.length / 6 }, (_, i) => bytes.readInt16LE(6 * i + 2 * index));
    expect(bytesPerSample(consecutiveBlocks({ waveform: 'ecg1', rateHz: 250 }, channel(0), 125))).toBeLessThan(1.75);
    expect(bytesPerSample(consecutiveBlocks({ waveform: 'pleth', rateHz: 250 }, channel(2), 125))).toBeLessThan(1.1);
  });

  const intellivue = `${recordings}/intellivue-or-record/Intellivue.PLETH.csv.gz`;
  test.skipIf(!existsSync(intellivue))(`a monitor's pleth at its own resolution takes 1.2 bytes${absent}`, () => {
    const lines = gunzipSync(readFileSync(intellivue)).toString('latin1').split('\n').filter(Boolean);
    const values = Int16Array.from(lines, (line) => Number(line) / 0.02442);
    expect(bytesPerSample(consecutiveBlocks({ waveform: 'pleth', rateHz: 125 }, values, 62))).toBeLessThan(1.2);
  });
});
