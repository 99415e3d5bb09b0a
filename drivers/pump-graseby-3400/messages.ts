/** The words of a conversation with a Graseby 3400. The commands that start, stop, change, clear or keep control have none here. */

/** All that this driver asks: status, rate, total delivered. None of them takes a parameter. */
export const QUERIES = ['CHCK', 'GETR', 'TOTL'] as const;
export type Query = (typeof QUERIES)[number];

/** One reply. */
export interface Message {
  /** `CE`: refused in the state that the pump is in. */
  readonly ack: 'OK' | 'CE';
  /** The command that it answers. */
  readonly command: string;
  /** `STBY`, `INFS`, `ALRM`, or a word that the note does not have. */
  readonly status: string;
  /** What follows the status, as it was sent; a whole number of tenths of mL or mL/h where it is digits. */
  readonly data: string;
}
