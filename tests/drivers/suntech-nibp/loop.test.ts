import { describe, expect, test } from 'vitest';
import { suntechNibp } from '$drivers/suntech-nibp/index.ts';
import { SECOND_MS, type NibpMeasurement } from '$lib/domain/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import { simulateSuntechNibp } from '$simulators/devices/suntech-nibp/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import type { CuffReading, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { scenario, type Scenario } from '$simulators/scenarios/index.ts';
import { FloodedDevice } from '../../support/flooded-device.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';

const MINUTE = 60 * SECOND_MS;
const SEED = 11;

function scenarioNamed(id: string): Scenario {
  const found = scenario(id);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

interface Ward {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly leave?: Readonly<Record<string, unknown>>;
  readonly change?: Partial<Scenario>;
  readonly faults?: FaultOptions;
  readonly flood?: { readonly fromMs: number; readonly toMs: number };
}

/** The driver at a simulated module beside a simulated patient, and a second, equal patient to compare with. */
function ward(id: string, { settings = {}, leave = {}, change = {}, faults, flood }: Ward = {}) {
  const course = { ...scenarioNamed(id), ...change };
  const forbidden: string[] = [];
  const module = simulateSuntechNibp(createBedside(course, SEED), {
    settings,
    onForbidden: (what) => forbidden.push(what),
  });
  const faulty = faults ? new FaultyDevice(module, faults) : module;
  const device = flood ? new FloodedDevice(faulty, flood) : faulty;
  return { station: new SimulatedStation(suntechNibp, device, leave), truth: createBedside(course, SEED), forbidden };
}

function cuffReadings(truth: SimulatedBedside, untilMs: number): readonly CuffReading[] {
  const readings: CuffReading[] = [];
  for (let simMs = 0; simMs <= untilMs; simMs += SECOND_MS) {
    truth.advanceTo(simMs);
    const { last } = truth.cuff();
    if (last && last !== readings.at(-1)) readings.push(last);
  }
  return readings;
}

function expectReadings(told: readonly NibpMeasurement[], readings: readonly CuffReading[], withinMs: number): void {
  expect(told).toHaveLength(readings.length);
  readings.forEach(({ endedAtMs, ...numbers }, i) => {
    expect(told[i]).toMatchObject(numbers);
    expect(Math.abs((told[i]?.measuredAt ?? 0) - endedAtMs)).toBeLessThanOrEqual(withinMs);
    expect((told[i]?.at ?? 0) - endedAtMs).toBeLessThanOrEqual(withinMs + 2000);
  });
}

describe('a course from beginning to end', () => {
  test.each([
    ['that says "complete"', {}, 100],
    ['that never says "complete"', { isMute: true }, 1500],
    ['that reckons for two seconds', { resultAfterMs: 2000 }, 2100],
    ['that reckons for two seconds and never says "complete"', { isMute: true, resultAfterMs: 2000 }, 3500],
  ])(
    'by a module %s: every reading of the patient is told once, with its numbers and time',
    (_what, settings, withinMs) => {
      const { station, truth, forbidden } = ward('surge', { settings });
      station.runTo(45 * MINUTE);
      const readings = cuffReadings(truth, 45 * MINUTE - 5000);
      expect(readings.length).toBeGreaterThan(8);
      expectReadings(station.nibp, readings, withinMs);
      expect(station.cuff.map(({ state }) => state)).not.toContain('failed');
      expect(station.states).toEqual(['0 opening', '0 negotiating', '0 live']);
      expect(station.traffic?.messages).toBe(station.traffic?.framesIn);
      expect(forbidden).toEqual([]);
      expect(station.refused).toEqual([]);
    },
  );

  test('a reading that fails is told as that, with its code, and no number', () => {
    const base = scenarioNamed('calm');
    const change = { cuff: { ...base.cuff, failsAtMin: [6] } };
    const { station } = ward('calm', { settings: { failure: 89 }, change });
    station.runTo(11 * MINUTE);
    expect(station.nibp.map(({ measuredAt }) => Math.round(measuredAt / MINUTE))).toEqual([2, 10]);
    expect(station.cuff.filter(({ state }) => state === 'failed')).toMatchObject([{ detail: '89 cuff overpressure' }]);
  });
});

describe('trouble', () => {
  test('a cable that is out makes the link silent within seconds, and live again when it is in', () => {
    const { station, truth } = ward('line-loss');
    station.runTo(31 * MINUTE);
    const [, , , silent, live] = station.states;
    expect(silent).toMatch(/ silent$/);
    expect(Number(silent?.split(' ')[0])).toBeLessThanOrEqual(25 * 60 + 3);
    expect(live).toMatch(/ live$/);
    expect(Number(live?.split(' ')[0])).toBeLessThanOrEqual(25 * 60 + 20 + 11);
    // The reading that ends at minute 25 ends as the cable comes out: it is dated by the cable's coming back.
    const readings = cuffReadings(truth, 31 * MINUTE);
    const atBreak = readings.findIndex(({ endedAtMs }) => endedAtMs === 25 * MINUTE);
    expect(station.nibp[atBreak]?.measuredAt).toBeGreaterThanOrEqual(25 * MINUTE + 20 * SECOND_MS);
    const others = <T>(all: readonly T[]): readonly T[] => all.filter((_, i) => i !== atBreak);
    expectReadings(others(station.nibp), others(readings), 100);
    expect(station.cuff.filter(({ undated }) => undated)).toEqual([]);
  });

  test('a reading that ends while the cable is out for longer than a minute is shown undated: its time is not known', () => {
    const { station, truth } = ward('calm', {
      change: { disturbances: [{ what: 'monitor-unlinked', fromMin: 5, toMin: 7 }] },
    });
    station.runTo(8 * MINUTE);
    const [, missed] = cuffReadings(truth, 8 * MINUTE);
    expect(station.nibp).toHaveLength(1);
    expect(station.cuff.at(-1)).toMatchObject({ state: 'idle', undated: { systolic: missed?.systolic } });
    station.runTo(11 * MINUTE);
    expect(station.nibp).toHaveLength(2);
    expect(station.cuff.at(-1)).not.toHaveProperty('undated');
  });

  test('a module that is switched off and on is live again, and nothing is told twice', () => {
    const { station, truth } = ward('calm', { settings: { offs: [{ fromMs: 7 * MINUTE, toMs: 7.5 * MINUTE }] } });
    station.runTo(12 * MINUTE);
    expectReadings(station.nibp, cuffReadings(truth, 12 * MINUTE), 100);
    expect(station.state).toBe('live');
  });

  test('noise on the line costs neither a reading nor an untrue number', () => {
    const faults: FaultOptions = { seed: 3, flip: 0.002, lose: 0.002, noise: { everyMs: 900, maxBytes: 20 } };
    const { station, truth } = ward('surge', { faults });
    station.runTo(45 * MINUTE);
    const numbers = ({ systolic, diastolic, meanArterial }: CuffReading | NibpMeasurement) =>
      [systolic, diastolic, meanArterial].join('/');
    expect(station.nibp.map(numbers)).toEqual(cuffReadings(truth, 45 * MINUTE - 5000).map(numbers));
    expect(station.state).toBe('live');
    expect(station.traffic?.noiseBytes['bad-sum']).toBeGreaterThan(50);
  });

  test('a flood of noise over a reading makes no number untrue, and the next reading is told', () => {
    const flood = { fromMs: 5.5 * MINUTE, toMs: 6.5 * MINUTE };
    const { station, truth } = ward('calm', { flood });
    station.runTo(11 * MINUTE);
    expect(station.traffic?.bytesIn).toBeGreaterThan(50_000);
    expect(station.state).toBe('live');
    const readings = cuffReadings(truth, 11 * MINUTE);
    for (const { systolic, diastolic } of station.nibp) {
      expect(readings.map((each) => [each.systolic, each.diastolic])).toContainEqual([systolic, diastolic]);
    }
    expect(station.nibp.at(-1)).toMatchObject({ systolic: readings.at(-1)?.systolic });
    expect(readings.at(-1)?.endedAtMs).toBeGreaterThan(flood.toMs);
  });

  test('replies in fragments, held up by a fifth of a second, change nothing', () => {
    const faults: FaultOptions = { seed: 5, fragments: { maxBytes: 3, apartMs: 10 }, delayMs: [50, 200] };
    const { station, truth } = ward('calm', { faults });
    station.runTo(20 * MINUTE);
    expectReadings(station.nibp, cuffReadings(truth, 20 * MINUTE - 3000), 600);
    expect(station.states).toHaveLength(3);
  });
});

describe('with leave to start', () => {
  const leave = { startCuff: { everyMin: 3, patient: 'adult' } };
  /** A patient whose cuff nobody else inflates. */
  function alone(settings: Readonly<Record<string, unknown>> = {}) {
    const bedside = new StillBedside();
    const forbidden: string[] = [];
    const module = simulateSuntechNibp(bedside, { settings, onForbidden: (what) => forbidden.push(what) });
    return { station: new SimulatedStation(suntechNibp, module, leave), bedside, forbidden };
  }

  test('a measurement is taken every interval, and its numbers are the patient’s', () => {
    const { station, forbidden } = alone();
    station.runTo(13 * MINUTE);
    expect(forbidden).toEqual(Array<string>(4).fill('starts a measurement, adult'));
    expect(station.nibp).toHaveLength(4);
    for (const told of station.nibp) {
      expect(told).toMatchObject({ systolic: 128, diastolic: 78, meanArterial: 95, pulseRate: 76 });
    }
    const gaps = station.nibp.slice(1).map(({ measuredAt }, i) => measuredAt - (station.nibp[i]?.measuredAt ?? 0));
    for (const gap of gaps) expect(Math.abs(gap - 3 * MINUTE)).toBeLessThanOrEqual(1000);
    expect(station.cuff.map(({ state }) => state).slice(-2)).toEqual(['measuring', 'idle']);
  });

  test('a cuff that leaks is aborted and told as failed', () => {
    const { station, forbidden } = alone({ isLeaking: true });
    station.runTo(4 * MINUTE);
    expect(forbidden).toEqual(['starts a measurement, adult', 'aborts a measurement']);
    expect(station.cuff.at(-1)).toMatchObject({ state: 'failed', detail: 'the cuff does not inflate' });
  });

  test('a measurement that never ends is aborted after two minutes', () => {
    const { station, forbidden } = alone({ isStuck: true });
    station.runTo(5 * MINUTE + 10 * SECOND_MS);
    expect(forbidden).toEqual(['starts a measurement, adult', 'aborts a measurement']);
    expect(station.cuff.at(-1)).toMatchObject({ state: 'failed' });
  });

  test('without it the same station never starts anything', () => {
    const bedside = new StillBedside();
    const forbidden: string[] = [];
    const module = simulateSuntechNibp(bedside, { settings: {}, onForbidden: (what) => forbidden.push(what) });
    const station = new SimulatedStation(suntechNibp, module);
    station.runTo(60 * MINUTE);
    expect(forbidden).toEqual([]);
    expect(station.state).toBe('live');
  });

  test('a leave that is none puts the device in fault, with the reason', () => {
    const device = simulateSuntechNibp(new StillBedside(), { settings: {} });
    const station = new SimulatedStation(suntechNibp, device, { startCuff: { everyMin: 5 } });
    station.runTo(1000);
    expect(station.state).toBe('fault');
    expect(station.reasons.at(-1)).toMatch(/startCuff must be/);
  });
});
