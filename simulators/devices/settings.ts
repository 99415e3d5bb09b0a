/** Settings of simulated devices as their users wrote them, read leniently: what is not understood is as if it were not there. */

export type Settings = Readonly<Record<string, unknown>>;

/** A stretch of simulated time, ms; its first instant belongs to it, its last does not. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise;

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const timesOf = (value: unknown): readonly number[] =>
  listOf(value).filter((time): time is number => typeof time === 'number');

export const stretchesOf = (value: unknown): readonly Stretch[] => listOf(value).filter(isStretch);

const isStretch = (value: unknown): value is Stretch =>
  typeof value === 'object' &&
  value !== null &&
  'fromMs' in value &&
  'toMs' in value &&
  typeof value.fromMs === 'number' &&
  typeof value.toMs === 'number';

export const covers = (stretches: readonly Stretch[], simMs: number): boolean =>
  stretches.some(({ fromMs, toMs }) => simMs >= fromMs && simMs < toMs);
