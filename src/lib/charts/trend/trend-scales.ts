/** Scales of the trends: pure. A trend must not look calm because its axis grew, nor wild because it shrank. */
import type { TrendInput, TrendLine } from './trend-input.ts';

export interface TimeRange {
  readonly fromS: number;
  readonly toS: number;
}

export type Span = readonly [low: number, high: number];

export const PRESSURE_SPAN: Span = [40, 200];
export const PRESSURE_STEP = 20;
export const CONCENTRATION_SPAN: Span = [0, 250];
export const CONCENTRATION_STEP = 50;

const MINUTE_S = 60;
/** Room on the right of a live chart, for what is to come. */
const AHEAD_S = { 'last-15-min': 2 * MINUTE_S, session: 10 * MINUTE_S };

/** The span, widened by whole steps until all values lie in it. It never shrinks: pass the last result in. */
export function widen(span: Span, values: Iterable<number>, step: number): Span {
  let [low, high] = span;
  for (const value of values) {
    while (value < low) low -= step;
    while (value > high) high += step;
  }
  return low === span[0] && high === span[1] ? span : [low, high];
}

/** All that stands on the pressure scale within the x axis: cuff, heart rate, saturation, level lines. */
export function* pressureValues(input: TrendInput): Generator<number> {
  for (const { atS, systolic, diastolic } of input.nibp) {
    if (atS >= input.fromS && atS <= input.toS) yield* [systolic, diastolic];
  }
  yield* lineValues(input.heartRate, input);
  yield* lineValues(input.spo2, input);
  for (const { value } of input.levels) yield value;
}

export function* lineValues(line: TrendLine | undefined, { fromS, toS }: TimeRange): Generator<number> {
  if (line === undefined) return;
  for (const [i, value] of line.values.entries()) {
    const atS = line.timesS[i];
    if (value !== null && atS !== undefined && atS >= fromS && atS <= toS) yield value;
  }
}

export type LiveWindow = 'last-15-min' | 'session';

/**
 * The x axis of a live chart, seconds. `session`: from the beginning to what is planned, or to a little after now;
 * `last-15-min`: the fifteen minutes before now.
 */
export function liveWindow(
  window: LiveWindow,
  { startS, nowS, plannedEndS = nowS }: { startS: number; nowS: number; plannedEndS?: number },
): TimeRange {
  if (window === 'last-15-min') return { fromS: nowS - 15 * MINUTE_S, toS: nowS + AHEAD_S[window] };
  const toS = Math.max(nowS, plannedEndS) + AHEAD_S[window];
  return { fromS: Math.min(startS, nowS - 15 * MINUTE_S), toS };
}

/** Distances of the labels on the x axis, seconds: whole parts of an hour. */
export const CLOCK_STEPS_S = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600];

/** `14:06` or `14:06:05`, 24 h, in the given time zone; in the browser's own when none is given. */
export function clockLabels(
  timeZone?: string,
  precision: 'minutes' | 'seconds' = 'minutes',
): (seconds: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeStyle: precision === 'minutes' ? 'short' : 'medium',
    hour12: false,
    ...(timeZone !== undefined && { timeZone }),
  });
  return (seconds) => format.format(seconds * 1000);
}

/** A range as long as before around a time, kept within bounds as far as it fits. */
export function centredAt(centreS: number, { fromS, toS }: TimeRange, bounds: TimeRange): TimeRange {
  const length = toS - fromS;
  const from = Math.max(bounds.fromS, Math.min(bounds.toS - length, centreS - length / 2));
  return { fromS: from, toS: from + length };
}
