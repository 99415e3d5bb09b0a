/**
 * Where a conversation with one pump stands.
 *
 *   closed ── opened ──▶ probing (M) ── any right record ──▶ identifying (M, Y) ──▶ polling (D) ── mute for 2.5 s ─╮
 *                          │   ▲                                                                                   │
 *                          │   ╰──────────────────────── after 1, 2, 5, 10 s ◀─────────────────────────────────────╯
 *                          ╰── all probes unanswered ──▶ reopen (closed)
 *
 * Which CRC start a pump has is not asked of anybody: it answers even a record whose check it calls wrong, and its own record
 * shows by which start it is right. That one is kept until the pump falls silent.
 */
import type { DeviceId, MonotonicMs } from '$lib/domain/index.ts';
import type { SessionEffect, Step } from '../driver.ts';
import type { Heard, Probing } from '../probing.ts';
import type { VolumeWatch } from '../rising-volume.ts';
import type { Check, Letter, Query } from './messages.ts';
import type { Identity } from './observations.ts';
import type { Settings } from './settings.ts';

export type Phase =
  | { readonly at: 'closed' }
  | { readonly at: 'probing'; readonly probing: Probing }
  | {
      readonly at: 'identifying';
      readonly asking: Exclude<Letter, 'D'>;
      readonly askedAt: MonotonicMs;
      readonly tries: number;
    }
  | { readonly at: 'polling'; readonly askedAt: MonotonicMs; readonly isAwaited: boolean };

export interface State {
  readonly source: DeviceId;
  readonly settings: Settings;
  readonly phase: Phase;
  /** Since the link was opened. */
  readonly heard: Heard;
  /** A right record came whose check is not the one that the settings allow. */
  readonly contrary: Check | undefined;
  /** The check that the pump's own records have shown. */
  readonly check: Check | undefined;
  readonly acceptedCode: string | undefined;
  /** Right records in a row without a wrong sum between them, until they are enough. */
  readonly proof: number;
  readonly identity: Identity;
  readonly volume: VolumeWatch;
  /** When a record of the pump last came, and when infusion data did. */
  readonly answeredAt: MonotonicMs;
  readonly dataAt: MonotonicMs;
  /** The code of the last reply that did not bring what was asked for, since data last came. */
  readonly refusal: string | undefined;
  readonly isDamaged: boolean;
  readonly told: 'negotiating' | 'live' | 'silent';
  readonly toldReason: string | undefined;
}

export type Effect = SessionEffect<Query>;
export type Result = Step<State, Query>;

/** The way of checking to ask with: the proven one, else each in turn. */
export function checkFor({ check, settings }: State, turn: number): Check {
  const { checks } = settings;
  return check ?? checks[turn % checks.length] ?? checks[0];
}

/** A question; the older software has no `Y`. */
export function queryFor(letter: Letter, check: Check): Query | undefined {
  if (check !== 'sum') return { letter, check };
  return letter === 'Y' ? undefined : { letter, check };
}

export const send = (query: Query | undefined): readonly Effect[] => (query ? [{ type: 'send', query }] : []);

/** Says how the conversation stands, once. */
export function tell(state: State, told: State['told'], reason: string): Result {
  if (state.told === told && state.toldReason === reason) return [state, []];
  return [{ ...state, told, toldReason: reason }, [{ type: 'status', state: told, reason }]];
}

/** Lets a further step follow and keeps the effects of both in order. */
export function followedBy([state, effects]: Result, next: (state: State) => Result): Result {
  const [after, further] = next(state);
  return [after, [...effects, ...further]];
}
