import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alarmId,
  deviceId,
  monotonicMs,
  type DeviceStanding,
  type InfusionHappening,
  type Priority,
  type TimelineEvent,
} from '$lib/domain/index.ts';
import type { LimitView } from '$lib/realtime/index.ts';
import { levelLines, nibpBars, rateSpans, rateSpansOf } from '$lib/charts/trend/from-bed.ts';
import { bucketFor, columns, splitAt } from '$lib/charts/trend/trend-columns.ts';
import { EMPTY_TREND, type TrendLine } from '$lib/charts/trend/trend-input.ts';
import { placeMarks, trendMarks } from '$lib/charts/trend/trend-marks.ts';
import {
  centredAt,
  clockLabels,
  liveWindow,
  PRESSURE_SPAN,
  PRESSURE_STEP,
  pressureValues,
  widen,
} from '$lib/charts/trend/trend-scales.ts';

const line = (points: readonly (readonly [atS: number, value: number | null])[], gapAfterS = 1e9): TrendLine => ({
  timesS: points.map(([atS]) => atS),
  values: points.map(([, value]) => value),
  gapAfterS,
});

describe('the scale of the pressures', () => {
  test('stays at 40 to 200 as long as everything lies in it', () => {
    expect(widen(PRESSURE_SPAN, [40, 120, 200], PRESSURE_STEP)).toBe(PRESSURE_SPAN);
  });

  test('widens by whole steps and does not shrink again', () => {
    const wider = widen(PRESSURE_SPAN, [201, 39], PRESSURE_STEP);
    expect(wider).toEqual([20, 220]);
    expect(widen(wider, [120], PRESSURE_STEP)).toEqual([20, 220]);
    expect(widen(PRESSURE_SPAN, [251], PRESSURE_STEP)).toEqual([40, 260]);
  });

  test('sees cuff, heart rate, saturation and level lines, but not what lies outside of the x axis', () => {
    const bar = { diastolic: 60, isCrossed: false };
    const values = pressureValues({
      ...EMPTY_TREND,
      fromS: 100,
      toS: 200,
      nibp: [
        { ...bar, atS: 50, systolic: 300 },
        { ...bar, atS: 150, systolic: 130 },
      ],
      heartRate: line([
        [120, 71],
        [130, null],
        [250, 400],
      ]),
      spo2: line([[140, 98]]),
      levels: [{ value: 180, label: '180', kind: 'limit' }],
    });
    expect([...values]).toEqual([130, 60, 71, 98, 180]);
  });
});

describe('the x axis', () => {
  test('shows the last fifteen minutes, or the session up to its planned end and a little more', () => {
    expect(liveWindow('last-15-min', { startS: 0, nowS: 5000 })).toEqual({ fromS: 4100, toS: 5120 });
    expect(liveWindow('session', { startS: 0, nowS: 2000, plannedEndS: 2400 })).toEqual({ fromS: 0, toS: 3000 });
    expect(liveWindow('session', { startS: 0, nowS: 5000, plannedEndS: 2400 })).toEqual({ fromS: 0, toS: 5600 });
    expect(liveWindow('session', { startS: 1000, nowS: 1060 }).fromS).toBe(160);
  });

  test('is labelled with the clock on the wall', () => {
    const seconds = Date.UTC(2026, 10, 21, 0, 6, 5) / 1000;
    expect(clockLabels('UTC')(seconds)).toBe('00:06');
    expect(clockLabels('Europe/Berlin', 'seconds')(seconds)).toBe('01:06:05');
  });

  test('lets a range be moved, as long as before and inside of the recording', () => {
    const bounds = { fromS: 0, toS: 100 };
    expect(centredAt(50, { fromS: 0, toS: 10 }, bounds)).toEqual({ fromS: 45, toS: 55 });
    expect(centredAt(-20, { fromS: 30, toS: 40 }, bounds)).toEqual({ fromS: 0, toS: 10 });
    expect(centredAt(99, { fromS: 30, toS: 40 }, bounds)).toEqual({ fromS: 90, toS: 100 });
    expect(centredAt(50, { fromS: 0, toS: 300 }, bounds)).toEqual({ fromS: 0, toS: 300 });
  });
});

describe('columns', () => {
  const shown = (lines: readonly TrendLine[], toS: number, bucketS: number) =>
    columns(lines, { fromS: 0, toS }, bucketS);

  test('have at most two points per pixel', () => {
    expect(bucketFor(900, 900)).toBe(1);
    expect(bucketFor(60, 900)).toBe(1);
    expect(bucketFor(10_800, 900)).toBe(12);
    const { timesS } = shown([line([])], 10_800, bucketFor(10_800, 900));
    expect(timesS.length).toBeLessThanOrEqual(2 * 903);
    expect(timesS.every((time, i) => i === 0 || time > (timesS[i - 1] ?? 0))).toBe(true);
  });

  test('keep the smallest and the largest value of a bucket, in the order in which they came', () => {
    const values = [80, 95, 70, 85].map((value, i) => [i, value] as const);
    const { timesS, lines } = shown([line(values)], 4, 4);
    const points = timesS
      .map((time, i) => [time, lines[0]?.[i]])
      .filter(([time]) => (time ?? 0) > 0 && (time ?? 0) < 4);
    expect(points).toEqual([
      [1, 95],
      [3, 70],
    ]);
  });

  test('never lose an extreme, for any values and any width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 300 })), {
          minLength: 1,
          maxLength: 200,
        }),
        fc.integer({ min: 1, max: 400 }),
        (steps, widthPx) => {
          let atS = 0;
          const points = steps.map(([afterS, value]) => [(atS += afterS), value] as const);
          const { lines } = shown([line(points)], atS, bucketFor(atS, widthPx));
          const drawn = (lines[0] ?? []).filter((value) => typeof value === 'number');
          expect(Math.max(...drawn)).toBe(Math.max(...points.map(([, value]) => value)));
          expect(Math.min(...drawn)).toBe(Math.min(...points.map(([, value]) => value)));
        },
      ),
    );
  });

  test('stay where they are while more is added', () => {
    const values = Array.from({ length: 400 }, (_, i) => [i, 80 + ((i * 7919) % 30)] as const);
    const before = columns([line(values.slice(0, 300))], { fromS: 0, toS: 290 }, 4);
    const after = columns([line(values)], { fromS: 0, toS: 390 }, 4);
    expect(after.timesS.slice(0, before.timesS.length - 4)).toEqual(before.timesS.slice(0, -4));
    expect(after.lines[0]?.slice(0, 140)).toEqual(before.lines[0]?.slice(0, 140));
  });

  test('join points across empty buckets, but not across a gap in time or a missing value', () => {
    const at = (points: Parameters<typeof line>[0], gapAfterS: number) =>
      shown([line(points, gapAfterS)], 40, 10).lines[0]?.slice(2, 10);
    const joined = at(
      [
        [0, 80],
        [30, 90],
      ],
      60,
    );
    expect(joined).toEqual([80, undefined, undefined, undefined, undefined, undefined, 90, undefined]);
    const apart = [80, null, null, null, null, null, 90, undefined];
    expect(
      at(
        [
          [0, 80],
          [30, 90],
        ],
        20,
      ),
    ).toEqual(apart);
    expect(
      at(
        [
          [0, 80],
          [15, null],
          [30, 90],
        ],
        60,
      ),
    ).toEqual(apart);
  });

  test('are shared by all lines, and empty for one that is not there', () => {
    const { timesS, lines } = columns([line([[3, 1]]), undefined], { fromS: 0, toS: 10 }, 1);
    expect(lines.map(({ length }) => length)).toEqual([timesS.length, timesS.length]);
    expect(lines[1]?.every((value) => value === null)).toBe(true);
  });

  test('let a line be cut at the present so that the second part begins where the first ends', () => {
    const whole = line([
      [0, 0],
      [30, 50],
      [60, 80],
    ]);
    const [given, ahead] = splitAt(whole, 45);
    expect(given?.timesS).toEqual([0, 30]);
    expect(ahead?.timesS).toEqual([30, 60]);
    expect(splitAt(whole, 99)[1]?.timesS).toEqual([60]);
    expect(splitAt(whole, undefined)).toEqual([whole, undefined]);
  });
});

describe('the signs above a chart', () => {
  const secondsOf = (at: number) => at / 1000;
  const alarm = (atS: number, priority: Priority): TimelineEvent => ({
    type: 'alarm',
    at: monotonicMs(atS * 1000),
    alarm: alarmId(`a${atS}`),
    rule: 'B1',
    priority,
    headline: 'Systolic 184 mmHg',
    state: 'active',
  });

  test('show alarms, pump and notes, and nothing for notices of the station and phases', () => {
    const marks = trendMarks(
      [
        alarm(40, 'high'),
        alarm(20, 'medium'),
        alarm(21, 'notice'),
        { type: 'infusion', at: monotonicMs(5000), event: { type: 'started', channel: 'c' } },
        { type: 'infusion', at: monotonicMs(9000), event: { type: 'kvo', channel: 'c' } },
        { type: 'phase', at: monotonicMs(5000), to: 'infusion', cause: 'pump' },
      ],
      [{ id: 'm', at: monotonicMs(30_000), kind: 'note', text: '', by: { name: 'N', station: 's' } }],
      secondsOf,
    );
    expect(marks.map(({ atS, glyph }) => [atS, glyph])).toEqual([
      [5, '▶'],
      [9, '▫'],
      [20, '▲!!'],
      [30, '✎'],
      [40, '▲!!!'],
    ]);
  });

  test('do not overlap: the most urgent one stands for the others, with their number', () => {
    const placed = placeMarks(
      [
        { atS: 100, glyph: '✎', urgency: 3, row: 'people' },
        { atS: 101, glyph: '▲!!!', urgency: 9, row: 'people' },
        { atS: 102, glyph: '✎', urgency: 3, row: 'people' },
        { atS: 300, glyph: '▶', urgency: 5, row: 'people' },
      ],
      (atS) => atS,
      (text) => 8 * text.length,
    );
    expect(placed).toEqual([
      { x: 101, text: '▲!!!+2' },
      { x: 300, text: '▶' },
    ]);
  });
});

describe('the signs of a pump', () => {
  const alarm = { kind: 'occlusion.downstream', stage: 'alarm', priority: 'high', code: '10' } as const;
  const happenings: readonly InfusionHappening[] = [
    { type: 'started' },
    { type: 'resumed' },
    { type: 'paused' },
    { type: 'stopped' },
    { type: 'completed' },
    { type: 'kvo' },
    { type: 'rate-changed', fromMlPerHour: 30, toMlPerHour: 52.5 },
    { type: 'rate-changed', fromMlPerHour: 52.5, toMlPerHour: 30 },
    { type: 'bolus', volumeMl: 2.5 },
    { type: 'alarm-began', alarm },
    { type: 'alarm-ended', alarm },
    { type: 'disconnected' },
    { type: 'reconnected' },
  ];

  test('are there for every event, each another one, in the row of the pumps', () => {
    const timeline = happenings.map((one, i): TimelineEvent => ({
      type: 'infusion',
      at: monotonicMs(i * 1000),
      event: { channel: 'c', ...one },
    }));
    const marks = trendMarks(timeline, [], (at) => at / 1000);
    expect(marks.every(({ row, glyph }) => row === 'pump' && glyph !== '')).toBe(true);
    expect(new Set(marks.map(({ glyph }) => glyph)).size).toBe(happenings.length);
  });
});

describe('what a bed view gives to its chart', () => {
  const clock = { secondsOf: (at: number) => at / 1000, nowS: 100 };
  const limit = (
    side: 'upper' | 'lower',
    value: number,
    priority: Priority,
    metric: LimitView['metric'] = 'systolic',
  ) => ({
    rule: `${metric}-${side}-${value}`,
    metric,
    side,
    limit: value,
    priority,
    isAdjusted: false,
    isConfirmed: false,
    holdS: 0,
  });
  const reading = (atS: number, systolic: number, diastolic: number) => ({
    kind: 'nibp' as const,
    source: deviceId('monitor'),
    at: monotonicMs(atS * 1000),
    measuredAt: monotonicMs(atS * 1000),
    systolic,
    diastolic,
    mean: 100,
    isMeanEstimated: true,
  });

  test('marks the cuff readings that reached an upper limit or fell below a lower one', () => {
    const limits = [
      limit('upper', 180, 'high'),
      limit('lower', 90, 'high'),
      limit('upper', 110, 'high', 'diastolic'),
      limit('upper', 95, 'high', 'meanArterial'),
    ];
    const readings = [
      reading(1, 179, 80),
      reading(2, 180, 80),
      reading(3, 90, 50),
      reading(4, 89, 50),
      reading(5, 150, 110),
    ];
    const bars = nibpBars({ limits, nibp: { readings, intervalMin: 5 } }, clock);
    expect(bars.map(({ isCrossed }) => isCrossed)).toEqual([false, true, false, true, true]);
    expect(bars[1]).toEqual({ atS: 2, systolic: 180, diastolic: 80, isCrossed: true });
  });

  test('draws the most urgent systolic limit of each side', () => {
    const limits = [
      limit('upper', 160, 'medium'),
      limit('upper', 180, 'high'),
      limit('lower', 90, 'medium'),
      limit('upper', 140, 'high', 'heartRate'),
    ];
    expect(levelLines({ limits }).map(({ value, kind }) => [value, kind])).toEqual([
      [180, 'limit'],
      [90, 'limit'],
    ]);
  });

  test('adds up what flows through several channels, and lets a silent pump’s rate end with its last word', () => {
    const channel = (source: string, atS: number, rates: readonly (readonly [number, number])[]) => ({
      reading: {
        ...({ kind: 'infusion', source: deviceId(source), at: monotonicMs(atS * 1000), channel: source } as const),
        ...({ state: 'infusing', alarms: [] } as const),
      },
      rates: rates.map(([fromS, mlPerHour]) => [monotonicMs(fromS * 1000), mlPerHour] as const),
    });
    const device = (id: string, state: DeviceStanding['state']): DeviceStanding => ({
      ...{ device: deviceId(id), role: 'pump', at: monotonicMs(0), state, label: id, isSimulated: true },
      freshness: { staleAfterMs: 3000, expiredAfterMs: 10_000 },
    });
    const one = channel('a', 99, [[10, 30]]);
    const other = channel('b', 70, [[40, 20]]);
    expect(rateSpansOf([one], [device('a', 'live')], clock)).toEqual([{ fromS: 10, toS: 100, mlPerHour: 30 }]);
    expect(rateSpansOf([one, other], [device('a', 'live'), device('b', 'lost')], clock)).toEqual([
      { fromS: 10, toS: 40, mlPerHour: 30 },
      { fromS: 40, toS: 70, mlPerHour: 50 },
      { fromS: 70, toS: 100, mlPerHour: 30 },
    ]);
  });

  test('lets the last infusion rate hold until now and leaves out when nothing flowed', () => {
    const rates = [
      [monotonicMs(10_000), 26.6],
      [monotonicMs(40_000), 0],
      [monotonicMs(60_000), 20],
    ] as const;
    expect(rateSpans(rates, clock)).toEqual([
      { fromS: 10, toS: 40, mlPerHour: 26.6 },
      { fromS: 60, toS: 100, mlPerHour: 20 },
    ]);
  });
});
