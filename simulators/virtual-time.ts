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
      if (due.atMs > this.#now) this.#now = due.atMs;
      due.run();
    }
    this.#now = Math.max(this.#now, untilMs);
  }

  /** For actions only. */
  push<T>(delayMs: number, action: Action<T>, state: T | undefined): void {
    this.#order += 1;
    const atMs = delayMs > 0 ? this.#now + delayMs : this.#now;
    this.#heap.push(new Pending(atMs, this.#order, action, state));
    this.#siftUp(this.#heap.length - 1);
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#siftDown(0);
  }

  #siftUp(from: number): void {
    const heap = this.#heap;
    const moved = heap[from];
    if (moved === undefined) return;
    let hole = from;
    while (hole > 0) {
      const parent = heap[(hole - 1) >> 1];
      if (parent === undefined || !isBefore(moved, parent)) break;
      heap[hole] = parent;
      hole = (hole - 1) >> 1;
    }
    heap[hole] = moved;
  }

  #siftDown(from: number): void {
    const heap = this.#heap;
    const moved = heap[from];
    if (moved === undefined) return;
    let hole = from;
    for (let left = 2 * hole + 1; left < heap.length; left = 2 * hole + 1) {
      const [one, other] = [heap[left], heap[left + 1]];
      const isOther = one !== undefined && other !== undefined && isBefore(other, one);
      const child = isOther ? other : one;
      if (child === undefined || !isBefore(child, moved)) break;
      heap[hole] = child;
      hole = isOther ? left + 1 : left;
    }
    heap[hole] = moved;
  }
}

interface Due {
  readonly atMs: number;
  readonly order: number;
  run(): void;
}

const isBefore = (a: Due, b: Due): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

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
    this.#time.push(delayMs, this, state);
    return this;
  }

  work(state: T | undefined): void {
    if (!this.closed) this.#work.call(this, state);
  }
}

/** One time that an action is asked for. */
class Pending<T> implements Due {
  readonly atMs: number;
  readonly order: number;
  readonly #action: Action<T>;
  readonly #state: T | undefined;

  constructor(atMs: number, order: number, action: Action<T>, state: T | undefined) {
    this.atMs = atMs;
    this.order = order;
    this.#action = action;
    this.#state = state;
  }

  run(): void {
    this.#action.work(this.#state);
  }
}
