/** What the two ends say to each other, decoded. One line is one message. */

/** What a host can say. `NC0` starts and `ND` cancels a determination of the cuff: this driver never says them. */
export const COMMANDS = ['NA', 'NF', 'NC0', 'ND', 'OA', 'RA', 'RC', 'TC', 'TD'] as const;
export type Command = (typeof COMMANDS)[number];

/** What this driver asks. */
export const QUERIES = ['NA', 'RA', 'OA', 'TC'] as const satisfies readonly Command[];
export type Query = (typeof QUERIES)[number];

export type NibpStatus =
  'busy' | 'done' | 'failed' | 'pump-up timeout' | 'total-time timeout' | 'level timeout' | 'overpressure' | 'unknown';

export interface NibpReply {
  readonly kind: 'nibp';
  readonly letters: 'NA' | 'NF';
  readonly status: NibpStatus;
  readonly patient: 'unknown' | 'adult' | 'neonate';
  readonly isStat: boolean;
  /** Seconds since the determination that the numbers are of; undefined: none, or too old to say. */
  readonly ageS: number | undefined;
  /** mmHg. They may stand there while the status says that they do not count. */
  readonly systolic: number;
  readonly diastolic: number;
  readonly meanArterial: number;
}

export interface OximeterReply {
  readonly kind: 'oximeter';
  readonly status: 'standby' | 'operating' | 'no-data' | 'unplugged';
  readonly spo2: number;
  /** 0 to 9. */
  readonly signal: number;
  /** As on the wire; its unit is not known. */
  readonly averaging: number;
}

export interface RateReply {
  readonly kind: 'rate';
  readonly letters: 'RA' | 'RC';
  readonly source: 'oximeter' | 'nibp' | 'unknown';
  /** 1/min. */
  readonly rate: number | undefined;
}

export interface TemperatureReply {
  readonly kind: 'temperature';
  readonly status: 'idle' | 'in-progress' | 'timeout' | 'contact-lost' | 'aborted';
  readonly mode: 'predictive' | 'monitor';
  /** One character that moves on with every new determination. */
  readonly counter: string;
  readonly ageS: number | undefined;
  /** Tenths of a degree Fahrenheit, whatever the monitor shows. */
  readonly tenthsFahrenheit: number;
  readonly shownIn: 'F' | 'C';
}

/** The answer to a start or a cancel; what it says is not known. */
export interface Acknowledgement {
  readonly kind: 'acknowledgement';
  readonly letters: 'NC' | 'ND';
  readonly text: string;
}

export type Reply = NibpReply | OximeterReply | RateReply | TemperatureReply | Acknowledgement;

/** A command arrives here only on a line that echoes. */
export type Message = Reply | { readonly kind: 'command'; readonly command: Command };
