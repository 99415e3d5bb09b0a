/** What went in: by the counter, by the rate where nothing counts, and what is said when the two do not agree. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { monotonicMs, type InfusionReading } from '$lib/domain/index.ts';
import { cut, stepChannel, withStretch, type ChannelState, type Course, type Stretch } from '$lib/bedside/index.ts';
import { PUMP, TestBed } from '../support/bed.ts';
import { CountingPump } from '../support/counting-pump.ts';

/** [second, state, rate, further fields] */
type Said = readonly [number, InfusionReading['state'], number | undefined, Partial<InfusionReading>?];

function channelAfter(said: readonly Said[]): ChannelState {
  let channel: ChannelState | undefined;
  for (const [atS, state, rate, more] of said) {
    const reading: InfusionReading = {
      kind: 'infusion',
      source: PUMP,
      at: monotonicMs(atS * 1000),
      channel: 'p1',
      state,
      alarms: [],
      ...(rate !== undefined && { rateMlPerHour: rate }),
      ...more,
    };
    channel = stepChannel(channel, reading, 'p1');
  }
  if (!channel) throw new Error('nothing was said');
  return channel;
}

const counted = (ml: number): Partial<InfusionReading> => ({ volumeInfusedMl: ml });

describe('by the counter', () => {
  test.each<[string, readonly Said[], number]>([
    [
      'it counts from the first look on',
      [
        [0, 'infusing', 60, counted(7)],
        [10, 'infusing', 60, counted(7.2)],
      ],
      0.2,
    ],
    [
      'a bolus that the rate does not show',
      [
        [0, 'infusing', 60, counted(0)],
        [10, 'infusing', 60, counted(2.7)],
      ],
      2.7,
    ],
    [
      'what ran while the pump was away',
      [
        [0, 'infusing', 60, counted(0)],
        [600, 'infusing', 60, counted(10)],
      ],
      10,
    ],
    [
      'a reading without it waits for it',
      [
        [0, 'infusing', 60, counted(1)],
        [10, 'disconnected', undefined],
        [20, 'disconnected', undefined],
        [60, 'infusing', 60, counted(2)],
      ],
      1,
    ],
    [
      'set to nought: a new segment begins',
      [
        [0, 'infusing', 60, counted(5)],
        [10, 'infusing', 60, counted(0.1)],
        [20, 'infusing', 60, counted(0.3)],
      ],
      0.3,
    ],
    [
      'set to nought by a pump that does not tell its rate',
      [
        [0, 'infusing', undefined, counted(5)],
        [10, 'infusing', undefined, counted(0.5)],
      ],
      0.5,
    ],
    [
      'a fall to more than can have flowed is another count',
      [
        [0, 'infusing', 60, counted(30)],
        [10, 'infusing', 60, counted(20)],
        [20, 'infusing', 60, counted(20.2)],
      ],
      0.2,
    ],
    [
      'a last digit that trembles',
      [
        [0, 'infusing', 60, counted(12.31)],
        [1, 'infusing', 60, counted(12.3)],
        [2, 'infusing', 60, counted(12.34)],
      ],
      0.04,
    ],
    [
      'a count since the last start, where there is no other',
      [
        [0, 'infusing', 60, { segmentVolumeMl: 2 }],
        [60, 'infusing', 60, { segmentVolumeMl: 3 }],
        [70, 'stopped', 0, { segmentVolumeMl: 3 }],
        [80, 'infusing', 60, { segmentVolumeMl: 0 }],
        [140, 'infusing', 60, { segmentVolumeMl: 1 }],
      ],
      2,
    ],
    [
      'two kinds of count are not subtracted from each other',
      [
        [0, 'infusing', 60, { segmentVolumeMl: 2 }],
        [10, 'infusing', 60, { volumeInfusedMl: 40 }],
        [20, 'infusing', 60, { volumeInfusedMl: 40.1 }],
      ],
      0.1,
    ],
  ])('%s', (_, said, ml) => {
    const channel = channelAfter(said);
    expect(channel.deliveredMl).toBeCloseTo(ml, 9);
    expect(channel.integration).toBeUndefined();
  });

  test('a fall that cannot be a reset is said', () => {
    const { fall } = channelAfter([
      [0, 'infusing', 60, counted(30)],
      [10, 'infusing', 60, counted(20)],
    ]);
    expect(fall).toEqual({ at: 10_000, fromMl: 30, toMl: 20 });
  });
});

describe('without a counter', () => {
  test.each<[string, readonly Said[], number]>([
    [
      'rate times time',
      [
        [0, 'infusing', 60],
        [10, 'infusing', 60],
        [20, 'infusing', 60],
      ],
      20 / 60,
    ],
    [
      'the rate until it changes',
      [
        [0, 'infusing', 60],
        [20, 'infusing', 120],
        [30, 'infusing', 120],
      ],
      20 / 60 + 20 / 60,
    ],
    [
      'nothing while it stands',
      [
        [0, 'infusing', 60],
        [10, 'paused', 60],
        [30, 'paused', 60],
        [40, 'infusing', 60],
      ],
      10 / 60,
    ],
    [
      'the keep-open rate, too',
      [
        [0, 'kvo', 3],
        [20, 'kvo', 3],
      ],
      1 / 60,
    ],
    [
      'over a silence with the same rate before and after',
      [
        [0, 'infusing', 60],
        [600, 'infusing', 60],
      ],
      10,
    ],
    [
      'not over a silence with another rate after it',
      [
        [0, 'infusing', 60],
        [600, 'infusing', 90],
      ],
      0,
    ],
    [
      'not while it does not say what flows',
      [
        [0, 'unknown', 60],
        [10, 'unknown', 60],
      ],
      0,
    ],
    [
      'a bolus that is told',
      [
        [0, 'infusing', 60],
        [10, 'infusing', 60, { bolus: { count: 1, volumeMl: 2 } }],
      ],
      10 / 60 + 2,
    ],
    [
      'a bolus that is told after its rate was seen, once',
      [
        [0, 'bolus', 1200],
        [3, 'bolus', 1200],
        [6, 'infusing', 60, { bolus: { count: 1, volumeMl: 2.5 } }],
      ],
      2.5,
    ],
  ])('%s', (_, said, ml) => {
    expect(channelAfter(said).deliveredMl).toBeCloseTo(ml, 9);
  });

  test('it is marked, and the time without word is said', () => {
    const { integration } = channelAfter([
      [0, 'infusing', 60],
      [10, 'infusing', 60],
      [130, 'stopped', 0],
    ]);
    expect(integration?.unseenMs).toBe(120_000);
    const bed = new TestBed().admitted();
    new CountingPump(bed, 10, { counts: false }).runs(60, 60);
    expect(bed.state.channels['p1']?.integration).toBeDefined();
  });
});

const step = fc.record({
  waitS: fc.integer({ min: 1, max: 20 }),
  mlPerHour: fc.constantFrom(0, 10, 52.5, 200),
  bolusMl: fc.constantFrom(0, 0, 0, 1, 5),
  isReset: fc.constantFrom(false, false, false, true),
});

describe('properties', () => {
  test('whatever the pump does between two looks, every millilitre of its counter is counted once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.double({ min: 0, max: 500, noNaN: true }), (steps, first) => {
        let [atS, counter, truth] = [0, first, 0];
        const said: Said[] = [[0, 'infusing', 200, counted(first)]];
        for (const { waitS, mlPerHour, bolusMl, isReset } of steps) {
          atS += waitS;
          const ml = (mlPerHour * waitS) / 3600;
          // A counter that has passed its old count again when it is looked at next has never fallen for anybody who looks.
          const isSeen = isReset && ml < counter;
          counter = isSeen ? ml : counter + ml + bolusMl;
          truth += isSeen ? ml : ml + bolusMl;
          said.push([atS, 'infusing', 200, counted(counter)]);
        }
        const channel = channelAfter(said);
        expect(channel.deliveredMl).toBeCloseTo(truth, 6);
        expect(channel.course.reduce((sum, one) => sum + one.ml, 0)).toBeCloseTo(truth, 6);
      }),
    );
  });

  test('the course has no hole and no overlap, and nothing is negative', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let [atS, counter] = [0, 0];
        const said: Said[] = [[0, 'stopped', 0, counted(0)]];
        for (const { waitS, mlPerHour, bolusMl } of steps) {
          atS += waitS;
          counter += (mlPerHour * waitS) / 3600 + bolusMl;
          said.push([atS, mlPerHour > 0 ? 'infusing' : 'stopped', mlPerHour, counted(counter)]);
        }
        const { course } = channelAfter(said);
        course.forEach((stretch, i) => {
          expect(stretch.to).toBeGreaterThan(stretch.from);
          expect(stretch.ml).toBeGreaterThanOrEqual(0);
          if (i > 0) expect(stretch.from).toBe(course[i - 1]?.to);
        });
      }),
    );
  });
});

describe('the course', () => {
  const stretch = (fromS: number, toS: number, ml: number, mlPerHour?: number): Stretch => ({
    from: monotonicMs(fromS * 1000),
    to: monotonicMs(toS * 1000),
    ml,
    ...(mlPerHour !== undefined && { mlPerHour }),
  });

  test('even flow is one stretch, a bolus its own, a pause its own', () => {
    const bed = new TestBed().admitted();
    const pump = new CountingPump(bed, 10).runs(300, 60).gives(2).runs(600, 60).stands(700).runs(900, 60);
    const course = bed.state.channels['p1']?.course ?? [];
    expect(course.map(({ from, to, mlPerHour }) => [from / 1000, to / 1000, mlPerHour])).toEqual([
      [10, 300, 60],
      [300, 302, undefined],
      [302, 600, 60],
      [600, 700, 0],
      [700, 900, 60],
    ]);
    expect(course.reduce((sum, { ml }) => sum + ml, 0)).toBeCloseTo(pump.givenMl, 1);
  });

  test('days of changes stay bounded, keep their volume and the detail of the last hours', () => {
    let course: Course = [];
    for (let i = 0; i < 5000; i++) course = withStretch(course, stretch(i * 10, i * 10 + 10, 0.1, 30 + (i % 7)));
    expect(course.length).toBeLessThanOrEqual(600);
    expect(course.reduce((sum, { ml }) => sum + ml, 0)).toBeCloseTo(500, 6);
    expect(course[0]?.from).toBe(0);
    expect(course.slice(-150).every(({ from, to }) => to - from === 10_000)).toBe(true);
  });

  test('cutting shares the volume out by time', () => {
    const parts = cut(stretch(0, 100, 10), [50_000, 75_000, 0, 100_000, 200_000]);
    expect(parts.map(({ ml }) => ml)).toEqual([5, 2.5, 2.5]);
  });
});

describe('counter against rate', () => {
  const audited = (mlPerHour: number, told: number, minutes: number): TestBed => {
    const bed = new TestBed().admitted();
    const pump = new CountingPump(bed, 0);
    for (let s = 2; s <= minutes * 60; s += 2) {
      pump.atS = s;
      pump.gives((mlPerHour * 2) / 3600).tell('infusing', told);
    }
    return bed;
  };
  const suspect = (bed: TestBed) => bed.state.channels['p1']?.audit?.suspect;

  test.each([
    [60, 60, undefined],
    [63, 60, undefined],
    [66.5, 60, undefined],
    [68, 60, { countedMl: 5.7, byRateMl: 5 }],
    [50, 60, { countedMl: 4.2, byRateMl: 5 }],
    [5, 1, undefined],
    [8, 1, { countedMl: 0.7, byRateMl: 0.1 }],
    [400, 370, undefined],
    [0, 60, { countedMl: 0, byRateMl: 5 }],
  ])('%d mL/h by the counter, %d by its word, for six minutes: %j', (mlPerHour, told, expected) => {
    expect(suspect(audited(mlPerHour, told, 6))).toEqual(expected);
  });

  test('it takes five minutes, and ends when both agree again', () => {
    expect(suspect(audited(0, 60, 4.9))).toBeUndefined();
    const bed = audited(0, 60, 6);
    const pump = new CountingPump(bed, 360);
    pump.runs(360 + 100, 60);
    expect(suspect(bed)).toBeDefined();
    pump.runs(360 + 400, 60);
    expect(suspect(bed)).toBeUndefined();
  });

  test('a bolus, told or seen, and a silence are no contradiction', () => {
    const bed = new TestBed().admitted();
    const pump = new CountingPump(bed, 0).runs(400, 60).gives(5);
    pump.atS = 402;
    pump.tell('infusing', 60, { bolus: { count: 1, volumeMl: 5 } }).runs(500, 60);
    expect(suspect(bed)).toBeUndefined();
    pump.runs(515, 1200, 'bolus').runs(600, 60).unheard(700, 30).runs(900, 60);
    expect(suspect(bed)).toBeUndefined();
  });

  test('a bolus that nobody told is one', () => {
    const bed = new TestBed().admitted();
    new CountingPump(bed, 0).runs(400, 60).gives(5).runs(420, 60);
    expect(suspect(bed)).toEqual({
      countedMl: expect.closeTo(10, 0) as number,
      byRateMl: expect.closeTo(5, 0) as number,
    });
  });
});
