import { describe, expect, test } from 'vitest';
import { readPacket } from '$drivers/nonin/codec-packets.ts';
import { MAX_DRIFT_MS, traceOf, type PlethClock } from '$drivers/nonin/trace.ts';
import { deviceId, monotonicMs, NO_SAMPLE, type WaveformBlock } from '$lib/domain/index.ts';
import { packetWith, type PacketParts } from './bench.ts';
import { CAPTURED_PACKET, CAPTURED_PLETH } from './vectors.ts';

const SOURCE = deviceId('oximeter');
const CAPTURED = readPacket(CAPTURED_PACKET, 'df2');

/** Blocks of captured packets that arrive at these times. */
function place(...arrivals: readonly number[]): readonly WaveformBlock[] {
  let clock: PlethClock;
  return arrivals.map((at) => {
    const [next, block] = traceOf(clock, CAPTURED, SOURCE, monotonicMs(at));
    clock = next;
    return block;
  });
}
const physical = (parts: PacketParts): readonly number[] => {
  const [, block] = traceOf(undefined, readPacket(packetWith(parts), parts.format ?? 'df2'), SOURCE, monotonicMs(0));
  return Array.from(block.samples, (sample) => (sample === NO_SAMPLE ? NaN : sample * block.gain + block.offset));
};

describe('the pleth', () => {
  test('is the samples of the packet at 75 Hz, the last of them at its arrival', () => {
    const [block] = place(1000);
    expect(block).toMatchObject({ waveform: 'pleth', rateHz: 75, isGapBefore: true, source: SOURCE });
    expect([...(block?.samples ?? [])]).toEqual(CAPTURED_PLETH);
    expect(block && block.at + (24 * 1000) / 75).toBeCloseTo(1000, 6);
  });

  test('is in percent of the oximeter’s scale, in both formats alike', () => {
    const heights = [0, 1, 64, 128, 255];
    const at = (place: number) => heights[place % 5] ?? 0;
    const expected = heights.map((height) => (height * 100) / 255);
    physical({ pleth: at })
      .slice(0, 5)
      .forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? 0, 9));
    // The lowest of 65536 steps is told as the second lowest.
    physical({ format: 'df7', pleth: (place) => at(place) * 257 })
      .slice(0, 5)
      .forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? 0, 2));
    expect(physical({ format: 'df7', pleth: () => 0xffff })[0]).toBeCloseTo(100, 9);
  });

  test('goes on without a seam while packets come, however their arrival jitters', () => {
    const blocks = place(1000, 1400, 1600, 2050, 2300);
    expect(blocks.map(({ isGapBefore }) => isGapBefore)).toEqual([true, false, false, false, false]);
    blocks.slice(1).forEach((block, i) => expect(block.at).toBeCloseTo(1000 + 1000 / 75 + (i * 1000) / 3, 6));
  });

  test('begins anew with a gap when our clock and the samples have drifted apart', () => {
    const late = 1000 + 1000 / 3 + MAX_DRIFT_MS;
    expect(place(1000, late - 1).map(({ isGapBefore }) => isGapBefore)).toEqual([true, false]);
    const [, block] = place(1000, late + 1);
    expect(block).toMatchObject({ isGapBefore: true });
    expect(block && block.at + (24 * 1000) / 75).toBeCloseTo(late + 1, 6);
  });

  test.each([0x40, 0x08])('without a sensor (bit %i) has no samples', (bit) => {
    const values = physical({ status: (place) => (place >= 20 ? bit : 0), pleth: () => 100 });
    expect(values.map(Number.isNaN)).toEqual([...Array<boolean>(20).fill(false), ...Array<boolean>(5).fill(true)]);
  });

  test('behind a damaged packet begins anew', () => {
    const [clock] = traceOf(
      monotonicMs(1000),
      readPacket(CAPTURED_PACKET.subarray(0, 60), 'df2'),
      SOURCE,
      monotonicMs(1160),
    );
    expect(clock).toBeUndefined();
  });
});
