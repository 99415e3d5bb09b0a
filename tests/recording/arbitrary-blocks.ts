/** Waveform blocks of every kind that a driver could hand over, and some that none ever will. */
import fc from 'fast-check';
import {
  NO_SAMPLE,
  WAVEFORMS,
  type WaveformBlock,
  type WaveformKey,
  deviceId,
  monotonicMs,
} from '$lib/domain/index.ts';

const waveform = fc.constantFrom(...Object.keys(WAVEFORMS)).map((key) => key as WaveformKey);

/** Mostly smooth, sometimes wild, with holes. */
const samples = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: -300, max: 300 }) },
      { weight: 1, arbitrary: fc.integer({ min: -32768, max: 32767 }) },
      { weight: 1, arbitrary: fc.constant(NO_SAMPLE) },
    ),
    { maxLength: 40 },
  )
  .map((values) => Int16Array.from(values));

export const arbitraryBlock: fc.Arbitrary<WaveformBlock> = fc
  .record({
    source: fc.constantFrom('monitor-1', 'Überwachung 2', '').map(deviceId),
    waveform,
    at: fc.double({ noNaN: true, min: 0, max: 1e12 }).map(monotonicMs),
    rateHz: fc.constantFrom(62.5, 100, 125, 250, 500),
    samples,
    gain: fc.oneof(fc.constant(0.001), fc.double({ noNaN: true })),
    offset: fc.oneof(fc.constant(0), fc.double({ noNaN: true })),
    isGapBefore: fc.boolean(),
  })
  .map((fields) => ({ kind: 'waveform' as const, ...fields }));

export const arbitraryBlocks = fc.array(arbitraryBlock, { maxLength: 12 });

/** A signal as a driver sends it: `count` samples at a time, each block beginning where the one before it ended. */
export function consecutiveBlocks(
  template: Pick<WaveformBlock, 'waveform' | 'rateHz'> & Partial<WaveformBlock>,
  values: Int16Array,
  count: number,
  startMs = 0,
): WaveformBlock[] {
  const blocks: WaveformBlock[] = [];
  for (let first = 0; first < values.length; first += count) {
    blocks.push({
      kind: 'waveform',
      source: deviceId('monitor-1'),
      gain: 1,
      offset: 0,
      isGapBefore: false,
      ...template,
      at: monotonicMs(startMs + (first * 1000) / template.rateHz),
      samples: values.slice(first, first + count),
    });
  }
  return blocks;
}
