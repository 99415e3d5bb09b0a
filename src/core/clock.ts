/**
 * The station's clock. It is the computer's monotonic clock, shifted so that it carries on where the journal stopped:
 * a restart, even of the computer, never makes the station's time run backwards, and the time that passed in between is
 * taken from the calendar, the only witness there is.
 */
import { monotonicMs, wallMs, type MonotonicMs, type WallMs } from '$lib/domain/index.ts';

export interface StationClock {
  now(): MonotonicMs;
  wall(): WallMs;
}

/** The last instant the journal knows, on both clocks. */
export interface Resume {
  readonly at: MonotonicMs;
  readonly wallTime: WallMs;
}

export function stationClock(
  resume: Resume | undefined,
  source: { monotonicMs: () => number; wallMs: () => number } = systemClocks,
): StationClock {
  const start = source.monotonicMs();
  const passedMs = resume === undefined ? 0 : Math.max(0, source.wallMs() - resume.wallTime);
  const from = resume === undefined ? start : resume.at + passedMs;
  return {
    now: () => monotonicMs(Math.round(from + (source.monotonicMs() - start))),
    wall: () => wallMs(source.wallMs()),
  };
}

const systemClocks = {
  monotonicMs: (): number => Number(process.hrtime.bigint() / 1000n) / 1000,
  wallMs: (): number => Date.now(),
};
