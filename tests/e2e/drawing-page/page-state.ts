/** What the page under test leaves on its window for the test to look at and to play with. */
import type { Feed } from '$lib/charts/feed.ts';
import type { SweepSurface } from '$lib/charts/sweep/surface.ts';
import type { TrendInput } from '$lib/charts/trend/trend-input.ts';
import type { TimeRange } from '$lib/charts/trend/trend-scales.ts';
import type { AlarmSounder } from '$lib/client/sound/alarm-sounder.ts';
import type { LinkNews, Watchdog } from '$lib/client/watchdog/watchdog.ts';
import type { Wards } from './signals.ts';

export interface PageState {
  counted: { frames: number };
  surface: SweepSurface;
  wards: Wards;
  feed: Feed<TrendInput>;
  sessionInput: (nowMin: number) => TrendInput;
  zoom: Feed<TimeRange | undefined>;
  shown: Feed<TimeRange>;
  sounder: AlarmSounder;
  watchdog: Watchdog;
  news: LinkNews[];
  hung: number[];
  beat: (coreAgeMs?: number) => void;
  loudness: () => number;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the window has these on the pages of this folder
  interface Window extends PageState {}
}
