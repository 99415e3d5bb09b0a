/** A simulated device at the far end of a link in memory: for stations whose time is simulated too. */
import { NEVER, Subscription, defer, merge, switchMap, take, throwError, timer } from 'rxjs';
import type { Observable, SchedulerLike } from 'rxjs';
import { LinkFailure, type Connect, type Link } from '$drivers/link.ts';
import { memoryWire, type MemoryEnd } from '$drivers/transport/memory.ts';
import { SimulatedLine } from './simulated-line.ts';
import type { SimulatedDevice } from './simulated-device.ts';

export interface SimulatedLinkOptions {
  readonly device: SimulatedDevice;
  readonly scheduler: SchedulerLike;
  /** Time on the scheduler at minute 0 of the scenario; before it nobody answers. */
  readonly beginsMs: number;
  /** Time on the scheduler when the device is taken away, and every connection with it. */
  readonly endsMs?: number;
  /** How often the device is stepped; 40 ms unless told. */
  readonly stepMs?: number;
}

const STEP_MS = 40;

const takenAway = (): LinkFailure => new LinkFailure('closed', 'The device was taken away.');

/** Every connection reaches the same device, which hears the station's last words before it is hung up on. */
export function simulatedLink({
  device,
  scheduler,
  beginsMs,
  endsMs,
  stepMs = STEP_MS,
}: SimulatedLinkOptions): Connect {
  const connect = (): Observable<Link> => {
    const wire = memoryWire(scheduler);
    void wire.connections$
      .pipe(take(1))
      .forEach((far) =>
        new Serving(far, new SimulatedLine(device, undefined, stepMs), { scheduler, beginsMs, stepMs }).begin(),
      );
    return wire.connect();
  };
  const after = (ms: number): Observable<unknown> => timer(Math.max(0, ms - scheduler.now()), scheduler);
  const gone$ = endsMs === undefined ? NEVER : defer(() => after(endsMs)).pipe(switchMap(() => throwError(takenAway)));
  return () => merge(after(beginsMs).pipe(switchMap(connect)), gone$);
}

/** One connection, from the greeting until the station hangs up. The device is stepped on a grid; a quiet one sleeps. */
class Serving {
  readonly #far: MemoryEnd;
  readonly #line: SimulatedLine;
  readonly #scheduler: SchedulerLike;
  readonly #beginsMs: number;
  readonly #stepMs: number;
  readonly #connectedMs: number;
  readonly #heard = new Subscription();
  #timer: Subscription | undefined;
  #plannedMs = Infinity;
  #isOver = false;

  constructor(
    far: MemoryEnd,
    line: SimulatedLine,
    { scheduler, beginsMs, stepMs }: { scheduler: SchedulerLike; beginsMs: number; stepMs: number },
  ) {
    this.#far = far;
    this.#line = line;
    this.#scheduler = scheduler;
    this.#beginsMs = beginsMs;
    this.#stepMs = stepMs;
    this.#connectedMs = scheduler.now();
  }

  begin(): void {
    this.#put(this.#line.connect(this.#simMs()));
    this.#plan();
    this.#heard.add(
      this.#far.bytes$.subscribe({
        next: (bytes) => {
          this.#put(this.#line.receive(this.#simMs(), bytes));
          this.#plan();
        },
        complete: () => this.#end(),
      }),
    );
  }

  #end(): void {
    this.#isOver = true;
    this.#heard.unsubscribe();
    this.#timer?.unsubscribe();
    this.#line.disconnect(this.#simMs());
  }

  #simMs(): number {
    return Math.max(0, Math.round(this.#scheduler.now() - this.#beginsMs));
  }

  #put(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) void this.#far.send(chunk).catch(() => undefined);
  }

  /** At the next point of the grid at which the device may have something to say. */
  #plan(): void {
    const dueMs = this.#nextMs();
    if (this.#isOver || dueMs === this.#plannedMs) return;
    this.#timer?.unsubscribe();
    this.#plannedMs = dueMs;
    if (dueMs === Infinity) return;
    this.#timer = this.#scheduler.schedule(() => this.#step(), dueMs - this.#scheduler.now());
  }

  #step(): void {
    this.#plannedMs = Infinity;
    this.#put(this.#line.advanceTo(this.#simMs()));
    this.#plan();
  }

  #nextMs(): number {
    const sinceMs = this.#scheduler.now() - this.#connectedMs;
    const quietMs = this.#line.quietUntil() + this.#beginsMs - this.#connectedMs;
    const steps = Math.max(Math.floor(sinceMs / this.#stepMs) + 1, Math.ceil(quietMs / this.#stepMs));
    return this.#connectedMs + steps * this.#stepMs;
  }
}
