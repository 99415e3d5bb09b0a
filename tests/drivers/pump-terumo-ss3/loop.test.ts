/** The real runner and driver against the simulated pump, in virtual time: what the laws of all pumps do not ask. */
import { describe, expect, test } from 'vitest';
import type { DriverEvent } from '$drivers/driver-event.ts';
import type { AnyDriver, SerialSettings } from '$drivers/driver.ts';
import type { Connect } from '$drivers/link.ts';
import { driverOf } from '$drivers/registry.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { memoryWire } from '$drivers/transport/memory.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { simulateTerumoSs3 } from '$simulators/devices/pump-terumo-ss3/index.ts';
import { simulatedLink } from '$simulators/simulated-link.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { PumpBench } from '../../support/pump-bench.ts';
import { StillBedside } from '../../support/still-bedside.ts';

const MINUTE = 60_000;

function driver(): AnyDriver {
  const known = driverOf('pump-terumo-ss3');
  if (!known) throw new Error('not in the registry');
  return known;
}

const benchWith = (device = {}, settings = {}): PumpBench => new PumpBench(driver(), { device, driver: settings });

describe.each(['b0-last', 'b0-first'] as const)('at a site that has confirmed the order %s', (alarmByteOrder) => {
  const confirmed = (device = {}) => benchWith({ alarmByteOrder, ...device }, { alarmByteOrder });

  test('an occlusion is one', () => {
    const bench = confirmed().start();
    bench.patient.lineNow = { isOccluded: true, isLinked: true };
    bench.until('the alarm', () => bench.reading.state === 'alarm', 2 * MINUTE);
    expect(bench.reading.alarms).toEqual([
      { kind: 'occlusion.unspecified', stage: 'alarm', priority: 'high', code: 'b3 occlusion' },
    ]);
    expect(bench.reading.doubt).toBeUndefined();
  });

  test('the end is an end, and the observation begins', () => {
    const bench = confirmed().order({ vtbiMl: 2 }).start();
    bench.until('the end', () => bench.reading.state === 'complete', 4 * MINUTE);
    expect(bench.kindsOfEvents()).toEqual(['started', 'completed']);
    expect(bench.bed.state.session?.phase).toBe('observation');
  });

  test('a syringe that is nearly empty is told before it is empty', () => {
    const bench = confirmed({ contentMl: 4 }).start();
    bench.until('the word', () => bench.alarmKinds().includes('nearEnd'), 5 * MINUTE);
    expect(bench.reading.state).toBe('infusing');
  });
});

test('as long as the order is not confirmed an occlusion is called by both its names, and high', () => {
  const bench = benchWith().start();
  bench.patient.lineNow = { isOccluded: true, isLinked: true };
  bench.until('the alarm', () => bench.reading.state === 'alarm', 2 * MINUTE);
  expect(bench.reading.alarms).toEqual([
    { kind: 'unknown', stage: 'alarm', priority: 'high', code: 'b3 occlusion or b19 battery' },
  ]);
  expect(bench.bed.alarm('P3')?.priority).toBe('high');
});

test.each([0, 130, 370, 510, 760, 990])(
  'a pump that falls silent %i ms into a second is told so within 3 s of its last answer',
  (offsetMs) => {
    const bench = benchWith().start();
    bench.runFor(10_000 + offsetMs);
    bench.patient.lineNow = { isOccluded: false, isLinked: false };
    bench.until('that it is said', () => bench.link === 'silent', 3000);
    const { at, reason } = bench.station.statuses.at(-1) ?? { at: 0 };
    expect(reason).toBe('The pump does not answer.');
    expect(at - bench.reading.at).toBe(3000);
  },
);

test('a bolus is in the state while it runs, and its rate is nobody’s guess', () => {
  const bench = benchWith({ boluses: [{ atMs: MINUTE, volumeMl: 2 }] }).start();
  bench.until('the bolus', () => bench.reading.state === 'bolus', 2 * MINUTE);
  expect(bench.reading).not.toHaveProperty('rateMlPerHour');
  bench.until('its end', () => bench.reading.state === 'infusing', MINUTE);
  expect(bench.kindsOfEvents()).toEqual(['started']);
});

test('power, pressure and dose as the pump has them', () => {
  const bench = benchWith({ batterySpells: [{ fromMs: 30_000, toMs: 40_000 }] }).start();
  bench.until('the battery', () => bench.reading.power?.isOnMains === false, MINUTE);
  bench.until('mains', () => bench.reading.power?.isOnMains === true, MINUTE);
  expect(bench.reading).toMatchObject({ doseRate: { value: 0.75, unit: 'mg/kg/h' }, patientWeightKg: 70, vtbiMl: 35 });
});

test('a pump that cannot tell for a while is silent for it, without a new link', () => {
  const bench = benchWith({ refusals: [{ fromMs: 20_000, toMs: 40_000 }] }).start();
  bench.until('that it is said', () => bench.link === 'silent', 30_000);
  expect(bench.station.statuses.at(-1)?.reason).toBe('The pump does not tell how it stands: cannot be executed (12).');
  bench.until('the pump', () => bench.link === 'live', 30_000);
  expect(bench.station.traffic?.reopens).toBe(0);
});

describe('on a serial port', () => {
  /** A pump whose line is set to this; bytes at another setting reach nobody. */
  function serialStation(line: Pick<SerialSettings, 'baudRate' | 'parity'>, fixed: Partial<SerialSettings> = {}) {
    const time = new VirtualTime();
    const tried: string[] = [];
    const device = simulateTerumoSs3(new StillBedside(), { settings: {} });
    const connect: Connect = (wanted) => {
      const now = { ...(wanted ?? driver().serial), ...fixed };
      tried.push(`${now.baudRate} ${now.parity}`);
      const isRight = now.baudRate === line.baudRate && now.parity === line.parity;
      return isRight ? simulatedLink({ device, scheduler: time, beginsMs: 0 })() : memoryWire(time).connect();
    };
    const statuses: string[] = [];
    const hear = (event: DriverEvent): void => {
      if (event.kind === 'status') statuses.push(`${event.status.state} ${event.status.reason ?? ''}`);
    };
    const context = { device: deviceId('device-1'), link: 'serial', settings: {} } as const;
    const clock = () => monotonicMs(time.now());
    runDriver(driver(), connect, {
      ...{ context, clock, scheduler: time, label: 'pump', isSimulated: true },
    }).subscribe(hear);
    return { time, tried, statuses };
  }

  test('a pump at the eighth guess is found within two minutes, and its line is kept', () => {
    const { time, tried, statuses } = serialStation({ baudRate: 19_200, parity: 'even' });
    time.runTo(2 * MINUTE);
    expect(tried).toHaveLength(8);
    expect(tried.at(-1)).toBe('19200 even');
    expect(statuses.at(-1)).toMatch(/^live Pump /);
    time.runTo(10 * MINUTE);
    expect(tried).toHaveLength(8);
  });

  test('what the configuration fixes is what is tried', () => {
    const { time, tried, statuses } = serialStation(
      { baudRate: 4800, parity: 'none' },
      { baudRate: 4800, parity: 'none' },
    );
    time.runTo(10_000);
    expect(tried).toEqual(['4800 none']);
    expect(statuses.at(-1)).toMatch(/^live Pump /);
  });
});
