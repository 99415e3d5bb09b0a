/**
 * The simulated monitor, a link in memory, the one generic runner and the driver, in virtual time: what the patient has is
 * what the station observes.
 */
import { describe, expect, test } from 'vitest';
import { sealDriver } from '$drivers/driver.ts';
import { mindrayHl7 } from '$drivers/mindray-hl7/index.ts';
import { MINUTE_MS, type VitalKey } from '$lib/domain/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import { RESTART_MS, simulateMindrayHl7 } from '$simulators/devices/mindray-hl7/index.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import type { CuffReading, SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { scenario } from '$simulators/scenarios/index.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';

interface Setup {
  readonly monitor?: Readonly<Record<string, unknown>>;
  readonly faults?: Omit<FaultOptions, 'seed'>;
}

/** A message is out at once, and the link takes a step to bring it. */
const LATENESS_MS = 1080;

class Loop<Bedside extends SimulatedBedside> {
  readonly bedside: Bedside;
  readonly forbidden: string[] = [];
  readonly station: SimulatedStation;

  constructor(bedside: Bedside, { monitor = {}, faults }: Setup = {}) {
    this.bedside = bedside;
    const onForbidden = (what: string) => void this.forbidden.push(what);
    const device = simulateMindrayHl7(bedside, { settings: monitor, onForbidden });
    const wired = faults ? new FaultyDevice(device, { seed: 7, ...faults }) : device;
    this.station = new SimulatedStation(sealDriver(mindrayHl7), wired);
  }

  run(ms: number): this {
    this.station.runTo(this.now + ms);
    return this;
  }

  get now(): number {
    return this.station.time.now();
  }
  /** Link states in their order, without their times. */
  get states(): readonly (string | undefined)[] {
    return this.station.states.map((state) => state.split(' ')[1]);
  }
  values = (key: VitalKey) => this.station.values(key);
  value = (key: VitalKey): number | string | undefined => this.values(key).at(-1)?.value;
  get alarms(): readonly string[] {
    return this.station.alarms.at(-1)?.alarms.map(({ text }) => text) ?? [];
  }
  get pressures(): readonly number[] {
    return this.station.nibp.map(({ systolic }) => systolic);
  }
}

const still = (setup?: Setup): Loop<StillBedside> => new Loop(new StillBedside(), setup);

/** A still patient's cuff gives this reading now. */
function measure(loop: Loop<StillBedside>, systolic: number, endedAtMs = loop.now): CuffReading {
  const last = { endedAtMs, systolic, diastolic: 78, meanArterial: 94, pulseRate: 71 };
  loop.bedside.cuffNow = { ...loop.bedside.cuffNow, state: 'idle', last };
  return last;
}
const sense = (loop: Loop<StillBedside>, sensors: Partial<StillBedside['sensorsNow']>): void => {
  loop.bedside.sensorsNow = { ...loop.bedside.sensorsNow, ...sensors };
};

describe('numbers', () => {
  test('are those of the patient, once a second, each in its unit', () => {
    const loop = still().run(20_000);
    expect(loop.states).toEqual(['opening', 'negotiating', 'live']);
    const expected: readonly (readonly [VitalKey, number | string | undefined])[] = [
      ['heartRate', 76],
      ['respiratoryRate', 14],
      ['spo2', 97],
      ['pulseRate', 76],
      ['perfusionIndex', 2.4],
      ['etco2', 38],
      ['fico2', 0],
      ['temperature1', 'not-measured'],
      ['abpSystolic', undefined],
    ];
    for (const [key, value] of expected) expect(loop.value(key), key).toBe(value);
    const times = loop.values('heartRate').map(({ at }) => at);
    expect(Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? 0)))).toBeLessThanOrEqual(1040);
    expect(times.length).toBeGreaterThanOrEqual(18);
  });

  test('follow the patient within a second and two steps of the link', () => {
    const loop = still().run(10_500);
    loop.bedside.physiologyNow = { ...loop.bedside.physiologyNow, heartRate: 141.4, spo2: 88.6 };
    loop.run(LATENESS_MS);
    expect([loop.value('heartRate'), loop.value('spo2')]).toEqual([141, 89]);
  });

  test('of a sensor that is off are missing, and come again', () => {
    const loop = still().run(10_000);
    sense(loop, { isOximeterOn: false, isEcgOn: false });
    loop.run(2000);
    for (const key of ['spo2', 'pulseRate', 'perfusionIndex', 'heartRate', 'respiratoryRate'] as const) {
      expect(loop.value(key), key).toBe('not-measured');
    }
    expect(loop.value('etco2')).toBe(38);
    expect(loop.alarms).toEqual(['SpO2 Sensor Off', 'ECG Lead Off']);
    sense(loop, { isOximeterOn: true, isEcgOn: true });
    loop.run(2000);
    expect([loop.value('spo2'), loop.value('heartRate'), loop.alarms]).toEqual([97, 76, []]);
    expect(loop.states).toEqual(['opening', 'negotiating', 'live']);
  });

  test('go on over a bad line, without an order to the monitor', () => {
    const loop = still({ faults: { flip: 0.001, noise: { everyMs: 4000, maxBytes: 60 } } }).run(5 * MINUTE_MS);
    const { traffic, refused } = loop.station;
    expect([refused, loop.forbidden]).toEqual([[], []]);
    expect(traffic?.noiseBytes['no-start']).toBeGreaterThan(1000);
    expect(traffic?.undecodable['unknown-code']).toBeGreaterThan(0);
    expect(traffic?.framesIn).toBeGreaterThan(3000);
    expect(loop.states).toEqual(['opening', 'negotiating', 'live']);
  });
});

describe('a session of the simulated patient', () => {
  test('all cuff readings are told once, with their values, and to within a second of their end', () => {
    const found = scenario('surge');
    if (!found.ok) throw new Error(found.error);
    const loop = new Loop(createBedside(found.value, 3));
    const ended: CuffReading[] = [];
    for (let second = 0; second < 45 * 60; second += 1) {
      const { last } = loop.run(1000).bedside.cuff();
      if (last && ended.at(-1)?.endedAtMs !== last.endedAtMs) ended.push(last);
    }
    const { nibp, cuff } = loop.run(3000).station;
    expect(ended.length).toBeGreaterThan(8);
    const epochMs = 1_767_225_600_000;
    expect(nibp).toMatchObject(
      ended.map(({ endedAtMs, ...numbers }) => ({ deviceTime: epochMs + endedAtMs, ...numbers })),
    );
    const lateness = nibp.map(({ measuredAt }, i) => measuredAt - (ended[i]?.endedAtMs ?? 0));
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...lateness)).toBeLessThanOrEqual(LATENESS_MS);
    expect(cuff).toEqual([]);
  }, 30_000);

  test('a cuff measurement that failed is not told as one: the interface does not say it', () => {
    const loop = still().run(10_000);
    measure(loop, 128);
    loop.run(10_000).bedside.cuffNow = { ...loop.bedside.cuffNow, state: 'failed' };
    loop.run(60_000);
    expect([loop.pressures, loop.station.cuff]).toEqual([[128], []]);
  });
});

describe('a reading that stands there', () => {
  test('when the station comes is shown undated, and the next one is told', () => {
    const loop = still();
    measure(loop, 141, -MINUTE_MS);
    loop.run(20_000);
    expect(loop.pressures).toEqual([]);
    expect(loop.station.cuff).toMatchObject([{ state: 'idle', undated: { systolic: 141 } }]);
    const { endedAtMs } = measure(loop, 150);
    const [first, ...others] = loop.run(3000).station.nibp;
    expect([first?.systolic, others]).toEqual([150, []]);
    expect((first?.measuredAt ?? 0) - endedAtMs).toBeLessThanOrEqual(LATENESS_MS);
    expect(loop.station.cuff.at(-1)).not.toHaveProperty('undated');
  });

  test('of a break of the link is told with its time, though the monitor’s clock is an hour wrong', () => {
    const loop = still({ monitor: { clockOffsetS: -3600 } }).run(10_000);
    measure(loop, 130);
    loop.run(60_000);
    sense(loop, { isLinked: false });
    loop.run(2 * MINUTE_MS);
    const { endedAtMs } = measure(loop, 175);
    loop.run(2 * MINUTE_MS);
    sense(loop, { isLinked: true });
    loop.run(30_000);
    expect(loop.pressures).toEqual([130, 175]);
    expect(Math.abs((loop.station.nibp[1]?.measuredAt ?? 0) - endedAtMs)).toBeLessThanOrEqual(LATENESS_MS);
    expect(loop.station.state).toBe('live');
  });
});

describe('recovery', () => {
  test('from a silence: lost after 5 s, back with its numbers, and nothing is told twice', () => {
    const loop = still({ faults: { silences: [{ fromMs: 30_000, forMs: 20_000 }] } }).run(10_000);
    measure(loop, 128);
    loop.run(80_000);
    expect(loop.station.states.slice(2, 4)).toEqual(['1 live', '34 lost']);
    expect(loop.station.state).toBe('live');
    expect(Number(loop.station.states.at(-1)?.split(' ')[0])).toBeLessThan(70);
    expect(loop.values('heartRate').at(-1)?.at).toBeGreaterThan(loop.now - LATENESS_MS);
    expect(loop.pressures).toEqual([128]);
    expect(loop.station.traffic?.reopens).toBeGreaterThan(0);
  });

  test('from a flood of noise: numbers go on between it', () => {
    const loop = still({ faults: { noise: { everyMs: 20, maxBytes: 400 } } }).run(2 * MINUTE_MS);
    expect(loop.states).toContain('live');
    expect(loop.station.traffic?.noiseBytes['no-start']).toBeGreaterThan(100_000);
    expect(loop.values('heartRate').length).toBeGreaterThan(60);
    expect(new Set(loop.values('heartRate').map(({ value }) => value))).toEqual(new Set([76]));
    expect(loop.forbidden).toEqual([]);
  });

  test('from a line that portions, glues and delays', () => {
    const loop = still({ faults: { fragments: { maxBytes: 7, apartMs: 1 }, glueMs: 50, delayMs: [0, 200] } });
    loop.run(MINUTE_MS);
    expect(loop.states).toEqual(['opening', 'negotiating', 'live']);
    expect(Object.values(loop.station.traffic?.noiseBytes ?? { none: -1 })).toEqual([0, 0, 0, 0]);
    expect(loop.values('heartRate').length).toBeGreaterThan(50);
  });

  test('from a restart of the monitor, which forgets its last reading', () => {
    const loop = still({ monitor: { restartsAtMs: [30_000] } }).run(10_000);
    measure(loop, 128);
    loop.run(20_000 + RESTART_MS + 20_000);
    expect(loop.states).toContain('lost');
    expect(loop.station.state).toBe('live');
    measure(loop, 133);
    loop.run(2000);
    expect([loop.pressures, loop.station.cuff]).toEqual([[128, 133], []]);
  });

  test('from firmware that drops the first query', () => {
    const loop = still({ monitor: { isOldFirmware: true } }).run(3500);
    expect(loop.states).toEqual(['opening', 'negotiating', 'live']);
    expect(loop.value('heartRate')).toBe(76);
  });

  test('from the cable: while it is out nothing comes, and afterwards everything', () => {
    const loop = still().run(10_000);
    sense(loop, { isLinked: false });
    loop.run(60_000);
    expect(loop.station.state).not.toBe('live');
    expect(loop.values('heartRate').at(-1)?.at).toBeLessThanOrEqual(10_080);
    sense(loop, { isLinked: true });
    loop.run(20_000);
    expect(loop.station.state).toBe('live');
    expect(loop.values('heartRate').at(-1)?.at).toBeGreaterThan(loop.now - LATENESS_MS);
  });
});
