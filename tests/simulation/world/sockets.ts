/**
 * Socket.IO without a network: what the gateway uses of it, in virtual time. Messages take a while and keep their order; a
 * screen may stall (what is for it piles up), vanish without a word (the station notices by the missing answers), or hang up.
 */
import type { SchedulerLike, Subscription } from 'rxjs';
import type { Screen } from '$lib/server/screen.ts';
import type { ScreenServer } from '$lib/server/gateway.ts';

export type Callback = (...args: readonly unknown[]) => void;

export const isCallback = (value: unknown): value is Callback => typeof value === 'function';

type Message = readonly [event: string, ...args: readonly unknown[]];

/** How long a screen may not answer before the station gives it up, as the real server is set. */
const PING_TIMEOUT_MS = 10_000;

/** Messages one way: in order, each after the wire's delay; nothing while it is stalled. */
class Way {
  readonly waiting: { readonly dueMs: number; readonly message: Message }[] = [];
  readonly #time: SchedulerLike;
  readonly #delayMs: number;
  readonly #deliver: (message: Message) => void;
  #timer: Subscription | undefined;
  #isStalled = false;
  #isClosed = false;

  constructor(time: SchedulerLike, delayMs: number, deliver: (message: Message) => void) {
    this.#time = time;
    this.#delayMs = delayMs;
    this.#deliver = deliver;
  }

  put(message: Message): void {
    if (this.#isClosed) return;
    this.waiting.push({ dueMs: this.#time.now() + this.#delayMs, message });
    this.#plan();
  }

  stall(isStalled: boolean): void {
    this.#isStalled = isStalled;
    this.#plan();
  }

  close(): void {
    this.#isClosed = true;
    this.waiting.length = 0;
    this.#timer?.unsubscribe();
  }

  #plan(): void {
    const [next] = this.waiting;
    if (this.#timer !== undefined || this.#isStalled || this.#isClosed || next === undefined) return;
    this.#timer = this.#time.schedule(
      () => {
        this.#timer = undefined;
        while (!this.#isStalled && (this.waiting[0]?.dueMs ?? Infinity) <= this.#time.now()) {
          const due = this.waiting.shift();
          if (due) this.#deliver(due.message);
        }
        this.#plan();
      },
      Math.max(0, next.dueMs - this.#time.now()),
    );
  }
}

/** The station's end of one connection, as the gateway knows it. */
class StationEnd {
  readonly id: string;
  data: Screen | Record<string, never> = {};
  readonly handshake = { headers: {} };
  readonly rooms = new Set<string>();
  readonly handlers = new Map<string, (...args: readonly unknown[]) => void>();
  readonly #server: MemoryServer;
  readonly #connection: Connection;

  constructor(id: string, server: MemoryServer, connection: Connection) {
    this.id = id;
    this.#server = server;
    this.#connection = connection;
  }

  get conn(): object {
    return { writeBuffer: this.#connection.toScreen.waiting };
  }

  on(event: string, handler: (...args: readonly unknown[]) => void): this {
    this.handlers.set(event, handler);
    return this;
  }

  emit(event: string, ...args: readonly unknown[]): void {
    this.#connection.toScreen.put([event, ...args]);
  }

  /** The last argument is told what came back, or that nothing did in time. */
  timeout(ms: number): { emit: (event: string, ...args: readonly unknown[]) => void } {
    return {
      emit: (event, ...args) => {
        const answered = args.at(-1);
        if (!isCallback(answered)) throw new TypeError('a timed message needs somebody to tell');
        let isSettled = false;
        const settle = (error: Error | null, ...answer: readonly unknown[]): void => {
          if (isSettled) return;
          isSettled = true;
          answered(error, ...answer);
        };
        this.#server.time.schedule(() => settle(new Error('no answer')), ms);
        this.emit(event, ...args.slice(0, -1), (...answer: readonly unknown[]) =>
          this.#connection.toStation.put(['answer', () => settle(null, ...answer)]),
        );
      },
    };
  }

  join(rooms: string | readonly string[]): void {
    for (const room of typeof rooms === 'string' ? [rooms] : rooms) {
      this.rooms.add(room);
      this.#server.roomOf(room).add(this.id);
    }
  }

  leave(room: string): void {
    this.rooms.delete(room);
    this.#server.leave(room, this.id);
  }

  disconnect(): void {
    this.#connection.end('io server disconnect');
  }
}

/** One connection between a screen and the station. */
export class Connection {
  readonly toScreen: Way;
  readonly toStation: Way;
  readonly station: StationEnd;
  readonly #server: MemoryServer;
  readonly #onClosed: (why: string) => void;
  #isOver = false;

  constructor(
    server: MemoryServer,
    id: string,
    delayMs: number,
    screen: {
      readonly hear: (event: string, args: readonly unknown[]) => void;
      readonly closed: (why: string) => void;
    },
  ) {
    this.#server = server;
    this.#onClosed = screen.closed;
    this.station = new StationEnd(id, server, this);
    this.toScreen = new Way(server.time, delayMs, ([event, ...args]) => screen.hear(event, args));
    this.toStation = new Way(server.time, delayMs, ([event, ...args]) => this.#toStation(event, args));
  }

  get isOpen(): boolean {
    return !this.#isOver;
  }

  /** The screen says something; a function as the last argument is called with the answer. */
  say(event: string, ...args: readonly unknown[]): void {
    const answer = args.at(-1);
    if (!isCallback(answer)) return this.toStation.put([event, ...args]);
    const back = (...answers: readonly unknown[]): void => this.toScreen.put(['answer', () => answer(...answers)]);
    this.toStation.put([event, ...args.slice(0, -1), back]);
  }

  /** The screen is gone and says nothing: the station finds out. */
  vanish(): void {
    this.toStation.close();
    this.toScreen.stall(true);
    this.#server.time.schedule(() => this.end('ping timeout'), PING_TIMEOUT_MS);
  }

  end(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.toScreen.close();
    this.toStation.close();
    this.#server.forget(this.station);
    this.#call('disconnect', [why]);
    this.#onClosed(why);
  }

  #toStation(event: string, args: readonly unknown[]): void {
    const [first] = args;
    if (event === 'answer' && isCallback(first)) first();
    else this.#call(event, args);
  }

  #call(event: string, args: readonly unknown[]): void {
    const handler = this.station.handlers.get(event);
    handler?.(...args);
  }
}

/** The server's side, as far as the gateway uses it. */
export class MemoryServer {
  readonly time: SchedulerLike;
  readonly sockets = { sockets: new Map<string, StationEnd>(), adapter: { rooms: new Map<string, Set<string>>() } };
  #middleware: ((socket: StationEnd, next: (error?: Error) => void) => void) | undefined;
  #welcome: ((socket: StationEnd) => void) | undefined;
  #connections = new Set<Connection>();
  #count = 0;

  constructor(time: SchedulerLike) {
    this.time = time;
  }

  /** The gateway's view of it: a Socket.IO server. */
  get asScreenServer(): ScreenServer {
    return this as unknown as ScreenServer;
  }

  use(middleware: (socket: StationEnd, next: (error?: Error) => void) => void): void {
    this.#middleware = middleware;
  }

  on(_: 'connection', welcome: (socket: StationEnd) => void): void {
    this.#welcome = welcome;
  }

  emit(event: string, ...args: readonly unknown[]): void {
    for (const socket of this.sockets.sockets.values()) socket.emit(event, ...args);
  }

  to(rooms: string | readonly string[]): { emit: (event: string, ...args: readonly unknown[]) => void } {
    const names = typeof rooms === 'string' ? [rooms] : rooms;
    return {
      emit: (event, ...args) => {
        for (const socket of this.sockets.sockets.values())
          if (names.some((name) => socket.rooms.has(name))) socket.emit(event, ...args);
      },
    };
  }

  close(): Promise<void> {
    for (const connection of [...this.#connections]) connection.end('transport close');
    return Promise.resolve();
  }

  connect(delayMs: number, screen: ConstructorParameters<typeof Connection>[3]): Connection {
    this.#count += 1;
    const connection = new Connection(this, `screen-${this.#count}`, delayMs, screen);
    const { station } = connection;
    this.#middleware?.(station, (error) => {
      if (error) return connection.end('not admitted');
      this.sockets.sockets.set(station.id, station);
      this.#connections.add(connection);
      this.#welcome?.(station);
    });
    return connection;
  }

  roomOf(name: string): Set<string> {
    const known = this.sockets.adapter.rooms.get(name);
    if (known) return known;
    const room = new Set<string>();
    this.sockets.adapter.rooms.set(name, room);
    return room;
  }

  leave(name: string, id: string): void {
    const room = this.sockets.adapter.rooms.get(name);
    room?.delete(id);
    if (room?.size === 0) this.sockets.adapter.rooms.delete(name);
  }

  forget(station: StationEnd): void {
    this.sockets.sockets.delete(station.id);
    for (const room of [...station.rooms]) station.leave(room);
    this.#connections = new Set([...this.#connections].filter((one) => one.station !== station));
  }
}
