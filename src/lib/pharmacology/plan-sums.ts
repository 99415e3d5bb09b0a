/** What an order comes to, and whether the pump is set to it: the sums of the planning screen, the same here and there. */
import type { InfusionReading, Plan } from '$lib/domain/index.ts';
import { fail, ok, type Result } from '$lib/domain/index.ts';
import {
  checkProgrammed,
  plannedAmounts,
  type OrderedDose,
  type OutOfRange,
  type PlanCheck,
  type PlannedAmounts,
} from './dose.ts';
import { concentrationCurve } from './parameter-sets.ts';
import { sentMgPerMl } from './pump-dose.ts';
import { parameterSetFor } from './templates.ts';

export interface PlanSums extends PlannedAmounts {
  /** Highest concentration that the drug's published average patient reaches, ng/mL: a model estimate. Absent without a model. */
  readonly peakNgPerMl?: number;
}

/** Refused when a number of the order lies outside what can be meant. */
export function planSums(plan: OrderedDose & Pick<Plan, 'drug'>): Result<PlanSums, OutOfRange> {
  const amounts = plannedAmounts(plan);
  if (!amounts.ok) return amounts;
  const set = parameterSetFor(plan.drug);
  if (set === undefined) return amounts;
  const { mgPerMin } = amounts.value;
  const delivery = { fromMin: 0, toMin: plan.durationMin, mgPerMin };
  const [end] = concentrationCurve(set, plan.weightKg, [delivery], [plan.durationMin]);
  return ok({ ...amounts.value, ...(end && { peakNgPerMl: end.drugNgPerMl }) });
}

/** The pump's own concentration in mg/mL; undefined when it sends none, or one in a unit that cannot be converted. */
export function pumpMgPerMl(reading: InfusionReading): number | undefined {
  const sent = sentMgPerMl(reading);
  return sent?.ok ? sent.value : undefined;
}

/**
 * Whether the pump, as it is set, would give the ordered dose in the ordered time: rate and concentration are its own word,
 * the concentration the plan's where it sends none. `no-rate`: it has none set.
 */
export function checkPump(plan: OrderedDose, reading: InfusionReading): Result<PlanCheck, OutOfRange | 'no-rate'> {
  const rateMlPerHour = reading.rateSetMlPerHour ?? reading.rateMlPerHour;
  if (rateMlPerHour === undefined || rateMlPerHour === 0) return fail('no-rate');
  return checkProgrammed(plan, {
    rateMlPerHour,
    durationMin: plan.durationMin,
    concentrationMgPerMl: pumpMgPerMl(reading) ?? plan.concentrationMgPerMl,
  });
}
