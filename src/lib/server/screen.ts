/** One browser at the far end of the live wire: who is there, what is shown, and whether it keeps up. */
import type { Actor } from '$lib/domain/index.ts';
import type { SoundReport, View } from '$lib/realtime/index.ts';

export interface Screen {
  readonly actor: Actor;
  view: View;
  sound: SoundReport;
  /** Last heartbeat that the page has echoed. */
  seen: number;
  /** Since when packets wait that its connection does not take. */
  stuckSince: number | undefined;
  /** Told hello, and not behind: gets waves and numbers. */
  isFollowing: boolean;
}

const BEHIND_HEARTBEATS = 2;
const STUCK_MS = 500;

export const newScreen = (actor: Actor, heartbeats: number): Screen => ({
  actor,
  view: { type: 'none' },
  sound: { state: 'off', isVisible: false },
  seen: heartbeats,
  stuckSince: undefined,
  isFollowing: false,
});

export const viewRoom = (view: View): string => (view.type === 'bed' ? `bed:${view.bed}` : view.type);

/** Whether it has stopped echoing, or its connection has taken nothing for a while. */
export function isBehind({ seen, stuckSince }: Screen, heartbeats: number, nowMs: number): boolean {
  return heartbeats - seen > BEHIND_HEARTBEATS || (stuckSince !== undefined && nowMs - stuckSince > STUCK_MS);
}

/** To be called at every tick: a queue that was empty once in between is not stuck. */
export function watchQueue(screen: Screen, connection: object, nowMs: number): void {
  screen.stuckSince = waitingPackets(connection) > 0 ? (screen.stuckSince ?? nowMs) : undefined;
}

/** Packets that a connection has not taken yet; its queue is not in the published types. */
function waitingPackets(connection: object): number {
  const queue: unknown = 'writeBuffer' in connection ? connection.writeBuffer : undefined;
  return Array.isArray(queue) ? queue.length : 0;
}

/** A client may send anything where its callback should be. */
export const asReply =
  (reply: unknown): ((result: unknown) => void) =>
  (result) => {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-call -- Socket.IO's own acknowledgement, typed by nobody here
    if (typeof reply === 'function') reply(result);
  };

/** Pages of other origins have no business here, whatever cookies their browser sends along. */
export function isSameOrigin(headers: Record<string, string | string[] | undefined>): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (typeof origin !== 'string' || typeof host !== 'string') return false;
  return URL.canParse(origin) && new URL(origin).host === host;
}
