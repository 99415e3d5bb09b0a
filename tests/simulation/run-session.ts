/** One session, lived through and checked: what a night is made of. */
import type { JournalEntry, Priority, RuleSet } from '$lib/domain/index.ts';
import { checkAcknowledgement } from './checkers/acknowledgement.ts';
import type { Violation } from './checkers/checker.ts';
import { checkJudgement } from './checkers/judgement.ts';
import { checkLife } from './checkers/life.ts';
import { checkListening } from './checkers/listening.ts';
import { checkNumbers, checkReplay, checkStore } from './checkers/record.ts';
import { checkScreens } from './checkers/screens.ts';
import { checkTruth } from './checkers/truth.ts';
import type { DrawOptions, SessionDraw } from './draw.ts';
import { liveThrough, type Course, type FaultTally } from './world/ward.ts';

export interface SessionResult {
  readonly seed: number;
  readonly session: number;
  readonly hours: number;
  readonly breaches: number;
  readonly alarms: Readonly<Record<Priority, number>>;
  readonly violations: readonly Violation[];
  readonly notChecked: readonly string[];
  readonly faults: FaultTally;
}

/** @param ruleSet that of the draw unless told: a broken one, to see whether it would be noticed. */
export async function runSession(draw: SessionDraw, ruleSet: RuleSet = draw.ruleSet): Promise<SessionResult> {
  return checkCourse(await liveThrough(draw, ruleSet));
}

/** All checkers over what a session left behind. */
export function checkCourse(course: Course): SessionResult {
  const { draw, journal, faults } = course;
  const { violations, breaches, notChecked } = checkJudgement(course);
  return {
    seed: draw.seed,
    session: draw.session,
    hours: draw.lengthMs / 3_600_000,
    breaches,
    alarms: alarmsIn(journal),
    violations: [
      ...violations,
      ...checkTruth(course),
      ...checkLife(course),
      ...checkAcknowledgement(course),
      ...checkNumbers(course),
      ...checkReplay(course),
      ...checkStore(course),
      ...checkScreens(course),
      ...checkListening(course),
    ],
    notChecked,
    faults,
  };
}

function alarmsIn(journal: readonly JournalEntry[]): Readonly<Record<Priority, number>> {
  const counts = { high: 0, medium: 0, low: 0, notice: 0 };
  for (const { body } of journal)
    if (body.kind === 'alarm' && body.change.cause === 'signalled') counts[body.change.alarm.priority] += 1;
  return counts;
}

/** How to see it again. */
export function reproduction(seed: number, session: number, { damage, minutes }: DrawOptions): string {
  const how = [damage === undefined ? '' : ` --damage ${damage}`, minutes === undefined ? '' : ` --minutes ${minutes}`];
  return `npm run simulate:nightly -- --seed ${seed} --session ${session}${how.join('')}`;
}
