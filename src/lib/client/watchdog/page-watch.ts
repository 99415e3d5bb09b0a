/**
 * The worker's side of the watchdog: pure. It hears what the page hears of the station, and whether the page itself still
 * answers. Its clock is not slowed in a hidden tab and not held up by a page that hangs.
 *
 *   page ── heartbeat, socket, alive ──▶ worker         `alive`: the answer to every pulse
 *   page ◀── pulse, every 250 ms ─────── worker         what the link is, and how long the page had hung before
 */
import { foldLink, type Link, type LinkEvent, type LinkFacts, linkState, startLink } from './link.ts';

export const PULSE_MS = 250;
/** A page that did not answer for so long has hung; shorter is a long task. */
export const STALLED_AFTER_MS = 2000;

export type FromPage = LinkEvent | { readonly type: 'alive' };

export interface Pulse {
  readonly link: Link;
  /** The page did not answer for so long and is heard again only now; 0 otherwise. */
  readonly hungMs: number;
}

export interface PageWatch {
  readonly facts: LinkFacts;
  readonly aliveMs: number;
  readonly hungMs: number;
}

export const startWatch = (nowMs: number): PageWatch => ({ facts: startLink(nowMs), aliveMs: nowMs, hungMs: 0 });

export function hear(watch: PageWatch, message: FromPage, nowMs: number): PageWatch {
  const silentMs = nowMs - watch.aliveMs;
  const heard = { ...watch, aliveMs: nowMs, hungMs: silentMs >= STALLED_AFTER_MS ? silentMs : watch.hungMs };
  return message.type === 'alive' ? heard : { ...heard, facts: foldLink(watch.facts, message, nowMs) };
}

/** @returns what to tell the page now, and the watch with a told stall forgotten. */
export function pulse(watch: PageWatch, nowMs: number): readonly [PageWatch, Pulse] {
  return [
    { ...watch, hungMs: 0 },
    { link: linkState(watch.facts, nowMs), hungMs: watch.hungMs },
  ];
}
