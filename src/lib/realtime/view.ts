/**
 * What a screen knows of a bed, and how a change of it travels: a snapshot is a whole `BedView`, a change is a `BedPatch`
 * with what differs. Gateway and browser fold patches with the same function, so a screen that came late, slept or lost
 * its link shows the same as one that was there all the time.
 *
 * Alarms do not travel in patches: they have a channel of their own (`contract.ts`), numbered, acknowledged, never merged.
 */
import type {
  Alarm,
  AlarmChange,
  Baseline,
  BedId,
  CuffStatus,
  DeviceAlarm,
  DeviceId,
  DeviceStanding,
  InfusionReading,
  MonotonicMs,
  NibpMeasurement,
  Priority,
  Reading,
  Session,
  TimelineEvent,
  VitalKey,
  WallMs,
  WaveformKey,
} from '$lib/domain/index.ts';
import { difference, withDifference, type Difference } from './difference.ts';

export interface VitalView {
  readonly reading: Reading;
  readonly at: MonotonicMs;
  readonly source: DeviceId;
  readonly staleAfterMs: number;
  readonly expiredAfterMs: number;
}

export interface NibpView {
  readonly readings: readonly (NibpMeasurement & { readonly mean: number; readonly isMeanEstimated: boolean })[];
  readonly cuff?: CuffStatus;
  readonly intervalMin: number;
  /** When the next automatic reading is expected, from the last one; undefined without a reading. */
  readonly nextDueAt?: MonotonicMs;
}

/** One limit that the rules watch, for the number beside the value and the line in the chart. */
export interface LimitView {
  readonly rule: string;
  readonly metric: 'systolic' | 'diastolic' | 'meanArterial' | 'heartRate' | 'spo2' | 'respiratoryRate';
  readonly side: 'upper' | 'lower';
  readonly limit: number;
  readonly priority: Priority;
  readonly isAdjusted: boolean;
  /** Accepted range where the limit may be set for a patient. */
  readonly adjustable?: readonly [low: number, high: number];
  readonly isConfirmed: boolean;
  readonly holdS: number;
}

export interface ChannelView {
  readonly reading: InfusionReading;
  readonly stateSince: MonotonicMs;
  readonly isTherapy: boolean;
  readonly deliveredMl: number;
  readonly deliveredMg?: number;
  /** Whose word the concentration is: the pump's, or the plan as a person entered it. */
  readonly concentrationFrom?: 'pump' | 'plan';
  readonly plannedMl?: number;
  readonly plannedMg?: number;
  /** Flow from each time on, mL/h, for the chart and the predicted concentration. */
  readonly rates: readonly (readonly [at: MonotonicMs, mlPerHour: number])[];
}

/** A waveform as it is numbered in wave frames. */
export interface WaveChannel {
  readonly number: number;
  readonly bed: BedId;
  readonly waveform: WaveformKey;
  readonly rateHz: number;
  readonly gain: number;
  readonly offset: number;
}

export interface BaselineProposalView {
  readonly readings: Baseline['readings'];
  readonly systolic?: number;
  readonly diastolic?: number;
  readonly meanArterial?: number;
  readonly heartRate?: number;
  readonly spo2?: number;
  readonly respiratoryRate?: number;
}

export interface BedView {
  readonly bed: BedId;
  readonly label: string;
  readonly session?: Session;
  readonly vitals: Readonly<Partial<Record<VitalKey, VitalView>>>;
  readonly nibp: NibpView;
  readonly limits: readonly LimitView[];
  readonly channels: readonly ChannelView[];
  readonly devices: readonly DeviceStanding[];
  readonly deviceAlarms: readonly DeviceAlarm[];
  readonly timeline: readonly TimelineEvent[];
  readonly waves: readonly WaveChannel[];
  readonly proposal?: BaselineProposalView;
  /** Gates that keep the infusion from being begun by hand. */
  readonly closedGates: readonly string[];
  /** Rules that apply now but lack an input, and why. */
  readonly unjudged: readonly { readonly rule: string; readonly why: string }[];
  readonly audibleScreens: number;

  readonly alarms: readonly Alarm[];
  /** Number of the last alarm change that `alarms` contains. */
  readonly alarmNumber: number;
  readonly audio: AudioView;
}

export interface AudioView {
  /** What is to be heard for this bed; absent when nothing is. */
  readonly sounding?: Priority;
  readonly pausedUntil?: MonotonicMs;
}

/** What patches tell of a bed: all but its alarms, which have a way of their own. */
export type BedParts = Omit<BedView, 'bed' | 'alarms' | 'alarmNumber'>;

export interface BedPatch {
  readonly bed: BedId;
  readonly changes: Difference<BedParts>;
}

/** One alarm change on its way to the screens. */
export interface AlarmMessage {
  readonly bed: BedId;
  readonly number: number;
  readonly at: MonotonicMs;
  readonly change: AlarmChange;
  readonly audio: AudioView;
}

export interface StationSnapshot {
  readonly at: MonotonicMs;
  readonly wallTime: WallMs;
  readonly beds: readonly BedView[];
}

/** What makes `after` of `before`, alarms apart; undefined when nothing has changed. */
export function patchBetween(before: BedView, after: BedView): BedPatch | undefined {
  const { alarms, alarmNumber } = before;
  const changes = difference<BedView>(before, { ...after, alarms, alarmNumber });
  return changes && { bed: after.bed, changes };
}

export const applyPatch = (view: BedView, { changes }: BedPatch): BedView => withDifference<BedView>(view, changes);

/** Folds an alarm change into a view; a change that it contains already, or one that comes too early, changes nothing. */
export function applyAlarm(view: BedView, { number, change, audio }: AlarmMessage): BedView {
  if (number !== view.alarmNumber + 1) return view;
  const others = view.alarms.filter(({ id }) => id !== change.alarm.id);
  const alarms = change.alarm.state === 'ended' ? others : [...others, change.alarm];
  return { ...view, alarms, alarmNumber: number, audio };
}
