import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '$drivers/bytes.ts';
import { cut } from '$drivers/ge-s5-dri/framing.ts';
import { frameKind, type FrameKind } from '$drivers/ge-s5-dri/describe.ts';
import { geS5Dri } from '$drivers/ge-s5-dri/index.ts';
import { recognise, type KnownRecords } from '$drivers/ge-s5-dri/repeats.ts';
import { Bench, readFixture } from './bench.ts';

/** What a look through a file finds. The last, unfinished frame of a file counts as a fragment that fails. */
function survey(bytes: Uint8Array) {
  const { rest, cuts } = cut(new Uint8Array(0), bytes);
  const kinds: Partial<Record<FrameKind, number>> = {};
  let known: KnownRecords = [];
  let repeats = 0;
  for (const piece of cuts) {
    const decoded = piece.kind === 'frame' ? geS5Dri.decode(piece.payload) : undefined;
    if (!decoded?.ok) continue;
    const kind = frameKind(decoded.message);
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    const recognised = recognise(known, decoded.message.identity);
    known = recognised.known;
    repeats += Number(recognised.isRepeat);
  }
  const noise = (why: string) => cuts.filter((piece) => piece.kind === 'noise' && piece.why === why).length;
  const accounted = concatBytes(...cuts.map((piece) => (piece.kind === 'frame' ? piece.wire : piece.bytes)), rest);
  return {
    kinds,
    repeats,
    good: cuts.filter(({ kind }) => kind === 'frame').length,
    failTheSum: noise('bad-sum') + Number(rest.length > 0),
    failTheLength: noise('bad-length'),
    isAccounted: Buffer.compare(accounted, bytes) === 0,
  };
}

/** One displayed record and one of waveforms, which the monitor sent each second. */
const BYTES_PER_SECOND = 1616;

/** Plays bytes about as fast as they came, in reads of 20 ms, with the driver's ticks between. */
function play(bytes: Uint8Array): Bench {
  const bench = new Bench().open();
  const perRead = BYTES_PER_SECOND / 50;
  for (let read = 0; read * perRead < bytes.length; read += 1) {
    bench.now += 20;
    bench.receive(bytes.subarray(Math.floor(read * perRead), Math.floor((read + 1) * perRead)));
    if (bench.now % 260 === 0) bench.tick();
  }
  return bench;
}

describe('a clean excerpt of a real monitor', () => {
  const bytes = readFixture('s5-2018-clean');

  test('is four displayed records and three of waveforms', () => {
    expect(survey(bytes)).toEqual({
      kinds: { physiological: 4, waveform: 3 },
      repeats: 0,
      good: 7,
      failTheSum: 0,
      failTheLength: 0,
      isAccounted: true,
    });
  });

  test('gives the numbers that stood on its screen', () => {
    const [first, second] = play(bytes).numerics;
    expect(first).toMatchObject({ deviceTime: 1_532_624_765_000 });
    expect(first?.values).toEqual({
      heartRate: { value: 80 },
      pulseRate: { value: 83 },
      spo2: { value: 96.65 },
      perfusionIndex: { value: 3.77 },
      respiratoryRate: { value: 15 },
      etco2: { value: 37.00226 },
      fico2: { value: expect.closeTo(1.97548, 6) as number },
      temperature1: { missing: 'no-module' },
      temperature2: { missing: 'no-module' },
      bis: { missing: 'no-module' },
      bisSignalQuality: { missing: 'no-module' },
      stateEntropy: { value: 50 },
      responseEntropy: { value: 61 },
      abpSystolic: { missing: 'not-measured' },
      abpDiastolic: { missing: 'not-measured' },
      abpMeanArterial: { missing: 'not-measured' },
      abpPulseRate: { missing: 'not-measured' },
      cvpMean: { missing: 'not-measured' },
      icpMean: { missing: 'no-module' },
    });
    expect(second?.values).toMatchObject({
      heartRate: { value: 80 },
      spo2: { value: 95.72 },
      respiratoryRate: { value: 16 },
    });
  });

  test('gives its pleth in one piece after the first gap', () => {
    const blocks = play(bytes).waves('pleth');
    expect(blocks.map(({ isGapBefore, rateHz, samples }) => [isGapBefore, rateHz, samples.length])).toEqual([
      [true, 100, 100],
      [false, 100, 100],
      [false, 100, 100],
    ]);
    expect(blocks[0]?.samples.slice(0, 8)).toEqual(Int16Array.of(-154, -157, -161, -164, -168, -171, -173, -173));
    const [start = 0, next = 0, last = 0] = blocks.map(({ at }) => at);
    expect([next - start, last - start]).toEqual([1000, 2000]);
  });

  test('says that its cuff rests in automatic mode, and reads as people do', () => {
    expect(play(bytes).cuff).toMatchObject([{ state: 'idle', mode: 'auto' }]);
    const [only] = cut(new Uint8Array(0), bytes).cuts;
    const decoded = only?.kind === 'frame' ? geS5Dri.decode(only.payload) : undefined;
    expect(decoded?.ok && geS5Dri.describe(decoded.message)).toBe('DISPL HR 80 SpO2 97 RR 15 NIBP 93/48 (69)');
  });
});

test('a dirty excerpt of the same monitor loses nothing that is whole, and accounts for the rest', () => {
  expect(survey(readFixture('s5-2018-dirty'))).toEqual({
    kinds: { physiological: 3, waveform: 1 },
    repeats: 0,
    good: 4,
    failTheSum: 20,
    failTheLength: 0,
    isAccounted: true,
  });
});

const DATA = new URL('../../../../shared/data/ge-dri/', import.meta.url);
const read = (name: string) => new Uint8Array(readFileSync(new URL(name, DATA)));
const recording = test.skipIf(!existsSync(DATA));
const WHY = '(skipped without ../shared/data/ge-dri, the whole recordings of UN-GCPDS/python-pycollect)';

describe('the whole recordings', () => {
  recording(`db02: 107 displayed, 106 of waveforms, one fragment at the end ${WHY}`, () => {
    expect(survey(read('db02.raw'))).toEqual({
      kinds: { physiological: 107, waveform: 106 },
      repeats: 0,
      good: 213,
      failTheSum: 1,
      failTheLength: 0,
      isAccounted: true,
    });
  });

  recording(`db01: 2,126 good frames among 2,448 fragments, nearly all of them repeats ${WHY}`, () => {
    expect(survey(read('db01.raw'))).toEqual({
      kinds: { physiological: 1151, waveform: 975 },
      repeats: 2032,
      good: 2126,
      failTheSum: 304,
      failTheLength: 18,
      isAccounted: true,
    });
  });

  recording(`db02, played: every record once, one cuff reading, one gap ${WHY}`, () => {
    const bench = play(read('db02.raw'));
    expect(bench.numerics).toHaveLength(107);
    expect(bench.nibp).toMatchObject([{ systolic: 93, diastolic: 48, meanArterial: 69 }]);
    expect(bench.waves('pleth')).toHaveLength(106);
    expect(bench.waves('pleth').filter(({ isGapBefore }) => isGapBefore)).toHaveLength(1);
    const rates = bench.numerics.map(
      ({ values: { heartRate } }) => heartRate && 'value' in heartRate && heartRate.value,
    );
    expect(rates.every((rate) => rate !== undefined && rate !== false && rate >= 76 && rate <= 80)).toBe(true);
    expect(bench.states).toEqual(['live']);
  });

  recording(`db01, played: 94 records observed once, one cuff reading, the repeats said ${WHY}`, () => {
    const bench = play(read('db01.raw'));
    expect(bench.numerics.length + bench.waves('pleth').length).toBeGreaterThanOrEqual(94);
    expect(bench.nibp).toHaveLength(1);
    expect(bench.undecodable).toEqual([]);
    expect(bench.statuses.some(({ reason }) => reason?.includes('records again'))).toBe(true);
  });
});
