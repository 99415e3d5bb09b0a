/**
 * A recorded session as its review shows it: made by the web process out of the journal (`server/review-*.ts`), read by the
 * review page. All times are station time; `wallOffsetMs` makes calendar time of them, one offset for the whole session, so
 * that an hour on the screen is an hour of the patient even where somebody set the calendar (that is an event of its own).
 */
import type {
  Actor,
  AlarmCause,
  AlarmId,
  AlarmKind,
  AlarmState,
  Baseline,
  BedId,
  ChannelEntry,
  DeviceStatus,
  Evidence,
  InfusionEvent,
  InfusionState,
  Mark,
  Score,
  Missing,
  MonotonicMs,
  Patient,
  Phase,
  Plan,
  Priority,
  RuleSetName,
  SessionId,
  VitalKey,
  WallMs,
  WaveformKey,
  WordOf,
} from '$lib/domain/index.ts';
import type { Burden, PressureBurden } from './burden.ts';

export interface ReviewSeal {
  readonly hash: string;
  readonly entryCount: number;
  readonly signalCount: number;
}

export interface TimeSpan {
  readonly from: MonotonicMs;
  readonly to: MonotonicMs;
}

export interface Review {
  readonly id: SessionId;
  readonly bed: BedId;
  readonly bedLabel: string;
  readonly patient: Patient;
  readonly admittedBy: Actor;
  readonly isSimulated: boolean;
  readonly isReplay?: true;
  /** From the admission to the end, or to the last entry of a session that goes on. */
  readonly span: TimeSpan;
  readonly wallOffsetMs: number;
  /** Otherwise all times of day are wrong, only their distances are right. */
  readonly isCalendarKnown: boolean;
  readonly isRunning: boolean;
  readonly seal?: ReviewSeal;
  readonly plan?: Plan;
  readonly baseline?: Baseline;
  readonly summary: ReviewSummary;
  readonly phases: readonly PhaseStretch[];
  readonly cuff: readonly CuffReading[];
  readonly lines: Readonly<Record<LineKey, ReviewLine>>;
  readonly concentration?: ReviewConcentration;
  /** What flowed out of the therapy's pump, mL/h, each from its time on. */
  readonly rates: readonly (readonly [at: MonotonicMs, mlPerHour: number])[];
  /** What judged; absent in a recording made before the journal carried the rules. */
  readonly rules?: RuleSetName;
  readonly levels: readonly LevelMark[];
  readonly alarms: readonly AlarmRow[];
  readonly burden: Burden;
  /** Absent without a systolic limit, and without two cuff readings near each other. */
  readonly systolicAbove?: PressureBurden;
  readonly events: readonly ReviewEvent[];
  readonly minutes: readonly MinuteRow[];
  /** Signals of which anything was recorded, in the order in which they are drawn. */
  readonly waveforms: readonly WaveformKey[];
  readonly gaps: readonly Gap[];
  readonly missing: readonly MissingSpan[];
  /** Devices that spoke in this session, by the last status that was recorded. */
  readonly devices: readonly DeviceStatus[];
}

/** What a clinician asks first. A part that nobody measured is absent. */
export interface ReviewSummary {
  readonly peak?: CuffReading;
  readonly highestHeartRate?: Peak;
  readonly lowestSpo2?: Peak;
  readonly deliveredMl?: number;
  readonly deliveredMg?: number;
  /** Whose word the concentration is. */
  readonly concentrationFrom?: WordOf;
  readonly plannedMg?: number;
  readonly infusion?: TimeSpan;
  /** Time without flow between the infusion's beginning and its end. */
  readonly pausedMs: number;
}

export interface Peak {
  readonly value: number;
  readonly at: MonotonicMs;
}

export interface PhaseStretch extends TimeSpan {
  readonly phase: Phase;
}

export interface CuffReading {
  readonly at: MonotonicMs;
  readonly systolic: number;
  readonly diastolic: number;
  readonly mean: number;
  readonly isMeanEstimated: boolean;
  /** A pressure alarm rests on it. */
  readonly isAlarming: boolean;
}

export const LINE_KEYS = ['heartRate', 'spo2', 'respiratoryRate'] as const;
export type LineKey = (typeof LINE_KEYS)[number];

/** A trend. `seconds` count from the session's beginning; `null` is a value that is known to be missing. */
export interface ReviewLine {
  readonly seconds: readonly number[];
  readonly values: readonly (number | null)[];
  /** Points further apart than this are not joined. */
  readonly gapAfterS: number;
}

/** A model's estimate, never a measurement. */
export interface ReviewConcentration extends ReviewLine {
  readonly model: string;
}

export interface LevelMark {
  readonly value: number;
  readonly kind: 'limit' | 'baseline';
}

/** One alarm from its first signal to its end, however often it changed. */
export interface AlarmRow {
  readonly id: AlarmId;
  readonly rule: string;
  readonly ruleVersion: string;
  readonly kind: AlarmKind;
  /** The most urgent one that it reached. */
  readonly priority: Priority;
  /** As it was signalled first. */
  readonly headline: string;
  readonly explanation: string;
  readonly onsetAt: MonotonicMs;
  readonly signalledAt: MonotonicMs;
  readonly value?: number;
  readonly limit?: number;
  readonly peakValue?: number;
  readonly evidence: readonly Evidence[];
  /** What stood at the bed when it was signalled first. */
  readonly moment: AlarmMoment;
  /** In which it was left. */
  readonly state: AlarmState;
  readonly acknowledgedBy?: string;
  readonly acknowledgedAt?: MonotonicMs;
  readonly endedAt?: MonotonicMs;
  /** How long it stayed on the screens after its condition had ended; absent while it does, and where it did not. */
  readonly latchedUntil?: MonotonicMs;
  /** `withdrawn`: one reading crossed, the next one did not agree; it never signalled. `open`: it stands at the end of what was read. */
  readonly end: 'ended' | 'withdrawn' | 'session-ended' | 'open';
  readonly changes: readonly AlarmStep[];
}

/** Parts that were not known are absent. */
export interface AlarmMoment {
  readonly phase?: Phase;
  /** The device whose reading it rests on. */
  readonly source?: string;
  readonly pump?: {
    readonly state: InfusionState;
    readonly mlPerHour?: number;
    readonly deliveredMl: number;
    readonly deliveredMg?: number;
  };
}

export interface AlarmStep extends Partial<Doer> {
  readonly at: MonotonicMs;
  readonly cause: AlarmCause;
  readonly priority: Priority;
  readonly value?: number;
  /** How far an alarm that nobody answered was carried, from 1. */
  readonly stage?: number;
  /** The screens that first confirmed to show and to sound the signal. */
  readonly shownOn?: string;
  readonly soundedOn?: string;
  /** To whom it was passed on. */
  readonly to?: string;
}

/** `by` is the name that was given at the screen, `station` which screen it was. */
export interface Doer {
  readonly by: string;
  readonly station: string;
}

/** Anything but an alarm. */
export type ReviewEvent = { readonly at: MonotonicMs } & Partial<Doer> &
  (
    | { readonly type: 'infusion'; readonly event: InfusionEvent; readonly mlPerHour?: number }
    | { readonly type: 'phase'; readonly from: Phase; readonly to: Phase; readonly cause: 'person' | 'pump' }
    | { readonly type: 'mark'; readonly mark: Mark }
    | { readonly type: 'score'; readonly score: Score }
    | { readonly type: 'admitted' }
    | { readonly type: 'ended'; readonly reason?: string }
    | { readonly type: 'baseline'; readonly systolic: number; readonly diastolic: number; readonly reason?: string }
    | { readonly type: 'plan'; readonly plan: Plan }
    /** What a person said of a pump channel; without an entry it was taken back. */
    | { readonly type: 'channel'; readonly channel: string; readonly entry?: ChannelEntry }
    /** `from`: the patient's own limit before; absent where the preset counted. */
    | {
        readonly type: 'limit-set';
        readonly rule: string;
        readonly from?: number;
        readonly limit: number;
        readonly reason: string;
        readonly forMin?: number;
        readonly isWidened?: true;
      }
    /** By itself; `limit` is the one of this patient that counts again, absent for the rule's own. */
    | { readonly type: 'limit-expired'; readonly rule: string; readonly limit?: number }
    | { readonly type: 'limit-reset'; readonly rule: string; readonly from?: number }
    | { readonly type: 'gate'; readonly rule: string; readonly reason: string }
    | { readonly type: 'audio'; readonly isPaused: boolean; readonly cause: 'person' | 'timeout' | 'new-alarm' }
    | { readonly type: 'refused'; readonly message: string }
    | {
        readonly type: 'device';
        readonly label: string;
        readonly state: DeviceStatus['state'];
        readonly reason?: string;
      }
    | { readonly type: 'cuff-failed'; readonly detail?: string }
    /** `silentSince`: when anything was written last before; absent for the first start. */
    | { readonly type: 'started'; readonly version: string; readonly silentSince?: MonotonicMs }
    | { readonly type: 'clock'; readonly stepMs: number }
  );

/** Medians of one minute; a vital that gave no number in it is absent. */
export interface MinuteRow {
  readonly at: MonotonicMs;
  readonly values: Readonly<Partial<Record<LineKey, number>>>;
}

/** No waveform at all was recorded here. */
export interface Gap extends TimeSpan {
  readonly reason: GapReason;
}

export type GapReason =
  | { readonly why: 'restarted' }
  | { readonly why: 'link'; readonly label: string; readonly state: DeviceStatus['state']; readonly detail?: string }
  | { readonly why: 'not-sent' };

/** A vital for which the device said that it has no number, and why. */
export interface MissingSpan extends TimeSpan {
  readonly vital: VitalKey;
  readonly why: Missing;
}

/** A row of the list of sessions. */
export interface SessionSummary {
  readonly id: SessionId;
  readonly bed: BedId;
  readonly bedLabel: string;
  readonly identifier: string;
  readonly shortName?: string;
  /** Absent when the calendar was not known. */
  readonly admittedWall?: WallMs;
  readonly endedWall?: WallMs;
  readonly durationMs: number;
  readonly isSimulated: boolean;
  readonly isReplay?: true;
  readonly plan?: Plan;
  readonly alarms: { readonly high: number; readonly medium: number; readonly low: number };
  readonly isSealed: boolean;
}
