/**
 * The clock of a station against ours, and which reports are of now. What a gateway could not send it sends later in one go, and a
 * report from then must neither look fresh nor alarm. Calendar time of the arrival helps where both clocks are right, and where they
 * are not the difference between them does, once it is known:
 *
 *   on-time    its time and ours agree to 15 s, or it was not more than 15 s longer on its way than the shortest
 *   late       the header is 15 s younger than what it reports, or it was longer on its way, or it is of the time before a newer one
 *   unsettled  the clocks differ and by how much is not known: two reports at least 4 s apart that come as far apart as they are
 *              prove it. A backlog comes faster than it was made.
 *
 *   lead = arrival on our monotonic clock - its time      the shortest so far, forgotten slowly, for clocks run differently
 *
 * A clock that is set back by more than 15 s makes everything late, unless it then agrees with ours: that a gateway runs behind and
 * that its clock does look the same, and only one of the two is safe to take for the present.
 */
import type { MonotonicMs } from '$lib/domain/index.ts';

export const LATE_MS = 15_000;
const PROOF_MS = 4000;
const PACE_TOLERANCE_MS = 2000;
/** Two computers' clocks drift apart by less, per ms. */
const DRIFT = 0.0002;

interface Point {
  readonly time: number;
  readonly at: MonotonicMs;
}

export interface SenderClock {
  readonly leadMs: number | undefined;
  /** When the lead was last looked at. */
  readonly at: MonotonicMs;
  /** From where on the pace is watched that would prove another lead. */
  readonly candidate: Point | undefined;
  /** By how much its calendar differs from ours, ms; undefined while they agree. */
  readonly skewMs: number | undefined;
}

export type Timing = 'on-time' | 'late' | 'unsettled';

export interface Moment {
  /** What the report is of. */
  readonly time: number | undefined;
  /** MSH-7. */
  readonly sentTime: number | undefined;
  readonly at: MonotonicMs;
  /** Ours; undefined where nobody noted it. */
  readonly wallTime: number | undefined;
}

export const UNKNOWN_CLOCK: Omit<SenderClock, 'at'> = { leadMs: undefined, candidate: undefined, skewMs: undefined };

export function readClock(
  before: SenderClock | undefined,
  { time, sentTime, at, wallTime }: Moment,
): readonly [SenderClock, Timing] {
  const clock = before ?? { ...UNKNOWN_CLOCK, at };
  // Without a time of arrival, as in a file of bare messages, or of its own, there is nothing to compare.
  if (time === undefined || wallTime === undefined) return [clock, 'on-time'];
  if (sentTime !== undefined && sentTime - time > LATE_MS) return [clock, 'late'];
  const lead = at - time;
  if (Math.abs(wallTime - time) <= LATE_MS) {
    return [{ leadMs: shortest(clock, lead, at), at, candidate: undefined, skewMs: undefined }, 'on-time'];
  }
  const lagMs = clock.leadMs === undefined ? undefined : lead - clock.leadMs;
  if (lagMs !== undefined && Math.abs(lagMs) <= LATE_MS) {
    return [{ ...clock, leadMs: shortest(clock, lead, at), at, candidate: undefined }, 'on-time'];
  }
  if (lagMs !== undefined && lagMs > LATE_MS) return [clock, 'late'];
  return prove(clock, { time, at }, wallTime - time);
}

/** A lead from long ago may have grown by what the clocks drift; one that is far from this report's is of another time. */
function shortest({ leadMs, at: then }: SenderClock, lead: number, at: MonotonicMs): number {
  if (leadMs === undefined || Math.abs(lead - leadMs) > LATE_MS) return lead;
  return Math.min(lead, leadMs + (at - then) * DRIFT);
}

function prove(clock: SenderClock, point: Point, skewMs: number): readonly [SenderClock, Timing] {
  const { candidate } = clock;
  if (!candidate || point.time < candidate.time) return [{ ...clock, candidate: point }, 'unsettled'];
  const [ownMs, ourMs] = [point.time - candidate.time, point.at - candidate.at];
  if (ownMs < PROOF_MS) return [clock, 'unsettled'];
  if (Math.abs(ourMs - ownMs) > PACE_TOLERANCE_MS) return [{ ...clock, candidate: point }, 'unsettled'];
  return [{ leadMs: point.at - point.time, at: point.at, candidate: undefined, skewMs }, 'on-time'];
}

/** In words, for what is shown with the pump. */
export function skewText({ skewMs }: Pick<SenderClock, 'skewMs'>): string | undefined {
  if (skewMs === undefined) return undefined;
  const minutes = Math.max(1, Math.round(Math.abs(skewMs) / 60_000));
  return `its clock is about ${minutes} min ${skewMs > 0 ? 'behind' : 'ahead of'} the station's`;
}
