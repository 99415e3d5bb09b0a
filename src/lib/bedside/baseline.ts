/** The patient's own normal: proposed from readings taken before the drug, accepted by a person, never moved afterwards. */
import { MINUTE_MS, type BaselineReading, type VitalKey } from '$lib/domain/index.ts';
import { HEART_RATE_SOURCES, meanOf } from './resolve.ts';
import type { BedState } from './state.ts';

/** Fewer readings than this make a baseline only with a reason: one reading alone is off by several mmHg. */
export const MIN_BASELINE_READINGS = 3;

const CONTINUOUS_WINDOW_MS = 5 * MINUTE_MS;

export interface BaselineProposal {
  readonly readings: readonly BaselineReading[];
  /** Medians, rounded; undefined while there is nothing to take them from. */
  readonly systolic?: number;
  readonly diastolic?: number;
  readonly meanArterial?: number;
  readonly heartRate?: number;
  readonly spo2?: number;
  readonly respiratoryRate?: number;
}

/** Median of the cuff readings since the admission, and of the last five minutes of what is measured continuously. */
export function proposeBaseline(state: BedState): BaselineProposal {
  const readings = state.nibp.map((reading) => ({
    measuredAt: reading.measuredAt,
    systolic: reading.systolic,
    diastolic: reading.diastolic,
    meanArterial: meanOf(reading).value,
  }));
  return {
    readings,
    ...named('systolic', median(readings.map(({ systolic }) => systolic))),
    ...named('diastolic', median(readings.map(({ diastolic }) => diastolic))),
    ...named('meanArterial', median(readings.map(({ meanArterial }) => meanArterial))),
    ...named('heartRate', recentMedian(state, HEART_RATE_SOURCES)),
    ...named('spo2', recentMedian(state, ['spo2'])),
    ...named('respiratoryRate', recentMedian(state, ['respiratoryRate'])),
  };
}

type Named = Partial<Record<Exclude<keyof BaselineProposal, 'readings'>, number>>;

const named = (key: keyof Named, value: number | undefined): Named =>
  value === undefined ? {} : { [key]: Math.round(value) };

function recentMedian(state: BedState, vitals: readonly VitalKey[]): number | undefined {
  for (const vital of vitals) {
    const samples = state.recent[vital]?.filter(([at]) => state.now - at <= CONTINUOUS_WINDOW_MS) ?? [];
    if (samples.length > 0) return median(samples.map(([, value]) => value));
  }
  return undefined;
}

/** Middle value; the mean of the two middle ones for an even count; undefined for none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}
