import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WaveformRecord } from '$drivers/ge-s5-dri/messages.ts';
import { MAX_DRIFT_MS, STOPPED_CLOCK, placeBlocks, type PlacedBlock } from '$drivers/ge-s5-dri/wave-clock.ts';
import { monotonicMs } from '$lib/domain/index.ts';

const PLETH = 8;
const GAP = 1;

interface Sent {
  readonly arrivesAt: number;
  readonly number: number;
  readonly time?: number;
  readonly status?: number;
  readonly count?: number;
  readonly type?: number;
}

/** Pleth records of 25 samples (250 ms) unless told, placed one after the other. */
function place(sent: readonly Sent[]): readonly PlacedBlock[] {
  let clock = STOPPED_CLOCK;
  return sent.flatMap(
    ({ arrivesAt, number, time = Math.floor(arrivesAt / 1000), status = 0, count = 25, type = PLETH }) => {
      const record: WaveformRecord = {
        kind: 'waveform',
        header: { number, level: 10, plugId: 0, time },
        blocks: [{ type, status, label: 0, samples: new Int16Array(count) }],
        identity: '',
        unread: [],
      };
      const result = placeBlocks(clock, record, monotonicMs(arrivesAt));
      clock = result.clock;
      return result.placed;
    },
  );
}
const times = (sent: readonly Sent[]) => place(sent).map(({ at, isGapBefore }) => [at, isGapBefore]);

describe('a waveform', () => {
  test('ends now with its first block, and goes on without a seam whatever the arrival does', () => {
    const jitter = [0, 180, -90, 300, 20];
    const sent = jitter.map((ms, i) => ({ arrivesAt: 10_000 + 250 * i + ms, number: i }));
    expect(times(sent)).toEqual([
      [9750, true],
      [10_000, false],
      [10_250, false],
      [10_500, false],
      [10_750, false],
    ]);
  });

  test('is put anew after the gap that the monitor marks', () => {
    const sent = [
      { arrivesAt: 1000, number: 0 },
      { arrivesAt: 1300, number: 1, status: GAP },
      { arrivesAt: 1550, number: 2 },
    ];
    expect(times(sent)).toEqual([
      [750, true],
      [1050, true],
      [1300, false],
    ]);
  });

  test('is put anew after a lost record, and the counter may wrap', () => {
    const sent = [
      { arrivesAt: 1000, number: 254 },
      { arrivesAt: 1250, number: 255 },
      { arrivesAt: 1500, number: 0 },
      { arrivesAt: 2050, number: 2 },
    ];
    expect(times(sent)).toEqual([
      [750, true],
      [1000, false],
      [1250, false],
      [1800, true],
    ]);
  });

  test('is put anew when the monitor’s time leaps, either way', () => {
    const leap = (time: number) => [
      { arrivesAt: 1000, number: 0, time: 100 },
      { arrivesAt: 1250, number: 1, time },
    ];
    expect(times(leap(102))[1]).toEqual([1000, false]);
    expect(times(leap(103))[1]).toEqual([1000, true]);
    expect(times(leap(99))[1]).toEqual([1000, false]);
    expect(times(leap(97))[1]).toEqual([1000, true]);
  });

  test('is put anew when it has drifted from our clock by more than 1.5 s', () => {
    const late = (ms: number) =>
      times([
        { arrivesAt: 1000, number: 0 },
        { arrivesAt: 1250 + ms, number: 1, time: 1 },
      ]);
    expect(late(MAX_DRIFT_MS)[1]).toEqual([1000, false]);
    expect(late(MAX_DRIFT_MS + 1)[1]).toEqual([2501, true]);
  });

  test('without a known rate has no place in time', () => {
    expect(place([{ arrivesAt: 1000, number: 0, type: 23 }])).toEqual([]);
  });

  test('of uneven blocks has no seam either: 25 Hz in packets of 250 ms', () => {
    const sent = [6, 6, 6, 7].map((count, i) => ({ arrivesAt: 1000 + 250 * i, number: i, count, type: 15 }));
    expect(times(sent)).toEqual([
      [760, true],
      [1000, false],
      [1240, false],
      [1480, false],
    ]);
  });

  test('never overlaps itself without saying so', () => {
    const anySent = fc.array(
      fc.record({ gapMs: fc.nat(4000), step: fc.constantFrom(1, 1, 1, 2), status: fc.constantFrom(0, 0, 0, GAP) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(anySent, (steps) => {
        let arrivesAt = 1000;
        let number = 0;
        const sent = steps.map(({ gapMs, step, status }) => {
          arrivesAt += gapMs;
          number = (number + step) & 0xff;
          return { arrivesAt, number, status };
        });
        const placed = place(sent);
        placed.forEach(({ at, isGapBefore }, i) => {
          const before = placed[i - 1];
          if (!isGapBefore) expect(at).toBe((before?.at ?? NaN) + 250);
          expect(Math.abs(at + 250 - (sent[i]?.arrivesAt ?? NaN))).toBeLessThanOrEqual(MAX_DRIFT_MS);
        });
      }),
    );
  });
});
