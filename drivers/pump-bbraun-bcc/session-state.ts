/**
 * Where a conversation with a ComDevice stands, and its small steps.
 *
 *   closed ─opened▶ drain ─▶ pause ─▶ hello ─granted▶ pause ─▶ version ─▶ pause ─▶ answer ─last block▶ pause ─▶ answer …
 *                     │        ▲        │ no answer                                  │ silence · GNERR 68 · restart
 *                     │        ╰────────┴────────────────────────────────────────────╯
 *                     ╰ a block that nobody asked for ─▶ cyclic: the ComDevice pushes, we acknowledge
 *
 * Every frame is answered about 100 ms later by one byte, ACK or NAK (`due`); nothing else is sent while that is owed.
 */
import { later, type DeviceId, type MonotonicMs } from '$lib/domain/index.ts';
import { DRIVER_TICK_MS, type SessionEffect, type Step } from '$drivers/driver.ts';
import type { Query, Request } from './messages.ts';
import { UNKNOWN_BED } from './messages.ts';
import type { Rack } from './rack.ts';
import type { Settings } from './settings.ts';

export type Effect = SessionEffect<Query>;

/** `seen`: pumps in the answer so far. `isWhole`: nothing speaks against the answer being complete. */
export type Phase =
  | { readonly at: 'closed' }
  | { readonly at: 'drain'; readonly until: MonotonicMs }
  | { readonly at: 'pause'; readonly until: MonotonicMs; readonly next: 'alive' | 'version' | 'get' }
  | { readonly at: 'hello'; readonly until: MonotonicMs }
  | { readonly at: 'version'; readonly until: MonotonicMs }
  | {
      readonly at: 'answer';
      readonly askedAt: MonotonicMs;
      readonly until: MonotonicMs;
      readonly seen: ReadonlySet<string>;
      readonly hasHead: boolean;
      readonly isWhole: boolean;
    }
  | { readonly at: 'cyclic'; readonly until: MonotonicMs; readonly isNudged: boolean };

export interface State {
  readonly source: DeviceId;
  readonly settings: Settings;
  readonly phase: Phase;
  readonly due: { readonly kind: 'ack' | 'nak'; readonly at: MonotonicMs } | undefined;
  /** As the ComDevice named itself in its last frame. */
  readonly bed: string | undefined;
  readonly version: string | undefined;
  readonly hasAskedVersion: boolean;
  /** How we send; how we receive is seen frame by frame. */
  readonly isStuffed: boolean;
  /** The ComDevice's seconds in its last frame. */
  readonly deviceTime: number | undefined;
  /** Unanswered greetings in a row. */
  readonly attempt: number;
  /** `GNERR 68` in a row, damaged blocks in a row. */
  readonly refusals: number;
  readonly naks: number;
  /** A question was given up since the link was opened: its answer may still come. */
  readonly isAnswerOwed: boolean;
  /** When something useful last came. */
  readonly dataAt: MonotonicMs;
  /** What is wrong, in a plain sentence. */
  readonly trouble: string | undefined;
  readonly told: 'negotiating' | 'live' | 'silent';
  readonly toldReason: string | undefined;
  readonly rack: Rack;
}

export type SessionStep = Step<State, Query>;

export const REPLY_DELAY_MS = 100;
export const DRAIN_MS = 300;
export const HELLO_TIMEOUT_MS = 2000;
/** How long an answer may take before it is given up. */
export const SILENCE_MS = 3000;
/** Within 3 s of the last news people are told that there is none; it is looked at with every regular tick. */
export const LOSS_MS = 3000 - DRIVER_TICK_MS;
export const QUIET_MS = 500;
export const MAX_NAKS = 3;

/** Waits before each greeting: the first four follow the answer's time-out alone, twice stuffed and twice plain. */
export const HELLO_PAUSES_MS = [0, 0, 0, 0, 1000, 2000, 5000, 10_000] as const;
/** After a silence the greeting begins here. */
export const HELLO_AFTER_SILENCE = 4;
export const REFUSAL_PAUSES_MS = [1000, 2000, 5000, 10_000] as const;

export const pauseOf = (pauses: readonly number[], index: number): number =>
  pauses[Math.min(index, pauses.length - 1)] ?? 0;

/** How long a ComDevice that pushes may be quiet: its own pace forbids less. */
export const cyclicPatienceMs = ({ cycleMs }: Settings): number => cycleMs + 2000;
/** With 24 pumps at 9600 baud it is half a minute from one block of a pump to its next. */
export const cyclicUnheardMs = ({ cycleMs }: Settings): number => 60_000 + cycleMs;

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

export function oweByte(state: State, kind: 'ack' | 'nak', now: MonotonicMs): State {
  const at = later(now, REPLY_DELAY_MS);
  const isPause = state.phase.at === 'pause';
  const phase = isPause ? { ...state.phase, until: latest(state.phase.until, later(at, QUIET_MS)) } : state.phase;
  return { ...state, phase, due: { kind, at } };
}

export const latest = (a: MonotonicMs, b: MonotonicMs): MonotonicMs => (a > b ? a : b);

/** Waits, at least until half a second after the byte that is owed, and then asks. */
export function pause(state: State, next: 'alive' | 'version' | 'get', until: MonotonicMs): State {
  const quiet = state.due ? later(state.due.at, QUIET_MS) : until;
  return { ...state, naks: 0, phase: { at: 'pause', until: latest(until, quiet), next } };
}

/** Sends a question and waits for what comes. */
export function ask(state: State, next: 'alive' | 'version' | 'get', now: MonotonicMs): SessionStep {
  switch (next) {
    case 'alive':
      return [
        { ...state, phase: { at: 'hello', until: later(now, HELLO_TIMEOUT_MS) } },
        [send(state, { kind: 'alive' })],
      ];
    case 'version':
      return [
        { ...state, hasAskedVersion: true, phase: { at: 'version', until: later(now, HELLO_TIMEOUT_MS) } },
        [send(state, { kind: 'version' })],
      ];
    case 'get': {
      const { slot } = state.settings;
      const request: Request = slot ? { kind: 'one-pump', place: slot } : { kind: 'all-pumps' };
      const until = later(now, SILENCE_MS);
      const phase: Phase = { at: 'answer', askedAt: now, until, seen: new Set(), hasHead: false, isWhole: true };
      return [{ ...state, phase }, [send(state, request)]];
    }
  }
}

/** A greeting goes to the bed named `1`, all else to the name that the ComDevice has told. */
function send({ bed, isStuffed }: State, request: Request): Effect {
  const to = request.kind === 'alive' ? UNKNOWN_BED : (bed ?? UNKNOWN_BED);
  return { type: 'send', query: { kind: 'request', bed: to, isStuffed, request } };
}
