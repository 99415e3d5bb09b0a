/** The driver and the simulated pump, over a wire in memory and the real runner: what the pump does arrives, and what a line does is borne. */
import { describe, expect, test } from 'vitest';
import { pumpGraseby3000 } from '$drivers/pump-graseby-3000-500/index.ts';
import { sealDriver } from '$drivers/driver.ts';
import type { InfusionReading } from '$lib/domain/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import { simulateGraseby3000 } from '$simulators/devices/pump-graseby-3000-500/index.ts';
import { FloodedDevice } from '../../support/flooded-device.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';

interface Ward {
  readonly device?: Readonly<Record<string, unknown>>;
  readonly driver?: Readonly<Record<string, unknown>>;
  readonly faults?: FaultOptions;
  readonly flood?: { readonly fromMs: number; readonly toMs: number };
}

function ward({ device: settings = {}, driver = {}, faults, flood }: Ward = {}) {
  const bedside = new StillBedside();
  bedside.orderNow = { ...bedside.orderNow, isStarted: true };
  const forbidden: string[] = [];
  const pump = simulateGraseby3000(bedside, { settings, onForbidden: (what) => forbidden.push(what) });
  const faulty = faults ? new FaultyDevice(pump, faults) : pump;
  const device = flood ? new FloodedDevice(faulty, flood) : faulty;
  return { bedside, forbidden, station: new SimulatedStation(sealDriver(pumpGraseby3000), device, driver) };
}

const gapsOf = (readings: readonly InfusionReading[]) =>
  readings.slice(1).map(({ at }, i) => at - (readings[i]?.at ?? 0));

describe('a clean line', () => {
  test.each<[string, Ward]>([
    ['CRC start 0000', {}],
    ['CRC start FFFF', { device: { crcStart: 'FFFF' } }],
    ['CRC start FFFF, set', { device: { crcStart: 'FFFF' }, driver: { crcStart: 'FFFF' } }],
    ['other return codes', { device: { codes: { accepted: 'A', badCrc: 'B' } } }],
    ['software up to 0.65', { device: { generation: 'old' }, driver: { generation: 'old' } }],
    ['software 0.66', { device: { generation: 'old', hasWideData: true }, driver: { generation: 'old' } }],
  ])('%s: a reading every second, the volume as the pump counts it, nothing lost', (_what, setup) => {
    const { station, forbidden } = ward(setup);
    station.runTo(600_000);
    expect(station.states).toEqual(['0 opening', '0 negotiating', expect.stringMatching(/^[0-2] live$/)]);
    const readings = station.infusions;
    expect(readings.length).toBeGreaterThan(470);
    expect(Math.max(...gapsOf(readings))).toBeLessThanOrEqual(1300);
    expect(readings.at(-1)).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5, volumeInfusedMl: 8.7 });
    const { noiseBytes, undecodable } = station.traffic ?? {};
    expect(noiseBytes).toEqual({ 'no-start': 0, 'bad-sum': 0, 'bad-length': 0, 'too-long': 0 });
    expect(undecodable).toEqual({ 'unknown-code': 0, 'too-short': 0, malformed: 0 });
    expect(forbidden).toEqual([]);
    expect(station.refused).toEqual([]);
  });

  test.each<[string, Ward, RegExp]>([
    ['older software that nobody set', { device: { generation: 'old' } }, /set "generation" to "old"/],
    ['newer software, and the older is set', { driver: { generation: 'old' } }, /"generation" is set to "old"/],
    [
      'another CRC start than the one that is set',
      { driver: { crcStart: 'FFFF' } },
      /"crcStart" is set to something else/,
    ],
    [
      'another return code than the one that is set',
      { driver: { acceptedCode: 'Z' } },
      /its code is "0"; accepted is "Z"/,
    ],
  ])('%s: said, and no value is told', (_what, setup, words) => {
    const { station, forbidden } = ward(setup);
    station.runTo(30_000);
    expect(station.infusions).toEqual([]);
    expect(station.reasons.some((reason) => words.test(reason ?? ''))).toBe(true);
    expect(station.states.some((state) => state.endsWith('live'))).toBe(false);
    expect(forbidden).toEqual([]);
  });

  test('a program that controls the pump, and a battery, arrive', () => {
    const spell = { fromMs: 10_000, toMs: 20_000 };
    const { station } = ward({ device: { controlled: [spell], batterySpells: [spell] } });
    station.runTo(30_000);
    const during = station.infusions.filter(({ at }) => at > 11_500 && at < 19_900);
    expect(during.length).toBeGreaterThan(5);
    for (const reading of during)
      expect(reading).toMatchObject({ isRemoteControlled: true, power: { isOnMains: false } });
    expect(station.infusions.at(-1)).toMatchObject({ isRemoteControlled: false, power: { isOnMains: true } });
    expect(station.reasons.some((reason) => reason?.includes('Another program controls'))).toBe(true);
  });
});

describe('a bad line', () => {
  test.each([1, 2, 3])('damaged bytes (%i): fewer readings, none that the pump did not send', (seed) => {
    const { station, bedside, forbidden } = ward({
      faults: {
        seed,
        flip: 0.005,
        lose: 0.005,
        fragments: { maxBytes: 5, apartMs: 10 },
        noise: { everyMs: 900, maxBytes: 20 },
      },
    });
    station.runTo(600_000);
    expect(station.infusions.length).toBeGreaterThan(200);
    for (const { rateMlPerHour, vtbiMl, volumeInfusedMl = NaN, at, channel, state } of station.infusions) {
      expect([rateMlPerHour, vtbiMl, channel, state]).toEqual([52.5, bedside.orderNow.vtbiMl, 'G30000042', 'infusing']);
      expect(Math.abs(volumeInfusedMl - (52.5 * at) / 3_600_000)).toBeLessThan(0.15);
    }
    expect(forbidden).toEqual([]);
  });

  test('silence is told within 3 s, nothing is repeated, and it heals by itself', () => {
    const { station } = ward({ faults: { seed: 1, silences: [{ fromMs: 20_000, forMs: 20_000 }] } });
    station.runTo(60_000);
    const silent = station.statuses.find(({ state }) => state === 'silent');
    const last = station.infusions.filter(({ at }) => at < 20_100).at(-1)?.at ?? 0;
    expect((silent?.at ?? Infinity) - last).toBeLessThanOrEqual(3000);
    expect(station.infusions.filter(({ at }) => at > 20_100 && at < 40_000)).toEqual([]);
    expect(station.state).toBe('live');
  });

  test('a flood of noise between and within its records', () => {
    const { station, forbidden } = ward({ flood: { fromMs: 20_000, toMs: 40_000 } });
    station.runTo(70_000);
    expect(station.state).toBe('live');
    expect(station.infusions.at(-1)).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5 });
    expect(forbidden).toEqual([]);
  });

  test('answers that come late are taken; between those of a pump that is far too slow, it is silent', () => {
    const slow = ward({ device: { latencyMs: 700 } });
    slow.station.runTo(60_000);
    expect(slow.station.state).toBe('live');
    const tooSlow = ward({ device: { latencyMs: 5000 } });
    tooSlow.station.runTo(60_000);
    expect(tooSlow.station.states.some((state) => state.endsWith('silent'))).toBe(true);
  });
});
