/** What the rules may see of the bed's own alarms: which rules signal unanswered, and which stand. */
import type { RuleContext } from '$lib/rules/index.ts';
import type { Priority } from '$lib/domain/index.ts';
import { standingRules } from './pumps.ts';
import type { BedState } from './state.ts';

export type AlarmsLook = Pick<RuleContext, 'unanswered' | 'standing'>;

export function alarmsLook(state: BedState): AlarmsLook {
  const unanswered = new Map<string, Priority>();
  for (const { alarm } of Object.values(state.alarms)) {
    if (alarm.state === 'active') unanswered.set(alarm.rule, alarm.priority);
  }
  return { unanswered, standing: new Set(standingRules(state)) };
}
