import { describe, expect, test } from 'vitest';
import { capnostream } from '$drivers/capnostream/index.ts';
import { sealDriver } from '$drivers/driver.ts';
import { NO_SAMPLE, SECOND_MS } from '$lib/domain/index.ts';
import { simulateCapnostream } from '$simulators/devices/capnostream/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { scenario } from '$simulators/scenarios/index.ts';
import { FloodedDevice } from '../../support/flooded-device.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';

const driver = sealDriver(capnostream);
const onForbidden = (what: string): void => expect.unreachable(what);

function monitorWith(settings: Readonly<Record<string, unknown>> = {}) {
  const bedside = new StillBedside();
  return { bedside, monitor: simulateCapnostream(bedside, { settings, onForbidden }) };
}

const faulty = (faults: Omit<FaultOptions, 'seed'>) =>
  new SimulatedStation(driver, new FaultyDevice(monitorWith().monitor, { seed: 4, ...faults }));

const onsets = (station: SimulatedStation): readonly string[] => [...new Set(station.states)];

describe('the numbers and the waveform of a patient', () => {
  test.each([
    [1, 0.5],
    [2, 0.5 * 0.750_062],
  ])('are those of the model, within the steps of the wire, in unit %i', (unit, co2Step) => {
    const found = scenario('calm');
    if (!found.ok) throw new Error(found.error);
    const [model, patient] = [createBedside(found.value, 7), createBedside(found.value, 7)];
    const monitor = simulateCapnostream(patient, { settings: { epochS: 1_000_000_000, unit }, onForbidden });
    const station = new SimulatedStation(driver, monitor).runTo(120 * SECOND_MS);
    expect(station.numerics.map(({ at }) => at)).toEqual(Array.from({ length: 120 }, (_, i) => (i + 1) * SECOND_MS));
    const blocks = [...station.waves('co2Pressure')];
    // The unit is known from the first numerics, at 1000 ms; the next sample is number 21.
    let number = 21;
    for (const { at, deviceTime, values } of station.numerics) {
      model.advanceTo(at);
      const { etco2, respiratoryRate, spo2, heartRate } = model.physiology();
      expect(deviceTime).toBe(1_000_000_000_000 + at);
      expect(values).toMatchObject({
        respiratoryRate: { value: Math.round(respiratoryRate) },
        spo2: { value: Math.round(spo2) },
        pulseRate: { value: Math.round(heartRate) },
      });
      expect(
        Math.abs((values.etco2 && 'value' in values.etco2 ? values.etco2.value : NaN) - etco2),
      ).toBeLessThanOrEqual(co2Step + 1e-9);
      while (blocks[0] && blocks[0].at + 250 <= at) {
        const block = blocks.shift();
        // A sample ends when it arrives; the wire in memory brings it up to 40 ms late.
        expect(Math.abs((block?.at ?? NaN) + 50 - 50 * number)).toBeLessThanOrEqual(40);
        for (const sample of block?.samples ?? []) {
          const [percent = NaN] = model.samples('co2', 20, number, 1);
          expect(Math.abs(sample * (block?.gain ?? NaN) - (percent / 100) * 760)).toBeLessThanOrEqual(0.02);
          number += 1;
        }
      }
    }
    expect(onsets(station)).toEqual(['0 opening', '0 negotiating', '1 live']);
    expect(number).toBeGreaterThan(2370);
    expect(station.waves('co2Pressure').filter(({ isGapBefore }) => isGapBefore)).toHaveLength(1);
    expect(station.traffic?.noiseBytes['no-start']).toBe(0);
  });

  test('are missing while sensors are off, and the trace has holes', () => {
    const { bedside, monitor } = monitorWith();
    const station = new SimulatedStation(driver, monitor).runTo(3000);
    bedside.sensorsNow = { ...bedside.sensorsNow, isOximeterOn: false, isCapnographOn: false };
    station.runTo(6000);
    bedside.sensorsNow = { ...bedside.sensorsNow, isOximeterOn: true, isCapnographOn: true };
    station.runTo(8000);
    const expected = [38, 38, 38, 'sensor-off', 'sensor-off', 'sensor-off', 38, 38];
    expect(station.values('etco2').map(({ value }) => value)).toEqual(expected);
    expect(station.values('spo2').map(({ value }) => value)).toEqual(
      expected.map((value) => (value === 38 ? 97 : value)),
    );
    const holes = station.waves('co2Pressure').filter(({ samples }) => samples.every((sample) => sample === NO_SAMPLE));
    expect(holes.length).toBeGreaterThanOrEqual(11);
    expect(station.alarms.map(({ alarms }) => alarms.map(({ text }) => text).join('+'))).toEqual([
      '',
      'SpO2 sensor off+FilterLine not connected',
      '',
    ]);
  });

  test('an apnoea arrives as such', () => {
    const { monitor } = monitorWith({ apnoea: [{ fromMs: 5000, toMs: 60_000 }] });
    const station = new SimulatedStation(driver, monitor).runTo(30_000);
    expect(station.values('respiratoryRate').at(-1)).toEqual({ at: 30_000, value: 0 });
    expect(station.alarms.at(-1)).toMatchObject({ at: 25_000, alarms: [{ text: 'No breath', priority: 'high' }] });
  });
});

describe('trouble', () => {
  test('displaced fields make no number', () => {
    const { monitor } = monitorWith({ shiftedAtMs: [4500, 9500] });
    const station = new SimulatedStation(driver, monitor).runTo(15_000);
    expect(station.values('spo2')).toHaveLength(13);
    expect(station.values('spo2').every(({ value }) => value === 97)).toBe(true);
    expect(onsets(station)).toEqual(['0 opening', '0 negotiating', '1 live']);
  });

  test('a silence of 1.4 s is bridged by enabling again; a longer one is said', () => {
    const short = faulty({ silences: [{ fromMs: 10_500, forMs: 1400 }] }).runTo(30_000);
    expect(onsets(short)).toEqual(['0 opening', '0 negotiating', '1 live']);
    expect(short.waves('co2Pressure').filter(({ isGapBefore }) => isGapBefore)).toHaveLength(2);
    const long = faulty({ silences: [{ fromMs: 10_500, forMs: 6000 }] }).runTo(30_000);
    expect(onsets(long)).toEqual(['0 opening', '0 negotiating', '1 live', '13 silent', '17 live']);
  });

  test('a very long one opens the link anew until the monitor is back', () => {
    const station = faulty({ silences: [{ fromMs: 10_500, forMs: 30_000 }] }).runTo(60_000);
    expect(onsets(station)).toEqual([
      ...[
        '0 opening',
        '0 negotiating',
        '1 live',
        '13 silent',
        '21 lost',
        '22 negotiating',
        '32 lost',
        '34 negotiating',
      ],
      '41 live',
    ]);
    expect(station.refused).toEqual([]);
  });

  test('a restarted monitor is enabled and started again', () => {
    const { monitor } = monitorWith({ restartsAtMs: [10_500] });
    const station = new SimulatedStation(driver, monitor).runTo(40_000);
    expect(onsets(station)).toEqual(['0 opening', '0 negotiating', '1 live', '13 silent', '19 live']);
    expect(station.values('spo2').filter(({ at }) => at > 20_000)).toHaveLength(20);
  });

  test('a monitor without numbers is silent although its waveform goes on', () => {
    const { monitor } = monitorWith({ mute: [{ fromMs: 5500, toMs: 15_500 }] });
    const station = new SimulatedStation(driver, monitor).runTo(20_000);
    expect(onsets(station)).toEqual(['0 opening', '0 negotiating', '1 live', '8 silent', '16 live']);
    expect(station.waves('co2Pressure').filter(({ isGapBefore }) => isGapBefore)).toHaveLength(1);
  });

  test('numbers that stand still are no news', () => {
    const { monitor } = monitorWith({ frozen: [{ fromMs: 5500, toMs: 15_500 }] });
    const station = new SimulatedStation(driver, monitor).runTo(20_000);
    expect(onsets(station)).toEqual(['0 opening', '0 negotiating', '1 live', '8 silent', '16 live']);
    expect(station.values('spo2')).toHaveLength(10);
  });

  test('a flood of noise is over with the first whole frames after it', () => {
    const flooded = new FloodedDevice(monitorWith().monitor, { fromMs: 5500, toMs: 15_500 });
    const station = new SimulatedStation(driver, flooded).runTo(20_000);
    expect(
      station
        .values('spo2')
        .filter(({ at }) => at > 16_000)
        .map(({ at }) => at),
    ).toEqual([17_000, 18_000, 19_000, 20_000]);
    expect(station.values('spo2').every(({ value }) => value === 97)).toBe(true);
    expect(station.state).toBe('live');
    expect(station.traffic?.noiseBytes['no-start']).toBeGreaterThan(5000);
  });

  test('flipped and lost bytes cost frames and make no number', () => {
    const station = faulty({ flip: 0.002, lose: 0.002 }).runTo(120_000);
    expect(station.values('spo2').length).toBeGreaterThan(90);
    expect(station.values('spo2').every(({ value }) => value === 97)).toBe(true);
    expect(station.traffic?.noiseBytes['bad-sum']).toBeGreaterThan(100);
    expect(station.state).toBe('live');
  });
});
