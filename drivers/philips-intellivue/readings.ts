/**
 * One number of the monitor as a reading. It is valid when no bit of its state's high byte is set; otherwise the state says
 * why there is none, or that the monitor doubts it.
 */
import type { Missing, Reading } from '$lib/domain/index.ts';
import type { NotANumber } from './floats.ts';
import { CONVERSIONS, NUMERICS } from './numerics-table.ts';
import { STATE } from './protocol-codes.ts';
import type { NumericValue } from './values.ts';

const ABSENCES: readonly (readonly [bit: number, missing: Missing])[] = [
  [STATE.unavailable, 'not-measured'],
  [STATE.calibrating, 'not-calibrated'],
  [STATE.testData, 'invalid'],
  [STATE.invalid, 'invalid'],
];

const NOT_NUMBERS: Readonly<Record<NotANumber, Missing>> = {
  nan: 'invalid',
  'not-at-this-resolution': 'invalid',
  'over-range': 'over-range',
  'under-range': 'under-range',
};

const DOUBT = 0xff00;

/** How the monitor's numbers are taken. */
export interface Trust {
  /** Numbers of the monitor's demonstration count like measured ones. */
  readonly acceptsDemo: boolean;
}

/** Whether samples or numbers in this state count without doubt. */
export const isValid = (state: number, { acceptsDemo }: Trust): boolean =>
  (state & DOUBT & ~(acceptsDemo ? STATE.demoData : 0)) === 0;

/** A number in a unit that its quantity cannot have is `invalid`: {@link isOddUnit} tells it from the others. */
export function readingOf({ physioId, state, unit, value }: NumericValue, trust: Trust): Reading {
  const absence = ABSENCES.find(([bit]) => (state & bit) !== 0);
  if (absence) return { missing: absence[1] };
  if (typeof value === 'string') return { missing: NOT_NUMBERS[value] };
  const quantity = NUMERICS[physioId]?.quantity ?? 'other';
  const convert = CONVERSIONS[quantity][unit];
  if (!convert) return { missing: 'invalid' };
  return isValid(state, trust) ? { value: convert(value) } : { value: convert(value), isQuestionable: true };
}

/** A number that the station has a place for came in a unit that this kind of number cannot have. */
export function isOddUnit({ physioId, unit, value }: NumericValue): boolean {
  const quantity = NUMERICS[physioId]?.quantity ?? 'other';
  return quantity !== 'other' && typeof value === 'number' && CONVERSIONS[quantity][unit] === undefined;
}

export const hasValue = (reading: Reading | undefined): reading is Extract<Reading, { value: number }> =>
  reading !== undefined && 'value' in reading;
