/**
 * The states of the conversation with one pump, and what is remembered of the pump.
 *
 *   closed ── opened ──▶ settling ── 0.1 s ──▶ probing (INST_SERIALNO) ── serial number ──▶ identifying ──▶ polling
 *                                                ▲      │                                       │             │
 *                                                │      ╰── in vain ──▶ reopen                  │             │
 *                                                ├──────────────── no answer: pause ◀───────────╯             │
 *                                                ├──────────────── no record for 2.75 s: silent ◀─────────────╯
 *                                                ╰── 30 s without such a word ── hands off ◀── another program's command, from any
 *
 * A pump that is known by its serial number is not identified again. Another number is another pump.
 */
import { later, type DeviceId, type MonotonicMs } from '$lib/domain/index.ts';
import type { SessionEffect, Step } from '../driver.ts';
import type { Heard, Probing } from '../probing.ts';
import type { FlowMemory } from './delivery.ts';
import type { AlarmReply, InfRecord, Query, SyringeReply, VtbiReply } from './messages.ts';
import type { Told } from './observations.ts';
import type { Polled, Schedule } from './schedule.ts';
import type { SILENCES } from './session-words.ts';

/** Before a question is put again; the wait of both public programs. */
export const REPLY_MS = 500;
export const SETTLE_MS = 100;
/** With the runner's ticks of 250 ms this is told within 3 s of the last record. */
export const SILENT_AFTER_MS = 2750;
/** A pump that was started over the line stops 15 s after the last word of its program; this is twice as long. */
export const HANDS_OFF_MS = 30_000;
/** An answer may take as long as the pump says, within these bounds. */
const RESPONSE_MS = { least: 2 * REPLY_MS, most: 4000 } as const;

export interface Asking<Word extends Query> {
  readonly query: Word;
  readonly at: MonotonicMs;
  readonly isRepeat: boolean;
}

/** Asks for the same once more. */
export const again = <Word extends Query>({ query }: Asking<Word>, now: MonotonicMs): Asking<Word> => ({
  query,
  at: now,
  isRepeat: true,
});

/** What must be known before the pump is polled. */
export type Identity = Extract<Query, 'COMMS_PROTOCOL' | 'COMMS_RESPONSE_MAX' | 'SYRINGE_STATUS'>;

export type Phase =
  | { readonly at: 'closed' }
  | { readonly at: 'settling' | 'hands-off'; readonly until: MonotonicMs }
  | { readonly at: 'probing'; readonly probing: Probing }
  /** `probing` goes on where it was when a question stays unanswered. */
  | { readonly at: 'identifying'; readonly probing: Probing; readonly asking: Asking<Identity> }
  | {
      readonly at: 'polling';
      readonly asking: Asking<Polled> | undefined;
      readonly schedule: Schedule;
      /** When a record last came, or polling began. */
      readonly newsAt: MonotonicMs;
      /** Whether a record has come at all since then. */
      readonly isRead: boolean;
      /** What last came that was no answer. */
      readonly instead: { readonly what: keyof typeof SILENCES; readonly at: MonotonicMs };
    };
export type Polling = Extract<Phase, { at: 'polling' }>;
export type Identifying = Extract<Phase, { at: 'identifying' }>;

/** What one pump has said; it outlives breaks of the link. */
export interface PumpMemory {
  readonly serial: string;
  readonly protocol: string | undefined;
  readonly responseMaxMs: number | undefined;
  readonly syringe: Told<SyringeReply> | undefined;
  readonly alarm: Told<AlarmReply> | undefined;
  readonly vtbi: Told<VtbiReply> | undefined;
  readonly flow: FlowMemory | undefined;
  /** What the records said of alarms when the pump was last asked which it has, see `callOf`. */
  readonly call: string | undefined;
  /** A record that says something new of alarms: told as soon as it is known which alarm that is. */
  readonly held: Told<InfRecord> | undefined;
}

export const newPump = (serial: string): PumpMemory => ({
  serial,
  protocol: undefined,
  responseMaxMs: undefined,
  syringe: undefined,
  alarm: undefined,
  vtbi: undefined,
  flow: undefined,
  call: undefined,
  held: undefined,
});

/** A record that could not be told until now is too old to be told. */
export const forget = (pump: PumpMemory | undefined): PumpMemory | undefined => pump && { ...pump, held: undefined };

export interface State {
  readonly source: DeviceId;
  readonly phase: Phase;
  /** Since the link was opened. */
  readonly heard: Heard;
  /** Of each question, since the link was opened. */
  readonly askedAt: Readonly<Partial<Record<string, MonotonicMs>>>;
  readonly told: 'negotiating' | 'live' | 'silent';
  readonly toldReason: string | undefined;
  readonly pump: PumpMemory | undefined;
}

export type Effect = SessionEffect<Query>;
export type SessionStep = Step<State, Query>;

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

export const send = (state: State, query: Query, now: MonotonicMs): SessionStep => [
  { ...state, askedAt: { ...state.askedAt, [query]: now } },
  [{ type: 'send', query }],
];

/**
 * An answer that comes later than the pump itself allows was held up on its way, and says what was then. One that nobody has
 * asked for on this link is as new as it can be: a recording.
 */
export function isLate({ askedAt, pump }: State, kind: string, now: MonotonicMs): boolean {
  const at = askedAt[kind];
  const { least, most } = RESPONSE_MS;
  const limitMs = Math.min(Math.max(pump?.responseMaxMs ?? most, least), most);
  return at !== undefined && now > later(at, limitMs);
}

/** The first thing about the pump that is not known yet. */
export function missingOf({ protocol, responseMaxMs, syringe }: PumpMemory): Identity | undefined {
  if (protocol === undefined) return 'COMMS_PROTOCOL';
  if (responseMaxMs === undefined) return 'COMMS_RESPONSE_MAX';
  return syringe === undefined ? 'SYRINGE_STATUS' : undefined;
}
