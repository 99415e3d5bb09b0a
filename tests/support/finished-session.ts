/**
 * A session from admission to its sealed end, recorded by the station itself in virtual time: the surge of pressure, answered
 * after half a minute, with a mark, a limit of its own and an infusion that was paused. Admitted at 13:47 of 21 November 2026
 * in the time zone of the machine.
 */
import { sessionId, type Alarm, type Command, type SessionId } from '$lib/domain/index.ts';
import type { BedView } from '$lib/realtime/index.ts';
import { scenario } from '$simulators/scenarios/index.ts';
import { usualPlan } from '$simulators/scenarios/usual.ts';
import { NURSE, recordCourse, type Recorded, type Task } from '../server/recorded-course.ts';

export const FINISHED: SessionId = sessionId('finished');
export const COLLEAGUE = { name: 'Nurse 12', station: 'screen 2' };

const PATIENT = { identifier: 'SIM-1002', shortName: 'Stone, B.', birthYear: 1969, sex: 'male', weightKg: 84 } as const;

const isAnswerable = ({ priority, state }: Alarm): boolean => priority === 'high' && state === 'active';

const always = (command: Command) => (): Command => command;

const acknowledgeHigh = ({ alarms }: BedView): Command | undefined => {
  const high = alarms.find(isAnswerable);
  return high && { type: 'acknowledge', alarm: high.id };
};

const acceptBaseline = ({ proposal }: BedView): Command | undefined => {
  const { systolic, diastolic, heartRate, spo2 } = proposal ?? {};
  if (systolic === undefined || diastolic === undefined) return undefined;
  return {
    type: 'accept-baseline',
    ...{ systolic, diastolic },
    ...(heartRate !== undefined && { heartRate }),
    ...(spo2 !== undefined && { spo2 }),
  };
};

const TASKS: readonly Task[] = [
  { atMin: 1, ask: always({ type: 'admit', session: FINISHED, patient: PATIENT, isSimulated: true }) },
  { atMin: 1.5, ask: always({ type: 'set-phase', phase: 'baseline' }) },
  { atMin: 10.5, ask: acceptBaseline },
  { atMin: 12, ask: always({ type: 'set-plan', plan: usualPlan(PATIENT.weightKg) }) },
  { atMin: 13, ask: always({ type: 'set-limit', rule: 'S1', limit: 175, reason: 'coronary disease' }) },
  { atMin: 24, ask: always({ type: 'mark', id: 'mark-1', kind: 'dissociation', text: 'mild, calm' }) },
  { atMin: 40.6, ask: acknowledgeHigh, by: COLLEAGUE },
  { atMin: 65.5, ask: always({ type: 'end-session', reason: 'moved to the ward' }), by: NURSE },
];

/** About a quarter of a minute of work for an hour of bedside. @param minutes of the story; all of it unless told. */
export async function recordFinishedSession(file: string, minutes = 66): Promise<Recorded> {
  const surge = scenario('surge');
  if (!surge.ok) throw new Error(surge.error);
  return recordCourse(file, { scenario: surge.value, seed: 11, minutes, tasks: TASKS });
}
