/**
 * Orders that a clinic writes often, as data: what a person picks first and then changes. The figures are those of published
 * series and trials; they are defaults, never advice. Outside of `usual` a second person looks; above `most`, where anaesthesia
 * begins, the template is refused: a decimal point that slipped is a tenfold dose.
 */
import { keysOf } from '$lib/domain/index.ts';
import { knownDrug } from './drug-names.ts';
import { DEFAULT_PARAMETER_SET, PARAMETER_SETS, type ParameterSetId } from './parameter-sets.ts';

export interface PlanTemplate {
  readonly id: string;
  readonly drug: string;
  readonly doseMgPerKg: number;
  readonly durationMin: number;
  /** Doses that need no second look, mg/kg. */
  readonly usual: readonly [low: number, high: number];
  /** More than this, mg/kg, is no order of this template: a number out of place, or an anaesthetic. */
  readonly most: number;
}

/** 0.5 mg/kg over 40 min is the order of most published infusion series; the others are arms of trials. */
export const PLAN_TEMPLATES: readonly [PlanTemplate, ...PlanTemplate[]] = [
  { id: 'ket-iv-40', drug: 'Ketamine', doseMgPerKg: 0.5, durationMin: 40, usual: [0.1, 1], most: 2 },
  { id: 'ket-iv-100', drug: 'Ketamine', doseMgPerKg: 0.5, durationMin: 100, usual: [0.1, 1], most: 2 },
  { id: 'esk-iv-40', drug: 'Esketamine', doseMgPerKg: 0.25, durationMin: 40, usual: [0.1, 0.4], most: 1 },
];

/** An order of a person's own. */
export const OTHER_TEMPLATE = 'other';

export const templateOf = (id: string): PlanTemplate | undefined =>
  PLAN_TEMPLATES.find((template) => template.id === id);

/** Whether a dose lies outside what its template calls usual; an order of a person's own has no usual dose: always. */
export function needsSecondLook(template: string, doseMgPerKg: number): boolean {
  const usual = templateOf(template)?.usual;
  return usual === undefined || doseMgPerKg < usual[0] || doseMgPerKg > usual[1];
}

/** Which set stands for which drug at this site. */
export type ModelChoice = Readonly<Record<'ketamine' | 'esketamine', ParameterSetId>>;

export const DEFAULT_MODELS: ModelChoice = { ketamine: DEFAULT_PARAMETER_SET, esketamine: 'otto' };

/** The published average patient for a drug, by its name; undefined where none is known here. */
export function parameterSetFor(drug: string, models: ModelChoice = DEFAULT_MODELS): ParameterSetId | undefined {
  const known = knownDrug(drug);
  return known === 'ketamine' || known === 'esketamine' ? models[known] : undefined;
}

/** A choice as it came from a file or over the wire; a set that is not known here (an older page, a newer station) is the default. */
export function modelsFrom(chosen: Readonly<Record<string, string>> | undefined): ModelChoice {
  const of = (drug: keyof ModelChoice): ParameterSetId =>
    parameterSetsFor(drug).find((set) => set === chosen?.[drug]) ?? DEFAULT_MODELS[drug];
  return { ketamine: of('ketamine'), esketamine: of('esketamine') };
}

/** Sets that describe a drug: what a site may choose from. */
export const parameterSetsFor = (drug: keyof ModelChoice): readonly ParameterSetId[] =>
  keysOf(PARAMETER_SETS).filter((set) => PARAMETER_SETS[set].drug === drug);
