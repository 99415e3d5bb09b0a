/** What the alarms of a journal come to: how many of which rule, and how often a person would have heard them. Pure. */
import {
  comparePriority,
  PRIORITIES,
  type Alarm,
  type AlarmCause,
  type AlarmChange,
  type JournalEntry,
  type Priority,
} from '$lib/domain/index.ts';

export interface AlarmTally {
  readonly rule: string;
  /** The highest that its alarms had. */
  readonly priority: Priority;
  readonly kind: AlarmChange['alarm']['kind'];
  /** By the highest priority that each had. */
  readonly alarms: Readonly<Record<Priority, number>>;
  /** Times that it made the bed sound: new, returned, worse, more urgent, a reminder, or no longer outranked. */
  readonly sounded: number;
  readonly firstAtMs: number;
  readonly example: string;
}

const SOUNDING: ReadonlySet<AlarmCause> = new Set<AlarmCause>([
  'signalled',
  'returned',
  'worsened',
  'priority-raised',
  'reminded',
  'unoutranked',
]);

/** Whether with this change the bed begins to sound, or sounds anew. What has been answered already is silent when it is no longer outranked. */
export const isHeard = ({ cause, alarm }: AlarmChange): boolean =>
  SOUNDING.has(cause) &&
  alarm.priority !== 'notice' &&
  !alarm.isOutranked &&
  (cause !== 'unoutranked' || alarm.acknowledgement === undefined);

/** Most urgent first, then in the order in which they came. Notices of one reading that was not confirmed do not count. */
export function tallyAlarms(journal: readonly JournalEntry[]): readonly AlarmTally[] {
  const highest = new Map<string, Alarm>();
  const tallies = new Map<string, AlarmTally>();
  for (const { at, body } of journal) {
    if (body.kind !== 'alarm' || !SOUNDING.has(body.change.cause)) continue;
    const { alarm } = body.change;
    const before = tallies.get(alarm.rule);
    tallies.set(alarm.rule, {
      rule: alarm.rule,
      priority: before ? higher(before.priority, alarm.priority) : alarm.priority,
      kind: alarm.kind,
      alarms: withAlarm(before?.alarms ?? NONE, highest.get(alarm.id)?.priority, alarm.priority),
      sounded: (before?.sounded ?? 0) + (isHeard(body.change) ? 1 : 0),
      firstAtMs: before?.firstAtMs ?? at,
      example: before?.example ?? alarm.headline,
    });
    if (comparePriority(alarm.priority, highest.get(alarm.id)?.priority ?? 'notice') >= 0) highest.set(alarm.id, alarm);
  }
  return [...tallies.values()].toSorted((a, b) => comparePriority(b.priority, a.priority) || a.firstAtMs - b.firstAtMs);
}

const NONE: AlarmTally['alarms'] = { high: 0, medium: 0, low: 0, notice: 0 };

const higher = (a: Priority, b: Priority): Priority => (comparePriority(a, b) >= 0 ? a : b);

/** An alarm counts once, as the most urgent that it ever was. */
function withAlarm(counts: AlarmTally['alarms'], before: Priority | undefined, now: Priority): AlarmTally['alarms'] {
  if (before === undefined) return { ...counts, [now]: counts[now] + 1 };
  if (comparePriority(now, before) <= 0) return counts;
  return { ...counts, [before]: counts[before] - 1, [now]: counts[now] + 1 };
}

/** Over all rules: alarms of each priority, and times that the bed was heard. */
export const totals = (tallies: readonly AlarmTally[]): Pick<AlarmTally, 'alarms' | 'sounded'> => ({
  alarms: tallies.reduce((sum, { alarms }) => added(sum, alarms), NONE),
  sounded: tallies.reduce((sum, { sounded }) => sum + sounded, 0),
});

const added = (a: AlarmTally['alarms'], b: AlarmTally['alarms']): AlarmTally['alarms'] => ({
  high: a.high + b.high,
  medium: a.medium + b.medium,
  low: a.low + b.low,
  notice: a.notice + b.notice,
});

/** `2 high, 1 low`; priorities of which there is none are left out. */
export const alarmWords = (alarms: AlarmTally['alarms']): string =>
  PRIORITIES.flatMap((priority) => (alarms[priority] > 0 ? [`${alarms[priority]} ${priority}`] : [])).join(', ') ||
  'none';
