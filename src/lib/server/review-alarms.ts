/** Alarms of a recorded session: many changes in the journal, one row each in the table. Pure. */
import {
  comparePriority,
  type Alarm,
  type AlarmCause,
  type AlarmChange,
  type AlarmId,
  type MonotonicMs,
} from '$lib/domain/index.ts';
import type { AlarmMoment, AlarmRow, AlarmStep, Doer } from '$lib/realtime/review.ts';
import { doerOf } from './review-events.ts';

export type AlarmRows = ReadonlyMap<AlarmId, AlarmRow>;

/** Metrics of a cuff reading: an alarm that rests on one marks the reading. */
const PRESSURES: ReadonlySet<string> = new Set(['systolic', 'diastolic', 'meanArterial']);

/** Why a row ends; what is not listed leaves it as it was. */
const ENDS: Partial<Record<AlarmCause, AlarmRow['end']>> = {
  withdrawn: 'withdrawn',
  'condition-ended': 'ended',
  'latch-expired': 'ended',
  'session-ended': 'session-ended',
  returned: 'open',
};

/** What stands beside a change in the journal: who asked for it, and how the bed was just then. */
export interface Circumstances {
  readonly doer: Partial<Doer>;
  readonly momentOf: (alarm: Alarm) => AlarmMoment;
}

/** The alarm's row after one more change. Words, value and moment stay those of the first signal; peak and priority grow. */
export function foldAlarm(
  before: AlarmRow | undefined,
  at: MonotonicMs,
  { alarm, cause }: AlarmChange,
  { doer, momentOf }: Circumstances,
): AlarmRow {
  const step = { ...stepOf(at, cause, alarm), ...doer };
  if (before === undefined) return { ...begun(alarm, step), moment: momentOf(alarm) };
  const isFirstSignal = cause === 'signalled';
  return {
    ...before,
    ...(isFirstSignal ? { ...saidBy(alarm), signalledAt: at, moment: momentOf(alarm) } : {}),
    state: alarm.state,
    ...(before.state === 'latched' && alarm.state !== 'latched' && { latchedUntil: at }),
    priority: comparePriority(alarm.priority, before.priority) > 0 ? alarm.priority : before.priority,
    ...(alarm.peakValue !== undefined && { peakValue: alarm.peakValue }),
    ...(before.acknowledgedAt === undefined && answered(alarm)),
    ...ended(before, alarm, cause),
    changes: [...before.changes, step],
  };
}

function begun(alarm: Alarm, step: AlarmStep): Omit<AlarmRow, 'moment'> {
  return {
    id: alarm.id,
    rule: alarm.rule,
    ruleVersion: alarm.ruleVersion,
    kind: alarm.kind,
    priority: alarm.priority,
    state: alarm.state,
    onsetAt: alarm.onsetAt,
    signalledAt: alarm.signalledAt,
    end: 'open',
    ...saidBy(alarm),
    ...(alarm.peakValue !== undefined && { peakValue: alarm.peakValue }),
    ...answered(alarm),
    changes: [step],
  };
}

const saidBy = ({ headline, explanation, evidence, value, limit }: Alarm) => ({
  headline,
  explanation,
  evidence,
  ...(value !== undefined && { value }),
  ...(limit !== undefined && { limit }),
});

const answered = ({ acknowledgement }: Alarm): Pick<AlarmRow, 'acknowledgedBy' | 'acknowledgedAt'> =>
  acknowledgement === undefined ? {} : { acknowledgedBy: acknowledgement.by.name, acknowledgedAt: acknowledgement.at };

function ended(before: AlarmRow, alarm: Alarm, cause: AlarmCause): Partial<AlarmRow> {
  const end = ENDS[cause] ?? before.end;
  if (end === 'open') return { end };
  // The condition ended when it ended, not when its mark was taken off the screen.
  const endedAt = before.endedAt ?? alarm.endedAt;
  return { end: before.end === 'ended' ? 'ended' : end, ...(endedAt !== undefined && { endedAt }) };
}

function stepOf(at: MonotonicMs, cause: AlarmCause, alarm: Alarm): AlarmStep {
  const { priority, value, acknowledgement } = alarm;
  return {
    at,
    cause,
    priority,
    ...(value !== undefined && { value }),
    ...(cause === 'acknowledged' && acknowledgement && doerOf(acknowledgement.by)),
    ...handling(cause, alarm),
  };
}

/** Who has the alarm in hand, how far it was carried, which screens confirmed it. */
function handling(cause: AlarmCause, alarm: Alarm): Partial<AlarmStep> {
  const { escalation, shownOn, soundedOn, responsibility } = alarm;
  switch (cause) {
    case 'escalated':
      return escalation === undefined ? {} : { stage: escalation };
    case 'delivered':
      return { ...(shownOn !== undefined && { shownOn }), ...(soundedOn !== undefined && { soundedOn }) };
    case 'taken':
    case 'passed-on':
      return { ...doerOf(responsibility?.by), ...(responsibility?.to !== undefined && { to: responsibility.to }) };
    default:
      return {};
  }
}

/** Times of the cuff readings on which a signalling pressure alarm rests. */
export function alarmingReadings({ alarm }: AlarmChange): readonly MonotonicMs[] {
  if (alarm.state !== 'active' && alarm.state !== 'acknowledged') return [];
  return alarm.evidence.filter(({ metric }) => PRESSURES.has(metric)).map(({ at }) => at);
}
