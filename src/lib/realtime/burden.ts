/**
 * The burden of alarms on those who have to answer them, in numbers: of one session, or of all sessions of some days. An alarm
 * is counted once, however often it called; a notice, and what the next reading did not confirm, is none.
 */
import type { Priority } from '$lib/domain/index.ts';

export type AlarmPriority = Exclude<Priority, 'notice'>;
export const ALARM_PRIORITIES: readonly AlarmPriority[] = ['high', 'medium', 'low'];

/** So many of so many: a share that says how much it rests on. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

export interface Rate {
  readonly count: number;
  /** Absent where no time was recorded. */
  readonly perHour?: number;
}

export interface RuleBurden extends Rate {
  readonly rule: string;
  /** As the rule set calls it; absent for a rule that it does not have any more. */
  readonly name?: string;
  /** The most urgent one that it reached. */
  readonly priority: AlarmPriority;
  /** Of its conditions, those that ended. Absent where none did. */
  readonly medianDurationS?: number;
  readonly answer: AnswerTimes;
  readonly clearedBeforeAnswer: Share;
}

/** From the signal to the answer, s. Absent where nobody answered. */
export interface AnswerTimes extends Share {
  readonly p50S?: number;
  readonly p90S?: number;
}

export interface Burden {
  readonly sessions: number;
  readonly hours: number;
  readonly all: Rate;
  readonly byPriority: Readonly<Record<AlarmPriority, Rate>>;
  readonly medianDurationS?: number;
  /** Of all alarms, those that somebody answered. */
  readonly answer: AnswerTimes;
  /** Of all alarms whose condition ended, those that nobody had answered by then. */
  readonly clearedBeforeAnswer: Share;
  /** Of what crossed once and had to wait for a second reading, what the second reading confirmed. */
  readonly confirmed: Share;
  /** How long a bed asked for sound, min. */
  readonly audibleMin: Readonly<Record<AlarmPriority, number>>;
  /** Most frequent first. */
  readonly rules: readonly RuleBurden[];
}

/** Pressure beyond its limit, from cuff readings joined by straight lines. */
export interface PressureBurden {
  readonly limitMmHg: number;
  readonly minutes: number;
  readonly areaMmHgMin: number;
  /** Time between readings near enough to be joined: what the two numbers are taken from. */
  readonly coveredMin: number;
}
