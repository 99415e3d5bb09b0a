import type { DeviceId } from './brand.ts';
import type { InfusionReading } from './infusion.ts';
import type { MonotonicMs } from './time.ts';
import type { VitalKey } from './vital.ts';
import type { WaveformBlock } from './waveform.ts';

/** Why there is no number. Shown to people in words; never replaced by 0 or by the last number. */
export type Missing =
  | 'sensor-off'
  | 'no-module'
  | 'not-measured'
  | 'invalid'
  | 'under-range'
  | 'over-range'
  | 'not-calibrated'
  | 'artefact'
  | 'searching'
  | 'device-silent';

/** A number as it came from the device, or the reason why there is none. `isQuestionable`: the device or we doubt it. */
export type Reading = { readonly value: number; readonly isQuestionable?: boolean } | { readonly missing: Missing };

/** Numbers that one device message gave for one moment. */
export interface Numerics {
  readonly kind: 'numerics';
  readonly source: DeviceId;
  readonly at: MonotonicMs;
  /** The device's own clock, ms since 1970 as the device believes. */
  readonly deviceTime?: number;
  readonly values: Readonly<Partial<Record<VitalKey, Reading>>>;
}

/**
 * Numbers for which the vocabulary has no name, under the device's own names or codes and in its own units: recorded as they
 * came, never judged, never shown as a vital.
 */
export interface OtherNumerics {
  readonly kind: 'other-numerics';
  readonly source: DeviceId;
  readonly at: MonotonicMs;
  /** The device's own clock, ms since 1970 as the device believes. */
  readonly deviceTime?: number;
  readonly values: Readonly<Record<string, { readonly value: number; readonly unit?: string }>>;
}

/**
 * One completed cuff measurement. Monitors repeat the last one with every record; a driver emits it once, keyed by
 * `measuredAt`. The pair systolic/diastolic is always there; a device that failed sends {@link CuffStatus} instead.
 */
export interface NibpMeasurement {
  readonly kind: 'nibp';
  readonly source: DeviceId;
  readonly at: MonotonicMs;
  /** When the measurement ended, on our clock; equal to `at` when the device does not say. */
  readonly measuredAt: MonotonicMs;
  readonly deviceTime?: number;
  readonly systolic: number;
  readonly diastolic: number;
  readonly meanArterial?: number;
  readonly pulseRate?: number;
}

export type CuffState = 'idle' | 'measuring' | 'failed' | 'calibrating' | 'stasis';

/** What the cuff is doing. `mode` as far as the device says. */
export interface CuffStatus {
  readonly kind: 'cuff';
  readonly source: DeviceId;
  readonly at: MonotonicMs;
  readonly state: CuffState;
  readonly mode?: 'manual' | 'auto' | 'stat';
  /** For `failed`: the device's own code or text. */
  readonly detail?: string;
  /**
   * Numbers that stand on the device's screen and whose time of measurement is not known: shown as such, never judged and
   * never a measurement. Gone as soon as the time is known.
   */
  readonly undated?: Pick<NibpMeasurement, 'systolic' | 'diastolic' | 'meanArterial' | 'pulseRate'>;
}

/** An alarm that the device itself announces: shown, logged, never parsed for meaning. */
export interface DeviceAlarm {
  readonly kind: 'device-alarm';
  readonly source: DeviceId;
  readonly at: MonotonicMs;
  readonly alarms: readonly { readonly text: string; readonly priority: 'high' | 'medium' | 'low' }[];
  /** The device's own audio is switched off or paused: said on screen, because silence there is not safety here. */
  readonly isSilenced: boolean;
}

/** Everything a driver can say about a patient or a therapy. Waveforms travel beside the journal, the others through it. */
export type Observation =
  Numerics | OtherNumerics | NibpMeasurement | CuffStatus | DeviceAlarm | InfusionReading | WaveformBlock;
export type JournalledObservation = Exclude<Observation, WaveformBlock>;
