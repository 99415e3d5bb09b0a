/**
 * Units of a New Era pump. Both tables are closed: an amount in another unit gives no number. Numbers have three decimals at
 * the most, so thousandths are whole and nothing is lost on the way.
 */

/** mL/h = value × first / second. */
const RATES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['UM', [60, 1000]],
  ['MM', [60, 1]],
  ['UH', [1, 1000]],
  ['MH', [1, 1]],
]);

const VOLUMES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['UL', [1, 1000]],
  ['ML', [1, 1]],
]);

export const isRateUnit = (unit: string): boolean => RATES.has(unit);
export const isVolumeUnit = (unit: string): boolean => VOLUMES.has(unit);

/** @returns undefined for a unit that is none of a rate. */
export const mlPerHour = (value: number, unit: string): number | undefined => convert(value, RATES.get(unit));

/** @returns undefined for a unit that is none of a volume. */
export const millilitres = (value: number, unit: string): number | undefined => convert(value, VOLUMES.get(unit));

const convert = (value: number, factor: readonly [number, number] | undefined): number | undefined =>
  factor && (Math.round(value * 1000) * factor[0]) / (1000 * factor[1]);
