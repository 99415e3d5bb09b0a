/**
 * The bus between two processes of one machine: a Unix socket (a named pipe on Windows) in a directory that only the
 * station's user may enter, carrying structured clones. A socket and not the parent's IPC channel, so that core and web are
 * joined directly: either may die and come back while the other goes on, and no third process stands in the way of an alarm.
 *
 * A reader that falls behind first loses waves, which are worthless late; one that falls far behind is cut off and begins
 * again with a snapshot, so the core's memory never depends on it.
 */
import { rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';
import { defer, Subject, type Observable } from 'rxjs';
import { fail, type BedId, type CommandEnvelope, type Delivery, type Refusal, type Result } from '$lib/domain/index.ts';
import type { AnswerTo, Bus, BusHost, Listeners, StationEvent, StationRequest } from './bus.ts';
import { FrameCutter, frameOf } from './socket-frames.ts';

type ToCore =
  | { readonly type: 'command'; readonly call: number; readonly envelope: CommandEnvelope }
  | { readonly type: 'request'; readonly call: number; readonly request: StationRequest }
  | { readonly type: 'report'; readonly listeners: Readonly<Record<string, Listeners>> }
  | { readonly type: 'deliver'; readonly bed: BedId; readonly delivery: Delivery }
  /** Asked for by somebody who begins to listen on a socket that is open already. */
  | { readonly type: 'snapshot' };

type ToWeb =
  | { readonly type: 'event'; readonly event: StationEvent }
  | { readonly type: 'answer'; readonly call: number; readonly answer: Result<unknown, Refusal> };

const WAVES_DROPPED_ABOVE_BYTES = 256 * 1024;
const CUT_OFF_ABOVE_BYTES = 16 * 1024 * 1024;
const ANSWER_TIMEOUT_MS = 5000;
/** Finding out takes longer than telling: a port is tried with one protocol after the other. */
const SEARCH_TIMEOUT_MS = 90_000;
const SEARCHES: readonly StationRequest['type'][] = ['probe', 'announced'];
const RECONNECT_MS = 100;

const encode = (message: ToCore | ToWeb): Uint8Array => frameOf(serialize(message));

export interface BusServer {
  /** Hangs up on everybody; resolves when the path is free again. */
  close(): Promise<void>;
}

/**
 * Offers a core on a socket path. Resolves when it can be reached. The path is the station's own, so what a core that was
 * killed has left there is in nobody's use and is removed.
 */
export async function serveBus(host: BusHost, path: string): Promise<BusServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    attach(host, socket);
  });
  if (process.platform !== 'win32') rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function attach(host: BusHost, socket: Socket): void {
  const send = (message: ToWeb): void => {
    if (socket.destroyed) return;
    if (socket.writableLength > CUT_OFF_ABOVE_BYTES) return void socket.destroy();
    const isWave = message.type === 'event' && message.event.type === 'waves';
    if (isWave && socket.writableLength > WAVES_DROPPED_ABOVE_BYTES) return;
    socket.write(encode(message));
  };
  serve(host, { type: 'snapshot' }, send);
  const events = host.events$.subscribe((event) => send({ type: 'event', event }));
  receive<ToCore>(socket, (message) => serve(host, message, send));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    events.unsubscribe();
    host.report({});
  });
}

function serve(host: BusHost, message: ToCore, send: (message: ToWeb) => void): void {
  const answer = (call: number, result: Promise<Result<unknown, Refusal>>): void =>
    void result.then((value) => send({ type: 'answer', call, answer: value }));
  switch (message.type) {
    case 'snapshot':
      return send({ type: 'event', event: { type: 'snapshot', snapshot: host.snapshot() } });
    case 'report':
      return host.report(message.listeners);
    case 'deliver':
      return host.deliver(message.bed, message.delivery);
    case 'command':
      return answer(message.call, host.command(message.envelope));
    case 'request':
      return answer(message.call, host.request(message.request));
  }
}

function receive<T>(socket: Socket, hand: (message: T) => void): void {
  const cutter = new FrameCutter();
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const payload of cutter.push(chunk)) hand(deserialize(payload) as T);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** The web's end: connects, and connects again for ever; says `lost` in between. */
export function connectBus(path: string): Bus {
  return new SocketBus(path);
}

class SocketBus implements Bus {
  readonly events$: Observable<StationEvent>;
  readonly #path: string;
  readonly #event$ = new Subject<StationEvent>();
  readonly #waiting = new Map<number, (answer: Result<unknown, Refusal>) => void>();
  #socket: Socket | undefined;
  #isConnected = false;
  #isClosed = false;
  #calls = 0;

  constructor(path: string) {
    this.#path = path;
    this.events$ = defer(() => {
      if (this.#isConnected) this.#socket?.write(encode({ type: 'snapshot' }));
      return this.#event$;
    });
    this.#connect();
  }

  command(envelope: CommandEnvelope): Promise<Result<null, Refusal>> {
    return this.#call((call) => ({ type: 'command', call, envelope })) as Promise<Result<null, Refusal>>;
  }

  request<R extends StationRequest>(request: R): Promise<AnswerTo<R>> {
    const patienceMs = SEARCHES.includes(request.type) ? SEARCH_TIMEOUT_MS : ANSWER_TIMEOUT_MS;
    return this.#call((call) => ({ type: 'request', call, request }), patienceMs) as Promise<AnswerTo<R>>;
  }

  report(listeners: Readonly<Record<string, Listeners>>): void {
    if (this.#isConnected) this.#socket?.write(encode({ type: 'report', listeners }));
  }

  deliver(bed: BedId, delivery: Delivery): void {
    if (this.#isConnected) this.#socket?.write(encode({ type: 'deliver', bed, delivery }));
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.destroy();
    this.#event$.complete();
  }

  #connect(): void {
    const socket = createConnection(this.#path);
    this.#socket = socket;
    socket.on('connect', () => {
      this.#isConnected = true;
    });
    receive<ToWeb>(socket, (message) => this.#receive(message));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#lost());
  }

  #receive(message: ToWeb): void {
    if (message.type === 'event') return this.#event$.next(message.event);
    this.#waiting.get(message.call)?.(message.answer);
  }

  #lost(): void {
    if (this.#isConnected) this.#event$.next({ type: 'lost' });
    this.#isConnected = false;
    for (const answer of [...this.#waiting.values()]) answer(unavailable('The monitoring process has just stopped.'));
    if (!this.#isClosed) setTimeout(() => this.#connect(), RECONNECT_MS).unref();
  }

  #call(message: (call: number) => ToCore, patienceMs = ANSWER_TIMEOUT_MS): Promise<Result<unknown, Refusal>> {
    if (!this.#isConnected) return Promise.resolve(unavailable('The monitoring process is not running at the moment.'));
    this.#calls += 1;
    const call = this.#calls;
    return new Promise((resolve) => {
      const answer = (result: Result<unknown, Refusal>): void => {
        clearTimeout(timeout);
        this.#waiting.delete(call);
        resolve(result);
      };
      const timeout = setTimeout(() => answer(unavailable('The monitoring process did not answer.')), patienceMs);
      this.#waiting.set(call, answer);
      this.#socket?.write(encode(message(call)));
    });
  }
}

const unavailable = (message: string): Result<never, Refusal> =>
  fail({ why: 'unavailable', message: `${message} Nothing was changed; try again.` });
