/** One life of the web process: the real gateway over sockets in memory, told by whichever core lives. */
import { createServer } from 'node:http';
import { Subject } from 'rxjs';
import { fail } from '$lib/domain/index.ts';
import type { Bus, StationEvent } from '$lib/bus/bus.ts';
import { Gateway } from '$lib/server/gateway.ts';
import { alarmsFromRecord } from '$lib/server/alarm-record.ts';
import { WardState } from '$lib/server/ward-state.ts';
import type { VirtualTime } from '$simulators/virtual-time.ts';
import { NURSE } from '../../support/bed.ts';
import type { Disk } from './disk.ts';
import { MemoryServer } from './sockets.ts';

const NO_CORE = fail({ why: 'unavailable' as const, message: 'The monitoring process is not running at the moment.' });

export class Web {
  readonly server: MemoryServer;
  readonly #gateway: Gateway;
  readonly #event$ = new Subject<StationEvent>();

  /** @param core the bus of the core that lives now. */
  constructor(time: VirtualTime, disk: Disk, core: () => Bus | undefined) {
    this.server = new MemoryServer(time);
    const bus: Bus = {
      events$: this.#event$.asObservable(),
      command: (envelope) => core()?.command(envelope) ?? Promise.resolve(NO_CORE),
      request: () => Promise.reject(new Error('nobody asks the station here')),
      report: (listeners) => core()?.report(listeners),
      deliver: (bed, delivery) => core()?.deliver(bed, delivery),
      close: () => undefined,
    };
    this.#gateway = new Gateway({
      http: createServer(),
      bus,
      ward: new WardState(),
      admit: () => NURSE,
      alarmsFromRecord: (bed, after, before) => disk.read((reader) => alarmsFromRecord(reader, bed, after, before)),
      now: () => time.now(),
      screens: this.server.asScreenServer,
      scheduler: time,
    });
  }

  hear(event: StationEvent): void {
    this.#event$.next(event);
  }

  end(): void {
    void this.#gateway.close();
  }
}
