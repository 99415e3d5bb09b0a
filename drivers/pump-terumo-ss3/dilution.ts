/**
 * In which unit the dilution is. The document that we have does not name it, and a number without a unit is none. But where a dose per
 * weight is set the pump's own numbers prove it: with mg/mL, and with nothing ten times more or less,
 *
 *   rate × dilution = dose × weight        52.50 mL/h × 1.00 mg/mL = 0.75 mg/kg/h × 70.0 kg
 */
import { DOSE_UNITS } from './code-table.ts';
import type { OperatingStatus } from './messages.ts';

const MG_PER_KG_H: Readonly<Record<string, number>> = { 'ug/kg/min': 0.06, 'mg/kg/h': 1 };
/** One of rate and dose is computed from the other by the pump, and may be cut off after its last digit. */
const LAST_DIGIT = 0.01;
/** Coarser numbers would let a unit pass that is ten times as large. */
const MOST_UNCERTAIN = 0.1;

/** Whether the numbers of this status agree if the dilution is in mg/mL, closely enough that no other unit comes into question. */
export function isMgPerMl({ rateSetMlPerHour, doseRate, doseUnit, weightKg, dilution }: OperatingStatus): boolean {
  const factor = MG_PER_KG_H[DOSE_UNITS[doseUnit] ?? ''];
  if (factor === undefined || weightKg === 'off' || dilution === 'off') return false;
  const byDose = doseRate * factor * weightKg;
  const byRate = rateSetMlPerHour * dilution;
  const uncertainty = LAST_DIGIT * (factor * weightKg + dilution);
  return uncertainty <= MOST_UNCERTAIN * byDose && Math.abs(byDose - byRate) <= uncertainty;
}
