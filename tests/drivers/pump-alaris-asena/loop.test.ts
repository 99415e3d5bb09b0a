import { describe, expect, test } from 'vitest';
import { pumpAlarisAsena } from '$drivers/pump-alaris-asena/index.ts';
import type { InfusionReading } from '$lib/domain/index.ts';
import { FaultyDevice, type FaultOptions } from '$simulators/devices/faults.ts';
import { simulateAlarisAsena } from '$simulators/devices/pump-alaris-asena/index.ts';
import { SimulatedStation } from '../../support/simulated-station.ts';
import { StillBedside } from '../../support/still-bedside.ts';

const MINUTE = 60_000;

interface Ward {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly faults?: FaultOptions;
}

/** The driver at a simulated pump whose staff and line are in the test's hand. */
function ward({ settings = {}, faults }: Ward = {}) {
  const bedside = new StillBedside();
  const forbidden: string[] = [];
  const pump = simulateAlarisAsena(bedside, { settings, onForbidden: (what) => forbidden.push(what) });
  const station = new SimulatedStation(pumpAlarisAsena, faults ? new FaultyDevice(pump, faults) : pump);
  const start = (isStarted = true): void => {
    bedside.orderNow = { ...bedside.orderNow, isStarted };
  };
  return { bedside, station, forbidden, start };
}

const statesOf = (readings: readonly InfusionReading[]): readonly string[] =>
  readings.map(({ state }) => state).filter((state, i, all) => state !== all[i - 1]);

const linkStates = (station: SimulatedStation): readonly (string | undefined)[] =>
  station.states.map((each) => each.split(' ')[1]);

describe('35 ml of ketamine at 52.50 ml/h', () => {
  const { station, forbidden, start } = ward();
  station.runTo(10_000);
  start();
  station.runTo(42 * MINUTE);

  test('is read from the start to the end, once a second, and nothing is lost or refused', () => {
    const { infusions } = station;
    expect(statesOf(infusions)).toEqual(['stopped', 'infusing', 'complete']);
    expect(infusions.length).toBeGreaterThan(42 * 60 * 0.75);
    expect(linkStates(station)).toEqual(['opening', 'negotiating', 'live']);
    expect(station.traffic?.undecodable).toEqual({ 'unknown-code': 0, 'too-short': 0, malformed: 0 });
    expect(Object.values(station.traffic?.noiseBytes ?? {}).reduce((sum, count) => sum + count, 0)).toBe(0);
    expect(forbidden).toEqual([]);
    expect(station.refused).toEqual([]);
  });

  test('takes 40 minutes, and the counter is at 35 ml', () => {
    const { infusions } = station;
    const flowing = infusions.filter(({ state }) => state === 'infusing');
    const tookMs = (flowing.at(-1)?.at ?? 0) - (flowing[0]?.at ?? 0);
    expect(Math.abs(tookMs - 40 * MINUTE)).toBeLessThan(5000);
    expect(infusions.at(-1)).toMatchObject({ volumeInfusedMl: 35, rateMlPerHour: 0, vtbiMl: 35 });
    const middle = infusions.find(({ at }) => at > 20 * MINUTE);
    expect(middle).toMatchObject({ rateMlPerHour: 52.5, pressureMmHg: 17.91, channel: '8002-51740', alarms: [] });
    expect((middle?.timeRemainingS ?? 0) + (middle?.at ?? 0) / 1000).toBeCloseTo(40 * 60 + 10, -1);
  });

  test('warns of its end, and tells it', () => {
    const kinds = station.infusions.flatMap(({ alarms }) => alarms.map(({ kind }) => kind));
    expect(kinds.filter((kind, i) => kind !== kinds[i - 1])).toEqual(['nearEnd', 'vtbi.done']);
  });

  test('shows its traffic in words', () => {
    expect(station.traffic?.recent.length).toBeGreaterThan(5);
    expect(station.traffic?.recent.every(({ text }) => /^(INF 8002-51740 |alarm |volume |syringe )/.test(text))).toBe(
      true,
    );
  });
});

describe('trouble at the pump', () => {
  test('an occlusion: the pressure rises above 500 mmHg, the pump stops and says why', () => {
    const { station, bedside, start } = ward();
    start();
    station.runTo(MINUTE);
    bedside.lineNow = { isOccluded: true, isLinked: true };
    station.runTo(3 * MINUTE);
    expect(station.infusions.at(-1)).toMatchObject({
      state: 'alarm',
      rateMlPerHour: 0,
      pressureMmHg: 530.15,
      alarms: [{ kind: 'occlusion.downstream', priority: 'high', code: 'AL_OCCLU' }],
    });
    expect(statesOf(station.infusions)).toEqual(['unknown', 'infusing', 'alarm']);
    const kinds = station.infusions.flatMap(({ alarms }) => alarms.map(({ kind }) => kind));
    expect(new Set(kinds)).toEqual(new Set(['occlusion.downstream']));
  });

  test('a syringe that is empty before the volume is given', () => {
    const { station, start } = ward({ settings: { contentMl: 1 } });
    start();
    station.runTo(3 * MINUTE);
    expect(station.infusions.at(-1)).toMatchObject({ state: 'complete', alarms: [{ code: 'AL_EOIST' }] });
  });

  test('mains that fail are an alarm of little weight, and the infusion goes on', () => {
    const { station, start } = ward({ settings: { batterySpells: [{ fromMs: 30_000, toMs: 60_000 }] } });
    start();
    station.runTo(45_000);
    expect(station.infusions.at(-1)).toMatchObject({
      state: 'infusing',
      alarms: [{ kind: 'power.ac', priority: 'low' }],
    });
    station.runTo(70_000);
    expect(station.infusions.at(-1)).toMatchObject({ state: 'infusing', alarms: [] });
  });

  test('a mode that nobody knows is unknown for as long as it is told, with its word', () => {
    const { station, start } = ward({ settings: { modes: [{ fromMs: 30_000, toMs: 40_000, word: 'PURGE' }] } });
    start();
    station.runTo(MINUTE);
    expect(statesOf(station.infusions)).toEqual(['unknown', 'infusing', 'unknown', 'infusing']);
    const odd = station.infusions.filter(({ at, state }) => at > 20_000 && state === 'unknown');
    expect(new Set(odd.map(({ doubt }) => doubt))).toEqual(new Set([`the pump's mode is "PURGE", an unknown word`]));
  });

  test('a syringe that is not confirmed is not told', () => {
    const { station } = ward({ settings: { syringeState: 'SEL' } });
    station.runTo(10_000);
    expect(station.infusions.at(-1)).not.toHaveProperty('syringe');
    expect(station.infusions.at(-1)?.doubt).toContain('"SEL"');
  });

  test('a pump that is swapped for another one is another channel, and the first is gone', () => {
    const settings = { pumps: [{ kind: 'syringe', rateMlPerHour: 20 }], swaps: [{ atMs: 30_000, pump: 1 }] };
    const { station, start } = ward({ settings });
    start();
    station.runTo(MINUTE);
    const channels = station.infusions.map(({ channel }) => channel);
    expect(channels.filter((channel, i) => channel !== channels[i - 1])).toEqual(['8002-51740', '8002-51741']);
    expect(station.infusions.filter(({ channel }) => channel === '8002-51740').at(-1)?.state).toBe('disconnected');
    expect(station.infusions.at(-1)).toMatchObject({ state: 'infusing', rateMlPerHour: 20 });
    expect(linkStates(station)).toEqual(['opening', 'negotiating', 'live']);
  });
});

describe('trouble on the line', () => {
  test.each([0, 100, 250, 400, 600, 850])(
    'a cable that is pulled is shown within 3 s of the last answer, wherever in the second it is (%i ms)',
    (offsetMs) => {
      const { station, bedside, start } = ward();
      start();
      station.runTo(30_000 + offsetMs);
      const last = station.infusions.at(-1);
      bedside.lineNow = { isOccluded: false, isLinked: false };
      station.runTo(34_000);
      const silent = station.statuses.find(({ state }) => state === 'silent');
      expect(silent?.at).toBeLessThanOrEqual(Math.max(last?.at ?? 0, station.infusions.at(-1)?.at ?? 0) + 3000);
      station.runTo(90_000);
      expect(station.infusions.filter(({ at }) => at > 31_000)).toEqual([]);
      bedside.lineNow = { isOccluded: false, isLinked: true };
      station.runTo(2 * MINUTE);
      expect(station.state).toBe('live');
      expect(statesOf(station.infusions)).toEqual(['unknown', 'infusing']);
    },
  );

  test('three of ten answers that never come cost readings, and make none untrue', () => {
    const { station, forbidden, start } = ward({ settings: { dropShare: 0.3, seed: 4 } });
    start();
    station.runTo(20 * MINUTE);
    const { infusions } = station;
    expect(infusions.length).toBeGreaterThan(20 * 60 * 0.5);
    for (const { at, volumeInfusedMl = 0 } of infusions) {
      expect(Math.abs(volumeInfusedMl - (at / MINUTE / 60) * 52.5)).toBeLessThan(0.02);
    }
    expect(statesOf(infusions)).toEqual(['unknown', 'infusing']);
    expect(station.traffic?.reopens).toBe(0);
    expect(forbidden).toEqual([]);
  });

  test('answers that are abandoned in their middle are asked for again', () => {
    const escapesAtMs = Array.from({ length: 20 }, (_, i) => 10_000 + i * 2000);
    const { station, start } = ward({ settings: { escapesAtMs } });
    start();
    station.runTo(MINUTE);
    expect(station.traffic?.noiseBytes['bad-length']).toBeGreaterThan(20 * 5);
    expect(linkStates(station)).toEqual(['opening', 'negotiating', 'live']);
    expect(statesOf(station.infusions)).toEqual(['unknown', 'infusing']);
  });

  test('noise, flipped and lost bytes make no number untrue', () => {
    const faults: FaultOptions = { seed: 3, flip: 0.001, lose: 0.001, noise: { everyMs: 900, maxBytes: 30 } };
    const { station, start } = ward({ faults });
    start();
    station.runTo(20 * MINUTE);
    expect(station.traffic?.noiseBytes['bad-sum']).toBeGreaterThan(500);
    expect(station.infusions.length).toBeGreaterThan(600);
    for (const { at, volumeInfusedMl = 0, rateMlPerHour } of station.infusions) {
      expect(rateMlPerHour).toBe(52.5);
      expect(Math.abs(volumeInfusedMl - (at / MINUTE / 60) * 52.5)).toBeLessThan(0.02);
    }
  });

  test('answers in fragments and held up change nothing but the pace', () => {
    const faults: FaultOptions = { seed: 5, fragments: { maxBytes: 20, apartMs: 10 }, delayMs: [0, 100] };
    const { station, start } = ward({ faults });
    start();
    station.runTo(5 * MINUTE);
    expect(linkStates(station)).toEqual(['opening', 'negotiating', 'live']);
    expect(station.traffic?.messages).toBe(station.traffic?.framesIn);
    expect(statesOf(station.infusions)).toEqual(['unknown', 'infusing']);
  });

  test('a pump that does not answer one question is read all the same, and that is said', () => {
    const { station, start } = ward({ settings: { mute: ['INF_VTBI'] } });
    start();
    station.runTo(MINUTE);
    expect(station.state).toBe('live');
    expect(station.reasons).toContain('The pump does not answer INF_VTBI.');
    expect(station.infusions.at(-1)?.state).toBe('infusing');
    expect(station.infusions.at(-1)).not.toHaveProperty('vtbiMl');
  });

  test('a pump that is switched off and on is there again by itself', () => {
    const { station, start } = ward({ settings: { offs: [{ fromMs: 30_000, toMs: 90_000 }] } });
    start();
    station.runTo(3 * MINUTE);
    expect(linkStates(station).filter((state) => state === 'live')).toHaveLength(2);
    expect(station.infusions.at(-1)).toMatchObject({ state: 'stopped' });
  });
});
