/**
 * The staff of the demonstration's past: admits, measures the baseline, plans, answers alarms after a while, writes notes.
 * It uses the same commands as a person at a screen; it stops when somebody real may look.
 */
import { sessionId, SECOND_MS, MINUTE_MS, type Actor, type Command, type Plan } from '$lib/domain/index.ts';
import type { BedView } from '$lib/realtime/index.ts';
import type { Scenario } from '$simulators/scenarios/index.ts';

export const STAFF: Actor = { name: 'Nurse 07', station: 'demonstration' };

export interface StaffTask {
  /** Milliseconds of the scenario. */
  readonly atMs: number;
  /** What to ask, made when it is due, from what the screen shows then; undefined when there is nothing to do. */
  readonly command: (view: BedView) => Command | undefined;
}

const at = (minutes: number): number => Math.round(minutes * MINUTE_MS);

/** What the staff does for one patient, in order of time. @param year of birth is counted back from it. */
export function tasksFor(scenario: Scenario, session: string, year: number): readonly StaffTask[] {
  const { patient, plan } = scenario;
  if (patient === undefined) return [];
  const { ageYears, ...known } = patient;
  const tasks: StaffTask[] = [
    {
      atMs: at(0.5),
      command: () => ({
        type: 'admit',
        session: sessionId(session),
        patient: { ...known, birthYear: year - ageYears },
        isSimulated: true,
      }),
    },
    { atMs: at(1), command: () => ({ type: 'set-phase', phase: 'baseline' }) },
    { atMs: at(11), command: acceptBaseline },
    { atMs: at(12), command: () => ({ type: 'set-plan', plan: plan satisfies Plan }) },
    { atMs: at(24), command: () => note('dissociation', 'mild, calm') },
    { atMs: at(34), command: () => note('line-check', 'no redness, no swelling') },
  ];
  return tasks;
}

/** The patient goes to the day ward before the devices are taken away. @param atMs when that is, of the scenario */
export const tasksForLeaving = (atMs: number): readonly StaffTask[] => [
  {
    atMs: atMs - 0.5 * MINUTE_MS,
    command: () => ({ type: 'end-session', reason: 'well, to the day ward with an escort' }),
  },
];

function acceptBaseline({ proposal }: BedView): Command | undefined {
  if (proposal?.systolic === undefined || proposal.diastolic === undefined) return undefined;
  const { systolic, diastolic, heartRate, spo2, respiratoryRate } = proposal;
  return {
    type: 'accept-baseline',
    systolic,
    diastolic,
    ...(heartRate !== undefined && { heartRate }),
    ...(spo2 !== undefined && { spo2 }),
    ...(respiratoryRate !== undefined && { respiratoryRate }),
    reason: 'demonstration',
  };
}

const note = (kind: 'dissociation' | 'line-check', text: string): Command => ({
  type: 'mark',
  id: `demonstration-${kind}`,
  kind,
  text,
});

/** How long the staff needs to walk to a bed. */
const ANSWER_MS = 22 * SECOND_MS;

/** The alarm that has waited long enough for an answer, if any. */
export function alarmToAnswer(view: BedView, nowMs: number): Command | undefined {
  const waiting = view.alarms.find(
    ({ state, signalledAt, isOutranked }) =>
      (state === 'active' || state === 'latched') && !isOutranked && nowMs - signalledAt >= ANSWER_MS,
  );
  return waiting && { type: 'acknowledge', alarm: waiting.id };
}
