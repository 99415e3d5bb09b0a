import { describe, expect, test } from 'vitest';
import { BREAK_MS, STANDING_PATIENCE_MS } from '$drivers/mindray-hl7/nibp.ts';
import { timeText } from '$drivers/mindray-hl7/codec.ts';
import { Bench } from './bench.ts';
import { cuff, ECHO, HEART, NO_CUFF, say } from './vectors.ts';

const MINUTE = 60_000;
/** What the monitor's clock shows when ours is at 0. */
const CLOCK = Date.UTC(2025, 5, 12, 9, 30, 0);

/** A reading that ended at this time of ours, told by a monitor whose clock is off by so much. */
const reading = (endedAt: number, systolic: number, offMs = 0): Uint8Array =>
  cuff(timeText(CLOCK + offMs + endedAt), systolic, 70, 90);

/** A monitor that streams, with this on its screen when we come. */
const watching = (standing: Uint8Array = NO_CUFF): Bench =>
  new Bench({}, 10 * MINUTE).open().hearFor(1000, ECHO, HEART).hear(standing).hearFor(2000, ECHO, HEART);
const stream = (bench: Bench, ms: number): Bench => bench.hearFor(ms, ECHO, HEART);
const told = (bench: Bench) => bench.nibp.map(({ systolic, measuredAt }) => [systolic, measuredAt]);

describe('a reading that arrives while we watch', () => {
  test('is a measurement, dated by its arrival, with the monitor’s own time and all its numbers', () => {
    const bench = watching();
    const ended = bench.now - 500;
    bench.hear(
      say(
        '503',
        ...[171, 172, 170, 173].map(
          (id, i) => `OBX||NM|${id}^X|2105|${[67, 89, 135, 62][i]}||||||F||APERIODIC|${timeText(CLOCK + ended)}`,
        ),
      ),
    );
    expect(bench.nibp).toEqual([
      {
        kind: 'nibp',
        source: 'monitor-1',
        at: bench.now,
        measuredAt: bench.now,
        deviceTime: Math.floor((CLOCK + ended) / 1000) * 1000,
        systolic: 135,
        diastolic: 67,
        meanArterial: 89,
        pulseRate: 62,
      },
    ]);
    expect(bench.cuff).toEqual([]);
  });

  test('is told once, however often it is repeated: its time is its key', () => {
    const bench = watching();
    const firstAt = bench.now;
    const first = reading(firstAt, 130);
    bench.hear(first, first);
    stream(bench, 5000).hear(first);
    const secondAt = bench.now;
    const second = reading(secondAt, 130);
    bench.hear(second);
    stream(bench, MINUTE).hear(first, second, first);
    expect(told(bench)).toEqual([
      [130, firstAt],
      [130, secondAt],
    ]);
  });

  test('without a mean and a rate is a measurement too', () => {
    const bench = watching();
    const time = timeText(CLOCK + bench.now);
    bench.hear(
      say(
        '503',
        `OBX||NM|170^Sys|2105|120||||||F||APERIODIC|${time}`,
        `OBX||NM|171^Dia|2105|80||||||F||APERIODIC|${time}`,
      ),
    );
    expect(bench.nibp[0]).toMatchObject({ systolic: 120, diastolic: 80 });
    expect(bench.nibp[0]).not.toHaveProperty('meanArterial');
    expect(bench.nibp[0]).not.toHaveProperty('pulseRate');
  });

  test('takes its numbers from lines of one time only', () => {
    const bench = watching();
    const [old, now] = [timeText(CLOCK), timeText(CLOCK + bench.now)];
    bench.hear(
      say(
        '503',
        `OBX||NM|172^Mean|2105|77||||||F||APERIODIC|${old}`,
        `OBX||NM|171^Dia|2105|80||||||F||APERIODIC|${now}`,
        `OBX||NM|170^Sys|2105|120||||||F||APERIODIC|${now}`,
        'OBX||NM|170^Sys|2105|-100||||||F||APERIODIC|00000000000000',
      ),
    );
    expect(bench.nibp).toHaveLength(1);
    expect(bench.nibp[0]).toMatchObject({ systolic: 120, diastolic: 80 });
    expect(bench.nibp[0]).not.toHaveProperty('meanArterial');
  });

  test('that ended without both pressures has failed, and the next measurement ends that', () => {
    const bench = watching();
    bench.hear(cuff(timeText(CLOCK + bench.now), 135, -100, -100));
    expect(bench.cuff).toMatchObject([{ state: 'failed', detail: '135/–' }]);
    expect(bench.nibp).toEqual([]);
    stream(bench, MINUTE).hear(reading(bench.now, 128));
    expect(bench.cuff.map(({ state }) => state)).toEqual(['failed', 'idle']);
    expect(bench.observations.slice(-2).map(({ kind }) => kind)).toEqual(['cuff', 'nibp']);
  });

  test('other spot values, and cuff values among periodic numbers, are no cuff readings', () => {
    const bench = watching();
    bench.hear(
      say('503', `OBX||NM|200^T1|2104|37.0||||||F||APERIODIC|${timeText(CLOCK)}`),
      say('204', 'OBX||NM|170^Sys|2105|135||||||F', 'OBX||NM|171^Dia|2105|67||||||F'),
    );
    expect([...bench.nibp, ...bench.cuff]).toEqual([]);
  });
});

describe('a reading that stood there when we came', () => {
  test('has no known age: it is shown undated and never told as a measurement', () => {
    const bench = watching(reading(4 * MINUTE, 141));
    stream(bench, MINUTE).hear(reading(4 * MINUTE, 141));
    expect(bench.nibp).toEqual([]);
    expect(bench.cuff).toEqual([
      {
        kind: 'cuff',
        source: 'monitor-1',
        at: 10 * MINUTE + 1000,
        state: 'idle',
        undated: { systolic: 141, diastolic: 70, meanArterial: 90 },
      },
    ]);
  });

  test('is withdrawn when a measurement follows', () => {
    const bench = watching(reading(4 * MINUTE, 141));
    bench.hear(reading(bench.now, 150));
    expect(told(bench)).toEqual([[150, bench.now]]);
    expect(bench.cuff).toHaveLength(2);
    expect(bench.cuff[1]).not.toHaveProperty('undated');
  });

  test('is withdrawn when the monitor has none any more', () => {
    const bench = watching(reading(4 * MINUTE, 141)).hear(NO_CUFF);
    expect(bench.cuff).toHaveLength(2);
    expect(bench.cuff[1]).not.toHaveProperty('undated');
    expect(bench.hear(NO_CUFF).cuff).toHaveLength(2);
  });

  test('without both pressures is nothing at all', () => {
    expect(watching(cuff(timeText(CLOCK), 135, -100, -100)).observations.map(({ kind }) => kind)).not.toContain('cuff');
  });

  test('comes soon after the numbers begin: a first reading that comes later is a measurement', () => {
    const bench = new Bench({}, 10 * MINUTE).open();
    stream(bench, STANDING_PATIENCE_MS).hear(reading(0, 141));
    expect(bench.nibp).toEqual([]);
    const other = new Bench({}, 10 * MINUTE).open();
    stream(other, STANDING_PATIENCE_MS + 1000).hear(reading(other.now, 141));
    expect(told(other)).toEqual([[141, other.now]]);
  });

  test('comes again with every query, and is no news then', () => {
    const bench = watching(reading(4 * MINUTE, 141));
    bench.hearFor(12_000, ECHO);
    expect(bench.timesSent('query').length).toBeGreaterThan(2);
    stream(bench.hear(reading(4 * MINUTE, 141)), 2000);
    expect([bench.nibp.length, bench.cuff.length]).toEqual([0, 1]);
  });
});

describe('after a break of the link', () => {
  const broken = (bench: Bench, ms: number): Bench => bench.close().waitFor(ms).open().hearFor(1000, ECHO, HEART);

  test('a reading that we know is no news', () => {
    const bench = watching();
    const known = reading(bench.now, 130);
    broken(bench.hear(known), 10 * MINUTE).hear(known);
    expect(told(bench)).toHaveLength(1);
    expect(bench.cuff).toEqual([]);
  });

  test('a reading of the break is dated by what we know of the monitor’s clock', () => {
    const bench = watching();
    bench.hear(reading(bench.now, 130, 3_600_000));
    stream(bench, 2000);
    const ended = bench.now + 4 * MINUTE;
    broken(bench, 10 * MINUTE).hear(reading(ended, 170, 3_600_000));
    expect(told(bench).at(-1)).toEqual([170, ended]);
    expect(bench.nibp.at(-1)?.at).toBe(bench.now);
  });

  test('a reading of a short break is dated by its arrival when we know nothing of the clock', () => {
    const bench = stream(watching(), 1000);
    const from = bench.now;
    broken(bench, BREAK_MS - 1000).hear(reading(from + 20_000, 170));
    expect(told(bench)).toEqual([[170, bench.now]]);
  });

  test('a reading of a longer break is undated then', () => {
    const bench = stream(watching(), 1000);
    const from = bench.now;
    broken(bench, BREAK_MS).hear(reading(from + 20_000, 170));
    expect(bench.nibp).toEqual([]);
    expect(bench.cuff).toMatchObject([{ undated: { systolic: 170 } }]);
  });

  test.each([
    ['before the break, when we would have seen it', -10 * MINUTE],
    ['in the future', 60 * MINUTE],
  ])('a reading that its time puts %s is undated: the clock was set', (_, byMs) => {
    const bench = watching();
    bench.hear(reading(bench.now, 130));
    stream(bench, 5 * MINUTE);
    const ended = bench.now + MINUTE;
    broken(bench, 5 * MINUTE).hear(reading(ended, 170, byMs));
    expect(told(bench)).toHaveLength(1);
    expect(bench.cuff.at(-1)).toMatchObject({ undated: { systolic: 170 } });
  });

  test('a reading never lies in the future', () => {
    const bench = watching();
    bench.hear(reading(bench.now, 130));
    stream(bench, MINUTE);
    broken(bench, MINUTE).hear(reading(bench.now + 30_000, 170));
    expect(told(bench).at(-1)).toEqual([170, bench.now]);
  });

  test('a monitor that was restarted and has no reading withdraws nothing that was told', () => {
    const bench = watching();
    broken(bench.hear(reading(bench.now, 130)), MINUTE).hear(NO_CUFF);
    expect(told(bench)).toHaveLength(1);
    expect(bench.cuff).toEqual([]);
    stream(bench, MINUTE).hear(reading(bench.now, 135));
    expect(told(bench).at(-1)).toEqual([135, bench.now]);
  });
});

describe('the monitor’s clock', () => {
  test('may be wrong by years', () => {
    const bench = watching();
    bench.hear(reading(bench.now, 130, -20 * 365 * 24 * 60 * MINUTE));
    stream(bench, 5 * MINUTE).hear(reading(bench.now, 140, -20 * 365 * 24 * 60 * MINUTE));
    expect(told(bench).map(([systolic]) => systolic)).toEqual([130, 140]);
  });

  test('that was set makes one reading undated; the next that agrees with it is told', () => {
    const bench = watching();
    bench.hear(reading(bench.now, 130));
    stream(bench, 5 * MINUTE).hear(reading(bench.now, 140, -60 * MINUTE));
    expect(bench.cuff).toMatchObject([{ undated: { systolic: 140 } }]);
    stream(bench, 5 * MINUTE).hear(reading(bench.now, 150, -60 * MINUTE));
    stream(bench, 5 * MINUTE).hear(reading(bench.now, 160, -60 * MINUTE));
    expect(told(bench).map(([systolic]) => systolic)).toEqual([130, 150, 160]);
    expect(bench.cuff).toHaveLength(2);
  });

  test('is not doubted for an old reading that comes up once', () => {
    const bench = watching();
    bench.hear(reading(bench.now, 130));
    stream(bench, 5 * MINUTE).hear(reading(bench.now - 40 * MINUTE, 99));
    stream(bench, 5 * MINUTE).hear(reading(bench.now, 140));
    expect(told(bench).map(([systolic]) => systolic)).toEqual([130, 140]);
  });

  test('may drift, and may give the beginning of a measurement of two minutes', () => {
    const bench = watching();
    for (let i = 0; i < 12; i += 1) {
      stream(bench, 5 * MINUTE).hear(reading(bench.now - (i % 2) * 110_000, 130 + i, i * 5000));
    }
    expect(told(bench)).toHaveLength(12);
    expect(bench.cuff).toEqual([]);
  });
});

describe('a reading that was damaged on its way', () => {
  const line = (id: number, content: string, at: number): string =>
    `OBX||NM|${id}^X|2105|${content}||||||F||APERIODIC|${timeText(CLOCK + at)}`;
  const queries = (bench: Bench, from: number): readonly number[] => bench.timesSent('query', from);

  test.each([
    ['lacks a pressure', (at: number) => [line(171, '67', at), line(172, '89', at)]],
    ['has a pressure that is no number', (at: number) => [line(171, '67', at), line(170, '1x5', at)]],
    ['has two times', (at: number) => [line(171, '67', at + MINUTE), line(170, '135', at)]],
  ])('%s: it is asked for again, and told when it comes whole', (_, lines) => {
    const bench = stream(watching(), MINUTE);
    const { now } = bench;
    bench.hear(say('503', ...lines(now)));
    expect([bench.nibp, bench.cuff]).toEqual([[], []]);
    stream(bench, 1000);
    expect(queries(bench, now)).toHaveLength(1);
    bench.hear(reading(now, 135));
    expect(told(bench)).toEqual([[135, bench.now]]);
    stream(bench, MINUTE);
    expect(queries(bench, now)).toHaveLength(1);
  });

  test('that comes again as it was is believed: the measurement failed', () => {
    const bench = stream(watching(), MINUTE);
    const { now } = bench;
    const half = say('503', line(171, '67', now));
    stream(bench.hear(half), 1000).hear(half);
    expect(bench.cuff).toMatchObject([{ state: 'failed', detail: '–/67' }]);
    stream(bench, MINUTE).hear(half);
    expect(bench.cuff).toHaveLength(1);
    expect(queries(bench, now)).toHaveLength(1);
  });

  test('whose time cannot be is shown undated, asked for again, and told when its time is right', () => {
    const bench = stream(watching(), MINUTE).hear(reading(11 * MINUTE, 120));
    stream(bench, MINUTE);
    const { now } = bench;
    bench.hear(reading(now + 20 * 24 * 60 * MINUTE, 210));
    expect(bench.cuff).toMatchObject([{ state: 'idle', undated: { systolic: 210 } }]);
    stream(bench, 1000);
    expect(queries(bench, now)).toHaveLength(1);
    bench.hear(reading(now, 210));
    expect(told(bench).at(-1)).toEqual([210, bench.now]);
  });
});
