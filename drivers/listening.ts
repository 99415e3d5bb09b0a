/**
 * How the conversation stands with a device that speaks by itself, whether anybody asks or not.
 *
 *   closed ── opened ──▶ waiting ── news ──▶ live ── none for silentAfterMs ──▶ silent ── news ──▶ live
 *      ▲                    │ (only noise: a hint)                                 │
 *      ╰──── reopen ◀───────┴────────── not one byte for giveUpAfterMs ◀───────────╯
 *
 * News is what the driver takes for a fresh word of the device about its patient; a repeated or stored line is none. As long
 * as bytes come, of whatever kind, the link is in order and opening it again would not help: the reason says what is wrong.
 */
import type { MonotonicMs } from '$lib/domain/index.ts';
import type { SessionEffect } from './driver.ts';

export interface Listening {
  readonly at: 'closed' | 'waiting' | 'live' | 'silent';
  /** When news last came, or the link was opened. */
  readonly newsAt: MonotonicMs;
  /** When anything at all last came, or the link was opened. */
  readonly heardAt: MonotonicMs;
  /** Since the link was opened. */
  readonly hasHeard: boolean;
  /** What was told with the present state. */
  readonly reason: string | undefined;
}

/** How long a device may be quiet, from its protocol note, and what is said to the person at the cable. */
export interface Patience {
  readonly silentAfterMs: number;
  readonly giveUpAfterMs: number;
  /** Not a byte came since the link was opened, or for so long that it is opened again. */
  readonly nothing: string;
  /** Bytes come, and no news has been among them since the link was opened. */
  readonly noNews: string;
}

type Effect = SessionEffect<never>;
type Result = readonly [Listening, readonly Effect[]];

export const notListening = (now: MonotonicMs): Listening => ({
  at: 'closed',
  newsAt: now,
  heardAt: now,
  hasHeard: false,
  reason: undefined,
});

/** The link is open. A reason from the time before stands until there is another: a screen must not flicker. */
export function listen({ reason }: Listening, now: MonotonicMs): Result {
  const waiting: Listening = { ...notListening(now), at: 'waiting', reason };
  return [waiting, reason === undefined ? [] : [{ type: 'status', state: 'negotiating', reason }]];
}

/** Bytes that are no news. */
export const hear = (listening: Listening, now: MonotonicMs): Listening => ({
  ...listening,
  heardAt: now,
  hasHeard: true,
});

/** News; `remark` is shown with the live state. */
export function hearNews(listening: Listening, now: MonotonicMs, remark?: string): Result {
  const live: Listening = { at: 'live', newsAt: now, heardAt: now, hasHeard: true, reason: remark };
  const isTold = listening.at === 'live' && listening.reason === remark;
  return [live, isTold ? [] : [status('live', remark)]];
}

/** Time passes. `silence` says in a sentence why there is no news any more. */
export function passTime(listening: Listening, now: MonotonicMs, patience: Patience, silence: string): Result {
  const { at, newsAt, heardAt, hasHeard, reason } = listening;
  if (at === 'closed') return [listening, []];
  if (at !== 'live' && now - heardAt >= patience.giveUpAfterMs) {
    const why = at === 'silent' ? silence : patience.nothing;
    return [{ ...listening, at: 'closed', reason: why }, [{ type: 'reopen', why }]];
  }
  if (at === 'live' && now - newsAt >= patience.silentAfterMs) return tell(listening, 'silent', silence);
  if (at === 'silent' && reason !== silence) return tell(listening, 'silent', silence);
  const isHintDue = at === 'waiting' && hasHeard && now - newsAt >= patience.giveUpAfterMs;
  return isHintDue && reason !== patience.noNews ? tell(listening, 'waiting', patience.noNews) : [listening, []];
}

/** The station hangs up. */
export const stopListening = (listening: Listening): Listening => ({ ...listening, at: 'closed' });

const tell = (listening: Listening, at: 'silent' | 'waiting', reason: string): Result => [
  { ...listening, at, reason },
  [status(at === 'silent' ? 'silent' : 'negotiating', reason)],
];

const status = (state: 'live' | 'silent' | 'negotiating', reason: string | undefined): Effect =>
  reason === undefined ? { type: 'status', state } : { type: 'status', state, reason };
