/**
 * The life of one alarm: a state machine over what the rules find, what people do, what screens confirm, and time.
 *
 *   (none) ──unconfirmed──▶ pending ──present──▶ active ──acknowledge──▶ acknowledged ──absent──▶ ended
 *      └───────────present──────────────────────▶ │ ▲                        │
 *                                                 │ └─ worse, more urgent, ──┘
 *                              absent             │    reminder due, passed on
 *      ended ◀─acknowledge, latch over── latched ◀┘
 *
 *   active, acknowledged ──unknown──▶ suspended ──present, absent──▶ as before, or worse
 *
 * Condition and signal are separate: an acknowledgement ends the sound, never the condition; the end of a condition does
 * not take an unanswered HIGH alarm off the screen (it latches until somebody answers, and reminds). An alarm latches as the
 * most urgent that it was while it called. LOW and technical alarms do not latch; a MEDIUM physiological one stays as a quiet
 * marker for ten minutes. Every transition is one change, for the log. Who has it in hand: `responsibility.ts`; what happens
 * when nobody answers: `escalation.ts`.
 */
import {
  comparePriority,
  MINUTE_MS,
  type Acknowledgement,
  type Actor,
  type Alarm,
  type AlarmId,
  type Breach,
  type Condition,
  type Delivery,
  type MonotonicMs,
} from '$lib/domain/index.ts';
import { escalated, escalationDue } from './escalation.ts';
import { deliver, passOn, take } from './responsibility.ts';
import { AUDIO_PAUSE_MS } from './signal.ts';
import {
  calling,
  change,
  ending,
  signalledAnew,
  silenced,
  unchanged,
  type AlarmPolicy,
  type AlarmStep,
  type TrackedAlarm,
} from './tracked.ts';

export const MEDIUM_LATCH_MS = 10 * MINUTE_MS;

/** What is over is not urgent any more, but a HIGH alarm must have been seen by somebody. */
export const LATCH_REMINDER_MS = 5 * MINUTE_MS;

/** An alarm's updates are told no more often; what is new or ended is told at once. */
export const UPDATE_EVERY_MS = 2000;

export type AlarmInput =
  | { readonly type: 'condition'; readonly now: MonotonicMs; readonly condition: Condition }
  | { readonly type: 'acknowledge' | 'take'; readonly now: MonotonicMs; readonly by: Actor }
  | { readonly type: 'pass-on'; readonly now: MonotonicMs; readonly by: Actor; readonly to?: string }
  | { readonly type: 'delivered'; readonly now: MonotonicMs; readonly delivery: Delivery }
  | { readonly type: 'tick' | 'session-ended'; readonly now: MonotonicMs };

/** One step of one alarm. `newId` is used when a new alarm begins. */
export function stepAlarm(
  tracked: TrackedAlarm | undefined,
  input: AlarmInput,
  policy: AlarmPolicy,
  newId: AlarmId,
): AlarmStep {
  if (tracked === undefined) {
    return input.type === 'condition' ? begin(input.condition, input.now, policy, newId) : unchanged(undefined);
  }
  switch (input.type) {
    case 'condition':
      return meet(tracked, input.condition, input.now, policy);
    case 'acknowledge':
      return acknowledge(tracked, { by: input.by, at: input.now });
    case 'take':
      return take(tracked, input.by, input.now);
    case 'pass-on':
      return passOn(tracked, input.by, input.to, input.now);
    case 'delivered':
      return deliver(tracked, input.delivery, input.now);
    case 'tick':
      return wait(tracked, input.now, policy);
    case 'session-ended':
      return ending(tracked, 'session-ended', input.now);
  }
}

function begin(condition: Condition, now: MonotonicMs, policy: AlarmPolicy, id: AlarmId): AlarmStep {
  if (condition.is !== 'present' && condition.is !== 'unconfirmed') return unchanged(undefined);
  const { breach } = condition;
  const alarm: Alarm = {
    id,
    rule: policy.rule,
    ruleVersion: policy.ruleVersion,
    kind: policy.kind,
    state: 'pending',
    onsetAt: breach.since,
    signalledAt: now,
    isOutranked: false,
    ...said(breach),
    ...(breach.value === undefined ? {} : { peakValue: breach.value }),
  };
  return condition.is === 'present' ? change(activated({ alarm }, now), 'signalled') : change({ alarm }, 'noticed');
}

const said = (breach: Breach) => ({
  priority: breach.priority,
  headline: breach.headline,
  explanation: breach.explanation,
  evidence: breach.evidence,
  ...(breach.value === undefined ? {} : { value: breach.value }),
  ...(breach.limit === undefined ? {} : { limit: breach.limit }),
});

function meet(tracked: TrackedAlarm, condition: Condition, now: MonotonicMs, policy: AlarmPolicy): AlarmStep {
  switch (condition.is) {
    case 'present':
      return present(tracked, condition.breach, now, policy);
    case 'unconfirmed':
      return unconfirmed(tracked, condition.breach, now, policy);
    case 'unknown':
      return suspend(tracked);
    case 'absent':
      return absent(tracked, now, policy);
  }
}

function present(tracked: TrackedAlarm, breach: Breach, now: MonotonicMs, policy: AlarmPolicy): AlarmStep {
  if (isUnmoved(tracked, breach)) return unchanged(tracked);
  const next = renewed(tracked, breach, policy);
  switch (tracked.alarm.state) {
    case 'pending':
      return change(activated(next, now), 'signalled');
    case 'active':
      return reprioritised(tracked, next, now) ?? updated(tracked, next, breach.isEpisodic, now);
    case 'acknowledged':
      return (
        risen(tracked, next, policy, now) ?? lowered(tracked, next) ?? updated(tracked, next, breach.isEpisodic, now)
      );
    case 'latched':
      return change(activated(next, now), 'returned');
    case 'suspended':
      return resumed(tracked, next, policy, now);
    case 'ended':
      return unchanged(undefined);
  }
}

/** Standing, and nothing to tell of it: what an alarm is at nearly every look. */
const isUnmoved = ({ alarm, untoldPeak, standsAt }: TrackedAlarm, { headline, priority, value }: Breach): boolean =>
  (alarm.state === 'active' || alarm.state === 'acknowledged') &&
  untoldPeak === undefined &&
  standsAt === undefined &&
  headline === alarm.headline &&
  priority === alarm.priority &&
  value === alarm.value;

/**
 * An answered alarm calls again when it rises in priority or worsens by the rule's step, also while nobody could see it. While a
 * more urgent alarm of the same quantity stands, that one tells how it goes on.
 */
function risen(
  tracked: TrackedAlarm,
  next: TrackedAlarm,
  policy: AlarmPolicy,
  now: MonotonicMs,
): AlarmStep | undefined {
  if (urgency(tracked, next) > 0) return change(activated(next, now), 'priority-raised');
  if (tracked.alarm.isOutranked) return undefined;
  return isWorse(tracked, next, policy) ? change(activated(next, now), 'worsened') : undefined;
}

/** Positive when it is more urgent now than before. */
const urgency = (before: TrackedAlarm, next: TrackedAlarm): number =>
  comparePriority(next.alarm.priority, before.alarm.priority);

function isWorse(tracked: TrackedAlarm, next: TrackedAlarm, policy: AlarmPolicy): boolean {
  const step = policy.reminder?.worseBy;
  const from = tracked.valueAtAcknowledgement;
  const to = next.alarm.value;
  if (step === undefined || from === undefined || to === undefined) return false;
  return policy.worse === 'lower' ? from - to >= step : to - from >= step;
}

const lowered = (before: TrackedAlarm, next: TrackedAlarm): AlarmStep | undefined =>
  urgency(before, next) < 0 ? change(next, 'priority-lowered') : undefined;

/** One that calls already goes on calling: what is more urgent is a new signal with its own time to answer it. */
const reprioritised = (before: TrackedAlarm, next: TrackedAlarm, now: MonotonicMs): AlarmStep | undefined =>
  urgency(before, next) > 0 ? change(raised(next, now), 'priority-raised') : lowered(before, next);

function raised(next: TrackedAlarm, now: MonotonicMs): TrackedAlarm {
  const { priority } = next.alarm;
  const isMostUrgent = next.calledAs === undefined || comparePriority(priority, next.calledAs) > 0;
  return {
    ...next,
    alarm: signalledAnew(next.alarm, now),
    callsSince: now,
    ...(isMostUrgent && { calledAs: priority }),
  };
}

function resumed(tracked: TrackedAlarm, next: TrackedAlarm, policy: AlarmPolicy, now: MonotonicMs): AlarmStep {
  if (tracked.wasAcknowledged) return risen(tracked, next, policy, now) ?? change(answered(next), 'resumed');
  const active: TrackedAlarm = { ...next, alarm: { ...next.alarm, state: 'active' } };
  return urgency(tracked, next) > 0 ? change(raised(active, now), 'priority-raised') : change(active, 'resumed');
}

/** A standing alarm whose condition would have to be confirmed anew has ended; the notice begins with the next look. */
function unconfirmed(tracked: TrackedAlarm, breach: Breach, now: MonotonicMs, policy: AlarmPolicy): AlarmStep {
  if (tracked.alarm.state !== 'pending') return absent(tracked, now, policy);
  return updated(tracked, { ...tracked, alarm: { ...tracked.alarm, ...said(breach) } }, true, now);
}

function suspend(tracked: TrackedAlarm): AlarmStep {
  const { state } = tracked.alarm;
  if (state !== 'active' && state !== 'acknowledged') return unchanged(tracked);
  const next: TrackedAlarm = { ...tracked, alarm: { ...tracked.alarm, state: 'suspended' } };
  return change(state === 'acknowledged' ? { ...next, wasAcknowledged: true } : next, 'suspended');
}

function absent(tracked: TrackedAlarm, now: MonotonicMs, policy: AlarmPolicy): AlarmStep {
  switch (tracked.alarm.state) {
    case 'pending':
      return ending(tracked, 'withdrawn', now);
    case 'active':
    case 'suspended':
      return latches(tracked, policy) ? latched(tracked, now) : ending(tracked, 'condition-ended', now);
    case 'acknowledged':
      return ending(tracked, 'condition-ended', now);
    case 'latched':
    case 'ended':
      return unchanged(tracked);
  }
}

/** Nobody has answered the call, and it was an urgent one. */
const latches = ({ calledAs }: TrackedAlarm, policy: AlarmPolicy): boolean =>
  policy.kind === 'physiological' && (calledAs === 'high' || calledAs === 'medium');

function latched(tracked: TrackedAlarm, now: MonotonicMs): AlarmStep {
  const { alarm } = silenced(tracked);
  const priority = tracked.calledAs ?? alarm.priority;
  const kept: Alarm = { ...alarm, priority, state: 'latched', endedAt: now, isOutranked: false };
  const { untoldPeak } = tracked;
  return change({ alarm: kept, ...(untoldPeak !== undefined && { untoldPeak }) }, 'condition-ended');
}

/** Answering twice changes nothing; answering what has ended takes it off the screen. Whoever answers has it in hand. */
function acknowledge(tracked: TrackedAlarm, acknowledgement: Acknowledgement): AlarmStep {
  switch (tracked.alarm.state) {
    case 'active':
      return change(answered(remember(tracked, acknowledgement)), 'acknowledged');
    case 'suspended':
      return tracked.wasAcknowledged
        ? unchanged(tracked)
        : change({ ...remember(tracked, acknowledgement), wasAcknowledged: true }, 'acknowledged');
    case 'latched':
      return ending(remember(tracked, acknowledgement), 'acknowledged', acknowledgement.at);
    case 'pending':
    case 'acknowledged':
    case 'ended':
      return unchanged(tracked);
  }
}

function wait(tracked: TrackedAlarm, now: MonotonicMs, policy: AlarmPolicy): AlarmStep {
  const { alarm } = tracked;
  if (now >= latchExpiry(alarm)) return ending(tracked, 'latch-expired', now);
  return reminded(tracked, now, policy) ?? escalated(tracked, now) ?? unchanged(tracked);
}

const latchExpiry = ({ state, priority, endedAt }: Alarm): number =>
  state === 'latched' && priority !== 'high' && endedAt !== undefined
    ? endedAt + MEDIUM_LATCH_MS
    : Number.POSITIVE_INFINITY;

/** The first instant after `now` at which time alone may change an alarm that has had its tick; not later than `now` while a value waits to be told. */
export function nextDue(tracked: TrackedAlarm, now: MonotonicMs, policy: AlarmPolicy): number {
  if (tracked.untoldPeak !== undefined) return now;
  return Math.min(
    latchExpiry(tracked.alarm),
    reminderDue(tracked, policy),
    escalationDue(tracked, now),
    updateDue(tracked, now),
  );
}

/** What came within the time of the last update may wait to be told at its end. */
function updateDue({ updatedAt }: TrackedAlarm, now: MonotonicMs): number {
  const due = updatedAt === undefined ? Number.POSITIVE_INFINITY : updatedAt + UPDATE_EVERY_MS;
  return due > now ? due : Number.POSITIVE_INFINITY;
}

/** What was answered and still stands calls again; a HIGH one that ended without an answer is signalled again as ended. */
function reminded(tracked: TrackedAlarm, now: MonotonicMs, policy: AlarmPolicy): AlarmStep | undefined {
  const { alarm } = tracked;
  if (now < reminderDue(tracked, policy)) return undefined;
  switch (alarm.state) {
    case 'acknowledged':
      return change(activated(tracked, now), 'reminded');
    case 'suspended':
      return change(calling(tracked, now), 'reminded');
    default:
      return change({ ...tracked, alarm: signalledAnew(alarm, now) }, 'reminded');
  }
}

function reminderDue(tracked: TrackedAlarm, policy: AlarmPolicy): number {
  const quietSince = tracked.alarm.isOutranked ? undefined : quietSinceOf(tracked);
  return quietSince === undefined ? Number.POSITIVE_INFINITY : quietSince + quietMs(tracked.alarm, policy);
}

/** For how long an answer keeps it quiet; never longer than an audio pause while it is HIGH. */
function quietMs({ state, priority }: Alarm, { reminder }: AlarmPolicy): number {
  if (state === 'latched') return LATCH_REMINDER_MS;
  if (reminder === undefined) return Number.POSITIVE_INFINITY;
  const afterMs = reminder.afterMin * MINUTE_MS;
  return priority === 'high' ? Math.min(afterMs, AUDIO_PAUSE_MS) : afterMs;
}

/** Since when nothing has called for an answer that is still wanted. */
function quietSinceOf({ alarm, wasAcknowledged }: TrackedAlarm): MonotonicMs | undefined {
  if (alarm.state === 'acknowledged' || wasAcknowledged) return alarm.acknowledgement?.at;
  if (alarm.state !== 'latched' || alarm.priority !== 'high') return undefined;
  return alarm.endedAt === undefined || alarm.signalledAt > alarm.endedAt ? alarm.signalledAt : alarm.endedAt;
}

/** The alarm with what the rules say now; the peak only moves towards worse. */
function renewed(tracked: TrackedAlarm, breach: Breach, policy: AlarmPolicy): TrackedAlarm {
  const { endedAt: _, ...alarm } = tracked.alarm;
  const { untoldPeak, standsAt: __, ...next } = tracked;
  const peaks = [alarm.peakValue, untoldPeak, breach.value].filter((value) => value !== undefined);
  const peakValue = policy.worse === 'lower' ? Math.min(...peaks) : Math.max(...peaks);
  return { ...next, alarm: { ...alarm, ...said(breach), ...(peaks.length === 0 ? {} : { peakValue }) } };
}

function activated(tracked: TrackedAlarm, now: MonotonicMs): TrackedAlarm {
  const called = calling(tracked, now);
  return { ...called, alarm: { ...called.alarm, state: 'active' } };
}

function remember(tracked: TrackedAlarm, acknowledgement: Acknowledgement): TrackedAlarm {
  const quiet = silenced(tracked);
  const value = quiet.standsAt ?? quiet.alarm.value;
  const alarm: Alarm = { ...quiet.alarm, acknowledgement, responsibility: { state: 'taken', ...acknowledgement } };
  return { ...quiet, alarm, ...(value === undefined ? {} : { valueAtAcknowledgement: value }) };
}

function answered(tracked: TrackedAlarm): TrackedAlarm {
  const { wasAcknowledged: _, ...next } = tracked;
  return { ...next, alarm: { ...next.alarm, state: 'acknowledged' } };
}

/**
 * A change worth telling: a further reading says something else, or a continuous value reached a new worst. The other
 * movements of a continuous value are on the screen anyway and would only fill the log. In a storm a new worst value waits.
 */
function updated(before: TrackedAlarm, next: TrackedAlarm, isEpisodic: boolean, now: MonotonicMs): AlarmStep {
  const isNewPeak = before.alarm.peakValue !== next.alarm.peakValue;
  const isSaid = before.alarm.headline === next.alarm.headline && before.untoldPeak === undefined;
  const kept = standingAt(before, next.alarm.value);
  if (isSaid || (!isEpisodic && !isNewPeak)) return unchanged(kept);
  if (before.updatedAt === undefined || now - before.updatedAt >= UPDATE_EVERY_MS) {
    return change({ ...next, updatedAt: now }, 'updated');
  }
  const { peakValue } = next.alarm;
  const isKnown = !isNewPeak || peakValue === undefined || peakValue === before.untoldPeak;
  return unchanged(isKnown ? kept : { ...kept, untoldPeak: peakValue });
}

/** What is not told is still known: "worse than when it was answered" is measured from the value at that moment. */
function standingAt(before: TrackedAlarm, value: number | undefined): TrackedAlarm {
  const { standsAt, ...rest } = before;
  if (value === undefined || value === rest.alarm.value) return standsAt === undefined ? before : rest;
  return value === standsAt ? before : { ...rest, standsAt: value };
}
