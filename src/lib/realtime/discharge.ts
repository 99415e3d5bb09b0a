/**
 * Criteria for going home that the station can measure or was told as a score, judged on what the screens show. Pure; the same on
 * the screen and where the answer is recorded. The figures are those of the rules that the patient was admitted with.
 */
import {
  MINUTE_MS,
  scoreInForce,
  USUAL_DISCHARGE,
  type DischargeCriteria,
  type MonotonicMs,
  type ScaleId,
  type Session,
} from '$lib/domain/index.ts';
import type { BedView } from './view.ts';

export type MeasuredCriterion = 'observed' | 'pressure' | 'saturation' | 'alertness' | 'recovery';

/** What only a person can see. */
export const SEEN = ['awake', 'steady', 'calm', 'line', 'escort', 'advice'] as const;

export interface Judgement {
  readonly key: MeasuredCriterion;
  readonly state: 'met' | 'unmet' | 'unknown';
}

/** Of the rules of the admission; a bed without a patient has none, and nobody to send home. */
export const criteriaOf = ({ rules }: Pick<BedView, 'rules'>): DischargeCriteria => rules?.discharge ?? USUAL_DISCHARGE;

/**
 * `unknown`: not measured, or nothing to compare with; that is not met either, and somebody has to decide. A score is asked for
 * where one was entered in this session: a site that does not score is not asked for scores.
 */
export function judgeDischarge(view: BedView, session: Session, now: MonotonicMs): readonly Judgement[] {
  const criteria = criteriaOf(view);
  return [
    { key: 'observed', state: observed(session, criteria, now) },
    { key: 'pressure', state: pressure(view, session, criteria) },
    { key: 'saturation', state: saturation(view, criteria, now) },
    ...scored('alertness', session, 'moaas', criteria.moaasAtLeast),
    ...scored('recovery', session, 'aldrete', criteria.aldreteAtLeast),
  ];
}

function observed(
  { infusionEndedAt }: Session,
  { observedAtLeastMin }: DischargeCriteria,
  now: MonotonicMs,
): Judgement['state'] {
  if (infusionEndedAt === undefined) return 'unknown';
  return now - infusionEndedAt >= observedAtLeastMin * MINUTE_MS ? 'met' : 'unmet';
}

/** The last reading after the end of the infusion. */
function pressure(
  { nibp }: BedView,
  { baseline, infusionEndedAt }: Session,
  { pressureRiseAtMostPercent, systolicBelow, diastolicBelow }: DischargeCriteria,
): Judgement['state'] {
  const last = nibp.readings.at(-1);
  if (last === undefined || baseline === undefined) return 'unknown';
  if (infusionEndedAt !== undefined && last.measuredAt < infusionEndedAt) return 'unknown';
  const below = { systolic: systolicBelow, diastolic: diastolicBelow };
  const isBack = (['systolic', 'diastolic'] as const).every(
    (side) => last[side] <= baseline[side] * (1 + pressureRiseAtMostPercent / 100) && last[side] < below[side],
  );
  return isBack ? 'met' : 'unmet';
}

function saturation({ vitals }: BedView, { spo2AtLeast }: DischargeCriteria, now: MonotonicMs): Judgement['state'] {
  const spo2 = liveNumber(vitals.spo2, now);
  if (spo2 === undefined) return 'unknown';
  return spo2 >= spo2AtLeast ? 'met' : 'unmet';
}

/** One from before the end of the treatment says nothing of the patient who goes home. */
function scored(
  key: MeasuredCriterion,
  { scores = [], infusionEndedAt }: Session,
  scale: ScaleId,
  atLeast: number,
): readonly Judgement[] {
  const score = scoreInForce(scores, scale);
  if (score === undefined) return [];
  if (infusionEndedAt === undefined || score.at < infusionEndedAt) return [{ key, state: 'unknown' }];
  return [{ key, state: score.value >= atLeast ? 'met' : 'unmet' }];
}

/** A vital's number while it is no older than its device lets it be. */
export function liveNumber(view: BedView['vitals']['spo2'], now: MonotonicMs): number | undefined {
  if (view === undefined || 'missing' in view.reading || now - view.at > view.expiredAfterMs) return undefined;
  return view.reading.value;
}
