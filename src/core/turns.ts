/**
 * Fair turns: what comes from the devices of one bed, however much it is, does not keep another bed waiting.
 *
 *   within its share of a turn   done at once, in the call that brings it
 *   beyond it                    waits; each following turn takes one piece of every waiting bed after the other
 *
 * A turn ends when the scheduler comes round again: what has arrived from other beds meanwhile has been served before. Within
 * a bed the order is kept, and nothing is dropped.
 */
import type { SchedulerLike } from 'rxjs';
import type { BedId } from '$lib/domain/index.ts';

/** Pieces of work of one bed in one turn. A monitor sends a handful in a second. */
export const SHARE = 32;

export class Turns {
  readonly #scheduler: SchedulerLike;
  readonly #done = new Map<BedId, number>();
  readonly #waiting = new Map<BedId, (() => void)[]>();
  #isTurnEnding = false;

  constructor(scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
  }

  take(bed: BedId, work: () => void): void {
    const done = this.#done.get(bed) ?? 0;
    this.#awaitEnd();
    const waiting = this.#waiting.get(bed);
    if (waiting) return void waiting.push(work);
    if (done >= SHARE) return void this.#waiting.set(bed, [work]);
    this.#done.set(bed, done + 1);
    work();
  }

  /** Everything that waits, now. */
  drain(): void {
    while (this.#waiting.size > 0) this.#round();
  }

  #awaitEnd(): void {
    if (this.#isTurnEnding) return;
    this.#isTurnEnding = true;
    this.#scheduler.schedule(() => {
      this.#isTurnEnding = false;
      this.#done.clear();
      for (let i = 0; i < SHARE && this.#waiting.size > 0; i += 1) this.#round();
      if (this.#waiting.size > 0) this.#awaitEnd();
    });
  }

  /** One piece of every bed that waits. */
  #round(): void {
    for (const [bed, waiting] of [...this.#waiting]) {
      const work = waiting.shift();
      if (waiting.length === 0) this.#waiting.delete(bed);
      work?.();
    }
  }
}
