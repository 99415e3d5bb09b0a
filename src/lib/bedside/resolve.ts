/**
 * One number out of several sources. A vital may come from two devices, a pressure from a line and a cuff, a heart rate
 * from ECG, arterial line, oximeter and cuff; here stands which one counts, how old it may be, and why there is none.
 */
import {
  isPlausible,
  type DeviceId,
  type DeviceStatus,
  type Freshness,
  type Missing,
  type MonotonicMs,
  type NibpMeasurement,
  type RuleSet,
  type VitalKey,
} from '$lib/domain/index.ts';
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
  let missing = NEVER;
  if (bySource === undefined) return missing;
  for (const { device, freshness } of state.devices) {
    const standing = bySource[device];
    if (standing === undefined) continue;
    const resolved = judgeAge(standing, vital, device, freshness ?? DEFAULT_FRESHNESS, state.now);
    if ('value' in resolved) return resolved;
    missing = resolved;
  }
  return missing;
}

const NEVER: Resolved = { missing: 'never' };

/** The last instant at which a value may be shown. */
export const expiryOf = ({ at }: Standing, freshness: Freshness | undefined): number =>
  at + (freshness ?? DEFAULT_FRESHNESS).expiredAfterMs;

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
  return first ?? NEVER;
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

/** Minutes between cuff readings expected in the present phase; `usual` where the plan says nothing. */
export function nibpIntervalMin({ session }: Pick<BedState, 'session'>, usual: RuleSet['nibpIntervalMin']): number {
  const { infusion, observation } = session?.plan?.nibpIntervalMin ?? usual;
  return session?.phase === 'observation' ? observation : infusion;
}

export const isLive = ({ state }: DeviceStatus): boolean => state === 'live';
