import { DatabaseSync } from '@photostructure/sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bedId, monotonicMs, NO_SAMPLE, type WaveformBlock } from '$lib/domain/index.ts';
import type { StoreReader } from '$lib/store/store.ts';
import { joinRuns } from '$lib/store/wave-runs.ts';
import { consecutiveBlocks } from '../recording/arbitrary-blocks.ts';
import { batch, BED, bodies, ecgBlock, ecgSecond, Journal, slice, wholeCourse } from './course.ts';
import { reading, recorded } from './scratch.ts';

const range = (from: number, to: number) => ({ from: monotonicMs(from), to: monotonicMs(to) });
const ALWAYS = range(-Infinity, Infinity);

/** One slice per block, as if each had been committed alone. */
const recordedBlocks = (blocks: readonly WaveformBlock[]) =>
  reading(recorded(blocks.map((block) => batch({ signals: [slice([block])] }))));

describe('runs', () => {
  const runsOf = (blocks: readonly WaveformBlock[], within = ALWAYS) => recordedBlocks(blocks).waveRuns(BED, within);

  test('a signal recorded in many slices is one run', () => {
    const seconds = Array.from({ length: 30 }, (_, i) => ecgSecond(i * 1000));
    const runs = runsOf(seconds);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ waveform: 'ecg1', at: 0, rateHz: 250, gain: 0.001, offset: 0 });
    expect(runs[0]?.samples).toEqual(Int16Array.from(seconds.flatMap(({ samples }) => [...samples])));
  });

  test('only samples inside the range are given, the first exactly at or after its beginning', () => {
    const [run] = runsOf([ecgSecond(0), ecgSecond(1000)], range(998, 1006));
    expect(run).toMatchObject({ at: 1000 });
    expect([...(run?.samples ?? [])]).toEqual([250, 251]);
  });

  test('of named waveforms only', () => {
    const pleth = ecgBlock(0, [1, 2], { waveform: 'pleth' });
    const reader = reading(recorded([batch({ signals: [slice([ecgSecond(0), pleth])] })]));
    expect(reader.waveRuns(BED, ALWAYS, ['pleth']).map(({ waveform }) => waveform)).toEqual(['pleth']);
    expect(reader.waveRuns(BED, ALWAYS).map(({ waveform }) => waveform)).toEqual(['ecg1', 'pleth']);
    expect(reader.waveRuns(bedId('nobody'), ALWAYS)).toEqual([]);
  });

  const broken: readonly [string, Partial<WaveformBlock>][] = [
    ['a gap mark', { isGapBefore: true }],
    ['another gain', { gain: 0.002 }],
    ['another offset', { offset: 1 }],
    ['another rate', { rateHz: 125 }],
    ['more than half a sample too late', { at: monotonicMs(1002.1) }],
    ['more than half a sample too early', { at: monotonicMs(997.9) }],
  ];
  test.each(broken)('%s begins a new one', (_why, change) => {
    expect(runsOf([ecgSecond(0), { ...ecgSecond(1000), ...change }])).toHaveLength(2);
  });

  test('half a sample of jitter does not', () => {
    expect(runsOf([ecgSecond(0), { ...ecgSecond(1000), at: monotonicMs(1001.9) }])).toHaveLength(1);
  });

  test('jitter never adds up: the time of every sample stays within half a sample of the recorded one', () => {
    const slow = Array.from({ length: 60 }, (_, i) => ({ ...ecgSecond(0), at: monotonicMs(i * 1001) }));
    const runs = runsOf(slow);
    expect(runs.length).toBeGreaterThan(1);
    const startsInRuns = runs.flatMap(({ at, samples }) =>
      Array.from({ length: samples.length / 250 }, (_, i) => at + i * 1000),
    );
    startsInRuns.forEach((at, i) => expect(Math.abs(at - i * 1001)).toBeLessThanOrEqual(2));
  });

  test('a missing sample is a hole, not a value', () => {
    const runs = runsOf([ecgBlock(0, [1, 2, NO_SAMPLE, NO_SAMPLE, 5])]);
    expect(runs.map(({ at, samples }) => [at, ...samples])).toEqual([
      [0, 1, 2],
      [16, 5],
    ]);
  });

  test('two devices with the same waveform do not run into one another', () => {
    const other = { ...ecgSecond(1000), source: 'monitor-2' as WaveformBlock['source'] };
    expect(runsOf([ecgSecond(0), other])).toHaveLength(2);
  });

  test('however a signal was cut into blocks, its samples come back in order and none twice', () => {
    const values = fc.array(fc.oneof(fc.integer({ min: -900, max: 900 }), fc.constant(NO_SAMPLE)), { maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 9 }), (samples, size) => {
        const blocks = consecutiveBlocks({ waveform: 'pleth', rateHz: 125 }, Int16Array.from(samples), size);
        const found = joinRuns(blocks, ALWAYS).flatMap((run) =>
          Array.from(run.samples, (sample, i) => [Math.round(run.at / 8) + i, sample]),
        );
        expect(found).toEqual([...samples.entries()].filter(([, sample]) => sample !== NO_SAMPLE));
      }),
    );
  });
});

describe('envelopes', () => {
  test('one pair per slice, in the unit of the waveform', () => {
    const reader = recordedBlocks([ecgBlock(0, [-500, 1000]), ecgBlock(1000, [0, 250]), ecgBlock(2000, [NO_SAMPLE])]);
    expect(reader.envelopes(BED, ALWAYS)).toEqual([
      {
        waveform: 'ecg1',
        at: Float64Array.of(0, 1000, 2000),
        low: Float32Array.of(-0.5, 0, Number.NaN),
        high: Float32Array.of(1, 0.25, Number.NaN),
      },
    ]);
  });

  test('hold every sample that a run of the same range holds', () => {
    const reader = reading(recorded(wholeCourse(90)));
    const within = range(21_000, 61_000);
    const [envelope] = reader.envelopes(BED, within);
    expect(envelope?.at).toEqual(Float64Array.from({ length: 40 }, (_, i) => 21_000 + 1000 * i));
    const [run] = reader.waveRuns(BED, within);
    run?.samples.forEach((sample, i) => {
      const second = Math.floor(i / 250);
      expect(sample * 0.001).toBeGreaterThanOrEqual((envelope?.low[second] ?? Infinity) - 1e-4);
      expect(sample * 0.001).toBeLessThanOrEqual((envelope?.high[second] ?? -Infinity) + 1e-4);
    });
  });

  test('of slices that were recorded late stand in the order of time', () => {
    const [envelope] = recordedBlocks([5000, 0, 6000].map((at) => ecgBlock(at, [at]))).envelopes(BED, ALWAYS);
    expect(envelope?.at).toEqual(Float64Array.of(0, 5000, 6000));
    expect(envelope?.low).toEqual(Float32Array.of(0, 5, 6));
  });
});

test('a slice that began before the range, in another slot, takes part in it', () => {
  const reader = recordedBlocks([ecgSecond(9500)]);
  const within = range(10_100, 10_200);
  expect(reader.waveRuns(BED, within)).toMatchObject([{ at: 10_100 }]);
  expect(reader.envelopes(BED, within)).toMatchObject([{ at: Float64Array.of(9500) }]);
  expect(reader.signalCoverage(BED, within)).toEqual([within]);
});

describe('damage', () => {
  const twoMinutes = () => recorded([0, 60_000].map((at) => batch({ signals: [slice([ecgSecond(at)])] })));

  test.each([
    ['samples', `update signal set data = x'ff00'`, (reader: StoreReader) => reader.waveRuns(BED, ALWAYS)],
    ['samples', `update signal set data = x'ff00'`, (reader: StoreReader) => reader.envelopes(BED, ALWAYS)],
    ['overview', `update overview set track = x'ff00'`, (reader: StoreReader) => reader.envelopes(BED, ALWAYS)],
    ['overview', `update overview set track = x'ff00'`, (reader: StoreReader) => reader.signalCoverage(BED, ALWAYS)],
    ['end', 'delete from signal where number = 2', (reader: StoreReader) => reader.envelopes(BED, ALWAYS)],
  ])('of the %s (%s) is a failure that names the bed, never an answer', (_what, edit, read) => {
    const file = twoMinutes();
    const db = new DatabaseSync(file);
    db.exec(edit);
    db.close();
    expect(() => read(reading(file))).toThrow(BED);
  });
});

describe('in whatever order slices were recorded', () => {
  /** More than three minutes, and before the samples of {@link ecgSecond} leave their range. */
  const seconds = fc.uniqueArray(fc.integer({ min: -70, max: 129 }), { maxLength: 25 });
  const window = fc.tuple(fc.integer({ min: -75_000, max: 135_000 }), fc.integer({ min: 1, max: 90_000 }));
  const starts = (all: readonly number[]) => all.map((second) => 1000 * second);

  test('every window shows the samples that lie in it, as the whole does', () => {
    fc.assert(
      fc.property(seconds, window, (all, [from, length]) => {
        const within = range(from, from + length);
        const found = recordedBlocks(starts(all).map(ecgSecond)).waveRuns(BED, within);
        const samples = found.flatMap(({ at, samples }) => Array.from(samples, (sample, i) => [at + 4 * i, sample]));
        const expected = starts(all)
          .sort((a, b) => a - b)
          .flatMap((at) => Array.from(ecgSecond(at).samples, (sample, i) => [at + 4 * i, sample] as const))
          .filter(([at]) => at >= within.from && at < within.to);
        expect(samples).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  test('every window has the envelope that the samples of its slices make', () => {
    fc.assert(
      fc.property(seconds, window, (all, [from, length]) => {
        const within = range(from, from + length);
        const found = recordedBlocks(starts(all).map(ecgSecond)).envelopes(BED, within);
        const touched = starts(all)
          .filter((at) => at < within.to && at + 1000 > within.from)
          .sort((a, b) => a - b);
        const extents = (pick: (samples: Int16Array) => number) =>
          Float32Array.from(touched, (at) => pick(ecgSecond(at).samples) * 0.001);
        const expected = {
          waveform: 'ecg1',
          at: Float64Array.from(touched),
          low: extents((samples) => Math.min(...samples)),
          high: extents((samples) => Math.max(...samples)),
        };
        expect(found).toEqual(touched.length === 0 ? [] : [expected]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('coverage', () => {
  const covered = (starts: readonly number[], within = ALWAYS) =>
    recordedBlocks(starts.map((at) => ecgSecond(at))).signalCoverage(BED, within);

  test('slices that touch within a second and a half are one stretch, others are not', () => {
    expect(covered([0, 1000, 3500, 6001, 7001])).toEqual([range(0, 4500), range(6001, 8001)]);
  });

  test('it is cut to the range asked for', () => {
    expect(covered([0, 1000, 2000], range(500, 2500))).toEqual([range(500, 2500)]);
    expect(covered([0, 1000], range(5000, 9000))).toEqual([]);
  });

  test('slices that were recorded late fall into their place', () => {
    expect(covered([5000, 0, 6000])).toEqual([range(0, 1000), range(5000, 7000)]);
    expect(covered([25_000, 0, 26_000])).toEqual([range(0, 1000), range(25_000, 27_000)]);
  });
});

test('a slice without samples leaves no row', () => {
  const entries = [new Journal().entry(0, bodies.started)];
  const file = recorded([batch({ entries, signals: [slice([]), slice([ecgBlock(0, [])])] })]);
  expect(reading(file).verify().beds).toEqual([{ bed: BED, entryCount: 1, signalCount: 0 }]);
});
