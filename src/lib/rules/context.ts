import type { FactId, MetricId, MonotonicMs, Phase, Priority } from '$lib/domain/index.ts';

/** Three-valued truth: what cannot be known is neither true nor false. */
export type Truth = 'yes' | 'no' | 'unknown';

/**
 * A metric at this instant. `episodic` values are single measurements, told apart by `at`; a continuous one is replaced
 * all the time. `isExpired`: a standing episodic value too old for comparisons with the baseline and for slopes.
 * `isEstimated`: reckoned from other values, as a mean pressure from two.
 */
export type MetricSample =
  | {
      readonly value: number;
      readonly at: MonotonicMs;
      readonly cadence: 'continuous' | 'episodic';
      readonly isExpired?: boolean;
      readonly isEstimated?: boolean;
    }
  | { readonly unknown: string };

/** Values of one source in their order; `null` where from then on there was no good value. */
export interface Series {
  readonly cadence: 'continuous' | 'episodic';
  readonly points: readonly (readonly [at: MonotonicMs, value: number | null])[];
}

/** A thing that a rule with `each` looks at: a device, or one alarm of a pump. */
export interface Item {
  readonly key: string;
  readonly label: string;
  readonly metrics: Readonly<Partial<Record<MetricId, MetricSample>>>;
  readonly facts: Readonly<Partial<Record<FactId, Truth>>>;
  /** For `as-sent` levels: the priority that the device gave. */
  readonly priority?: Priority;
}

/** What there is of each metric; absent or undefined where nothing is known of it at all. */
export type Metrics = { readonly [Id in MetricId]?: MetricSample | undefined };

export type Facts = { readonly [Id in FactId]?: Truth | undefined };

/** What a slope is taken from; absent or undefined where there is none. */
export type SeriesByMetric = { readonly [Id in MetricId]?: Series | undefined };

/** Everything a judgement may depend on. Built by the bedside; the rules read nothing else. */
export interface RuleContext {
  readonly now: MonotonicMs;
  readonly phase: Phase;
  /** All but those of pumps and clock: the same object while none of them is another. */
  readonly metrics: Metrics;
  /** What the pumps tell. They speak oftener than all else, and few rules ask for it. */
  readonly ofPumps: { readonly metrics: Metrics; readonly facts: Facts };
  /** Those that move with the clock alone. */
  readonly clock: Metrics;
  readonly series: SeriesByMetric;
  readonly baseline: Readonly<Partial<Record<MetricId, number>>> | undefined;
  /** All but those of the pumps. */
  readonly facts: Facts;
  readonly items: { readonly device: readonly Item[]; readonly 'pump-alarm': readonly Item[] };
  /** When cuff readings were taken, minutes after the beginning of the treatment; undefined before it. */
  readonly readingMinutes: readonly number[] | undefined;
  /** Rules that signal unanswered, with the priority. */
  readonly unanswered: ReadonlyMap<string, Priority>;
  /** Rules whose alarms stand, answered or not. */
  readonly standing: ReadonlySet<string>;
  /** Rules that stood when the present run of the pump was resumed. */
  readonly resumedDuring: readonly string[];
  /** Limits set for this patient, by rule id. */
  readonly limits: Readonly<Record<string, number>>;
  /** The interval the cuff is expected to keep; widens the confirmation window. */
  readonly nibpIntervalMs: number;
}
