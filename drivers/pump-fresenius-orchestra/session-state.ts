/**
 * Where a conversation stands, and its small steps.
 *
 *   closed ── opened ──▶ probing: session with the base, again and again ── opened ──▶ running: question by question
 *                           ▲   ╰── all unanswered ──▶ reopen (closed)                    │
 *                           ╰──── nothing for 2.75 s: silent · error 0D ──────────────────╯
 *
 * What the pumps send is acknowledged at once, whatever we wait for: frames by ACK, spontaneous frames also by a frame of their
 * own, keep-alives by DC4. Those never wait for a question, and one question waits for another.
 */
import type { DeviceId, InfusionReading, MonotonicMs } from '$lib/domain/index.ts';
import type { SessionEffect, Step } from '../driver.ts';
import type { Heard, Probing } from '../probing.ts';
import { BASE, type Address, type PumpAddress, type Query, type Question } from './messages.ts';
import type { Pump } from './pump.ts';
import type { Settings } from './settings.ts';
import type { Stations } from './stations.ts';

export interface Asking {
  readonly address: Address;
  readonly question: Question;
  readonly at: MonotonicMs;
}

export type Phase =
  | { readonly at: 'closed' }
  | { readonly at: 'probing'; readonly probing: Probing }
  | { readonly at: 'running'; readonly since: MonotonicMs; readonly asking: Asking | undefined };

export type Running = Extract<Phase, { at: 'running' }>;

/** What is left to tell when an answer has come: none of these is "answers". */
export type Silence = Exclude<Heard, 'answers'>;

export interface State {
  readonly source: DeviceId;
  readonly settings: Settings;
  readonly phase: Phase;
  readonly stations: Stations;
  /** Outlive links: a volume that rose while the cable was out has risen. */
  readonly pumps: ReadonlyMap<PumpAddress, Pump>;
  /** As the base names its own type. */
  readonly baseName: string | undefined;
  /** What is wrong with the base's list of modules. */
  readonly maskTrouble: string | undefined;
  /** The best that came since the last frame that was understood. */
  readonly heard: Silence;
  /** When that frame came, or the link was opened. */
  readonly heardAt: MonotonicMs;
  /** What a refusal said, in words. */
  readonly trouble: string | undefined;
  readonly told: 'negotiating' | 'live' | 'silent';
  readonly toldReason: string | undefined;
}

export type Effect = SessionEffect<Query>;
export type Result = Step<State, Query>;

export const send = (query: Query): Effect => ({ type: 'send', query });

export const observe = (readings: readonly InfusionReading[]): readonly Effect[] =>
  readings.length > 0 ? [{ type: 'observed', observations: readings }] : [];

/** Lets a further step follow and keeps the effects of both in order. */
export function followedBy([state, effects]: Result, next: (state: State) => Result): Result {
  const [after, further] = next(state);
  return [after, [...effects, ...further]];
}

/** Says how the conversation stands, once. */
export function tell(state: State, told: State['told'], reason: string | undefined): Result {
  if (state.told === told && state.toldReason === reason) return [state, []];
  const effect: Effect =
    reason === undefined ? { type: 'status', state: told } : { type: 'status', state: told, reason };
  return [{ ...state, told, toldReason: reason }, [effect]];
}

export const withPump = (state: State, pump: Pump): State => ({
  ...state,
  pumps: new Map(state.pumps).set(pump.address, pump),
});

/** What silence usually means, for the person at the cable. */
const SUSPICIONS: Readonly<Record<Silence, string>> = {
  nothing: 'Not a byte comes. Look at the cable, and whether the serial port is the one for data.',
  noise: 'Bytes come, but no frame is right. Look at the line: 19200 baud, 7 data bits, even parity, 1 stop bit.',
  unknown: 'Something comes, but no answer. A pump that stands alone has no base: for it, set "pump" to "stand-alone".',
};

export const silenceText = ({ settings, trouble, heard: what }: State): string =>
  `${settings.root === BASE ? 'The base' : 'The pump'} does not answer. ${trouble ?? SUSPICIONS[what]}`;
