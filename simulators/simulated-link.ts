/** A simulated device at the far end of a link in memory: for stations whose time is simulated too. */
import {
  NEVER,
  Subject,
  defer,
  finalize,
  interval,
  map,
  merge,
  mergeMap,
  of,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  timer,
} from 'rxjs';
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
  const simMs = (): number => Math.max(0, Math.round(scheduler.now() - beginsMs));
  const serve = (far: MemoryEnd): Observable<readonly Uint8Array[]> => {
    const line = new SimulatedLine(device, undefined, stepMs);
    const greeting$ = defer(() => of(line.connect(simMs())));
    const course$ = interval(stepMs, scheduler).pipe(map(() => line.advanceTo(simMs())));
    const ended$ = new Subject<void>();
    const answers$ = far.bytes$.pipe(
      map((bytes) => line.receive(simMs(), bytes)),
      finalize(() => ended$.next()),
    );
    return merge(greeting$, course$, answers$).pipe(
      tap((chunks) => {
        for (const chunk of chunks) void far.send(chunk).catch(() => undefined);
      }),
      finalize(() => line.disconnect(simMs())),
      takeUntil(ended$),
    );
  };
  const connect = (): Observable<Link> => {
    const wire = memoryWire(scheduler);
    void wire.connections$.pipe(take(1), mergeMap(serve)).forEach(() => undefined);
    return wire.connect();
  };
  const after = (ms: number): Observable<unknown> => timer(Math.max(0, ms - scheduler.now()), scheduler);
  const gone$ = endsMs === undefined ? NEVER : defer(() => after(endsMs)).pipe(switchMap(() => throwError(takenAway)));
  return () => merge(after(beginsMs).pipe(switchMap(connect)), gone$);
}
