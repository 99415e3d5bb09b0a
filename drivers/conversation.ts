/**
 * One device on one open link: the fold that turns what happens into what a driver wants done.
 *
 *   opened · bytes · tick · closing ─▶ cut ─▶ decode ─▶ step ─▶ send (through the guard) · observed · status · wake · reopen
 *
 * Happenings are taken one at a time, to the end: a device that answers within our own `send` waits its turn. A conversation
 * ends by an error on `out`: a {@link LinkFailure} when the link should be tried again, a {@link Fault} when it must not.
 */
import { interval, Subscription, timer, type SchedulerLike, type Subscriber } from 'rxjs';
import type { Freshness, LinkState, MonotonicMs } from '$lib/domain/index.ts';
import { toHex } from './bytes.ts';
import type { DriverEvent } from './driver-event.ts';
import { DRIVER_TICK_MS, type AnyDriver, type Cut, type SessionContext, type SessionEffect } from './driver.ts';
import type { SerialSettings, SessionInput } from './driver.ts';
import { LinkFailure, type Link } from './link.ts';
import { passGuard } from './send-guard.ts';
import type { TrafficMeter } from './traffic.ts';

/** The driver broke its contract: the device stays closed until a person starts it anew. The message is a plain sentence. */
export class Fault extends Error {}

/** What outlives a link. The session's state does, so that a cuff reading told before a break is not told again after it. */
export interface RunningDevice {
  readonly driver: AnyDriver;
  readonly context: SessionContext;
  readonly clock: () => MonotonicMs;
  readonly scheduler: SchedulerLike;
  readonly meter: TrafficMeter;
  readonly status: (state: LinkState, reason?: string) => DriverEvent;
  session?: { state: unknown };
  /** What the session last asked for instead of the driver's own line settings. */
  serial?: SerialSettings;
  /** The driver's, or what the session last found of this device's own pace. */
  freshness: Freshness;
}

type Happening =
  | { readonly type: 'opened' | 'tick' | 'closing'; readonly now: MonotonicMs }
  | { readonly type: 'received'; readonly now: MonotonicMs; readonly bytes: Uint8Array };

const NO_BYTES = new Uint8Array(0);

export class Conversation {
  readonly #device: RunningDevice;
  readonly #out: Subscriber<DriverEvent>;
  readonly #sources = new Subscription();
  readonly #inbox: Happening[] = [];
  #isWorking = false;
  #link: Link | undefined;
  #rest: Uint8Array = NO_BYTES;

  constructor(device: RunningDevice, out: Subscriber<DriverEvent>) {
    this.#device = device;
    this.#out = out;
  }

  open(link: Link): void {
    const { clock, scheduler, status } = this.#device;
    this.#link = link;
    this.#out.next(status('negotiating'));
    this.#inbox.push({ type: 'opened', now: clock() });
    this.#sources.add(
      link.bytes$.subscribe({
        next: (bytes) => this.#take({ type: 'received', now: clock(), bytes }),
        error: (error: unknown) => this.#end(asLinkFailure(error)),
      }),
    );
    this.#sources.add(interval(DRIVER_TICK_MS, scheduler).subscribe(() => this.#take({ type: 'tick', now: clock() })));
    this.#work();
  }

  /** The station hangs up. The session's last words are given to the link before this returns. */
  close(): void {
    if (!this.#link) return;
    this.#handle({ type: 'closing', now: this.#device.clock() });
    this.drop();
  }

  /** The link is gone: nothing can be said any more. */
  drop(): void {
    if (!this.#link) return;
    this.#link = undefined;
    this.#inbox.length = 0;
    this.#sources.unsubscribe();
    this.#device.meter.cutOff(this.#rest.length);
  }

  #end(cause: LinkFailure | Fault): void {
    this.drop();
    this.#out.error(cause);
  }

  #take(happening: Happening): void {
    this.#inbox.push(happening);
    this.#work();
  }

  #work(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) this.#handle(next);
    this.#isWorking = false;
  }

  /** Every call into the driver's own code is in here: an exception is a bug of the driver, and this device's alone. */
  #handle(happening: Happening): void {
    const { driver, context } = this.#device;
    try {
      if (happening.type === 'received') return this.#receive(happening.bytes, happening.now);
      // A copy of its own: the guard goes by what the configuration gave, whatever a driver makes of its settings.
      this.#device.session ??= { state: driver.start({ ...context, settings: structuredClone(context.settings) }) };
      this.#step(happening);
    } catch (bug) {
      this.#end(
        new Fault(
          `The driver "${driver.label}" has an error of its own (${String(bug)}, on "${happening.type}"). ` +
            'The device stays closed until it is started again.',
        ),
      );
    }
  }

  #receive(chunk: Uint8Array, now: MonotonicMs): void {
    const { driver, meter } = this.#device;
    this.#out.next({ kind: 'bytes', at: now, direction: 'in', bytes: chunk });
    meter.received(chunk.length);
    const { rest, cuts } = driver.cut(this.#rest, chunk);
    this.#rest = rest;
    for (const cut of cuts) {
      if (!this.#link) meter.cutOff(cut.kind === 'noise' ? cut.bytes.length : cut.wire.length);
      else this.#interpret(cut, now);
    }
  }

  #interpret(cut: Cut, now: MonotonicMs): void {
    const { driver, meter } = this.#device;
    if (cut.kind === 'noise') {
      meter.noise(cut.why, cut.bytes.length);
      return this.#step({ type: 'noise', now, why: cut.why, byteCount: cut.bytes.length });
    }
    meter.frame(cut.wire);
    const decoded = driver.decode(cut.payload);
    if (!decoded.ok) {
      meter.undecodable(now, cut.wire.length, decoded.why, decoded.detail);
      return this.#step({ type: 'undecodable', now, why: decoded.why, payload: cut.payload });
    }
    this.#step({ type: 'message', now, message: decoded.message });
    // After the step: nobody's alarm waits for a line of text.
    meter.message(now, cut.wire.length, driver.describe(decoded.message));
  }

  #step(input: SessionInput<unknown>): void {
    const { driver, session } = this.#device;
    if (!session) return;
    const [state, effects] = driver.step(session.state, input);
    session.state = state;
    for (const effect of effects) {
      if (!this.#link) return;
      this.#apply(effect, this.#link, input.now);
    }
  }

  #apply(effect: SessionEffect<unknown>, link: Link, now: MonotonicMs): void {
    switch (effect.type) {
      case 'send':
        return this.#send(this.#device.driver.encode(effect.query), link);
      case 'observed':
        return this.#out.next({ kind: 'observed', at: now, observations: effect.observations });
      case 'status':
        if (effect.freshness) this.#device.freshness = effect.freshness;
        return this.#out.next(this.#device.status(effect.state, effect.reason));
      case 'wake':
        return this.#wakeIn(effect.afterMs);
      case 'reopen':
        if (effect.serial) this.#device.serial = effect.serial;
        return this.#end(new LinkFailure('reopened', effect.why));
    }
  }

  #wakeIn(afterMs: number): void {
    const { clock, scheduler } = this.#device;
    this.#sources.add(timer(afterMs, scheduler).subscribe(() => this.#take({ type: 'tick', now: clock() })));
  }

  #send(encoded: Uint8Array, link: Link): void {
    const { driver, context, clock, meter } = this.#device;
    const frame = passGuard(driver.maySend, encoded, context.settings);
    if (!frame) {
      meter.refused();
      this.#out.next({ kind: 'refused', at: clock(), frameHex: toHex(encoded) });
      return this.#end(
        new Fault(
          `The driver "${driver.label}" wanted to send bytes that are not on its list of harmless requests. ` +
            'Nothing was sent; the device stays closed until it is started again.',
        ),
      );
    }
    meter.sent(frame.length);
    this.#out.next({ kind: 'bytes', at: clock(), direction: 'out', bytes: new Uint8Array(frame) });
    void this.#transmit(frame, link);
  }

  async #transmit(frame: Uint8Array, link: Link): Promise<void> {
    try {
      await link.send(frame);
    } catch (error) {
      if (this.#link === link) this.#end(asLinkFailure(error));
    }
  }
}

export function asLinkFailure(error: unknown): LinkFailure {
  return error instanceof LinkFailure ? error : new LinkFailure('other', `The link failed: ${String(error)}`);
}
