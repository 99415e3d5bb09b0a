import { describe, expect, test } from 'vitest';
import { suntechNibp } from '$drivers/suntech-nibp/index.ts';
import { BENCH_DEVICE } from '../../support/polling-bench.ts';
import { FakeModule, HIGH, LEAVE, LOW } from './module.ts';
import { data } from './vectors.ts';

const MINUTE = 60_000;
const acts = (module: FakeModule): readonly (readonly [number, string])[] =>
  module.bench.sent
    .filter(({ query }) => query.kind === 'start' || query.kind === 'abort')
    .map(({ at, query }) => [at, query.kind]);
const starts = (module: FakeModule): readonly number[] =>
  acts(module).flatMap(([at, kind]) => (kind === 'start' ? [at] : []));

/** A module with leave whose first start has just been sent. */
function started(): FakeModule {
  const module = new FakeModule(LEAVE);
  while (starts(module).length === 0 && module.bench.now < 6 * MINUTE) module.run(module.bench.now + 50);
  return module;
}

describe('with leave', () => {
  test('the first start comes a whole interval after the module was found, and then every interval', () => {
    const module = started();
    expect(starts(module)[0]).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(starts(module)[0]).toBeLessThan(5 * MINUTE + 1000);
    module.measure(HIGH).run(9 * MINUTE);
    expect(starts(module)).toHaveLength(1);
    module
      .run(10 * MINUTE + 1000)
      .measure(LOW)
      .run(14 * MINUTE);
    expect(starts(module)).toHaveLength(2);
    expect(module.bench.nibp.map(({ systolic }) => systolic)).toEqual([168, 120]);
    expect(acts(module).map(([, kind]) => kind)).toEqual(['start', 'start']);
  });

  test('the status says that the station starts the cuff', () => {
    const module = new FakeModule(LEAVE).run(1000);
    expect(module.bench.lastReason).toBe('The station starts a measurement every 5 min (adult).');
  });

  test('the start is the one for the kind of patient', () => {
    const module = new FakeModule({ startCuff: { everyMin: 2, patient: 'neonate' } }).run(3 * MINUTE);
    expect(module.bench.queries()).toContainEqual({ kind: 'start', patient: 'neonate' });
  });

  test('nothing is started while the cuff is full, nor within 30 s after a measurement', () => {
    const module = new FakeModule(LEAVE).run(4.9 * MINUTE);
    module.mmHg = 120;
    module.run(5.5 * MINUTE);
    expect(starts(module)).toEqual([]);
    module.data = HIGH;
    module.say('complete');
    module.mmHg = 0;
    module.run(5.5 * MINUTE + 29_000);
    expect(starts(module)).toEqual([]);
    module.run(5.5 * MINUTE + 31_500);
    expect(starts(module)).toHaveLength(1);
  });

  test('a link that comes back rests the arm for 30 s before an overdue start', () => {
    const module = new FakeModule(LEAVE).run(MINUTE);
    module.bench
      .close()
      .waitUntil(8 * MINUTE)
      .open();
    module.run(8 * MINUTE + 29_000);
    expect(starts(module)).toEqual([]);
    module.run(8 * MINUTE + 32_000);
    expect(starts(module)).toHaveLength(1);
  });
});

describe('a start', () => {
  test('is never repeated, also when its answer is lost', () => {
    const module = started();
    module.onStart = undefined;
    module.run(module.bench.now + 200);
    module.measure(HIGH).run(9 * MINUTE);
    expect(acts(module)).toHaveLength(1);
    expect(module.bench.nibp).toHaveLength(1);
  });

  test.each([
    ['error', 'the module answers a start with an error'],
    ['aborted', 'the module refuses to start'],
  ] as const)('that is answered with "%s" has failed, and the next comes an interval later', (word, detail) => {
    const module = started();
    module.onStart = word;
    module.run(9 * MINUTE);
    expect(module.bench.cuff.at(-1)).toMatchObject({ state: 'failed', detail });
    module.run(11 * MINUTE);
    expect(acts(module).map(([, kind]) => kind)).toEqual(['start', 'start']);
  });

  test('that inflates nothing in ten looks is aborted and has failed', () => {
    const module = started();
    const [startedAt = 0] = starts(module);
    module.run(startedAt + 10_000);
    const [, abort] = acts(module);
    expect(abort?.[1]).toBe('abort');
    expect((abort?.[0] ?? 0) - startedAt).toBeLessThanOrEqual(6000);
    expect(module.bench.cuff.at(-1)).toMatchObject({ state: 'failed', detail: 'the cuff does not inflate' });
    module.run(9 * MINUTE);
    expect(acts(module)).toHaveLength(2);
  });

  test('that has failed keeps the reason when the module then says "aborted" in its numbers', () => {
    const module = started();
    module.run(module.bench.now + 10_000);
    module.data = data({ error: 86 });
    module.say('complete').run(module.bench.now + 5000);
    expect(module.bench.cuff.filter(({ state }) => state === 'failed')).toMatchObject([
      { detail: 'the cuff does not inflate' },
    ]);
  });

  test('whose measurement has no end is aborted after 120 s', () => {
    const module = started();
    const [startedAt = 0] = starts(module);
    module.mmHg = 150;
    module.run(startedAt + 119_000);
    expect(acts(module)).toHaveLength(1);
    module.run(startedAt + 121_000);
    expect(acts(module)[1]?.[1]).toBe('abort');
    expect(module.bench.cuff.at(-1)).toMatchObject({ state: 'failed', detail: 'no end within 120 s' });
  });

  test.each([
    ['adult', 100],
    ['neonate', 85],
  ])('of an %s whose end nobody says has its numbers fetched after %i s', (patient, seconds) => {
    const module = new FakeModule({ startCuff: { everyMin: 5, patient } });
    while (starts(module).length === 0) module.run(module.bench.now + 50);
    const [startedAt = 0] = starts(module);
    module.mmHg = 150;
    module.run(startedAt + seconds * 1000 - 1000);
    const before = module.bench.queries(startedAt).filter(({ kind }) => kind === 'get-data').length;
    module.data = HIGH;
    module.run(startedAt + seconds * 1000 + 1000);
    expect(before).toBe(0);
    expect(module.bench.nibp).toMatchObject([{ systolic: 168 }]);
  });

  test.each([
    ['is not answered', undefined],
    ['is answered with an error', 'error'],
  ] as const)('whose abort %s is aborted three times, not for ever', (_what, word) => {
    const module = started();
    module.onAbort = word;
    module.run(9 * MINUTE);
    expect(acts(module).map(([, kind]) => kind)).toEqual(['start', 'abort', 'abort', 'abort']);
  });

  test('that failed quickly with the same numbers as the last time ends its run', () => {
    const module = started();
    module.data = data({ error: 91 });
    module
      .run(module.bench.now + 200)
      .say('complete')
      .run(9.5 * MINUTE);
    expect(acts(module)).toHaveLength(1);
    module
      .run(10 * MINUTE + 1000)
      .say('complete')
      .run(12 * MINUTE);
    expect(acts(module).map(([, kind]) => kind)).toEqual(['start', 'start']);
  });
});

describe('closing', () => {
  test('aborts a measurement of ours, since nobody would watch it', () => {
    const module = started();
    module.mmHg = 150;
    module.run(module.bench.now + 5000);
    module.bench.close();
    expect(module.bench.queries().at(-1)).toEqual({ kind: 'abort' });
  });

  test('says nothing when none runs, and nothing to a measurement of somebody else', () => {
    const module = new FakeModule(LEAVE).run(MINUTE);
    module.mmHg = 150;
    module.run(MINUTE + 5000);
    const before = module.bench.sent.length;
    module.bench.close();
    expect(module.bench.sent).toHaveLength(before);
  });
});

test('a link that breaks during our measurement and comes back after its end lets the next come in time', () => {
  const module = started();
  module.mmHg = 150;
  module.run(module.bench.now + 5000);
  module.isSilent = true;
  module.run(module.bench.now + 40_000);
  module.isSilent = false;
  module.mmHg = 0;
  module.bench.open();
  module.run(11 * MINUTE);
  expect(acts(module).map(([, kind]) => kind)).toEqual(['start', 'start', 'abort']);
  expect(starts(module)[1]).toBeLessThan(10 * MINUTE + 2000);
});

test('the word after a silence that hid our whole measurement is its end, although the numbers are those of before', () => {
  const module = started().measure(HIGH);
  module.run(10 * MINUTE + 500);
  expect(starts(module)).toHaveLength(2);
  module.isSilent = true;
  module.run(10 * MINUTE + 40_000);
  module.isSilent = false;
  module.bench.open();
  module.say('complete').run(11 * MINUTE);
  expect(module.bench.nibp.map(({ systolic, measuredAt }) => [systolic, Math.round(measuredAt / 1000)])).toEqual([
    [168, 330],
    [168, 640],
  ]);
});

describe('settings', () => {
  test.each([
    { startCuff: true },
    { startCuff: { everyMin: 1, patient: 'adult' } },
    { startCuff: { everyMin: 5 } },
    { startCuff: { everyMin: 5, patient: 'child' } },
    { startCuff: { everyMin: '5', patient: 'adult' } },
  ])('that are no leave are refused aloud: %j', (settings) => {
    expect(() => suntechNibp.start({ device: BENCH_DEVICE, settings })).toThrow(/startCuff must be/);
  });

  test.each([{}, { other: 1 }, LEAVE, { startCuff: undefined }])('that are in order are taken: %j', (settings) => {
    expect(() => suntechNibp.start({ device: BENCH_DEVICE, settings })).not.toThrow();
  });
});
