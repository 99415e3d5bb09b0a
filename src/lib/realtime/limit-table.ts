/** The limits of a preset as a table shows them: by parameter and priority, each with the range in which it may be set. */
import type { LimitView } from './view.ts';

export interface LimitClause {
  readonly rule: string;
  /** `≥`; absent where the clause compares more than one number and stands in `text`. */
  readonly sign?: string;
  readonly preset?: number;
  readonly adjustable?: readonly [low: number, high: number];
  /** What follows the number: `at once`, `for 15 s`; or the whole clause. */
  readonly text: string;
}

export interface LimitTableRow {
  readonly metric: LimitView['metric'];
  readonly high: readonly LimitClause[];
  readonly medium: readonly LimitClause[];
}

export interface LimitTable {
  readonly preset: string;
  readonly rows: readonly LimitTableRow[];
}
