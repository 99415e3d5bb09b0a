/** How people differ around a published average patient: another volume, another clearance, and all that follows from them. */
import type { CompartmentModel, Flow } from './compartments.ts';

/** Factors on the volume of the blood and on the clearance of the drug; 1 is the average patient. */
export interface KineticFactors {
  readonly volume: number;
  readonly clearance: number;
}

/** Variances and covariance of the logarithms of both factors between healthy adults (Otto 2021). */
export const BETWEEN_SUBJECTS = { volumeVariance: 0.084, clearanceVariance: 0.026, covariance: 0.023 } as const;

/** The factors of one person from two independent draws of the standard normal distribution. */
export function kineticFactors(first: number, second: number): KineticFactors {
  const { volumeVariance, clearanceVariance, covariance } = BETWEEN_SUBJECTS;
  const volumeSd = Math.sqrt(volumeVariance);
  const shared = covariance / volumeSd;
  const own = Math.sqrt(clearanceVariance - shared ** 2);
  return { volume: Math.exp(volumeSd * first), clearance: Math.exp(shared * first + own * second) };
}

/** The model of a person with these factors: flows between blood and tissue keep their L/min, only the clearance changes. */
export function withFactors(model: CompartmentModel, { volume, clearance }: KineticFactors): CompartmentModel {
  const factorOf = (flow: Flow): number =>
    (flow.from === 0 ? 1 / volume : 1) * (isClearance(model, flow) ? clearance : 1);
  return {
    ...model,
    volumeL: model.volumeL * volume,
    flows: model.flows.map((flow) => ({ ...flow, perMin: flow.perMin * factorOf(flow) })),
  };
}

/** Out of the blood, or an organ that exchanges with it, without a way back. */
function isClearance({ flows }: CompartmentModel, { from, to }: Flow): boolean {
  const leads = (a: number, b: number): boolean => flows.some((flow) => flow.from === a && flow.to === b);
  const isReversible = to !== undefined && leads(to, from);
  const isAtBlood = from === 0 || (leads(from, 0) && leads(0, from));
  return isAtBlood && !isReversible;
}
