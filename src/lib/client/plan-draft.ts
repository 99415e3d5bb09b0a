/** A plan while it is typed: what it comes to, in the words of the planning screen. Pure. */
import type { InfusionReading } from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { checkPump, planSums, pumpMgPerMl } from '$lib/pharmacology/plan-sums.ts';
import { needsSecondLook, PLAN_TEMPLATES, templateOf, type PlanTemplate } from '$lib/pharmacology/templates.ts';
import { typedNumber } from '$lib/realtime/numbers.ts';
import { decimal, upTo } from './format.ts';

/** As the fields hold it. */
export interface PlanDraft {
  readonly drug: string;
  readonly doseMgPerKg: string;
  readonly weightKg: string;
  readonly concentrationMgPerMl: string;
  readonly durationMin: string;
}

export interface DraftSums {
  readonly total: string;
  readonly volume: string;
  readonly rate: string;
  readonly peak: string;
}

const told = words.session.plan;

/** `--` for what cannot be said yet, or not of these numbers. */
export function draftSums(draft: PlanDraft): DraftSums {
  const none = told.sums.none;
  const order = orderOf(draft);
  const sums = order && planSums(order);
  if (!sums?.ok) return { total: none, volume: none, rate: none, peak: none };
  const { totalMg, volumeMl, rateMlPerHour, peakNgPerMl } = sums.value;
  return {
    total: `${upTo(totalMg, 2)} mg`,
    volume: `${upTo(volumeMl, 2)} mL`,
    rate: `${upTo(rateMlPerHour, 1)} mL/h`,
    peak: peakNgPerMl === undefined ? told.sums.noModel : `${decimal(peakNgPerMl, 0)} ng/mL`,
  };
}

function orderOf({ drug, doseMgPerKg, weightKg, concentrationMgPerMl, durationMin }: PlanDraft) {
  const [dose, weight, concentration, duration] = [doseMgPerKg, weightKg, concentrationMgPerMl, durationMin].map(
    typedNumber,
  );
  if (dose === undefined || weight === undefined || concentration === undefined || duration === undefined)
    return undefined;
  return { drug, doseMgPerKg: dose, weightKg: weight, concentrationMgPerMl: concentration, durationMin: duration };
}

export interface Verdict {
  readonly isGood: boolean;
  readonly text: string;
}

/** Whether the pump, as it stands, would give what is planned; undefined while the plan has no sums. */
export function pumpVerdict(draft: PlanDraft, reading: InfusionReading | undefined): Verdict | undefined {
  if (reading === undefined) return { isGood: false, text: told.check.noPump };
  const order = orderOf(draft);
  if (order === undefined) return undefined;
  const sent = pumpMgPerMl(reading);
  if (sent !== undefined && !isSameConcentration(order.concentrationMgPerMl, sent)) {
    return { isGood: false, text: told.check.concentration(upTo(sent, 3), upTo(order.concentrationMgPerMl, 3)) };
  }
  const check = checkPump(order, reading);
  if (!check.ok) return check.error === 'no-rate' ? { isGood: false, text: told.check.noRate } : undefined;
  const { verdict, byFraction, programmedMg, orderedMg } = check.value;
  const rate = upTo(reading.rateSetMlPerHour ?? reading.rateMlPerHour ?? 0, 1);
  if (verdict === 'agrees') return { isGood: true, text: told.check.agrees(rate) };
  const percent = decimal(Math.abs(100 * byFraction), 0);
  const by = byFraction > 0 ? told.check.more(percent) : told.check.less(percent);
  return { isGood: false, text: told.check.deviates(rate, upTo(programmedMg, 1), by, upTo(orderedMg, 1)) };
}

const isSameConcentration = (planned: number, sent: number): boolean => Math.abs(planned / sent - 1) < 0.001;

/** The pump's word on the concentration beside the planned one. */
export function concentrationVerdict(planned: string, reading: InfusionReading | undefined): Verdict | undefined {
  if (reading === undefined) return undefined;
  const sent = pumpMgPerMl(reading);
  if (sent === undefined) return { isGood: false, text: told.pumpSilent };
  const isSame = isSameConcentration(typedNumber(planned) ?? 0, sent);
  return { isGood: isSame, text: `${told.pumpSays(upTo(sent, 3))} · ${isSame ? told.pumpAgrees : told.pumpDiffers}` };
}

export interface TemplateText {
  readonly id: string;
  readonly drug: string;
  readonly doseMgPerKg: string;
  readonly durationMin: string;
}

const [USUAL, ...OTHERS] = PLAN_TEMPLATES;
const textOf = ({ id, drug, doseMgPerKg, durationMin }: PlanTemplate): TemplateText => ({
  id,
  drug,
  doseMgPerKg: String(doseMgPerKg),
  durationMin: String(durationMin),
});

/** The templates as fields hold them, the most usual one first. */
export const TEMPLATES: readonly [TemplateText, ...TemplateText[]] = [textOf(USUAL), ...OTHERS.map(textOf)];

/** Doses of a template that need no second person, as text. */
export function usualDose(template: string): readonly [string, string] | undefined {
  const usual = templateOf(template)?.usual;
  return usual && [String(usual[0]), String(usual[1])];
}

export function isUnusualDose(template: string, doseMgPerKg: string): boolean {
  const dose = typedNumber(doseMgPerKg);
  return dose !== undefined && needsSecondLook(template, dose);
}
