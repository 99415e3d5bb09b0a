/** Simulated oximeter → wire in memory → the station's runner → observations, in virtual time. */
import { describe, expect, test } from 'vitest';
import { toHex } from '$drivers/bytes.ts';
import { contec } from '$drivers/contec/index.ts';
import type { Generation } from '$drivers/contec/messages.ts';
import { LINES } from '$drivers/contec/settings.ts';
import { sealDriver } from '$drivers/driver.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { deviceId, monotonicMs, NO_SAMPLE, type WaveformBlock } from '$lib/domain/index.ts';
import { simulateContec } from '$simulators/devices/contec/index.ts';
import { FaultyDevice } from '$simulators/devices/faults.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { SCENARIOS } from '$simulators/scenarios/index.ts';
import type { DeviceInput, SimulatedDevice } from '$simulators/simulated-device.ts';
import { simulatedLink } from '$simulators/simulated-link.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { FloodedDevice } from '../../support/flooded-device.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';
import { COMMAND_FRAMES } from './vectors.ts';

type Settings = Readonly<Record<string, unknown>>;

/** An oximeter that keeps what it is told. */
class Overheard implements SimulatedDevice {
  readonly bedside = new StillBedside();
  readonly told: { readonly at: number; readonly command: string }[] = [];
  readonly forbidden: string[] = [];
  readonly #device: SimulatedDevice;

  constructor(settings: Settings = {}, around: (device: SimulatedDevice) => SimulatedDevice = (device) => device) {
    const onForbidden = (what: string) => this.forbidden.push(what);
    this.#device = around(simulateContec(this.bedside, { settings, onForbidden }));
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    if (input.type === 'received') {
      const hex = toHex(input.bytes);
      const command = Object.entries(COMMAND_FRAMES).find(([, frame]) => frame === hex)?.[0] ?? hex;
      this.told.push({ at: input.simMs, command });
    }
    return this.#device.step(input);
  }

  be(heartRate: number, spo2: number): this {
    this.bedside.physiologyNow = { ...this.bedside.physiologyNow, heartRate, spo2 };
    return this;
  }
  set(sensors: { readonly isOximeterOn?: boolean; readonly isLinked?: boolean }): this {
    this.bedside.sensorsNow = { ...this.bedside.sensorsNow, ...sensors };
    return this;
  }
  commands(fromMs = 0): readonly string[] {
    return this.told.filter(({ at }) => at >= fromMs).map(({ command }) => command);
  }
}

const stationOf = (device: SimulatedDevice, settings: Settings = {}): SimulatedStation =>
  new SimulatedStation(sealDriver(contec), device, settings);
const valuesOf = (station: SimulatedStation, fromMs: number, key: 'pulseRate' | 'spo2' | 'perfusionIndex') =>
  new Set(
    station
      .values(key)
      .filter(({ at }) => at >= fromMs)
      .map(({ value }) => value),
  );
const isHonest = (station: SimulatedStation, rate: number, saturation: number): boolean =>
  station.values('pulseRate').every(({ value }) => typeof value === 'string' || value === rate) &&
  station.values('spo2').every(({ value }) => typeof value === 'string' || value === saturation);
const physical = ({ samples, gain, offset }: WaveformBlock): readonly number[] =>
  Array.from(samples, (sample) => (sample === NO_SAMPLE ? NaN : sample * gain + offset));

describe.each<[Generation]>([['v7'], ['v4.6']])('an oximeter of generation %s', (format) => {
  test('is live by itself, and its numbers are the bedside’s, once a second, in time', () => {
    const device = new Overheard({ format });
    const station = stationOf(device).runTo(10_000);
    expect(station.state).toBe('live');
    expect(valuesOf(station, 4500, 'pulseRate')).toEqual(new Set([76]));
    expect(valuesOf(station, 4500, 'spo2')).toEqual(new Set([97]));
    expect(valuesOf(station, 4500, 'perfusionIndex')).toEqual(new Set(format === 'v7' ? [2.4] : []));
    device.be(142, 88);
    station.runTo(30_000);
    expect(valuesOf(station, 11_600, 'pulseRate')).toEqual(new Set([142]));
    expect(valuesOf(station, 11_600, 'spo2')).toEqual(new Set([88]));
    const times = station.numerics.map(({ at }) => at).filter((at) => at > 5000);
    times.slice(1).forEach((at, i) => expect(Math.abs(at - (times[i] ?? 0) - 1000)).toBeLessThanOrEqual(40));
    expect(device.forbidden).toEqual([]);
    expect(station.refused).toEqual([]);
    expect(station.traffic).toMatchObject({ undecodable: { malformed: 0, 'unknown-code': 0 } });
  });

  test('has the bedside’s pleth, sample for sample and at its time', () => {
    const station = stationOf(new Overheard({ format })).runTo(15_000);
    const blocks = station.waves('pleth');
    expect(blocks.length).toBeGreaterThan(45);
    expect(blocks.slice(1).every(({ isGapBefore }) => !isGapBefore)).toBe(true);
    // The link hands over every 40 ms: by so much, or three samples, the first block may stand too late.
    const firstSample = Math.floor(((blocks[0]?.at ?? 0) * 60) / 1000 + 1e-6);
    const heights = blocks.flatMap(physical);
    const model = (sample: number) => ((2 * Math.sin((2 * Math.PI * sample) / 60) + 4) / 8) * 100;
    const errorAt = (shift: number) =>
      Math.max(...heights.map((height, i) => Math.abs(height - model(firstSample - shift + i))));
    expect([0, 1, 2, 3].find((shift) => errorAt(shift) <= 100 / 127 / 2 + 1e-9)).toBeDefined();
  });

  test('without a finger gives no numbers and no pleth, and searches before it gives them again', () => {
    const device = new Overheard({ format });
    const station = stationOf(device).runTo(10_000);
    device.set({ isOximeterOn: false });
    station.runTo(20_000);
    expect(valuesOf(station, 11_100, 'spo2')).toEqual(new Set(['sensor-off']));
    expect(physical(station.waves('pleth').at(-1) ?? emptyBlock).every(Number.isNaN)).toBe(true);
    device.set({ isOximeterOn: true });
    station.runTo(30_000);
    expect(station.values('spo2').map(({ value }) => value)).toContain('searching');
    expect(valuesOf(station, 24_000, 'spo2')).toEqual(new Set([97]));
    expect(isHonest(station, 76, 97)).toBe(true);
  });

  test('is silent within 2.5 s when its cable comes out, and live again when it is back', () => {
    const device = new Overheard({ format });
    const station = stationOf(device).runTo(10_000);
    device.set({ isLinked: false });
    station.runTo(12_500);
    expect(station.state).toBe('silent');
    station.runTo(40_000);
    device.set({ isLinked: true });
    station.runTo(70_000);
    expect(station.state).toBe('live');
    expect(isHonest(station, 76, 97)).toBe(true);
  });

  test('is found again after a flood of noise, and no number was wrong', () => {
    const device = new Overheard({ format }, (inner) => new FloodedDevice(inner, { fromMs: 10_000, toMs: 25_000 }));
    const station = stationOf(device).runTo(30_000);
    expect(station.state).toBe('live');
    expect(valuesOf(station, 28_000, 'spo2')).toEqual(new Set([97]));
    expect(isHonest(station, 76, 97)).toBe(true);
  });

  test('is found again after it was switched off and on', () => {
    const device = new Overheard({ format, off: [{ fromMs: 10_000, toMs: 40_000 }] });
    const station = stationOf(device).runTo(80_000);
    expect(station.state).toBe('live');
    expect(valuesOf(station, 75_000, 'spo2')).toEqual(new Set([97]));
  });

  test('a bad line costs samples, never their truth', () => {
    const faults = { seed: 5, lose: 0.0005, double: 0.0005, flip: 0.0005, fragments: { maxBytes: 9, apartMs: 10 } };
    const device = new Overheard({ format }, (inner) => new FaultyDevice(inner, faults)).be(131, 94);
    const station = stationOf(device).runTo(120_000);
    expect(isHonest(station, 131, 94)).toBe(true);
    expect(station.numerics.length).toBeGreaterThan(60);
    expect(station.traffic?.noiseBytes['no-start']).toBeGreaterThan(10);
  });
});

const emptyBlock: WaveformBlock = {
  kind: 'waveform',
  source: deviceId('none'),
  waveform: 'pleth',
  at: monotonicMs(0),
  rateHz: 60,
  samples: Int16Array.of(0),
  gain: 1,
  offset: 0,
  isGapBefore: true,
};

describe('a v7 oximeter', () => {
  test('is started once, and kept alive so that it never ends', () => {
    const device = new Overheard();
    const station = stationOf(device).runTo(119_000);
    expect(device.commands().slice(0, 4)).toEqual(['stop-storage', 'stop', 'start', 'keep-alive']);
    expect(new Set(device.commands(1000))).toEqual(new Set(['keep-alive']));
    expect(device.commands(1000)).toHaveLength(23);
    expect(station.states.filter((state) => state.endsWith('silent'))).toEqual([]);
  });

  test('whose keep-alives get lost says that it ends, and is started again', () => {
    const device = new Overheard({ keepAliveMs: 4000 });
    const station = stationOf(device).runTo(30_000);
    expect(station.reasons.some((reason) => reason?.includes('said that it ends'))).toBe(true);
    expect(device.commands().filter((command) => command === 'start').length).toBeGreaterThan(3);
    expect(isHonest(station, 76, 97)).toBe(true);
  });
});

test.each<[Generation]>([['v7'], ['v4.6']])(
  'a whole scenario: the finger is out for 90 s, and every number is one that the patient had within 2 s: %s',
  (format) => {
    const scenario = SCENARIOS.get('probe-off');
    if (!scenario) throw new Error('no such scenario');
    const bedside = createBedside(scenario, 3);
    const device = simulateContec(bedside, { settings: { format } });
    const truth: { readonly at: number; readonly pulseRate: number; readonly spo2: number }[] = [];
    const watched: SimulatedDevice = {
      step: (input) => {
        const said = device.step(input);
        const { heartRate, spo2 } = bedside.physiology();
        truth.push({ at: input.simMs, pulseRate: Math.round(heartRate), spo2: Math.round(spo2) });
        return said;
      },
    };
    const station = stationOf(watched).runTo(27 * 60_000);
    const [outMs, backMs] = [24 * 60_000, 25.5 * 60_000];
    let next = 0;
    for (const { at, values } of station.numerics) {
      while ((truth[next]?.at ?? Infinity) < at - 2000) next += 1;
      const near = truth.slice(next, next + 60).filter(({ at: then }) => then <= at);
      for (const key of ['pulseRate', 'spo2'] as const) {
        const reading = values[key];
        const isTrue = reading && 'value' in reading && near.some((then) => then[key] === reading.value);
        if (at > outMs + 1100 && at < backMs) expect(reading).toEqual({ missing: 'sensor-off' });
        else if (at < outMs || at > backMs + 4000) expect(isTrue).toBe(true);
      }
    }
    expect(station.numerics.length).toBeGreaterThan(27 * 60 - 10);
  },
);

describe('on a port whose line can be set', () => {
  /** A port that gives the device's bytes only with its own line settings, and garbage with others. */
  const run = (format: Generation, settings: Settings) => {
    const time = new VirtualTime();
    const device = new Overheard({ format });
    const right = simulatedLink({ device, scheduler: time, beginsMs: 0 });
    const garbage: SimulatedDevice = {
      step: ({ type }) => (type === 'tick' ? [Uint8Array.from({ length: 7 }, (_, i) => (i * 89 + 41) % 256)] : []),
    };
    const wrong = simulatedLink({ device: garbage, scheduler: time, beginsMs: 0 });
    const states: string[] = [];
    const rates: unknown[] = [];
    runDriver(
      sealDriver(contec),
      (serial = contec.serial) => (serial?.baudRate === LINES[format].baudRate ? right() : wrong()),
      {
        context: { device: deviceId('clip'), settings },
        label: 'clip',
        isSimulated: true,
        clock: () => monotonicMs(time.now()),
        scheduler: time,
      },
    ).subscribe((event) => {
      if (event.kind === 'status') states.push(`${Math.round(event.status.at / 100) / 10} ${event.status.state}`);
      if (event.kind !== 'observed') return;
      for (const seen of event.observations) if (seen.kind === 'numerics') rates.push(seen.values.pulseRate);
    });
    time.runTo(20_000);
    return { device, states, rates };
  };

  test.each<[Generation, string, number]>([
    ['v7', 'auto', 1],
    ['v4.6', 'auto', 6],
    ['v7', 'v7', 1],
    ['v4.6', 'v4.6', 4],
  ])('%s is found with the setting %s within %i s', (format, setting, withinS) => {
    const { states, rates, device } = run(format, { format: setting });
    const live = states.find((state) => state.endsWith('live'));
    expect(live && Number.parseFloat(live)).toBeLessThanOrEqual(withinS);
    expect(states.at(-1)).toBe(live);
    expect(rates.at(-1)).toEqual({ value: 76 });
    if (format === 'v4.6') expect(device.told).toEqual([]);
  });

  test('with the wrong generation by name nothing is ever believed', () => {
    const { states, rates } = run('v4.6', { format: 'v7' });
    expect(states.some((state) => state.endsWith('live'))).toBe(false);
    expect(rates).toEqual([]);
  });
});
