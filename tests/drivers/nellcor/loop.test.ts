import { describe, expect, test } from 'vitest';
import { sealDriver } from '$drivers/driver.ts';
import { nellcor } from '$drivers/nellcor/index.ts';
import { SECOND_MS } from '$lib/domain/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import { simulateNellcor } from '$simulators/devices/nellcor/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { scenario } from '$simulators/scenarios/index.ts';
import { FloodedDevice } from '../../support/flooded-device.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';

const driver = sealDriver(nellcor);
const onForbidden = (what: string): void => expect.unreachable(what);

function oximeterWith(settings: Readonly<Record<string, unknown>> = {}) {
  const bedside = new StillBedside();
  return { bedside, oximeter: simulateNellcor(bedside, { settings, onForbidden }) };
}

const faulty = (faults: Omit<FaultOptions, 'seed'>, settings = {}) =>
  new SimulatedStation(driver, new FaultyDevice(oximeterWith(settings).oximeter, { seed: 4, ...faults }));

describe('the numbers of a patient', () => {
  test('are those of the model, every 2 s, within the steps of the line', () => {
    const found = scenario('surge');
    if (!found.ok) throw new Error(found.error);
    const model = createBedside(found.value, 7);
    const patient = createBedside(found.value, 7);
    const oximeter = simulateNellcor(patient, { settings: { epochS: 1_000_000_000 }, onForbidden });
    const station = new SimulatedStation(driver, oximeter).runTo(600 * SECOND_MS);
    expect(station.numerics.map(({ at }) => at)).toEqual(
      Array.from({ length: 300 }, (_, i) => 2 * (i + 1) * SECOND_MS),
    );
    for (const { at, deviceTime, values } of station.numerics) {
      model.advanceTo(at);
      const { spo2, heartRate } = model.physiology();
      expect(deviceTime).toBe(1_000_000_000_000 + at);
      expect(values).toEqual({ spo2: { value: Math.round(spo2) }, pulseRate: { value: Math.round(heartRate) } });
    }
    expect(station.states).toEqual(['0 opening', '0 negotiating', '2 live']);
    expect(station.reasons.at(-1)).toBe(
      'N-395, version 2.0.0.0. Its own limits: SpO2 90 to 100 %, pulse rate 50 to 140 /min.',
    );
    expect(station.traffic).toMatchObject({ bytesOut: 1, repeatedFrames: 0, undecodable: { malformed: 0 } });
  });

  test('are missing while the sensor is off and the oximeter searches', () => {
    const { bedside, oximeter } = oximeterWith();
    const station = new SimulatedStation(driver, oximeter).runTo(4000);
    bedside.sensorsNow = { ...bedside.sensorsNow, isOximeterOn: false };
    station.runTo(8000);
    bedside.sensorsNow = { ...bedside.sensorsNow, isOximeterOn: true };
    expect(
      station
        .runTo(16_000)
        .values('spo2')
        .map(({ value }) => value),
    ).toEqual([...[97, 97], ...['sensor-off', 'sensor-off'], ...['searching', 'searching'], ...[97, 97]]);
    expect(station.alarms.map(({ alarms }) => alarms.map(({ text }) => text).join())).toEqual([
      '',
      'Sensor off',
      'Pulse search',
      '',
    ]);
  });
});

describe('trouble', () => {
  test('an oximeter that was stopped by an XOFF is told to go on after 6 s', () => {
    const { oximeter } = oximeterWith();
    const station = new SimulatedStation(driver, oximeter).runTo(5000);
    oximeter.step({ type: 'received', simMs: 5000, bytes: Uint8Array.of(0x13) });
    station.runTo(20_000);
    expect(station.states.slice(2)).toEqual(['2 live', '10 silent', '12 live']);
  });

  test('a silence of 8 s is seen after 6 s and over with the next line', () => {
    const station = faulty({ silences: [{ fromMs: 10_500, forMs: 8000 }] }).runTo(40_000);
    expect(station.states.slice(2)).toEqual(['2 live', '16 silent', '20 live']);
  });

  test('a longer one opens the link anew until the oximeter is back', () => {
    const station = faulty({ silences: [{ fromMs: 10_500, forMs: 30_000 }] }).runTo(60_000);
    expect([...new Set(station.states)]).toEqual([
      ...[
        '0 opening',
        '0 negotiating',
        '2 live',
        '16 silent',
        '22 lost',
        '23 negotiating',
        '35 lost',
        '37 negotiating',
      ],
      '42 live',
    ]);
    expect(station.refused).toEqual([]);
  });

  test('a restart is a silence, a heading and a search', () => {
    const { oximeter } = oximeterWith({ restartsAtMs: [10_500] });
    const station = new SimulatedStation(driver, oximeter).runTo(40_000);
    expect(station.states.slice(2)).toEqual(['2 live', '16 silent', '20 live']);
    expect(station.values('spo2').filter(({ value }) => value === 'searching')).toHaveLength(2);
    expect(station.values('spo2').at(-1)).toEqual({ at: 40_000, value: 97 });
  });

  test('a printed trend makes no number', () => {
    const { oximeter } = oximeterWith({ trendAtMs: [9000] });
    const station = new SimulatedStation(driver, oximeter).runTo(20_000);
    expect(station.values('spo2').map(({ value }) => value)).toEqual(Array(10).fill(97));
    expect(station.states.slice(2)).toEqual(['2 live']);
  });

  test('a picture that stands still is no news', () => {
    const { oximeter } = oximeterWith({ frozen: [{ fromMs: 5000, toMs: 20_000 }] });
    const station = new SimulatedStation(driver, oximeter).runTo(24_000);
    expect(station.states.slice(2)).toEqual(['2 live', '10 silent', '20 live']);
    expect(station.values('spo2').map(({ at }) => at / 1000)).toEqual([2, 4, 20, 22, 24]);
  });

  test('a flood of noise is over with the second line after it', () => {
    const flooded = new FloodedDevice(oximeterWith().oximeter, { fromMs: 5500, toMs: 15_500 });
    const station = new SimulatedStation(driver, flooded).runTo(24_000);
    expect(station.values('spo2').map(({ at }) => at / 1000)).toEqual([2, 4, 18, 20, 22, 24]);
    expect(station.values('spo2').every(({ value }) => value === 97)).toBe(true);
    expect(station.traffic?.noiseBytes['no-start']).toBeGreaterThan(5000);
  });

  test('bytes that come one by one change nothing', () => {
    expect(
      faulty({ fragments: { maxBytes: 1, apartMs: 0 } })
        .runTo(20_000)
        .values('spo2'),
    ).toHaveLength(10);
  });
});
