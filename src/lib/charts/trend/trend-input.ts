/**
 * What the charts of a session show. A screen makes these from what it knows of a bed or of a recording; `from-bed.ts` does so
 * for a bed that is watched. All times are seconds of calendar time since 1970 (the x axis shows the clock on the wall).
 */

/**
 * A line. `null` is a value that is known to be missing; `gapAfterS`: points further apart than this are not joined.
 * The arrays may be a screen's own growing ones: they are read when the chart draws, not kept.
 */
export interface TrendLine {
  readonly timesS: readonly number[];
  readonly values: readonly (number | null)[];
  readonly gapAfterS: number;
}

/** A cuff reading, mmHg. */
export interface NibpBar {
  readonly atS: number;
  readonly systolic: number;
  readonly diastolic: number;
  /** It crossed a limit: drawn in the alarm's colour, with its systolic value. */
  readonly isCrossed: boolean;
}

/** An infusion rate that held from one time to another. */
export interface RateSpan {
  readonly fromS: number;
  readonly toS: number;
  readonly mlPerHour: number;
}

/** A horizontal line on the scale of the pressures. */
export interface LevelLine {
  readonly value: number;
  readonly label: string;
  readonly kind: 'limit' | 'baseline';
}

/** A part of the session, as a band at the bottom of a review. */
export interface PhaseSpan {
  readonly fromS: number;
  readonly toS: number;
  readonly label: string;
  readonly kind: 'infusion' | 'observation';
}

/** Something that happened, as a sign above the chart. The larger urgency wins where two would overlap. */
export interface TrendMark {
  readonly atS: number;
  readonly glyph: string;
  readonly urgency: number;
  /** What calls people and what people marked stands above what pumps did. */
  readonly row: 'people' | 'pump';
}

export interface TrendInput {
  /** What the x axis shows, unless the reader zoomed. */
  readonly fromS: number;
  readonly toS: number;
  /** Where the present is; absent in a review. */
  readonly nowS?: number;
  readonly nibp: readonly NibpBar[];
  readonly heartRate?: TrendLine;
  readonly spo2?: TrendLine;
  /** Calculated concentration, ng/mL, on a scale of its own. */
  readonly concentration?: TrendLine;
  /** Until then the pumps told what they gave; what lies after it, or after `nowS`, is drawn dashed. */
  readonly givenUntilS?: number;
  readonly rates: readonly RateSpan[];
  readonly levels: readonly LevelLine[];
  readonly phases: readonly PhaseSpan[];
  readonly marks: readonly TrendMark[];
}

export const EMPTY_TREND: TrendInput = { fromS: 0, toS: 1, nibp: [], rates: [], levels: [], phases: [], marks: [] };
