/** Blood pressure by the source that counts, and what is reckoned from it: products, indices, differences. */
import { MINUTE_MS, type MetricId, type NibpMeasurement } from '$lib/domain/index.ts';
import type { MetricSample, Metrics } from '$lib/rules/index.ts';
import type { VitalsLook } from './context-vitals.ts';
import { estimatedMean, meanOf } from './resolve.ts';
import type { AtCuff } from './state.ts';

export type Pressure = Readonly<Record<'systolic' | 'diastolic' | 'meanArterial', MetricSample>>;

/** A line without a pulse shows no pressure of the patient; rule T8 speaks then, and the cuff counts. */
const LEAST_PULSE = 3;
const LEAST_MEAN = 10;

/** The arterial line where it gives a good value, else the last completed cuff reading. */
export function pressureOf(
  line: VitalsLook['line'],
  cuff: NibpMeasurement | undefined,
  isExpired: boolean,
): Pressure | undefined {
  const byLine = line && pressureOfLine(line);
  if (byLine) return byLine;
  if (cuff === undefined) return undefined;
  const at = cuff.measuredAt;
  const sample = (value: number): MetricSample => ({ value, at, cadence: 'episodic', isExpired });
  const mean = meanOf(cuff);
  return {
    systolic: sample(cuff.systolic),
    diastolic: sample(cuff.diastolic),
    meanArterial: { value: mean.value, at, cadence: 'episodic', isExpired, isEstimated: mean.isEstimated },
  };
}

function pressureOfLine({ systolic, diastolic, mean }: NonNullable<VitalsLook['line']>): Pressure | undefined {
  if ('unknown' in systolic || 'unknown' in diastolic) return undefined;
  const estimated = { ...systolic, value: estimatedMean(systolic.value, diastolic.value), isEstimated: true };
  const meanArterial = 'unknown' in mean ? estimated : mean;
  if (systolic.value - diastolic.value < LEAST_PULSE || meanArterial.value < LEAST_MEAN) return undefined;
  return { systolic, diastolic, meanArterial };
}

/** The last instant at which a cuff reading is compared with the baseline: three intervals after it. */
export const cuffExpiry = ({ measuredAt }: NibpMeasurement, intervalMin: number): number =>
  measuredAt + 3 * intervalMin * MINUTE_MS;

type DerivedMetric = Extract<
  MetricId,
  'pulsePressure' | 'ratePressureProduct' | 'shockIndex' | 'cpp' | 'pressureDisagreement'
>;

interface From {
  readonly pressure: Pressure | undefined;
  readonly heartRate: MetricSample | undefined;
  readonly icp: MetricSample | undefined;
  readonly cuff: NibpMeasurement | undefined;
  readonly atCuff: AtCuff | undefined;
}

export function derivedMetrics({ pressure, heartRate, icp, cuff, atCuff }: From): Pick<Metrics, DerivedMetric> {
  const systolic = pressure?.systolic;
  const heart = systolic && heartBeside(systolic, heartRate, atCuff);
  return {
    pulsePressure: combined(systolic, pressure?.diastolic, (high, low) => high - low),
    ratePressureProduct: combined(systolic, heart, (sbp, rate) => sbp * rate),
    shockIndex: combined(systolic, heart, (sbp, rate) => rate / sbp),
    cpp: combined(pressure?.meanArterial, icp, (mean, inside) => mean - inside),
    pressureDisagreement: cuff && atCuff && disagreement(cuff, atCuff),
  };
}

/** To a cuff reading belongs the heart rate of its half minute; to a line the one of now. */
function heartBeside(
  systolic: MetricSample,
  heartRate: MetricSample | undefined,
  atCuff: AtCuff | undefined,
): MetricSample | undefined {
  if ('unknown' in systolic || systolic.cadence === 'continuous') return heartRate;
  const value = atCuff?.measuredAt === systolic.at ? atCuff.heartRate : undefined;
  return value === undefined ? { unknown: 'no heart rate beside the cuff reading' } : { ...systolic, value };
}

/** A single measurement as soon as one part is one, as new as the newer part. */
function combined(
  a: MetricSample | undefined,
  b: MetricSample | undefined,
  reckon: (a: number, b: number) => number,
): MetricSample | undefined {
  if (a === undefined || b === undefined) return undefined;
  if ('unknown' in a) return a;
  if ('unknown' in b) return b;
  return {
    value: reckon(a.value, b.value),
    at: a.at > b.at ? a.at : b.at,
    cadence: a.cadence === 'episodic' || b.cadence === 'episodic' ? 'episodic' : 'continuous',
    ...((a.isExpired || b.isExpired) && { isExpired: true }),
    ...((a.isEstimated || b.isEstimated) && { isEstimated: true }),
  };
}

/** Means of cuff and line at the time of the reading: both measured, or both estimated in the same way. */
function disagreement(cuff: NibpMeasurement, { measuredAt, line }: AtCuff): MetricSample | undefined {
  if (line === undefined || measuredAt !== cuff.measuredAt) return undefined;
  const isMeasured = cuff.meanArterial !== undefined && line.mean !== undefined;
  const byCuff = isMeasured ? cuff.meanArterial : estimatedMean(cuff.systolic, cuff.diastolic);
  const byLine = isMeasured ? line.mean : estimatedMean(line.systolic, line.diastolic);
  return { value: Math.abs(byCuff - byLine), at: measuredAt, cadence: 'episodic' };
}
