/** What one line of a Nellcor oximeter says, and the one thing that may be said to it. */

/** A number, or the dashes that the oximeter prints when it has none. */
export type Value = number | 'dashes';

export interface Measured {
  readonly value: Value;
  /** Printed with a star: outside the oximeter's own alarm limit. */
  readonly isOutside: boolean;
}

export interface ReadingLine {
  readonly kind: 'reading';
  /** The oximeter's own clock, ms since 1970 as it believes; undefined when it shows no date. */
  readonly deviceTime: number | undefined;
  /** SpO2, %. */
  readonly saturation: Measured;
  /** 1/min. */
  readonly pulseRate: Measured;
  /** 0 to 254, without a unit. */
  readonly pulseAmplitude: Measured;
  /** Codes of two letters in capitals, see `code-table.ts`. */
  readonly codes: readonly string[];
}

export type Limits = readonly [low: number, high: number];

/** First line of the heading that stands before real-time lines, every 25 lines and when something in it changes. */
export interface Heading {
  readonly kind: 'heading';
  readonly model: string;
  readonly version: string;
  readonly crc: string;
  /** %, 1/min: the oximeter's own alarm limits. */
  readonly saturationLimits: Limits;
  readonly pulseLimits: Limits;
}

/**
 * `trend-heading`: stored lines follow, which look like real-time lines · `trend-end` they are over · `columns`, `mode`
 * further lines of a heading · `menu` the oximeter is in its interactive mode.
 */
export interface Remark {
  readonly kind: 'trend-heading' | 'trend-end' | 'columns' | 'mode' | 'menu';
}

export type Message = (ReadingLine | Heading | Remark) & {
  /** The whole line: equal for two readings only when the oximeter's clock is. */
  readonly text: string;
};

/** XON: go on printing. */
export type Query = 'xon';

export const XON = 0x11;
export const XOFF = 0x13;
