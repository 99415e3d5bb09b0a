import type { AlarmId } from './brand.ts';
import type { Actor } from './session.ts';
import type { MonotonicMs } from './time.ts';

/** `notice` is an information signal: no sound, no alarm colour. The order is the order of urgency. */
export type Priority = 'high' | 'medium' | 'low' | 'notice';

export const PRIORITIES: readonly Priority[] = ['high', 'medium', 'low', 'notice'];

/** Positive when `a` is more urgent than `b`. */
export const comparePriority = (a: Priority, b: Priority): number => PRIORITIES.indexOf(b) - PRIORITIES.indexOf(a);

/** What happens if nobody answers, and how fast: the two axes that priority is derived from. */
export type Severity = 'death-or-irreversible' | 'reversible' | 'discomfort';
export type Onset = 'immediate' | 'prompt' | 'delayed';

export type AlarmKind = 'physiological' | 'technical' | 'advisory';

/** A sample that a judgement rests on. */
export interface Evidence {
  readonly metric: string;
  readonly value: number;
  readonly at: MonotonicMs;
}

/**
 * The alarm condition of one rule at one bed, as the rules see it now. While a hold time runs it is `absent`.
 * `unconfirmed`: one reading crossed, a second one must agree. `unknown`: cannot be judged, `why` says the reason.
 */
export type Condition =
  | { readonly is: 'absent' }
  | { readonly is: 'unconfirmed' | 'present'; readonly breach: Breach }
  | { readonly is: 'unknown'; readonly why: string };

export interface Breach {
  readonly since: MonotonicMs;
  readonly priority: Priority;
  readonly value?: number;
  readonly limit?: number;
  /** Short, for banner and tile: `Systolic 184 mmHg, above 180`. */
  readonly headline: string;
  /** One sentence that says why, from which samples, and what the rule waits for. */
  readonly explanation: string;
  readonly evidence: readonly Evidence[];
  /** It rests on a single measurement (a cuff reading), not on a signal that renews itself. */
  readonly isEpisodic: boolean;
}

/**
 * Life of an alarm. `pending` crossed once, waits for a second reading, shown as a notice ·
 * `active` signals and wants an answer · `acknowledged` condition stands, answered ·
 * `latched` condition ended before anybody answered, still shown · `suspended` cannot be judged for the moment ·
 * `ended` nothing is shown any more. Before that, while a hold time runs, there is no alarm object yet.
 */
export type AlarmState = 'pending' | 'active' | 'acknowledged' | 'latched' | 'suspended' | 'ended';

export interface Acknowledgement {
  readonly by: Actor;
  readonly at: MonotonicMs;
}

export interface Alarm {
  readonly id: AlarmId;
  readonly rule: string;
  readonly ruleVersion: string;
  readonly kind: AlarmKind;
  readonly priority: Priority;
  readonly state: AlarmState;
  readonly headline: string;
  readonly explanation: string;
  readonly onsetAt: MonotonicMs;
  /** When the signal began: onset + the rule's own delay. */
  readonly signalledAt: MonotonicMs;
  readonly value?: number;
  readonly peakValue?: number;
  readonly limit?: number;
  readonly evidence: readonly Evidence[];
  readonly acknowledgement?: Acknowledgement;
  readonly endedAt?: MonotonicMs;
  /** Sound withheld because a more urgent alarm of the same quantity and direction signals already. */
  readonly isOutranked: boolean;
}

/** Why an alarm changed, for log and screen. */
export type AlarmCause =
  | 'noticed'
  | 'withdrawn'
  | 'signalled'
  | 'acknowledged'
  | 'condition-ended'
  | 'returned'
  | 'worsened'
  | 'priority-raised'
  | 'priority-lowered'
  | 'reminded'
  | 'suspended'
  | 'resumed'
  | 'updated'
  | 'outranked'
  | 'unoutranked'
  | 'latch-expired'
  | 'session-ended';

export interface AlarmChange {
  readonly cause: AlarmCause;
  readonly alarm: Alarm;
}
