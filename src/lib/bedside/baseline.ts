/** The patient's own normal: proposed from readings taken before the drug, accepted by a person, never moved afterwards. */
import { MINUTE_MS, type BaselineReading, type VitalKey } from '$lib/domain/index.ts';
import { median } from './median.ts';
import { valuesBetween } from './recent.ts';
import { estimatedMean, HEART_RATE_SOURCES, resolve } from './resolve.ts';
import type { Series } from '$lib/rules/index.ts';
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

/**
 * Median of the cuff readings since the admission, and of the last five minutes of what is measured continuously. Means are
 * the device's own where every reading has one, else all estimated: the two are not the same quantity.
 */
export function proposeBaseline(state: BedState): BaselineProposal {
  const isMeasured = state.nibp.every(({ meanArterial }) => meanArterial !== undefined);
  const readings = state.nibp.map((reading) => ({
    measuredAt: reading.measuredAt,
    systolic: reading.systolic,
    diastolic: reading.diastolic,
    meanArterial: (isMeasured ? reading.meanArterial : undefined) ?? estimatedMean(reading.systolic, reading.diastolic),
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
    const values = valuesBetween(pointsOf(state, vital), state.now - CONTINUOUS_WINDOW_MS, state.now);
    if (values.length > 0) return median(values);
  }
  return undefined;
}

/** Of the device that counts now, else of the first in the bed's order that has any. */
function pointsOf(state: BedState, vital: VitalKey): Series['points'] | undefined {
  const bySource = state.recent[vital];
  const resolved = resolve(state, vital);
  if (bySource === undefined || 'value' in resolved)
    return 'value' in resolved ? bySource?.[resolved.source] : undefined;
  const first = state.devices.find(({ device }) => bySource[device] !== undefined);
  return first && bySource[first.device];
}
