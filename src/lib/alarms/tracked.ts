/** What the machine of one alarm works on: the alarm that people see, and what must be remembered beside it. */
import type { Alarm, AlarmCause, AlarmChange, AlarmKind, MonotonicMs, Priority } from '$lib/domain/index.ts';

/** What an alarm needs to know of the rule behind it. */
export interface AlarmPolicy {
  readonly rule: string;
  readonly ruleVersion: string;
  readonly kind: AlarmKind;
  readonly worse?: 'higher' | 'lower';
  readonly reminder?: { readonly worseBy?: number; readonly afterMin: number };
}

export interface TrackedAlarm {
  readonly alarm: Alarm;
  /** A suspended alarm had been answered. */
  readonly wasAcknowledged?: true;
  /** From which "worse" is measured. */
  readonly valueAtAcknowledgement?: number;
  /** Since when it calls without anybody's answer: what escalation is counted from. Absent while it does not call. */
  readonly callsSince?: MonotonicMs;
  /** The most urgent that it was since it calls: as that it latches. */
  readonly calledAs?: Priority;
  readonly updatedAt?: MonotonicMs;
  /** A new worst value that is told with the next change. */
  readonly untoldPeak?: number;
  /** The value now, where it is not the one that was told last: an answer is to this one. */
  readonly standsAt?: number;
}

export type AlarmStep = readonly [next: TrackedAlarm | undefined, changes: readonly AlarmChange[]];

const NO_CHANGES: readonly AlarmChange[] = [];

export const unchanged = (tracked: TrackedAlarm | undefined): AlarmStep => [tracked, NO_CHANGES];

/** One edge, one change; the alarm that is told is the alarm that is kept. */
export function change(tracked: TrackedAlarm, cause: AlarmCause): AlarmStep {
  const { untoldPeak, ...next } = tracked;
  const told = untoldPeak === undefined ? next : { ...next, alarm: { ...next.alarm, peakValue: untoldPeak } };
  return [told, [{ cause, alarm: told.alarm }]];
}

/** The last change of an alarm: nothing is kept of it. */
export function ending(tracked: TrackedAlarm, cause: AlarmCause, now: MonotonicMs): AlarmStep {
  const { escalation: _, ...alarm } = tracked.alarm;
  const [, [last]] = change({ ...tracked, alarm: { ...alarm, state: 'ended', isOutranked: false } }, cause);
  return last === undefined
    ? unchanged(undefined)
    : [undefined, [{ cause, alarm: { ...last.alarm, endedAt: alarm.endedAt ?? now } }]];
}

/** Calls for an answer now: a new signal, which no screen has confirmed yet. What was answered before counts no more. */
export function calling(tracked: TrackedAlarm, now: MonotonicMs): TrackedAlarm {
  const { acknowledgement: _, escalation: __, ...alarm } = signalledAnew(tracked.alarm, now);
  const { standsAt } = tracked;
  return { alarm, callsSince: now, calledAs: alarm.priority, ...(standsAt !== undefined && { standsAt }) };
}

/** The same call as a new signal: every screen has to show and sound it again. */
export function signalledAnew(alarm: Alarm, now: MonotonicMs): Alarm {
  const { shownAt: _, shownOn: __, soundedAt: ___, soundedOn: ____, ...undelivered } = alarm;
  return { ...undelivered, signalledAt: now };
}

/** Calls no more. */
export function silenced(tracked: TrackedAlarm): TrackedAlarm {
  const { callsSince: _, calledAs: __, ...quiet } = tracked;
  const { escalation: ___, ...alarm } = quiet.alarm;
  return { ...quiet, alarm };
}
