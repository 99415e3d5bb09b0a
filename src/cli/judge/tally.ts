/** What the alarms of a journal come to: how many of which rule, and how often a person would have heard them. Pure. */
import {
  comparePriority,
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
  readonly alarms: number;
  /** Times that it made the bed sound: new, returned, worse, more urgent, or a reminder. */
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
]);

/** Most urgent first, then in the order in which they came. Notices of one reading that was not confirmed do not count. */
export function tallyAlarms(journal: readonly JournalEntry[]): readonly AlarmTally[] {
  const tallies = new Map<string, AlarmTally>();
  for (const { at, body } of journal) {
    if (body.kind !== 'alarm' || !SOUNDING.has(body.change.cause)) continue;
    const { cause, alarm } = body.change;
    const before = tallies.get(alarm.rule);
    const isHeard = alarm.priority !== 'notice' && !alarm.isOutranked;
    tallies.set(alarm.rule, {
      rule: alarm.rule,
      priority: before && comparePriority(before.priority, alarm.priority) > 0 ? before.priority : alarm.priority,
      kind: alarm.kind,
      alarms: (before?.alarms ?? 0) + (cause === 'signalled' ? 1 : 0),
      sounded: (before?.sounded ?? 0) + (isHeard ? 1 : 0),
      firstAtMs: before?.firstAtMs ?? at,
      example: before?.example ?? alarm.headline,
    });
  }
  return [...tallies.values()].toSorted((a, b) => comparePriority(b.priority, a.priority) || a.firstAtMs - b.firstAtMs);
}
