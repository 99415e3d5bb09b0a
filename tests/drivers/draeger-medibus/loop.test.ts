import { describe, expect, test } from 'vitest';
import { draegerMedibus } from '$drivers/draeger-medibus/index.ts';
import { sealDriver } from '$drivers/driver.ts';
import { SECOND_MS } from '$lib/domain/index.ts';
import { simulateDraegerMedibus } from '$simulators/devices/draeger-medibus/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { scenario } from '$simulators/scenarios/index.ts';
import { FloodedDevice } from '../../support/flooded-device.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';

const driver = sealDriver(draegerMedibus);
const onForbidden = (what: string): void => expect.unreachable(what);
type Settings = Readonly<Record<string, unknown>>;

function deviceWith(settings: Settings = {}) {
  const bedside = new StillBedside();
  return { bedside, device: simulateDraegerMedibus(bedside, { settings, onForbidden }) };
}

const faulty = (faults: Omit<FaultOptions, 'seed'>) =>
  new SimulatedStation(driver, new FaultyDevice(deviceWith().device, { seed: 4, ...faults }));

const onsets = (station: SimulatedStation): readonly string[] => [...new Set(station.states)];
const LIVE = ['0 opening', '0 negotiating', '0 live'];

/** From the reading of the patient to the arrival of the answer at 4 bytes in 10 ms, and a step of the wire. */
const ON_ITS_WAY_MS = 200;

describe('the numbers and the curves of a patient', () => {
  test.each([
    ['evita-4', 'mmHg', 0.5],
    ['evita-4', 'kPa', 0.05 * 7.5],
    ['capnosat', 'mmHg', 0.5],
    ['capnosat', 'kPa', 0.05 * 7.5],
  ])('of %s in %s are those of the model, within the steps of the wire', (model, co2Unit, co2Step) => {
    const found = scenario('calm');
    if (!found.ok) throw new Error(found.error);
    const [truth, patient] = [createBedside(found.value, 7), createBedside(found.value, 7)];
    const device = simulateDraegerMedibus(patient, { settings: { model, co2Unit }, onForbidden });
    const station = new SimulatedStation(driver, device).runTo(120 * SECOND_MS);
    expect(station.numerics.length).toBeGreaterThanOrEqual(52);
    for (const { at, values } of station.numerics) {
      const shown = {
        spo2: [] as number[],
        pulseRate: [] as number[],
        respiratoryRate: [] as number[],
        etco2: [] as number[],
      };
      for (let simMs = Math.max(0, at - ON_ITS_WAY_MS); simMs <= at; simMs += 10) {
        truth.advanceTo(simMs);
        const { spo2, heartRate, respiratoryRate, etco2 } = truth.physiology();
        shown.spo2.push(Math.round(spo2));
        shown.pulseRate.push(Math.round(heartRate));
        shown.respiratoryRate.push(Math.round(respiratoryRate));
        shown.etco2.push(etco2);
      }
      for (const key of ['spo2', 'pulseRate', 'respiratoryRate'] as const) {
        expect(shown[key].map((value) => ({ value }))).toContainEqual(values[key]);
      }
      const etco2 = values.etco2 && 'value' in values.etco2 ? values.etco2.value : NaN;
      expect(Math.min(...shown.etco2.map((value) => Math.abs(value - etco2)))).toBeLessThanOrEqual(co2Step + 0.01);
      if (model === 'capnosat') expect(values.fico2).toEqual({ value: 0 });
    }
    expect(onsets(station)).toEqual(LIVE);
    expect(station.refused).toEqual([]);
    const { noiseBytes, undecodable, bytesIn = 0 } = station.traffic ?? {};
    expect(bytesIn).toBeGreaterThan(20_000);
    expect(noiseBytes).toEqual({ 'no-start': 0, 'bad-sum': 0, 'bad-length': 0, 'too-long': 0 });
    expect(undecodable).toEqual({ 'unknown-code': 0, 'too-short': 0, malformed: 0 });
  });

  test.each([
    ['pleth', 'pleth', 1, 8 / 0xfa0],
    ['co2Pressure', 'co2', 7.6, 120 / 0x460],
  ] as const)('the samples of %s are the patient’s, each at its time', (waveform, source, scale, step) => {
    const found = scenario('calm');
    if (!found.ok) throw new Error(found.error);
    const [truth, patient] = [createBedside(found.value, 7), createBedside(found.value, 7)];
    const station = new SimulatedStation(driver, simulateDraegerMedibus(patient, { settings: {}, onForbidden }));
    const blocks = station.runTo(60 * SECOND_MS).waves(waveform);
    const samples = blocks.flatMap(({ samples: bins, gain, offset }) => Array.from(bins, (bin) => bin * gain + offset));
    const from = Math.round((blocks[0]?.at ?? NaN) / 20);
    expect(samples.length).toBeGreaterThan(50 * 58);
    expect(blocks.filter(({ isGapBefore }) => isGapBefore)).toHaveLength(1);
    truth.advanceTo(60 * SECOND_MS);
    const expected = truth.samples(source, 100, 0, 6000);
    // A tick and a step of the wire are the most by which the first block may be displaced.
    const errors = Array.from({ length: 30 }, (_, shift) => {
      const first = from - 15 + shift;
      const misses = samples
        .slice(0, 2500)
        .map((value, i) => Math.abs(value - scale * (expected[2 * (first + i)] ?? NaN)));
      return Math.max(...misses.slice(15));
    });
    expect(Math.min(...errors)).toBeLessThanOrEqual(step / 2 + 1e-9);
  });

  test('a device without an oximeter gives what it has', () => {
    const { device } = deviceWith({ model: 'savina' });
    const station = new SimulatedStation(driver, device).runTo(10_000);
    expect(station.numerics.at(-1)?.values).toEqual({ respiratoryRate: { value: 14 } });
    expect(station.waves('pleth')).toEqual([]);
    expect(station.reasons.at(-1)).toBe('Savina, software 04.00.');
  });

  test('CO2 in percent is not shown, and the reason is', () => {
    const { device } = deviceWith({ co2Unit: '%' });
    const station = new SimulatedStation(driver, device).runTo(10_000);
    expect(station.numerics.at(-1)?.values).not.toHaveProperty('etco2');
    expect(station.reasons.at(-1)).toMatch(/CO2 comes in percent and is not shown/);
  });

  test('are missing while sensors are off, with an alarm, and the curves have a gap', () => {
    const { bedside, device } = deviceWith();
    const station = new SimulatedStation(driver, device).runTo(10_000);
    const all = bedside.sensorsNow;
    bedside.sensorsNow = { ...all, isOximeterOn: false, isCapnographOn: false };
    station.runTo(20_000);
    bedside.sensorsNow = all;
    station.runTo(30_000);
    for (const key of ['spo2', 'pulseRate', 'etco2'] as const) {
      const [before, during, after] = [10_000, 20_000, 30_000].map((until) =>
        station
          .values(key)
          .filter(({ at }) => at > until - 7000 && at <= until)
          .map(({ value }) => value),
      );
      expect(before?.every((value) => typeof value === 'number')).toBe(true);
      expect(new Set(during)).toEqual(new Set(['invalid']));
      expect(new Set(after)).toEqual(new Set(before));
    }
    expect(station.values('respiratoryRate').every(({ value }) => value === 14)).toBe(true);
    expect(station.alarms.map(({ alarms }) => alarms.map(({ text }) => text))).toEqual([[], ['SpO2 sensor (6)'], []]);
    expect(station.state).toBe('live');
  });
});

describe('trouble', () => {
  test('a silence of 2 s goes by; a longer one is said, and its end', () => {
    const short = faulty({ silences: [{ fromMs: 10_500, forMs: 2000 }] }).runTo(30_000);
    expect(onsets(short)).toEqual(LIVE);
    const long = faulty({ silences: [{ fromMs: 10_500, forMs: 12_000 }] }).runTo(60_000);
    expect(long.states.map((text) => text.split(' ')[1])).toEqual(['opening', 'negotiating', 'live', 'silent', 'live']);
    expect(long.values('spo2').filter(({ at }) => at > 30_000).length).toBeGreaterThanOrEqual(12);
  });

  test('a very long one opens the link anew until the device is back', () => {
    const station = faulty({ silences: [{ fromMs: 10_500, forMs: 80_000 }] }).runTo(120_000);
    expect(station.states.some((text) => text.endsWith('lost'))).toBe(true);
    expect(station.state).toBe('live');
    expect(station.refused).toEqual([]);
  });

  test('a restarted device is linked with again, and its curves asked for anew', () => {
    const { device } = deviceWith({ restartsAtMs: [10_500] });
    const station = new SimulatedStation(driver, device).runTo(30_000);
    expect(station.states.map((text) => text.split(' ')[1])).toEqual([
      'opening',
      'negotiating',
      'live',
      'silent',
      'live',
    ]);
    expect(station.values('spo2').filter(({ at }) => at > 18_000).length).toBeGreaterThanOrEqual(5);
    expect(station.waves('pleth').filter(({ isGapBefore }) => isGapBefore)).toHaveLength(2);
    expect(station.waves('pleth').at(-1)?.at).toBeGreaterThan(29_000);
  });

  test('nothing is lost while the device has suspended us', () => {
    const { device } = deviceWith({
      suspended: [
        { fromMs: 10_030, toMs: 12_030 },
        { fromMs: 20_500, toMs: 22_000 },
      ],
    });
    const station = new SimulatedStation(driver, device).runTo(30_000);
    expect(onsets(station)).toEqual(LIVE);
    const times = station.values('spo2').map(({ at }) => at);
    expect(Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? 0)))).toBeLessThan(5000);
  });

  test('a cable that comes out and is put in again', () => {
    const { bedside, device } = deviceWith();
    const station = new SimulatedStation(driver, device).runTo(10_000);
    bedside.sensorsNow = { ...bedside.sensorsNow, isLinked: false };
    expect(station.runTo(20_000).state).toBe('silent');
    bedside.sensorsNow = { ...bedside.sensorsNow, isLinked: true };
    expect(station.runTo(30_000).state).toBe('live');
    expect(station.values('spo2').at(-1)?.at).toBeGreaterThan(27_000);
  });

  test('a flood of noise makes no number, and is over soon after its end', () => {
    const flooded = new FloodedDevice(deviceWith().device, { fromMs: 5500, toMs: 15_500 });
    const station = new SimulatedStation(driver, flooded).runTo(40_000);
    expect(station.values('spo2').every(({ value }) => value === 97)).toBe(true);
    expect(station.values('spo2').filter(({ at }) => at > 26_000).length).toBeGreaterThanOrEqual(6);
    expect(station.state).toBe('live');
    expect(station.traffic?.noiseBytes['no-start']).toBeGreaterThan(5000);
  });

  test('flipped and lost bytes cost frames and make no number', () => {
    const station = faulty({ flip: 0.002, lose: 0.002 }).runTo(120_000);
    expect(station.values('spo2').length).toBeGreaterThan(30);
    expect(station.values('spo2').every(({ value }) => value === 97)).toBe(true);
    expect(station.traffic?.noiseBytes['bad-sum']).toBeGreaterThan(50);
    expect(station.refused).toEqual([]);
  });

  test('fragments and delays cost nothing', () => {
    const station = faulty({ fragments: { maxBytes: 3, apartMs: 2 }, delayMs: [0, 60] }).runTo(60_000);
    expect(onsets(station)).toEqual(LIVE);
    expect(station.traffic?.noiseBytes['bad-sum']).toBe(0);
  });
});
