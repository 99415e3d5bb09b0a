import { VirtualTimeScheduler, type Subscription } from 'rxjs';
import { fromLatin1, latin1 } from '$drivers/bytes.ts';
import type { DriverEvent, Traffic } from '$drivers/driver-event.ts';
import type { AnyDriver } from '$drivers/driver.ts';
import type { Connect } from '$drivers/link.ts';
import { runDriver, type RunOptions } from '$drivers/run-driver.ts';
import { memoryWire, type MemoryEnd } from '$drivers/transport/memory.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { sealedToy, toyLine } from './toy-driver.ts';

/** One toy driver run in virtual time over a memory wire, and all that it said and sent. */
export class ToyStation {
  readonly scheduler = new VirtualTimeScheduler();
  readonly wire = memoryWire();
  readonly events: DriverEvent[] = [];
  /** What the device heard, over all connections. */
  readonly heard: string[] = [];
  /** What the device said when nobody was connected any more. */
  readonly unheard: string[] = [];
  /** Called within the station's `send`, before it returns. */
  onHeard?: () => void;
  /** Called with each event, before the runner goes on. */
  onEvent?: (event: DriverEvent) => void;
  device: MemoryEnd | undefined;
  connections = 0;
  closedLinks = 0;
  hasEnded = false;
  readonly #subscription: Subscription;

  constructor(
    driver: AnyDriver = sealedToy,
    connectBy: (wire: Connect) => Connect = (wire) => wire,
    options: Partial<RunOptions> = {},
  ) {
    this.wire.connections$.subscribe((end) => this.#answer(end));
    this.#subscription = runDriver(driver, connectBy(this.wire.connect), {
      context: { device: deviceId('toy-1'), settings: {} },
      label: 'Toy in bed 1',
      isSimulated: true,
      clock: () => monotonicMs(this.scheduler.now()),
      scheduler: this.scheduler,
      ...options,
    }).subscribe({
      next: (event) => {
        this.events.push(event);
        this.onEvent?.(event);
      },
      error: () => (this.hasEnded = true),
      complete: () => (this.hasEnded = true),
    });
  }

  #answer(end: MemoryEnd): void {
    this.connections += 1;
    this.device = end;
    end.bytes$.subscribe({
      next: (bytes) => {
        this.heard.push(latin1(bytes));
        this.onHeard?.();
      },
      complete: () => (this.closedLinks += 1),
    });
  }

  /** Lets everything happen that is due up to this time. */
  until(ms: number): this {
    this.scheduler.maxFrames = ms;
    this.scheduler.flush();
    return this;
  }

  /** The device says these bodies, each in a line of its own. */
  say(...bodies: readonly string[]): this {
    for (const body of bodies) this.sayRaw(latin1(toyLine(body)));
    return this;
  }

  /** Bytes of any kind; after the end of the connection they go nowhere. */
  sayRaw(text: string): this {
    this.device?.send(fromLatin1(text)).catch(() => this.unheard.push(text));
    return this;
  }

  switchOff(): void {
    this.#subscription.unsubscribe();
  }

  get states(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'status' ? [`${event.status.at} ${event.status.state}`] : [],
    );
  }

  get reasons(): (string | undefined)[] {
    return this.events.flatMap((event) => (event.kind === 'status' ? [event.status.reason] : []));
  }

  /** `time rate` of everything observed. */
  get rates(): string[] {
    return this.events
      .flatMap((event) => (event.kind === 'observed' ? event.observations : []))
      .map((seen) => {
        const reading = seen.kind === 'numerics' ? seen.values.heartRate : undefined;
        return `${seen.at} ${reading && 'value' in reading ? reading.value : 'nothing'}`;
      });
  }

  get traffic(): Traffic | undefined {
    return this.events.findLast((event) => event.kind === 'traffic')?.traffic;
  }
}
