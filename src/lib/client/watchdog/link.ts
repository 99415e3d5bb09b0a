/**
 * Whether the station is heard: pure, from heartbeats, the socket's own state and a clock.
 *
 *   live      the core was heard within 1.5 s
 *   delayed   longer ago
 *   lost      3 s ago or more, or the socket is closed, or nothing was ever heard: this screen does not monitor
 *
 * What counts is when the *core* was last heard: a heartbeat says how long ago that was for the web process.
 */

export const DELAYED_AFTER_MS = 1500;
export const LOST_AFTER_MS = 3000;
export const TONE_AFTER_MS = 5000;

/** Times on the clock of whoever folds it. */
export interface LinkFacts {
  readonly openedMs: number;
  readonly isConnected: boolean;
  /** When the core was last known to be watching; undefined before the first heartbeat. */
  readonly heardMs?: number;
}

export type LinkEvent =
  | { readonly type: 'heartbeat'; readonly coreAgeMs: number }
  | { readonly type: 'socket'; readonly isConnected: boolean };

export interface Link {
  readonly state: 'live' | 'delayed' | 'lost';
  /** Time since the core was last known to be watching; since the page was opened, if it never was. */
  readonly ageMs: number;
  /** Lost for so long that this screen must say so aloud. */
  readonly isToneDue: boolean;
}

export const startLink = (nowMs: number): LinkFacts => ({ openedMs: nowMs, isConnected: false });

export function foldLink(facts: LinkFacts, event: LinkEvent, nowMs: number): LinkFacts {
  switch (event.type) {
    case 'socket':
      return { ...facts, isConnected: event.isConnected };
    case 'heartbeat':
      return { ...facts, heardMs: Math.max(facts.heardMs ?? -Infinity, nowMs - event.coreAgeMs) };
  }
}

export function linkState({ openedMs, isConnected, heardMs }: LinkFacts, nowMs: number): Link {
  const ageMs = nowMs - (heardMs ?? openedMs);
  const isLost = !isConnected || heardMs === undefined || ageMs >= LOST_AFTER_MS;
  const state = isLost ? 'lost' : ageMs >= DELAYED_AFTER_MS ? 'delayed' : 'live';
  return { state, ageMs, isToneDue: isLost && ageMs >= TONE_AFTER_MS };
}
