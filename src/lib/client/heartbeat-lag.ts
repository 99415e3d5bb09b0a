/**
 * How long a heartbeat was held up on its way: later than the quickest of the last ones by so much. Heartbeats come once a
 * second and are counted, so their distance is known; the two clocks need not agree.
 */
import { HEARTBEAT_MS } from '$lib/realtime/index.ts';

const KEPT = 10;

export class HeartbeatLag {
  #offsets: number[] = [];
  #count = -Infinity;

  /** A count that goes back is another process: what was known is forgotten. @returns ms */
  heard(count: number, localMs: number): number {
    if (count <= this.#count) this.#offsets = [];
    this.#count = count;
    const offset = localMs - count * HEARTBEAT_MS;
    this.#offsets = [...this.#offsets.slice(1 - KEPT), offset];
    return Math.round(offset - Math.min(...this.#offsets));
  }
}
