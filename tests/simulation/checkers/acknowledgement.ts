/**
 * An answer answers what it names and what that outranks, once; it ends no condition and silences nothing else. What is over in
 * the moment of the answer ends by itself: whether it was over, the judgement is asked.
 */
import type { Alarm, JournalEntry, RuleSet } from '$lib/domain/index.ts';
import type { Course } from '../world/ward.ts';
import type { Violation } from './checker.ts';

export function checkAcknowledgement({ journal, ruleSet }: Pick<Course, 'journal' | 'ruleSet'>): readonly Violation[] {
  const violations: Violation[] = [];
  const alarms = new Map<string, Alarm>();
  const done = new Set<string>();
  for (const [index, { at, body }] of journal.entries()) {
    if (body.kind === 'alarm') keep(alarms, body.change.alarm);
    if (body.kind !== 'command' || body.envelope.command.type !== 'acknowledge') continue;
    const { id, command } = body.envelope;
    for (const what of wrongIn(alarms, command.alarm, effectsOf(journal, index), ruleSet, done.has(id)))
      violations.push({ checker: 'acknowledgement', at, what: `answer ${id} to ${command.alarm}: ${what}` });
    done.add(id);
  }
  return violations;
}

function keep(alarms: Map<string, Alarm>, alarm: Alarm): void {
  if (alarm.state === 'ended') alarms.delete(alarm.id);
  else alarms.set(alarm.id, alarm);
}

/** What followed at the same moment, up to the next thing that came from outside. */
function effectsOf(journal: readonly JournalEntry[], index: number): readonly JournalEntry[] {
  const end = journal.findIndex(
    ({ at, body }, i) => i > index && (at > (journal[index]?.at ?? 0) || !OUTPUTS.has(body.kind)),
  );
  return journal.slice(index + 1, end < 0 ? undefined : end);
}

const OUTPUTS: ReadonlySet<string> = new Set(['alarm', 'session', 'phase', 'infusion-event', 'audio', 'refused']);

function wrongIn(
  alarms: ReadonlyMap<string, Alarm>,
  named: string,
  effects: readonly JournalEntry[],
  ruleSet: RuleSet,
  isRepeated: boolean,
): readonly string[] {
  const groupOf = (rule: string | undefined): string | undefined =>
    ruleSet.rules.find(({ id }) => id === rule)?.group?.name;
  const group = groupOf(alarms.get(named)?.rule);
  const wrong: string[] = [];
  for (const { body } of effects) {
    if (body.kind !== 'alarm') continue;
    const { cause, alarm } = body.change;
    const before = alarms.get(alarm.id);
    const isMeant = alarm.id === named || (before?.isOutranked === true && groupOf(alarm.rule) === group);
    if (cause === 'acknowledged') {
      if (!isMeant) wrong.push(`silences ${alarm.rule} (${alarm.id})`);
      if (isRepeated) wrong.push('is carried out twice');
      if (before?.state === 'acknowledged') wrong.push('answers what was answered');
      if (alarm.state === 'ended' && before?.state !== 'latched') wrong.push(`ends ${alarm.rule} while it stands`);
    } else if (
      alarm.state === 'ended' &&
      cause !== 'condition-ended' &&
      alarm.id === named &&
      before?.state === 'active'
    ) {
      wrong.push(`ends its condition by "${cause}"`);
    }
  }
  const isAnswered = effects.some(({ body }) => body.kind === 'alarm' && body.change.cause === 'acknowledged');
  const state = alarms.get(named)?.state;
  if (!isRepeated && (state === 'active' || state === 'latched') && !isAnswered) wrong.push('has no effect');
  return wrong;
}
