/**
 * What a reader of a recorded session looks at: the window of the waveforms, its length, the zoom of the trend. One object
 * for the page; the chart's own marker and the table's rows move the same window.
 */
import { getContext, setContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { Feed } from '$lib/charts/feed.ts';
import type { TimeRange } from '$lib/charts/trend/trend-scales.ts';
import { MINUTE_MS, monotonicMs, SECOND_MS, type MonotonicMs } from '$lib/domain/index.ts';
import { RecordedWaves } from '$lib/client/recorded-waves.svelte.ts';
import { alarmTimes, isAlarm } from '$lib/client/review-rows.ts';
import { alarmFrom, centreOf, USUAL_LENGTH_S, windowAround, withWaveforms } from '$lib/client/review-window.ts';
import type { Review, TimeSpan } from '$lib/realtime/review.ts';
import { reviewInput, type Series } from './trend.ts';

export class ReviewScreen {
  review: Review;
  window: TimeSpan;
  lengthS = $state(USUAL_LENGTH_S);
  isZoomed = $state(false);
  readonly hidden = new SvelteSet<Series>();
  readonly waves: RecordedWaves;
  readonly trend: Feed<ReturnType<typeof reviewInput>>;
  readonly zoom = new Feed<TimeRange | undefined>(undefined);
  readonly marker: Feed<TimeRange>;
  readonly #alarmTimes = $derived.by(() => alarmTimes(this.review));

  /** @param at where to begin; the most telling place unless told. */
  constructor(review: Review, at: number | undefined) {
    this.review = $state.raw(review);
    this.window = $state.raw(windowAround(at ?? beginning(review), USUAL_LENGTH_S * SECOND_MS, review.span));
    this.waves = new RecordedWaves(review.id);
    this.trend = new Feed(reviewInput(review, this.hidden));
    this.marker = new Feed(this.#seconds(this.window));
    this.marker.onChange(() => this.#follow());
    this.zoom.onChange(() => (this.isZoomed = this.zoom.current !== undefined));
  }

  /** A longer recording of the same session. */
  renew(review: Review): void {
    this.review = review;
    this.#draw();
  }

  show(at: number): void {
    this.window = windowAround(at, this.lengthS * SECOND_MS, this.review.span);
    this.marker.set(this.#seconds(this.window));
  }

  setLength(seconds: number): void {
    this.lengthS = seconds;
    this.show(centreOf(this.window));
  }

  /** By whole windows. */
  step(windows: number): void {
    this.show(centreOf(this.window) + windows * (this.window.to - this.window.from));
  }

  alarmAt(direction: 'previous' | 'next'): MonotonicMs | undefined {
    return alarmFrom(this.#alarmTimes, this.window, direction);
  }

  toggle(series: Series): void {
    if (!this.hidden.delete(series)) this.hidden.add(series);
    this.#draw();
  }

  #draw(): void {
    this.trend.set(reviewInput(this.review, this.hidden));
  }

  #seconds({ from, to }: TimeSpan): TimeRange {
    const { wallOffsetMs } = this.review;
    return { fromS: (from + wallOffsetMs) / SECOND_MS, toS: (to + wallOffsetMs) / SECOND_MS };
  }

  /** The marker was moved on the chart. */
  #follow(): void {
    const { fromS, toS } = this.marker.current;
    const from = monotonicMs(Math.round(fromS * SECOND_MS - this.review.wallOffsetMs));
    if (Math.abs(from - this.window.from) < 1) return;
    this.window = { from, to: monotonicMs(Math.round(from + (toS - fromS) * SECOND_MS)) };
  }
}

/** The first of the most urgent alarms; without one the tenth minute of the infusion, else the session's beginning. */
function beginning(review: Review): number {
  const { alarms, summary, span } = review;
  const first = (['high', 'medium', 'low'] as const)
    .flatMap((priority) => alarms.find((alarm) => isAlarm(alarm) && alarm.priority === priority) ?? [])
    .map(({ signalledAt }) => signalledAt)[0];
  return first ?? withWaveforms(review, summary.infusion ? summary.infusion.from + 10 * MINUTE_MS : span.from);
}

const SCREEN = Symbol('review screen');

export const setReviewScreen = (screen: ReviewScreen): ReviewScreen => setContext(SCREEN, screen);
export const useReviewScreen = (): ReviewScreen => getContext<ReviewScreen>(SCREEN);
