/** The bus when core and web live in one process: for tests and the development server. */
import { concat, defer, of, type Observable } from 'rxjs';
import type { Bus, BusHost, StationEvent } from './bus.ts';

export function inProcessBus(host: BusHost): Bus {
  const events$: Observable<StationEvent> = defer(() =>
    concat(of<StationEvent>({ type: 'snapshot', snapshot: host.snapshot() }), host.events$),
  );
  return {
    events$,
    command: (envelope) => host.command(envelope),
    request: (request) => host.request(request),
    report: (listeners) => host.report(listeners),
    deliver: (bed, delivery) => host.deliver(bed, delivery),
    close: () => host.report({}),
  };
}
