/** Where a recording has no waveform at all, and why. Pure. */
import { monotonicMs, type DeviceStatus, type MonotonicMs } from '$lib/domain/index.ts';
import type { Gap, GapReason, TimeSpan } from '$lib/realtime/review.ts';

/** What the journal says that could explain a hole. */
export interface Witness {
  readonly at: MonotonicMs;
  readonly what: DeviceStatus | 'started';
}

/** Shorter ones are the edges of blocks. */
const LEAST_GAP_MS = 1500;
/** A core that restarts says so a moment before its first waveform, a link that comes back a moment after it. */
const HINDSIGHT_MS = 1500;

const BROKEN: ReadonlySet<DeviceStatus['state']> = new Set(['silent', 'lost', 'fault', 'opening', 'negotiating']);

/** @param covered stretches with waveforms, in the order of time. */
export function gapsOf(span: TimeSpan, covered: readonly TimeSpan[], witnesses: readonly Witness[]): readonly Gap[] {
  const gaps: Gap[] = [];
  let from = span.from;
  for (const stretch of [...covered, { from: span.to, to: span.to }]) {
    if (stretch.from - from >= LEAST_GAP_MS) {
      const hole = { from, to: stretch.from };
      gaps.push({ ...hole, reason: reasonOf(hole, witnesses) });
    }
    from = monotonicMs(Math.max(from, stretch.to));
  }
  return gaps;
}

/** The first word about a restart, else about a monitor's link, that was given during the hole or shortly after it. */
function reasonOf({ from, to }: TimeSpan, witnesses: readonly Witness[]): GapReason {
  const near = witnesses.filter(({ at }) => at >= from && at <= to + HINDSIGHT_MS);
  if (near.some(({ what }) => what === 'started')) return { why: 'restarted' };
  for (const { what } of near) {
    if (what === 'started' || what.role !== 'monitor' || !BROKEN.has(what.state)) continue;
    const { label, state, reason } = what;
    return { why: 'link', label, state, ...(reason !== undefined && { detail: reason }) };
  }
  return { why: 'not-sent' };
}
