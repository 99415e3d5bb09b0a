/** The short window of a recording: where it may stand and what it says of holes. */
import { describe, expect, test } from 'vitest';
import { monotonicMs } from '$lib/domain/index.ts';
import { alarmFrom, centreOf, holesOf, windowAround, withWaveforms } from '$lib/client/review-window.ts';
import type { RecordedRun } from '$lib/realtime/review-waves.ts';
import type { Gap, TimeSpan } from '$lib/realtime/review.ts';

const span = (from: number, to: number): TimeSpan => ({ from: monotonicMs(from), to: monotonicMs(to) });
const SESSION = span(1000, 100_000);
const gap = (from: number, to: number): Gap => ({ ...span(from, to), reason: { why: 'restarted' } });

describe('a window', () => {
  test('stands around its instant and is kept inside the recording', () => {
    expect(windowAround(50_000, 10_000, SESSION)).toEqual(span(45_000, 55_000));
    expect(windowAround(0, 10_000, SESSION)).toEqual(span(1000, 11_000));
    expect(windowAround(1e9, 10_000, SESSION)).toEqual(span(90_000, 100_000));
    expect(centreOf(span(45_000, 55_000))).toBe(50_000);
  });

  test('begins at waveforms: after a gap, else before it, else where it was asked', () => {
    const begin = (at: number, ...gaps: Gap[]): number => withWaveforms({ gaps, span: SESSION }, at);
    expect(begin(50_000)).toBe(50_000);
    expect(begin(50_000, gap(60_000, 70_000))).toBe(50_000);
    expect(begin(50_000, gap(1000, 80_000))).toBe(85_000);
    expect(begin(50_000, gap(40_000, 100_000))).toBe(35_000);
    expect(begin(50_000, gap(1000, 100_000))).toBe(50_000);
  });

  test('steps from alarm to alarm, never on the one that it shows', () => {
    const times = [10_000, 20_000, 30_000].map(monotonicMs);
    const window = windowAround(20_000, 10_000, SESSION);
    expect(alarmFrom(times, window, 'previous')).toBe(10_000);
    expect(alarmFrom(times, window, 'next')).toBe(30_000);
    expect(alarmFrom(times, windowAround(30_000, 10_000, SESSION), 'next')).toBeUndefined();
  });
});

describe('holes in a waveform', () => {
  const run = (at: number, seconds: number): RecordedRun => ({
    waveform: 'pleth',
    at: monotonicMs(at),
    rateHz: 100,
    gain: 1,
    offset: 0,
    samples: new Int16Array(seconds * 100),
  });
  const holes = (runs: readonly RecordedRun[], gaps: readonly Gap[] = []) =>
    holesOf('pleth', runs, span(20_000, 30_000), { gaps, missing: [], span: SESSION });

  test('are none where samples follow each other', () => {
    expect(holes([run(20_000, 4), run(24_050, 6)])).toEqual([]);
  });

  test('stand where samples are missing, with their reason where it is known', () => {
    expect(holes([run(22_000, 4)], [gap(20_000, 22_000)])).toEqual([
      { ...span(20_000, 22_000), why: { why: 'restarted' } },
      { ...span(26_000, 30_000), why: { why: 'unknown' } },
    ]);
  });

  test('are told from a sensor that was off', () => {
    const missing = [{ ...span(15_000, 40_000), vital: 'spo2', why: 'sensor-off' }] as const;
    expect(holesOf('pleth', [], span(20_000, 30_000), { gaps: [], missing, span: SESSION })).toEqual([
      { ...span(20_000, 30_000), why: { why: 'missing', missing: 'sensor-off' } },
    ]);
  });
});
