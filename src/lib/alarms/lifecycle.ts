/**
 * The life of one alarm: a state machine over what the rules find, what people do, and time.
 *
 *   (none) ──unconfirmed──▶ pending ──present──▶ active ──acknowledge──▶ acknowledged ──absent──▶ ended
 *      └───────────present──────────────────────▶ │ ▲                        │
 *                                                 │ └─ worse, more urgent, ──┘
 *                              absent             │    reminder due
 *      ended ◀─acknowledge, latch over── latched ◀┘
 *
 *   active, acknowledged ──unknown──▶ suspended ──present, absent──▶ as before
 *
 * Condition and signal are separate: an acknowledgement ends the sound, never the condition; the end of a condition does
 * not take an unanswered HIGH alarm off the screen (it latches until somebody answers). LOW and technical alarms do not
 * latch; a MEDIUM physiological one stays as a quiet marker for ten minutes. Every transition is one change, for the log.
 */
import {
  comparePriority,
  type Acknowledgement,
  type Actor,
  type Alarm,
  type AlarmCause,
  type AlarmChange,
  type AlarmId,
  type AlarmKind,
  type Breach,
  type Condition,
  type MonotonicMs,
} from '$lib/domain/index.ts';

export const MEDIUM_LATCH_MS = 10 * 60_000;

/** What an alarm needs to know of the rule behind it. */
export interface AlarmPolicy {
  readonly rule: string;
  readonly ruleVersion: string;
  readonly kind: AlarmKind;
  readonly worse?: 'higher' | 'lower';
  readonly reminder?: { readonly worseBy?: number; readonly afterMin: number };
}

/**
 * An alarm with what the machine must remember beyond what people see: whether a suspended alarm had been answered,
 * and the value at the answer, from which "worse" is measured.
 */
export interface TrackedAlarm {
  readonly alarm: Alarm;
  readonly wasAcknowledged?: true;
  readonly valueAtAcknowledgement?: number;
}

export type AlarmInput =
  | { readonly type: 'condition'; readonly now: MonotonicMs; readonly condition: Condition }
  | { readonly type: 'acknowledge'; readonly now: MonotonicMs; readonly by: Actor }
  | { readonly type: 'tick'; readonly now: MonotonicMs }
  | { readonly type: 'session-ended'; readonly now: MonotonicMs };

export type AlarmStep = readonly [next: TrackedAlarm | undefined, changes: readonly AlarmChange[]];

/** One step of one alarm. `newId` is used when a new alarm begins. */
export function stepAlarm(
  tracked: TrackedAlarm | undefined,
  input: AlarmInput,
  policy: AlarmPolicy,
  newId: AlarmId,
): AlarmStep {
  if (tracked === undefined) {
    return input.type === 'condition' ? begin(input.condition, input.now, policy, newId) : [undefined, []];
  }
  switch (input.type) {
    case 'condition':
      return meet(tracked, input.condition, input.now, policy);
    case 'acknowledge':
      return acknowledge(tracked, { by: input.by, at: input.now });
    case 'tick':
      return wait(tracked, input.now, policy);
    case 'session-ended':
      return end(tracked, input.now, 'session-ended');
  }
}

function begin(condition: Condition, now: MonotonicMs, policy: AlarmPolicy, id: AlarmId): AlarmStep {
  if (condition.is !== 'present' && condition.is !== 'unconfirmed') return [undefined, []];
  const { breach } = condition;
  const alarm: Alarm = {
    id,
    rule: policy.rule,
    ruleVersion: policy.ruleVersion,
    kind: policy.kind,
    state: condition.is === 'present' ? 'active' : 'pending',
    onsetAt: breach.since,
    signalledAt: now,
    isOutranked: false,
    ...said(breach),
    ...(breach.value === undefined ? {} : { peakValue: breach.value }),
  };
  return change({ alarm }, condition.is === 'present' ? 'signalled' : 'noticed');
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
  if (isUnmoved(tracked, breach)) return [tracked, NO_CHANGES];
  const next = renewed(tracked, breach, policy);
  switch (tracked.alarm.state) {
    case 'pending':
      return change(activated(next, { signalledAt: now }), 'signalled');
    case 'active':
      return reprioritised(tracked, next) ?? updated(tracked, next, breach.isEpisodic);
    case 'acknowledged':
      return standing(tracked, next, policy, breach.isEpisodic);
    case 'latched':
      return change(activated(next, { signalledAt: now }), 'returned');
    case 'suspended':
      return change(tracked.wasAcknowledged ? answered(next) : activated(next), 'resumed');
    case 'ended':
      return [undefined, []];
  }
}

const NO_CHANGES: readonly AlarmChange[] = [];

/** Standing, and nothing to tell of it: what an alarm is at nearly every look. */
const isUnmoved = ({ alarm }: TrackedAlarm, { headline, priority, value }: Breach): boolean =>
  (alarm.state === 'active' || alarm.state === 'acknowledged') &&
  headline === alarm.headline &&
  priority === alarm.priority &&
  value === alarm.value;

/** An answered alarm that stands: louder again when it rises in priority or worsens by the rule's step. */
function standing(tracked: TrackedAlarm, next: TrackedAlarm, policy: AlarmPolicy, isEpisodic: boolean): AlarmStep {
  const urgency = comparePriority(next.alarm.priority, tracked.alarm.priority);
  if (urgency > 0) return change(activated(next), 'priority-raised');
  if (urgency < 0) return change(next, 'priority-lowered');
  if (isWorse(tracked, next, policy)) return change(activated(next), 'worsened');
  return updated(tracked, next, isEpisodic);
}

function isWorse(tracked: TrackedAlarm, next: TrackedAlarm, policy: AlarmPolicy): boolean {
  const step = policy.reminder?.worseBy;
  const from = tracked.valueAtAcknowledgement;
  const to = next.alarm.value;
  if (step === undefined || from === undefined || to === undefined) return false;
  return policy.worse === 'lower' ? from - to >= step : to - from >= step;
}

/** A standing alarm whose condition would have to be confirmed anew has ended; the notice begins with the next look. */
function unconfirmed(tracked: TrackedAlarm, breach: Breach, now: MonotonicMs, policy: AlarmPolicy): AlarmStep {
  if (tracked.alarm.state !== 'pending') return absent(tracked, now, policy);
  return updated(tracked, { ...tracked, alarm: { ...tracked.alarm, ...said(breach) } }, true);
}

function suspend(tracked: TrackedAlarm): AlarmStep {
  const { state } = tracked.alarm;
  if (state !== 'active' && state !== 'acknowledged') return [tracked, []];
  const next: TrackedAlarm = { ...tracked, alarm: { ...tracked.alarm, state: 'suspended' } };
  return change(state === 'acknowledged' ? { ...next, wasAcknowledged: true } : next, 'suspended');
}

function absent(tracked: TrackedAlarm, now: MonotonicMs, policy: AlarmPolicy): AlarmStep {
  switch (tracked.alarm.state) {
    case 'pending':
      return end(tracked, now, 'withdrawn');
    case 'active':
      return latches(tracked.alarm, policy) ? absentUnanswered(tracked, now) : end(tracked, now, 'condition-ended');
    case 'acknowledged':
      return end(tracked, now, 'condition-ended');
    case 'suspended':
      return tracked.wasAcknowledged || !latches(tracked.alarm, policy)
        ? end(tracked, now, 'condition-ended')
        : absentUnanswered(tracked, now);
    case 'latched':
    case 'ended':
      return [tracked, []];
  }
}

const latches = (alarm: Alarm, policy: AlarmPolicy): boolean =>
  policy.kind === 'physiological' && (alarm.priority === 'high' || alarm.priority === 'medium');

function absentUnanswered(tracked: TrackedAlarm, now: MonotonicMs): AlarmStep {
  return change({ alarm: { ...tracked.alarm, state: 'latched', endedAt: now, isOutranked: false } }, 'condition-ended');
}

/** Answering twice changes nothing; answering what has ended takes it off the screen. */
function acknowledge(tracked: TrackedAlarm, acknowledgement: Acknowledgement): AlarmStep {
  const { alarm } = tracked;
  switch (alarm.state) {
    case 'active':
      return change(answered(tracked, acknowledgement), 'acknowledged');
    case 'suspended':
      return tracked.wasAcknowledged
        ? [tracked, []]
        : change({ ...remember(tracked, acknowledgement), wasAcknowledged: true }, 'acknowledged');
    case 'latched':
      return [undefined, [{ cause: 'acknowledged', alarm: { ...alarm, acknowledgement, state: 'ended' } }]];
    case 'pending':
    case 'acknowledged':
    case 'ended':
      return [tracked, []];
  }
}

function wait(tracked: TrackedAlarm, now: MonotonicMs, policy: AlarmPolicy): AlarmStep {
  const { alarm } = tracked;
  const reminderMs = (policy.reminder?.afterMin ?? Number.POSITIVE_INFINITY) * 60_000;
  if (alarm.state === 'acknowledged' && alarm.acknowledgement && now - alarm.acknowledgement.at >= reminderMs) {
    return change(activated(tracked, { signalledAt: now }), 'reminded');
  }
  const isMediumLatch = alarm.state === 'latched' && alarm.priority !== 'high';
  if (isMediumLatch && now - (alarm.endedAt ?? now) >= MEDIUM_LATCH_MS) return end(tracked, now, 'latch-expired');
  return [tracked, []];
}

function end(tracked: TrackedAlarm, now: MonotonicMs, cause: AlarmCause): AlarmStep {
  const { alarm } = tracked;
  return [
    undefined,
    [{ cause, alarm: { ...alarm, state: 'ended', endedAt: alarm.endedAt ?? now, isOutranked: false } }],
  ];
}

/** The alarm with what the rules say now; the peak only moves towards worse. */
function renewed(tracked: TrackedAlarm, breach: Breach, policy: AlarmPolicy): TrackedAlarm {
  const { endedAt: _, ...alarm } = tracked.alarm;
  const peaks = [alarm.peakValue, breach.value].filter((value) => value !== undefined);
  const peakValue = policy.worse === 'lower' ? Math.min(...peaks) : Math.max(...peaks);
  return { ...tracked, alarm: { ...alarm, ...said(breach), ...(peaks.length === 0 ? {} : { peakValue }) } };
}

function activated(tracked: TrackedAlarm, more: { signalledAt?: MonotonicMs } = {}): TrackedAlarm {
  const { acknowledgement: _, ...alarm } = tracked.alarm;
  return { alarm: { ...alarm, ...more, state: 'active' } };
}

function remember(tracked: TrackedAlarm, acknowledgement: Acknowledgement): TrackedAlarm {
  const { value } = tracked.alarm;
  const alarm = { ...tracked.alarm, acknowledgement };
  return { ...tracked, alarm, ...(value === undefined ? {} : { valueAtAcknowledgement: value }) };
}

function answered(tracked: TrackedAlarm, acknowledgement?: Acknowledgement): TrackedAlarm {
  const { wasAcknowledged: _, ...next } = acknowledgement ? remember(tracked, acknowledgement) : tracked;
  return { ...next, alarm: { ...next.alarm, state: 'acknowledged' } };
}

function reprioritised(before: TrackedAlarm, next: TrackedAlarm): AlarmStep | undefined {
  const urgency = comparePriority(next.alarm.priority, before.alarm.priority);
  if (urgency === 0) return undefined;
  return change(next, urgency > 0 ? 'priority-raised' : 'priority-lowered');
}

/**
 * A change worth telling: a further reading says something else, or a continuous value reached a new worst. The other
 * movements of a continuous value are on the screen anyway and would only fill the log.
 */
function updated(before: TrackedAlarm, next: TrackedAlarm, isEpisodic: boolean): AlarmStep {
  if (before.alarm.headline === next.alarm.headline) return [before, []];
  return isEpisodic || before.alarm.peakValue !== next.alarm.peakValue ? change(next, 'updated') : [before, []];
}

const change = (tracked: TrackedAlarm, cause: AlarmCause): AlarmStep => [tracked, [{ cause, alarm: tracked.alarm }]];
