/**
 * A record, once a second:
 *
 *   FF │ "ANSAR-B " │ 200 ECG │ 50 respiration or CO2 │ 50 pleth │ 50 P1 │ 50 P2 │ lines of text, each with its CR │ FE
 *   0    1            9         209                     259        309     359    409
 */

export const START = 0xff;
export const END = 0xfe;
export const MAGIC = 'ANSAR-B ';
export const TEXT_AT = 409;
/** No record comes near it; those of the recording have 562. */
export const MAX_RECORD_BYTES = 2048;

export const TRACES = {
  ecg: { at: 9, count: 200 },
  respiration: { at: 209, count: 50 },
  pleth: { at: 259, count: 50 },
  p1: { at: 309, count: 50 },
  p2: { at: 359, count: 50 },
} as const;

export type TraceName = keyof typeof TRACES;

/**
 * The lines, in their order: `NAME=status;field;…;label;alarm`. How many numbers stand between status and label. The meaning of
 * the status digit is not known (1, 3 and 4 were seen). SPO2 has `PR=rate` in place of the label.
 */
export const LINES = { HR: 1, RR: 1, ETCO2: 1, SPO2: 1, NIBP: 4, P1: 3, P2: 3, T1: 1, T2: 1 } as const;

export type LineName = keyof typeof LINES;
