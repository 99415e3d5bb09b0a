import type { SessionId } from './brand.ts';
import type { ChannelMatter, ChannelRole } from './pump-channel.ts';
import type { ScaleId } from './scale.ts';
import type { MonotonicMs } from './time.ts';

/**
 * Where a treatment stands. `setup` admitted, checks and plan under way · `baseline` cuff readings before the drug ·
 * `infusion` drug flows or is paused · `observation` after the end of the infusion · `discharge-ready` criteria met · `closed`.
 */
export type Phase = 'setup' | 'baseline' | 'infusion' | 'observation' | 'discharge-ready' | 'closed';

export const PHASES: readonly Phase[] = ['setup', 'baseline', 'infusion', 'observation', 'discharge-ready', 'closed'];

/** Who did it: the name given when the watch was started at that screen, and which screen. */
export interface Actor {
  readonly name: string;
  readonly station: string;
}

export interface Patient {
  /** Hospital number or study code. */
  readonly identifier: string;
  readonly secondIdentifier?: string;
  /** Initials or short name for the screens; may be empty. */
  readonly shortName?: string;
  readonly birthYear?: number;
  readonly sex?: 'female' | 'male' | 'other';
  readonly weightKg: number;
  readonly heightCm?: number;
  readonly allergies?: string;
}

/** Weights outside this range are refused; outside {@link USUAL_WEIGHT_KG} they are asked twice. */
export const WEIGHT_RANGE_KG = [20, 300] as const;
export const USUAL_WEIGHT_KG = [40, 150] as const;

/** What has been ordered. Derived amounts come from `pharmacology/dose.ts`, they are never stored. */
export interface Plan {
  readonly template: string;
  readonly drug: string;
  readonly concentrationMgPerMl: number;
  readonly doseMgPerKg: number;
  readonly durationMin: number;
  readonly weightKg: number;
  readonly nibpIntervalMin: { readonly infusion: number; readonly observation: number };
}

export interface BaselineReading {
  readonly measuredAt: MonotonicMs;
  readonly systolic: number;
  readonly diastolic: number;
  readonly meanArterial: number;
}

/** The patient's own normal, accepted once per session and never moved by the station. Pressures mmHg, rates 1/min, saturation %. */
export interface Baseline {
  readonly systolic: number;
  readonly diastolic: number;
  readonly meanArterial: number;
  readonly heartRate?: number;
  readonly spo2?: number;
  readonly respiratoryRate?: number;
  readonly readings: readonly BaselineReading[];
  readonly acceptedAt: MonotonicMs;
  readonly acceptedBy: Actor;
  /** Given when a proposed value was changed by hand. */
  readonly reason?: string;
}

/** A limit of one rule changed for this patient; it ends with the session, or before. */
export interface LimitOverride {
  readonly rule: string;
  readonly limit: number;
  readonly reason: string;
  readonly by: Actor;
  readonly at: MonotonicMs;
  /** It ends by itself then. */
  readonly until?: MonotonicMs;
  /** What comes back when it ends by itself; absent where that is the rule's own limit. */
  readonly before?: LimitOverride;
  /** It lets more pass than the rule's own limit does. */
  readonly isWidened?: true;
}

/** For how long a limit may be set that ends by itself, min. */
export const LIMIT_MINUTES = [1, 480] as const;

export type MarkKind =
  | 'nausea'
  | 'dissociation'
  | 'anxiety'
  | 'headache'
  | 'pain'
  | 'line-check'
  | 'position'
  | 'medicine'
  | 'rate-changed'
  | 'pump-stopped'
  | 'prescriber-notified'
  | 'note';

/** Something a person saw or did, at the instant of the press. A correction is a further mark that names the first. */
export interface Mark {
  readonly id: string;
  readonly at: MonotonicMs;
  readonly kind: MarkKind;
  readonly text: string;
  readonly by: Actor;
  readonly corrects?: string;
}

/** A score that a person entered. A correction is a further score that names the first and counts in its place, at its time. */
export interface Score {
  readonly id: string;
  readonly scale: ScaleId;
  readonly value: number;
  readonly at: MonotonicMs;
  readonly by: Actor;
  readonly corrects?: string;
}

/** A gate of the rule set (for example G1, baseline above 140/90) passed by a person, with the reason. */
export interface GateOverride {
  readonly rule: string;
  readonly reason: string;
  readonly by: Actor;
  readonly at: MonotonicMs;
}

/**
 * What a person says that a pump channel carries, for a pump that does not send it, or against what it sends: then with a
 * reason. It ends with the session; a later entry for the same channel replaces the earlier one from its `from` on.
 */
export interface ChannelEntry {
  /** The bed's key of the channel. */
  readonly channel: string;
  readonly role?: ChannelRole;
  readonly drugName?: string;
  readonly concentrationMgPerMl?: number;
  /** Holds from then on: from the admission, or from the moment of the entry where another syringe was put in. */
  readonly from: MonotonicMs;
  /** What of it stood against the pump's word or the plan's when it was said: that counts before the pump's word. */
  readonly overrides?: readonly ChannelMatter[];
  /** Given where it overrides. */
  readonly reason?: string;
  readonly by: Actor;
  readonly at: MonotonicMs;
}

export interface Session {
  readonly id: SessionId;
  readonly patient: Patient;
  readonly admittedAt: MonotonicMs;
  readonly admittedBy: Actor;
  readonly phase: Phase;
  readonly phaseSince: MonotonicMs;
  readonly baseline?: Baseline;
  readonly plan?: Plan;
  readonly limits: readonly LimitOverride[];
  readonly gates: readonly GateOverride[];
  /** What people said of pump channels, oldest first; absent while nobody had to. */
  readonly channels?: readonly ChannelEntry[];
  readonly marks: readonly Mark[];
  /** Oldest first; absent while nothing was scored. */
  readonly scores?: readonly Score[];
  readonly infusionStartedAt?: MonotonicMs;
  readonly infusionEndedAt?: MonotonicMs;
  readonly isSimulated: boolean;
  /** A device of this session played a recording, at least for a time. */
  readonly isReplay?: true;
}
