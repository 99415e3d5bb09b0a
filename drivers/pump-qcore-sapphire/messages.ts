/**
 * The words of a Sapphire on its serial line (QCP). The pump streams by itself once it has heard "this is PC", which is all that
 * a station can say here: the commands that reset it, give a bolus, write its memory or lock it have no words.
 */

export const PUMP = 101;
export const PC = 103;

/** Types of frames that have a name. What the others are is the maker's business. */
export const TYPES: Readonly<Record<number, string>> = {
  1: 'batch',
  3: 'command',
  11: 'large batch',
  13: 'EEPROM write',
  15: 'EEPROM read',
  17: 'alarm status',
  19: 'event',
  26: 'response',
};
export const [BATCH, COMMAND] = [1, 3] as const;
export const THIS_IS_PC = 22;

export interface Query {
  readonly kind: 'this-is-pc';
  /** Counts what we send, 0 to 255. */
  readonly sequence: number;
}

/** What every frame has. `isSumRight`: by the sum that is known for the other direction; no source has checked it for this one. */
export interface Envelope {
  readonly target: number;
  readonly sender: number;
  readonly sequence: number;
  readonly isSumRight: boolean;
}

export interface Batch extends Envelope {
  readonly kind: 'batch';
  /** As sent; how the number is to be read is not known. */
  readonly softwareVersion: number;
  readonly serial: number;
  readonly rateMlPerHour: number;
  readonly volumeRemainingMl: number;
  readonly volumeInfusedMl: number;
}

export type Message =
  | Batch
  | (Envelope & { readonly kind: 'this-is-pc' })
  | (Envelope & { readonly kind: 'other'; readonly type: number; readonly dataBytes: number });
