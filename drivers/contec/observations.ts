/**
 * What a second of samples says about the patient. The oximeter repeats the numbers of its display sixty times a second
 * and protects them by no sum, so of each the median of the second is taken: one damaged packet changes nothing.
 */
import type { DeviceId, Missing, MonotonicMs, Numerics, Reading } from '$lib/domain/index.ts';
import type { Measured, Sample } from './messages.ts';

/** The numbers of a row of samples, the last of them the newest. */
export function numericsOf(samples: readonly Sample[], source: DeviceId, at: MonotonicMs): Numerics {
  const hasPerfusion = samples.some(({ generation }) => generation === 'v7');
  return {
    kind: 'numerics',
    source,
    at,
    values: {
      pulseRate: summarise(samples, ({ pulseRate }) => pulseRate),
      spo2: summarise(samples, ({ spo2 }) => spo2),
      ...(hasPerfusion && { perfusionIndex: summarise(samples, ({ perfusionIndex }) => perfusionIndex) }),
    },
  };
}

/** Fewer samples than this, a tenth of a second, may be damage; more say something. */
const A_FEW = 6;

/**
 * The median of the numbers. None when half of the samples, or most of the newest, have none: then the reason of the last one
 * without. Questionable when more than a few have none.
 */
function summarise(samples: readonly Sample[], pick: (sample: Sample) => Measured): Reading {
  const readings = samples.map((sample) => toReading(sample, pick(sample)));
  const values = readings.flatMap((reading) => ('value' in reading ? [reading.value] : [])).sort((a, b) => a - b);
  const median = values[(values.length - 1) >> 1];
  const reason = readings.findLast((reading) => 'missing' in reading) ?? { missing: 'not-measured' };
  const missingCount = readings.length - values.length;
  const missingNowCount = readings.slice(-A_FEW).filter((reading) => 'missing' in reading).length;
  if (median === undefined || 2 * missingCount >= readings.length || 2 * missingNowCount > A_FEW) return reason;
  return missingCount < A_FEW ? { value: median } : { value: median, isQuestionable: true };
}

/** Why a sample has no number, whatever stands in its place; undefined when it may have one. */
export function absenceOf({ isFingerOut, isProbeError, isSearching, isSearchingLong }: Sample): Missing | undefined {
  if (isFingerOut || isProbeError) return 'sensor-off';
  return isSearching || isSearchingLong ? 'searching' : undefined;
}

function toReading(sample: Sample, measured: Measured): Reading {
  const missing = absenceOf(sample);
  if (missing) return { missing };
  if (measured === 'impossible') return { missing: 'invalid' };
  return measured === 'absent' ? { missing: 'not-measured' } : { value: measured };
}
