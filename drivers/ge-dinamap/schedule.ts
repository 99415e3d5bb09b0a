/**
 * Which question is next. Every question has its own interval; one that stays unanswered while others are answered is put
 * to rest and tried again now and then, so that a monitor without an oximeter still tells its pressures in time.
 */
import { later, type MonotonicMs } from '$lib/domain/index.ts';
import { QUERIES, type Query } from './messages.ts';

const INTERVAL_MS: Readonly<Record<Query, number>> = { NA: 1000, RA: 1000, OA: 1000, TC: 3000 };
const REST_MS = 30_000;
/** Unanswered questions in a row, of one kind or of all kinds, after which nobody counts on an answer. */
export const MAX_MISSES = 3;

interface Due {
  readonly at: MonotonicMs;
  readonly misses: number;
}

export type Schedule = Readonly<Record<Query, Due>>;

/** Everything is due, in the order of {@link QUERIES}. */
export const freshSchedule = (now: MonotonicMs): Schedule => {
  const due: Due = { at: now, misses: 0 };
  return { NA: due, RA: due, OA: due, TC: due };
};

/** The question that has been due for longest; undefined while none is. */
export function nextQuery(schedule: Schedule, now: MonotonicMs): Query | undefined {
  const due = QUERIES.filter((query) => schedule[query].at <= now);
  return due.reduce<Query | undefined>(
    (first, query) => (first && schedule[first].at <= schedule[query].at ? first : query),
    undefined,
  );
}

export const asked = (schedule: Schedule, query: Query, now: MonotonicMs): Schedule => ({
  ...schedule,
  [query]: { ...schedule[query], at: later(now, INTERVAL_MS[query]) },
});

export const answered = (schedule: Schedule, query: Query): Schedule => ({
  ...schedule,
  [query]: { ...schedule[query], misses: 0 },
});

/** It got no answer, or none that is understood. */
export function missed(schedule: Schedule, query: Query, now: MonotonicMs): Schedule {
  const misses = schedule[query].misses + 1;
  const at = misses >= MAX_MISSES ? later(now, REST_MS) : schedule[query].at;
  return { ...schedule, [query]: { at, misses } };
}

/** Questions that the monitor does not answer. */
export const unanswered = (schedule: Schedule): readonly Query[] =>
  QUERIES.filter((query) => schedule[query].misses >= MAX_MISSES);
