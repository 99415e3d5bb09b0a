/**
 * What becomes of an alarm that nobody answers. Counted from the beginning of its call, at ticks; an answer ends it, a new
 * call begins it anew.
 *
 *   stage                                          HIGH    MEDIUM     taken, but not answered (HIGH, MEDIUM)
 *   1  sent again, where no screen confirmed it    15 s     30 s        –       –
 *   2  put before every screen                     30 s     60 s        –       –
 *   3  louder, UNANSWERED                          60 s    180 s      120 s   240 s
 *   4  second role                                120 s    300 s      240 s   480 s
 *
 * The times of a HIGH alarm are the station's requirement; those of a MEDIUM one are of the order in which a medium alarm
 * asks for an answer (minutes, not seconds), and no stage comes before its sound has been repeated once (every 20 s). LOW
 * alarms do not escalate.
 */
import { SECOND_MS, type Alarm, type EscalationStage, type MonotonicMs, type Priority } from '$lib/domain/index.ts';
import { change, type AlarmStep, type TrackedAlarm } from './tracked.ts';

type Times = readonly (readonly [stage: EscalationStage, afterS: number])[];

/** Latest stage first. */
export const ESCALATION_S: Readonly<Record<'calling' | 'taken', Readonly<Partial<Record<Priority, Times>>>>> = {
  calling: {
    high: [
      [4, 120],
      [3, 60],
      [2, 30],
      [1, 15],
    ],
    medium: [
      [4, 300],
      [3, 180],
      [2, 60],
      [1, 30],
    ],
  },
  taken: {
    high: [
      [4, 240],
      [3, 120],
    ],
    medium: [
      [4, 480],
      [3, 240],
    ],
  },
};

/** At a tick. @returns undefined when nothing is due. */
export function escalated(tracked: TrackedAlarm, now: MonotonicMs): AlarmStep | undefined {
  const stage = stageDue(tracked, now);
  if (stage === undefined || stage <= (tracked.alarm.escalation ?? 0)) return undefined;
  return change({ ...tracked, alarm: { ...tracked.alarm, escalation: stage } }, 'escalated');
}

function stageDue(tracked: TrackedAlarm, now: MonotonicMs): EscalationStage | undefined {
  const { alarm, callsSince } = tracked;
  if (callsSince === undefined || alarm.isOutranked) return undefined;
  const { shownAt, soundedAt } = alarm;
  const isConfirmed = shownAt !== undefined && soundedAt !== undefined;
  const due = timesOf(alarm, callsSince)?.find(([, afterS]) => now - callsSince >= afterS * SECOND_MS)?.[0];
  return due === 1 && isConfirmed ? undefined : due;
}

function timesOf({ responsibility, priority }: Alarm, callsSince: MonotonicMs): Times | undefined {
  const isTaken = responsibility?.state === 'taken' && responsibility.at >= callsSince;
  return ESCALATION_S[isTaken ? 'taken' : 'calling'][priority];
}

/** The first instant after `now` at which a stage comes, if nobody answers. */
export function escalationDue({ alarm, callsSince }: TrackedAlarm, now: MonotonicMs): number {
  if (callsSince === undefined || alarm.isOutranked) return Number.POSITIVE_INFINITY;
  const instants = timesOf(alarm, callsSince)?.map(([, afterS]) => callsSince + afterS * SECOND_MS) ?? [];
  return Math.min(...instants.filter((at) => at > now));
}

/** An alarm that somebody refuses is put before every screen at once. */
export const PASSED_ON_STAGE: EscalationStage = 2;

export const escalates = ({ priority }: { readonly priority: Priority }): boolean =>
  ESCALATION_S.calling[priority] !== undefined;
