import { describe, expect, test } from 'vitest';
import { FakeModule, HIGH, LOW, newBench, say, signal } from './module.ts';
import { data } from './vectors.ts';

describe('a measurement', () => {
  test('that was seen and said to end is told once, with the time of the word', () => {
    const module = new FakeModule().run(5000).measure(HIGH).run(300_000);
    expect(module.bench.nibp).toEqual([
      {
        kind: 'nibp',
        source: 'device-1',
        at: 35_050,
        measuredAt: 35_000,
        systolic: 168,
        diastolic: 98,
        meanArterial: 121,
        pulseRate: 118,
      },
    ]);
    expect(module.bench.cuff.map(({ state }) => state)).toEqual(['idle', 'measuring', 'idle']);
  });

  test('with the same numbers as the one before is told as well', () => {
    const module = new FakeModule().run(5000).measure(HIGH).run(100_000).measure(HIGH).run(200_000);
    expect(module.bench.nibp.map(({ measuredAt }) => measuredAt)).toEqual([35_000, 130_000]);
  });

  test('whose word was lost is told when the pressure is gone and the numbers have changed', () => {
    const module = new FakeModule().run(5000).measure(HIGH, { isSaid: false }).run(100_000);
    expect(module.bench.nibp).toHaveLength(1);
    expect(module.bench.nibp[0]?.measuredAt).toBeGreaterThanOrEqual(35_000);
    expect(module.bench.nibp[0]?.measuredAt).toBeLessThanOrEqual(36_000);
  });

  test('whose word and numbers come late is not mistaken for the one before', () => {
    const module = new FakeModule().run(5000).measure(HIGH).run(60_000);
    module.mmHg = 150;
    module.run(90_000);
    module.mmHg = 0;
    module.run(94_000);
    expect(module.bench.nibp).toHaveLength(1);
    module.data = LOW;
    module.say('complete').run(96_000);
    expect(module.bench.nibp.map(({ systolic }) => systolic)).toEqual([168, 120]);
    expect(module.bench.nibp[1]?.measuredAt).toBeLessThanOrEqual(91_000);
  });

  test('that the module still reckons is not taken for a failure', () => {
    const module = new FakeModule();
    module.data = LOW;
    module.run(5000).measure(data(), { isSaid: false });
    module.data = HIGH;
    module.run(50_000);
    expect(module.bench.nibp).toMatchObject([{ systolic: 168 }]);
    expect(module.bench.cuff.map(({ state }) => state)).not.toContain('failed');
  });

  test('that left the old numbers standing, without a word, is none', () => {
    const module = new FakeModule().run(5000).measure(HIGH).run(60_000).measure(HIGH, { isSaid: false }).run(120_000);
    expect(module.bench.nibp).toHaveLength(1);
    expect(module.bench.cuff.at(-1)).toMatchObject({ state: 'idle' });
  });

  test('without a mean is told without it', () => {
    const [told] = new FakeModule().run(5000).measure({ ...HIGH, meanArterial: 0 }).bench.nibp;
    expect(told).toMatchObject({ systolic: 168 });
    expect(told).not.toHaveProperty('meanArterial');
  });

  test('whose cuff stays under 20 mmHg was no inflation', () => {
    const module = new FakeModule().run(5000);
    module.mmHg = 19;
    module.run(20_000);
    module.mmHg = 0;
    module.run(30_000);
    expect(module.bench.cuff.map(({ state }) => state)).toEqual(['idle']);
    expect(module.bench.queries(10_000)).not.toContainEqual({ kind: 'get-data' });
  });
});

describe('a failure', () => {
  test.each([
    [3, '3 value out of range'],
    [86, '86 aborted'],
    [87, '87 inflation timeout, air leak or loose cuff'],
    [88, '88 safety timeout'],
    [89, '89 cuff overpressure'],
    [90, '90 power or hardware'],
    [91, '91 safety link or autozero'],
    [97, '97 transducer out of range'],
    [99, '99 calibration data'],
    [12, 'error 12'],
    [0, 'no numbers'],
  ])('with code %i is told as "%s", and no number is', (error, detail) => {
    const module = new FakeModule().run(5000).measure(data({ error }));
    expect(module.bench.nibp).toEqual([]);
    expect(module.bench.cuff.at(-1)).toMatchObject({ state: 'failed', detail });
  });

  test.each([
    ['an error beside numbers', { ...HIGH, error: 3 }],
    ['no systolic pressure', { ...HIGH, systolic: 0 }],
    ['no diastolic pressure', { ...HIGH, diastolic: 0 }],
    ['no heart rate', { ...HIGH, heartRate: 0 }],
  ])('is also %s', (_what, result) => {
    const module = new FakeModule().run(5000).measure(result);
    expect(module.bench.nibp).toEqual([]);
    expect(module.bench.cuff.at(-1)).toMatchObject({ state: 'failed' });
  });

  test('stands until the next inflation', () => {
    const module = new FakeModule()
      .run(5000)
      .measure(data({ error: 87 }))
      .run(60_000)
      .measure(HIGH);
    expect(module.bench.cuff.map(({ state }) => state)).toEqual(['idle', 'measuring', 'failed', 'measuring', 'idle']);
    expect(module.bench.nibp).toHaveLength(1);
  });

  test('that is found out without pressure is told on the word', () => {
    const module = new FakeModule().run(5000);
    module.data = data({ error: 91 });
    module.say('complete').run(6000);
    expect(module.bench.cuff.at(-1)).toMatchObject({ state: 'failed', detail: '91 safety link or autozero' });
  });
});

describe('numbers that nobody saw coming', () => {
  test('are shown undated, never told as a measurement, and gone with the next one', () => {
    const module = new FakeModule();
    module.data = HIGH;
    module.run(60_000);
    expect(module.bench.nibp).toEqual([]);
    expect(module.bench.cuff).toMatchObject([
      { state: 'idle', undated: { systolic: 168, diastolic: 98, meanArterial: 121, pulseRate: 118 } },
    ]);
    module.measure(LOW);
    expect(module.bench.nibp).toMatchObject([{ systolic: 120 }]);
    for (const status of module.bench.cuff.slice(1)) expect(status).not.toHaveProperty('undated');
  });

  test('that failed are not shown', () => {
    const module = new FakeModule();
    module.data = { ...HIGH, error: 87 };
    module.run(5000);
    expect(module.bench.cuff).toMatchObject([{ state: 'idle' }]);
    expect(module.bench.cuff[0]).not.toHaveProperty('undated');
  });

  /** A module with one measurement told, whose link is away until then and brings other numbers. */
  const awayUntil = (until: number): FakeModule => {
    const module = new FakeModule().run(5000).measure(HIGH).run(60_000);
    module.bench.close().waitUntil(until).open();
    module.data = LOW;
    return module.run(until + 10_000);
  };

  test('those told before stay told after a break of the link', () => {
    const module = new FakeModule().run(5000).measure(HIGH).run(60_000);
    module.bench.close().open();
    module.run(70_000);
    expect(module.bench.cuff.at(-1)).toMatchObject({ state: 'idle' });
    expect(module.bench.cuff.at(-1)).not.toHaveProperty('undated');
    expect(module.bench.nibp).toHaveLength(1);
  });

  test('after a break of a minute at most were measured in it: told, dated by the end of the break', () => {
    const { bench } = awayUntil(119_000);
    expect(bench.nibp).toMatchObject([{ systolic: 168 }, { systolic: 120 }]);
    expect(bench.nibp[1]?.measuredAt).toBeGreaterThanOrEqual(119_000);
    expect(bench.nibp[1]?.measuredAt).toBeLessThanOrEqual(120_000);
    for (const status of bench.cuff) expect(status).not.toHaveProperty('undated');
  });

  test('after a longer break are undated', () => {
    const { bench } = awayUntil(121_000);
    expect(bench.nibp).toHaveLength(1);
    expect(bench.cuff.at(-1)).toMatchObject({ state: 'idle', undated: { systolic: 120 } });
  });

  test.each([
    [110_000, 2],
    [200_000, 1],
  ])('that were not fetched between two breaks are as old as both: back at %d', (backAt, measurements) => {
    const module = new FakeModule().run(5000).measure(HIGH).run(60_000);
    module.bench
      .close()
      .waitUntil(backAt - 5000)
      .open();
    say(module.bench, { kind: 'pressure', mmHg: 0 });
    module.bench.close().waitUntil(backAt).open();
    module.data = LOW;
    module.run(backAt + 10_000);
    expect(module.bench.nibp).toHaveLength(measurements);
    const { undated } = module.bench.cuff.at(-1) ?? {};
    expect(undated?.systolic).toBe(measurements === 2 ? undefined : 120);
  });

  test('a word alone, of some other command, makes no measurement of old numbers', () => {
    const module = new FakeModule().run(5000).measure(HIGH).run(60_000).say('complete').run(70_000);
    expect(module.bench.nibp).toHaveLength(1);
    expect(module.bench.cuff.at(-1)).toMatchObject({ state: 'idle' });
  });

  test('a link that is lost while the cuff is full does not leave it measuring', () => {
    const module = new FakeModule().run(5000);
    module.mmHg = 150;
    module.run(10_000);
    module.mmHg = 0;
    module.bench.close().open();
    module.run(20_000);
    expect(module.bench.cuff.map(({ state }) => state)).toEqual(['idle', 'measuring', 'idle']);
  });

  test('a cuff that is full when we come is measuring, and its result is told', () => {
    const module = new FakeModule();
    module.data = LOW;
    module.mmHg = 120;
    module.run(5000).measure(HIGH);
    expect(module.bench.cuff.map(({ state }) => state)).toEqual(['measuring', 'idle']);
    expect(module.bench.nibp).toMatchObject([{ systolic: 168 }]);
  });

  test('but whose inflation and end were seen are a measurement, also when they are the first that we fetch', () => {
    const bench = newBench();
    for (const mmHg of [0, 150, 90]) say(bench, { kind: 'pressure', mmHg });
    say(say(bench.waitUntil(750), signal('complete')), HIGH);
    expect(bench.nibp).toMatchObject([{ systolic: 168, measuredAt: 750 }]);
    expect(bench.cuff.at(-1)).not.toHaveProperty('undated');
  });

  test('and whose end nobody said stay undated when they are the first that we fetch', () => {
    const bench = newBench();
    for (const mmHg of [0, 150, 0]) say(bench, { kind: 'pressure', mmHg });
    say(bench, HIGH);
    expect(bench.nibp).toEqual([]);
    expect(bench.cuff.at(-1)).toMatchObject({ state: 'idle', undated: { systolic: 168 } });
  });

  test('replies are used that nobody asked for, as from a recording', () => {
    const bench = newBench();
    for (const reply of [data(), signal('accepted'), { kind: 'pressure', mmHg: 150 } as const]) say(bench, reply);
    say(say(bench.waitUntil(30_000), signal('complete')), HIGH);
    expect(bench.nibp).toMatchObject([{ systolic: 168, measuredAt: 30_000 }]);
  });
});
