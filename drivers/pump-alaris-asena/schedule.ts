/**
 * Which question is next. The record goes before all others, because the freshness of everything depends on it, but for the
 * alarm when the record's flag has just changed. A question that stays unanswered while others are answered is put to rest, so
 * that it does not cost the record its pace.
 */
import { later, type MonotonicMs } from '$lib/domain/index.ts';
import type { Query } from './messages.ts';

const POLLED = ['INF', 'ALARM', 'INF_VTBI', 'SYRINGE_STATUS'] as const satisfies readonly Query[];
export type Polled = (typeof POLLED)[number];

const INTERVAL_MS: Readonly<Record<Polled, number>> = {
  INF: 1000,
  ALARM: 2000,
  INF_VTBI: 5000,
  SYRINGE_STATUS: 30_000,
};
const REST_MS = 30_000;
const MAX_MISSES = 3;

interface Due {
  readonly at: MonotonicMs;
  readonly misses: number;
}

export interface Schedule extends Readonly<Record<Polled, Due>> {
  readonly isAlarmUrgent: boolean;
}

/** Everything is due, the alarm first: so the first record is told together with its alarm. */
export function freshSchedule(now: MonotonicMs): Schedule {
  const due: Due = { at: now, misses: 0 };
  return { INF: due, ALARM: due, INF_VTBI: due, SYRINGE_STATUS: due, isAlarmUrgent: true };
}

/** Undefined while none is due. */
export const nextQuery = (schedule: Schedule, now: MonotonicMs): Polled | undefined =>
  schedule.isAlarmUrgent ? 'ALARM' : POLLED.find((query) => schedule[query].at <= now);

export const asked = (schedule: Schedule, query: Polled, now: MonotonicMs): Schedule => ({
  ...schedule,
  isAlarmUrgent: schedule.isAlarmUrgent && query !== 'ALARM',
  [query]: { ...schedule[query], at: later(now, INTERVAL_MS[query]) },
});

export const answered = (schedule: Schedule, query: Polled): Schedule => ({
  ...schedule,
  [query]: { ...schedule[query], misses: 0 },
});

/** It got no answer, twice. */
export function missed(schedule: Schedule, query: Polled, now: MonotonicMs): Schedule {
  const misses = schedule[query].misses + 1;
  const at = misses >= MAX_MISSES ? later(now, REST_MS) : schedule[query].at;
  return { ...schedule, [query]: { at, misses } };
}

/** Questions that the pump does not answer. */
export const unanswered = (schedule: Schedule): readonly Polled[] =>
  POLLED.filter((query) => schedule[query].misses >= MAX_MISSES);
