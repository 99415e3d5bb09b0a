/**
 * One number out of several sources. A vital may come from two devices, a pressure from a line and a cuff, a heart rate
 * from ECG, arterial line, oximeter and cuff; here stands which one counts, how old it may be, and why there is none.
 */
import type {
  DeviceId,
  DeviceStatus,
  Freshness,
  MonotonicMs,
  Missing,
  NibpMeasurement,
  VitalKey,
} from '$lib/domain/index.ts';
import { isPlausible } from '$lib/domain/index.ts';
import type { BedState, Standing } from './state.ts';

export type Resolved =
  | {
      readonly value: number;
      readonly at: MonotonicMs;
      readonly source: DeviceId;
      readonly vital: VitalKey;
      readonly isStale: boolean;
      readonly isQuestionable: boolean;
    }
  | { readonly missing: Missing | 'expired' | 'never' };

const DEFAULT_FRESHNESS: Freshness = { staleAfterMs: 3000, expiredAfterMs: 10_000 };

/** Order in which sources of a heart rate are believed. */
export const HEART_RATE_SOURCES: readonly VitalKey[] = ['heartRate', 'abpPulseRate', 'pulseRate'];

/** A continuous vital: the first device in the bed's order that gives a number fresh enough. */
export function resolve(state: BedState, vital: VitalKey): Resolved {
  const bySource = state.vitals[vital];
  if (bySource === undefined) return { missing: 'never' };
  let missing: Resolved = { missing: 'never' };
  for (const [source, freshness] of sourcesOf(state, bySource)) {
    const standing = bySource[source];
    if (standing === undefined) continue;
    const resolved = judgeAge(standing, vital, source, freshness, state.now);
    if ('value' in resolved) return resolved;
    missing = resolved;
  }
  return missing;
}

function sourcesOf(
  state: BedState,
  bySource: Readonly<Record<string, Standing>>,
): readonly (readonly [DeviceId, Freshness])[] {
  return state.devices
    .filter(({ device }) => bySource[device] !== undefined)
    .map(({ device, freshness }): readonly [DeviceId, Freshness] => [device, freshness ?? DEFAULT_FRESHNESS]);
}

function judgeAge(
  { reading, at }: Standing,
  vital: VitalKey,
  source: DeviceId,
  freshness: Freshness,
  now: MonotonicMs,
): Resolved {
  const ageMs = now - at;
  if (ageMs > freshness.expiredAfterMs) return { missing: 'expired' };
  if ('missing' in reading) return { missing: reading.missing };
  return {
    value: reading.value,
    at,
    source,
    vital,
    isStale: ageMs > freshness.staleAfterMs,
    isQuestionable: reading.isQuestionable === true || !isPlausible(vital, reading.value),
  };
}

/** The heart rate from the best source that has one. */
export function resolveHeartRate(state: BedState): Resolved {
  let first: Resolved | undefined;
  for (const vital of HEART_RATE_SOURCES) {
    const resolved = resolve(state, vital);
    if ('value' in resolved) return resolved;
    if (!('missing' in resolved && resolved.missing === 'never')) first ??= resolved;
  }
  return first ?? { missing: 'never' };
}

export const lastNibp = (state: BedState): NibpMeasurement | undefined => state.nibp.at(-1);

/** Mean pressure of a cuff reading: the device's own, else estimated from the two others and marked so. */
export function meanOf(reading: NibpMeasurement): { readonly value: number; readonly isEstimated: boolean } {
  return reading.meanArterial === undefined
    ? { value: estimatedMean(reading.systolic, reading.diastolic), isEstimated: true }
    : { value: reading.meanArterial, isEstimated: false };
}

/**
 * Mean arterial pressure from systolic and diastolic, mmHg: a third of the pulse pressure above the diastolic. A
 * resting-heart approximation, poorer at high rates.
 */
export const estimatedMean = (systolic: number, diastolic: number): number => diastolic + (systolic - diastolic) / 3;

/** Minutes between cuff readings expected in the present phase. */
export function nibpIntervalMin(state: BedState): number {
  const { session } = state;
  const plan = session?.plan?.nibpIntervalMin;
  return session?.phase === 'observation' ? (plan?.observation ?? 15) : (plan?.infusion ?? 5);
}

export const isLive = ({ state }: DeviceStatus): boolean => state === 'live';
