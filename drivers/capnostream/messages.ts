/** What the two ends say to each other, decoded. */
import type { CO2_UNITS } from './layout-table.ts';

/** `none`: the monitor's FF. */
export type Value = number | 'none';

export type Co2Unit = (typeof CO2_UNITS)[keyof typeof CO2_UNITS];

export interface Limits {
  readonly etco2High: Value;
  readonly etco2Low: Value;
  readonly respiratoryRateHigh: Value;
  readonly respiratoryRateLow: Value;
  readonly fico2High: Value;
  readonly saturationHigh: Value;
  readonly saturationLow: Value;
  readonly pulseRateHigh: Value;
  readonly pulseRateLow: Value;
}

export interface NumericsFrame {
  readonly kind: 'numerics';
  /** Seconds since 1970 on the monitor's clock, which may be on local wall time. */
  readonly time: number;
  /** As on the wire: in mmHg, or ten times kPa or vol-%. */
  readonly etco2: Value;
  /** As on the wire; whether it is ten times kPa or vol-% is not known. */
  readonly fico2: Value;
  /** 1/min. */
  readonly respiratoryRate: Value;
  /** %. */
  readonly saturation: Value;
  /** 1/min. */
  readonly pulseRate: Value;
  /** Bits, see `layout-table.ts`. */
  readonly slowStatus: number;
  readonly co2Alarms: number;
  readonly oximeterAlarms: number;
  readonly extendedStatus: number;
  readonly noBreathS: number;
  readonly limits: Limits;
  /** Key of `CO2_UNITS`. */
  readonly unit: number;
}

/** One sample of the CO2 waveform, 20 of them a second. */
export interface WaveFrame {
  readonly kind: 'wave';
  /** Wraps at 256. */
  readonly counter: number;
  /** 256ths of the unit that the numerics name, or of a tenth of it for kPa and vol-%. */
  readonly level: number;
  /** Bits, see `FAST_STATUS`. */
  readonly status: number;
}

export interface Identity {
  readonly kind: 'identity';
  readonly text: string;
  /** Undefined when the text is not made as the known ones are. */
  readonly details?: {
    readonly version: string;
    readonly released: string;
    readonly serial: string;
    readonly oximetry: 'Nellcor' | 'Masimo' | 'unknown';
  };
}

export interface Revision {
  readonly kind: 'revision';
  readonly letter: string;
  readonly number: number;
}

/** The monitor repeats a setting that it has accepted. */
export interface Setup {
  readonly kind: 'setup';
  readonly item: number;
  readonly value: number;
}

export type Content = NumericsFrame | WaveFrame | Identity | Revision | Setup;

export type Message = Content & {
  /** Code and payload in hexadecimal: equal for two numerics only when the monitor's clock is. */
  readonly hex: string;
};

/** What this station may say. */
export type Query = 'enable' | 'disable' | 'start' | 'stop' | 'alive' | 'host-id';

/** What a host could say: the station's words, and others that only the simulated monitor must know. */
export type Command =
  | { readonly kind: Exclude<Query, 'host-id'> | 'revision' }
  | { readonly kind: 'host-id'; readonly text: string }
  | Setup
  | { readonly kind: 'other'; readonly code: number };
