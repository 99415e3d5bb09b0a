/**
 * Cuff measurements of a recording: each once. Recorders write the last one down with every poll, so the same numbers again
 * within {@link HELD_MS} are the same measurement, and other numbers, or the same after a pause, are a new one.
 *
 *   recording begins ─▶ 120/80 120/80 120/80 …      stood there already: when it was measured is not known
 *                       …      131/66 131/66 …      measured when it first stands there
 */
import type { VitalKey } from '$lib/domain/index.ts';

export const HELD_MS = 10_000;

export interface RecordedCuff {
  readonly atMs: number;
  readonly systolic: number;
  readonly diastolic: number;
  readonly meanArterial?: number;
  readonly pulseRate?: number;
  /** It stood there when the recording began. */
  readonly isUndated: boolean;
}

export type CuffKey = Extract<VitalKey, `nibp${string}`>;

/** Numbers of one moment; a key without a number is absent. */
export interface CuffPoll {
  readonly atMs: number;
  readonly numbers: Readonly<Partial<Record<CuffKey, number>>>;
}

/** @param polls in the order of time. @param beganMs when the first numbers of any kind stand in the recording. */
export function cuffMeasurements(polls: readonly CuffPoll[], beganMs: number): readonly RecordedCuff[] {
  const told: RecordedCuff[] = [];
  let held: { readonly numbers: string; readonly seenMs: number } | undefined;
  for (const { atMs, numbers: poll } of polls) {
    const { nibpSystolic: systolic, nibpDiastolic: diastolic, nibpMeanArterial, nibpPulseRate } = poll;
    if (systolic === undefined || diastolic === undefined) continue;
    const numbers = [systolic, diastolic, nibpMeanArterial, nibpPulseRate].join('/');
    const isHeld = held?.numbers === numbers && atMs - held.seenMs <= HELD_MS;
    held = { numbers, seenMs: atMs };
    if (isHeld) continue;
    told.push({
      atMs,
      systolic,
      diastolic,
      ...(nibpMeanArterial !== undefined && { meanArterial: nibpMeanArterial }),
      ...(nibpPulseRate !== undefined && { pulseRate: nibpPulseRate }),
      isUndated: atMs === beganMs,
    });
  }
  return told;
}
