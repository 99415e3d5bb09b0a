/** The baseline as a person accepts it: the proposed medians, or other values with a reason. */
import { z } from 'zod';
import { fail, ok, type Command, type Result } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import type { Fields, Mistakes } from '$lib/realtime/forms.ts';
import { checked, numberField, optionalNumber, optionalText, present, textField } from './forms.ts';

const told = words.session.baseline;

const PRESSURE = { unit: 'mmHg', example: '128' };

const schema = z.object({
  systolic: numberField({ ...PRESSURE, what: told.systolic, asked: told.theSystolic, range: [50, 290] }),
  diastolic: numberField({ ...PRESSURE, what: told.diastolic, asked: told.theDiastolic, range: [20, 220] }),
  heartRate: optionalNumber({
    what: told.heartRate,
    asked: told.heartRate,
    example: '72',
    unit: '/min',
    range: [20, 250],
  }),
  spo2: optionalNumber({ what: told.spo2, asked: told.spo2, example: '97', unit: '%', range: [50, 100] }),
  respiratoryRate: optionalNumber({
    what: told.respiratoryRate,
    asked: told.respiratoryRate,
    example: '14',
    unit: '/min',
    range: [2, 80],
  }),
  reason: optionalText(words.session.reason, 300),
});

type AcceptBaseline = Extract<Command, { type: 'accept-baseline' }>;

/** Whether the values are the proposed ones is judged by the bed, which knows its readings. */
export function readBaseline(fields: Fields): Result<AcceptBaseline, Mistakes> {
  const parsed = checked(schema, fields);
  if (!parsed.ok) return parsed;
  const { systolic, diastolic, ...optional } = parsed.value;
  if (systolic <= diastolic) return fail({ diastolic: told.pressureOrder });
  return ok({ type: 'accept-baseline', systolic, diastolic, ...present(optional) });
}

const overrideSchema = z.object({
  rule: z.string().min(1).max(40),
  reason: textField(told.overrideMissing, words.session.reason, 300),
});

/** A gate passed, with who decided and why. */
export const readOverride = (fields: Fields): Result<{ rule: string; reason: string }, Mistakes> =>
  checked(overrideSchema, fields);
