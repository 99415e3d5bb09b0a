/**
 * What holds for every driver in the registry and the device that simulates its other end, whatever the protocol is. A new
 * driver is under these laws from its line in the registry on.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AnyDriver } from '$drivers/driver.ts';
import { DRIVERS } from '$drivers/registry.ts';
import { keysOf, type Observation } from '$lib/domain/index.ts';
import { FaultyDevice } from '$simulators/devices/faults.ts';
import { createBedside } from '$simulators/patient/bedside.ts';
import type { SimulatedBedside } from '$simulators/patient/simulated-bedside.ts';
import { simulatedDevice } from '$simulators/registry.ts';
import { SCENARIOS } from '$simulators/scenarios/index.ts';
import type { DeviceInput, SimulatedDevice } from '$simulators/simulated-device.ts';
import { SimulatedStation } from '../support/simulated-station.ts';

const FLOOD_BYTES = 200_000;
const FLOOD = { fromMs: 20_000, burstBytes: 2000, apartMs: 100 } as const;

/** A patient in the usual course of an infusion: cuff, waves and numbers move. */
function patient(): SimulatedBedside {
  const calm = SCENARIOS.get('calm');
  if (!calm) throw new Error('no such scenario');
  return createBedside(calm, 5);
}

/** The simulated device of a driver, by itself or with something around it, and the real runner at the other end. */
function stationOf(
  driver: AnyDriver,
  around: (device: SimulatedDevice) => SimulatedDevice = (device) => device,
): { readonly station: SimulatedStation; readonly forbidden: readonly string[] } {
  const forbidden: string[] = [];
  const kind = simulatedDevice(driver.id);
  if (!kind) throw new Error(`no simulated device for ${driver.id}`);
  const device = kind.make(patient(), { settings: {}, onForbidden: (what) => forbidden.push(what) });
  return { station: new SimulatedStation(driver, around(device)), forbidden };
}

/** Between what the device says, random bytes come in bursts, so many in all. */
class BurstOfNoise implements SimulatedDevice {
  readonly #device: SimulatedDevice;
  #seed = 1;
  #leftBytes = FLOOD_BYTES;
  #nextMs: number = FLOOD.fromMs;
  /** When the last of them came. */
  endedMs = Infinity;

  constructor(device: SimulatedDevice) {
    this.#device = device;
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    const said = this.#device.step(input);
    if (input.simMs < this.#nextMs || this.#leftBytes === 0 || input.type === 'disconnected') return said;
    this.#nextMs = input.simMs + FLOOD.apartMs;
    this.#leftBytes -= FLOOD.burstBytes;
    if (this.#leftBytes === 0) this.endedMs = input.simMs;
    return [Uint8Array.from({ length: FLOOD.burstBytes }, () => this.#next()), ...said];
  }

  /** A byte of a linear congruential generator. */
  #next(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed >>> 24;
  }
}

const familyOf = (name: string): string => name.replace(/\d+$/, '');

const keysSeen = (observations: readonly Observation[]): ReadonlySet<string> =>
  new Set(
    observations.flatMap((seen): readonly string[] => {
      switch (seen.kind) {
        case 'numerics':
          return keysOf(seen.values);
        case 'waveform':
          return [seen.waveform];
        case 'nibp':
        case 'infusion':
          return [seen.kind];
        case 'cuff':
          return ['nibp'];
        case 'device-alarm':
        case 'other-numerics':
          return [];
      }
    }),
  );

describe.each(DRIVERS)('$id', (driver) => {
  const readme = `drivers/${driver.id}/README.md`;

  test('says in one sentence what it was checked against', () => {
    expect(driver.verified).toMatch(/^[A-Z].{20,}\.$/);
    expect(driver.verified.slice(0, -1)).not.toMatch(/[.!?]\s+[A-Z]/);
  });

  test('lets no value look fresh for ever, and calls it stale before it is gone', () => {
    const { staleAfterMs, expiredAfterMs } = driver.freshness;
    expect(staleAfterMs).toBeGreaterThan(0);
    expect(expiredAfterMs).toBeGreaterThan(staleAfterMs);
    expect(expiredAfterMs).toBeLessThanOrEqual(60_000);
  });

  test('has a README with a table of its fields, in which every number and wave that it observes stands', () => {
    expect(existsSync(readme)).toBe(true);
    const rows = readFileSync(readme, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| '));
    expect(rows.some((row) => /^\| (value|field) /.test(row))).toBe(true);
    // `ecg1, 2` or `abp*` in a row is a whole family; of cuff and infusion the table has the parts.
    const names = rows.flatMap((row) => row.split('|')[1]?.match(/[a-z]\w{2,}/gi) ?? []);
    const single = driver.observes.filter((key) => key !== 'nibp' && key !== 'infusion');
    const isIn = (key: string) => names.some((name) => key.startsWith(name) || familyOf(key) === familyOf(name));
    expect(single.filter((key) => !isIn(key))).toEqual([]);
  });
});

/** A recording has no other end. */
const LIVE = DRIVERS.filter(({ isReplay }) => !isReplay);

describe.each(LIVE)('$id and its simulated device', (driver) => {
  test('are one and the other end of a protocol, under one id', () => {
    expect(simulatedDevice(driver.id)?.id).toBe(driver.id);
  });

  test('observes within its own patience, and only what it says that it observes', () => {
    const { station, forbidden } = stationOf(driver);
    station.runTo(60_000);
    const first = station.observations[0];
    expect(first?.at).toBeLessThanOrEqual(driver.freshness.expiredAfterMs);
    expect(station.states.filter((state) => !/ (opening|negotiating|live)$/.test(state))).toEqual([]);
    expect(station.state).toBe('live');
    expect(station.traffic?.reopens).toBe(0);
    expect(new Set(station.observations.map(({ source }) => source))).toEqual(new Set(['device-1']));
    const declared: readonly string[] = driver.observes;
    expect([...keysSeen(station.observations)].filter((key) => !declared.includes(key))).toEqual([]);
    expect(forbidden).toEqual([]);
  });

  test('is a value: two devices of its kind share nothing, and the same bytes are the same observations', () => {
    const [one, other] = [stationOf(driver).station, stationOf(driver).station];
    for (let at = 1000; at <= 30_000; at += 1000) {
      one.runTo(at);
      other.runTo(at);
    }
    expect(other.observations).toEqual(one.observations);
    expect(other.traffic).toEqual(one.traffic);
  });

  test.each([1, 2, 3])(
    'on a very bad line (%i) sends nothing that it may not, and makes no error of its own',
    (seed) => {
      const faults = {
        seed,
        ...{ lose: 0.01, double: 0.01, flip: 0.01 },
        fragments: { maxBytes: 40, apartMs: 3 },
        noise: { everyMs: 150, maxBytes: 80 },
        silences: [{ fromMs: 40_000, forMs: 30_000 }],
      };
      const { station, forbidden } = stationOf(driver, (device) => new FaultyDevice(device, faults));
      station.runTo(150_000);
      expect(station.refused).toEqual([]);
      expect(station.states.filter((state) => state.endsWith('fault'))).toEqual([]);
      expect(forbidden).toEqual([]);
      expect(station.traffic?.recent.filter(({ text }) => text === '' || text.includes('\n'))).toEqual([]);
    },
  );

  test('finds its device again after 200 kB of noise between its frames', () => {
    const flooded: BurstOfNoise[] = [];
    const { station, forbidden } = stationOf(driver, (device) => {
      const noisy = new BurstOfNoise(device);
      flooded.push(noisy);
      return noisy;
    });
    station.runTo(120_000);
    const endedMs = flooded[0]?.endedMs ?? Infinity;
    expect(endedMs).toBeLessThan(90_000);
    expect(station.state).toBe('live');
    expect(station.observations.filter(({ at }) => at > endedMs).length).toBeGreaterThan(0);
    expect(forbidden).toEqual([]);
  });
});
