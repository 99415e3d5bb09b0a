/**
 * Where a conversation with a monitor stands.
 *
 *   closed ─opened▶ probing ─quiet▶ associating ─accept▶ awaiting ─created▶ setting-up ─numbers▶ streaming
 *                     ▲  (LAN: none)   │ ▲  │                │                  │                 │ 5 s without: silent
 *                     ╰── data, abort ─╯ │  ╰ refuse ▶ refused                  │                 │ 10 s: abort
 *                                        ╰──────────────╯   ╰───── 10 s ────────┴─ 5 s, abort ────┴──▶ reopen (closed)
 *
 * Requests that need an invoke id go through `outbox`, one every 40 ms: a monitor reads no faster.
 */
import type { MonotonicMs } from '$lib/domain/index.ts';
import type { SessionContext, SessionEffect, Step } from '../driver.ts';
import { associateAnew, EMPTY_INTAKE, type Intake } from './intake.ts';
import type { Framing, Query } from './messages.ts';
import type { Ask } from './queries.ts';
import { readSettings, type Settings } from './settings.ts';

export type Phase =
  | { readonly at: 'closed' }
  /** Is the monitor still talking to somebody? `heardAt`: when it last did. `brokenOffAt`: when we last broke that off. */
  | {
      readonly at: 'probing';
      readonly since: MonotonicMs;
      readonly heardAt?: MonotonicMs;
      readonly brokenOffAt?: MonotonicMs;
    }
  | { readonly at: 'associating'; readonly askedAt: MonotonicMs; readonly attempts: number }
  | { readonly at: 'refused'; readonly until: MonotonicMs }
  | { readonly at: 'awaiting'; readonly since: MonotonicMs }
  | { readonly at: 'setting-up'; readonly since: MonotonicMs }
  | { readonly at: 'streaming'; readonly numbersAt: MonotonicMs };

/** What goes on by itself once it is asked for. */
export type StreamName = Extract<Ask, 'numerics' | 'waves' | 'alerts'>;

export interface Stream {
  readonly askedAt?: MonotonicMs;
  readonly heardAt?: MonotonicMs;
  /** Why it is not asked for (any more), in words. */
  readonly denied?: string;
}

export interface State {
  readonly context: SessionContext;
  readonly settings: Settings;
  readonly framing: Framing;
  /** By the kind of link, or by what was heard on it. */
  readonly isFramingKnown: boolean;
  readonly phase: Phase;
  readonly streams: Readonly<Record<StreamName, Stream>>;
  readonly priorities: { readonly askedAt?: MonotonicMs; readonly tries: number; readonly isDone: boolean };
  readonly clockAskedAt: MonotonicMs | undefined;
  readonly outbox: readonly Ask[];
  readonly sentAt: MonotonicMs | undefined;
  readonly invokeId: number;
  /** The last requests, by invoke id: an error names only that. */
  readonly asked: readonly { readonly invokeId: number; readonly what: Ask }[];
  /** Refusals in a row. */
  readonly refusals: number;
  /** Since the link was opened. */
  readonly heard: 'nothing' | 'noise' | 'frames';
  /** Messages in frames that this link cannot carry. */
  readonly foreignFrames: number;
  readonly told: 'negotiating' | 'live' | 'silent';
  readonly toldReason: string | undefined;
  readonly intake: Intake;
}

export type Effect = SessionEffect<Query>;
export type SessionStep = Step<State, Query>;

export const PROBE_MS = 300;
export const PROBE_QUIET_MS = 1000;
export const PROBE_LIMIT_MS = 12_000;
export const ASSOCIATE_MS = 2000;
export const MAX_ATTEMPTS = 5;
export const REFUSED_MS = [2000, 4000, 8000, 10_000] as const;
export const CREATION_MS = 10_000;
export const SET_UP_MS = 5000;
export const SILENT_MS = 5000;
export const DEAD_MS = 10_000;
export const PACE_MS = 40;

const REMEMBERED_ASKS = 16;

const NOTHING_ASKED = {
  streams: { numerics: {}, waves: {}, alerts: {} },
  priorities: { tries: 0, isDone: false },
  clockAskedAt: undefined,
  outbox: [],
  asked: [],
} as const satisfies Partial<State>;

/** A device on a network speaks bare PDUs; where the link is not known a serial line is taken until something else is heard. */
export function start(context: SessionContext): State {
  return {
    context,
    settings: readSettings(context.settings),
    framing: context.link === 'udp' ? 'lan' : 'serial',
    isFramingKnown: context.link !== undefined,
    phase: { at: 'closed' },
    ...NOTHING_ASKED,
    sentAt: undefined,
    invokeId: 0,
    refusals: 0,
    heard: 'nothing',
    foreignFrames: 0,
    told: 'negotiating',
    toldReason: undefined,
    intake: EMPTY_INTAKE,
  };
}

/** A new link to the same monitor: what was told stays told. */
export function startAnew({ context, intake, invokeId }: State): State {
  return { ...start(context), invokeId, intake: associateAnew(intake) };
}

/** A new association on the same link: nothing is asked yet, and what the old one said of itself is forgotten. */
export const forgetAssociation = (state: State): State => ({
  ...state,
  ...NOTHING_ASKED,
  intake: associateAnew(state.intake),
});

/** Lets a further step follow and keeps the effects of both in order. */
export function followedBy([state, effects]: SessionStep, next: (state: State) => SessionStep): SessionStep {
  const [after, further] = next(state);
  return [after, [...effects, ...further]];
}

/** Says how the conversation stands, once. */
export function tell(state: State, told: State['told'], reason?: string): SessionStep {
  if (state.told === told && state.toldReason === reason) return [state, []];
  const effect: Effect =
    reason === undefined ? { type: 'status', state: told } : { type: 'status', state: told, reason };
  return [{ ...state, told, toldReason: reason }, [effect]];
}

/** The next invoke id, remembered with what it is for. Never 0. */
export function number(state: State, what: Ask): readonly [State, number] {
  const invokeId = (state.invokeId % 0xffff) + 1;
  const asked = [...state.asked, { invokeId, what }].slice(-REMEMBERED_ASKS);
  return [{ ...state, invokeId, asked }, invokeId];
}
