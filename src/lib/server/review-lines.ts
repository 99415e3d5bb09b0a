/** Trends of a recorded session out of the numbers that the monitor sent: lines, medians per minute, and why there was none. Pure. */
import {
  entriesOf,
  MINUTE_MS,
  monotonicMs,
  SECOND_MS,
  type Missing,
  type MonotonicMs,
  type Numerics,
  type Reading,
  type VitalKey,
} from '$lib/domain/index.ts';
import { HEART_RATE_SOURCES, median } from '$lib/bedside/index.ts';
import {
  LINE_KEYS,
  type LineKey,
  type MinuteRow,
  type MissingSpan,
  type Peak,
  type ReviewLine,
} from '$lib/realtime/review.ts';

/** In the order in which they are believed. */
const SOURCES: Readonly<Record<LineKey, readonly VitalKey[]>> = {
  heartRate: HEART_RATE_SOURCES,
  spo2: ['spo2'],
  respiratoryRate: ['respiratoryRate'],
};

/** Vitals whose absence explains a hole in a trend or in a waveform. */
const EXPLAINING: ReadonlySet<VitalKey> = new Set<VitalKey>([
  'heartRate',
  'spo2',
  'respiratoryRate',
  'etco2',
  'abpMeanArterial',
]);

/** A second device's number counts only when the first one has been quiet for so long. */
const OTHER_SOURCE_AFTER_MS = 15 * SECOND_MS;
const LEAST_GAP_S = 15;
/** More points than a screen is wide, so that a zoom still shows every value of some hours. */
const MOST_POINTS = 12_000;

interface Sample {
  readonly at: MonotonicMs;
  readonly value: number | null;
  readonly isQuestionable: boolean;
}

export class LineCollector {
  readonly #samples: Record<LineKey, Sample[]> = { heartRate: [], spo2: [], respiratoryRate: [] };
  readonly #speaker = new Map<LineKey, { source: string; at: MonotonicMs }>();
  readonly #missing: MissingSpan[] = [];
  readonly #open = new Map<string, MissingSpan>();

  take({ source, at, values }: Numerics): void {
    for (const key of LINE_KEYS) {
      const reading = firstOf(values, SOURCES[key]);
      if (reading !== undefined && this.#isHeard(key, source, at, reading))
        this.#samples[key].push(sample(at, reading));
    }
    for (const [vital, reading] of entriesOf(values)) {
      if (EXPLAINING.has(vital)) this.#explain(`${source} ${vital}`, vital, at, reading);
    }
  }

  line(key: LineKey, from: MonotonicMs): ReviewLine {
    const samples = this.#samples[key];
    const seconds = samples.map(({ at }) => (at - from) / SECOND_MS);
    return reduced({ seconds, values: samples.map(({ value }) => value), gapAfterS: gapAfter(seconds) }, MOST_POINTS);
  }

  /** The extreme of a line, of what the monitor itself did not doubt. */
  extreme(key: LineKey, isBeyond: (value: number, than: number) => boolean): Peak | undefined {
    let extreme: Peak | undefined;
    for (const { at, value, isQuestionable } of this.#samples[key]) {
      if (value === null || isQuestionable) continue;
      if (extreme === undefined || isBeyond(value, extreme.value)) extreme = { value, at };
    }
    return extreme;
  }

  /** Medians per minute of the calendar, without what the monitor doubted. */
  minutes(wallOffsetMs: number): readonly MinuteRow[] {
    const byMinute = new Map<number, Partial<Record<LineKey, number[]>>>();
    for (const key of LINE_KEYS) {
      for (const { at, value, isQuestionable } of this.#samples[key]) {
        if (value === null || isQuestionable) continue;
        const minute = Math.floor((at + wallOffsetMs) / MINUTE_MS);
        const values = byMinute.get(minute) ?? {};
        byMinute.set(minute, values);
        (values[key] ??= []).push(value);
      }
    }
    return [...byMinute]
      .sort(([a], [b]) => a - b)
      .map(([minute, values]) => ({
        at: monotonicMs(minute * MINUTE_MS - wallOffsetMs),
        values: Object.fromEntries(entriesOf(values).map(([key, all]) => [key, median(all ?? [])])),
      }));
  }

  /** `to`: where an absence that lasts is cut off. */
  missing(to: MonotonicMs): readonly MissingSpan[] {
    const lasting = [...this.#open.values()].map((span) => ({ ...span, to }));
    return [...this.#missing, ...lasting].sort((a, b) => a.from - b.from);
  }

  #isHeard(key: LineKey, source: string, at: MonotonicMs, reading: Reading): boolean {
    const speaker = this.#speaker.get(key);
    const isOwn = speaker === undefined || speaker.source === source;
    if (!isOwn && ('missing' in reading || at - speaker.at <= OTHER_SOURCE_AFTER_MS)) return false;
    if ('value' in reading || speaker === undefined) this.#speaker.set(key, { source, at });
    return true;
  }

  #explain(key: string, vital: VitalKey, at: MonotonicMs, reading: Reading | undefined): void {
    const open = this.#open.get(key);
    const why = reading && 'missing' in reading && reading.missing !== 'no-module' ? reading.missing : undefined;
    if (open?.why === why) return;
    if (open) {
      this.#missing.push({ ...open, to: at });
      this.#open.delete(key);
    }
    if (why !== undefined) this.#open.set(key, span(vital, why, at));
  }
}

const span = (vital: VitalKey, why: Missing, at: MonotonicMs): MissingSpan => ({ vital, why, from: at, to: at });

/** The best reading that holds a number; else the first reading of all, which says why not; undefined when none was sent. */
function firstOf(values: Numerics['values'], sources: readonly VitalKey[]): Reading | undefined {
  const readings = sources.flatMap((source) => values[source] ?? []);
  return readings.find((reading) => 'value' in reading) ?? readings[0];
}

const sample = (at: MonotonicMs, reading: Reading): Sample =>
  'value' in reading
    ? { at, value: reading.value, isQuestionable: reading.isQuestionable === true }
    : { at, value: null, isQuestionable: false };

/** Three times the usual distance of two points. */
function gapAfter(seconds: readonly number[]): number {
  const distances = seconds.slice(1).map((second, i) => second - (seconds[i] ?? second));
  return Math.max(LEAST_GAP_S, 3 * (median(distances) ?? 0));
}

/**
 * At most about `most` points: of each equal stretch of time the smallest and the largest value, in their order, and one
 * `null` where something was missing. A line that is short enough is left as it is.
 */
export function reduced(line: ReviewLine, most: number): ReviewLine {
  const { seconds, values } = line;
  const [first = 0, last = 0] = [seconds[0], seconds.at(-1)];
  if (seconds.length <= most) return line;
  const stretchS = (2 * (last - first)) / most;
  const kept: { second: number; value: number | null }[] = [];
  let stretch: { second: number; value: number | null }[] = [];
  let number = 0;
  seconds.forEach((second, i) => {
    const here = Math.floor((second - first) / stretchS);
    if (here !== number) {
      kept.push(...extremesOf(stretch));
      stretch = [];
      number = here;
    }
    stretch.push({ second, value: values[i] ?? null });
  });
  kept.push(...extremesOf(stretch));
  return {
    seconds: kept.map(({ second }) => second),
    values: kept.map(({ value }) => value),
    gapAfterS: Math.max(line.gapAfterS, 2 * stretchS),
  };
}

function extremesOf(
  points: readonly { second: number; value: number | null }[],
): readonly { second: number; value: number | null }[] {
  let low: number | undefined;
  let high: number | undefined;
  let missing: number | undefined;
  points.forEach(({ value }, i) => {
    if (value === null) missing ??= i;
    else {
      if (low === undefined || value < (points[low]?.value ?? value)) low = i;
      if (high === undefined || value > (points[high]?.value ?? value)) high = i;
    }
  });
  return [...new Set([low, high, missing])]
    .filter((index) => index !== undefined)
    .sort((a, b) => a - b)
    .flatMap((index) => points[index] ?? []);
}
