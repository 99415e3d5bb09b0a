import { describe, expect, test } from 'vitest';
import { fromHex } from '$drivers/bytes.ts';
import { anchor, hostTime, ticksBetween, type TickClock } from '$drivers/philips-intellivue/clocks.ts';
import type { Attribute, PolledObject } from '$drivers/philips-intellivue/messages.ts';
import { ATTRIBUTE, CLASS } from '$drivers/philips-intellivue/protocol-codes.ts';
import { writeScale, writeSpecification, writeWave, type WaveScale } from '$drivers/philips-intellivue/wave-values.ts';
import { longs, words } from '$drivers/philips-intellivue/wire.ts';
import { MAX_DRIFT_MS } from '$drivers/philips-intellivue/traces.ts';
import { monotonicMs, NO_SAMPLE } from '$lib/domain/index.ts';
import { Bench, numbers, result, single, ticksAt, value } from './bench.ts';
import { REAL_WAVES, REAL_WAVES_CONTEXT } from './vectors.ts';

const MMHG = 0x0f20;
const LATENESS_MS = 1408;

interface Look {
  readonly handle?: number;
  readonly period?: number;
  readonly bits?: number;
  readonly significant?: number;
  readonly flags?: number;
  readonly unit?: number;
  readonly scale?: WaveScale;
  readonly decimals?: number;
  readonly fixed?: string;
}
const PRESSURE_SCALE: WaveScale = { lower: -40, upper: 520, lowerScaled: 160, upperScaled: 9120 };

function context(look: Look = {}): readonly Attribute[] {
  const {
    period = 64,
    bits = 16,
    significant = 14,
    flags = 0,
    unit = MMHG,
    scale = PRESSURE_SCALE,
    decimals = 0,
    fixed,
  } = look;
  const specification = { blockSize: 32, sampleBits: bits, significantBits: significant, flags };
  return [
    { id: ATTRIBUTE.waveSpecification, value: writeSpecification(specification) },
    { id: ATTRIBUTE.samplePeriod, value: longs(period) },
    { id: ATTRIBUTE.unit, value: words(unit) },
    { id: ATTRIBUTE.waveScale, value: writeScale(scale, decimals) },
    ...(fixed === undefined ? [] : [{ id: ATTRIBUTE.fixedValues, value: fromHex(fixed) }]),
  ];
}

function wave(
  physioId: number,
  samples: readonly number[],
  attributes: readonly Attribute[] = [],
  state = 0,
): PolledObject {
  const observed = { id: ATTRIBUTE.wave, value: writeWave({ physioId, state, samples: words(...samples) }) };
  return { handle: 0x0410, attributes: [...attributes, observed] };
}

const ABP = 0x4a14;
const RAMP = Array.from({ length: 32 }, (_, i) => 2000 + i);

/** A block that began at `fromMs` of the monitor, as it arrives. */
const block = (bench: Bench, fromMs: number, ...objects: readonly PolledObject[]): Bench =>
  bench.hear(result(CLASS.waves, 0, objects, { ticks: ticksAt(fromMs) }));

/** Numbers every 1.024 s and a block of this object every 256 ms, in their own time. */
function stream(bench: Bench, until: number, object: PolledObject, { driftPpm = 0 } = {}): Bench {
  const monitorMs = (): number => bench.now * (1 + driftPpm / 1e6);
  let nextBlock = Math.ceil((monitorMs() - LATENESS_MS) / 256) * 256;
  let nextNumbers = Math.ceil(monitorMs() / 1024) * 1024;
  while (bench.now < until) {
    bench.wait(32);
    for (; nextNumbers <= monitorMs(); nextNumbers += 1024) {
      bench.hear(numbers(nextNumbers, [single(value(0x4182, 76, 0x0aa0))]));
    }
    for (; nextBlock + LATENESS_MS <= monitorMs(); nextBlock += 256) block(bench, nextBlock, object);
  }
  return bench;
}

describe('a block of samples', () => {
  test('of a real monitor has its scale, its leads and its flat pleth', () => {
    const bench = new Bench().stream().receive(REAL_WAVES_CONTEXT).receive(REAL_WAVES);
    const [lead] = bench.waves('ecg1');
    expect(lead).toMatchObject({ rateHz: 250, isGapBefore: true });
    expect(lead?.gain).toBeCloseTo(0.005, 6);
    expect(lead && lead.offset + lead.gain * (lead.samples[0] ?? 0)).toBeCloseTo(-0.105, 3);
    expect(lead?.samples).toHaveLength(64);
    expect(bench.waves('ecg2')).toHaveLength(1);
    expect(bench.waves('ecg3')[0]?.samples[0]).toBe(0x2006);
    expect(bench.waves('pleth')).toEqual([]);
  });

  test('has the value that the scale says', () => {
    const bench = block(new Bench().stream(), 0, wave(ABP, RAMP, context()));
    const [only] = bench.waves('abp');
    expect(only).toMatchObject({ rateHz: 125, gain: 0.0625 });
    expect(only && only.offset + only.gain * 2000).toBeCloseTo(-40 + (2000 - 160) * 0.0625, 9);
  });

  test.each([
    [0x4a14, 'abp'],
    [0x4a10, 'abp'],
    [0x4a44, 'cvp'],
    [0x5808, 'icp'],
    [0x4a00, 'pressure1'],
    [0x4a1c, 'pressure2'],
  ] as const)('of %i is %s', (physioId, waveform) => {
    const bench = block(new Bench().stream(), 0, wave(physioId, RAMP, context()));
    expect(bench.waves(waveform)).toHaveLength(1);
  });

  test('of a second arterial line leaves the place to the first', () => {
    const bench = block(new Bench().stream(), 0, wave(ABP, RAMP, context()));
    block(bench, 256, wave(0x4a10, RAMP, context()));
    expect([bench.waves('abp').length, bench.waves('pressure1').length]).toEqual([1, 1]);
  });

  test.each([
    [0x5000, 'respiration', 0x10c0, { lower: -0.6, upper: 1.9, lowerScaled: 0, upperScaled: 4095 }, -0.6, 1.9],
    [0x50ac, 'co2Pressure', MMHG, { lower: -10, upper: 50, lowerScaled: 0, upperScaled: 4000 }, -10, 50],
    [0x50ac, 'co2Pressure', 0x0f03, { lower: 0, upper: 10, lowerScaled: 0, upperScaled: 4000 }, 0, 75.0062],
    [0x0102, 'ecg1', 0x10b3, { lower: -500, upper: 500, lowerScaled: 0, upperScaled: 1000 }, -0.5, 0.5],
    [0x4bb4, 'pleth', 0x0200, { lower: 'nan', upper: 'nan', lowerScaled: 0, upperScaled: 4095 }, -4, 4],
    [ABP, 'abp', 0x0f03, { lower: 0, upper: 20, lowerScaled: 0, upperScaled: 4000 }, 0, 150.0124],
  ] as const)('of %i as %s comes in the unit of the station: %i', (physioId, waveform, unit, scale, low, high) => {
    const object = wave(physioId, [scale.lowerScaled, scale.upperScaled], context({ unit, scale, decimals: 1 }));
    const [only] = block(new Bench().stream(), 0, object).waves(waveform);
    const [first = NaN, last = NaN] = Array.from(
      only?.samples ?? [],
      (sample) => sample * (only?.gain ?? 0) + (only?.offset ?? 0),
    );
    expect([first, last]).toEqual([expect.closeTo(low, 3), expect.closeTo(high, 3)]);
  });

  test.each([
    ['a unit that it cannot have', context({ unit: 0x0220 })],
    ['no scale', context().slice(0, 3)],
    ['no period', context().filter(({ id }) => id !== ATTRIBUTE.samplePeriod)],
    ['a scale without extent', context({ scale: { ...PRESSURE_SCALE, upperScaled: 160 } })],
    ['a scale without numbers', context({ scale: { ...PRESSURE_SCALE, upper: 'nan' } })],
  ])('with %s is not drawn: nothing is guessed', (_, attributes) => {
    expect(block(new Bench().stream(), 0, wave(ABP, RAMP, attributes)).of('waveform')).toEqual([]);
  });

  test('keeps the scale that was told once, until another is', () => {
    const bench = block(new Bench().stream(), 0, wave(ABP, RAMP, context()));
    block(bench, 256, wave(ABP, RAMP));
    block(
      bench,
      512,
      wave(ABP, RAMP, [{ id: ATTRIBUTE.waveScale, value: writeScale({ ...PRESSURE_SCALE, upper: 1080 }, 0) }]),
    );
    expect(bench.waves('abp').map(({ gain }) => gain)).toEqual([0.0625, 0.0625, 0.125]);
  });

  test('is masked where it carries marks beside the sample, and left alone where it does not', () => {
    const marked = [0x8123, 0x4124, 0x0125];
    const samplesOf = (flags: number) =>
      block(new Bench().stream(), 0, wave(ABP, marked, context({ flags, significant: 12 }))).waves('abp')[0]?.samples;
    expect(samplesOf(0x1000)).toEqual(Int16Array.of(0x0123, 0x0124, 0x0125));
    expect(samplesOf(0)).toEqual(Int16Array.of(0x7fff, 0x4124, 0x0125));
  });

  test('of sixteen significant bits is shifted so that it fits, with the same values', () => {
    const scale: WaveScale = { lower: 0, upper: 100, lowerScaled: 0, upperScaled: 0xffff };
    const object = wave(ABP, [1, 0x8000, 0xffff], context({ significant: 16, scale }));
    const [only] = block(new Bench().stream(), 0, object).waves('abp');
    const values = Array.from(only?.samples ?? [], (sample) => sample * (only?.gain ?? 0) + (only?.offset ?? 0));
    expect(values).toEqual([expect.closeTo(100 / 0xffff, 6), expect.closeTo(50, 2), expect.closeTo(100, 6)]);
  });

  test('of eight bits has one sample in each byte', () => {
    const scale: WaveScale = { lower: 0, upper: 255, lowerScaled: 0, upperScaled: 255 };
    const attributes = context({ bits: 8, significant: 8, scale });
    const observed = {
      id: ATTRIBUTE.wave,
      value: writeWave({ physioId: ABP, state: 0, samples: fromHex('01 02 03') }),
    };
    const [only] = block(new Bench().stream(), 0, { handle: 1, attributes: [...attributes, observed] }).waves('abp');
    expect(only?.samples).toEqual(Int16Array.of(1, 2, 3));
  });

  test.each([
    ['invalid', 0x8000],
    ['questionable', 0x4000],
    ['unavailable', 0x2000],
    ['test data', 0x0800],
    ['a demonstration', 0x0400],
  ])('in the state of %s is a hole', (_, state) => {
    const [only] = block(new Bench().stream(), 0, wave(ABP, RAMP, context(), state)).waves('abp');
    expect(new Set(only?.samples)).toEqual(new Set([NO_SAMPLE]));
  });

  test('of a demonstration is drawn when the settings accept it', () => {
    const [only] = block(new Bench({ demoData: true }).stream(), 0, wave(ABP, RAMP, context(), 0x0400)).waves('abp');
    expect(only?.samples[0]).toBe(2000);
  });

  test('holds a hole where a sample has the value that means invalid', () => {
    const attributes = context({ fixed: '0002 0008 0001 07d1 0002 07d2' });
    const [only] = block(new Bench().stream(), 0, wave(ABP, RAMP, attributes)).waves('abp');
    expect(Array.from(only?.samples.subarray(0, 3) ?? [])).toEqual([2000, NO_SAMPLE, 2002]);
  });

  test('of a pleth without a sensor, flat in a state that says nothing, is a hole', () => {
    const scale: WaveScale = { lower: 'nan', upper: 'nan', lowerScaled: 0, upperScaled: 0x0fff };
    const attributes = context({ scale, unit: 0x0200, significant: 12 });
    const flat = Array<number>(32).fill(0x0800);
    const bench = block(new Bench().stream(), 0, wave(0x4bb4, flat, attributes));
    block(bench, 256, wave(0x4bb4, [...flat.slice(1), 0x0801], attributes));
    expect(bench.waves('pleth').map(({ samples }) => samples[0])).toEqual([NO_SAMPLE, 0x0800]);
  });

  test('of a wave that nobody knows is told by its code, of one without a place not', () => {
    const bench = new Bench().stream();
    block(bench, 0, wave(0x1234, RAMP, context()), wave(0x592c, RAMP, context()));
    bench.hear(numbers(1000, []));
    expect(bench.of('waveform')).toEqual([]);
    expect(bench.lastReason).toBe('Sent by the monitor and not known here: wave 1234.');
  });

  test.each([
    ['a unit that it cannot have', { unit: 0x0220 }, 'unit 0220 of the wave ABP'],
    ['a scale without limits', { scale: { ...PRESSURE_SCALE, lower: 'nan' } }, 'scale of the wave ABP'],
    ['a scale of no height', { scale: { ...PRESSURE_SCALE, upperScaled: 160 } }, 'scale of the wave ABP'],
  ] as const)('in %s is not drawn, and that is said', (_, look, words) => {
    const bench = block(new Bench().stream(), 0, wave(ABP, RAMP, context(look)));
    bench.hear(numbers(1000, []));
    expect(bench.of('waveform')).toEqual([]);
    expect(bench.lastReason).toBe(`Sent by the monitor and not known here: ${words}.`);
  });

  test('beyond the third lead has no place', () => {
    const bench = new Bench().stream();
    const scale: WaveScale = { lower: -5, upper: 5, lowerScaled: 0, upperScaled: 10_000 };
    const attributes = context({ unit: 0x10b2, scale });
    for (const lead of [0x0143, 0x0102, 0x0101, 0x013d]) block(bench, 0, wave(lead, RAMP, attributes));
    expect(
      ['ecg1', 'ecg2', 'ecg3'].map(
        (key) => bench.waves(key === 'ecg1' ? 'ecg1' : key === 'ecg2' ? 'ecg2' : 'ecg3').length,
      ),
    ).toEqual([1, 1, 1]);
  });
});

describe('in time', () => {
  const ramp = wave(ABP, RAMP, context());

  test('blocks stand where the monitor stamped them, not where they arrive, and without a seam', () => {
    const bench = stream(new Bench().stream(), 20_000, ramp);
    const blocks = bench.waves('abp').slice(4);
    expect(blocks.length).toBeGreaterThan(60);
    expect(blocks.filter(({ isGapBefore }) => isGapBefore)).toEqual([]);
    blocks.forEach(({ at }, i) => expect(at - (blocks[0]?.at ?? 0)).toBeCloseTo(256 * i, 6));
    for (const { at } of blocks) expect(Math.abs(at - Math.round(at / 256) * 256)).toBeLessThanOrEqual(40);
  });

  test('a lost block is a gap of its length', () => {
    const bench = stream(new Bench().stream(), 5000, ramp);
    const from = bench.waves('abp').length;
    const last = bench.waves('abp').at(-1);
    const next = Math.round(((last?.at ?? 0) + 256) / 256) * 256;
    block(bench, next + 256, ramp);
    const [after] = bench.waves('abp').slice(from);
    expect(after?.isGapBefore).toBe(true);
    expect((after?.at ?? 0) - (last?.at ?? 0)).toBeGreaterThan(500);
  });

  test('a block that comes twice, or after its successor, is not drawn, and said', () => {
    const bench = stream(new Bench().stream(), 5000, ramp);
    const count = bench.waves('abp').length;
    const next = Math.floor((bench.now - LATENESS_MS) / 256) * 256 + 256;
    block(bench, next, ramp);
    block(bench, next, ramp);
    block(bench, next - 512, ramp);
    expect(bench.waves('abp')).toHaveLength(count + 1);
    expect(bench.state.intake.waves.lateBlocks).toBe(2);
    bench.hear(numbers(bench.now, []));
    expect(bench.lastReason).toMatch(/At least 1 blocks of samples came twice or too late/);
  });

  test('two clocks that drift apart are brought together by a gap, seldom', () => {
    const bench = stream(new Bench().stream(), 2_000_000, ramp, { driftPpm: -150 });
    const blocks = bench.waves('abp');
    const gaps = blocks.filter(({ isGapBefore }) => isGapBefore).length;
    expect(gaps).toBeLessThanOrEqual(2);
    const last = blocks.at(-1);
    expect(Math.abs((last?.at ?? 0) - (bench.now - LATENESS_MS))).toBeLessThan(MAX_DRIFT_MS + 300);
  });

  test('a monitor whose clock begins anew is placed anew at once', () => {
    const bench = stream(new Bench().stream(), 60_000, ramp);
    const [before, now] = [bench.waves('abp').length, bench.now];
    bench.hear(result(CLASS.waves, 0, [ramp], { ticks: 800 }));
    bench.wait(256).hear(result(CLASS.waves, 0, [ramp], { ticks: 800 + 2048 }));
    const [first, second] = bench.waves('abp').slice(before);
    expect(first).toMatchObject({ isGapBefore: true, at: now - LATENESS_MS });
    expect(second).toMatchObject({ isGapBefore: false, at: now + 256 - LATENESS_MS });
  });

  test('the ticks may wrap', () => {
    expect(ticksBetween(0xffffff00, 0x00000100)).toBe(0x200);
    expect(ticksBetween(0x00000100, 0xffffff00)).toBe(-0x200);
    const clock: TickClock = { ticks: 0xfffffff8, at: monotonicMs(1000), isRough: false };
    expect(hostTime(clock, 8)).toBe(1002);
  });
});

describe('the anchor', () => {
  const clock: TickClock = { ticks: 0, at: monotonicMs(0), isRough: false };
  const after = (lateMs: number, from = clock): number => anchor(from, 8000, monotonicMs(1000 + lateMs)).at - 1000;

  test('gives way quickly to what arrives earlier and slowly to what arrives later', () => {
    expect(after(0)).toBe(0);
    expect(after(-40)).toBe(-10);
    expect(after(64)).toBe(1);
  });

  test('is taken anew when it was guessed, or when the stamp is of another clock', () => {
    expect(after(300, { ...clock, isRough: true })).toBe(300);
    expect(after(-2500)).toBe(-2500);
    expect(after(11_000)).toBe(11_000);
    expect(anchor(undefined, 5, monotonicMs(77))).toEqual({ ticks: 5, at: 77, isRough: false });
  });
});
