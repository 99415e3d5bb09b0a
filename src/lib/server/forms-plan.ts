/** The order of an infusion, and limits of this patient. */
import { z } from 'zod';
import { fail, LIMIT_MINUTES, ok, WEIGHT_RANGE_KG, type Command, type Plan, type Result } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { PLAN_RANGES } from '$lib/pharmacology/index.ts';
import { needsSecondLook, OTHER_TEMPLATE, templateOf } from '$lib/pharmacology/templates.ts';
import type { Fields, Mistakes } from '$lib/realtime/forms.ts';
import { checked, numberField, optionalNumber, optionalText, textField } from './forms.ts';

const told = words.session.plan;
const field = words.session.plan.words;
const interval = numberField({
  what: field.interval,
  asked: field.theInterval,
  example: '5',
  unit: 'min',
  range: [1, 60],
});

const schema = z.object({
  template: z.string().max(40).catch(OTHER_TEMPLATE),
  drug: textField(words.session.number.missing(field.drug), told.drug, 60),
  doseMgPerKg: numberField({
    what: field.dose,
    asked: field.theDose,
    example: '0.5',
    unit: 'mg/kg',
    range: PLAN_RANGES.doseMgPerKg,
  }),
  weightKg: numberField({
    what: field.weight,
    asked: field.theWeight,
    example: '71.5',
    unit: 'kg',
    range: WEIGHT_RANGE_KG,
  }),
  concentrationMgPerMl: numberField({
    what: field.concentration,
    asked: field.theConcentration,
    example: '1',
    unit: 'mg/mL',
    range: PLAN_RANGES.concentrationMgPerMl,
  }),
  durationMin: numberField({
    what: field.duration,
    asked: field.theDuration,
    example: '40',
    unit: 'min',
    range: PLAN_RANGES.durationMin,
  }),
  nibpInfusionMin: interval,
  nibpObservationMin: interval,
  checkedBy: optionalText(told.secondLook, 60),
});

export interface Order {
  readonly plan: Plan;
  /** The second person, where one was needed. */
  readonly checkedBy?: string;
}

/** @param by the name of the person on watch: not a second one. */
export function readOrder(fields: Fields, by: string): Result<Order, Mistakes> {
  const parsed = checked(schema, fields);
  if (!parsed.ok) return parsed;
  const { nibpInfusionMin, nibpObservationMin, checkedBy, ...order } = parsed.value;
  const template = templateFor(order.template, order.drug);
  const most = templateOf(template)?.most;
  if (most !== undefined && order.doseMgPerKg > most) return fail({ doseMgPerKg: told.tooMuch(String(most)) });
  if (needsSecondLook(template, order.doseMgPerKg)) {
    if (checkedBy === undefined) return fail({ checkedBy: told.secondLookMissing });
    if (checkedBy.toLowerCase() === by.toLowerCase()) return fail({ checkedBy: told.secondLookSame(checkedBy) });
  }
  const nibpIntervalMin = { infusion: nibpInfusionMin, observation: nibpObservationMin };
  return ok({ plan: { ...order, template, nibpIntervalMin }, ...(checkedBy !== undefined && { checkedBy }) });
}

/** An order for another drug than its template's is an order of a person's own. */
function templateFor(id: string, drug: string): string {
  const template = templateOf(id);
  return template?.drug.toLowerCase() === drug.toLowerCase() ? template.id : OTHER_TEMPLATE;
}

const limits = words.session.limits;

const limitSchema = z.object({
  rule: z.string().min(1).max(40),
  limit: numberField({ what: limits.limitWord, asked: limits.theLimit, example: '170', unit: '', range: [0, 400] }),
  forMin: optionalNumber({
    what: limits.forMinWord,
    asked: limits.forMin,
    example: '30',
    unit: 'min',
    range: LIMIT_MINUTES,
  }),
  reason: textField(limits.reasonMissing, words.session.reason, 300),
});

type SetLimit = Extract<Command, { type: 'set-limit' }>;

/** Whether the limit lies in the range that its rule allows is the bed's to say. */
export function readLimit(fields: Fields): Result<Omit<SetLimit, 'type'>, Mistakes> {
  const parsed = checked(limitSchema, fields);
  if (!parsed.ok) return parsed;
  const { forMin, ...limit } = parsed.value;
  return ok({ ...limit, ...(forMin !== undefined && { forMin }) });
}
