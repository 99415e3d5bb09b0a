/** A session like that of the design's pictures: pressure and heart rate climb during forty minutes of infusion. */
import { Feed } from '$lib/charts/feed.ts';
import { liveWindow } from '$lib/charts/trend/trend-scales.ts';
import { reviewTrend, sessionTrend } from '$lib/charts/trend/trend-attachments.ts';
import type { TimeRange } from '$lib/charts/trend/trend-scales.ts';
import type { TrendInput, TrendLine } from '$lib/charts/trend/trend-input.ts';

const START_S = Date.UTC(2026, 10, 21, 13, 46) / 1000;
const minute = (m: number): number => START_S + 60 * m;

const line = (toMin: number, stepMin: number, gapAfterS: number, at: (m: number) => number | null): TrendLine => {
  const minutes = Array.from({ length: Math.floor(toMin / stepMin) + 1 }, (_, i) => i * stepMin);
  return { timesS: minutes.map(minute), values: minutes.map(at), gapAfterS };
};
const concentrationAt = (m: number): number => {
  if (m < 8) return 0;
  return m < 48 ? 215 * (1 - Math.exp(-(m - 8) / 20)) : 186 * Math.exp(-(m - 48) / 22);
};
const effectAt = (m: number): number => {
  if (m < 8) return 0;
  return m < 48 ? 1 - Math.exp(-(m - 8) / 17) : 0.9 * Math.exp(-(m - 48) / 30);
};
const heartRateAt = (m: number): number => 78 + 27 * effectAt(m) + 1.6 * Math.sin(m * 2.1) + Math.sin(m * 5.3);

export function sessionInput(nowMin: number): TrendInput {
  const nibp = [2, 5, 8, 13, 18, 23, 26, 29, 34, 40, 45].filter((m) => m <= nowMin);
  const window = liveWindow('session', { startS: START_S, nowS: minute(nowMin), plannedEndS: minute(48) });
  return {
    ...window,
    nowS: minute(nowMin),
    nibp: nibp.map((m) => ({
      atS: minute(m),
      systolic: Math.round(132 + 60 * effectAt(m)),
      diastolic: Math.round(80 + 24 * effectAt(m)),
      isCrossed: 132 + 60 * effectAt(m) >= 180,
    })),
    heartRate: line(nowMin, 1 / 60, 10, (m) => (m > 20 && m < 21 ? null : heartRateAt(m))),
    spo2: line(nowMin, 1 / 60, 10, (m) => 98 + Math.round(Math.sin(m / 3))),
    concentration: line(58, 0.5, 120, concentrationAt),
    rates: [
      { fromS: minute(8), toS: minute(Math.min(28, nowMin)), mlPerHour: 26.6 },
      { fromS: minute(28), toS: minute(Math.max(28, nowMin)), mlPerHour: 16 },
    ],
    levels: [
      { value: 180, label: '180', kind: 'limit' },
      { value: 90, label: '90', kind: 'limit' },
      { value: 132, label: 'base', kind: 'baseline' },
    ],
    phases: [],
    marks: [
      { atS: minute(8), glyph: '▶', urgency: 5, row: 'people' },
      { atS: minute(26), glyph: '▲!!', urgency: 7, row: 'people' },
      { atS: minute(33.2), glyph: '✎', urgency: 3, row: 'people' },
      { atS: minute(33.6), glyph: '✎', urgency: 3, row: 'people' },
      { atS: minute(40), glyph: '▲!!!', urgency: 9, row: 'people' },
    ],
  };
}

export function reviewInput(): TrendInput {
  const minutes = Array.from({ length: 35 }, (_, i) => i * 5 + 1);
  const { nowS: _, ...session } = sessionInput(48);
  return {
    ...session,
    fromS: minute(0),
    toS: minute(175),
    nibp: minutes.map((m) => ({
      atS: minute(m),
      systolic: Math.round(132 + 52 * effectAt(m)),
      diastolic: Math.round(80 + 21 * effectAt(m)),
      isCrossed: 132 + 52 * effectAt(m) >= 176,
    })),
    heartRate: line(175, 1 / 60, 10, heartRateAt),
    spo2: line(175, 1 / 60, 10, (m) => 98 + Math.round(Math.sin(m / 3))),
    concentration: line(175, 0.5, 120, concentrationAt),
    rates: [{ fromS: minute(8), toS: minute(48), mlPerHour: 26.6 }],
    phases: [
      { fromS: minute(8), toS: minute(48), label: 'infusion', kind: 'infusion' },
      { fromS: minute(48), toS: minute(168), label: 'observation', kind: 'observation' },
    ],
  };
}

export function showTrend(host: HTMLElement): void {
  const feed = new Feed(sessionInput(40.3));
  sessionTrend(feed, { timeZone: 'UTC' })(host);
  Object.assign(window, { feed, sessionInput });
}

export function showReview(host: HTMLElement): void {
  const feed = new Feed(reviewInput());
  const zoom = new Feed<TimeRange | undefined>(undefined);
  const shown = new Feed<TimeRange>({ fromS: minute(39.7), toS: minute(39.7) + 10 });
  reviewTrend(feed, { timeZone: 'UTC', zoom, shown, shownLabel: 'Waveforms shown' })(host);
  Object.assign(window, { feed, zoom, shown });
}
