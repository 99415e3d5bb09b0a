/**
 * A published figure beside ours. A figure is judged by its tolerance. Where it was printed with so few digits that the rounding
 * is larger than the tolerance (0.2 % stands for 0.15 to 0.25), the tolerance is laid around what it was rounded from, and this
 * is said: `rounded`.
 */

export type Tolerance =
  | { readonly kind: 'absolute'; readonly by: number }
  /** A share of the figure. */
  | { readonly kind: 'relative'; readonly by: number };

export interface Cell {
  readonly row: string;
  readonly column: string;
  readonly unit: string;
  /** As printed: its digits say what it was rounded to. */
  readonly published: string;
  readonly tolerance: Tolerance;
  readonly simulated: number;
  /** The same from the stated model by integration, where it can be had: no chance is in it. */
  readonly reckoned?: number;
}

export type Verdict = 'within' | 'rounded' | 'outside';

export interface Range {
  readonly low: number;
  readonly high: number;
}

export function judge(cell: Cell): Verdict {
  if (isIn(cell.simulated, around(cell, 0))) return 'within';
  return isIn(cell.simulated, around(cell, halfDigit(cell.published))) ? 'rounded' : 'outside';
}

/** What the tolerance allows around the printed figure. */
export const allowed = (cell: Cell): Range => around(cell, 0);

function around({ published, tolerance: { kind, by } }: Cell, rounding: number): Range {
  const value = Number(published);
  const [low, high] = [value - rounding, value + rounding];
  const spread = (end: number): number => (kind === 'absolute' ? by : Math.abs(end) * by);
  return { low: low - spread(low), high: high + spread(high) };
}

const isIn = (value: number, { low, high }: Range): boolean => value >= low && value <= high;

/** Half a unit of the last digit; a bare 0 among figures with one digit after the point is one of these. */
function halfDigit(published: string): number {
  const digits = published === '0' ? 1 : (published.split('.')[1]?.length ?? 0);
  return 0.5 * 10 ** -digits;
}
