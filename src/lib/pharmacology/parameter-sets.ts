/**
 * Published pharmacokinetics of ketamine, one entry per paper, each turned into a compartment model for a body weight.
 *
 * Arterial and venous sets describe where blood was drawn, not different patients: during an infusion arterial
 * concentrations are higher, afterwards venous ones are. Two of the sets know norketamine. Sets with rate constants scale
 * with weight exactly, so the same mg/kg gives the same curve in everybody; sets with clearances do not.
 */
import type { CompartmentModel, Concentration, Delivery, Flow } from './compartments.ts';
import { concentrationsAfter } from './compartments.ts';

export interface ParameterSet {
  readonly label: string;
  /** What the amounts are: the racemate or its S-enantiomer. */
  readonly drug: 'ketamine' | 'esketamine';
  readonly sampling: 'venous' | 'arterial' | 'unknown';
  readonly people: string;
  readonly source: string;
  model(weightKg: number): CompartmentModel;
}

const sets = <K extends string>(table: Record<K, ParameterSet>): Readonly<Record<K, ParameterSet>> => table;

export const PARAMETER_SETS = sets({
  clements250: {
    label: 'Clements 1981',
    drug: 'ketamine',
    sampling: 'venous',
    people: 'adults',
    source: 'Clements and Nimmo 1981, Br J Anaesth 53:27; parameters as in opentiva',
    model: (weightKg) => mammillary(1.7522 * weightKg, 0.0109, [[0.0186, 0.0137]]),
  },
  domino: {
    label: 'Domino 1982',
    drug: 'ketamine',
    sampling: 'arterial',
    people: 'adults',
    source: 'Domino et al. 1982; parameters as in opentiva',
    model: (weightKg) =>
      mammillary(0.063 * weightKg, 0.4381, [
        [0.5921, 0.247],
        [0.59, 0.0146],
      ]),
  },
  otto: {
    label: 'Fanta 2015 / Otto 2021',
    drug: 'esketamine',
    sampling: 'venous',
    people: 'healthy adults',
    source: 'Otto et al. 2021, doi:10.1007/s00228-021-03104-1; parameters as in nlmixr2lib',
    model: ottoModel,
  },
  simons: {
    label: 'Simons 2022',
    drug: 'esketamine',
    sampling: 'arterial',
    people: 'healthy adults',
    source: 'Simons et al. 2022, doi:10.3389/fpain.2022.946486; parameters as in nlmixr2lib',
    model: simonsModel,
  },
  perezRuixo: {
    label: 'Perez-Ruixo 2021',
    drug: 'esketamine',
    sampling: 'unknown',
    people: 'healthy adults and patients up to 60 years',
    source: 'Perez-Ruixo et al. 2021, Clin Pharmacokinet; intravenous part, parameters as in nlmixr2lib',
    model: perezRuixoModel,
  },
  hijazi: {
    label: 'Hijazi 2003',
    drug: 'ketamine',
    sampling: 'unknown',
    people: 'trauma patients in intensive care',
    source: 'Hijazi et al. 2003, doi:10.1093/bja/aeg028; parameters as in opentiva',
    model: (weightKg) => mammillary(1.08 * weightKg, 0.0333, [[0.0088, 0.003]]),
  },
  herd: {
    label: 'Herd 2007',
    drug: 'ketamine',
    sampling: 'unknown',
    people: 'children of 1 to 14 years',
    source: 'Herd et al. 2007, doi:10.1111/j.1460-9592.2006.02145.x; parameters as in opentiva',
    model: (weightKg) => twoCompartments(weightKg, { v1L: 38.7, v2L: 102, clLPerH: 90, qLPerH: 215 }),
  },
  hornik: {
    label: 'Hornik 2018',
    drug: 'ketamine',
    sampling: 'unknown',
    people: 'children',
    source: 'Hornik et al. 2018, doi:10.1002/jcph.1116; parameters as in opentiva',
    model: (weightKg) => twoCompartments(weightKg, { v1L: 32.8, v2L: 152, clLPerH: 38.9, qLPerH: 54.9 }),
  },
  flint: {
    label: 'Flint 2017',
    drug: 'esketamine',
    sampling: 'unknown',
    people: 'children in intensive care',
    source: 'Flint et al. 2017; parameters as in nlmixr2lib',
    model: (weightKg) => twoCompartments(weightKg, { v1L: 7.73, v2L: 545, clLPerH: 112, qLPerH: 196 }),
  },
});

export type ParameterSetId = keyof typeof PARAMETER_SETS;

/** Its clearance and volume are closest to the pooled values of adults (Kamp 2020), and the effect model is fitted to it. */
export const DEFAULT_PARAMETER_SET: ParameterSetId = 'clements250';

/**
 * Predicted concentrations, ng/mL, at the given minutes, in their order: a model estimate, not a measurement.
 * `mgPerMin` is of the drug that the set describes.
 */
export const concentrationCurve = (
  set: ParameterSetId,
  weightKg: number,
  deliveries: readonly Delivery[],
  atMin: readonly number[],
): Concentration[] => concentrationsAfter(PARAMETER_SETS[set].model(weightKg), deliveries, atMin);

const REFERENCE_KG = 70;
export const MIN_PER_HOUR = 60;

const byVolume = (weightKg: number): number => weightKg / REFERENCE_KG;
const byClearance = (weightKg: number): number => (weightKg / REFERENCE_KG) ** 0.75;

/** Blood with one or two tissues: `exchange` holds, per tissue, the rate constants out of and back into the blood, 1/min. */
function mammillary(
  volumeL: number,
  k10PerMin: number,
  exchange: readonly (readonly [out: number, back: number])[],
): CompartmentModel {
  const flows = exchange.flatMap(([out, back], i) => between(0, i + 1, out, back));
  return { size: exchange.length + 1, volumeL, flows: [{ from: 0, perMin: k10PerMin }, ...flows] };
}

const between = (a: number, b: number, therePerMin: number, backPerMin: number): Flow[] => [
  { from: a, to: b, perMin: therePerMin },
  { from: b, to: a, perMin: backPerMin },
];

/** Exchange by a flow of q L/min between two volumes. */
const exchange = (a: number, aVolumeL: number, b: number, bVolumeL: number, qLPerMin: number): Flow[] =>
  between(a, b, qLPerMin / aVolumeL, qLPerMin / bVolumeL);

interface TwoCompartments {
  readonly v1L: number;
  readonly v2L: number;
  readonly clLPerH: number;
  readonly qLPerH: number;
}

function twoCompartments(weightKg: number, { v1L, v2L, clLPerH, qLPerH }: TwoCompartments): CompartmentModel {
  const volumeL = v1L * byVolume(weightKg);
  const clearanceScale = byClearance(weightKg) / MIN_PER_HOUR;
  const tissue = exchange(0, volumeL, 1, v2L * byVolume(weightKg), qLPerH * clearanceScale);
  return { size: 2, volumeL, flows: [{ from: 0, perMin: (clLPerH * clearanceScale) / volumeL }, ...tissue] };
}

/** 0 blood, 1 and 2 tissues, 3 norketamine, 4 its tissue. All clearance forms norketamine; tissues do not scale with weight. */
function ottoModel(weightKg: number): CompartmentModel {
  const clearanceScale = byClearance(weightKg) / MIN_PER_HOUR;
  const volumeL = 133 * byVolume(weightKg);
  const norVolumeL = 98.638 * byVolume(weightKg);
  return {
    size: 5,
    volumeL,
    metabolite: { compartment: 3, volumeL: norVolumeL },
    flows: [
      { from: 0, to: 3, perMin: (95.2 * clearanceScale) / volumeL },
      ...exchange(0, volumeL, 1, 187, 23.2 / MIN_PER_HOUR),
      ...exchange(0, volumeL, 2, 98.8, 157 / MIN_PER_HOUR),
      { from: 3, perMin: (57.72 * clearanceScale) / norVolumeL },
      ...exchange(3, norVolumeL, 4, 160.04, 42.778 / MIN_PER_HOUR),
    ],
  };
}

/** 0 blood, 1 and 2 tissues, 3 and 4 delay of 20.1 min together, 5 norketamine (80 % of what was cleared), 6 its tissue. */
function simonsModel(weightKg: number): CompartmentModel {
  const v = byVolume(weightKg);
  const cl = byClearance(weightKg);
  const volumeL = 11.6 * v;
  const delayPerMin = 2 / 20.1;
  return {
    size: 7,
    volumeL,
    metabolite: { compartment: 5, volumeL },
    flows: [
      { from: 0, to: 3, perMin: (1.48 * cl) / volumeL },
      ...exchange(0, volumeL, 1, 39 * v, 2.43 * cl),
      ...exchange(0, volumeL, 2, 174 * v, 1.21 * cl),
      { from: 3, to: 4, perMin: delayPerMin },
      { from: 4, to: 5, perMin: 0.8 * delayPerMin },
      { from: 4, perMin: 0.2 * delayPerMin },
      { from: 5, perMin: (1.0 * cl) / volumeL },
      ...exchange(5, volumeL, 6, 221 * v, 2.63 * cl),
    ],
  };
}

/**
 * 0 blood, 1 and 2 tissues, 3 liver, from which everything leaves. No influence of weight. Its norketamine is left out:
 * the published parameters are apparent ones and do not give the published exposure.
 */
function perezRuixoModel(): CompartmentModel {
  const volumeL = 192;
  return {
    size: 4,
    volumeL,
    flows: [
      ...exchange(0, volumeL, 1, 143, 84.3 / MIN_PER_HOUR),
      ...exchange(0, volumeL, 2, 417, 37.6 / MIN_PER_HOUR),
      ...exchange(0, volumeL, 3, 101, 151 / MIN_PER_HOUR),
      { from: 3, perMin: (1.11 + 2.77) / MIN_PER_HOUR },
    ],
  };
}
