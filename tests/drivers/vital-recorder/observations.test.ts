import { describe, expect, test } from 'vitest';
import type { Written } from '$drivers/vital-recorder/codec.ts';
import { NO_CUFF_YET } from '$drivers/vital-recorder/nibp.ts';
import { newestEnd, observe, type Picture } from '$drivers/vital-recorder/observations.ts';
import { deviceId, monotonicMs, NO_SAMPLE, type Numerics, type WaveformBlock } from '$lib/domain/index.ts';
import { EPOCH_S, feed, number, room, through, wave } from './vectors.ts';

const source = deviceId('recorder-1');
const NOW = 60_000;
/** The recorder's epoch stands at 59 s of ours, so what it calls one second later is now. */
const LEAD_MS = NOW - (EPOCH_S + 1) * 1000;
const NEW: Picture = { claims: new Map(), traces: new Map(), nibp: NO_CUFF_YET };

function see(picture: Picture, tracks: readonly Written[], now = NOW) {
  const [found] = through(feed(room('OR1', ...tracks))).rooms;
  if (!found) return expect.unreachable();
  const endedAt = newestEnd(found) ?? 0;
  const clock = { leadMs: LEAD_MS, endedAt, heardAt: monotonicMs(now) };
  return observe(picture, found, { source, at: monotonicMs(now), clock });
}

const numericsIn = ({ observations }: ReturnType<typeof see>): readonly Numerics[] =>
  observations.filter((seen) => seen.kind === 'numerics');
const blocksIn = ({ observations }: ReturnType<typeof see>): readonly WaveformBlock[] =>
  observations.filter((seen) => seen.kind === 'waveform');
const physical = ({ samples, gain, offset }: WaveformBlock): readonly number[] =>
  Array.from(samples, (sample) => (sample === NO_SAMPLE ? NaN : sample * gain + offset));

describe('numbers', () => {
  test('of one time are one observation, on our clock, with the time of the recorder kept', () => {
    const seen = see(NEW, [
      number('ECG_HR', 2, '/min', 77),
      number('PLETH_SAT_O2', 10, '%', 97),
      number('BT', 19, 'F', 98.6, EPOCH_S + 0.25),
    ]);
    expect(numericsIn(seen)).toEqual([
      {
        kind: 'numerics',
        source,
        at: 59_250,
        deviceTime: (EPOCH_S + 0.25) * 1000,
        values: { temperature1: { value: 37 } },
      },
      {
        kind: 'numerics',
        source,
        at: 60_000,
        deviceTime: (EPOCH_S + 1) * 1000,
        values: { heartRate: { value: 77 }, spo2: { value: 97 } },
      },
    ]);
    expect(seen.raw).toEqual([]);
  });

  test('that the recorder does not have are missing, never 0', () => {
    const [numerics] = numericsIn(see(NEW, [number('ECG_HR', 2, '/min', null)]));
    expect(numerics?.values).toEqual({ heartRate: { missing: 'not-measured' } });
  });

  test('of tracks without a place, or in a unit that is none of theirs, are kept by name', () => {
    const seen = see(NEW, [
      number('PPF20_CE', 31, 'ug/mL', 3.1),
      number('CO2_CONC', 15, '%', 5),
      number('HR', 0, '/min', 77),
      { name: 'MODE', type: 'str', recs: [{ dt: EPOCH_S, val: 'VCV' }] },
    ]);
    expect(seen.observations).toEqual([
      expect.objectContaining({
        kind: 'other-numerics',
        values: {
          'Intellivue/PPF20_CE': { value: 3.1, unit: 'ug/mL' },
          'Intellivue/CO2_CONC': { value: 5, unit: '%' },
          'Intellivue/HR': { value: 77, unit: '/min' },
        },
      }),
    ]);
    expect(seen.raw).toEqual(['Intellivue/PPF20_CE', 'Intellivue/CO2_CONC', 'Intellivue/HR', 'MODE']);
  });

  test('much older than their message are not told', () => {
    const seen = see(NEW, [number('ECG_HR', 2, '/min', 77), number('BT', 19, 'C', 36.6, EPOCH_S - 30)]);
    expect(numericsIn(seen).map(({ values }) => values)).toEqual([{ heartRate: { value: 77 } }]);
  });
});

describe('two tracks of one vital', () => {
  const other = (val: number) => ({ ...(number('HR', 2, '/min', val) as { [key: string]: Written }), dname: 'Other' });

  test('do not take turns: the first keeps the place', () => {
    const first = see(NEW, [number('ECG_HR', 2, '/min', 77), other(90)]);
    expect(first.raw).toEqual(['Other/HR']);
    const second = see(first.picture, [other(91), number('ECG_HR', 2, '/min', 78)], NOW + 1000);
    expect(numericsIn(second).map(({ values }) => values.heartRate)).toEqual([{ value: 78 }]);
    expect(numericsIn(see(second.picture, [other(92)], NOW + 2000))).toEqual([]);
  });

  test('follow each other when the first has not come for 10 s', () => {
    const { picture } = see(NEW, [number('ECG_HR', 2, '/min', 77)]);
    expect(numericsIn(see(picture, [other(90)], NOW + 9999))).toEqual([]);
    expect(numericsIn(see(picture, [other(90)], NOW + 10_000))).toHaveLength(1);
  });

  test('have both a place where there are two: temperatures, leads of the ECG', () => {
    const seen = see(NEW, [
      number('BT1', 19, 'C', 36.5),
      number('BT2', 19, 'C', 37.5),
      ...['I', 'II', 'V', 'aVL'].map((lead) => wave(`ECG_${lead}`, 1, 250, [0.5], { unit: 'mV' })),
    ]);
    expect(numericsIn(seen)[0]?.values).toEqual({ temperature1: { value: 36.5 }, temperature2: { value: 37.5 } });
    expect(blocksIn(seen).map(({ waveform }) => waveform)).toEqual(['ecg1', 'ecg2', 'ecg3']);
    expect(seen.raw).toEqual(['ECG_aVL']);
  });
});

describe('waves', () => {
  test('begin where the recorder says, at its rate, in our unit', () => {
    const seen = see(NEW, [
      wave('ECG_II', 1, 500, [-0.5, 0, 1.25], { unit: 'mV' }),
      wave('ABP', 4, 125, [80, 120.5], { unit: 'mmHg' }),
      wave('CO2', 13, 4, [0, 5], { unit: 'kPa' }),
    ]);
    expect(blocksIn(seen).map(({ at, rateHz, isGapBefore }) => [at, rateHz, isGapBefore])).toEqual([
      ...[
        [59_000, 500, true],
        [59_000, 125, true],
        [59_000, 4, true],
      ],
    ]);
    const [ecg, abp, co2] = blocksIn(seen).map(physical);
    expect([ecg, abp]).toEqual([
      [-0.5, 0, 1.25],
      [80, 120.5],
    ]);
    expect(co2?.[1]).toBeCloseTo(37.5, 2);
  });

  test('without a unit of ours are drawn over the range in which the recorder draws them', () => {
    const [pleth] = blocksIn(see(NEW, [wave('PLETH', 8, 125, [0, 50, 100, 110])]));
    expect(pleth && physical(pleth)).toEqual([-4, 0, 4, 4.8]);
    expect(see(NEW, [wave('PLETH', 8, 125, [1], { mindisp: null })]).raw).toEqual(['PLETH']);
    expect(see(NEW, [wave('PLETH', 8, 125, [1], { mindisp: 5, maxdisp: 5 })]).raw).toEqual(['PLETH']);
  });

  test('have holes where there is no sample, or one beyond what can be kept', () => {
    const [ecg] = blocksIn(see(NEW, [wave('ECG_II', 1, 500, [0.5, NaN, 1e9], { unit: 'mV' })]));
    expect(ecg && Array.from(ecg.samples)).toEqual([500, NO_SAMPLE, NO_SAMPLE]);
  });

  test('of 62.5 Hz in blocks of 62 and 63 are one trace without a gap', () => {
    let picture = NEW;
    const blocks: WaveformBlock[] = [];
    for (let second = 0; second < 100; second += 1) {
      const first = Math.floor(62.5 * second);
      const count = Math.floor(62.5 * (second + 1)) - first;
      const recs = [{ dt: EPOCH_S + first / 62.5, val: new Float64Array(count) }];
      const seen = see(picture, [wave('RESP', 0, 62.5, [], { recs })], NOW + second * 1000);
      picture = seen.picture;
      blocks.push(...blocksIn(seen));
    }
    expect(new Set(blocks.map(({ samples }) => samples.length))).toEqual(new Set([62, 63]));
    expect(blocks.filter(({ isGapBefore }) => isGapBefore)).toHaveLength(1);
    blocks.forEach((block, i) => {
      const next = blocks[i + 1];
      if (next) expect(next.at).toBeCloseTo(block.at + block.samples.length * 16, 6);
    });
  });

  test('several records of a message are put in their order; a missing one is a gap, a repeated one is none', () => {
    const record = (dt: number) => ({ dt: EPOCH_S + dt, val: new Float64Array(32) });
    const recs = [record(0.256), record(0), record(0.256), record(0.768)];
    const seen = see(NEW, [wave('PLETH', 8, 125, [], { recs })]);
    expect(blocksIn(seen).map(({ at, isGapBefore }) => [at, isGapBefore])).toEqual([
      ...[
        [59_000, true],
        [59_256, false],
        [59_768, true],
      ],
    ]);
  });

  test('are put anew when the clocks have moved apart', () => {
    const first = see(NEW, [wave('PLETH', 8, 4, [1, 2, 3, 4])]);
    const traces = new Map(first.picture.traces);
    const end = traces.get('pleth');
    if (end) traces.set('pleth', { ...end, at: monotonicMs(end.at + 300) });
    const recs = [{ dt: EPOCH_S + 1, val: Float64Array.of(1) }];
    const [next] = blocksIn(see({ ...first.picture, traces }, [wave('PLETH', 8, 4, [], { recs })], NOW + 1000));
    expect(next).toMatchObject({ at: 60_000, isGapBefore: true });
  });
});

test('a message ends with its newest record, be it a number or the last sample of a wave', () => {
  const end = (...tracks: readonly Written[]) => {
    const [found] = through(feed(room('OR1', ...tracks))).rooms;
    return found && newestEnd(found);
  };
  expect(end(number('HR', 2, '', 77, EPOCH_S + 0.5), wave('PLETH', 8, 4, [1, 2, 3]))).toBe((EPOCH_S + 0.75) * 1000);
  expect(end(number('HR', 2, '', 77), wave('PLETH', 8, 4, [1, 2, 3]))).toBe((EPOCH_S + 1) * 1000);
  expect(end()).toBeUndefined();
});
