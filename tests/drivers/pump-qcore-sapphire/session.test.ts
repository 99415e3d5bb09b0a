import { describe, expect, test } from 'vitest';
import { encode } from '$drivers/pump-qcore-sapphire/codec.ts';
import { wrapFrame } from '$drivers/pump-qcore-sapphire/framing.ts';
import { pumpQcoreSapphire } from '$drivers/pump-qcore-sapphire/index.ts';
import type { InfusionReading } from '$lib/domain/index.ts';
import { PollingBench } from '../../support/polling-bench.ts';
import { batch, spoilt, type BatchValues } from './frames.ts';

const benchOf = () => new PollingBench(pumpQcoreSapphire);
type Bench = ReturnType<typeof benchOf>;
const readings = (bench: Bench): readonly InfusionReading[] =>
  bench.observations.filter((seen) => seen.kind === 'infusion');
const saidAt = (bench: Bench) => bench.sent.map(({ at }) => at);
const infusedBy = (ms: number, rate = 52.5) => (rate * ms) / 3_600_000;

/** Four batches a second up to this time; what each says. */
function stream(
  bench: Bench,
  until: number,
  values: (ms: number) => BatchValues,
  wrap = (wire: Uint8Array) => [wire],
): Bench {
  while (bench.now < until) {
    bench.waitUntil(bench.now + 250);
    for (const wire of wrap(batch(values(bench.now)))) bench.receive(wire);
  }
  return bench;
}
const infusing = (ms: number): BatchValues => ({ infused: infusedBy(ms) });
const live = (until = 5000): Bench => stream(benchOf().open(), until, infusing);

describe('"this is PC"', () => {
  test('is said on opening, a second later, and every ten seconds while batches come', () => {
    const bench = live(60_000);
    expect(saidAt(bench)).toEqual([0, 1000, 11_000, 21_000, 31_000, 41_000, 51_000]);
    expect(bench.queries().map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('is said every five seconds while nothing comes, and the link is opened anew after fifteen', () => {
    const bench = benchOf().open().waitUntil(60_000);
    expect(saidAt(bench)).toEqual([0, 1000, 6000, 11_000]);
    expect(bench.reopens).toHaveLength(1);
    expect(bench.reopens[0]).toContain('Not a byte has come from the pump');
    bench.open();
    expect(bench.queries().at(-1)).toEqual({ kind: 'this-is-pc', sequence: 0 });
  });

  test('is said at once when the batches end', () => {
    const bench = live(20_000);
    bench.waitUntil(23_000);
    expect(bench.statuses.at(-1)).toMatchObject({ state: 'silent', reason: 'The pump has stopped sending.' });
    expect(saidAt(bench).at(-1)).toBe(22_500);
  });

  test('counts from 255 to 0', () => {
    const bench = live(2_560_000 + 20_000);
    const sequences = bench.queries().map(({ sequence }) => sequence);
    expect(sequences.slice(254, 258)).toEqual([254, 255, 0, 1]);
  });

  test('is not said any more when the station hangs up', () => {
    const bench = live();
    const count = bench.sent.length;
    bench.close().receive(batch()).waitUntil(60_000);
    expect(bench.sent).toHaveLength(count);
    expect(bench.states).toEqual(['live']);
  });
});

describe('readings', () => {
  test('come once a second, with what the pump said and what it did not', () => {
    const bench = live(20_000);
    const all = readings(bench);
    expect(all.length).toBeGreaterThanOrEqual(18);
    const gaps = all.slice(1).map(({ at }, i) => at - (all[i]?.at ?? 0));
    expect(gaps.every((gap) => gap === 1000)).toBe(true);
    expect(all.at(-1)).toEqual({
      kind: 'infusion',
      source: 'device-1',
      at: all.at(-1)?.at,
      channel: '1200345',
      model: 'Sapphire',
      softwareVersion: '1305',
      pumpType: 'unknown',
      state: 'infusing',
      rateMlPerHour: 52.5,
      volumeInfusedMl: Math.floor(infusedBy(all.at(-1)?.at ?? 0) * 100 + 1e-6) / 100,
      volumeRemainingMl: 17.5,
      alarms: [],
      doubt: 'alarms of this pump are not read',
    });
  });

  test('the status says what is not read', () => {
    expect(live().lastReason).toBe(
      'Serial number 1200345. Experimental: only flow and volumes are read; alarms, battery and drug of this pump are not.',
    );
  });

  test('begin when the volume has risen: a flow alone is no infusion', () => {
    const bench = live(3000);
    expect(readings(bench)[0]).toMatchObject({ state: 'infusing' });
    expect(readings(bench)[0]?.at).toBeGreaterThanOrEqual(750);
    const still = stream(benchOf().open(), 20_000, () => ({ infused: 5 }));
    expect(readings(still)[0]).toMatchObject({ state: 'unknown', rateSetMlPerHour: 52.5 });
    expect(readings(still)[0]).not.toHaveProperty('rateMlPerHour');
    expect(readings(still)[0]?.doubt).toContain('the volume does not rise');
    expect(readings(still)[0]?.at).toBeGreaterThanOrEqual(10_000);
  });

  test('a flow of 0 is told at once as stopped, and so is its end', () => {
    const bench = live(10_000);
    const stoppedMl = infusedBy(10_000);
    stream(bench, 20_000, () => ({ rate: 0, infused: stoppedMl }));
    expect(readings(bench).find(({ state }) => state === 'stopped')).toMatchObject({ at: 10_250, rateMlPerHour: 0 });
    stream(bench, 30_000, (ms) => ({ infused: stoppedMl + infusedBy(ms - 20_000) }));
    const after = readings(bench).filter(({ at }) => at > 20_000);
    expect(after[0]).toMatchObject({ at: 20_250, state: 'unknown' });
    expect(after[0]?.doubt).toContain('too early');
    expect(after[1]?.state).toBe('infusing');
  });

  test('a volume that stands still at a flow is no infusion after two steps and two seconds', () => {
    const bench = live(10_000);
    stream(bench, 20_000, () => ({ infused: infusedBy(10_000) }));
    const firstUnknown = readings(bench).find(({ state }) => state === 'unknown')?.at ?? Infinity;
    expect(firstUnknown).toBeGreaterThan(12_000);
    expect(firstUnknown).toBeLessThan(14_500);
  });

  test('a pump without a serial number is the only one', () => {
    const bench = stream(benchOf().open(), 3000, (ms) => ({ serial: 0, infused: infusedBy(ms) }));
    expect(readings(bench).at(-1)?.channel).toBe('pump');
  });
});

describe('a batch that stands alone', () => {
  test.each<[string, BatchValues]>([
    ['another serial number', { serial: 7 }],
    ['a volume that no pump can give in a quarter of a second', { infused: 300_000 }],
    ['a volume that has fallen', { infused: 0 }],
  ])('is not used: %s', (_what, odd) => {
    const bench = live(10_000);
    bench.receive(batch({ ...infusing(10_000), ...odd, rate: 900 }));
    stream(bench, 20_000, infusing);
    expect(readings(bench).every(({ channel, rateMlPerHour }) => channel === '1200345' && rateMlPerHour === 52.5)).toBe(
      true,
    );
    expect(bench.states).toEqual(['live']);
  });

  test('and one that the next bears out is: a counter that is set back, another pump', () => {
    const bench = live(10_000);
    stream(bench, 11_000, (ms) => ({ infused: infusedBy(ms - 10_000) }));
    expect(readings(bench).at(-1)?.volumeInfusedMl).toBeLessThan(0.02);
    stream(bench, 20_000, (ms) => ({ ...infusing(ms), serial: 7 }));
    expect(readings(bench).at(-1)?.channel).toBe('7');
  });
});

describe('silence', () => {
  test.each([0, 250, 500, 750])('is told within 3 s of the last batch (%i), and nothing is told again', (offset) => {
    const bench = live(10_000 + offset);
    const last = bench.now;
    bench.waitUntil(last + 2750);
    expect(bench.states.at(-1)).toBe('silent');
    bench.waitUntil(60_000);
    expect(readings(bench).every(({ at }) => at <= last)).toBe(true);
    expect(bench.reopens).toEqual(['The pump has stopped sending.']);
  });

  test('what rose behind it is no evidence: the volume is watched anew', () => {
    const bench = live(10_000);
    bench.waitUntil(15_000);
    const from = bench.now;
    stream(bench, 15_250, infusing);
    expect(bench.states.at(-1)).toBe('live');
    expect(readings(bench).filter(({ at }) => at > from)).toEqual([]);
    stream(bench, 18_000, infusing);
    expect(readings(bench).find(({ at }) => at > from)).toMatchObject({ state: 'infusing' });
  });

  test('bytes that are no batch are silence that is called by its name', () => {
    const bench = live(5000);
    const other = wrapFrame({ target: 103, sender: 101, type: 11, sequence: 0, data: new Uint8Array(20) });
    for (let at = 5250; at <= 30_000; at += 250) bench.waitUntil(at).receive(other);
    expect(bench.statuses.at(-1)).toMatchObject({
      state: 'silent',
      reason: 'What comes from the pump is damaged, or not a batch.',
    });
    expect(bench.reopens).toEqual([]);
  });

  test.each([
    ['an echo', encode({ kind: 'this-is-pc', sequence: 0 })],
    ['noise', Uint8Array.from({ length: 80 }, (_, i) => i)],
  ])('from the beginning, with %s only: said after fifteen seconds', (_what, bytes) => {
    const bench = benchOf().open();
    for (let at = 250; at <= 20_000; at += 250) bench.waitUntil(at).receive(bytes);
    expect(bench.statuses).toMatchObject([{ state: 'negotiating' }]);
    expect(bench.lastReason).toContain('no batch of a Sapphire');
  });
});

describe('sums', () => {
  const wrongAt = (isWrong: (n: number) => boolean) => {
    let n = 0;
    return (wire: Uint8Array) => [isWrong((n += 1)) ? spoilt(wire) : wire];
  };
  /** What a damaged batch would say. */
  const wild = (ms: number, from: number): BatchValues => (ms > from ? { rate: 900, infused: 7 } : infusing(ms));

  test('once proven, a wrong one is damage: its frame is not used', () => {
    const bench = live(10_000);
    stream(
      bench,
      60_000,
      (ms) => wild(ms, 10_000),
      wrongAt(() => true),
    );
    expect(readings(bench).every(({ rateMlPerHour }) => rateMlPerHour === 52.5)).toBe(true);
    expect(bench.states).toEqual(['live', 'silent']);
  });

  test('while undecided a wrong one is not used either', () => {
    const bench = stream(
      benchOf().open(),
      5000,
      (ms) => ({ ...infusing(ms), rate: ms % 500 === 0 ? 900 : 52.5 }),
      wrongAt((n) => n % 2 === 0),
    );
    expect(readings(bench).length).toBeGreaterThan(2);
    expect(readings(bench).every(({ rateMlPerHour }) => rateMlPerHour === 52.5)).toBe(true);
  });

  test('that are all wrong are another sum than ours: then the data are told, with the doubt', () => {
    const bench = stream(
      benchOf().open(),
      20_000,
      infusing,
      wrongAt(() => true),
    );
    const [first] = readings(bench);
    expect(first?.at).toBeGreaterThan(5000);
    expect(first).toMatchObject({ state: 'infusing', rateMlPerHour: 52.5 });
    expect(first?.doubt).toContain('the sums of this pump are not the ones that we know');
  });

  test('on a new link have to prove themselves anew', () => {
    const bench = live(10_000);
    bench.open();
    stream(
      bench,
      30_000,
      infusing,
      wrongAt(() => true),
    );
    expect(readings(bench).at(-1)?.doubt).toContain('the sums of this pump');
  });
});
