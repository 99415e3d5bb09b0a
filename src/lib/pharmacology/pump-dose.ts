/**
 * What a pump says of drug and dose, in milligrams, and whether it agrees with itself and with the plan. Nothing is corrected:
 * a difference is named, a unit that cannot become milligrams is refused by name.
 */
import { fail, ok, type InfusionReading, type Plan, type Quantity, type Result } from '$lib/domain/index.ts';
import { convertDose, TOLERATED_DEVIATION, type ConversionRefusal } from './dose.ts';

type Milligrams = Result<number, ConversionRefusal>;

/** `undefined`: the pump sends none. */
export const sentMgPerMl = ({ concentration }: Pick<InfusionReading, 'concentration'>): Milligrams | undefined =>
  concentration && inUnit(concentration, 'mg/mL', {});

/**
 * The dose rate by the pump's own word, mg/min. A rate per kilogram is in kilograms of the weight that the pump was given;
 * `weightKg` is used where it does not tell which.
 */
export function sentMgPerMin(reading: InfusionReading, weightKg: number | undefined): Milligrams | undefined {
  return reading.doseRate && inUnit(reading.doseRate, 'mg/min', weighed(reading, weightKg));
}

/** The dose given by the pump's own word, mg: since its own beginning, not since ours. */
export function sentDoseGivenMg(reading: InfusionReading, weightKg: number | undefined): Milligrams | undefined {
  return reading.doseGiven && inUnit(reading.doseGiven, 'mg', weighed(reading, weightKg));
}

/** A volume is no dose: a quantity in millilitres is told in milligrams with the pump's own concentration only. */
function weighed(reading: InfusionReading, weightKg: number | undefined) {
  const weight = reading.patientWeightKg ?? weightKg;
  const mgPerMl = sentMgPerMl(reading);
  return {
    ...(weight !== undefined && { weightKg: weight }),
    ...(mgPerMl?.ok && { concentrationMgPerMl: mgPerMl.value }),
  };
}

function inUnit(quantity: Quantity, unit: string, context: Parameters<typeof convertDose>[2]): Milligrams {
  const converted = convertDose(quantity, unit, context);
  return converted.ok ? ok(converted.value.value) : fail(converted.error);
}

/** Seconds to the end of what is set at the pump: reckoned from its remaining volume and rate, and by its own word. */
export interface PumpEnd {
  readonly byVolumeS?: number;
  readonly bySentS?: number;
  /** Both are known and further apart than {@link END_TOLERANCE}. */
  readonly isContradictory: boolean;
}

const END_TOLERANCE = { s: 60, fraction: 0.05 } as const;

export function pumpEnd({ volumeRemainingMl, rateMlPerHour, timeRemainingS }: InfusionReading): PumpEnd {
  const isFlowing = rateMlPerHour !== undefined && rateMlPerHour > 0;
  const byVolumeS =
    isFlowing && volumeRemainingMl !== undefined ? (volumeRemainingMl / rateMlPerHour) * 3600 : undefined;
  const isContradictory =
    byVolumeS !== undefined &&
    timeRemainingS !== undefined &&
    Math.abs(byVolumeS - timeRemainingS) > Math.max(END_TOLERANCE.s, END_TOLERANCE.fraction * byVolumeS);
  return {
    isContradictory,
    ...(byVolumeS !== undefined && { byVolumeS }),
    ...(timeRemainingS !== undefined && { bySentS: timeRemainingS }),
  };
}

/** One thing in which the pump is set otherwise than the plan says; both in `unit`. */
export interface PlanDifference {
  readonly what: 'concentration' | 'dose-rate' | 'rate' | 'weight';
  readonly planned: number;
  readonly pump: number;
  readonly unit: string;
}

const SAME_CONCENTRATION = 0.001;
const SAME_WEIGHT_KG = 0.1;

/**
 * Every difference between the plan and what the pump is set to. A quantity in a unit that does not become milligrams is not
 * compared (whoever reckons with it refuses it by name), one that the pump does not send is no difference.
 * @param mgPerMl the concentration that counts, where it is known: with it the rate is compared as a dose.
 */
export function planDifferences(plan: Plan, reading: InfusionReading, mgPerMl?: number): readonly PlanDifference[] {
  return [
    ...differenceOf('concentration', plan.concentrationMgPerMl, valueOf(sentMgPerMl(reading)), 'mg/mL'),
    ...differenceOf('weight', plan.weightKg, reading.patientWeightKg, 'kg'),
    ...doseRateDifference(plan, reading),
    ...rateDifference(plan, reading, mgPerMl ?? plan.concentrationMgPerMl),
  ];
}

const valueOf = (result: Milligrams | undefined): number | undefined => (result?.ok ? result.value : undefined);

const TOLERATED: Readonly<Record<PlanDifference['what'], (planned: number) => number>> = {
  concentration: (planned) => SAME_CONCENTRATION * planned,
  weight: () => SAME_WEIGHT_KG,
  'dose-rate': (planned) => TOLERATED_DEVIATION * planned,
  rate: (planned) => TOLERATED_DEVIATION * planned,
};

function differenceOf(
  what: PlanDifference['what'],
  planned: number,
  pump: number | undefined,
  unit: string,
): readonly PlanDifference[] {
  if (pump === undefined || Math.abs(pump - planned) <= TOLERATED[what](planned)) return [];
  return [{ what, planned, pump, unit }];
}

/** Compared in the pump's own unit: per kilogram, both are per kilogram of their own weight, and weights are compared apart. */
function doseRateDifference(plan: Plan, { doseRate }: InfusionReading): readonly PlanDifference[] {
  if (doseRate === undefined || doseRate.value === 0) return [];
  const { concentrationMgPerMl, weightKg, doseMgPerKg, durationMin } = plan;
  const planned = convertDose({ value: doseMgPerKg / durationMin, unit: 'mg/kg/min' }, doseRate.unit, {
    weightKg,
    concentrationMgPerMl,
  });
  return planned.ok ? differenceOf('dose-rate', planned.value.value, doseRate.value, doseRate.unit) : [];
}

/** The rate that the plan's dose takes with the concentration that counts. A keep-open rate and a bolus are no plan's rate. */
function rateDifference(plan: Plan, reading: InfusionReading, mgPerMl: number): readonly PlanDifference[] {
  const rate = reading.rateSetMlPerHour ?? reading.rateMlPerHour;
  if (rate === undefined || rate === 0 || reading.state === 'kvo' || reading.state === 'bolus') return [];
  const planned = ((plan.doseMgPerKg * plan.weightKg) / plan.durationMin / mgPerMl) * 60;
  return differenceOf('rate', planned, rate, 'mL/h');
}
