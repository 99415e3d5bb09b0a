import { describe, expect, test } from 'vitest';
import { geDinamap } from '$drivers/ge-dinamap/index.ts';
import { SECOND_MS, type Numerics } from '$lib/domain/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import { simulateGeDinamap } from '$simulators/devices/ge-dinamap/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import type { CuffReading, Physiology, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { scenario, type Scenario } from '$simulators/scenarios/index.ts';
import { FloodedDevice } from '../../support/flooded-device.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';

const MINUTE = 60 * SECOND_MS;
const SEED = 7;

function scenarioNamed(id: string): Scenario {
  const found = scenario(id);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

interface Ward {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly change?: Partial<Scenario>;
  readonly faults?: FaultOptions;
  readonly flood?: { readonly fromMs: number; readonly toMs: number };
}

/** The driver at a simulated monitor beside a simulated patient, and a second, equal patient to compare with. */
function ward(id: string, { settings = {}, change = {}, faults, flood }: Ward = {}) {
  const course = { ...scenarioNamed(id), ...change };
  const forbidden: string[] = [];
  const monitor = simulateGeDinamap(createBedside(course, SEED), {
    settings,
    onForbidden: (what) => forbidden.push(what),
  });
  const faulty = faults ? new FaultyDevice(monitor, faults) : monitor;
  const device = flood ? new FloodedDevice(faulty, flood) : faulty;
  return { station: new SimulatedStation(geDinamap, device), truth: createBedside(course, SEED), forbidden };
}

/** All cuff readings of a patient up to an instant. */
function cuffReadings(truth: SimulatedBedside, untilMs: number): readonly CuffReading[] {
  const readings: CuffReading[] = [];
  for (let simMs = 0; simMs <= untilMs; simMs += SECOND_MS) {
    truth.advanceTo(simMs);
    const { last } = truth.cuff();
    if (last && last !== readings.at(-1)) readings.push(last);
  }
  return readings;
}

/** What the model had at each of these instants, rounded as the monitor shows it. */
function expectModel(numerics: readonly Numerics[], truth: SimulatedBedside): void {
  const round = (key: keyof Physiology) => Math.round(truth.physiology()[key]);
  for (const { at, values } of numerics) {
    // The reply left the monitor between the question and its arrival, at most 100 ms before.
    const shown: { spo2: number; pulseRate: number }[] = [];
    for (let simMs = at - 100; simMs <= at; simMs += 10) {
      truth.advanceTo(simMs);
      shown.push({ spo2: round('spo2'), pulseRate: round('heartRate') });
    }
    for (const key of ['spo2', 'pulseRate'] as const) {
      if (values[key]) expect(shown.map((each) => ({ value: each[key] }))).toContainEqual(values[key]);
    }
  }
}

describe('a course from beginning to end', () => {
  const until = 70 * MINUTE;
  const { station, truth, forbidden } = ward('surge');
  station.runTo(until);

  test('every cuff reading of the patient is told once, with its numbers, rate and time', () => {
    const readings = cuffReadings(truth, until - 2 * SECOND_MS);
    expect(readings.length).toBeGreaterThan(12);
    expect(station.nibp).toHaveLength(readings.length);
    readings.forEach((reading, i) => {
      const told = station.nibp[i];
      expect(told).toMatchObject({
        systolic: reading.systolic,
        diastolic: reading.diastolic,
        meanArterial: reading.meanArterial,
      });
      expect(Math.abs((told?.measuredAt ?? 0) - reading.endedAtMs)).toBeLessThanOrEqual(1500);
      expect((told?.at ?? 0) - reading.endedAtMs).toBeLessThanOrEqual(2000);
    });
  });

  test('saturation and pulse rate are the patient’s, every second or so', () => {
    expectModel(
      station.numerics.filter(({ at }) => at > 30 * MINUTE && at < 45 * MINUTE),
      createBedside(scenarioNamed('surge'), SEED),
    );
    for (const key of ['spo2', 'pulseRate'] as const) {
      const times = station.values(key).map(({ at }) => at);
      expect(times.length).toBeGreaterThan(3000);
      const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
      expect(Math.max(...gaps)).toBeLessThan(geDinamap.freshness.staleAfterMs / 2);
    }
  });

  test('the cuff is seen to measure before every reading', () => {
    const states = station.cuff.map(({ state }) => state);
    expect(states.filter((state) => state === 'measuring')).toHaveLength(station.nibp.length);
    expect(states).not.toContain('failed');
  });

  test('the link is live all the time, nothing is lost, and nothing forbidden is asked', () => {
    expect(station.states).toEqual(['0 opening', '0 negotiating', '0 live']);
    const { bytesIn = 0, framesIn = 0, messages, noiseBytes, undecodable } = station.traffic ?? {};
    expect(bytesIn).toBeGreaterThan(framesIn);
    expect(messages).toBe(framesIn);
    expect(noiseBytes).toEqual({ 'no-start': 0, 'bad-sum': 0, 'bad-length': 0, 'too-long': 0 });
    expect(undecodable).toEqual({ 'unknown-code': 0, 'too-short': 0, malformed: 0 });
    expect(forbidden).toEqual([]);
    expect(station.refused).toEqual([]);
  });
});

describe('a sensor that comes off', () => {
  test.each([
    ['no-data', 'not-measured'],
    ['unplugged', 'sensor-off'],
  ])('the finger, as a monitor that calls it %s', (sensorOff, missing) => {
    const { station } = ward('probe-off', { settings: { sensorOff } });
    station.runTo(26 * MINUTE);
    const during = (key: 'spo2' | 'pulseRate') =>
      station
        .values(key)
        .filter(({ at }) => at > 24 * MINUTE + 1500 && at < 25.5 * MINUTE)
        .map(({ value }) => value);
    expect(new Set(during('spo2'))).toEqual(new Set([missing]));
    expect(new Set(during('pulseRate'))).toEqual(new Set(['not-measured']));
    expect(typeof station.values('spo2').at(-1)?.value).toBe('number');
  });

  test('while it is off, a cuff reading brings the rate of the cuff', () => {
    const { station, truth } = ward('calm', {
      change: { disturbances: [{ what: 'oximeter-off', fromMin: 0, toMin: 60 }] },
    });
    station.runTo(21 * MINUTE);
    const readings = cuffReadings(truth, 21 * MINUTE);
    expect(station.nibp.map(({ pulseRate }) => pulseRate)).toEqual(readings.map(({ pulseRate }) => pulseRate));
    expect(station.values('pulseRate').every(({ value }) => value === 'not-measured')).toBe(true);
  });

  test.each(['failed', 'pump-up timeout', 'total-time timeout', 'level timeout', 'overpressure'])(
    'the cuff: the determination ends as "%s", and no number is told',
    (failure) => {
      const base = scenarioNamed('calm');
      const { station } = ward('calm', { settings: { failure }, change: { cuff: { ...base.cuff, failsAtMin: [6] } } });
      station.runTo(11 * MINUTE);
      expect(station.nibp.map(({ measuredAt }) => Math.round(measuredAt / MINUTE))).toEqual([2, 10]);
      expect(station.cuff.filter(({ state }) => state === 'failed')).toMatchObject([{ detail: failure }]);
    },
  );
});

describe('trouble', () => {
  test('a cable that is out makes the link silent within seconds, and live again when it is in', () => {
    const { station } = ward('line-loss');
    station.runTo(27 * MINUTE);
    const [, , , silent, live] = station.states;
    expect(silent).toMatch(/ silent$/);
    expect(Number(silent?.split(' ')[0])).toBeLessThanOrEqual(25 * 60 + 4);
    expect(live).toMatch(/ live$/);
    expect(Number(live?.split(' ')[0])).toBeLessThanOrEqual(25 * 60 + 20 + 11);
    expect(station.nibp).toHaveLength(5);
  });

  test('a monitor that is switched off for a minute forgets its reading; nothing is told twice', () => {
    const { station, truth } = ward('calm', { settings: { offs: [{ fromMs: 7 * MINUTE, toMs: 8 * MINUTE }] } });
    station.runTo(12 * MINUTE);
    expect(station.nibp).toHaveLength(cuffReadings(truth, 12 * MINUTE).length);
    const states = station.states.map((each) => each.split(' ')[1]);
    expect(states.slice(0, 5)).toEqual(['opening', 'negotiating', 'live', 'silent', 'lost']);
    expect(states.filter((state) => state === 'live')).toHaveLength(2);
    expect(station.state).toBe('live');
    expect(Number(station.states.at(-1)?.split(' ')[0])).toBeLessThanOrEqual(8 * 60 + 12);
    expect(station.values('spo2').at(-1)?.at).toBeGreaterThan(12 * MINUTE - 2000);
  });

  test('a reading that ends while the cable is out is told when it is in again, with its time', () => {
    const { station, truth } = ward('calm', {
      change: { disturbances: [{ what: 'monitor-unlinked', fromMin: 5, toMin: 7 }] },
    });
    station.runTo(8 * MINUTE);
    const readings = cuffReadings(truth, 8 * MINUTE);
    expect(station.nibp).toHaveLength(2);
    expect(station.nibp[1]?.at).toBeGreaterThan(7 * MINUTE);
    expect(Math.abs((station.nibp[1]?.measuredAt ?? 0) - (readings[1]?.endedAtMs ?? 0))).toBeLessThanOrEqual(1500);
  });

  test('noise on the line costs neither a reading nor an untrue number', () => {
    const faults: FaultOptions = { seed: 3, flip: 0.003, lose: 0.002, noise: { everyMs: 700, maxBytes: 40 } };
    const { station, truth } = ward('surge', { faults });
    station.runTo(45 * MINUTE);
    const numbers = ({ systolic, diastolic, meanArterial }: CuffReading | (typeof station.nibp)[number]) =>
      [systolic, diastolic, meanArterial].join('/');
    expect(station.nibp.map(numbers)).toEqual(cuffReadings(truth, 45 * MINUTE - 3000).map(numbers));
    expect(station.state).toBe('live');
    expect(station.traffic?.noiseBytes['bad-sum']).toBeGreaterThan(1000);
    const saturations = station.values('spo2').map(({ value }) => value);
    expect(saturations.every((value) => typeof value === 'number' && value > 90 && value <= 100)).toBe(true);
  });

  test('a flood of noise over a reading makes no number untrue; the reading is told behind it, with its time', () => {
    const flood = { fromMs: 5.5 * MINUTE, toMs: 6.5 * MINUTE };
    const { station, truth } = ward('calm', { flood });
    station.runTo(8 * MINUTE);
    expect(station.traffic?.bytesIn).toBeGreaterThan(50_000);
    expect(station.state).toBe('live');
    const readings = cuffReadings(truth, 8 * MINUTE);
    expect(readings.some(({ endedAtMs }) => endedAtMs > flood.fromMs && endedAtMs < flood.toMs)).toBe(true);
    expect(station.nibp).toHaveLength(readings.length);
    readings.forEach(({ systolic, diastolic, endedAtMs }, i) => {
      expect(station.nibp[i]).toMatchObject({ systolic, diastolic });
      expect(Math.abs((station.nibp[i]?.measuredAt ?? 0) - endedAtMs)).toBeLessThanOrEqual(1500);
    });
    const saturations = station.values('spo2');
    expect(saturations.every(({ value }) => typeof value === 'number' && value > 90 && value <= 100)).toBe(true);
    expect(saturations.some(({ at }) => at > flood.toMs && at < flood.toMs + 15_000)).toBe(true);
  });

  test('replies in fragments, with CR LF, held up by half a second, change nothing but the pace', () => {
    const faults: FaultOptions = { seed: 5, fragments: { maxBytes: 3, apartMs: 10 }, delayMs: [200, 500] };
    const { station, truth } = ward('calm', { settings: { endsWithLf: true }, faults });
    station.runTo(20 * MINUTE);
    expect(station.nibp).toHaveLength(cuffReadings(truth, 20 * MINUTE - 3000).length);
    expect(station.states).toHaveLength(3);
    expect(station.traffic?.messages).toBe(station.traffic?.framesIn);
  });

  test('a thermometer that is used is told while its reading is new', () => {
    const { station } = ward('calm', { settings: { temperatures: [{ atMs: 30_000, celsius: 37.2 }] } });
    station.runTo(MINUTE);
    const told = station.values('temperature1').filter(({ value }) => typeof value === 'number');
    expect(told.length).toBeGreaterThanOrEqual(1);
    expect(told.every(({ at }) => at >= 30_000 && at <= 37_000)).toBe(true);
    expect(told[0]?.value).toBeCloseTo(37.2, 1);
  });
});
