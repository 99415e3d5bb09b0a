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

/**
 * Who has an alarm in hand: `taken` somebody has promised to see to it · `passed-on` somebody said that another must.
 * It says nothing of the sound; an acknowledgement is a taking, too.
 */
export interface Responsibility {
  readonly state: 'taken' | 'passed-on';
  readonly by: Actor;
  readonly at: MonotonicMs;
  /** To whom it was passed on, where that was said. */
  readonly to?: string;
}

/**
 * How far an alarm that nobody answers has been carried: 1 sent again, because no screen confirmed it · 2 put before every
 * screen, whatever it shows · 3 louder, marked as unanswered · 4 calls for the attention of the second role.
 */
export type EscalationStage = 1 | 2 | 3 | 4;

/** What one screen says of one signal of an alarm: that a visible page shows it, and what its sound does. */
export interface Delivery {
  readonly alarm: AlarmId;
  /** Names the signal: a later one of the same alarm is delivered anew. */
  readonly signalledAt: MonotonicMs;
  readonly screen: string;
  readonly isShown: boolean;
  /** `sounded` its burst has begun · `paused` the audio of the bed is paused · `muted` this screen cannot sound. */
  readonly sound?: 'sounded' | 'paused' | 'muted';
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
  /** When the present signal began: onset + the rule's own delay, or later when it was raised, came back or reminded. */
  readonly signalledAt: MonotonicMs;
  /** When a visible page first confirmed to show the present signal, and which screen; absent while none has. */
  readonly shownAt?: MonotonicMs;
  readonly shownOn?: string;
  /** When a screen first confirmed to sound the present signal, and which; absent while none has. */
  readonly soundedAt?: MonotonicMs;
  readonly soundedOn?: string;
  readonly value?: number;
  readonly peakValue?: number;
  readonly limit?: number;
  readonly evidence: readonly Evidence[];
  readonly acknowledgement?: Acknowledgement;
  readonly responsibility?: Responsibility;
  /** Absent while it is not escalated. */
  readonly escalation?: EscalationStage;
  readonly endedAt?: MonotonicMs;
  /** Sound withheld because a more urgent alarm of the same quantity and direction signals already. */
  readonly isOutranked: boolean;
}

/** Why an alarm changed, for log and screen. */
export type AlarmCause =
  | 'noticed'
  | 'withdrawn'
  | 'signalled'
  | 'delivered'
  | 'taken'
  | 'passed-on'
  | 'acknowledged'
  | 'escalated'
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
