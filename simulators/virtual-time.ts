/**
 * A scheduler whose time passes only when it is told to: for stations that live through hours in seconds.
 *
 * RxJS has one of its own, but it chains a new action to the old one at every repetition, so an interval of a simulated hour
 * ends in a stack overflow. This one keeps a heap of due actions, ordered by time and, at the same time, by who came first.
 */
import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';

export class VirtualTime implements SchedulerLike {
  #now = 0;
  #order = 0;
  readonly #heap: Due[] = [];

  now(): number {
    return this.#now;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delayMs = 0, state?: T): Subscription {
    return new Action(this, work).schedule(state, delayMs);
  }

  /** Lets time pass up to `untilMs`, doing what falls due on the way in its order. */
  runTo(untilMs: number): void {
    for (let due = this.#heap[0]; due !== undefined && due.atMs <= untilMs; due = this.#heap[0]) {
      this.#pop();
      this.#now = Math.max(this.#now, due.atMs);
      due.run();
    }
    this.#now = Math.max(this.#now, untilMs);
  }

  /** For actions only. */
  push(delayMs: number, run: () => void): void {
    this.#order += 1;
    this.#heap.push({ atMs: this.#now + Math.max(0, delayMs), order: this.#order, run });
    this.#siftUp(this.#heap.length - 1);
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#siftDown(0);
  }

  #siftUp(from: number): void {
    for (let child = from; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfBefore(child, parent)) return;
      child = parent;
    }
  }

  #siftDown(from: number): void {
    for (let parent = from; ;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      const child = isBefore(this.#heap[right], this.#heap[left]) ? right : left;
      if (!this.#swapIfBefore(child, parent)) return;
      parent = child;
    }
  }

  #swapIfBefore(child: number, parent: number): boolean {
    const [a, b] = [this.#heap[child], this.#heap[parent]];
    if (a === undefined || b === undefined || !isBefore(a, b)) return false;
    this.#heap[parent] = a;
    this.#heap[child] = b;
    return true;
  }
}

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

const isBefore = (a: Due | undefined, b: Due | undefined): boolean =>
  a !== undefined && (b === undefined || a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order));

/** One piece of work; asked again from inside its own work, it repeats. */
class Action<T> extends Subscription implements SchedulerAction<T> {
  readonly #time: VirtualTime;
  readonly #work: (this: SchedulerAction<T>, state?: T) => void;

  constructor(time: VirtualTime, work: (this: SchedulerAction<T>, state?: T) => void) {
    super();
    this.#time = time;
    this.#work = work;
  }

  schedule(state?: T, delayMs = 0): Subscription {
    this.#time.push(delayMs, () => {
      if (!this.closed) this.#work.call(this, state);
    });
    return this;
  }
}
