/**
 * Everything the station knows about one bed, as plain data: it can be written down as JSON and taken up again. It is
 * the fold of the bed's journal (`step.ts`) and nothing else; whoever wants to change it adds an entry.
 */
import type {
  BedId,
  CuffStatus,
  DeviceAlarm,
  DeviceStanding,
  InfusionReading,
  MonotonicMs,
  NibpMeasurement,
  Quantity,
  Reading,
  RuleSet,
  Session,
  StationStatus,
  VitalKey,
  WallMs,
} from '$lib/domain/index.ts';
import type { TrackedAlarm } from '$lib/alarms/index.ts';
import { ADULT_IV_KETAMINE, type RulesState, type Series } from '$lib/rules/index.ts';
import type { Course } from './course.ts';
import type { Timeline } from './timeline.ts';
import type { VolumeAudit } from './volume-audit.ts';
import type { CounterFall, VolumeBefore } from './volume.ts';

/** The last reading of one vital from one device. */
export interface Standing {
  readonly reading: Reading;
  readonly at: MonotonicMs;
}

/** What one pump channel has done during the session. */
export interface ChannelState extends VolumeBefore {
  /** Under which the bed knows it: the pump's own name of it, wherever the pump stands. */
  readonly key: string;
  readonly reading: InfusionReading;
  readonly stateSince: MonotonicMs;
  /** Volume since the session began. */
  readonly deliveredMl: number;
  readonly hasRun: boolean;
  /** It flowed when the pump last said something certain. */
  readonly flowed: boolean;
  /** Rules that stood when the present run was resumed. */
  readonly resumedDuring: readonly string[];
  /** Rates that flowed as the pump told them, each from its time on. */
  readonly rates: readonly (readonly [at: MonotonicMs, mlPerHour: number])[];
  readonly course: Course;
  /** Concentration as the pump sent it last. */
  readonly sent?: Quantity;
  /** Since the session began, by the pump's own count of the dose. */
  readonly ownDose?: { readonly counterMg: number; readonly mg: number };
  readonly audit?: VolumeAudit;
  readonly fall?: CounterFall;
}

/** Values of the last minutes by vital and device, thinned; `null` where from then on the device gave no good one. */
export type Recent = Readonly<Partial<Record<VitalKey, Readonly<Record<string, Series['points']>>>>>;

/** What stood beside the last cuff reading when it came. */
export interface AtCuff {
  readonly measuredAt: MonotonicMs;
  readonly heartRate?: number;
  readonly line?: { readonly systolic: number; readonly diastolic: number; readonly mean?: number };
}

export interface Unjudged {
  readonly rule: string;
  readonly why: string;
}

/** Changes whenever a state written by an older program could no longer be taken up. */
export const STATE_VERSION = 5;

export interface BedState {
  readonly bed: BedId;
  readonly now: MonotonicMs;
  readonly clock?: { readonly at: MonotonicMs; readonly wallTime: WallMs };
  readonly session?: Session;
  readonly vitals: Readonly<Partial<Record<VitalKey, Readonly<Record<string, Standing>>>>>;
  readonly recent: Recent;
  /** Completed cuff readings since the admission, oldest first. */
  readonly nibp: readonly NibpMeasurement[];
  readonly atCuff?: AtCuff;
  readonly cuff?: CuffStatus;
  readonly cuffFailures: number;
  readonly deviceAlarms: Readonly<Record<string, DeviceAlarm>>;
  /** In the order in which their readings are preferred. */
  readonly devices: readonly DeviceStanding[];
  readonly channels: Readonly<Record<string, ChannelState>>;
  /** What the bed is judged by: as the journal told it last, the built-in set before. It changes only while nobody is admitted. */
  readonly ruleSet: RuleSet;
  readonly rules: RulesState;
  readonly alarms: Readonly<Record<string, TrackedAlarm>>;
  /** Rules that apply now but lack an input, and why: a rule that cannot judge says so. */
  readonly unjudged: readonly Unjudged[];
  /** Alarms begun so far: makes their ids. */
  readonly alarmCount: number;
  /** Alarm changes told so far: numbers them. */
  readonly changeCount: number;
  readonly audioPausedUntil?: MonotonicMs;
  readonly timeline: Timeline;
  readonly station: StationStatus;
  /** Ids of the last commands carried out, so that a repeated delivery does nothing. */
  readonly done: readonly string[];
}

export const emptyBed = (bed: BedId, now: MonotonicMs): BedState => ({
  bed,
  now,
  vitals: {},
  recent: {},
  nibp: [],
  cuffFailures: 0,
  deviceAlarms: {},
  devices: [],
  channels: {},
  ruleSet: ADULT_IV_KETAMINE,
  rules: {},
  alarms: {},
  unjudged: [],
  alarmCount: 0,
  changeCount: 0,
  timeline: [],
  station: { screens: 0, audibleScreens: 0, recorder: 'ok' },
  done: [],
});
