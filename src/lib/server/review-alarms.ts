/** Alarms of a recorded session: many changes in the journal, one row each in the table. Pure. */
import {
  comparePriority,
  type Alarm,
  type AlarmCause,
  type AlarmChange,
  type AlarmId,
  type MonotonicMs,
} from '$lib/domain/index.ts';
import type { AlarmRow, AlarmStep } from '$lib/realtime/review.ts';

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

/** The alarm's row after one more change. The words and the value stay those of the first signal; the peak and the priority grow. */
export function foldAlarm(before: AlarmRow | undefined, at: MonotonicMs, { alarm, cause }: AlarmChange): AlarmRow {
  const step = stepOf(at, cause, alarm);
  if (before === undefined) return begun(alarm, step);
  const isFirstSignal = cause === 'signalled';
  return {
    ...before,
    ...(isFirstSignal ? { ...saidBy(alarm), signalledAt: at } : {}),
    priority: comparePriority(alarm.priority, before.priority) > 0 ? alarm.priority : before.priority,
    ...(alarm.peakValue !== undefined && { peakValue: alarm.peakValue }),
    ...(before.acknowledgedAt === undefined && answered(alarm)),
    ...ended(before, alarm, cause),
    changes: [...before.changes, step],
  };
}

function begun(alarm: Alarm, step: AlarmStep): AlarmRow {
  return {
    id: alarm.id,
    rule: alarm.rule,
    ruleVersion: alarm.ruleVersion,
    kind: alarm.kind,
    priority: alarm.priority,
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

const stepOf = (at: MonotonicMs, cause: AlarmCause, { priority, value, acknowledgement }: Alarm): AlarmStep => ({
  at,
  cause,
  priority,
  ...(value !== undefined && { value }),
  ...(cause === 'acknowledged' && acknowledgement && { by: acknowledgement.by.name }),
});

/** Times of the cuff readings on which a signalling pressure alarm rests. */
export function alarmingReadings({ alarm }: AlarmChange): readonly MonotonicMs[] {
  if (alarm.state !== 'active' && alarm.state !== 'acknowledged') return [];
  return alarm.evidence.filter(({ metric }) => PRESSURES.has(metric)).map(({ at }) => at);
}
