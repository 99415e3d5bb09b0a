/**
 * The page's side of the watchdog: tells the worker what is heard, and the page how the link to the station stands. The page
 * is told by the worker's pulses, which also come in a hidden tab; should they stay away, by a timer of its own.
 */
import type { Heartbeat } from '$lib/realtime/index.ts';
import { foldLink, type Link, type LinkEvent, linkState, startLink } from './link.ts';
import { type FromPage, PULSE_MS, type Pulse } from './page-watch.ts';
import { type StallCover, stallCover } from './stall-cover.ts';

export interface LinkNews extends Link {
  /** The station's calendar time when the core was last known to be watching; undefined before the first heartbeat. */
  readonly heardWallTime: number | undefined;
}

export interface WatchdogListener {
  /** At every change of the link's state, and while it is not live at every pulse, because its age is shown. */
  onLink(news: LinkNews): void;
  /** The page hung for so long, and is awake again. */
  onHung(hungMs: number): void;
  /** The worker is gone; the page watches alone from here on, as well as its timers let it. */
  onWorkerLost(why: string): void;
}

/** A pulse that is late by so much is not waited for. */
const PULSE_MISSING_MS = 4 * PULSE_MS;
const SEVERITY = { live: 0, delayed: 1, lost: 2 } as const;

/** To be made in a browser only: it starts its worker at once. */
export class Watchdog {
  readonly #worker: Worker;
  readonly #listener: WatchdogListener;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #covers = new Set<StallCover>();
  #facts = startLink(performance.now());
  #heardWallTime: number | undefined;
  #pulsedMs = performance.now();
  #told: Link['state'] | undefined;

  constructor(listener: WatchdogListener) {
    this.#listener = listener;
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Pulse>) => this.#pulse(data));
    this.#worker.addEventListener('error', ({ message }) => listener.onWorkerLost(message));
    this.#timer = setInterval(() => this.#watchAlone(), PULSE_MISSING_MS);
  }

  heartbeat({ wallTime, coreAgeMs }: Heartbeat): void {
    this.#heardWallTime = wallTime - coreAgeMs;
    this.#hear({ type: 'heartbeat', coreAgeMs });
  }

  socket(isConnected: boolean): void {
    this.#hear({ type: 'socket', isConnected });
    this.#tell(linkState(this.#facts, performance.now()));
  }

  /** Attachment of the element that covers the page when it hangs, see {@link stallCover}. */
  readonly cover = (element: HTMLElement): (() => void) => {
    const cover = stallCover(element);
    this.#covers.add(cover);
    return () => {
      this.#covers.delete(cover);
      cover.end();
    };
  };

  close(): void {
    clearInterval(this.#timer);
    this.#worker.terminate();
  }

  #hear(event: LinkEvent): void {
    this.#facts = foldLink(this.#facts, event, performance.now());
    this.#send(event);
  }

  #send(message: FromPage): void {
    this.#worker.postMessage(message);
  }

  #pulse({ link, hungMs }: Pulse): void {
    this.#pulsedMs = performance.now();
    this.#send({ type: 'alive' });
    for (const cover of this.#covers) cover.renew();
    if (hungMs > 0) this.#listener.onHung(hungMs);
    this.#tell(worse(link, linkState(this.#facts, this.#pulsedMs)));
  }

  #watchAlone(): void {
    const nowMs = performance.now();
    if (nowMs - this.#pulsedMs < PULSE_MISSING_MS) return;
    for (const cover of this.#covers) cover.renew();
    this.#tell(linkState(this.#facts, nowMs));
  }

  #tell(link: Link): void {
    if (link.state === 'live' && this.#told === 'live') return;
    this.#told = link.state;
    this.#listener.onLink({ ...link, heardWallTime: this.#heardWallTime });
  }
}

/** Page and worker hear the same; where they differ, one of them was held up, and the worse one is shown. */
const worse = (a: Link, b: Link): Link => (SEVERITY[a.state] > SEVERITY[b.state] ? a : b);
