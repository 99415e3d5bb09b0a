/** The trends as Svelte attachments: `<div {@attach sessionTrend(feed)}></div>`. The element gives the size. */
import type { Feed } from '../feed.ts';
import type { TrendInput } from './trend-input.ts';
import { type TrendOptions, TrendPlot } from './trend-plot.ts';
import type { TimeRange } from './trend-scales.ts';
import { WindowMarker } from './window-marker.ts';

/** A session as it goes on. */
export const sessionTrend =
  (feed: Feed<TrendInput>, options: TrendOptions = {}) =>
  (host: HTMLElement): (() => void) => {
    const trend = new TrendPlot(host, feed, options);
    return () => trend.close();
  };

export interface ReviewOptions extends TrendOptions {
  /** The range that is shown: a drag over the chart sets it, a double press sets it back to undefined, which is all. */
  readonly zoom: Feed<TimeRange | undefined>;
  /** The short range whose samples are looked at, marked on the chart and moved there. */
  readonly shown: Feed<TimeRange>;
  /** What that mark is called. */
  readonly shownLabel: string;
}

/** A recorded session, to be zoomed into and to be pointed at. */
export const reviewTrend =
  (feed: Feed<TrendInput>, options: ReviewOptions) =>
  (host: HTMLElement): (() => void) => {
    const trend = new TrendPlot(host, feed, options);
    const { zoom, shown, shownLabel, timeZone } = options;
    const marker = new WindowMarker(trend.plot, {
      shown,
      bounds: () => feed.current,
      label: shownLabel,
      ...(timeZone !== undefined && { timeZone }),
    });
    trend.onDrawn = () => marker.place();
    const showAll = (): void => zoom.set(undefined);
    trend.plot.over.addEventListener('dblclick', showAll);
    return () => {
      marker.close();
      trend.close();
    };
  };
