/**
 * Ways to break a station, for proving that the simulation would notice: a rule set that judges otherwise, and journals as a
 * station with a broken timer, latch or answer would have written them.
 */
import type { AlarmChange, JournalEntry, Level, RuleSet } from '$lib/domain/index.ts';

/** The rule set with one level of one rule changed. */
export const withLevel = (ruleSet: RuleSet, rule: string, index: number, change: (level: Level) => Level): RuleSet => ({
  ...ruleSet,
  rules: ruleSet.rules.map((one) =>
    one.id === rule ? { ...one, levels: one.levels.map((level, i) => (i === index ? change(level) : level)) } : one,
  ),
});

/** Alarm changes replaced one by one and numbered anew, as the station itself would have; the other entries stay. */
export function retold(
  journal: readonly JournalEntry[],
  tell: (change: AlarmChange, entry: JournalEntry) => AlarmChange | undefined,
): readonly JournalEntry[] {
  let number = 0;
  return journal.flatMap((entry): readonly JournalEntry[] => {
    if (entry.body.kind !== 'alarm') return [entry];
    const change = tell(entry.body.change, entry);
    if (change === undefined) return [];
    number += 1;
    return [{ ...entry, body: { kind: 'alarm', number, change } }];
  });
}

/** A timer that begins anew with every sample never comes to its end: nothing of these rules is ever told. */
export const timerThatNeverEnds = (
  journal: readonly JournalEntry[],
  rules: readonly string[],
): readonly JournalEntry[] => retold(journal, (change) => (rules.includes(change.alarm.rule) ? undefined : change));

/** A timer that lets go too late: what it held back is told only after a further while. */
export function timerThatLags(
  journal: readonly JournalEntry[],
  rules: readonly string[],
  byMs: number,
): readonly JournalEntry[] {
  const begun = new Map<string, number>();
  return retold(journal, (change, { at }) => {
    const { id, rule } = change.alarm;
    if (!rules.includes(rule)) return change;
    const since = begun.get(id) ?? at;
    begun.set(id, since);
    return at - since < byMs ? undefined : change;
  });
}

/** What was to stay on the screen until somebody saw it is gone when it is over. */
export function latchThatForgets(journal: readonly JournalEntry[]): readonly JournalEntry[] {
  const gone = new Set<string>();
  return retold(journal, (change) => {
    const { alarm } = change;
    if (gone.has(alarm.id)) return undefined;
    if (alarm.state !== 'latched') return change;
    gone.add(alarm.id);
    return { ...change, alarm: { ...alarm, state: 'ended' } };
  });
}

/** An answer ends what it answers. */
export function answerThatEnds(journal: readonly JournalEntry[]): readonly JournalEntry[] {
  const gone = new Set<string>();
  return retold(journal, (change) => {
    const { alarm, cause } = change;
    if (gone.has(alarm.id)) return undefined;
    if (cause !== 'acknowledged' || alarm.state !== 'acknowledged') return change;
    gone.add(alarm.id);
    return { ...change, alarm: { ...alarm, state: 'ended' } };
  });
}

/** An answer silences whatever else signals at that moment. */
export function answerThatSilencesAll(journal: readonly JournalEntry[]): readonly JournalEntry[] {
  const active = new Map<string, AlarmChange>();
  let number = 0;
  return journal.flatMap((entry): readonly JournalEntry[] => {
    if (entry.body.kind !== 'alarm') return [entry];
    const { change } = entry.body;
    const { alarm, cause } = change;
    const told = [change];
    if (cause === 'acknowledged')
      for (const [id, other] of active)
        if (id !== alarm.id) told.push({ cause, alarm: { ...other.alarm, state: 'acknowledged' } });
    if (alarm.state === 'active') active.set(alarm.id, change);
    else active.delete(alarm.id);
    if (cause === 'acknowledged') active.clear();
    return told.map((one) => {
      number += 1;
      return { ...entry, body: { kind: 'alarm', number, change: one } };
    });
  });
}
