/**
 * The units in which drugs are dosed, in UCUM. The table is closed: a unit outside it gives no number. Beside it stands what is
 * known and still no mass, so that a refusal can say why: an amount of molecules, charges or effect becomes milligrams only
 * with a factor of the drug, and a dose per square metre only with a body surface. Nobody entered those, so nobody guesses them.
 */

/** In terms of mg, mg/min or mg/mL: `factor` of them make one of the unit, times body weight and concentration where marked. */
export interface Unit {
  readonly kind: 'amount' | 'rate' | 'concentration';
  readonly factor: number;
  /** `mL` of it hold as many mg as the concentration says, `kg` stands in its denominator. */
  readonly needs?: readonly ('kg' | 'mL')[];
}

const units = <K extends string>(table: Record<K, Unit>): Readonly<Record<K, Unit>> => table;

const HOUR = 60;
const DAY = 24 * HOUR;
const KG = ['kg'] as const;
const ML = ['mL'] as const;
const ML_KG = ['mL', 'kg'] as const;

export const DOSE_UNITS = units({
  ng: { kind: 'amount', factor: 1e-6 },
  ug: { kind: 'amount', factor: 1e-3 },
  mg: { kind: 'amount', factor: 1 },
  g: { kind: 'amount', factor: 1e3 },
  'ng/kg': { kind: 'amount', factor: 1e-6, needs: KG },
  'ug/kg': { kind: 'amount', factor: 1e-3, needs: KG },
  'mg/kg': { kind: 'amount', factor: 1, needs: KG },
  'g/kg': { kind: 'amount', factor: 1e3, needs: KG },
  nL: { kind: 'amount', factor: 1e-6, needs: ML },
  uL: { kind: 'amount', factor: 1e-3, needs: ML },
  mL: { kind: 'amount', factor: 1, needs: ML },
  L: { kind: 'amount', factor: 1e3, needs: ML },
  'mL/kg': { kind: 'amount', factor: 1, needs: ML_KG },
  'ng/min': { kind: 'rate', factor: 1e-6 },
  'ng/h': { kind: 'rate', factor: 1e-6 / HOUR },
  'ng/d': { kind: 'rate', factor: 1e-6 / DAY },
  'ug/min': { kind: 'rate', factor: 1e-3 },
  'ug/h': { kind: 'rate', factor: 1e-3 / HOUR },
  'ug/d': { kind: 'rate', factor: 1e-3 / DAY },
  'mg/min': { kind: 'rate', factor: 1 },
  'mg/h': { kind: 'rate', factor: 1 / HOUR },
  'mg/d': { kind: 'rate', factor: 1 / DAY },
  'g/min': { kind: 'rate', factor: 1e3 },
  'g/h': { kind: 'rate', factor: 1e3 / HOUR },
  'g/d': { kind: 'rate', factor: 1e3 / DAY },
  'ng/kg/min': { kind: 'rate', factor: 1e-6, needs: KG },
  'ng/kg/h': { kind: 'rate', factor: 1e-6 / HOUR, needs: KG },
  'ng/kg/d': { kind: 'rate', factor: 1e-6 / DAY, needs: KG },
  'ug/kg/min': { kind: 'rate', factor: 1e-3, needs: KG },
  'ug/kg/h': { kind: 'rate', factor: 1e-3 / HOUR, needs: KG },
  'ug/kg/d': { kind: 'rate', factor: 1e-3 / DAY, needs: KG },
  'mg/kg/min': { kind: 'rate', factor: 1, needs: KG },
  'mg/kg/h': { kind: 'rate', factor: 1 / HOUR, needs: KG },
  'mg/kg/d': { kind: 'rate', factor: 1 / DAY, needs: KG },
  'g/kg/min': { kind: 'rate', factor: 1e3, needs: KG },
  'g/kg/h': { kind: 'rate', factor: 1e3 / HOUR, needs: KG },
  'g/kg/d': { kind: 'rate', factor: 1e3 / DAY, needs: KG },
  'mL/min': { kind: 'rate', factor: 1, needs: ML },
  'mL/h': { kind: 'rate', factor: 1 / HOUR, needs: ML },
  'mL/d': { kind: 'rate', factor: 1 / DAY, needs: ML },
  'mL/kg/min': { kind: 'rate', factor: 1, needs: ML_KG },
  'mL/kg/h': { kind: 'rate', factor: 1 / HOUR, needs: ML_KG },
  'ng/mL': { kind: 'concentration', factor: 1e-6 },
  'ug/mL': { kind: 'concentration', factor: 1e-3 },
  'mg/mL': { kind: 'concentration', factor: 1 },
  'g/mL': { kind: 'concentration', factor: 1e3 },
  'mg/dL': { kind: 'concentration', factor: 1e-2 },
  'ug/L': { kind: 'concentration', factor: 1e-6 },
  'mg/L': { kind: 'concentration', factor: 1e-3 },
  'g/L': { kind: 'concentration', factor: 1 },
});

export type DoseUnit = keyof typeof DOSE_UNITS;

const isListed = (unit: string): unit is DoseUnit => Object.hasOwn(DOSE_UNITS, unit);

/**
 * The unit of the table that a spelling means. UCUM writes micro as `u`; the two signs for it that print alike are accepted,
 * and the small l for the litre, which UCUM allows. Nothing else is: `MG` is not mg, and `m` alone is not micro.
 */
export function doseUnitOf(unit: string): DoseUnit | undefined {
  const plain = unit.replaceAll(/[\u00B5\u03BC]/g, 'u').replaceAll(/l(?=\/|$)/g, 'L');
  return isListed(plain) ? plain : undefined;
}

/** What a unit counts that is not a mass. */
export type NoMass = 'molecules' | 'charges' | 'effect' | 'body-surface' | 'energy' | 'share';

const NO_MASS: readonly (readonly [pattern: RegExp, counts: NoMass])[] = [
  [/\/m2(\/|$)/, 'body-surface'],
  [/^[munp]?mol(\/|$)/, 'molecules'],
  [/^m?eq(\/|$)/, 'charges'],
  [/^[mkM]?(\[iU\]|\[IU\]|IU|U|\[arb'U\])(\/|$)/, 'effect'],
  [/^k?cal(_th)?(\/|$)|^k?J(\/|$)|^\[Cal\]/, 'energy'],
  [/^%$|^mL\/mL$/, 'share'],
];

/** Why a known unit cannot become milligrams; undefined for a unit that nobody here knows. */
export const noMassIn = (unit: string): NoMass | undefined => NO_MASS.find(([pattern]) => pattern.test(unit))?.[1];
