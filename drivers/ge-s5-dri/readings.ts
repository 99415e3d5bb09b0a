/**
 * One field of a group as a reading. A group counts only when its status says that the module exists and measures: a number
 * beside a cleared bit is left over from before.
 */
import type { Missing, Reading } from '$lib/domain/index.ts';
import { STATUS_BITS } from './layout-table.ts';
import type { FieldValue, Group, MissingCode } from './messages.ts';

const MISSING: Readonly<Record<MissingCode, Missing>> = {
  invalid: 'invalid',
  'not-updated': 'not-measured',
  discontinuity: 'invalid',
  'under-range': 'under-range',
  'over-range': 'over-range',
  'not-calibrated': 'not-calibrated',
  'unknown-code': 'invalid',
};

export const has = ({ status }: Group, bits: number): boolean => (status & bits) !== 0;

/** Why the whole group gives nothing; undefined when it measures. `inactive` is what a cleared active bit means there. */
export function absence(group: Group, inactive: Missing): Missing | undefined {
  if (!has(group, STATUS_BITS.exists)) return 'no-module';
  return has(group, STATUS_BITS.active) ? undefined : inactive;
}

export const toReading = (value: FieldValue): Reading =>
  typeof value === 'number' ? { value } : { missing: MISSING[value] };

/** `inactive` as in {@link absence}. */
export function readField<Field extends string>(
  group: Group<Field>,
  field: Field,
  inactive: Missing = 'not-measured',
): Reading {
  const missing = absence(group, inactive);
  return missing ? { missing } : toReading(group.values[field]);
}

export const hasValue = (reading: Reading): reading is Extract<Reading, { value: number }> => 'value' in reading;

export const doubt = (reading: Reading, isDoubtful: boolean): Reading =>
  isDoubtful && hasValue(reading) ? { ...reading, isQuestionable: true } : reading;
