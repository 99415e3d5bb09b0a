/**
 * A wire inside one program: both ends are links, and bytes put into one come out of the other, copied, in order.
 * Without a scheduler they arrive before `send` returns; with one, in a task of it, one after the other. Bytes that nobody reads yet wait,
 * as they would in a kernel's buffer.
 */
import { Observable, Subject, type SchedulerLike, type Subscriber } from 'rxjs';
import { LinkFailure, type Connect, type Link } from '../link.ts';

/** One end. Its `bytes$` completes when the other end was closed; from then on `send` fails. */
export interface MemoryEnd extends Link {
  close(): void;
}

export interface MemoryWire {
  readonly connect: Connect;
  /** The far end of every connection, as it is made and before the near end can send: for a simulated device or a test. */
  readonly connections$: Observable<MemoryEnd>;
}

/** Two connected ends. */
export function connectedPair(scheduler?: SchedulerLike): readonly [near: MemoryEnd, far: MemoryEnd] {
  const near = new End(scheduler);
  const far = new End(scheduler);
  near.join(far);
  far.join(near);
  return [near, far];
}

/** A place to connect to: each `connect()` makes a fresh pair, and fails when the far end is closed. */
export function memoryWire(scheduler?: SchedulerLike): MemoryWire {
  const connections$ = new Subject<MemoryEnd>();
  const join = (out: Subscriber<Link>) => {
    const near = new End(scheduler, () => out.error(new LinkFailure('closed', 'The device closed the connection.')));
    const far = new End(scheduler);
    near.join(far);
    far.join(near);
    out.add(() => near.close());
    connections$.next(far);
    out.next(near);
  };
  return { connect: () => new Observable(join), connections$: connections$.asObservable() };
}

class End implements MemoryEnd {
  readonly bytes$: Observable<Uint8Array>;
  readonly #scheduler: SchedulerLike | undefined;
  readonly #onOtherClosed: (() => void) | undefined;
  readonly #waiting: Uint8Array[] = [];
  #reader: Subscriber<Uint8Array> | undefined;
  #other: End | undefined;
  #isOtherClosed = false;
  /** What is on its way to the other end. */
  #tasks: (() => void)[] = [];

  constructor(scheduler?: SchedulerLike, onOtherClosed?: () => void) {
    this.#scheduler = scheduler;
    this.#onOtherClosed = onOtherClosed;
    this.bytes$ = new Observable((reader) => this.#read(reader));
  }

  join(other: End): void {
    this.#other = other;
  }

  send(bytes: Uint8Array): Promise<void> {
    const other = this.#other;
    if (!other) return Promise.reject(new LinkFailure('closed', 'The connection is closed.'));
    const copy = new Uint8Array(bytes);
    this.#later(() => other.#deliver(copy));
    return Promise.resolve();
  }

  close(): void {
    const other = this.#other;
    this.#other = undefined;
    if (other) this.#later(() => other.#otherClosed());
  }

  /** What is sent in one turn of the scheduler arrives in one task of it. */
  #later(task: () => void): void {
    if (!this.#scheduler) return task();
    this.#tasks.push(task);
    if (this.#tasks.length > 1) return;
    this.#scheduler.schedule(() => {
      const tasks = this.#tasks;
      this.#tasks = [];
      for (const due of tasks) due();
    });
  }

  #deliver(bytes: Uint8Array): void {
    if (this.#reader) this.#reader.next(bytes);
    else this.#waiting.push(bytes);
  }

  #otherClosed(): void {
    this.#other = undefined;
    this.#isOtherClosed = true;
    this.#reader?.complete();
    this.#onOtherClosed?.();
  }

  #read(reader: Subscriber<Uint8Array>): () => void {
    this.#reader = reader;
    for (let bytes = this.#waiting.shift(); bytes; bytes = this.#waiting.shift()) reader.next(bytes);
    if (this.#isOtherClosed) reader.complete();
    return () => (this.#reader = undefined);
  }
}
