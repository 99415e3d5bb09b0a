/** Devices that make themselves known on the network: listened to for a while when somebody asks, and never answered. */
import { catchError, EMPTY, lastValueFrom, merge, takeUntil, tap, timer, toArray, type Observable } from 'rxjs';
import { fail, ok, type Refusal, type Result } from '$lib/domain/index.ts';
import type { AnnouncedDevice } from '$lib/bus/bus.ts';
import type { AnyDriver, Announcement } from '$drivers/driver.ts';
import { LinkFailure } from '$drivers/link.ts';
import { DRIVERS } from '$drivers/registry.ts';
import { hearAnnouncements, type EarsOptions, type Heard } from '$drivers/transport/udp-announcements.server.ts';

/** Those that we know of speak once a second; some, it is not known how often. */
const HEAR_MS = 8000;
/** A ward's worth; whoever shouts more is not listed. */
const MAX_DEVICES = 100;

export interface AnnouncedOptions {
  readonly drivers?: readonly AnyDriver[];
  readonly hear?: (options: EarsOptions) => Observable<Heard>;
  readonly hearMs?: number;
}

/** What was heard; refused with the reason when nothing could be listened to and nothing was found. */
export async function announcedDevices({
  drivers = DRIVERS,
  hear = hearAnnouncements,
  hearMs = HEAR_MS,
}: AnnouncedOptions = {}): Promise<Result<readonly AnnouncedDevice[], Refusal>> {
  const found = new Map<string, AnnouncedDevice>();
  const failures: string[] = [];
  const ears = drivers.flatMap((driver) => {
    const { announces } = driver;
    if (announces === undefined) return [];
    const { udpPort: port, group } = announces;
    return hear({ port, ...(group !== undefined && { group }) }).pipe(
      tap((heard) => {
        if (heard.kind !== 'datagram' || found.size >= MAX_DEVICES) return;
        const announcement = announces.read(heard.bytes, heard.sender);
        if (announcement) found.set(`${driver.id} ${addressOf(announcement)}`, deviceOf(driver, announcement));
      }),
      catchError((error: unknown) => {
        if (!(error instanceof LinkFailure)) throw error;
        failures.push(error.message);
        return EMPTY;
      }),
    );
  });
  await lastValueFrom(merge(...ears).pipe(takeUntil(timer(hearMs)), toArray()));
  const [failure] = failures;
  if (found.size === 0 && failure !== undefined) return fail({ why: 'unavailable', message: failure });
  return ok([...found.values()]);
}

const addressOf = ({ host, port }: Announcement): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

function deviceOf(driver: AnyDriver, announcement: Announcement): AnnouncedDevice {
  const address = addressOf(announcement);
  return {
    driver: driver.id,
    link: driver.udp ? { udp: address } : { tcp: address },
    place: announcement.place,
  };
}
