/** What the rules may see of the session: the baseline as numbers of its own, the patient's age, scores, and how far the treatment is. */
import {
  MINUTE_MS,
  SCALES,
  keysOf,
  scoreInForce,
  type MetricId,
  type MonotonicMs,
  type ScaleId,
  type Session,
} from '$lib/domain/index.ts';
import type { MetricSample, Metrics, RuleContext } from '$lib/rules/index.ts';
import type { BedState } from './state.ts';

type SessionMetric = Extract<
  MetricId,
  ScaleId | 'baselineSystolic' | 'baselineDiastolic' | 'baselineHeartRate' | 'baselineSpo2' | 'ageYears'
>;

export function sessionMetrics(state: BedState, session: Session): Pick<Metrics, SessionMetric> {
  const { baseline } = session;
  const accepted = (value: number | undefined): MetricSample | undefined =>
    baseline === undefined || value === undefined
      ? undefined
      : { value, at: baseline.acceptedAt, cadence: 'continuous' };
  return {
    ...scoreMetrics(session),
    baselineSystolic: accepted(baseline?.systolic),
    baselineDiastolic: accepted(baseline?.diastolic),
    baselineHeartRate: accepted(baseline?.heartRate),
    baselineSpo2: accepted(baseline?.spo2),
    ageYears: ageYears(state, session),
  };
}

function ageYears({ clock }: BedState, { patient }: Session): MetricSample | undefined {
  if (patient.birthYear === undefined || clock === undefined) return undefined;
  const value = new Date(clock.wallTime).getUTCFullYear() - patient.birthYear;
  return { value, at: clock.at, cadence: 'continuous' };
}

function scoreMetrics({ scores = [] }: Session): Readonly<Partial<Record<ScaleId, MetricSample>>> {
  const metrics: Partial<Record<ScaleId, MetricSample>> = {};
  for (const scale of keysOf(SCALES)) {
    const score = scoreInForce(scores, scale);
    if (score) metrics[scale] = { value: score.value, at: score.at, cadence: 'episodic' };
  }
  return metrics;
}

/** A pressure in the skull that was entered longer ago says nothing of now. */
const ENTERED_ICP_MS = 60 * MINUTE_MS;
const OLD_ICP: MetricSample = { unknown: 'the intracranial pressure was entered more than an hour ago' };

/** As it is measured, else as it was entered last. */
export function icpOf(
  measured: MetricSample | undefined,
  entered: MetricSample | undefined,
  now: MonotonicMs,
): MetricSample | undefined {
  if (measured !== undefined || entered === undefined || 'unknown' in entered) return measured ?? entered;
  return now - entered.at > ENTERED_ICP_MS ? OLD_ICP : entered;
}

/** The last instant at which {@link icpOf} answers as now. */
export const icpUntil = (entered: MetricSample | undefined, now: MonotonicMs): number =>
  entered === undefined || 'unknown' in entered || now - entered.at > ENTERED_ICP_MS
    ? Number.POSITIVE_INFINITY
    : entered.at + ENTERED_ICP_MS;

/** When the drug was given, or began to be: a spray is given when the observation begins. */
export const doseAt = ({ infusionStartedAt, infusionEndedAt }: Session): MonotonicMs | undefined =>
  infusionStartedAt ?? infusionEndedAt;

export function readingMinutes({ nibp }: BedState, session: Session): RuleContext['readingMinutes'] {
  const began = doseAt(session);
  return began === undefined ? undefined : nibp.map(({ measuredAt }) => (measuredAt - began) / MINUTE_MS);
}

/** Time since the dose and since the last cuff reading: another number at every look. */
export function clockMetrics(
  state: BedState,
  session: Session,
  intervalMin: number,
): Pick<Metrics, 'nibpAgeMin' | 'nibpOverdueMin' | 'nibpIntervals' | 'sinceDoseMin'> {
  const { now } = state;
  const cuffAgeMin = (now - Math.max(state.nibp.at(-1)?.measuredAt ?? 0, session.phaseSince)) / MINUTE_MS;
  const began = doseAt(session);
  const sample = (value: number): MetricSample => ({ value, at: now, cadence: 'continuous' });
  return {
    nibpAgeMin: sample(cuffAgeMin),
    nibpOverdueMin: sample(cuffAgeMin - intervalMin),
    nibpIntervals: sample(cuffAgeMin / intervalMin),
    sinceDoseMin: began === undefined ? undefined : sample((now - began) / MINUTE_MS),
  };
}
