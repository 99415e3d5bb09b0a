/** What an oximeter says, decoded, and what it may be asked. */

/** Two generations of one family: the first talks by itself, the second when it is told to. */
export type Generation = 'v4.6' | 'v7';

/** `absent`: the oximeter's own mark for "none". `impossible`: a value that no saturation has. */
export type Measured = number | 'absent' | 'impossible';

/** A sixtieth of a second: one step of the pleth and the numbers that stand on the oximeter's display. */
export interface Sample {
  readonly kind: 'sample';
  readonly generation: Generation;
  /** 0 to 15. */
  readonly signal: number;
  /** 0 to 127. */
  readonly pleth: number;
  /** The bar beside the numbers, 0 to 15. */
  readonly bar: number;
  /** A beat is at this sample. */
  readonly isBeat: boolean;
  /** v4.6: the saturation is dropping. v7: it is low. */
  readonly isSpo2Low: boolean;
  /** v4.6 only. */
  readonly isFingerOut: boolean;
  readonly isProbeError: boolean;
  readonly isSearching: boolean;
  /** v7 only: it has searched too long. */
  readonly isSearchingLong: boolean;
  readonly pulseRate: Measured;
  readonly spo2: Measured;
  /** v7 only, percent. */
  readonly perfusionIndex: Measured;
}

export type Message =
  | Sample
  /** v7 ends what it sends by itself. Reasons 0 and 1 are usual. */
  | { readonly kind: 'disconnected'; readonly reason: number }
  /** Our own words on a line that echoes; the simulated oximeter is spoken to in them. */
  | { readonly kind: 'command'; readonly code: number };

export type CommandName = 'start' | 'stop' | 'stop-storage' | 'keep-alive';

export interface Query {
  readonly type: 'command';
  readonly command: CommandName;
}
