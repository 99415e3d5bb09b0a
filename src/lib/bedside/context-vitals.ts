/**
 * What the rules may see of the monitors' signals. Most of it changes with a new reading only; with time alone a value expires, so
 * a look holds until the first of them does.
 */
import type { DeviceId, DeviceStatus, FactId, MetricId, MonotonicMs, VitalKey } from '$lib/domain/index.ts';
import type { MetricSample, Series, Truth } from '$lib/rules/index.ts';
import { expiryOf, HEART_RATE_SOURCES, isLive, resolve, resolveHeartRate, type Resolved } from './resolve.ts';
import type { BedState } from './state.ts';

export interface VitalsLook {
  /** The instants between which it holds while no reading and no device changes it. */
  readonly from: MonotonicMs;
  readonly until: number;
  readonly heart: Resolved;
  readonly metrics: Readonly<Record<LookedMetric, MetricSample | undefined>>;
  readonly line:
    { readonly systolic: MetricSample; readonly diastolic: MetricSample; readonly mean: MetricSample } | undefined;
  readonly icp: MetricSample | undefined;
  readonly facts: Readonly<Record<LookedFact, Truth>>;
}

type LookedMetric = Extract<
  MetricId,
  'heartRate' | 'spo2' | 'respiratoryRate' | 'heartRateDisagreement' | 'linePulsatility' | 'lineMean'
>;
type LookedFact = Extract<FactId, 'no-spo2' | 'no-ecg' | 'no-heart-rate' | 'spo2-doubtful' | 'heart-rate-doubtful'>;

export function lookAtVitals(state: BedState): VitalsLook {
  const heart = resolveHeartRate(state);
  const spo2 = resolve(state, 'spo2');
  const line = lineOf(state);
  return {
    from: state.now,
    until: firstExpiry(state),
    heart,
    metrics: {
      heartRate: continuous(heart),
      spo2: continuous(spo2),
      respiratoryRate: continuous(resolve(state, 'respiratoryRate')),
      heartRateDisagreement: heartRateDisagreement(state),
      linePulsatility: line && pulsatility(line.systolic, line.diastolic),
      lineMean: line?.mean,
    },
    line,
    icp: present(state, 'icpMean'),
    facts: {
      'no-spo2': isLost(state, spo2),
      'no-ecg': state.vitals.heartRate === undefined ? 'no' : isLost(state, resolve(state, 'heartRate')),
      'no-heart-rate': isLost(state, heart),
      'spo2-doubtful': isDoubtful(spo2),
      'heart-rate-doubtful': isDoubtful(heart),
    },
  };
}

/** Judged only when the value is good: what the device or we doubt is unknown, neither true nor false. */
export function continuous(resolved: Resolved): MetricSample {
  if ('missing' in resolved) return MISSING[resolved.missing];
  if (resolved.isQuestionable) return DOUBTFUL;
  return { value: resolved.value, at: resolved.at, cadence: 'continuous' };
}

type Missing = Extract<Resolved, { missing: unknown }>['missing'];

const DOUBTFUL: MetricSample = { unknown: 'the signal is doubtful' };

const MISSING: Readonly<Record<Missing, MetricSample>> = {
  'sensor-off': { unknown: 'the sensor is off' },
  'no-module': { unknown: 'the device does not measure it' },
  'not-measured': { unknown: 'it is not being measured' },
  invalid: { unknown: 'the device calls it invalid' },
  'under-range': { unknown: 'it is below the range of the device' },
  'over-range': { unknown: 'it is above the range of the device' },
  'not-calibrated': { unknown: 'the device is not calibrated' },
  artefact: { unknown: 'the device reports an artefact' },
  searching: { unknown: 'the device is searching' },
  'device-silent': { unknown: 'the device is silent' },
  expired: { unknown: 'the last value is too old' },
  never: { unknown: 'there has been no value' },
};

/** There is no such sensor, or it was taken away: nothing is missing then. */
const GONE: ReadonlySet<Missing> = new Set<Missing>(['never', 'expired', 'no-module', 'not-measured']);

/** Undefined where there is none. What a device that is not heard told last is not gone: it is unknown, and what stands stays. */
function present(state: BedState, vital: VitalKey): MetricSample | undefined {
  const resolved = resolve(state, vital);
  if ('value' in resolved || !GONE.has(resolved.missing)) return continuous(resolved);
  return resolved.missing === 'expired' && isOutOfHearing(state, vital) ? MISSING['device-silent'] : undefined;
}

function isOutOfHearing({ vitals, devices, now }: BedState, vital: VitalKey): boolean {
  return devices.some((device) => {
    const reading = vitals[vital]?.[device.device]?.reading;
    const isThere = reading !== undefined && !('missing' in reading && GONE.has(reading.missing));
    return isThere && !(isLive(device) && now > heardFrom(device));
  });
}

/** What a device that answers again still measures has come by then. */
const heardFrom = ({ at, freshness }: DeviceStatus): number => at + freshness.expiredAfterMs;

function lineOf(state: BedState): VitalsLook['line'] {
  if (state.vitals.abpSystolic === undefined) return undefined;
  const systolic = present(state, 'abpSystolic');
  const diastolic = present(state, 'abpDiastolic');
  if (systolic === undefined || diastolic === undefined) return undefined;
  return { systolic, diastolic, mean: continuous(resolve(state, 'abpMeanArterial')) };
}

function pulsatility(systolic: MetricSample, diastolic: MetricSample): MetricSample {
  if ('unknown' in systolic) return systolic;
  return 'unknown' in diastolic ? diastolic : { ...systolic, value: systolic.value - diastolic.value };
}

/** The largest difference of the sources that count a heart rate now; undefined with fewer than two. */
function heartRateDisagreement(state: BedState): MetricSample | undefined {
  let [low, high, sources] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  let newest: MonotonicMs | undefined;
  for (const vital of HEART_RATE_SOURCES) {
    const resolved = resolve(state, vital);
    if ('missing' in resolved || resolved.isQuestionable) continue;
    sources += 1;
    low = Math.min(low, resolved.value);
    high = Math.max(high, resolved.value);
    if (newest === undefined || resolved.at > newest) newest = resolved.at;
  }
  return sources < 2 || newest === undefined ? undefined : { value: high - low, at: newest, cadence: 'continuous' };
}

const isDoubtful = (resolved: Resolved): Truth => ('value' in resolved && resolved.isQuestionable ? 'yes' : 'no');

/** Whether a vital is lost although a monitor is there; with every monitor silent it cannot be told (rule T4 speaks then). */
function isLost(state: BedState, resolved: Resolved): Truth {
  if ('value' in resolved) return 'no';
  return state.devices.some((device) => device.role === 'monitor' && isLive(device)) ? 'yes' : 'unknown';
}

const LOOKED_AT: readonly VitalKey[] = [
  ...HEART_RATE_SOURCES,
  'spo2',
  'respiratoryRate',
  'abpSystolic',
  'abpDiastolic',
  'abpMeanArterial',
  'icpMean',
];

/** What a look is made of: a monitor tells of much more than the rules ask for. */
export const vitalsReads = ({ vitals, devices }: BedState): readonly unknown[] => [
  devices,
  ...LOOKED_AT.map((vital) => vitals[vital]),
];

function firstExpiry(state: BedState): number {
  let first = Number.POSITIVE_INFINITY;
  for (const device of state.devices) {
    const heard = heardFrom(device);
    if (heard >= state.now && heard < first) first = heard;
  }
  for (const vital of LOOKED_AT) {
    const bySource = state.vitals[vital];
    if (bySource === undefined) continue;
    for (const { device, freshness } of state.devices) {
      const standing = bySource[device];
      const expiry = standing && expiryOf(standing, freshness);
      if (expiry !== undefined && expiry >= state.now && expiry < first) first = expiry;
    }
  }
  return first;
}

/** The course of a vital by the source that counts now. */
export function seriesOf(state: BedState, vital: VitalKey, source: DeviceId): Series | undefined {
  const points = state.recent[vital]?.[source];
  return points && { cadence: 'continuous', points };
}
