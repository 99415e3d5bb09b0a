import type { AlarmId, BedId, SessionId } from './brand.ts';
import type { ChannelRole } from './pump-channel.ts';
import type { ScaleId } from './scale.ts';
import type { Actor, MarkKind, Patient, Phase, Plan } from './session.ts';

/**
 * What people may ask of a bed. Every one is journalled before it is interpreted; the bed's own reducer carries it out
 * or refuses it. There is none that reaches a device: the station listens.
 */
export type Command =
  | {
      readonly type: 'admit';
      readonly session: SessionId;
      readonly patient: Patient;
      /** Id of the rule set that the patient is judged by; the station's first one where it says nothing. */
      readonly rules?: string;
      readonly isSimulated: boolean;
    }
  | {
      readonly type: 'accept-baseline';
      readonly systolic: number;
      readonly diastolic: number;
      readonly heartRate?: number;
      readonly spo2?: number;
      readonly respiratoryRate?: number;
      readonly reason?: string;
    }
  | { readonly type: 'set-plan'; readonly plan: Plan }
  | {
      /** Says what a channel carries; replaces what was said before. `since`: a correction of all, or another syringe from now on. */
      readonly type: 'set-channel';
      readonly channel: string;
      readonly role?: ChannelRole;
      readonly drugName?: string;
      readonly concentrationMgPerMl?: number;
      readonly since: 'admission' | 'now';
      /** Needed where it stands against what the pump sends or the plan says. */
      readonly reason?: string;
    }
  /** Takes back what was said of a channel: pump and plan count again. */
  | { readonly type: 'reset-channel'; readonly channel: string }
  | {
      readonly type: 'set-limit';
      readonly rule: string;
      readonly limit: number;
      readonly reason: string;
      /** The limit before it comes back after so many minutes; absent: with the end of the session. */
      readonly forMin?: number;
    }
  | { readonly type: 'reset-limit'; readonly rule: string }
  | { readonly type: 'override-gate'; readonly rule: string; readonly reason: string }
  | { readonly type: 'set-phase'; readonly phase: Phase; readonly reason?: string }
  | {
      readonly type: 'mark';
      readonly id: string;
      readonly kind: MarkKind;
      readonly text: string;
      readonly corrects?: string;
    }
  | {
      /** Enters a score; one that `corrects` an earlier one counts in its place. */
      readonly type: 'record-score';
      readonly id: string;
      readonly scale: ScaleId;
      readonly value: number;
      readonly corrects?: string;
    }
  | { readonly type: 'acknowledge'; readonly alarm: AlarmId }
  /** A promise to see to it: every screen shows by whom, and it sounds on. */
  | { readonly type: 'take-alarm'; readonly alarm: AlarmId }
  /** Another must see to it: it calls on every screen again. */
  | { readonly type: 'pass-on'; readonly alarm: AlarmId; readonly to?: string }
  | { readonly type: 'pause-audio' }
  | { readonly type: 'resume-audio' }
  | { readonly type: 'end-session'; readonly reason?: string };

/** `id` makes a repeated delivery harmless: the bed carries a command out once. */
export interface CommandEnvelope {
  readonly id: string;
  readonly bed: BedId;
  readonly by: Actor;
  readonly command: Command;
}

/** Why a bed did not carry a command out. `message` is a plain sentence for the person who asked. */
export interface Refusal {
  readonly why:
    | 'no-session'
    | 'session-open'
    | 'unknown-alarm'
    | 'unknown-rule'
    | 'unknown-channel'
    | 'unknown-score'
    | 'out-of-range'
    | 'wrong-phase'
    | 'incomplete'
    | 'gate'
    | 'unknown-bed'
    | 'other-version'
    | 'unavailable';
  readonly message: string;
}
