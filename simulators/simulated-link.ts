/** A simulated device at the far end of a link in memory: for stations whose time is simulated too. */
import { interval, switchMap, timer, type SchedulerLike } from 'rxjs';
import type { Connect } from '$drivers/link.ts';
import { memoryWire, type MemoryEnd } from '$drivers/transport/memory.ts';
import { SimulatedLine } from './simulated-line.ts';
import type { SimulatedDevice } from './simulated-device.ts';

export interface SimulatedLinkOptions {
  readonly device: SimulatedDevice;
  readonly scheduler: SchedulerLike;
  /** Time on the scheduler at minute 0 of the scenario; before it nobody answers. */
  readonly beginsMs: number;
}

const STEP_MS = 40;

/** Every connection reaches the same device. */
export function simulatedLink({ device, scheduler, beginsMs }: SimulatedLinkOptions): Connect {
  const wire = memoryWire(scheduler);
  const simMs = (): number => Math.max(0, Math.round(scheduler.now() - beginsMs));
  const serve = (far: MemoryEnd): void => {
    const line = new SimulatedLine(device);
    const send = (chunks: readonly Uint8Array[]): void => {
      for (const chunk of chunks) void far.send(chunk).catch(() => undefined);
    };
    send(line.connect(simMs()));
    const ticks = interval(STEP_MS, scheduler).subscribe(() => send(line.advanceTo(simMs())));
    far.bytes$.subscribe({
      next: (bytes) => send(line.receive(simMs(), bytes)),
      complete: () => {
        ticks.unsubscribe();
        line.disconnect(simMs());
      },
    });
  };
  wire.connections$.subscribe(serve);
  return () => timer(Math.max(0, beginsMs - scheduler.now()), scheduler).pipe(switchMap(() => wire.connect()));
}
