/** The real runner with this driver on one end, the simulated pump on the other. What holds for every pump: ../every-pump.test.ts. */
import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '$drivers/bytes.ts';
import { pumpNeweraNe1000 } from '$drivers/pump-newera-ne1000/index.ts';
import { sealDriver } from '$drivers/driver.ts';
import { FaultyDevice } from '$simulators/devices/faults.ts';
import { simulateNeweraNe1000 } from '$simulators/devices/pump-newera-ne1000/index.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';

const MINUTE = 60_000;

class Loop {
  readonly bedside = new StillBedside();
  readonly forbidden: string[] = [];
  readonly device;
  readonly station: SimulatedStation;

  constructor(settings: Readonly<Record<string, unknown>> = {}, driver = {}, faults = {}) {
    this.device = simulateNeweraNe1000(this.bedside, { settings, onForbidden: (what) => this.forbidden.push(what) });
    const faulty = new FaultyDevice(this.device, { seed: 5, ...faults });
    this.station = new SimulatedStation(sealDriver(pumpNeweraNe1000), faulty, driver);
  }
  runTo(at: number): this {
    this.station.runTo(at);
    return this;
  }
  start(isStarted = true): this {
    this.bedside.orderNow = { ...this.bedside.orderNow, isStarted };
    return this;
  }
  get last() {
    return this.station.infusions.at(-1);
  }
}

describe.each(['basic', 'safe'] as const)('in %s mode', (mode) => {
  test('the order is what is read, and nothing forbidden is asked', () => {
    const loop = new Loop({ mode, isReset: false })
      .runTo(5000)
      .start()
      .runTo(5 * MINUTE);
    expect(loop.station.states.map((state) => state.split(' ')[1])).toEqual(['opening', 'negotiating', 'live']);
    expect(loop.last).toMatchObject({
      state: 'infusing',
      rateMlPerHour: 52.5,
      vtbiMl: 35,
      model: 'NE1000',
      alarms: [],
    });
    expect(loop.last?.doubt).toBeUndefined();
    expect(loop.last?.isRemoteControlled).toBe(mode === 'safe' ? true : undefined);
    expect(Math.abs((loop.last?.volumeInfusedMl ?? 0) - (52.5 * 295) / 3600)).toBeLessThan(0.05);
    expect(loop.forbidden).toEqual([]);
  });

  test('a stall is read once and stays until the pump is started again', () => {
    const loop = new Loop({ mode, isReset: false }).runTo(5000).start().runTo(10_000);
    loop.bedside.lineNow = { isOccluded: true, isLinked: true };
    loop.runTo(2 * MINUTE);
    expect(loop.last).toMatchObject({ state: 'alarm', alarms: [{ code: 'A?S' }] });
    loop.bedside.lineNow = { isOccluded: false, isLinked: true };
    loop
      .start(false)
      .runTo(3 * MINUTE)
      .start()
      .runTo(3 * MINUTE + 2000);
    expect(loop.last).toMatchObject({ state: 'infusing', alarms: [] });
  });
});

test('a bad line costs readings, and in safe mode makes none up', () => {
  const faults = { flip: 0.002, lose: 0.002 };
  const loop = new Loop({ mode: 'safe', isReset: false }, {}, faults)
    .runTo(5000)
    .start()
    .runTo(10 * MINUTE);
  expect(loop.station.infusions.length).toBeGreaterThan(800);
  for (const { rateSetMlPerHour, vtbiMl } of loop.station.infusions) {
    expect([52.5, undefined]).toContain(rateSetMlPerHour);
    expect([35, undefined]).toContain(vtbiMl);
  }
  expect(loop.forbidden).toEqual([]);
});

test.each([
  { rateUnit: 'UM', volumeUnit: 'UL' },
  { rateUnit: 'MM', volumeUnit: 'ML' },
  { rateUnit: 'UH', volumeUnit: 'ML' },
])('the same rate and volume come out of $rateUnit and $volumeUnit', (units) => {
  const loop = new Loop({ ...units, isReset: false });
  loop.bedside.orderNow = { ...loop.bedside.orderNow, rateMlPerHour: 6, vtbiMl: 5 };
  loop.runTo(5000).start().runTo(MINUTE);
  expect(loop.last?.rateMlPerHour).toBeCloseTo(6, 2);
  expect(loop.last?.vtbiMl).toBeCloseTo(5, 3);
  expect(loop.last?.volumeInfusedMl).toBeCloseTo(0.0917, 2);
});

test('a pump whose power has just come says so, and it is shown until it is started', () => {
  const loop = new Loop().runTo(5000);
  expect(loop.last).toMatchObject({ state: 'alarm', alarms: [{ kind: 'power.ac', code: 'A?R' }] });
  expect(loop.start().runTo(6500).last).toMatchObject({ state: 'infusing', alarms: [] });
  expect(loop.start(false).runTo(8000).last).toMatchObject({ state: 'paused', alarms: [] });
});

test('the configured pump of a chain is asked, and no other', () => {
  const loop = new Loop({ address: 12, isReset: false }, { address: 12 }).runTo(5000);
  expect(loop.last).toMatchObject({ channel: 'device-1/12', state: 'stopped' });
  const wrong = new Loop({ address: 12 }, { address: 13 }).runTo(10_000);
  expect(wrong.station.infusions).toEqual([]);
  expect(wrong.station.reasons.at(-1)).toContain('(asked: 13)');
});

test('our questions feed a watchdog that somebody else has armed; when the station leaves, the pump stops', () => {
  const loop = new Loop({ isReset: false }).runTo(5000).start().runTo(10_000);
  loop.device.step({ type: 'received', simMs: 10_000, bytes: fromLatin1('0SAF5\r') });
  loop.runTo(MINUTE);
  expect(loop.last).toMatchObject({ state: 'infusing', isRemoteControlled: true });
  expect(loop.station.reasons.at(-1)).toMatch(/safe mode.*may stop when nobody asks/);
  loop.bedside.lineNow = { isOccluded: false, isLinked: false };
  loop.runTo(MINUTE + 20_000);
  expect(loop.bedside.deliveredMgPerMin).toBe(0);
  loop.bedside.lineNow = { isOccluded: false, isLinked: true };
  loop.runTo(2 * MINUTE);
  expect(loop.last).toMatchObject({ state: 'alarm', alarms: [{ kind: 'comms', code: 'A?T' }] });
  expect(loop.forbidden).toEqual(['SAF5']);
});

test('a pump that lost its power in safe mode and comes back in basic mode gets no setting out of our packets', () => {
  const loop = new Loop({ isReset: false, offs: [{ fromMs: 30_000, toMs: 30_500 }] }).runTo(5000).start().runTo(10_000);
  loop.device.step({ type: 'received', simMs: 10_000, bytes: fromLatin1('0SAF200\r') });
  loop.runTo(29_900);
  expect(loop.last?.isRemoteControlled).toBe(true);
  loop.runTo(3 * MINUTE);
  expect(loop.last?.isRemoteControlled).toBeUndefined();
  expect(loop.last).toMatchObject({ state: 'alarm', rateSetMlPerHour: 52.5, alarms: [{ code: 'A?R' }] });
  expect(loop.forbidden.filter((what) => /^(RAT|VOL|DIA)[\d.]+([UM][LMH])?$/.test(what))).toEqual([]);
});
