import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_SAMPLE, type WaveformKey } from '$lib/domain/index.ts';
import { encodeEnvelope, readEnvelope } from '$lib/recording/envelope.ts';
import { arbitraryBlocks, consecutiveBlocks } from './arbitrary-blocks.ts';

const pleth = { waveform: 'pleth', rateHz: 125 } as const;

/** All rows of an envelope, and what was wrong with its bytes. */
function read(bytes: Uint8Array) {
  const rows: { waveform: WaveformKey; low: number; high: number }[] = [];
  const damage = readEnvelope(bytes, (waveform, low, high) => rows.push({ waveform, low, high }));
  return { rows, damage };
}

const envelopeOf = (values: readonly number[], more: { gain?: number; offset?: number } = {}) =>
  read(encodeEnvelope(consecutiveBlocks({ ...pleth, ...more }, Int16Array.from(values), 2)));

describe('envelope of a slice', () => {
  test('smallest and largest value over all blocks of a waveform, in its unit', () => {
    expect(envelopeOf([4, -2, 10, 8], { gain: 0.5, offset: 1 })).toEqual({
      rows: [{ waveform: 'pleth', low: 0, high: 6 }],
      damage: undefined,
    });
  });

  test('a negative gain turns them round', () => {
    expect(envelopeOf([1, 3], { gain: -1 })).toMatchObject({ rows: [{ low: -3, high: -1 }] });
  });

  test('NO_SAMPLE is not a value', () => {
    expect(envelopeOf([NO_SAMPLE, 5, NO_SAMPLE, 7])).toMatchObject({ rows: [{ low: 5, high: 7 }] });
    expect(envelopeOf([5, 7, NO_SAMPLE, NO_SAMPLE])).toMatchObject({ rows: [{ low: 5, high: 7 }] });
  });

  test('a waveform without a single value is said to have none, not left out', () => {
    expect(envelopeOf([NO_SAMPLE]).rows).toEqual([{ waveform: 'pleth', low: Number.NaN, high: Number.NaN }]);
  });

  test('every waveform of the slice has exactly one row', () => {
    fc.assert(
      fc.property(arbitraryBlocks, (blocks) => {
        const waveforms = read(encodeEnvelope(blocks)).rows.map(({ waveform }) => waveform);
        expect(waveforms).toEqual([...new Set(blocks.map((block) => block.waveform))]);
      }),
    );
  });

  test('damaged bytes are an error and never an exception', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => void read(bytes)));
    expect(read(Uint8Array.of(4, 0, 0)).damage).toEqual({ why: 'cut-short', offset: 0 });
    expect(read(Uint8Array.of(99)).damage).toEqual({ why: 'unknown-waveform', offset: 0 });
  });
});
