/**
 * A screen without a browser: it folds what the wire brings with the page's own beds, answers for alarms as the page does,
 * asks anew when a number is missing, and comes back when it was cut off. It writes down what a person would have seen.
 */
import type { SchedulerLike } from 'rxjs';
import type { BedId, Command, Refusal, Result } from '$lib/domain/index.ts';
import { PageDeliveries } from '$lib/client/deliveries.ts';
import { WardBeds } from '$lib/client/ward-beds.svelte.ts';
import {
  WIRE_VERSION,
  type AlarmMessage,
  type BedPatch,
  type BedView,
  type Heartbeat,
  type StationSnapshot,
  type Welcome,
} from '$lib/realtime/index.ts';
import type { ScreenDraw } from '../draw.ts';
import { isCallback, type Connection, type MemoryServer } from './sockets.ts';

const ANSWER_MS = 2000;
const RETRY_MS = 500;
const RECONNECT_MS = 1000;

export class SimulatedScreen {
  readonly draw: ScreenDraw;
  readonly beds = new WardBeds();
  readonly #deliveries = new PageDeliveries();
  readonly #time: SchedulerLike;
  readonly #server: () => MemoryServer | undefined;
  #connection: Connection | undefined;
  #isWelcome = false;
  #isAsking = false;
  /** Since when it follows without a fault of its own. */
  wellSinceMs = Infinity;
  /** Holes in the numbers that it noticed, and asked. */
  holes = 0;
  #isOff = false;

  constructor(draw: ScreenDraw, time: SchedulerLike, server: () => MemoryServer | undefined) {
    this.draw = draw;
    this.#time = time;
    this.#server = server;
    this.#open();
    for (const { fromMs, forMs, how } of draw.troubles) {
      const begin = (): void => this.#suffer(how, forMs);
      time.schedule(begin, fromMs - time.now());
    }
  }

  get isConnected(): boolean {
    return this.#connection?.isOpen === true && this.#isWelcome;
  }

  view(bed: BedId): BedView | undefined {
    return this.beds.get(bed);
  }

  /** Fails at once without a link, as on the page. */
  ask(id: string, bed: BedId, command: Command, answered: (result: Result<null, Refusal> | undefined) => void): void {
    if (!this.isConnected) return answered(undefined);
    let isSettled = false;
    const settle = (result: Result<null, Refusal> | undefined): void => {
      if (!isSettled) answered(result);
      isSettled = true;
    };
    this.#time.schedule(() => settle(undefined), ANSWER_MS);
    this.#connection?.say('bed:command', { id, bed, command }, settle);
  }

  #suffer(how: ScreenDraw['troubles'][number]['how'], forMs: number): void {
    const connection = this.#connection;
    this.wellSinceMs = Infinity;
    if (how === 'stalls') {
      connection?.toScreen.stall(true);
      this.#time.schedule(() => {
        connection?.toScreen.stall(false);
        this.#wellAgain();
      }, forMs);
      return;
    }
    this.#isOff = true;
    if (how === 'vanishes') connection?.vanish();
    else connection?.end('transport close');
    this.#time.schedule(() => {
      this.#isOff = false;
      connection?.end('transport close');
      if (!this.#connection?.isOpen) this.#open();
    }, forMs);
  }

  #wellAgain(): void {
    if (this.isConnected) this.wellSinceMs = this.#time.now();
  }

  #open(): void {
    if (this.#isOff || this.#connection?.isOpen) return;
    const server = this.#server();
    if (server === undefined) return void this.#time.schedule(() => this.#open(), RECONNECT_MS);
    this.#isWelcome = false;
    this.#isAsking = false;
    this.#deliveries.forget();
    const connection = server.connect(this.draw.delayMs, {
      hear: (event, args) => this.#connection === connection && this.#hear(event, args),
      closed: () => this.#closed(connection),
    });
    this.#connection = connection;
    this.#hello();
  }

  #closed(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#isWelcome = false;
    this.wellSinceMs = Infinity;
    this.#time.schedule(() => this.#open(), RECONNECT_MS);
  }

  #hello(then: () => void = () => undefined): void {
    const connection = this.#connection;
    if (!connection?.isOpen) return;
    this.#isAsking = true;
    const hello = {
      wireVersion: WIRE_VERSION,
      view: { type: 'ward' },
      sound: { state: this.draw.isAudible ? 'running' : 'off', isVisible: true },
      alarmNumbers: this.beds.alarmNumbers(),
    };
    let isSettled = false;
    const settle = (answer: Result<Welcome, Refusal> | undefined): void => {
      if (isSettled || this.#connection !== connection || !connection.isOpen) return;
      isSettled = true;
      this.#isAsking = false;
      if (!answer?.ok)
        return void this.#time.schedule(() => this.#connection === connection && this.#hello(), RETRY_MS);
      this.#isWelcome = true;
      this.#replace(answer.value.snapshot);
      if (this.wellSinceMs === Infinity) this.wellSinceMs = this.#time.now();
      then();
    };
    this.#time.schedule(() => settle(undefined), ANSWER_MS);
    connection.say('station:hello', hello, settle);
  }

  #hear(event: string, args: readonly unknown[]): void {
    const [first, second] = args;
    switch (event) {
      case 'answer':
        if (isCallback(first)) first();
        return;
      case 'station:heartbeat':
        this.#connection?.say('heartbeat:seen', (first as Heartbeat).count);
        return this.#deliver();
      case 'station:snapshot':
        return this.#replace(first as StationSnapshot);
      case 'bed:changed':
        return this.beds.patch(first as BedPatch);
      case 'alarm:changed':
        return this.#onAlarm(first as AlarmMessage, second as () => void);
    }
  }

  /** Answered for only when it is shown; a missing number asks for everything anew. */
  #onAlarm(message: AlarmMessage, received: () => void): void {
    if (this.beds.take(message)) {
      this.#deliver();
      return received();
    }
    if (this.#isWelcome) this.holes += 1;
    if (this.#isAsking) return received();
    this.#hello(received);
  }

  #replace({ beds }: StationSnapshot): void {
    this.beds.replace(beds);
    this.#deliver();
  }

  /** What this page shows and sounds, said as the page says it. */
  #deliver(): void {
    if (!this.isConnected) return;
    const beds = this.beds.now();
    const sound = this.draw.isAudible ? 'running' : 'off';
    const page = { view: { type: 'ward' }, tiles: beds.map(({ bed }) => bed), isVisible: true, sound } as const;
    for (const report of this.#deliveries.due(beds, page)) this.#connection?.say('alarm:delivered', report);
  }
}
