import { describe, expect, test } from 'vitest';
import { writeRecord } from '$drivers/draeger-medibus/codec-data.ts';
import { planStreams } from '$drivers/draeger-medibus/curves.ts';
import type { WaveformBlock } from '$lib/domain/index.ts';
import { Bench, EVITA } from './bench.ts';
import { AIRWAY, CO2, PLETH, wireOf } from './vectors.ts';

const waves = (bench: Bench): readonly WaveformBlock[] => bench.observations.filter((seen) => seen.kind === 'waveform');

describe('the choice among the curves on offer', () => {
  test('is pleth and CO2, at about 50 samples a second', () => {
    expect(planStreams([AIRWAY, CO2, PLETH])).toMatchObject([
      { code: '02', multiplier: 2, waveform: 'pleth', rateHz: 50, gain: 1, offset: 0 },
      { code: '06', multiplier: 2, waveform: 'co2Pressure', rateHz: 31.25, offset: -20 },
    ]);
    expect(planStreams([CO2])[0]?.gain).toBeCloseTo(120 / 0x460, 12);
  });

  test.each([
    [40_000, 1],
    [20_000, 1],
    [19_999, 2],
    [2223, 9],
    [2222, undefined],
  ])('takes of a curve with a sample every %d µs one in so many: %s', (intervalUs, multiplier) => {
    expect(planStreams([{ ...PLETH, intervalUs }])[0]?.multiplier).toBe(multiplier);
  });
});

describe('samples', () => {
  /** A device whose pleth is stream 1 and whose CO2 is stream 2, since half a second after 10 s. */
  const begun = () => new Bench().open().talk(10_000);
  const sendPleth = (bench: Bench, until: number, bin: (at: number) => number) => {
    while (bench.now < until) {
      bench.talk(bench.now + 100);
      for (const ago of [80, 60, 40, 20, 0]) bench.receive(writeRecord(0b01, [bin(bench.now - ago)]));
    }
  };

  test('go to the curves in the order of the choice, with the unit of the device', () => {
    const bench = begun()
      .receive(writeRecord(0b11, [60, 205]))
      .receive(writeRecord(0b10, [306], [6, 0]))
      .talk(10_250);
    expect(waves(bench)).toMatchObject([
      { waveform: 'pleth', rateHz: 50, samples: Int16Array.of(60), isGapBefore: true, at: 10_250 - 20 },
      { waveform: 'co2Pressure', rateHz: 31.25, samples: Int16Array.of(205, 306), at: 10_250 - 64 },
    ]);
    const [, co2] = waves(bench);
    expect(205 * (co2?.gain ?? NaN) + (co2?.offset ?? NaN)).toBeCloseTo(1.96, 2);
  });

  test('follow each other without a seam, however they arrive', () => {
    const bench = begun();
    sendPleth(bench, 20_000, () => 50);
    const blocks = waves(bench);
    expect(blocks.filter(({ isGapBefore }) => isGapBefore)).toHaveLength(1);
    blocks.slice(1).forEach(({ at }, i) => {
      const before = blocks[i];
      expect(at).toBeCloseTo((before?.at ?? NaN) + 20 * (before?.samples.length ?? NaN), 6);
    });
  });

  test('begin anew with a gap after a second without any', () => {
    const bench = begun();
    sendPleth(bench, 12_000, () => 50);
    bench.talk(14_000);
    sendPleth(bench, 15_000, () => 60);
    const gaps = waves(bench).filter(({ isGapBefore }) => isGapBefore);
    expect(gaps).toHaveLength(2);
    expect(gaps[1]?.at).toBeGreaterThan(13_900);
  });

  test('of streams that were not agreed on in this communication are nobody’s', () => {
    const early = new Bench().open().receive(wireOf('record')).talk(120).receive(wireOf('record')).waitUntil(500);
    expect(waves(early)).toEqual([]);
    const restarted = begun().receive(wireOf('icc')).receive(wireOf('record')).waitUntil(10_500);
    expect(waves(restarted)).toEqual([]);
  });

  test('of a stream that was not asked for are left out, and the others stay in their place', () => {
    const bench = begun()
      .receive(writeRecord(0b1110, [205, 1, 2]))
      .talk(10_250);
    expect(waves(bench)).toMatchObject([{ waveform: 'co2Pressure', samples: Int16Array.of(205) }]);
  });

  test('do not come from a device that refuses the choice', () => {
    const bench = new Bench().open().talk(10_000, { ...EVITA, configure: wireOf('refused') });
    bench.receive(wireOf('record')).waitUntil(10_500);
    expect(waves(bench)).toEqual([]);
    expect(bench.states).toEqual(['live']);
  });
});
