/** What passes over a device's link, per second: from the running totals that the station tells while they change. Pure. */
import type { Traffic } from '$lib/realtime/index.ts';

/** One minute at one total a second. */
const KEPT = 60;
const RATE_OVER_MS = 5000;

export type TrafficTrack = readonly Pick<Traffic, 'at' | 'bytesIn' | 'frames'>[];

/** Totals that were told twice, or that a restarted device begins anew, are not counted against the ones before. */
export function track(before: TrafficTrack, { at, bytesIn, frames }: Traffic): TrafficTrack {
  const last = before.at(-1);
  if (last && at <= last.at) return before;
  const isRestart = last !== undefined && bytesIn < last.bytesIn;
  return [...(isRestart ? [] : before.slice(1 - KEPT)), { at, bytesIn, frames }];
}

export interface TrafficRate {
  readonly bytesPerS: number;
  readonly framesPerS: number;
}

/** The mean of the last five seconds: nothing is told of a silent link, so its rate falls as time passes. */
export function rateOf(samples: TrafficTrack, nowMs: number): TrafficRate {
  const last = samples.at(-1);
  const from = samples.findLast(({ at }) => at <= nowMs - RATE_OVER_MS) ?? samples[0];
  if (last === undefined || from === undefined) return { bytesPerS: 0, framesPerS: 0 };
  const seconds = Math.max(1, (nowMs - from.at) / 1000);
  return { bytesPerS: (last.bytesIn - from.bytesIn) / seconds, framesPerS: (last.frames - from.frames) / seconds };
}

/**
 * A small line of the last minute, bytes in each second, as an SVG path in a box; the highest touches its top. It begins where
 * this page began to look: what came before is not known, and is not drawn as silence. Empty without samples.
 */
export function sparkPath(samples: TrafficTrack, nowMs: number, width: number, height: number): string {
  const [oldest] = samples;
  if (oldest === undefined) return '';
  const perSecond = Array.from({ length: KEPT }, () => 0);
  samples.slice(1).forEach(({ at, bytesIn }, i) => {
    const slot = KEPT - 1 - Math.floor((nowMs - at) / 1000);
    const bytes = bytesIn - (samples[i]?.bytesIn ?? bytesIn);
    if (slot >= 0 && slot < KEPT) perSecond[slot] = (perSecond[slot] ?? 0) + bytes;
  });
  const first = Math.max(0, KEPT - 1 - Math.floor((nowMs - oldest.at) / 1000));
  const most = Math.max(1, ...perSecond);
  return perSecond
    .slice(first)
    .map((bytes, n) => {
      const i = first + n;
      const x = ((i * width) / (KEPT - 1)).toFixed(1);
      const y = (height - 1 - ((height - 2) * bytes) / most).toFixed(1);
      return `${n === 0 ? 'M' : 'L'}${x} ${y}`;
    })
    .join('');
}
