/** What an oximeter says, decoded, and what may be asked of it. */
import type { FORMAT_NUMBERS, PACKET_FIELDS, PacketField, PlethFormat } from './layout-table.ts';

/** Every format in which the oximeter sends by itself. */
export type Format = 'ascii' | PlethFormat | 'df8' | 'df13';
/** The formats that can be asked for. */
export type BinaryFormat = keyof typeof FORMAT_NUMBERS;

/** `absent`: the oximeter's own mark for "none". `impossible`: a value that the format does not allow. */
export type Measured = number | 'absent' | 'impossible';

/** What the oximeter thinks of its signal at an instant. `perfusion` only where it marks a beat. */
export interface Quality {
  readonly isSensorOff: boolean;
  readonly isArtefact: boolean;
  readonly isOutOfTrack: boolean;
  readonly perfusion?: 'good' | 'marginal' | 'low';
}

export interface PlethFrame {
  readonly status: number;
  /** As on the wire: 0 to 255 in format 2, 0 to 65535 in format 7. */
  readonly pleth: number;
}

export type PacketNumbers = {
  readonly [Field in PacketField]: (typeof PACKET_FIELDS)[Field]['is'] extends 'rate' | 'saturation'
    ? Measured
    : number;
};

/** A third of a second of format 2 or 7. A packet that was damaged has its first frames and no numbers. */
export interface Packet {
  readonly kind: 'packet';
  readonly format: PlethFormat;
  readonly frames: readonly PlethFrame[];
  readonly numbers?: PacketNumbers;
}

interface Numbers {
  readonly pulseRate: Measured;
  readonly spo2: Measured;
}

/** One line of a tabletop: no word about its signal but dashes for "none". */
export interface AsciiLine extends Numbers {
  readonly kind: 'line';
  readonly format: 'ascii';
  /** `HH:MM:SS`, where the model prints it: a time without a date. */
  readonly time?: string;
  readonly isFastAveraging: boolean;
  readonly isBreath: boolean;
  readonly isEvent: boolean;
  /** What followed and is not known. */
  readonly unread: string;
}

export interface Df8Reading extends Numbers {
  readonly kind: 'reading';
  readonly format: 'df8';
  readonly quality: Quality;
  readonly isSmartPoint: boolean;
  readonly isBatteryLow: boolean;
}

/** A finished spot check. `isFromMemory`: it was taken earlier and is only sent now. */
export interface SpotCheck extends Numbers {
  readonly kind: 'spot-check';
  readonly format: 'df13';
  /** The oximeter's clock, ms since 1970 as it believes; absent when its date does not exist. */
  readonly deviceTime?: number;
  readonly isNoMeasurement: boolean;
  readonly isFromMemory: boolean;
  readonly isSmartPoint: boolean;
  readonly isBatteryLow: boolean;
}

/** What carries numbers of the patient. */
export type Reading = Packet | AsciiLine | Df8Reading | SpotCheck;

export type Message =
  | Reading
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  | { readonly kind: 'date-time'; readonly deviceTime?: number }
  | { readonly kind: 'serial-number'; readonly serialNumber: string }
  /** Its layout is not known. */
  | { readonly kind: 'bluetooth-timeout'; readonly data: Uint8Array }
  /** Our own words on a line that echoes; the simulated oximeter is spoken to in them. */
  | { readonly kind: 'command'; readonly operation: number; readonly data: Uint8Array };

export interface Query {
  readonly type: 'set-format';
  readonly format: BinaryFormat;
}
