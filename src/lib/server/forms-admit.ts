/** The admission: who comes to this bed, and whether the monitor is really the one of that bed. */
import { z } from 'zod';
import {
  fail,
  ok,
  USUAL_WEIGHT_KG,
  WEIGHT_RANGE_KG,
  type MonotonicMs,
  type Patient,
  type Result,
} from '$lib/domain/index.ts';
import { writeChecklist, type ChecklistItem } from '$lib/messages/checklist.ts';
import { words } from '$lib/messages/index.ts';
import { liveNumber } from '$lib/realtime/discharge.ts';
import type { Fields, Mistakes } from '$lib/realtime/forms.ts';
import type { BedView, VitalView } from '$lib/realtime/index.ts';
import { typedNumber } from '$lib/realtime/numbers.ts';
import { checked, numberField, optionalNumber, optionalText, present, textField } from './forms.ts';

const told = words.session.admit;

const EARLIEST_BIRTH = 1900;

const schemaFor = (year: number) =>
  z.object({
    identifier: textField(told.identifierMissing, told.identifier, 60),
    secondIdentifier: optionalText(told.secondIdentifier, 60),
    shortName: optionalText(told.shortName, 20),
    birthYear: optionalNumber({
      what: told.birthYearWord,
      asked: told.birthYear,
      example: '1984',
      unit: '',
      range: [EARLIEST_BIRTH, year],
    }),
    sex: z
      .enum(['female', 'male', 'other', ''])
      .optional()
      .transform((sex) => (sex === '' ? undefined : sex)),
    weightKg: numberField({
      what: told.weightWord,
      asked: told.theWeight,
      example: '71.5',
      unit: 'kg',
      range: WEIGHT_RANGE_KG,
    }),
    heightCm: optionalNumber({
      what: told.heightWord,
      asked: told.height,
      example: '172',
      unit: 'cm',
      range: [40, 260],
    }),
    allergies: optionalText(told.allergies, 500),
  });

export interface Admission {
  readonly patient: Patient;
  readonly isCompared: boolean;
}

export interface Circumstances {
  /** Of the station's calendar: nobody is born later. */
  readonly year: number;
  /** Whether the monitor shows anything that could be compared with the bedside screen. */
  readonly isComparable: boolean;
}

export function readAdmission(fields: Fields, { year, isComparable }: Circumstances): Result<Admission, Mistakes> {
  const parsed = checked(schemaFor(year), fields);
  const mistakes: Record<string, string> = {
    ...(parsed.ok ? weightMistake(parsed.value.weightKg, fields) : parsed.error),
    ...comparisonMistake(fields['compared'], isComparable),
  };
  if (!parsed.ok || Object.keys(mistakes).length > 0) return fail(mistakes);
  const { identifier, weightKg, ...optional } = parsed.value;
  return ok({ patient: { identifier, weightKg, ...present(optional) }, isCompared: fields['compared'] === 'same' });
}

function comparisonMistake(answer: string | undefined, isComparable: boolean): Mistakes {
  if (answer === 'same') return isComparable ? {} : { compared: told.compareImpossible };
  return answer === 'later' ? {} : { compared: told.compareMissing };
}

/** A weight that adults seldom have is asked twice; confirmed, it is taken. */
export function isUnusualWeight(weightKg: number): boolean {
  const [low, high] = USUAL_WEIGHT_KG;
  return weightKg < low || weightKg > high;
}

/** The confirmation holds for the number that was confirmed, not for another one typed afterwards. */
function weightMistake(weightKg: number, fields: Fields): Mistakes {
  const isConfirmed = typedNumber(fields['weightConfirmed'] ?? '') === weightKg;
  return !isUnusualWeight(weightKg) || isConfirmed ? {} : { weightConfirmed: told.unusualWeight(String(weightKg)) };
}

/** The numbers that the two screens can be compared by; none while no sensor is connected. */
export function comparable(view: BedView, now: MonotonicMs): readonly ChecklistItem[] {
  const { comparison } = words.session;
  const item = (label: string, vital: VitalView | undefined): readonly ChecklistItem[] => {
    const value = liveNumber(vital, now);
    return value === undefined ? [] : [{ label, answer: String(Math.round(value)) }];
  };
  return [...item(comparison.heartRate, view.vitals.heartRate), ...item(comparison.spo2, view.vitals.spo2)];
}

/** That the two screens were compared, with what they showed, as the journal keeps it. */
export function comparisonNote(items: readonly ChecklistItem[]): string {
  const { title, summary } = words.session.comparison;
  return writeChecklist({ title, summary, items });
}
