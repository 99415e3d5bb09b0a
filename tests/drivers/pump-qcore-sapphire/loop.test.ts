/** The driver and the simulated pump, over a wire in memory and the real runner. */
import { describe, expect, test } from 'vitest';
import { sealDriver } from '$drivers/driver.ts';
import { pumpQcoreSapphire } from '$drivers/pump-qcore-sapphire/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import { simulateSapphire } from '$simulators/devices/pump-qcore-sapphire/index.ts';
import { FloodedDevice } from '../../support/flooded-device.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';

interface Ward {
  readonly device?: Readonly<Record<string, unknown>>;
  readonly faults?: FaultOptions;
  readonly flood?: { readonly fromMs: number; readonly toMs: number };
}

function ward({ device: settings = {}, faults, flood }: Ward = {}) {
  const bedside = new StillBedside();
  bedside.orderNow = { ...bedside.orderNow, isStarted: true };
  const forbidden: string[] = [];
  const pump = simulateSapphire(bedside, { settings, onForbidden: (what) => forbidden.push(what) });
  const faulty = faults ? new FaultyDevice(pump, faults) : pump;
  const device = flood ? new FloodedDevice(faulty, flood) : faulty;
  return { bedside, forbidden, station: new SimulatedStation(sealDriver(pumpQcoreSapphire), device) };
}

test('ten minutes: a reading a second, the volume as the pump counts it, and only "this is PC" is said', () => {
  const { station, forbidden } = ward();
  station.runTo(600_000);
  expect(station.states).toEqual(['0 opening', '0 negotiating', '0 live']);
  expect(station.infusions.length).toBeGreaterThan(550);
  for (const { state, rateMlPerHour, volumeInfusedMl = NaN, at } of station.infusions) {
    expect([state, rateMlPerHour]).toEqual(['infusing', 52.5]);
    expect(Math.abs(volumeInfusedMl - (52.5 * at) / 3_600_000)).toBeLessThan(0.02);
  }
  expect(station.traffic?.framesOut).toBe(61);
  expect(forbidden).toEqual([]);
  expect(station.refused).toEqual([]);
});

test.each([{ tellsSetRate: true }, {}])(
  'an occlusion is no infusion, whatever the pump tells of its flow (%j)',
  (device) => {
    const { station, bedside } = ward({ device });
    station.runTo(30_000);
    bedside.lineNow = { isOccluded: true, isLinked: true };
    station.runTo(120_000);
    expect(station.infusions.at(-1)?.state).toBe('tellsSetRate' in device ? 'unknown' : 'stopped');
  },
);

describe('a bad line', () => {
  test.each([1, 2, 3])('damaged bytes (%i): fewer readings, none that the pump did not send', (seed) => {
    const { station, forbidden } = ward({
      faults: {
        seed,
        flip: 0.0005,
        lose: 0.0005,
        fragments: { maxBytes: 40, apartMs: 5 },
        noise: { everyMs: 900, maxBytes: 20 },
      },
    });
    station.runTo(600_000);
    expect(station.infusions.length).toBeGreaterThan(300);
    const wrong = station.infusions.filter(
      ({ rateMlPerHour = 52.5, volumeInfusedMl = NaN, at, channel }) =>
        rateMlPerHour !== 52.5 || channel !== '1200345' || Math.abs(volumeInfusedMl - (52.5 * at) / 3_600_000) > 0.05,
    );
    expect(wrong).toEqual([]);
    expect(forbidden).toEqual([]);
  });

  test('silence is told within 3 s, nothing is repeated, and it heals by itself', () => {
    const { station } = ward({ faults: { seed: 1, silences: [{ fromMs: 20_000, forMs: 20_000 }] } });
    station.runTo(70_000);
    const silent = station.statuses.find(({ state }) => state === 'silent');
    expect((silent?.at ?? Infinity) - 20_000).toBeLessThanOrEqual(3000);
    expect(station.infusions.filter(({ at }) => at > 20_100 && at < 40_000)).toEqual([]);
    expect(station.state).toBe('live');
    expect(station.infusions.at(-1)).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5 });
  });

  test('a flood of noise between and within its frames', () => {
    const { station, forbidden } = ward({ flood: { fromMs: 20_000, toMs: 40_000 } });
    station.runTo(70_000);
    expect(station.state).toBe('live');
    expect(station.infusions.at(-1)).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5 });
    expect(forbidden).toEqual([]);
  });
});
