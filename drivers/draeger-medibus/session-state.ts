/** What the conversation with one device remembers, and the words in which it is told. */
import { monotonicMs, type MonotonicMs, type Observation } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, Step } from '../driver.ts';
import { betterOf, type Heard } from '../probing.ts';
import { NOTHING_TAKEN, type Intake } from './intake.ts';
import type { Answered, Query } from './messages.ts';
import type { Turns } from './turns.ts';

const NEVER = monotonicMs(-Infinity);

export type Phase =
  | { readonly at: 'closed' }
  | { readonly at: 'linking'; readonly since: MonotonicMs; readonly iccAt: MonotonicMs }
  | { readonly at: 'linked'; readonly turns: Turns };

export interface State {
  readonly context: SessionContext;
  readonly phase: Phase;
  readonly told: 'negotiating' | 'live' | 'silent';
  readonly remark: string | undefined;
  /** Since the link was opened. */
  readonly heard: Heard;
  /** When the slow stream was last heard: real-time records do not keep a link. */
  readonly heardAt: MonotonicMs;
  /** When anything at all was last heard. */
  readonly anythingAt: MonotonicMs;
  /** When measured data last came, or the link was made. */
  readonly newsAt: MonotonicMs;
  readonly sentAt: MonotonicMs;
  readonly suspendedAt: MonotonicMs | undefined;
  /** Commands of the device that wait for their answer. */
  readonly owed: readonly Answered[];
  readonly intake: Intake;
}

export type Effect = SessionEffect<Query>;
export type Result = Step<State, Query>;

export const start = (context: SessionContext): State => ({
  context,
  phase: { at: 'closed' },
  told: 'negotiating',
  remark: undefined,
  heard: 'nothing',
  heardAt: NEVER,
  anythingAt: NEVER,
  newsAt: NEVER,
  sentAt: NEVER,
  suspendedAt: undefined,
  owed: [],
  intake: NOTHING_TAKEN,
});

export const listened = (state: State, heard: Heard, now: MonotonicMs): State => ({
  ...state,
  heard: betterOf(state.heard, heard),
  anythingAt: now,
});

export const send = (query: Query): Effect => ({ type: 'send', query });
export const observe = (observations: readonly Observation[]): readonly Effect[] =>
  observations.length > 0 ? [{ type: 'observed', observations }] : [];

/** Says how the conversation stands, when that is news. */
export function tell(state: State, told: State['told'], remark: string | undefined): Result {
  if (state.told === told && state.remark === remark) return [state, []];
  const effect: Effect =
    remark === undefined ? { type: 'status', state: told } : { type: 'status', state: told, reason: remark };
  return [{ ...state, told, remark }, [effect]];
}
