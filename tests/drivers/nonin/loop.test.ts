/** Simulated oximeter → wire in memory → the station's runner → observations, in virtual time. */
import { describe, expect, test } from 'vitest';
import { toHex } from '$drivers/bytes.ts';
import { sealDriver } from '$drivers/driver.ts';
import { nonin } from '$drivers/nonin/index.ts';
import { NO_SAMPLE, type WaveformBlock } from '$lib/domain/index.ts';
import { FaultyDevice } from '$simulators/devices/faults.ts';
import { simulateNonin } from '$simulators/devices/nonin/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { SCENARIOS } from '$simulators/scenarios/index.ts';
import type { DeviceInput, SimulatedDevice } from '$simulators/simulated-device.ts';
import { FloodedDevice } from '../../support/flooded-device.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';
import { SET_FORMAT } from './bench.ts';

type Settings = Readonly<Record<string, unknown>>;

/** An oximeter that keeps what it is told. */
class Overheard implements SimulatedDevice {
  readonly bedside = new StillBedside();
  readonly told: { readonly at: number; readonly frame: string }[] = [];
  readonly forbidden: string[] = [];
  readonly #device: SimulatedDevice;

  constructor(settings: Settings = {}, around: (device: SimulatedDevice) => SimulatedDevice = (device) => device) {
    const onForbidden = (what: string) => this.forbidden.push(what);
    this.#device = around(simulateNonin(this.bedside, { settings, onForbidden }));
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    if (input.type === 'received') this.told.push({ at: input.simMs, frame: toHex(input.bytes) });
    return this.#device.step(input);
  }
}

const stationOf = (device: SimulatedDevice, settings: Settings = {}): SimulatedStation =>
  new SimulatedStation(sealDriver(nonin), device, settings);
const be = (device: Overheard, heartRate: number, spo2: number) => {
  device.bedside.physiologyNow = { ...device.bedside.physiologyNow, heartRate, spo2 };
};
const link = (device: Overheard, isLinked: boolean) => {
  device.bedside.sensorsNow = { ...device.bedside.sensorsNow, isLinked };
};
const wear = (device: Overheard, isOximeterOn: boolean) => {
  device.bedside.sensorsNow = { ...device.bedside.sensorsNow, isOximeterOn };
};
const physical = ({ samples, gain, offset }: WaveformBlock): readonly number[] =>
  Array.from(samples, (sample) => (sample === NO_SAMPLE ? NaN : sample * gain + offset));
const valuesOf = (station: SimulatedStation, fromMs: number, key: 'pulseRate' | 'spo2') =>
  new Set(
    station
      .values(key)
      .filter(({ at }) => at >= fromMs)
      .map(({ value }) => value),
  );
/** All that was read is one of these, or nothing. */
const isHonest = (station: SimulatedStation, rates: readonly number[], saturations: readonly number[]): boolean =>
  station.values('pulseRate').every(({ value }) => typeof value === 'string' || rates.includes(value)) &&
  station.values('spo2').every(({ value }) => typeof value === 'string' || saturations.includes(value));

describe.each([
  ['df2', 1 / 3, 500],
  ['df7', 1 / 3, 500],
  ['df8', 1, 2200],
  ['ascii', 1, 1200],
] as const)('an oximeter that sends %s', (format, periodS, delayMs) => {
  test('is live by itself, and its numbers are the bedside’s, in time', () => {
    const device = new Overheard({ format });
    const station = stationOf(device).runTo(10_000);
    expect(station.state).toBe('live');
    expect(valuesOf(station, 0, 'pulseRate')).toEqual(new Set([76]));
    expect(valuesOf(station, 0, 'spo2')).toEqual(new Set([97]));
    be(device, 142, 88);
    station.runTo(10_000 + delayMs).runTo(30_000);
    expect(valuesOf(station, 10_000 + delayMs, 'pulseRate')).toEqual(new Set([142]));
    expect(valuesOf(station, 10_000 + delayMs, 'spo2')).toEqual(new Set([88]));
    const times = station.numerics.map(({ at }) => at).filter((at) => at > 5000);
    expect(times.length).toBeGreaterThanOrEqual(Math.floor(24 / periodS));
    expect(device.told).toEqual([]);
    expect(station.traffic).toMatchObject({ undecodable: { malformed: 0, 'unknown-code': 0 }, sendsRefused: 0 });
  });

  test('without a finger gives no numbers, and its numbers again with one', () => {
    const device = new Overheard({ format });
    const station = stationOf(device).runTo(10_000);
    wear(device, false);
    station.runTo(20_000);
    const off = valuesOf(station, 10_000 + delayMs, 'spo2');
    expect(off).toEqual(new Set([format === 'ascii' ? 'not-measured' : 'sensor-off']));
    wear(device, true);
    station.runTo(30_000);
    expect(valuesOf(station, 20_000 + delayMs, 'spo2')).toEqual(new Set([97]));
  });

  test('is silent when its cable comes out, and live again when it is back', () => {
    const device = new Overheard({ format });
    const station = stationOf(device).runTo(10_000);
    link(device, false);
    station.runTo(18_000);
    expect(station.state).toBe('silent');
    link(device, true);
    const back = station.runTo(24_000);
    expect(back.state).toBe('live');
    expect(valuesOf(station, 0, 'pulseRate')).toEqual(new Set([76]));
  });

  test('is found again after a flood of noise, and no number was wrong', () => {
    const device = new Overheard({ format }, (inner) => new FloodedDevice(inner, { fromMs: 10_000, toMs: 25_000 }));
    const station = stationOf(device).runTo(30_000);
    expect(station.state).toBe('live');
    expect(valuesOf(station, 28_500, 'spo2')).toEqual(new Set([97]));
    expect(isHonest(station, [76], [97])).toBe(true);
    expect(device.forbidden).toEqual([]);
  });

  test('is found again after it was switched off and on', () => {
    const device = new Overheard({ format, off: [{ fromMs: 10_000, toMs: 40_000 }] });
    const station = stationOf(device).runTo(60_000);
    expect(station.states.map((state) => state.split(' ')[1])).toContain('lost');
    expect(station.state).toBe('live');
    expect(valuesOf(station, 55_000, 'spo2')).toEqual(new Set([97]));
  });
});

describe('the pleth', () => {
  test.each([
    ['df2', 100 / 255 / 2],
    ['df7', 100 / 65_535],
  ])('of %s is the bedside’s, sample for sample and at its time', (format, resolution) => {
    const station = stationOf(new Overheard({ format })).runTo(20_000);
    const blocks = station.waves('pleth');
    expect(blocks.length).toBeGreaterThanOrEqual(58);
    expect(blocks.slice(1).every(({ isGapBefore }) => !isGapBefore)).toBe(true);
    // The link hands over every 40 ms: by so much, or three samples, the first block may stand too late.
    const firstSample = Math.floor(((blocks[0]?.at ?? 0) * 75) / 1000 + 1e-6);
    const heights = blocks.flatMap(physical);
    const model = (sample: number) => ((2 * Math.sin((2 * Math.PI * sample) / 75) + 4) / 8) * 100;
    const errorAt = (shift: number) =>
      Math.max(...heights.map((height, i) => Math.abs(height - model(firstSample - shift + i))));
    const shift = [0, 1, 2, 3].find((samples) => errorAt(samples) <= resolution * 1.01);
    expect(shift).toBeDefined();
  });

  test('has no samples while the finger is out', () => {
    const device = new Overheard();
    const station = stationOf(device).runTo(5000);
    wear(device, false);
    station.runTo(10_000);
    const last = station.waves('pleth').at(-1);
    expect(new Set(last?.samples)).toEqual(new Set([NO_SAMPLE]));
    expect(last?.isGapBefore).toBe(false);
  });
});

describe('an oximeter that has to be asked', () => {
  test('sends spot checks after power-on; it is asked for format 2 and streams, again after a restart', () => {
    const device = new Overheard({ format: 'df13', off: [{ fromMs: 20_000, toMs: 23_000 }] });
    const station = stationOf(device).runTo(40_000);
    expect(device.told[0]).toEqual({ at: 2500, frame: SET_FORMAT(2) });
    expect(device.told.at(-1)?.at).toBeGreaterThan(22_000);
    expect(station.state).toBe('live');
    expect(station.waves('pleth').some(({ at }) => at > 38_000)).toBe(true);
    expect(device.forbidden).toEqual([]);
  });

  test('for its spot checks sends them, and is not disturbed between them', () => {
    const device = new Overheard({ format: 'df2' });
    be(device, 142, 93);
    const station = stationOf(device, { format: 'df13' }).runTo(60_000);
    expect(device.told).toEqual([{ at: 2500, frame: SET_FORMAT(13) }]);
    expect(station.numerics).toMatchObject([{ values: { pulseRate: { value: 142 }, spo2: { value: 93 } } }]);
    expect(station.numerics[0]?.deviceTime).toBeGreaterThan(1_767_225_600_000);
    expect(station.state).toBe('silent');
  });

  test.each([
    ['df7', 7],
    ['df8', 8],
  ])('for %s sends it', (format, number) => {
    const device = new Overheard();
    const station = stationOf(device, { format }).runTo(12_000);
    expect(device.told).toEqual([{ at: 2500, frame: SET_FORMAT(number) }]);
    expect(station.state).toBe('live');
    expect(valuesOf(station, 0, 'spo2')).toEqual(new Set([97]));
  });

  test('but cannot hear is said to send something else', () => {
    const device = new Overheard({ isOneWay: true });
    const station = stationOf(device, { format: 'df7' }).runTo(15_000);
    expect(station.state).toBe('negotiating');
    expect(station.reasons.at(-1)).toMatch(/sends data format 2.*asks for data format 7/);
    expect(station.observations).toEqual([]);
  });
});

test('a bad line costs readings, never their truth', () => {
  const faults = { seed: 7, lose: 0.001, double: 0.001, flip: 0.001, fragments: { maxBytes: 9, apartMs: 10 } };
  const device = new Overheard({}, (inner) => new FaultyDevice(inner, faults));
  be(device, 131, 94);
  const station = stationOf(device).runTo(120_000);
  expect(isHonest(station, [131], [94])).toBe(true);
  expect(station.numerics.length).toBeGreaterThan(200);
  expect(station.numerics.length).toBeLessThan(359);
  const { noiseBytes } = station.traffic ?? {};
  expect(noiseBytes?.['bad-sum']).toBeGreaterThan(10);
});

test('a whole scenario: the oximeter comes off for 90 s, and every number is the patient’s', () => {
  const scenario = SCENARIOS.get('probe-off');
  if (!scenario) throw new Error('no such scenario');
  const bedside = createBedside(scenario, 3);
  const truth: { heartRate: number; spo2: number; at: number }[] = [];
  const device = simulateNonin(bedside, { settings: {} });
  const watched: SimulatedDevice = {
    step: (input) => {
      const said = device.step(input);
      truth.push({ ...bedside.physiology(), at: input.simMs });
      return said;
    },
  };
  const station = stationOf(watched).runTo(27 * 60_000);
  const [fromMs, toMs] = [24 * 60_000, 25.5 * 60_000];
  let next = 0;
  for (const { at, values } of station.numerics) {
    while ((truth[next]?.at ?? Infinity) < at - 500) next += 1;
    const near = truth.slice(next, next + 20).filter(({ at: then }) => then <= at);
    const { spo2, pulseRate } = values;
    if (at > fromMs + 500 && at < toMs) {
      expect([spo2, pulseRate]).toEqual([{ missing: 'sensor-off' }, { missing: 'sensor-off' }]);
    } else if (at < fromMs || at > toMs + 500) {
      expect(spo2 && 'value' in spo2 && near.some((true_) => Math.round(true_.spo2) === spo2.value)).toBe(true);
      expect(
        pulseRate && 'value' in pulseRate && near.some((true_) => Math.round(true_.heartRate) === pulseRate.value),
      ).toBe(true);
    }
  }
  expect(station.numerics.length).toBeGreaterThan(27 * 60 * 3 - 20);
});
