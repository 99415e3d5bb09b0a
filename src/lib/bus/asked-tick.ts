/**
 * A tick on a fixed grid that comes only when somebody asked for it since the last one: what is sent in batches is sent at the
 * same instants as with a timer that never rests, and while nothing waits nobody is woken.
 */
import type { SchedulerLike, Subscription } from 'rxjs';

export class AskedTick {
  readonly #scheduler: SchedulerLike;
  readonly #everyMs: number;
  readonly #work: () => void;
  readonly #sinceMs: number;
  #timer: Subscription | undefined;
  #isStopped = false;

  /** The grid begins now; nothing happens before somebody asks. */
  constructor(scheduler: SchedulerLike, everyMs: number, work: () => void) {
    this.#scheduler = scheduler;
    this.#everyMs = everyMs;
    this.#work = work;
    this.#sinceMs = scheduler.now();
  }

  /** The next tick is wanted. */
  ask(): void {
    if (this.#timer !== undefined || this.#isStopped) return;
    // Real schedulers go by the calendar, which may have been set back.
    const intoMs = (this.#scheduler.now() - this.#sinceMs) % this.#everyMs;
    const leftMs = intoMs < 0 ? -intoMs : this.#everyMs - intoMs;
    this.#timer = this.#scheduler.schedule(() => {
      this.#timer = undefined;
      this.#work();
    }, leftMs);
  }

  /** No tick comes any more. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.unsubscribe();
  }
}
