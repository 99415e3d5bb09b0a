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
  ChannelEntry,
  ChannelRole,
  CuffStatus,
  DeviceAlarm,
  DeviceId,
  DeviceStanding,
  DischargeCriteria,
  InfusionReading,
  MonotonicMs,
  NibpMeasurement,
  PhaseProposal,
  Priority,
  Reading,
  Remark,
  RuleSetName,
  Session,
  TimelineEvent,
  VitalKey,
  WallMs,
  WaveformKey,
  WordOf,
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
  /** Under which the bed knows the channel; commands about it name it so. */
  readonly key: string;
  readonly reading: InfusionReading;
  readonly stateSince: MonotonicMs;
  readonly role: ChannelRole;
  /** `only-one`: nothing else could be it · `none`: nothing tells, a person has to say. */
  readonly roleFrom: 'entry' | 'drug-name' | 'only-one' | 'none';
  readonly isTherapy: boolean;
  /** The drug that counts, and whose word it is; absent where neither pump nor person named one. */
  readonly drug?: { readonly name: string; readonly from: 'pump' | 'entry' };
  /** What a person said of this channel last. */
  readonly entry?: ChannelEntry;
  /** What is in the syringe now; absent where it is not known, `noDose` says why. */
  readonly mgPerMl?: number;
  /** Whose word the concentration is. */
  readonly concentrationFrom?: WordOf;
  readonly deliveredMl: number;
  /** The pump counts no volume: it was reckoned from its rate. */
  readonly isVolumeDerived?: true;
  readonly deliveredMg?: number;
  /** Whose concentration the milligrams were reckoned with, the least certain of several. */
  readonly doseFrom?: WordOf;
  /** What flows now, in milligrams of drug. */
  readonly mgPerMin?: number;
  /** Why milligrams are not told, as a part of a sentence. */
  readonly noDose?: string;
  /** What the plan comes to, on channels with the planned drug. */
  readonly plannedMl?: number;
  readonly plannedMg?: number;
  /** Flow as the pump told it from each time on, mL/h, for the chart. */
  readonly rates: readonly (readonly [at: MonotonicMs, mlPerHour: number])[];
  /** What was really given when: for the predicted concentration. Without `mgPerMl` where the concentration is not known. */
  readonly course: readonly CourseView[];
  /** What does not fit together at this pump. */
  readonly remarks: readonly Remark[];
}

export interface CourseView {
  readonly from: MonotonicMs;
  readonly to: MonotonicMs;
  readonly ml: number;
  readonly mgPerMl?: number;
}

/** All channels with the planned drug together. */
export interface TherapyView {
  /** Their keys. */
  readonly channels: readonly string[];
  readonly deliveredMg?: number;
  readonly mgPerKg?: number;
  readonly percentOfPlan?: number;
  readonly mgPerKgPerMin?: number;
  readonly ratePercentOfPlan?: number;
  readonly plannedMg?: number;
  /** Why there are no milligrams, as a part of a sentence. */
  readonly noDose?: string;
  readonly remarks: readonly Remark[];
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

/** What the patient is judged by, without the rules themselves. */
export type RulesView = RuleSetName & { readonly discharge: DischargeCriteria };

export interface BedView {
  readonly bed: BedId;
  readonly label: string;
  readonly session?: Session;
  /** Those of the admission; absent without a patient. */
  readonly rules?: RulesView;
  readonly vitals: Readonly<Partial<Record<VitalKey, VitalView>>>;
  readonly nibp: NibpView;
  readonly limits: readonly LimitView[];
  readonly channels: readonly ChannelView[];
  /** Absent without a patient and without a pump. */
  readonly therapy?: TherapyView;
  /** A phase that the pump suggests; a person confirms it with `set-phase`. */
  readonly phaseProposal?: PhaseProposal;
  /** Parameter sets that the site chose for the predicted concentration, by drug; absent where it chose none. */
  readonly models?: Readonly<Record<string, string>>;
  /** The rules of this site cannot be read: those that came with the program judge whoever is admitted. */
  readonly isRulesFault?: true;
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

const ALARM_FIELDS: ReadonlySet<string> = new Set(['alarms', 'alarmNumber'] satisfies (keyof BedView)[]);

/** What makes `after` of `before`, alarms apart; undefined when nothing has changed. */
export function patchBetween(before: BedView, after: BedView): BedPatch | undefined {
  const changes = difference<BedView>(before, after, ALARM_FIELDS);
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
