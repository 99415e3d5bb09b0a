/** The driver in front of the simulated base, over a wire in memory and in virtual time: faults, and what a person then sees. */
import { describe, expect, test } from 'vitest';
import { sealDriver } from '$drivers/driver.ts';
import { pumpFreseniusOrchestra } from '$drivers/pump-fresenius-orchestra/index.ts';
import type { InfusionReading } from '$lib/domain/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import { simulateOrchestra } from '$simulators/devices/pump-fresenius-orchestra/index.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';

const driver = sealDriver(pumpFreseniusOrchestra);

class Loop {
  readonly bedside = new StillBedside();
  readonly station: SimulatedStation;
  readonly forbidden: string[] = [];

  constructor({
    device = {},
    settings = {},
    faults,
  }: {
    readonly device?: Readonly<Record<string, unknown>>;
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly faults?: FaultOptions;
  } = {}) {
    this.bedside.orderNow = { ...this.bedside.orderNow, isStarted: true };
    const base = simulateOrchestra(this.bedside, {
      settings: device,
      onForbidden: (what) => this.forbidden.push(what),
    });
    this.station = new SimulatedStation(driver, faults ? new FaultyDevice(base, faults) : base, settings);
  }

  runTo(ms: number): this {
    this.station.runTo(ms);
    expect(this.station.refused).toEqual([]);
    expect(this.forbidden).toEqual([]);
    return this;
  }
  of(module: number): readonly InfusionReading[] {
    return this.station.infusions.filter(({ channel }) => channel === `module ${module}`);
  }
  /** The longest time without a reading of this module between two instants. */
  gapMs(module: number, fromMs: number, toMs: number): number {
    const times = [fromMs, ...this.of(module).map(({ at }) => at), toMs].filter((at) => at >= fromMs && at <= toMs);
    return Math.max(...times.toSorted((a, b) => a - b).map((at, i, all) => at - (all[i - 1] ?? at)));
  }
}

const FIVE = { pumps: [{}, {}, {}, {}] };

describe('on a good line', () => {
  test('numbers are those of the pump, and no frame is in vain', () => {
    const loop = new Loop().runTo(600_000);
    expect(loop.of(1).at(-1)).toMatchObject({
      state: 'infusing',
      rateMlPerHour: 52.5,
      drugName: 'Ketamine',
      alarms: [],
    });
    expect(loop.of(1).at(-1)?.volumeInfusedMl).toBeCloseTo((52.5 * 600) / 3600, 1);
    expect(loop.station.states).toEqual(['0 opening', '0 negotiating', '0 live', '1 live']);
    const { noiseBytes, undecodable } = loop.station.traffic ?? {};
    expect(Object.values({ ...noiseBytes, ...undecodable }).every((count) => count === 0)).toBe(true);
  });

  test.each([50, 100, 300])('five pumps at %i ms an answer: each is told again within 3 s', (latencyMs) => {
    const loop = new Loop({ device: { ...FIVE, latencyMs } }).runTo(60_000);
    for (const module of [1, 2, 3, 4, 5]) {
      expect(loop.gapMs(module, 10_000, 60_000)).toBeLessThan(3000);
      expect(loop.of(module).at(-1)).toMatchObject({ state: 'infusing' });
    }
  });

  test('keep-alives are answered, or the base would end the session', () => {
    const loop = new Loop({ device: { enquiryMs: 200, patienceMs: 250 } }).runTo(60_000);
    expect(loop.station.states.slice(2).every((state) => state.endsWith('live'))).toBe(true);
  });

  test('a pump that stands alone', () => {
    const loop = new Loop({ device: { isStandAlone: true }, settings: { pump: 'stand-alone' } }).runTo(20_000);
    expect(loop.station.infusions.at(-1)).toMatchObject({ channel: 'pump', state: 'infusing', model: 'bMODULE DPS' });
  });

  test('a base where a pump that stands alone was expected, and the other way round, is said', () => {
    const base = new Loop({ settings: { pump: 'stand-alone' } }).runTo(8000);
    expect(base.station.infusions).toEqual([]);
    expect(base.station.reasons.at(-1)).toMatch(/^The pump does not answer/);
    const pump = new Loop({ device: { isStandAlone: true } }).runTo(8000);
    expect(pump.station.reasons.at(-1)).toMatch(/^The base does not answer.*NAK 4.*Is the setting "pump" right\?$/);
  });
});

describe('on a bad line', () => {
  test('damaged, doubled, lost and torn bytes: values go on coming, and none of them is wrong', () => {
    const faults = { seed: 5, lose: 0.003, double: 0.003, flip: 0.003, fragments: { maxBytes: 3, apartMs: 4 } };
    const loop = new Loop({ device: FIVE, faults }).runTo(300_000);
    const volumes = loop.of(1).flatMap(({ volumeInfusedMl }) => volumeInfusedMl ?? []);
    expect(volumes.length).toBeGreaterThan(100);
    expect(volumes.every((volume, i) => volume >= (volumes[i - 1] ?? 0))).toBe(true);
    const rates = loop.station.infusions.flatMap(({ rateMlPerHour }) => rateMlPerHour ?? []);
    expect(new Set(rates)).toEqual(new Set([52.5, 20]));
    expect(loop.gapMs(1, 20_000, 300_000)).toBeLessThan(15_000);
  });

  test('a silence of the line is told within 3 s and heals; the pump has never stopped', () => {
    const loop = new Loop({ faults: { seed: 1, silences: [{ fromMs: 20_000, forMs: 40_000 }] } }).runTo(120_000);
    const silentAt = loop.station.statuses.find(({ state }) => state === 'silent')?.at ?? Infinity;
    expect(silentAt).toBeLessThanOrEqual(23_000);
    expect(loop.of(1).filter(({ at }) => at > 20_100 && at < 60_000)).toEqual([]);
    expect(loop.station.state).toBe('live');
    const [first] = loop.of(1).filter(({ at }) => at > 60_000);
    expect(first).toMatchObject({ state: 'infusing' });
  });

  test('a base that is not ready for a while (NAK 6)', () => {
    const loop = new Loop({ device: { notReady: [{ fromMs: 20_000, toMs: 21_000 }] } }).runTo(60_000);
    expect(loop.station.states.filter((state) => state.endsWith('silent'))).toEqual([]);
    expect(loop.gapMs(1, 10_000, 60_000)).toBeLessThan(4000);
    const long = new Loop({ device: { notReady: [{ fromMs: 20_000, toMs: 40_000 }] } });
    long.bedside.orderNow = { ...long.bedside.orderNow, isStarted: false };
    long.runTo(30_000);
    expect(long.station.state).toBe('silent');
    expect(long.station.reasons.at(-1)).toContain('NAK 6: the receiver was not ready');
    expect(long.runTo(80_000).station.state).toBe('live');
  });

  test('questions are refused and changes still come: what they do not hold is not known any more', () => {
    const loop = new Loop({ device: { notReady: [{ fromMs: 20_000, toMs: 40_000 }] } }).runTo(30_000);
    expect(loop.station.state).toBe('live');
    const last = loop.of(1).at(-1);
    expect(last).toMatchObject({ state: 'infusing', doubt: 'the rate was not sent; whether it calls was not sent' });
    expect(last?.volumeInfusedMl).toBeCloseTo((52.5 * 30) / 3600, 1);
    expect(last && 'rateMlPerHour' in last).toBe(false);
    expect(loop.runTo(60_000).of(1).at(-1)).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5 });
  });

  test('one of five pumps does not answer: it is told, the others stay fresh', () => {
    const mutes = [{ pump: 1, fromMs: 20_000, toMs: 60_000 }];
    const loop = new Loop({ device: { ...FIVE, mutes } }).runTo(100_000);
    const mute = loop.of(2).filter(({ at }) => at > 21_500 && at < 60_000);
    expect(mute).toMatchObject([{ state: 'unknown', doubt: 'no values from this pump for 3 s' }]);
    for (const module of [1, 3, 4, 5]) expect(loop.gapMs(module, 10_000, 100_000)).toBeLessThan(3000);
    expect(loop.of(2).at(-1)).toMatchObject({ state: 'infusing' });
    expect(loop.station.states.filter((state) => state.endsWith('silent'))).toEqual([]);
  });

  test('a module is pulled out and put back: disconnected, and read again', () => {
    const offs = [{ pump: 1, fromMs: 20_000, toMs: 40_000 }];
    const loop = new Loop({ device: { ...FIVE, offs } }).runTo(80_000);
    const away = loop.of(2).filter(({ at }) => at > 20_000 && at < 40_000);
    expect(away.at(-1)).toMatchObject({ state: 'disconnected', alarms: [] });
    expect(away.at(-1)?.at).toBeLessThan(26_000);
    expect(loop.of(2).at(-1)).toMatchObject({ state: 'stopped', rateMlPerHour: 0 });
    expect(loop.station.states.filter((state) => state.endsWith('silent'))).toEqual([]);
  });
});

test('when the station hangs up, the base ends its session', () => {
  const bedside = new StillBedside();
  const heard: number[] = [];
  const base = simulateOrchestra(bedside, { settings: {} });
  const overheard = {
    step: (input: Parameters<typeof base.step>[0]) => {
      if (input.type === 'received') heard.push(...input.bytes);
      return base.step(input);
    },
  };
  const station = new SimulatedStation(driver, overheard).runTo(5000);
  heard.length = 0;
  station.switchOff();
  station.runTo(5100);
  const text = String.fromCharCode(...heard);
  expect(text).toBe('\u00021AE48\u0003\u00021FC45\u0003\u00020FC46\u0003');
});
