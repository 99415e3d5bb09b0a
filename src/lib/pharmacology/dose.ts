/**
 * Dose arithmetic of an infusion, so that every screen, check and simulator reckons alike.
 *
 * The unit table is closed (`dose-unit-table.ts`): a unit outside it gives no number. An amount may be per kilogram of body
 * weight, a volume needs the concentration; what is missing is refused by name, never assumed.
 *
 *   mg/kg · kg = mg      mg / (mg/mL) = mL      mL / min · 60 = mL/h      mg/kg/h · 1000 / 60 = ug/kg/min
 */
import type { Plan, Quantity, Result } from '$lib/domain/index.ts';
import { fail, ok, WEIGHT_RANGE_KG } from '$lib/domain/index.ts';
import { DOSE_UNITS, doseUnitOf, noMassIn, type DoseUnit, type NoMass } from './dose-unit-table.ts';

/** What a conversion may need besides the number. */
export interface DoseContext {
  readonly weightKg?: number;
  readonly concentrationMgPerMl?: number;
}

export type ConversionRefusal =
  | { readonly why: 'unknown-unit'; readonly unit: string }
  | { readonly why: 'no-mass'; readonly unit: string; readonly counts: NoMass }
  | { readonly why: 'different-kinds'; readonly from: DoseUnit; readonly to: DoseUnit }
  | { readonly why: 'weight-needed' | 'concentration-needed'; readonly unit: DoseUnit }
  | OutOfRange;

export interface OutOfRange {
  readonly why: 'out-of-range';
  readonly field: 'value' | 'weightKg' | 'concentrationMgPerMl' | 'doseMgPerKg' | 'durationMin' | 'rateMlPerHour';
  readonly value: number;
  readonly allowed: readonly [low: number, high: number];
}

/** What is refused as a slip of the keyboard; what is usual is the clinic's own profile. Pain protocols run for days. */
export const PLAN_RANGES = {
  weightKg: WEIGHT_RANGE_KG,
  concentrationMgPerMl: [0.01, 100],
  doseMgPerKg: [0.001, 50],
  durationMin: [1, 7 * 24 * 60],
  rateMlPerHour: [0, 10_000],
} as const satisfies Record<string, readonly [number, number]>;

/**
 * The same quantity in another unit of the table, for this patient and this syringe.
 * Refused when the unit is unknown, when an amount is asked as a rate, or when weight or concentration is missing.
 */
export function convertDose(
  quantity: Quantity,
  to: string,
  context: DoseContext = {},
): Result<Quantity, ConversionRefusal> {
  const from = doseUnitOf(quantity.unit);
  const into = doseUnitOf(to);
  if (from === undefined) return fail(refusalOf(quantity.unit));
  if (into === undefined) return fail(refusalOf(to));
  if (DOSE_UNITS[from].kind !== DOSE_UNITS[into].kind) return fail({ why: 'different-kinds', from, to: into });
  const { value } = quantity;
  if (!Number.isFinite(value) || value < 0) return fail(outOfRange('value', value, [0, Number.MAX_VALUE]));
  const fromFactor = factorOf(from, context);
  if (!fromFactor.ok) return fromFactor;
  const toFactor = factorOf(into, context);
  if (!toFactor.ok) return toFactor;
  return ok({ value: (value * fromFactor.value) / toFactor.value, unit: into });
}

function refusalOf(unit: string): ConversionRefusal {
  const counts = noMassIn(unit);
  return counts === undefined ? { why: 'unknown-unit', unit } : { why: 'no-mass', unit, counts };
}

/** What a converted unit must be multiplied by, in mg. */
const NEEDS = {
  kg: { field: 'weightKg', why: 'weight-needed' },
  mL: { field: 'concentrationMgPerMl', why: 'concentration-needed' },
} as const;

function factorOf(unit: DoseUnit, context: DoseContext): Result<number, ConversionRefusal> {
  const { factor, needs = [] } = DOSE_UNITS[unit];
  let whole = factor;
  for (const need of needs) {
    const { field, why } = NEEDS[need];
    const value = context[field];
    if (value === undefined) return fail({ why, unit });
    const refusal = refuse(field, value);
    if (refusal) return fail(refusal);
    whole *= value;
  }
  return ok(whole);
}

export type OrderedDose = Pick<Plan, 'concentrationMgPerMl' | 'doseMgPerKg' | 'durationMin' | 'weightKg'>;

/** What an order comes to, at constant rate. */
export interface PlannedAmounts {
  readonly totalMg: number;
  readonly volumeMl: number;
  readonly rateMlPerHour: number;
  readonly mgPerMin: number;
  readonly mgPerKgPerHour: number;
  readonly ugPerKgPerMin: number;
}

/** Total, volume and rate of an order; refused when a number lies outside {@link PLAN_RANGES}. */
export function plannedAmounts(plan: OrderedDose): Result<PlannedAmounts, OutOfRange> {
  const refusal =
    refuse('weightKg', plan.weightKg) ??
    refuse('concentrationMgPerMl', plan.concentrationMgPerMl) ??
    refuse('doseMgPerKg', plan.doseMgPerKg) ??
    refuse('durationMin', plan.durationMin);
  if (refusal) return fail(refusal);
  const totalMg = plan.doseMgPerKg * plan.weightKg;
  const volumeMl = totalMg / plan.concentrationMgPerMl;
  const mgPerKgPerHour = (plan.doseMgPerKg * 60) / plan.durationMin;
  return ok({
    totalMg,
    volumeMl,
    rateMlPerHour: (volumeMl * 60) / plan.durationMin,
    mgPerMin: totalMg / plan.durationMin,
    mgPerKgPerHour,
    ugPerKgPerMin: (mgPerKgPerHour * 1000) / 60,
  });
}

/** What is set at the pump. */
export interface Programmed {
  readonly rateMlPerHour: number;
  readonly durationMin: number;
  readonly concentrationMgPerMl: number;
}

/** `byFraction` is positive when the pump would give more than ordered: 0.05 is 5 % too much. */
export interface PlanCheck {
  readonly verdict: 'agrees' | 'deviates';
  readonly byFraction: number;
  readonly orderedMg: number;
  readonly programmedMg: number;
}

/** More than this between rate · time · concentration and dose · weight is said; it is never corrected in silence. */
export const TOLERATED_DEVIATION = 0.02;

/** Whether what is set at the pump comes to the ordered dose. */
export function checkProgrammed(plan: OrderedDose, programmed: Programmed): Result<PlanCheck, OutOfRange> {
  const planned = plannedAmounts(plan);
  if (!planned.ok) return planned;
  const refusal =
    refuse('rateMlPerHour', programmed.rateMlPerHour) ??
    refuse('durationMin', programmed.durationMin) ??
    refuse('concentrationMgPerMl', programmed.concentrationMgPerMl);
  if (refusal) return fail(refusal);
  const orderedMg = planned.value.totalMg;
  const programmedMg = (programmed.rateMlPerHour / 60) * programmed.durationMin * programmed.concentrationMgPerMl;
  const byFraction = programmedMg / orderedMg - 1;
  const verdict = Math.abs(byFraction) > TOLERATED_DEVIATION ? 'deviates' : 'agrees';
  return ok({ verdict, byFraction, orderedMg, programmedMg });
}

function refuse(field: keyof typeof PLAN_RANGES, value: number): OutOfRange | undefined {
  const [low, high] = PLAN_RANGES[field];
  return value >= low && value <= high ? undefined : outOfRange(field, value, [low, high]);
}

const outOfRange = (field: OutOfRange['field'], value: number, allowed: OutOfRange['allowed']): OutOfRange => ({
  why: 'out-of-range',
  field,
  value,
  allowed,
});
