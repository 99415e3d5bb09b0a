/**
 * The monitor's two clocks against ours.
 *
 *   ticks   1/8 ms, 32 bit, wrap after six days; every result carries them           → our clock, by an anchor
 *   wall    calendar date without a zone, given once together with the ticks         → the device's own time
 *
 * The anchor is what arrives soonest: a result can be late on its way and never early, so the anchor gives way quickly to
 * earlier arrivals and slowly to later ones.
 */
import { later, type MonotonicMs } from '$lib/domain/index.ts';
import { TICKS_PER_MS } from './messages.ts';
import type { ClockPair } from './system-values.ts';

/** `isRough`: guessed from a waveform, whose way takes longer than that of a number. */
export interface TickClock {
  readonly ticks: number;
  readonly at: MonotonicMs;
  readonly isRough: boolean;
}

/** A result that seems so early was stamped by another clock; one so late as well. */
const EARLIEST_MS = -2000;
const LATEST_MS = 10_000;
const QUICK = 4;
const SLOW = 64;

/** From one stamp to another, across the wrap; negative when the second is the older. */
export const ticksBetween = (from: number, to: number): number => (to - from) | 0;

/** When the monitor's ticks stood there, on our clock. */
export const hostTime = ({ ticks, at }: TickClock, stamp: number): MonotonicMs =>
  later(at, ticksBetween(ticks, stamp) / TICKS_PER_MS);

/** Anchors anew with a periodic result, which leaves the monitor at its stamp. */
export function anchor(clock: TickClock | undefined, stamp: number, now: MonotonicMs): TickClock {
  const fresh: TickClock = { ticks: stamp, at: now, isRough: false };
  if (!clock || clock.isRough) return fresh;
  const expected = hostTime(clock, stamp);
  const lateMs = now - expected;
  if (lateMs < EARLIEST_MS || lateMs > LATEST_MS) return fresh;
  return { ...fresh, at: later(expected, lateMs / (lateMs < 0 ? QUICK : SLOW)) };
}

/** The monitor's calendar at this stamp, ms since 1970 as if its clock had no zone. */
export const wallTime = ({ wallMs, ticks }: ClockPair, stamp: number): number =>
  wallMs + ticksBetween(ticks, stamp) / TICKS_PER_MS;
