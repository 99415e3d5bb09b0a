/** Where the conversation with one pump stands, and its small steps. The states are drawn in `session.ts`. */
import { later, type DeviceId, type MonotonicMs, type Observation } from '$lib/domain/index.ts';
import type { SessionEffect, Step } from '$drivers/driver.ts';
import type { Heard, Probing } from '$drivers/probing.ts';
import { LAST_SEQUENCE, type Query } from './messages.ts';
import { goneReading } from './observations.ts';
import type { Settings } from './settings.ts';

/** From question to question, which is also how long an answer is waited for. */
export const POLL_MS = 1000;
/** A pump that has told nothing new for so long is silent. */
export const SILENT_AFTER_MS = 3000;
/** A pump that does not know the question is asked only who it is, so often, for as long as it answers. */
export const REFUSED_ASK_MS = 10_000;
export const REFUSED_PATIENCE_MS = 3 * REFUSED_ASK_MS;

export type Phase =
  | { readonly at: 'closed' }
  | { readonly at: 'probing'; readonly probing: Probing }
  | { readonly at: 'polling'; readonly askedAt: MonotonicMs; readonly isAwaited: boolean; readonly isRepeat: boolean }
  | { readonly at: 'refused'; readonly askedAt: MonotonicMs };

export interface State {
  readonly source: DeviceId;
  readonly settings: Settings;
  readonly isSerial: boolean;
  /** The number of the guess at line settings, and whether a packet has proved it. */
  readonly line: number;
  readonly isLineFound: boolean;
  readonly phase: Phase;
  /** Who answered last; kept over links. */
  readonly deviceId: string | undefined;
  readonly sequence: number;
  /** When a status last came, or polling began. */
  readonly newsAt: MonotonicMs;
  /** When any packet of the pump last came. */
  readonly heardAt: MonotonicMs;
  /** Since the link was opened. */
  readonly heard: Heard;
  /** Why a pump that answers tells nothing new. */
  readonly trouble: string | undefined;
  readonly told: 'negotiating' | 'live' | 'silent';
  readonly reason: string | undefined;
}

export type Effect = SessionEffect<Query>;
export type Result = Step<State, Query>;

/** Lets a further step follow and keeps the effects of both in order. */
export function followedBy([state, effects]: Result, next: (state: State) => Result): Result {
  const [after, further] = next(state);
  return [after, [...effects, ...further]];
}

/** Says how the conversation stands, once. */
export function tell(state: State, told: State['told'], reason: string): Result {
  if (state.told === told && state.reason === reason) return [state, []];
  return [{ ...state, told, reason }, [{ type: 'status', state: told, reason }]];
}

export const observe = (observations: readonly Observation[]): readonly Effect[] =>
  observations.length > 0 ? [{ type: 'observed', observations }] : [];

/** Somebody answers. Where another pump answered before, that one is not there any more. */
export function meet(state: State, deviceId: string, now: MonotonicMs): Result {
  const met: State = { ...state, deviceId, heard: 'answers', heardAt: now, isLineFound: true };
  const isOther = state.deviceId !== undefined && state.deviceId !== deviceId;
  return [met, isOther ? observe([goneReading(state.deviceId, { source: state.source, at: now })]) : []];
}

/** Asks the known pump for its status. */
export function ask(state: State, now: MonotonicMs, isRepeat = false): Result {
  const { deviceId, sequence } = state;
  if (deviceId === undefined) return [state, []];
  const query: Query = { kind: 'status', deviceId, sequence };
  const phase: Phase = { at: 'polling', askedAt: now, isAwaited: true, isRepeat };
  return [{ ...state, phase, sequence: (sequence + 1) % (LAST_SEQUENCE + 1) }, [{ type: 'send', query }]];
}

/** Asks for a tick at the next instant that must be met, when that is a new one. */
export function withWake(before: State, [state, effects]: Result, now: MonotonicMs): Result {
  const next = appointment(state);
  if (next === undefined || next === appointment(before)) return [state, effects];
  return [state, [...effects, { type: 'wake', afterMs: Math.max(0, next - now) }]];
}

function appointment({ phase, newsAt, told }: State): MonotonicMs | undefined {
  switch (phase.at) {
    case 'closed':
      return undefined;
    case 'probing':
      return phase.probing.until;
    case 'refused':
      return later(phase.askedAt, REFUSED_ASK_MS);
    case 'polling': {
      const [nextAsk, silence] = [later(phase.askedAt, POLL_MS), later(newsAt, SILENT_AFTER_MS)];
      return told === 'silent' || nextAsk < silence ? nextAsk : silence;
    }
  }
}
