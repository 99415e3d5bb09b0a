/** The short window of a recording whose samples are looked at: where it may stand, what lies in it. Pure. */
import {
  monotonicMs,
  SECOND_MS,
  type Missing,
  type MonotonicMs,
  type VitalKey,
  type WaveformKey,
} from '$lib/domain/index.ts';
import type { CuffReading, Gap, LineKey, Review, ReviewLine, TimeSpan } from '$lib/realtime/review.ts';
import type { RecordedRun } from '$lib/realtime/review-waves.ts';

/** Lengths that can be chosen, seconds. */
export const WINDOW_LENGTHS_S = [5, 10, 30] as const;
export const USUAL_LENGTH_S = 10;

/** A window of this length around an instant, kept inside the recording as far as it fits. */
export function windowAround(at: number, lengthMs: number, { from, to }: TimeSpan): TimeSpan {
  const start = Math.round(Math.max(from, Math.min(to - lengthMs, at - lengthMs / 2)));
  return { from: monotonicMs(start), to: monotonicMs(start + lengthMs) };
}

/** The instant itself, or the nearest later one that has waveforms, else the last one that has any. */
export function withWaveforms({ gaps, span }: Pick<Review, 'gaps' | 'span'>, at: number): number {
  const gap = gaps.find(({ from, to }) => from <= at && at < to);
  if (gap === undefined) return at;
  const halfMs = (USUAL_LENGTH_S * SECOND_MS) / 2;
  if (gap.to < span.to) return gap.to + halfMs;
  return gap.from > span.from ? gap.from - halfMs : at;
}

export const centreOf = ({ from, to }: TimeSpan): number => (from + to) / 2;

/** The next alarm after, or the last one before, what the window shows; undefined where there is none. */
export function alarmFrom(
  times: readonly MonotonicMs[],
  window: TimeSpan,
  direction: 'previous' | 'next',
): MonotonicMs | undefined {
  const centre = centreOf(window);
  // The window rounds to whole milliseconds, and an alarm that it was moved to stands in its middle.
  return direction === 'next' ? times.find((at) => at > centre + 1) : times.findLast((at) => at < centre - 1);
}

/** Where a waveform has no samples inside the window. */
export interface Hole extends TimeSpan {
  readonly why: HoleReason;
}

export type HoleReason =
  Gap['reason'] | { readonly why: 'missing'; readonly missing: Missing } | { readonly why: 'unknown' };

/** Shorter ones are the edges of blocks, not visible. */
const LEAST_HOLE_MS = 120;

/** The vital whose absence explains the absence of a waveform. */
const EXPLAINS: Readonly<Partial<Record<WaveformKey, VitalKey>>> = {
  ecg1: 'heartRate',
  ecg2: 'heartRate',
  ecg3: 'heartRate',
  pleth: 'spo2',
  respiration: 'respiratoryRate',
  co2: 'etco2',
  co2Pressure: 'etco2',
  abp: 'abpMeanArterial',
};

/** @param runs of one waveform, in the order of time. */
export function holesOf(
  waveform: WaveformKey,
  runs: readonly RecordedRun[],
  window: TimeSpan,
  { gaps, missing, span }: Pick<Review, 'gaps' | 'missing' | 'span'>,
): readonly Hole[] {
  const holes: Hole[] = [];
  let covered = Math.max(window.from, span.from);
  const end = Math.min(window.to, span.to);
  const hole = (to: number): void => {
    const range = { from: monotonicMs(covered), to: monotonicMs(to) };
    if (to - covered >= LEAST_HOLE_MS) holes.push({ ...range, why: reasonOf(waveform, range, gaps, missing) });
  };
  for (const { at, samples, rateHz } of runs) {
    hole(Math.min(at, end));
    covered = Math.max(covered, at + (samples.length * SECOND_MS) / rateHz);
  }
  hole(end);
  return holes;
}

const overlaps = (a: TimeSpan, b: TimeSpan): boolean => a.from < b.to && b.from < a.to;

function reasonOf(
  waveform: WaveformKey,
  range: TimeSpan,
  gaps: readonly Gap[],
  missing: Review['missing'],
): HoleReason {
  const gap = gaps.find((one) => overlaps(one, range));
  if (gap) return gap.reason;
  const vital = EXPLAINS[waveform];
  // The monitor's numbers come seconds apart, so the sensor may have come off before they said so.
  const around = { from: monotonicMs(range.from - 10_000), to: monotonicMs(range.to + 10_000) };
  const span = missing.find((one) => one.vital === vital && overlaps(one, around));
  return span ? { why: 'missing', missing: span.why } : { why: 'unknown' };
}

/** What was known at an instant: the last values before it, none where they were too old. */
export interface Instant {
  readonly values: Readonly<Partial<Record<LineKey, number>>>;
  readonly cuff?: CuffReading;
  readonly mlPerHour?: number;
  readonly ngPerMl?: number;
  /** Minutes since the infusion began, while it lasted. */
  readonly infusionMin?: number;
}

export function instantOf(review: Review, at: number): Instant {
  const second = (at - review.span.from) / SECOND_MS;
  const { heartRate, spo2, respiratoryRate } = review.lines;
  const cuff = review.cuff.findLast((reading) => reading.at <= at);
  const mlPerHour = review.rates.findLast(([from]) => from <= at)?.[1];
  const ngPerMl = review.concentration && interpolated(review.concentration, second);
  const { infusion } = review.summary;
  const isInfusion = infusion !== undefined && at >= infusion.from && at < infusion.to;
  return {
    values: {
      ...named('heartRate', lastOf(heartRate, second)),
      ...named('spo2', lastOf(spo2, second)),
      ...named('respiratoryRate', lastOf(respiratoryRate, second)),
    },
    ...(cuff && { cuff }),
    ...(mlPerHour !== undefined && { mlPerHour }),
    ...(ngPerMl !== undefined && { ngPerMl }),
    ...(isInfusion && { infusionMin: Math.floor((at - infusion.from) / 60_000) }),
  };
}

const named = (key: LineKey, value: number | undefined): Instant['values'] =>
  value === undefined ? {} : { [key]: value };

function lastOf({ seconds, values, gapAfterS }: ReviewLine, second: number): number | undefined {
  const index = seconds.findLastIndex((time) => time <= second);
  const time = seconds[index];
  if (time === undefined || second - time > gapAfterS) return undefined;
  return values[index] ?? undefined;
}

function interpolated({ seconds, values }: ReviewLine, second: number): number | undefined {
  const after = seconds.findIndex((time) => time >= second);
  const [t0, t1, v0, v1] = [seconds[after - 1], seconds[after], values[after - 1], values[after]];
  if (t1 === second && v1 != null) return v1;
  if (t0 === undefined || t1 === undefined || v0 == null || v1 == null) return undefined;
  return v0 + ((v1 - v0) * (second - t0)) / (t1 - t0);
}
