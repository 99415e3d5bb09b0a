/**
 * The recorder's clock against ours, and which messages are of now.
 *
 * A recorder stamps everything with its own clock, which may be wrong, and says nothing of it beside; and what it could not
 * send for a while it may send later in one go. So the difference of the clocks is the shortest way that a message has had:
 *
 *   lead = now - end of the newest record          shortest so far, forgotten slowly, for the clocks run differently
 *
 *   unsettled   the first message, or a lead shorter by half a second: catching up, or the recorder's clock was set forward
 *   unsettled   the newest record is older than the one before: the recorder's clock was set back
 *   repeat      it ends where the one before did
 *   late        it was more than 3 s longer on its way than the shortest
 *   on-time     everything else
 *
 * Only what is on time is told as present. That costs the first second, and no backlog ever looks live.
 */
import { monotonicMs, type MonotonicMs } from '$lib/domain/index.ts';

export interface RecorderClock {
  /** Our clock minus the recorder's, ms. */
  readonly leadMs: number;
  readonly endedAt: number;
  readonly heardAt: MonotonicMs;
}

export type Timing = 'unsettled' | 'repeat' | 'late' | 'on-time';

export const LATE_MS = 3000;
const JUMP_MS = 500;
/** Two computers' clocks drift apart by less, per ms. */
const DRIFT = 0.0002;

/** @param endsAt the end of the newest record of a message, ms of the recorder's clock. */
export function readClock(
  clock: RecorderClock | undefined,
  endsAt: number,
  now: MonotonicMs,
): { readonly clock: RecorderClock; readonly timing: Timing; readonly delayMs: number } {
  const measured = now - endsAt;
  const anew = { clock: { leadMs: measured, endedAt: endsAt, heardAt: now }, timing: 'unsettled', delayMs: 0 } as const;
  if (!clock || endsAt < clock.endedAt) return anew;
  const shortest = clock.leadMs + (now - clock.heardAt) * DRIFT;
  if (measured < shortest - JUMP_MS) return anew;
  const leadMs = Math.min(shortest, measured);
  const delayMs = measured - leadMs;
  const timing = endsAt === clock.endedAt ? 'repeat' : delayMs > LATE_MS ? 'late' : 'on-time';
  return { clock: { leadMs, endedAt: endsAt, heardAt: now }, timing, delayMs };
}

/** A time of the recorder on our clock, whole ms, never later than now. */
export const onOurClock = (clock: RecorderClock, time: number, now: MonotonicMs): MonotonicMs =>
  monotonicMs(Math.min(now, Math.round(time + clock.leadMs)));
