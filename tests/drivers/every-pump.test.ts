/**
 * What holds for every pump on a bed, whatever its protocol is: simulated pump → runner and driver → bedside. What a protocol
 * has no word for stands in the table, and only that is left out.
 */
import { describe, expect, test } from 'vitest';
import type { AnyDriver } from '$drivers/driver.ts';
import { DRIVERS } from '$drivers/registry.ts';
import type { InfusionState } from '$lib/domain/index.ts';
import { PumpBench } from '../support/pump-bench.ts';

/** What a protocol can tell. */
interface Abilities {
  /** What its words for "paused by hand" come to. */
  readonly paused: InfusionState;
  readonly complete: InfusionState;
  readonly occluded: InfusionState;
  /** Undefined where the protocol has no word for a rate that keeps the vein open. */
  readonly kvo: InfusionState | undefined;
  /** False where nobody knows whether the rate that is told then is the keep-open rate. */
  readonly tellsKvoRate: boolean;
  /** `sum`: told apart and counted · `counter`: only in the volume · `none`: the pump sends no volume. */
  readonly bolus: 'sum' | 'counter' | 'none';
  /** Kinds of alarm; undefined where the protocol has no word. */
  readonly occlusion: string | undefined;
  readonly nearEnd: string | undefined;
  readonly hasDrug: boolean;
  readonly hasConcentration: boolean;
  readonly hasPressure: boolean;
  /** Settings with which the device has a second pump with a carrier; undefined for a protocol with one pump to a line. */
  readonly second?: Readonly<Record<string, unknown>>;
  /** Within what a pulled cable is shown. Longer than 3 s only with the note's word for it. */
  readonly lossShownMs: number;
}

const ABILITIES: Readonly<Record<string, Abilities>> = {
  'pump-alaris-asena': {
    paused: 'stopped',
    complete: 'complete',
    occluded: 'alarm',
    kvo: 'kvo',
    tellsKvoRate: true,
    bolus: 'counter',
    occlusion: 'occlusion',
    nearEnd: 'nearEnd',
    hasDrug: false,
    hasConcentration: false,
    hasPressure: true,
    lossShownMs: 3000,
  },
  'pump-bbraun-bcc': {
    paused: 'stopped',
    complete: 'complete',
    occluded: 'alarm',
    kvo: 'kvo',
    tellsKvoRate: true,
    bolus: 'sum',
    occlusion: 'occlusion',
    nearEnd: 'nearEnd',
    hasDrug: true,
    hasConcentration: true,
    hasPressure: true,
    second: { pumps: [{ place: '13' }] },
    lossShownMs: 3000,
  },
  // As shipped: which of two alarms it is that stopped the pump is not known before its site has confirmed it.
  'pump-terumo-ss3': {
    paused: 'stopped',
    complete: 'alarm',
    occluded: 'alarm',
    kvo: undefined,
    tellsKvoRate: true,
    bolus: 'counter',
    occlusion: undefined,
    nearEnd: undefined,
    hasDrug: false,
    hasConcentration: true,
    hasPressure: true,
    lossShownMs: 3000,
  },
  'pump-graseby-3000-500': {
    paused: 'paused',
    complete: 'kvo',
    occluded: 'alarm',
    kvo: 'kvo',
    tellsKvoRate: false,
    bolus: 'counter',
    occlusion: 'occlusion',
    nearEnd: undefined,
    hasDrug: false,
    hasConcentration: false,
    hasPressure: false,
    lossShownMs: 3000,
  },
  'pump-qcore-sapphire': {
    paused: 'stopped',
    complete: 'stopped',
    occluded: 'stopped',
    kvo: undefined,
    tellsKvoRate: false,
    bolus: 'counter',
    occlusion: undefined,
    nearEnd: undefined,
    hasDrug: false,
    hasConcentration: false,
    hasPressure: false,
    lossShownMs: 3000,
  },
  'pump-graseby-3400': {
    paused: 'stopped',
    complete: 'stopped',
    occluded: 'alarm',
    kvo: undefined,
    tellsKvoRate: false,
    bolus: 'counter',
    // One word for all alarms.
    occlusion: undefined,
    nearEnd: undefined,
    hasDrug: false,
    hasConcentration: false,
    hasPressure: false,
    lossShownMs: 3000,
  },
  'pump-newera-ne1000': {
    paused: 'paused',
    // At its target volume it says "stopped", as at any other time.
    complete: 'stopped',
    occluded: 'alarm',
    kvo: undefined,
    tellsKvoRate: false,
    bolus: 'counter',
    // It stalls, and does not know why.
    occlusion: undefined,
    nearEnd: undefined,
    hasDrug: false,
    hasConcentration: false,
    hasPressure: false,
    lossShownMs: 3000,
  },
  // Nobody outside knows what its alarm bits mean: an end is an alarm like any other.
  'pump-fresenius-orchestra': {
    paused: 'stopped',
    complete: 'alarm',
    occluded: 'alarm',
    kvo: undefined,
    tellsKvoRate: false,
    bolus: 'counter',
    occlusion: undefined,
    nearEnd: undefined,
    hasDrug: true,
    hasConcentration: false,
    hasPressure: false,
    second: { pumps: [{}] },
    lossShownMs: 3000,
  },
  'pump-bbraun-hl7-pcd': {
    paused: 'stopped',
    complete: 'complete',
    occluded: 'alarm',
    kvo: undefined,
    tellsKvoRate: false,
    bolus: 'counter',
    occlusion: 'occlusion',
    nearEnd: 'nearEnd',
    hasDrug: true,
    hasConcentration: true,
    hasPressure: false,
    second: { pumps: [{}] },
    // It reports when it likes to and is not asked: 30 s, by the note.
    lossShownMs: 31_000,
  },
};

/** States that end a session's infusion as planned. */
const ENDS: readonly InfusionState[] = ['complete', 'kvo'];

const PUMPS = DRIVERS.filter(({ role }) => role === 'pump');

function abilitiesOf({ id }: AnyDriver): Abilities {
  const abilities = ABILITIES[id];
  if (!abilities) throw new Error(`what ${id} can tell is not in the table`);
  return abilities;
}

const MINUTE = 60_000;
/** How far a pump's counter may be behind: its steps and the time between two looks. */
const COUNTER_ML = 0.25;

describe.each(PUMPS)('$id at a bed', (driver) => {
  const able = abilitiesOf(driver);
  const version36 = { version: '3.36' };
  const benchWith = (device: Readonly<Record<string, unknown>> = {}): PumpBench =>
    new PumpBench(driver, { device: { ...version36, ...device } });

  test('start: what flows, how much has gone in, and the phase', () => {
    const bench = benchWith().start();
    expect(bench.kindsOfEvents()).toEqual(['started']);
    expect(bench.bed.state.session?.phase).toBe('infusion');
    const from = bench.channel.deliveredMl;
    bench.runFor(4 * MINUTE);
    expect(bench.reading).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5, alarms: [] });
    if (able.hasDrug) expect(bench.reading.drugName).toMatch(/^keta/i);
    if (able.hasConcentration) expect(bench.reading.concentration).toEqual({ value: 1, unit: 'mg/mL' });
    if (able.bolus !== 'none') expect(Math.abs(bench.channel.deliveredMl - from - 3.5)).toBeLessThan(COUNTER_ML);
    expect(bench.forbidden).toEqual([]);
    expect(bench.station.refused).toEqual([]);
  });

  test('a change of rate is an event with both rates', () => {
    const bench = benchWith().start();
    const from = bench.now;
    bench.order({ rateMlPerHour: 30 });
    bench.until('the new rate', () => bench.reading.rateMlPerHour === 30, 15_000);
    expect(bench.events(from)).toMatchObject([{ type: 'rate-changed', fromMlPerHour: 52.5, toMlPerHour: 30 }]);
  });

  test('pause and resume', () => {
    const bench = benchWith().start();
    const from = bench.now;
    bench.order({ isStarted: false });
    bench.until('the pause', () => bench.reading.state === able.paused, 15_000);
    bench.runFor(70_000);
    expect(bench.bed.alarm('P2')).toBeDefined();
    bench.order({ isStarted: true });
    bench.until('the infusion', () => bench.reading.state === 'infusing');
    expect(bench.kindsOfEvents(from)).toEqual([able.paused === 'paused' ? 'paused' : 'stopped', 'resumed']);
  });

  test('a bolus is in the volume, once, and told where the protocol tells it', () => {
    const bench = benchWith({ boluses: [{ atMs: 60_000, volumeMl: 2.5 }] }).start();
    bench.runFor(50_000 - bench.now);
    const [from, at] = [bench.channel.deliveredMl, bench.now];
    bench.runFor(MINUTE);
    const told = bench.events(at).flatMap((event) => (event.type === 'bolus' ? [event.volumeMl] : []));
    expect(told).toEqual(able.bolus === 'sum' ? [2.5] : []);
    if (able.bolus === 'none') return;
    const without = (52.5 * (MINUTE - 7500)) / (60 * MINUTE);
    expect(Math.abs(bench.channel.deliveredMl - from - without - 2.5)).toBeLessThan(COUNTER_ML);
  });

  test('occlusion: the pressure, the alarm, no dose that did not arrive, and what the line held afterwards', () => {
    const bench = benchWith().start().runFor(10_000);
    const before = bench.reading;
    bench.patient.lineNow = { isOccluded: true, isLinked: true };
    bench.until('the alarm', () => bench.reading.state === able.occluded, 2 * MINUTE);
    if (able.hasPressure) {
      const { pressurePercent: percent = 0, pressureMmHg: mmHg = 0 } = bench.reading;
      expect(percent + mmHg).toBeGreaterThan((before.pressurePercent ?? 0) + (before.pressureMmHg ?? 0));
    }
    if (able.occlusion !== undefined) {
      expect(bench.alarmKinds().some((kind) => kind.startsWith(able.occlusion ?? ''))).toBe(true);
    }
    bench.runFor(1000);
    if (bench.reading.alarms.length > 0) expect(bench.bed.alarm('P3')).toBeDefined();
    bench.patient.lineNow = { isOccluded: false, isLinked: true };
    const openedAt = bench.now;
    bench.runFor(20_000);
    expect(bench.deliveredMg(openedAt)).toBeGreaterThan(0.3);
    bench.order({ isStarted: false }).runFor(10_000);
    bench.order({ isStarted: true });
    bench.until('the infusion', () => bench.reading.state === 'infusing');
    expect(bench.alarmKinds().filter((kind) => kind.startsWith('occlusion'))).toEqual([]);
  });

  test('near the end, and complete: the observation begins', () => {
    const bench = benchWith().order({ vtbiMl: 5 }).start();
    const from = bench.now;
    if (able.nearEnd !== undefined)
      bench.until('the word', () => bench.alarmKinds().includes(able.nearEnd ?? ''), 6 * MINUTE);
    bench.until('the end', () => bench.reading.state === able.complete, 7 * MINUTE);
    expect(bench.now - from).toBeGreaterThan(5 * MINUTE);
    expect(bench.kindsOfEvents(from)).toEqual(ENDS.includes(able.complete) ? ['completed'] : ['stopped']);
    if (!ENDS.includes(able.complete)) return;
    expect(bench.bed.state.session?.phase).toBe('observation');
    expect(bench.bed.alarm('P6')).toBeDefined();
  });

  test('a rate that keeps the vein open is no infusion any more', () => {
    if (able.kvo === undefined) return;
    const bench = benchWith({ kvoMlPerHour: 3 }).order({ vtbiMl: 2 }).start();
    bench.until('the end', () => bench.reading.state === able.kvo, 4 * MINUTE);
    expect(bench.reading.rateMlPerHour).toBe(able.tellsKvoRate ? 3 : undefined);
    expect(bench.bed.state.session?.phase).toBe('observation');
  });

  test('a pump that loses its power is no pump that infuses, and comes back without a hand', () => {
    const bench = benchWith({ offs: [{ fromMs: 60_000, toMs: 90_000 }] }).start();
    bench.runFor(60_000 - bench.now);
    const shownMs = Math.max(15_000, able.lossShownMs);
    bench.until('that it is off', () => bench.link !== 'live' || bench.reading.state !== 'infusing', shownMs);
    bench.runFor(30_000);
    bench.until(
      'that it is there again',
      () => bench.link === 'live' && bench.reading.state !== 'disconnected',
      2 * MINUTE,
    );
    expect(bench.reading.state).not.toBe('infusing');
    bench.order({ isStarted: false }).runFor(5000).order({ isStarted: true });
    bench.until('the infusion', () => bench.reading.state === 'infusing');
  });

  test('a cable that is pulled is shown in time, ends as a technical alarm, and heals by itself', () => {
    const bench = benchWith().start();
    const delivered = bench.channel.deliveredMl;
    bench.patient.lineNow = { isOccluded: false, isLinked: false };
    bench.until('that it is said', () => bench.link !== 'live', able.lossShownMs);
    const last = bench.reading.at;
    bench.until('the alarm', () => bench.bed.alarm('T4') !== undefined, 15_000);
    expect(bench.reading.at).toBe(last);
    bench.runFor(30_000);
    bench.patient.lineNow = { isOccluded: false, isLinked: true };
    bench.until('the pump', () => bench.link === 'live' && bench.reading.at > last, 90_000);
    expect(bench.reading.state).toBe('infusing');
    if (able.bolus === 'none') return;
    const given = ((bench.now - last) / MINUTE / 60) * 52.5;
    bench.runFor(10_000);
    expect(bench.channel.deliveredMl - delivered).toBeGreaterThan(given);
    expect(bench.kindsOfEvents()).toEqual(['started']);
  });

  test('a counter that is set to nought takes nothing away', () => {
    if (able.bolus === 'none') return;
    const bench = benchWith({ counterResets: [{ atMs: 2 * MINUTE }] }).start();
    bench.runFor(4 * MINUTE - bench.now);
    const began = bench.bed.outputs.find(({ body }) => body.kind === 'infusion-event')?.at ?? 0;
    const truth = ((bench.now - began) / MINUTE / 60) * 52.5;
    expect(Math.abs(bench.channel.deliveredMl - truth)).toBeLessThan(2 * COUNTER_ML);
  });

  test('two pumps on one bed: the drug and its carrier', () => {
    if (able.second === undefined) return;
    const bench = benchWith(able.second).start();
    bench.until('both', () => bench.channels.length === 2);
    bench.runFor(MINUTE);
    const [drug, carrier] = bench.channels;
    expect(drug?.reading).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5 });
    expect(carrier?.reading).toMatchObject({ state: 'infusing', rateMlPerHour: 20 });
    expect(carrier?.reading.channel).not.toBe(drug?.reading.channel);
    bench.order({ isStarted: false }).runFor(15_000);
    expect(bench.channels.map(({ reading }) => reading.state)).toEqual([able.paused, 'infusing']);
  });
});
