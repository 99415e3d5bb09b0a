import { describe, expect, test } from 'vitest';
import { sealDriver } from '$drivers/driver.ts';
import { masimo } from '$drivers/masimo/index.ts';
import { SECOND_MS } from '$lib/domain/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import { simulateMasimo } from '$simulators/devices/masimo/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { scenario } from '$simulators/scenarios/index.ts';
import { FloodedDevice } from '../../support/flooded-device.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';

const driver = sealDriver(masimo);

function stationWith(settings: Readonly<Record<string, unknown>> = {}, faults?: Omit<FaultOptions, 'seed'>) {
  const bedside = new StillBedside();
  const oximeter = simulateMasimo(bedside, { settings });
  const device = faults ? new FaultyDevice(oximeter, { seed: 4, ...faults }) : oximeter;
  return { bedside, station: new SimulatedStation(driver, device) };
}

function patientOf(id: string) {
  const found = scenario(id);
  if (!found.ok) throw new Error(found.error);
  return () => createBedside(found.value, 7);
}

describe('the numbers of a patient', () => {
  test('are those of the model, each second, within the steps of the line', () => {
    const patient = patientOf('surge');
    const model = patient();
    const station = new SimulatedStation(driver, simulateMasimo(patient(), { settings: { epochS: 1_000_000_000 } }));
    const { numerics } = station.runTo(300 * SECOND_MS);
    expect(numerics.map(({ at }) => at)).toEqual(Array.from({ length: 300 }, (_, i) => (i + 1) * SECOND_MS));
    for (const { at, deviceTime, values } of numerics) {
      model.advanceTo(at);
      const { spo2, heartRate, perfusionIndex } = model.physiology();
      expect(deviceTime).toBe(1_000_000_000_000 + at);
      expect(values).toEqual({
        spo2: { value: Math.round(spo2) },
        pulseRate: { value: Math.round(heartRate) },
        perfusionIndex: { value: Number(perfusionIndex.toFixed(2)) },
      });
    }
    expect(station.states).toEqual(['0 opening', '0 negotiating', '1 live']);
    // The account is told before the line of the same instant.
    expect(station.traffic).toMatchObject({ messages: 299, bytesOut: 0, cutOffBytes: 0, repeatedFrames: 0 });
  });

  test('are missing while the oximeter is off the finger, and 6 s longer', () => {
    const station = new SimulatedStation(driver, simulateMasimo(patientOf('probe-off')(), { settings: {} }));
    const values = station.runTo(26 * 60 * SECOND_MS).values('spo2');
    const off = values.filter(({ value }) => value === 'sensor-off').map(({ at }) => at / SECOND_MS);
    const searching = values.filter(({ value }) => value === 'searching').map(({ at }) => at / SECOND_MS);
    expect([off[0], off.at(-1)]).toEqual([24 * 60, 25.5 * 60 - 1]);
    expect(searching).toEqual([0, 1, 2, 3, 4, 5].map((second) => 25.5 * 60 + second).slice(0, 6));
    expect(values.filter(({ value }) => typeof value === 'number' && value < 80)).toEqual([]);
  });

  test('low saturation brings the alarm of the oximeter itself', () => {
    const { bedside, station } = stationWith();
    station.runTo(3000);
    bedside.physiologyNow = { ...bedside.physiologyNow, spo2: 86 };
    expect(station.runTo(6000).alarms.map(({ alarms }) => alarms)).toEqual([
      [],
      [{ text: 'SpO2 low', priority: 'medium' }],
    ]);
  });
});

describe('trouble', () => {
  test('a silence of 6 s is seen after 3 s and over with the next line', () => {
    const { station } = stationWith({}, { silences: [{ fromMs: 10_500, forMs: 6000 }] });
    expect(station.runTo(30_000).states.slice(2)).toEqual(['1 live', '13 silent', '17 live']);
    expect(station.values('spo2')).toHaveLength(24);
  });

  test('a longer one opens the link anew until the oximeter is back', () => {
    const { station } = stationWith({}, { silences: [{ fromMs: 10_500, forMs: 40_000 }] });
    station.runTo(70_000);
    expect([...new Set(station.states)]).toEqual([
      ...[
        '0 opening',
        '0 negotiating',
        '1 live',
        '13 silent',
        '20 lost',
        '21 negotiating',
        '31 lost',
        '33 negotiating',
      ],
      ...['43 lost', '48 negotiating', '51 live'],
    ]);
    expect(station.reasons[4]).toBe('No line from the oximeter for 3 s.');
    expect(station.reasons.at(-2)).toMatch(/Not a byte/);
  });

  test('a restart is a silence and a search', () => {
    const { station } = stationWith({ restartsAtMs: [10_500] });
    station.runTo(40_000);
    expect(station.states.slice(2)).toEqual(['1 live', '13 silent', '19 live']);
    const searching = station.values('spo2').filter(({ value }) => value === 'searching');
    expect(searching).toHaveLength(6);
    expect(station.values('spo2').at(-1)).toEqual({ at: 40_000, value: 97 });
  });

  test('a flood of noise costs lines and makes no number', () => {
    const { station } = stationWith({}, { noise: { everyMs: 300, maxBytes: 40 }, lose: 0.001, flip: 0.001 });
    station.runTo(120_000);
    const values = station.values('spo2');
    expect(values.length).toBeGreaterThan(20);
    expect(values.length).toBeLessThan(120);
    // One flipped bit can turn a digit into another one: the line has no sum. It stays a number of three digits.
    expect(values.filter(({ value }) => value === 97).length).toBeGreaterThanOrEqual(values.length - 2);
    const { traffic } = station;
    const noise = Object.values(traffic?.noiseBytes ?? {}).reduce((sum, count) => sum + count, 0);
    expect(noise).toBeGreaterThan(1000);
    expect(traffic?.undecodable.malformed).toBeGreaterThan(10);
  });

  test('is over with the second line after it', () => {
    const flooded = new FloodedDevice(simulateMasimo(new StillBedside(), { settings: {} }), {
      fromMs: 5500,
      toMs: 15_500,
    });
    const station = new SimulatedStation(driver, flooded).runTo(25_000);
    expect(station.values('spo2').map(({ at }) => at / 1000)).toEqual([
      ...[1, 2, 3, 4, 5],
      ...[17, 18, 19, 20, 21, 22, 23, 24, 25],
    ]);
    expect(station.states.slice(2)).toEqual(['1 live', '8 silent', '17 live']);
    expect(station.traffic?.noiseBytes['no-start']).toBeGreaterThan(5000);
  });

  test('a picture that stands still, and stored values, are no news', () => {
    const frozen = stationWith({ frozen: [{ fromMs: 5000, toMs: 20_000 }] }).station.runTo(25_000);
    expect(frozen.states.slice(2)).toEqual(['1 live', '7 silent', '20 live']);
    expect(frozen.values('spo2').map(({ at }) => at / 1000)).toEqual([1, 2, 3, 4, 20, 21, 22, 23, 24, 25]);
    const trend = stationWith({ trend: [{ fromMs: 5000, toMs: 20_000 }] }).station.runTo(25_000);
    expect(trend.states.slice(2)).toEqual(['1 live', '7 silent', '20 live']);
    expect(trend.values('spo2')).toHaveLength(10);
  });

  test('bytes that come one by one change nothing', () => {
    const { station } = stationWith({}, { fragments: { maxBytes: 1, apartMs: 0 } });
    expect(station.runTo(20_000).values('spo2')).toHaveLength(20);
  });
});
