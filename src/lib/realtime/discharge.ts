/**
 * Criteria for going home that the station can measure, judged on what the screens show. Pure; the same on the screen and
 * where the answer is recorded. The figures are those of published practice: at least an hour after an infusion, pressure back
 * within a fifth of the baseline and below 160/100, saturation of at least 94 %.
 */
import { MINUTE_MS, type MonotonicMs, type Session } from '$lib/domain/index.ts';
import type { BedView } from './view.ts';

export const OBSERVED_AT_LEAST_MS = 60 * MINUTE_MS;
const PRESSURE_RISE = 0.2;
const PRESSURE_BELOW = { systolic: 160, diastolic: 100 };
const LEAST_SPO2 = 94;

export type MeasuredCriterion = 'observed' | 'pressure' | 'saturation';

/** What only a person can see. */
export const SEEN = ['awake', 'steady', 'calm', 'line', 'escort', 'advice'] as const;

export interface Judgement {
  readonly key: MeasuredCriterion;
  readonly state: 'met' | 'unmet' | 'unknown';
}

/** `unknown`: not measured, or nothing to compare with; that is not met either, and somebody has to decide. */
export function judgeDischarge(view: BedView, session: Session, now: MonotonicMs): readonly Judgement[] {
  return [
    { key: 'observed', state: observed(session, now) },
    { key: 'pressure', state: pressure(view, session) },
    { key: 'saturation', state: saturation(view, now) },
  ];
}

function observed({ infusionEndedAt }: Session, now: MonotonicMs): Judgement['state'] {
  if (infusionEndedAt === undefined) return 'unknown';
  return now - infusionEndedAt >= OBSERVED_AT_LEAST_MS ? 'met' : 'unmet';
}

/** The last reading after the end of the infusion. */
function pressure({ nibp }: BedView, { baseline, infusionEndedAt }: Session): Judgement['state'] {
  const last = nibp.readings.at(-1);
  if (last === undefined || baseline === undefined) return 'unknown';
  if (infusionEndedAt !== undefined && last.measuredAt < infusionEndedAt) return 'unknown';
  const isBack = (['systolic', 'diastolic'] as const).every(
    (side) => last[side] <= baseline[side] * (1 + PRESSURE_RISE) && last[side] < PRESSURE_BELOW[side],
  );
  return isBack ? 'met' : 'unmet';
}

function saturation({ vitals }: BedView, now: MonotonicMs): Judgement['state'] {
  const spo2 = liveNumber(vitals.spo2, now);
  if (spo2 === undefined) return 'unknown';
  return spo2 >= LEAST_SPO2 ? 'met' : 'unmet';
}

/** A vital's number while it is no older than its device lets it be. */
export function liveNumber(view: BedView['vitals']['spo2'], now: MonotonicMs): number | undefined {
  if (view === undefined || 'missing' in view.reading || now - view.at > view.expiredAfterMs) return undefined;
  return view.reading.value;
}
