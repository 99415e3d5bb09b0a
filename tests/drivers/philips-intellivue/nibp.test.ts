import { describe, expect, test } from 'vitest';
import { ATTRIBUTE } from '$drivers/philips-intellivue/protocol-codes.ts';
import { writeAbsoluteTime } from '$drivers/philips-intellivue/values.ts';
import type { FloatValue } from '$drivers/philips-intellivue/floats.ts';
import type { PolledObject } from '$drivers/philips-intellivue/messages.ts';
import { accept, Bench, compound, created, EPOCH_MS, numbers, PROBE_AND_A_BIT_MS, single, value } from './bench.ts';

const MMHG = 0x0f20;
const MEASURING = 0x0020;

/** The cuff as it stands on the monitor. `stampMs` on the wall clock of the monitor, from its time 0. */
function cuff(
  systolic: FloatValue,
  { stampMs, state = 0, diastolic = 78 }: { stampMs?: number; state?: number; diastolic?: FloatValue } = {},
): PolledObject {
  const all: readonly (readonly [number, FloatValue])[] = [
    [0x4a05, systolic],
    [0x4a06, systolic === 'nan' ? 'nan' : diastolic],
    [0x4a07, systolic === 'nan' ? 'nan' : 95],
  ];
  const values = all.map(([id, number]) => value(id, number, MMHG, state));
  return compound(values, stampMs === undefined ? undefined : EPOCH_MS + stampMs, 0x8272);
}
const pulse = (rate: number, stampMs?: number): PolledObject => {
  const object = single(value(0xf0e5, rate, 0x0aa0), 0, 0x8276);
  if (stampMs === undefined) return object;
  const stamp = { id: ATTRIBUTE.stampAbsolute, value: writeAbsoluteTime(EPOCH_MS + stampMs) };
  return { ...object, attributes: [...object.attributes, stamp] };
};

/** Says this every 1.024 s until `until`. */
function show(bench: Bench, until: number, ...objects: readonly PolledObject[]): Bench {
  while (bench.now < until) bench.wait(1024).hear(numbers(bench.now, objects));
  return bench;
}

describe('a cuff measurement', () => {
  test('is told once, however often it is repeated, with its age on the clock of the monitor', () => {
    const bench = show(new Bench().stream(), 30_000, cuff('nan', { state: 0x2000, stampMs: -999_000 }));
    show(bench, 90_000, cuff(128, { stampMs: 31_000 }), pulse(77));
    expect(bench.of('nibp')).toEqual([
      {
        kind: 'nibp',
        source: 'monitor-1',
        at: expect.any(Number) as number,
        measuredAt: 31_000,
        deviceTime: EPOCH_MS + 31_000,
        systolic: 128,
        diastolic: 78,
        meanArterial: 95,
        pulseRate: 77,
      },
    ]);
    expect(bench.of('cuff').map(({ state }) => state)).toEqual(['idle']);
  });

  test('that a late datagram shows once more, after a newer one, is not told again', () => {
    const bench = show(new Bench().stream(), 5000, cuff(128, { stampMs: 0 }));
    show(bench, 6100, cuff(150, { stampMs: 5000 }));
    bench.hear(numbers(bench.now - 1024, [cuff(128, { stampMs: 0 })], { sequence: 7 }));
    show(bench, 10_000, cuff(150, { stampMs: 5000 }));
    expect(bench.of('nibp').map(({ systolic }) => systolic)).toEqual([128, 150]);
  });

  test('with the same numbers and a new stamp is a new one', () => {
    const bench = show(new Bench().stream(), 5000, cuff(128, { stampMs: 0 }));
    show(bench, 10_000, cuff(128, { stampMs: 6000 }));
    expect(bench.of('nibp').map(({ measuredAt }) => measuredAt)).toEqual([0, 6000]);
  });

  test('is not told while it goes on, although old numbers stand beside it', () => {
    const bench = show(new Bench().stream(), 5000, cuff(128, { stampMs: 0 }));
    show(bench, 20_000, cuff(128, { stampMs: 5000, state: MEASURING }));
    expect(bench.of('nibp')).toHaveLength(1);
    show(bench, 25_000, cuff(140, { stampMs: 19_000 }));
    expect(bench.of('nibp').map(({ systolic }) => systolic)).toEqual([128, 140]);
    expect(bench.of('cuff').map(({ state }) => state)).toEqual(['idle', 'measuring', 'idle']);
  });

  test('is dated between the last answer without it and now, whatever the clock of the monitor says', () => {
    const dated = (stampMs: number) => {
      const bench = show(new Bench().stream(), 5000, cuff(128, { stampMs: 0 }));
      show(bench, 6000, cuff(140, { stampMs }));
      const [, second] = bench.of('nibp');
      return [second?.measuredAt, second?.at];
    };
    const [now] = [dated(5000)[1]];
    expect(dated(-3_600_000)[0]).toBe((now ?? 0) - 1024);
    expect(dated(+3_600_000)[0]).toBe(now);
  });

  test('stays told over a break of the link, and one from within the break is dated in it', () => {
    const bench = show(new Bench().stream(), 5000, cuff(128, { stampMs: 0 }));
    bench.hear({ kind: 'abort' }).wait(60_000).stream();
    show(bench, bench.now + 3000, cuff(128, { stampMs: 0 }));
    expect(bench.of('nibp')).toHaveLength(1);
    bench.hear({ kind: 'abort' }).wait(60_000).stream();
    show(bench, bench.now + 3000, cuff(150, { stampMs: 100_000 }));
    expect(bench.of('nibp').map(({ measuredAt }) => Math.round(measuredAt / 1000))).toEqual([0, 100]);
  });

  test.each([
    [-90_000, -90_000],
    [-23 * 3_600_000, -23 * 3_600_000],
  ])('that stood there before we came is told when its age is known: %i ms', (stampMs, measuredAt) => {
    const bench = show(new Bench().stream(), 3000, cuff(128, { stampMs }));
    expect(bench.of('nibp')).toMatchObject([{ measuredAt, systolic: 128 }]);
  });

  test.each([
    ['older than a day', { stampMs: -25 * 3_600_000 }],
    ['from the future', { stampMs: 60_000 }],
    ['without a stamp', {}],
  ])('that stood there before we came and is %s is shown undated and never told', (_, stamp) => {
    const bench = show(new Bench().stream(), 5000, cuff(128, stamp), pulse(77));
    expect(bench.of('nibp')).toEqual([]);
    const undated = { systolic: 128, diastolic: 78, meanArterial: 95, pulseRate: 77 };
    expect(bench.of('cuff')).toMatchObject([{ state: 'idle', undated }]);
    show(bench, 10_000, cuff(140, { stampMs: 6000 }));
    expect(bench.of('nibp')).toMatchObject([{ systolic: 140, measuredAt: 6000 }]);
    expect(bench.of('cuff').at(-1)).not.toHaveProperty('undated');
  });

  test('of a monitor without clocks is dated by its arrival', () => {
    const bench = new Bench().open().wait(PROBE_AND_A_BIT_MS).hear(accept());
    const clockless = created(bench.now);
    if (clockless.kind !== 'created') throw new Error(clockless.kind);
    bench.hear({ ...clockless, attributes: [] });
    show(bench, 5000, cuff('nan', { state: 0x2000 }));
    show(bench, 6000, cuff(128));
    expect(bench.of('nibp')).toMatchObject([{ at: bench.now, measuredAt: bench.now }]);
    expect(bench.of('nibp')[0]).not.toHaveProperty('deviceTime');
  });

  test('has a pulse only when that is of the same measurement', () => {
    const bench = show(new Bench().stream(), 3000, cuff(128, { stampMs: 0 }), pulse(77, 0));
    show(bench, 6000, cuff(140, { stampMs: 4000 }), pulse(77, 0));
    show(bench, 9000, cuff(150, { stampMs: 7000 }), pulse(80, 7000));
    expect(bench.of('nibp').map(({ pulseRate }) => pulseRate)).toEqual([77, undefined, 80]);
  });

  test('in kilopascals is told in mmHg', () => {
    const values = [value(0x4a05, 16, 0x0f03), value(0x4a06, 10, 0x0f03)];
    const bench = show(new Bench().stream(), 3000, compound(values, EPOCH_MS));
    expect(bench.of('nibp')).toMatchObject([
      { systolic: expect.closeTo(120.01, 2) as number, diastolic: expect.closeTo(75.006, 3) as number },
    ]);
    expect(bench.of('nibp')[0]).not.toHaveProperty('meanArterial');
  });
});

describe('no measurement', () => {
  test('is one that was never made', () => {
    const bench = show(new Bench().stream(), 5000, cuff('nan', { state: 0x2000, stampMs: -999_000 }));
    expect(bench.of('nibp')).toEqual([]);
    expect(bench.of('cuff')).toMatchObject([{ state: 'idle' }]);
  });

  test('is one that ends without numbers: failed, until there are some', () => {
    const bench = show(new Bench().stream(), 5000, cuff(128, { stampMs: 0 }));
    show(bench, 20_000, cuff(128, { stampMs: 0, state: MEASURING }));
    show(bench, 30_000, cuff('nan', { stampMs: 0, state: 0x8000 }));
    show(bench, 40_000, cuff(140, { stampMs: 35_000 }));
    expect(bench.of('cuff').map(({ state, detail }) => [state, detail])).toEqual([
      ['idle', undefined],
      ['measuring', undefined],
      ['failed', 'state 8000'],
      ['idle', undefined],
    ]);
    expect(bench.of('nibp')).toHaveLength(2);
  });

  test('is one with a new stamp and no numbers; when they come a second later it is told', () => {
    const bench = show(new Bench().stream(), 5000, cuff(128, { stampMs: 0 }));
    show(bench, 6000, cuff('nan', { stampMs: 5000, state: 0x8000 }));
    expect(bench.of('cuff').at(-1)).toMatchObject({ state: 'failed' });
    show(bench, 8000, cuff(140, { stampMs: 5000 }));
    expect(bench.of('nibp').map(({ systolic }) => systolic)).toEqual([128, 140]);
  });

  test.each([
    ['questionable', 0x4000],
    ['demonstrated', 0x0400],
    ['tested', 0x0800],
  ])('is one that is %s', (_, state) => {
    const bench = show(new Bench().stream(), 5000, cuff(128, { stampMs: 0 }));
    show(bench, 9000, cuff(140, { stampMs: 6000, state }));
    expect(bench.of('nibp')).toHaveLength(1);
    expect(bench.of('cuff').at(-1)).toMatchObject({ state: 'failed' });
  });

  test('is one without a diastolic', () => {
    const bench = show(new Bench().stream(), 5000, cuff(128, { stampMs: 0, diastolic: 'nan' }));
    expect(bench.of('nibp')).toEqual([]);
  });

  test('of a demonstration counts when the settings accept it', () => {
    const bench = show(new Bench({ demoData: true }).stream(), 5000, cuff(128, { stampMs: 0, state: 0x0400 }));
    expect(bench.of('nibp')).toMatchObject([{ systolic: 128 }]);
  });
});
