/**
 * The driver's one setting, `startCuff`: the leave to measure by itself, with how often and in whom. Nothing is started
 * without it, and no part of it has a usual value: a cuff inflates on somebody's arm.
 */
import { MINUTE_MS } from '$lib/domain/index.ts';
import type { SessionContext } from '../driver.ts';
import type { PatientKind } from './messages.ts';

export interface LeaveToStart {
  readonly everyMs: number;
  readonly patient: PatientKind;
}

/** Minutes from start to start: a measurement may take more than one and a half, and the arm must rest. */
const LEAST_MIN = 2;
const MOST_MIN = 240;
const PATIENTS: readonly PatientKind[] = ['adult', 'paediatric', 'neonate'];

/** The leave as configured; undefined when there is none, and when anything about it is not exactly as it must be. */
export function leaveToStart({ startCuff }: SessionContext['settings']): LeaveToStart | undefined {
  if (typeof startCuff !== 'object' || startCuff === null) return undefined;
  const { everyMin, patient, ...others }: Readonly<Record<string, unknown>> = { ...startCuff };
  if (Object.keys(others).length > 0) return undefined;
  const known = PATIENTS.find((kind) => kind === patient);
  if (typeof everyMin !== 'number' || !(everyMin >= LEAST_MIN && everyMin <= MOST_MIN) || !known) return undefined;
  return { everyMs: everyMin * MINUTE_MS, patient: known };
}

/** @throws RangeError with a plain sentence when `startCuff` is there and is no leave: nobody may think that the cuff measures. */
export function readSettings(settings: SessionContext['settings']): LeaveToStart | undefined {
  const leave = leaveToStart(settings);
  if (leave || settings['startCuff'] === undefined) return leave;
  throw new RangeError(
    `startCuff must be {"everyMin": ${LEAST_MIN} to ${MOST_MIN}, "patient": "adult", "paediatric" or "neonate"}, or be left out`,
  );
}
