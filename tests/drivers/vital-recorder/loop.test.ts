import { describe, expect, test } from 'vitest';
import { sealDriver } from '$drivers/driver.ts';
import { vitalRecorder } from '$drivers/vital-recorder/index.ts';
import { NO_SAMPLE, SECOND_MS, type Observation } from '$lib/domain/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import { simulateVitalRecorder } from '$simulators/devices/vital-recorder/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import { scenario } from '$simulators/scenarios/index.ts';
import { replayRecords, type RecordedBytes } from '$drivers/transport/replay.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { simulatedLink } from '$simulators/simulated-link.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { FloodedDevice } from '../../support/flooded-device.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';

const driver = sealDriver(vitalRecorder);
const EPOCH_MS = 1_767_225_600_000;

function stationWith(settings: Readonly<Record<string, unknown>> = {}, faults?: Omit<FaultOptions, 'seed'>) {
  const bedside = new StillBedside();
  const recorder = simulateVitalRecorder(bedside, { settings });
  const device = faults ? new FaultyDevice(recorder, { seed: 4, ...faults }) : recorder;
  return { bedside, station: new SimulatedStation(driver, device, settings) };
}

function patientOf(id: string) {
  const found = scenario(id);
  if (!found.ok) throw new Error(found.error);
  return () => createBedside(found.value, 7);
}

describe('a patient', () => {
  test('has the numbers of the model, each second from the second on', () => {
    const patient = patientOf('surge');
    const model = patient();
    const station = new SimulatedStation(
      driver,
      simulateVitalRecorder(patient(), { settings: { clockOffsetS: 1234.5 } }),
    );
    const { numerics } = station.runTo(300 * SECOND_MS);
    expect(numerics.map(({ at }) => at)).toEqual(Array.from({ length: 299 }, (_, i) => (i + 2) * SECOND_MS));
    for (const { at, deviceTime, values } of numerics) {
      model.advanceTo(at);
      const { heartRate, spo2, perfusionIndex, respiratoryRate, etco2 } = model.physiology();
      expect(deviceTime).toBeCloseTo(EPOCH_MS + 1_234_500 + at, 3);
      expect(values).toEqual({
        heartRate: { value: Math.round(heartRate) },
        spo2: { value: Math.round(spo2) },
        pulseRate: { value: Math.round(heartRate) },
        perfusionIndex: { value: Number(perfusionIndex.toFixed(2)) },
        respiratoryRate: { value: Math.round(respiratoryRate) },
        etco2: { value: Math.round(etco2) },
      });
    }
    expect(station.states).toEqual(['0 opening', '0 negotiating', '2 live']);
    expect(station.traffic).toMatchObject({ bytesOut: 0, cutOffBytes: 0 });
  });

  test('has each cuff measurement once, and no repeat of it', () => {
    const patient = patientOf('calm');
    const model = patient();
    const station = new SimulatedStation(driver, simulateVitalRecorder(patient(), { settings: {} })).runTo(
      40 * 60 * SECOND_MS,
    );
    const ended = new Map<number, string>();
    for (let at = 0; at <= 40 * 60 * SECOND_MS; at += SECOND_MS) {
      model.advanceTo(at);
      const { last } = model.cuff();
      if (last) ended.set(last.endedAtMs, `${Math.round(last.systolic)}/${Math.round(last.diastolic)}`);
    }
    const told = station.nibp.map(({ systolic, diastolic }) => `${systolic}/${diastolic}`);
    expect(told.length).toBeGreaterThan(2);
    expect([...ended].filter(([at]) => at > 30_000).map(([, numbers]) => numbers)).toEqual(told);
    for (const { measuredAt } of station.nibp)
      expect([...ended.keys()].some((at) => measuredAt - at >= 0 && measuredAt - at <= SECOND_MS)).toBe(true);
  });

  test('has the traces of the model, without a seam, in time and amplitude', () => {
    const patient = patientOf('calm');
    const model = patient();
    const station = new SimulatedStation(driver, simulateVitalRecorder(patient(), { settings: {} })).runTo(
      61 * SECOND_MS,
    );
    model.advanceTo(61 * SECOND_MS);
    for (const waveform of ['ecg1', 'pleth', 'respiration', 'co2Pressure'] as const) {
      const blocks = station.waves(waveform);
      expect(blocks.filter(({ isGapBefore }) => isGapBefore)).toHaveLength(1);
      const [{ rateHz, gain, at } = { rateHz: 0, gain: 0, at: 0 }] = blocks;
      // A sample may lie before the second that it is sent with, by its distance to the next.
      expect(Math.abs(at - SECOND_MS)).toBeLessThanOrEqual(1000 / rateHz);
      const values = blocks.flatMap(({ samples }) =>
        Array.from(samples, (sample) => (sample === NO_SAMPLE ? NaN : sample * gain)),
      );
      const expected = model.samples(waveform, rateHz, Math.round((rateHz * at) / 1000), values.length);
      const steps = waveform === 'respiration' ? 0.01 : 0.02;
      const errors = values.map((value, i) => Math.abs(value - (expected[i] ?? NaN)));
      expect(values.map(Number.isNaN)).toEqual(Array.from(expected, Number.isNaN));
      expect(Math.max(...errors.filter((error) => !Number.isNaN(error)))).toBeLessThan(steps);
    }
  });
});

describe('trouble', () => {
  test('a sensor that is off is missing, and its trace has no samples', () => {
    const { bedside, station } = stationWith();
    station.runTo(5000);
    bedside.sensorsNow = { ...bedside.sensorsNow, isOximeterOn: false };
    station.runTo(9000);
    expect(station.values('spo2').at(-1)).toEqual({ at: 9000, value: 'not-measured' });
    expect(new Set(station.waves('pleth').at(-1)?.samples)).toEqual(new Set([-32_768]));
    expect(station.values('heartRate').at(-1)).toEqual({ at: 9000, value: 76 });
  });

  test('a monitor without its cable leaves nothing to tell, and silence says so', () => {
    const { bedside, station } = stationWith();
    station.runTo(5000);
    bedside.sensorsNow = { ...bedside.sensorsNow, isLinked: false };
    station.runTo(20_000);
    expect(station.state).toBe('silent');
    expect(station.reasons.at(-1)).toMatch(/no data for this room/);
  });

  test('a restart is a silence of its length', () => {
    const { station } = stationWith({ restartsAtMs: [10_500] });
    station.runTo(40_000);
    expect(station.states.slice(2)).toEqual(['2 live', '15 silent', '21 live']);
    expect(station.waves('ecg1').filter(({ isGapBefore }) => isGapBefore)).toHaveLength(2);
  });

  test('what a recorder sends after a time without network does not look live', () => {
    const { station } = stationWith({ heldBack: [{ fromMs: 10_500, toMs: 30_500 }] });
    station.runTo(40_000);
    // Silent anew, with another reason, and live within one instant.
    expect(station.states.slice(2)).toEqual(['2 live', '15 silent', '31 silent', '31 live']);
    const ages = station.numerics.map(({ at, deviceTime = 0 }) => at - (deviceTime - EPOCH_MS));
    expect(Math.max(...ages.map(Math.abs))).toBeLessThan(20);
    const times = station.numerics.map(({ at }) => at);
    expect(times.filter((at) => at > 10_500 && at < 27_000)).toEqual([]);
  });

  test('a picture that stands still becomes silence', () => {
    const { station } = stationWith({ frozen: [{ fromMs: 10_500, toMs: 30_500 }] });
    station.runTo(40_000);
    expect(station.states.slice(2)).toEqual(['2 live', '15 silent', '31 live']);
    expect(station.reasons.find((reason) => reason?.includes('same data again and again'))).toBeDefined();
  });

  test.each([
    { roomsAs: 'map' },
    { isEngineIo3: true },
    { hasBareNan: true },
    { otherRooms: ['OR1', 'OR2'], room: 'BED1' },
    { cuff: 'once' },
  ])('a recorder that writes %j is read as well', (settings) => {
    const { bedside, station } = stationWith(settings);
    bedside.sensorsNow = { ...bedside.sensorsNow, isCapnographOn: false };
    station.runTo(10_000);
    expect(station.state).toBe('live');
    expect(station.values('heartRate')).toHaveLength(9);
    expect(station.values('etco2').at(-1)?.value).toBe('not-measured');
  });

  test('a flood of noise and damage costs messages and makes no number', () => {
    const { station } = stationWith({}, { noise: { everyMs: 300, maxBytes: 40 }, flip: 0.000_02 });
    station.runTo(120_000);
    const values = station.values('heartRate');
    expect(values.length).toBeGreaterThan(20);
    expect(new Set(values.map(({ value }) => value))).toEqual(new Set([76]));
    expect(station.traffic?.noiseBytes['bad-sum']).toBeGreaterThan(0);
    expect(station.traffic?.noiseBytes['no-start']).toBeGreaterThan(1000);
  });

  test('after random bytes between and inside of messages it is found again', () => {
    const flooded = new FloodedDevice(simulateVitalRecorder(new StillBedside(), { settings: {} }), {
      fromMs: 10_000,
      toMs: 20_000,
    });
    const station = new SimulatedStation(driver, flooded).runTo(30_000);
    expect(station.state).toBe('live');
    expect(station.values('heartRate').filter(({ at }) => at > 22_000).length).toBeGreaterThanOrEqual(7);
  });
});

test('the capture of a link, played again, gives the same observations', () => {
  const settings = { heldBack: [{ fromMs: 10_500, toMs: 15_500 }], restartsAtMs: [40_000] };
  const records: RecordedBytes[] = [];
  const run = (connect: Parameters<typeof runDriver>[1], time: VirtualTime): readonly Observation[] => {
    const observations: Observation[] = [];
    runDriver(driver, connect, {
      ...{ context: { device: deviceId('device-1'), settings: {} }, label: 'Recorder', isSimulated: true },
      ...{ clock: () => monotonicMs(time.now()), scheduler: time },
    }).subscribe((event) => {
      if (event.kind === 'observed') observations.push(...event.observations);
      if (event.kind === 'bytes') records.push({ atMs: event.at, direction: event.direction, bytes: event.bytes });
    });
    time.runTo(90_000);
    return observations;
  };
  const live = new VirtualTime();
  const device = simulateVitalRecorder(patientOf('calm')(), { settings });
  const lived = run(simulatedLink({ device, scheduler: live, beginsMs: 0 }), live);
  expect(lived.length).toBeGreaterThan(200);
  const captured = records.splice(0);
  const again = new VirtualTime();
  again.runTo(captured[0]?.atMs ?? 0);
  const replayed = run(replayRecords(captured, { scheduler: again }), again);
  expect(replayed).toEqual(lived);
});
