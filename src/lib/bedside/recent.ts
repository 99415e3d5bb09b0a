/** The course of the last minutes of what is measured continuously: what baselines, slopes and the values beside a cuff reading are taken from. */
import {
  isPlausible,
  MINUTE_MS,
  SECOND_MS,
  type MonotonicMs,
  type NibpMeasurement,
  type Numerics,
  type VitalKey,
} from '$lib/domain/index.ts';
import type { Series } from '$lib/rules/index.ts';
import { median } from './median.ts';
import { resolve, resolveHeartRate } from './resolve.ts';
import type { AtCuff, BedState, Recent } from './state.ts';

const KEPT: readonly VitalKey[] = ['heartRate', 'abpPulseRate', 'pulseRate', 'spo2', 'respiratoryRate', 'abpSystolic'];
/** Below the period of the slowest monitors, so that a little haste of theirs loses no value. */
const EVERY_MS = 4 * SECOND_MS;
const FOR_MS = 5 * MINUTE_MS;

type Points = Series['points'];
const NONE: Points = [];

/** With what a device told; values are thinned, but the end of the good values and their return are kept to the moment. */
export function withRecent(recent: Recent, { source, at, values }: Numerics): Recent {
  let next = recent;
  for (const vital of KEPT) {
    const reading = values[vital];
    if (reading === undefined) continue;
    const isGood = 'value' in reading && !reading.isQuestionable && isPlausible(vital, reading.value);
    const points = next[vital]?.[source] ?? NONE;
    const last = points.at(-1);
    const wasGood = last !== undefined && last[1] !== null;
    if (isGood ? wasGood && at - last[0] < EVERY_MS : !wasGood) continue;
    const kept = [...points.slice(firstWithin(points, at)), [at, isGood ? reading.value : null] as const];
    next = { ...next, [vital]: { ...next[vital], [source]: kept } };
  }
  return next;
}

function firstWithin(points: Points, at: MonotonicMs): number {
  let first = 0;
  while (first < points.length && at - (points[first]?.[0] ?? at) > FOR_MS) first += 1;
  return first;
}

/** Good values of one source between two instants, both included. */
export function valuesBetween(points: Points | undefined, from: number, to: number): readonly number[] {
  const values: number[] = [];
  for (const [at, value] of points ?? NONE) if (value !== null && at >= from && at <= to) values.push(value);
  return values;
}

const BESIDE_CUFF_MS = 30 * SECOND_MS;

/**
 * What stood beside a cuff reading when it came: the median heart rate of the half minute that it took, and the pressures of the
 * arterial line. Kept, because both have moved on when the reading is judged again.
 */
export function atCuff(state: BedState, { measuredAt, pulseRate }: NibpMeasurement): AtCuff {
  const heart = resolveHeartRate(state);
  const points = 'value' in heart ? state.recent[heart.vital]?.[heart.source] : undefined;
  const heartRate = median(valuesBetween(points, measuredAt - BESIDE_CUFF_MS, measuredAt)) ?? pulseRate;
  const [systolic, diastolic, mean] = (['abpSystolic', 'abpDiastolic', 'abpMeanArterial'] as const).map((vital) => {
    const resolved = resolve(state, vital);
    return 'value' in resolved && !resolved.isQuestionable ? resolved.value : undefined;
  });
  return {
    measuredAt,
    ...(heartRate !== undefined && { heartRate }),
    ...(systolic !== undefined &&
      diastolic !== undefined && { line: { systolic, diastolic, ...(mean !== undefined && { mean }) } }),
  };
}
