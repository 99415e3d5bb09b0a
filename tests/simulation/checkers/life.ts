/**
 * No HIGH leaves the screen unanswered: it goes when somebody has answered it, when what it told of has ended and it was
 * latched and answered, or with the session. Every change is one that the life of an alarm knows.
 */
import type { Alarm, AlarmCause, AlarmChange } from '$lib/domain/index.ts';
import type { Course } from '../world/ward.ts';
import type { Violation } from './checker.ts';

interface Known {
  readonly alarm: Alarm;
  readonly wasAnswered: boolean;
}

/** How an alarm of each state may end. */
const ENDS: Readonly<Record<Alarm['state'], readonly AlarmCause[]>> = {
  pending: ['withdrawn', 'session-ended'],
  active: ['condition-ended', 'session-ended'],
  acknowledged: ['condition-ended', 'session-ended'],
  suspended: ['condition-ended', 'session-ended'],
  latched: ['acknowledged', 'latch-expired', 'session-ended'],
  ended: [],
};

export function checkLife({ journal }: Pick<Course, 'journal'>): readonly Violation[] {
  const violations: Violation[] = [];
  const known = new Map<string, Known>();
  for (const { at, body } of journal) {
    if (body.kind !== 'alarm') continue;
    const { alarm } = body.change;
    const before = known.get(alarm.id);
    for (const what of wrongIn(before, body.change))
      violations.push({ checker: 'life', at, what: `${alarm.rule} ${alarm.priority} (${alarm.id}): ${what}` });
    if (alarm.state === 'ended') known.delete(alarm.id);
    else known.set(alarm.id, { alarm, wasAnswered: isAnswered(before, body.change) });
  }
  return violations;
}

/** Answered once and not signalled anew since. */
function isAnswered(before: Known | undefined, { cause, alarm }: AlarmChange): boolean {
  if (cause === 'acknowledged' || alarm.state === 'acknowledged') return true;
  return alarm.state === 'suspended' && before?.wasAnswered === true;
}

function wrongIn(before: Known | undefined, { cause, alarm }: AlarmChange): readonly string[] {
  const wrong: string[] = [];
  if (before === undefined && cause !== 'signalled' && cause !== 'noticed') wrong.push(`begins with "${cause}"`);
  if (before === undefined || alarm.state !== 'ended') return wrong;
  const { state, priority, kind } = before.alarm;
  if (!ENDS[state].includes(cause)) wrong.push(`ends by "${cause}" while it is ${state}`);
  if (priority !== 'high' || cause === 'session-ended') return wrong;
  const mustLatch = kind === 'physiological' && !before.wasAnswered;
  if (mustLatch && !(state === 'latched' && cause === 'acknowledged'))
    wrong.push(`leaves the screen unanswered by "${cause}"`);
  return wrong;
}
