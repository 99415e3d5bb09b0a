import { describe, expect, test } from 'vitest';
import type { NibpReply } from '$drivers/ge-dinamap/messages.ts';
import { cuff, newBench, rate, reading, say, type Bench } from './monitor.ts';

/** A bench that hears the cuff at this time, and no rate from the cuff behind it. */
const hearAt = (bench: Bench, at: number, reply: NibpReply): Bench => say(say(bench.waitUntil(at), reply), rate());

describe('a cuff reading', () => {
  test('is told once, however often it is repeated, dated by its age', () => {
    const bench = newBench();
    for (let second = 100; second < 400; second += 1) hearAt(bench, second * 1000, reading(second - 97));
    expect(bench.nibp).toEqual([
      {
        kind: 'nibp',
        source: 'device-1',
        at: 100_000,
        measuredAt: 97_000,
        systolic: 168,
        diastolic: 98,
        meanArterial: 121,
      },
    ]);
  });

  test('that is there when we come is told with its true age', () => {
    const bench = hearAt(newBench(), 2_000_000, reading(1762));
    expect(bench.nibp).toMatchObject([{ at: 2_000_000, measuredAt: 238_000 }]);
  });

  test.each([
    ['while the cuff measures', cuff({ ...reading(3), status: 'busy' })],
    ['after a failure', cuff({ ...reading(3), status: 'failed' })],
    ['without an age', cuff({ ...reading(3), ageS: undefined })],
    ['of zeros', reading(3, 0, 0, 0)],
    ['without a diastolic pressure', reading(3, 168, 0, 0)],
  ])('%s is no measurement', (_when, reply) => {
    expect(hearAt(newBench(), 60_000, reply).waitUntil(70_000).nibp).toEqual([]);
  });

  test('without a mean is told without it', () => {
    const [told] = hearAt(newBench(), 60_000, reading(3, 168, 98, 0)).nibp;
    expect(told).toMatchObject({ systolic: 168, diastolic: 98 });
    expect(told).not.toHaveProperty('meanArterial');
  });

  test('is new when the age falls, with other numbers and with the same', () => {
    const bench = newBench();
    hearAt(bench, 100_000, reading(10));
    hearAt(bench, 160_000, reading(1, 150, 90, 110));
    hearAt(bench, 200_000, reading(0, 150, 90, 110));
    hearAt(bench, 201_000, reading(1, 150, 90, 110));
    expect(bench.nibp.map(({ measuredAt, systolic }) => [measuredAt, systolic])).toEqual([
      [90_000, 168],
      [159_000, 150],
      [200_000, 150],
    ]);
  });

  test('is new when the age falls, although it comes soon and has the same numbers', () => {
    const bench = newBench();
    for (const second of [1, 2, 3, 18, 19]) hearAt(bench, 100_000 + second * 1000, reading(second));
    for (const second of [21, 22, 23]) hearAt(bench, 100_000 + second * 1000, reading(second - 20));
    expect(bench.nibp.map(({ measuredAt }) => measuredAt)).toEqual([100_000, 120_000]);
  });

  test('is not new when its numbers change and its age does not: a damaged line that passed for good', () => {
    const bench = newBench();
    hearAt(bench, 100_000, reading(40));
    hearAt(bench, 101_500, reading(41, 108));
    hearAt(bench, 102_000, reading(42));
    expect(bench.nibp).toHaveLength(1);
  });

  test('is new when it ended while nobody looked', () => {
    const bench = newBench();
    hearAt(bench, 100_000, reading(10));
    hearAt(bench, 700_000, reading(300));
    expect(bench.nibp.map(({ measuredAt }) => measuredAt)).toEqual([90_000, 400_000]);
  });

  test('is not new because the seconds of the monitor and ours do not beat together', () => {
    const bench = newBench();
    for (let second = 10; second < 5400; second += 10) {
      // The monitor's seconds are a thousandth too long, and its replies come up to half a second late.
      const jitterMs = (second * 7) % 500;
      hearAt(bench, 100_000 + second * 1000 + jitterMs, reading(Math.floor(second * 0.999)));
    }
    expect(bench.nibp).toHaveLength(1);
  });

  test('that was held up on its way is not new, although it seems younger', () => {
    const bench = newBench();
    hearAt(bench, 100_000, reading(40));
    hearAt(bench, 112_000, reading(41));
    hearAt(bench, 113_000, reading(53));
    expect(bench.nibp).toHaveLength(1);
    hearAt(bench, 120_000, reading(0, 170, 99, 122));
    expect(bench.nibp).toHaveLength(2);
  });

  test('older than the one told before is no news, and does not hide the next', () => {
    const bench = newBench();
    hearAt(bench, 1_000_000, reading(10));
    hearAt(bench, 1_001_000, reading(600, 120, 70, 87));
    hearAt(bench, 1_002_000, reading(12));
    hearAt(bench, 1_030_000, reading(0, 130, 75, 93));
    expect(bench.nibp.map(({ systolic }) => systolic)).toEqual([168, 130]);
  });

  test('stays told over a break of the link and over a restart of the monitor', () => {
    const bench = newBench().open();
    hearAt(bench, 100_000, reading(10));
    bench.waitUntil(200_000).close().open();
    hearAt(bench, 201_000, reading(111));
    hearAt(bench, 202_000, cuff());
    hearAt(bench, 300_000, reading(2, 140, 80, 100));
    expect(bench.nibp.map(({ measuredAt }) => measuredAt)).toEqual([90_000, 298_000]);
  });
});

describe('the rate of a cuff reading', () => {
  test('is the one that the monitor says is from the cuff', () => {
    const bench = say(newBench().waitUntil(60_000), reading(1));
    expect(bench.nibp).toEqual([]);
    say(bench.waitUntil(60_250), rate({ source: 'nibp', rate: 88 }));
    expect(bench.nibp).toMatchObject([{ measuredAt: 59_000, pulseRate: 88 }]);
  });

  test.each([
    ['from the oximeter', rate({ rate: 118 })],
    ['that is none', rate({ source: 'nibp', rate: undefined })],
  ])('is absent beside a rate %s', (_what, reply) => {
    const [told] = say(say(newBench().waitUntil(60_000), reading(1)), reply).nibp;
    expect(told).toMatchObject({ measuredAt: 59_000 });
    expect(told).not.toHaveProperty('pulseRate');
  });

  test('is not waited for longer than a second and a half', () => {
    const bench = say(newBench().waitUntil(60_000), reading(1));
    expect(bench.waitUntil(61_250).nibp).toEqual([]);
    expect(bench.waitUntil(61_500).nibp).toMatchObject([{ at: 61_500, measuredAt: 59_000 }]);
    expect(bench.waitUntil(90_000).nibp).toHaveLength(1);
  });

  test('does not keep a newer reading waiting behind an older', () => {
    const bench = say(newBench().waitUntil(60_000), reading(500));
    say(bench, reading(1, 150, 90, 110));
    say(bench, rate({ source: 'nibp', rate: 88 }));
    expect(bench.nibp.map(({ systolic, pulseRate }) => [systolic, pulseRate])).toEqual([
      [168, undefined],
      [150, 88],
    ]);
  });
});

describe('the state of the cuff', () => {
  test('is told when it changes', () => {
    const bench = newBench();
    const replies = ['done', 'done', 'busy', 'busy', 'failed', 'failed', 'busy', 'overpressure', 'done'] as const;
    replies.forEach((status, i) => say(bench.waitUntil(i * 1000), cuff({ status })));
    expect(bench.cuff.map(({ at, state, detail }) => [at, state, detail])).toEqual([
      [0, 'idle', undefined],
      [2000, 'measuring', undefined],
      [4000, 'failed', 'failed'],
      [6000, 'measuring', undefined],
      [7000, 'failed', 'overpressure'],
      [8000, 'idle', undefined],
    ]);
  });

  test('names the stat mode', () => {
    const bench = say(say(newBench(), cuff({ isStat: true })), cuff());
    expect(bench.cuff).toMatchObject([{ mode: 'stat' }, {}]);
    expect(bench.cuff[1]).not.toHaveProperty('mode');
  });
});
