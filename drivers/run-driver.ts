/**
 * The one generic runner: a driver over a link, for ever.
 *
 *   opening ─▶ negotiating ─▶ live ⇄ silent          the session says how the conversation stands
 *      ╰──────────┴─────────────┴──▶ lost            the link failed: tried again after 1, 2, 5, 10, 10 … seconds
 *                                    fault           the driver broke its contract: closed until subscribed anew
 *
 * A device that was lost stays `lost` while it is tried again, until it is open: a screen must not flicker between two
 * words for "no data". The waits begin from the first again once a link has been `live`.
 */
import {
  catchError,
  concat,
  defer,
  distinctUntilChanged,
  filter,
  ignoreElements,
  interval,
  map,
  merge,
  NEVER,
  Observable,
  of,
  repeat,
  tap,
  timer,
  type SchedulerLike,
} from 'rxjs';
import { SECOND_MS, type DeviceStatus, type LinkState, type MonotonicMs } from '$lib/domain/index.ts';
import { asLinkFailure, Conversation, Fault, type RunningDevice } from './conversation.ts';
import type { DriverEvent } from './driver-event.ts';
import type { AnyDriver, SessionContext } from './driver.ts';
import { LinkFailure, type Connect } from './link.ts';
import { TrafficMeter } from './traffic.ts';

export interface RunOptions {
  readonly context: SessionContext;
  readonly label: string;
  readonly isSimulated: boolean;
  readonly clock: () => MonotonicMs;
  readonly scheduler: SchedulerLike;
  /** Waits before opening again, ms; the last one repeats. */
  readonly backoffMs?: readonly [number, ...number[]];
  /** A number from 0 to 1 that spreads each wait by ±20 %, so that forty devices of one switch do not knock together. */
  readonly jitter?: () => number;
}

const BACKOFF_MS = [1000, 2000, 5000, 10_000] as const;
const SPREAD = 0.4;

/**
 * Runs the device while subscribed; never errors, never completes. Unsubscribing sends the session's last words (what
 * `closing` returns, through the guard) and closes the link. Each subscription is a device of its own, from `start` on.
 */
export function runDriver(driver: AnyDriver, connect: Connect, options: RunOptions): Observable<DriverEvent> {
  return defer(() => {
    const device = switchOn(driver, options);
    const backoff = createBackoff(options);
    let opened = 0;
    const attempt$ = defer(() => {
      if (opened++ > 0) device.meter.reopened();
      return converse(device, connect);
    });
    const life$ = attempt$.pipe(
      tap((event) => {
        if (event.kind === 'status' && event.status.state === 'live') backoff.reset();
      }),
      catchError((cause: unknown) =>
        cause instanceof Fault
          ? concat(of(device.status('fault', cause.message), account(device)), NEVER)
          : concat(
              of(device.status('lost', asLinkFailure(cause).message), account(device)),
              timer(backoff.next(), options.scheduler).pipe(ignoreElements()),
            ),
      ),
      repeat(),
    );
    return merge(of(device.status('opening')), life$, accounts(device)).pipe(filter(isNews()));
  });
}

/**
 * One conversation over one link, while subscribed: neither opened again nor any account of bytes. Its end is an error: the
 * {@link LinkFailure} of the link, or the {@link Fault} of a driver that broke its contract.
 */
export const converseOnce = (driver: AnyDriver, connect: Connect, options: RunOptions): Observable<DriverEvent> =>
  defer(() => converse(switchOn(driver, options), connect));

function switchOn(driver: AnyDriver, options: RunOptions): RunningDevice {
  const { context, label, isSimulated, clock, scheduler } = options;
  const status = (state: LinkState, reason?: string): DriverEvent => {
    const always = { device: context.device, role: driver.role, at: clock(), state, label, isSimulated };
    const origin = driver.isReplay ? { isReplay: driver.isReplay } : {};
    const known: DeviceStatus = { ...always, freshness: device.freshness, ...origin };
    return { kind: 'status', status: reason === undefined ? known : { ...known, reason } };
  };
  const device: RunningDevice = {
    ...{ driver, context, clock, scheduler, status },
    freshness: driver.freshness,
    meter: new TrafficMeter(),
  };
  return device;
}

/** One link from opening to its end, which is always an error. */
function converse(device: RunningDevice, connect: Connect): Observable<DriverEvent> {
  return new Observable((out) => {
    const conversation = new Conversation(device, out);
    const end = (failure: unknown) => {
      conversation.drop();
      out.error(failure);
    };
    // Teardowns run in this order: the last words leave before the link closes.
    out.add(() => conversation.close());
    out.add(
      connect(device.serial).subscribe({
        next: (link) => conversation.open(link),
        error: end,
        complete: () => end(new LinkFailure('closed', 'The connection was closed.')),
      }),
    );
  });
}

function createBackoff({ backoffMs = BACKOFF_MS, jitter = () => 0.5 }: RunOptions) {
  let failures = 0;
  return {
    reset: () => void (failures = 0),
    next: () => {
      const waitMs = backoffMs[Math.min(failures++, backoffMs.length - 1)] ?? backoffMs[0];
      return waitMs * (1 + SPREAD * (jitter() - 0.5));
    },
  };
}

const account = ({ clock, meter }: RunningDevice): DriverEvent => ({
  kind: 'traffic',
  at: clock(),
  traffic: meter.read(),
});

/** The account of bytes once a second, when it has changed. */
function accounts(device: RunningDevice): Observable<DriverEvent> {
  return interval(SECOND_MS, device.scheduler).pipe(
    map(() => device.meter.revision),
    distinctUntilChanged(),
    map(() => account(device)),
  );
}

/** Lets a status pass only when state or reason differ from the status before. */
function isNews(): (event: DriverEvent) => boolean {
  let shown: DeviceStatus | undefined;
  return (event) => {
    if (event.kind !== 'status') return true;
    const isSame = shown?.state === event.status.state && shown.reason === event.status.reason;
    shown = event.status;
    return !isSame;
  };
}
