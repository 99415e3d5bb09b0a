/** Runs the devices of a bed: one subscription each, for ever, started and stopped by the configuration. */
import type { Observable, SchedulerLike, Subscription } from 'rxjs';
import { deviceId, type BedId, type DeviceId, type DeviceRole } from '$lib/domain/index.ts';
import type { DeviceConfiguration, DriverDescription } from '$lib/bus/bus.ts';
import type { DriverEvent } from '$drivers/driver-event.ts';
import type { AnyDriver, LinkKind, SerialSettings, SessionContext } from '$drivers/driver.ts';
import type { Connect } from '$drivers/link.ts';
import { DRIVERS, driverOf } from '$drivers/registry.ts';
import { runDriver } from '$drivers/run-driver.ts';
import type { StationClock } from './clock.ts';

/** Opens links; the core is given one that knows serial ports and sockets, a test one that knows memory. */
export type OpenLink = (
  link: DeviceConfiguration['link'],
  driver: AnyDriver,
  settings: SessionContext['settings'],
) => Connect;

export interface DeviceEvent {
  readonly bed: BedId;
  readonly device: DeviceId;
  readonly event: DriverEvent;
}

export class Devices {
  readonly #clock: StationClock;
  readonly #scheduler: SchedulerLike;
  readonly #open: OpenLink;
  readonly #hand: (event: DeviceEvent) => void;
  readonly #running = new Map<DeviceId, Subscription>();

  constructor(options: {
    clock: StationClock;
    scheduler: SchedulerLike;
    open: OpenLink;
    hand: (event: DeviceEvent) => void;
  }) {
    this.#clock = options.clock;
    this.#scheduler = options.scheduler;
    this.#open = options.open;
    this.#hand = options.hand;
  }

  start(bed: BedId, configuration: DeviceConfiguration): void {
    const driver = driverOf(configuration.driver);
    if (driver === undefined) throw new RangeError(`unknown driver ${configuration.driver} reached the core`);
    const device = deviceId(configuration.id);
    this.stop(device);
    const subscription = this.#run(driver, device, configuration).subscribe((event) =>
      this.#hand({ bed, device, event }),
    );
    this.#running.set(device, subscription);
  }

  stop(device: DeviceId): void {
    this.#running.get(device)?.unsubscribe();
    this.#running.delete(device);
  }

  stopAll(): void {
    for (const device of [...this.#running.keys()]) this.stop(device);
  }

  #run(driver: AnyDriver, device: DeviceId, configuration: DeviceConfiguration): Observable<DriverEvent> {
    const { settings = {} } = configuration;
    return runDriver(driver, this.#open(configuration.link, driver, settings), {
      context: { device, link: kindOf(configuration.link), settings },
      label: configuration.label ?? driver.label,
      isSimulated: configuration.isSimulated ?? false,
      clock: () => this.#clock.now(),
      scheduler: this.#scheduler,
    });
  }
}

export const roleOf = (configuration: DeviceConfiguration): DeviceRole | undefined =>
  driverOf(configuration.driver)?.role;

export const driverDescriptions = (): readonly DriverDescription[] =>
  DRIVERS.map(({ id, label, role, verified, setUp, serial, tcp, udp, observes }) => ({
    id,
    label,
    role,
    verified,
    observes,
    ...(setUp !== undefined && { setUp }),
    links: LINKS.filter((kind) => ({ serial, tcp, udp })[kind] !== undefined),
    ...(serial && { line: serial }),
    ...(tcp && { tcpPort: tcp.port }),
    ...(udp && { udpPort: udp.port }),
  }));

const LINKS = ['serial', 'tcp', 'udp'] as const;

const kindOf = (link: DeviceConfiguration['link']): LinkKind =>
  'serial' in link ? 'serial' : 'tcp' in link ? 'tcp' : 'udp' in link ? 'udp' : 'file' in link ? 'file' : 'listen';

/** The link's own serial settings over those that the driver documents. */
export const serialOverrides = (link: DeviceConfiguration['link']): Partial<SerialSettings> =>
  'serial' in link ? (link.settings ?? {}) : {};
