import { describe, expect, test } from 'vitest';
import { addSample, BLOCK_SAMPLES, breakTrace, MAX_DRIFT_MS, NO_TRACE, type Trace } from '$drivers/contec/trace.ts';
import { deviceId, monotonicMs, NO_SAMPLE, type WaveformBlock } from '$lib/domain/index.ts';
import { SAMPLE } from './vectors.ts';

const SOURCE = deviceId('clip');

/** Samples with these heights, each at its time. */
function trace(samples: readonly (readonly [at: number, pleth: number])[]): readonly [Trace, readonly WaveformBlock[]] {
  let state = NO_TRACE;
  const blocks: WaveformBlock[] = [];
  for (const [at, pleth] of samples) {
    const [next, filled] = addSample(state, { ...SAMPLE, pleth }, SOURCE, monotonicMs(at));
    state = next;
    blocks.push(...filled);
  }
  return [state, blocks];
}
const ramp = (count: number, fromMs = 0) =>
  Array.from({ length: count }, (_, i) => [fromMs + (i * 1000) / 60, i % 128] as const);

describe('the pleth', () => {
  test('comes in quarters of a second, each sample at its time, in percent of the oximeter’s scale', () => {
    const [, blocks] = trace(ramp(60));
    expect(blocks).toHaveLength(4);
    blocks.forEach((block, i) => {
      expect(block).toMatchObject({ waveform: 'pleth', rateHz: 60, offset: 0, isGapBefore: i === 0 });
      expect(block.at).toBeCloseTo(i * 250, 6);
      expect([...block.samples]).toEqual(Array.from({ length: BLOCK_SAMPLES }, (_, k) => i * BLOCK_SAMPLES + k));
      expect(127 * block.gain).toBeCloseTo(100, 9);
    });
  });

  test('goes on without a seam however the packets are handed over', () => {
    const inBursts = ramp(60).map(([at, pleth]) => [Math.ceil(at / 400) * 400, pleth] as const);
    const [, blocks] = trace(inBursts);
    expect(blocks.slice(1).every(({ isGapBefore }) => !isGapBefore)).toBe(true);
    expect((blocks[3]?.at ?? 0) - (blocks[0]?.at ?? 0)).toBeCloseTo(750, 6);
  });

  test('begins anew with a gap when our clock and the samples have drifted apart', () => {
    const [, blocks] = trace([...ramp(15), ...ramp(15, 250 + MAX_DRIFT_MS - 1)]);
    expect(blocks[1]).toMatchObject({ isGapBefore: false });
    const [, late] = trace([...ramp(15), ...ramp(15, 250 + MAX_DRIFT_MS + 1)]);
    expect(late[1]).toMatchObject({ isGapBefore: true });
    expect(late[1]?.at).toBeCloseTo(250 + MAX_DRIFT_MS + 1, 6);
  });

  test('that is broken off tells what waits', () => {
    const [state] = trace(ramp(20));
    expect(breakTrace(state, SOURCE, monotonicMs(400)).map(({ samples }) => samples.length)).toEqual([5]);
    expect(breakTrace(NO_TRACE, SOURCE, monotonicMs(400))).toEqual([]);
  });

  test.each([
    ['isFingerOut', NO_SAMPLE],
    ['isProbeError', NO_SAMPLE],
    ['isSearching', 64],
  ] as const)('with %s has the sample %i', (flag, expected) => {
    const sample = { ...SAMPLE, pleth: 64, [flag]: true };
    const state: Trace = { pending: Array<number>(14).fill(1), nextAt: undefined };
    const [, blocks] = addSample(state, sample, SOURCE, monotonicMs(1000));
    expect(blocks[0]?.samples.at(-1)).toBe(expected);
  });
});
