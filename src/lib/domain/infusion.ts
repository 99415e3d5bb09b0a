import type { DeviceId } from './brand.ts';
import type { MonotonicMs } from './time.ts';

/**
 * A pump's delivery channel as every driver describes it (one device has one or more). A field that the device did not
 * send is absent; nothing is computed here. `state: 'infusing'` needs positive evidence from the pump, not a set rate.
 */
export interface InfusionReading {
  readonly kind: 'infusion';
  readonly source: DeviceId;
  readonly at: MonotonicMs;
  /** Identity of the channel: the pump's serial number where sent, else its place. Stable when a pump is moved. */
  readonly channel: string;
  /** Place for people, for example `pillar 1 slot 3`. */
  readonly place?: string;
  readonly model?: string;
  readonly softwareVersion?: string;
  readonly pumpType?: 'syringe' | 'volumetric' | 'unknown';
  readonly state: InfusionState;
  readonly mode?: 'continuous' | 'bolus' | 'pca' | 'tci' | 'intermittent' | 'ramp' | 'program';
  readonly rateMlPerHour?: number;
  readonly rateSetMlPerHour?: number;
  readonly volumeInfusedMl?: number;
  /** Since the last start, for pumps that count it apart. */
  readonly segmentVolumeMl?: number;
  readonly vtbiMl?: number;
  readonly volumeRemainingMl?: number;
  readonly timeRemainingS?: number;
  readonly drugName?: string;
  readonly concentration?: Quantity;
  readonly doseRate?: Quantity;
  readonly doseRateIs?: 'set' | 'actual';
  /** Given so far, as an amount of drug by the pump's own word. */
  readonly doseGiven?: Quantity;
  readonly patientWeightKg?: number;
  /** Boluses that ended since the previous reading of this channel, together. */
  readonly bolus?: { readonly count: number; readonly volumeMl: number };
  /** Of a bolus that runs now: what of it was given. */
  readonly runningBolusMl?: number;
  /** What else happened since the previous reading of this channel: told once, like the boluses. */
  readonly notices?: readonly InfusionNotice[];
  /** Line pressure in percent of the pump's own alarm pressure. */
  readonly pressurePercent?: number;
  /** Line pressure as the pump measures it; may be negative. */
  readonly pressureMmHg?: number;
  readonly syringe?: { readonly sizeMl?: number; readonly contentMl?: number; readonly brand?: string };
  readonly power?: { readonly isOnMains?: boolean; readonly batteryMin?: number };
  /** Another program commands this pump: its silence may stop it. */
  readonly isRemoteControlled?: boolean;
  readonly alarms: readonly InfusionAlarm[];
  /** The values contradict each other or are older than the poll; the words say how. */
  readonly doubt?: string;
}

/** `disposable-changed`: another syringe or line was put in · `limit-…`: a limit of the drug library was met, and what the staff did. */
export type InfusionNotice = 'disposable-changed' | 'limit-overruled' | 'limit-rejected' | 'hard-limit-met';

export type InfusionState =
  | 'off'
  | 'standby'
  | 'stopped'
  | 'paused'
  | 'infusing'
  | 'bolus'
  | 'purging'
  | 'kvo'
  | 'complete'
  | 'alarm'
  | 'unknown'
  | 'disconnected';

/** A value with the device's unit in UCUM. For a unit that the driver does not know no number is published; `doubt` says so. */
export interface Quantity {
  readonly value: number;
  readonly unit: string;
}

export type InfusionAlarmKind =
  | 'occlusion.downstream'
  | 'occlusion.upstream'
  | 'occlusion.unspecified'
  | 'airInLine'
  | 'nearEnd'
  | 'infusionComplete'
  | 'end.stopped'
  | 'end.kvo'
  | 'vtbi.done'
  | 'empty'
  | 'doorOpen'
  | 'setMisplaced'
  | 'syringe.fault'
  | 'mechanism.disengaged'
  | 'freeFlow'
  | 'dropSensor'
  | 'battery.low'
  | 'battery.empty'
  | 'power.ac'
  | 'comms'
  | 'attention'
  | 'limit'
  | 'device.fault'
  | 'sensor.pressure'
  | 'service'
  | 'unspecified'
  | 'unknown';

export interface InfusionAlarm {
  readonly kind: InfusionAlarmKind;
  /** `alarm`: the pump stopped or calls; `pre-alarm`: it warns. */
  readonly stage: 'alarm' | 'pre-alarm';
  readonly priority: 'high' | 'medium' | 'low';
  /** The device's own code, for the log and for kinds we do not know. */
  readonly code: string;
}

/** Two codes of one kind are one alarm; of kinds that we do not know each code is its own. */
export const alarmKey = ({ kind, stage, code }: InfusionAlarm): string =>
  kind === 'unknown' || kind === 'unspecified' ? `${kind}:${stage}:${code}` : `${kind}:${stage}`;

/** Whether drug is flowing now. `bolus` flows, `kvo` (keep vein open) counts as not infusing the therapy. */
export const isInfusing = (state: InfusionState): boolean => state === 'infusing' || state === 'bolus';
