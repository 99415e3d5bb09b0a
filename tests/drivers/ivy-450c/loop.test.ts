import { describe, expect, test } from 'vitest';
import { sealDriver } from '$drivers/driver.ts';
import { ivy450c } from '$drivers/ivy-450c/index.ts';
import { SECOND_MS } from '$lib/domain/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import { simulateIvy450c } from '$simulators/devices/ivy-450c/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { scenario } from '$simulators/scenarios/index.ts';
import { FloodedDevice } from '../../support/flooded-device.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';

const driver = sealDriver(ivy450c);

function monitorWith(settings: Readonly<Record<string, unknown>> = {}) {
  const bedside = new StillBedside();
  return { bedside, monitor: simulateIvy450c(bedside, { settings }) };
}

const faulty = (faults: Omit<FaultOptions, 'seed'>) =>
  new SimulatedStation(driver, new FaultyDevice(monitorWith().monitor, { seed: 4, ...faults }));

function patientOf(id: string) {
  const found = scenario(id);
  if (!found.ok) throw new Error(found.error);
  return () => createBedside(found.value, 7);
}

describe('a patient', () => {
  const patient = patientOf('surge');

  test('has the numbers of the model, each second, and its ECG and pleth within the steps of the record', () => {
    const model = patient();
    const station = new SimulatedStation(driver, simulateIvy450c(patient(), { settings: {} })).runTo(120 * SECOND_MS);
    expect(station.numerics.map(({ at }) => at)).toEqual(Array.from({ length: 120 }, (_, i) => (i + 1) * SECOND_MS));
    const [ecg, pleth] = [station.waves('ecg1'), station.waves('pleth')];
    expect([ecg.length, pleth.length]).toEqual([120, 120]);
    station.numerics.forEach(({ at, values }, i) => {
      model.advanceTo(at);
      const { heartRate, respiratoryRate, spo2 } = model.physiology();
      expect(values).toEqual({
        heartRate: { value: Math.round(heartRate) },
        respiratoryRate: { value: Math.round(respiratoryRate) },
        spo2: { value: Math.round(spo2) },
        pulseRate: { value: Math.round(heartRate) },
      });
      expect([ecg[i]?.at, pleth[i]?.at]).toEqual([at - 1000, at - 1000]);
      expect([ecg[i]?.isGapBefore, pleth[i]?.isGapBefore]).toEqual([i === 0, i === 0]);
      const millivolts = model.samples('ecg1', 200, 200 * i, 200);
      ecg[i]?.samples.forEach((sample, n) => {
        const shown = Math.min(3.1, Math.max(-2, millivolts[n] ?? NaN));
        expect(Math.abs(sample * 0.02 - 2 - shown)).toBeLessThanOrEqual(0.010_001);
      });
      const modulation = model.samples('pleth', 50, 50 * i, 50);
      pleth[i]?.samples.forEach((sample, n) => {
        const shown = Math.min(255, Math.max(0, 128 + 25 * (modulation[n] ?? NaN)));
        expect(Math.abs(sample - shown)).toBeLessThanOrEqual(0.500_001);
      });
    });
    expect(station.traffic).toMatchObject({ bytesOut: 0, repeatedFrames: 0, undecodable: { malformed: 0 } });
  });

  test('has each cuff reading once, within two seconds after its end', () => {
    const model = patient();
    const station = new SimulatedStation(driver, simulateIvy450c(patient(), { settings: {} })).runTo(
      42 * 60 * SECOND_MS,
    );
    const readings: { endedAtMs: number; text: string }[] = [];
    for (let at = SECOND_MS; at <= 42 * 60 * SECOND_MS - 2000; at += SECOND_MS) {
      model.advanceTo(at);
      const { last } = model.cuff();
      if (last && last.endedAtMs !== readings.at(-1)?.endedAtMs)
        readings.push({
          endedAtMs: last.endedAtMs,
          text: `${last.systolic}/${last.diastolic}/${last.meanArterial}/${last.pulseRate}`,
        });
    }
    expect(readings.length).toBeGreaterThan(8);
    expect(
      station.nibp.map(({ systolic, diastolic, meanArterial, pulseRate }) =>
        [systolic, diastolic, meanArterial, pulseRate].join('/'),
      ),
    ).toEqual(readings.map(({ text }) => text));
    station.nibp.forEach(({ at, measuredAt }, i) => {
      const endedAtMs = readings[i]?.endedAtMs ?? NaN;
      expect(measuredAt).toBe(endedAtMs);
      expect(at).toBe(measuredAt + 1000);
    });
    expect(station.cuff).toEqual([]);
  });

  test('whose sensors come off has no number and no alarm of an old one', () => {
    const { bedside, monitor } = monitorWith();
    const station = new SimulatedStation(driver, monitor).runTo(2000);
    bedside.sensorsNow = { ...bedside.sensorsNow, isOximeterOn: false, isEcgOn: false };
    station.runTo(4000);
    bedside.sensorsNow = { ...bedside.sensorsNow, isOximeterOn: true, isEcgOn: true };
    station.runTo(5000);
    for (const key of ['spo2', 'heartRate'] as const)
      expect(station.values(key).map(({ value }) => typeof value)).toEqual([
        'number',
        'number',
        'string',
        'string',
        'number',
      ]);
    expect(station.alarms.map(({ alarms }) => alarms.map(({ text }) => text).join('+'))).toEqual([
      '',
      'HR LEAD OFF+SPO2 SENSOR OFF',
      '',
    ]);
  });
});

describe('trouble', () => {
  test('a silence of 6 s is seen after 3 s and over with the next record; the waveforms have a gap', () => {
    const station = faulty({ silences: [{ fromMs: 10_500, forMs: 6000 }] }).runTo(30_000);
    expect(station.states.slice(2)).toEqual(['1 live', '13 silent', '17 live']);
    expect(
      station
        .waves('ecg1')
        .filter(({ isGapBefore }) => isGapBefore)
        .map(({ at }) => at),
    ).toEqual([0, 16_000]);
  });

  test('a longer one opens the link anew until the monitor is back', () => {
    const station = faulty({ silences: [{ fromMs: 10_500, forMs: 30_000 }] }).runTo(60_000);
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
      '41 live',
    ]);
  });

  test('a restarted monitor is silent and comes back; the forgotten cuff reading is no new one', () => {
    const { bedside, monitor } = monitorWith({ restartsAtMs: [20_500] });
    const last = { endedAtMs: 5000, systolic: 142, diastolic: 90, meanArterial: 108, pulseRate: 82 };
    const station = new SimulatedStation(driver, monitor).runTo(4500);
    bedside.cuffNow = { ...bedside.cuffNow, last };
    station.runTo(40_000);
    expect(station.nibp.map(({ measuredAt }) => measuredAt)).toEqual([5000]);
    bedside.cuffNow = { ...bedside.cuffNow, last: { ...last, endedAtMs: 40_500, systolic: 144 } };
    station.runTo(50_000);
    expect(station.nibp.map(({ measuredAt }) => measuredAt)).toEqual([5000, 41_000]);
    expect(station.states.slice(2)).toEqual(['1 live', '23 silent', '29 live']);
  });

  test('a record that lost bytes is noise, and a gap', () => {
    const { monitor } = monitorWith({ dropsAtMs: [4500] });
    const station = new SimulatedStation(driver, monitor).runTo(10_500);
    expect(station.values('spo2').map(({ at }) => at / 1000)).toEqual([1, 2, 3, 4, 6, 7, 8, 9, 10]);
    expect(station.waves('ecg1').filter(({ isGapBefore }) => isGapBefore)).toHaveLength(2);
    expect(station.traffic?.noiseBytes['bad-length']).toBe(1);
    expect(station.traffic?.resyncs).toBe(1);
  });

  test('a flood of noise is over with the second record after it', () => {
    const flooded = new FloodedDevice(monitorWith().monitor, { fromMs: 5500, toMs: 15_500 });
    const station = new SimulatedStation(driver, flooded).runTo(20_000);
    expect(
      station
        .values('spo2')
        .map(({ at }) => at / 1000)
        .filter((at) => at > 16),
    ).toEqual([17, 18, 19, 20]);
    expect(station.values('spo2').every(({ value }) => value === 97)).toBe(true);
    expect(station.state).toBe('live');
  });

  test('lost bytes cost records, and no cuff reading is made of them', () => {
    const { bedside, monitor } = monitorWith();
    bedside.cuffNow = {
      ...bedside.cuffNow,
      last: { endedAtMs: 0, systolic: 142, diastolic: 90, meanArterial: 108, pulseRate: 82 },
    };
    const station = new SimulatedStation(driver, new FaultyDevice(monitor, { seed: 9, lose: 0.0008, flip: 0.0004 }));
    station.runTo(300_000);
    expect(station.nibp).toEqual([]);
    expect(station.cuff.map(({ undated }) => undated?.systolic)).toEqual([142]);
    expect(station.values('spo2').length).toBeGreaterThan(150);
    expect(station.values('spo2').length).toBeLessThan(290);
  });

  test('bytes that come one by one change nothing', () => {
    expect(
      faulty({ fragments: { maxBytes: 1, apartMs: 0 } })
        .runTo(10_000)
        .values('spo2'),
    ).toHaveLength(10);
  });
});
