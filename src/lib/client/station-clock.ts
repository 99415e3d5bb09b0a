/**
 * The station's clock as this page can know it. Ages are differences on that clock: the page's own calendar may be wrong by
 * hours. Each heartbeat was true when it was sent and came a little later; the one that came quickest is the best.
 */
import { monotonicMs, wallMs, type MonotonicMs, type WallMs } from '$lib/domain/index.ts';

const KEPT = 30;

export class StationClock {
  /** Local time minus station time, of the last heartbeats: the least is the one that was under way the shortest. */
  #offsets: number[] = [];
  #wallOffset = 0;

  heard(at: MonotonicMs, wallTime: WallMs, localMs: number): void {
    const offset = localMs - at;
    const isStep = this.#offsets.length > 0 && Math.abs(offset - Math.min(...this.#offsets)) > 10_000;
    this.#offsets = isStep ? [offset] : [...this.#offsets.slice(1 - KEPT), offset];
    this.#wallOffset = wallTime - at;
  }

  /** Station time now; 0 before anything was heard. */
  now(localMs: number): MonotonicMs {
    return monotonicMs(this.#offsets.length === 0 ? 0 : Math.round(localMs - Math.min(...this.#offsets)));
  }

  /** Calendar time at the station of an instant of its clock. */
  wall(at: MonotonicMs): WallMs {
    return wallMs(at + this.#wallOffset);
  }
}
