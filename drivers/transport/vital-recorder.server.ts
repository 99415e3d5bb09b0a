/**
 * The port to which recorders connect: Socket.IO with the events `send_data` and `join_vr`, and the older HTTP POST. One
 * listener per address, shared by all devices that name it; open as long as one of them listens. Nothing is ever answered
 * but a code: no page, no file of the client, no CORS, no other namespace, and a browser (which says its origin) is refused.
 *
 * Engine.IO 3 is spoken too: recorders in the field may be built on it. What is said travels in clear text: listen on this
 * computer, or on a network that is trusted.
 */
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { Observable, type Subscriber } from 'rxjs';
import { Server, type Socket } from 'socket.io';
import type { Accepting } from '../driver.ts';
import { LinkFailure, type Connect, type Link } from '../link.ts';
import { InboundPort, Receiver, type Visit } from './inbound-port.server.ts';
import { plainAddress, type SourceKey } from './inbound-sources.server.ts';

export interface RecorderOptions {
  readonly host: string;
  readonly port: number;
  readonly accepting: Accepting;
  readonly key: SourceKey;
}

/** A connection that has not shown who it is after so long is closed. */
const PATIENCE_MS = 15_000;
const REQUEST_MS = 10_000;
const MOST_CONNECTIONS = 128;

/** The listeners of a process, each opened by the first device that asks for it and closed after the last. */
export class RecorderPorts {
  readonly #ports = new Map<string, Listener>();

  connect({ host, port, accepting, key }: RecorderOptions): Connect {
    const address = `${host}:${port}`;
    return () =>
      new Observable<Link>((out) => {
        let reader: Subscriber<Uint8Array> | undefined;
        const receiver = new Receiver(key, accepting, (bytes) => reader?.next(bytes));
        const listener = this.#ports.get(address) ?? new Listener(host, port, accepting);
        this.#ports.set(address, listener);
        const bytes$ = new Observable<Uint8Array>((subscriber) => void (reader = subscriber));
        const leave = listener.add(receiver, {
          ready: () => out.next({ bytes$, send: refuseToSend }),
          failed: (failure) => out.error(failure),
        });
        return () => {
          leave();
          if (!listener.isEmpty) return;
          if (this.#ports.get(address) === listener) this.#ports.delete(address);
          listener.close();
        };
      });
  }
}

const refuseToSend = (): Promise<void> =>
  Promise.reject(new LinkFailure('other', 'To a recorder nothing is sent: the station only listens.'));

interface Waiting {
  readonly ready: () => void;
  readonly failed: (failure: LinkFailure) => void;
}

class Listener {
  readonly #port: InboundPort;
  readonly #http: HttpServer;
  readonly #io: Server;
  readonly #waiting = new Set<Waiting>();

  constructor(host: string, port: number, accepting: Accepting) {
    this.#port = new InboundPort(accepting, () => performance.now());
    this.#http = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) =>
      this.#answer(request, response),
    );
    this.#http.maxConnections = MOST_CONNECTIONS;
    this.#http.once('listening', () => this.#each(({ ready }) => ready()));
    this.#http.on('error', (error: NodeJS.ErrnoException) =>
      this.#each(({ failed }) => failed(failureOf(error, `${host}:${port}`))),
    );
    this.#io = new Server(this.#http, {
      allowEIO3: true,
      serveClient: false,
      perMessageDeflate: false,
      httpCompression: false,
      // Twice the longest message: what is a little too long is counted, what is more ends the connection.
      maxHttpBufferSize: 2 * accepting.maxMessageBytes,
      connectTimeout: PATIENCE_MS,
      allowRequest: (request, answer) => answer(null, this.#admits(request)),
    });
    this.#io.on('connection', (socket) => this.#serve(socket));
    this.#http.listen({ host, port });
  }

  get isEmpty(): boolean {
    return this.#port.isEmpty;
  }

  /** @returns how to leave. `ready` comes when the port is open, at once when it already is. */
  add(receiver: Receiver, waiting: Waiting): () => void {
    this.#port.add(receiver);
    this.#waiting.add(waiting);
    if (this.#http.listening) waiting.ready();
    return () => {
      this.#port.remove(receiver);
      this.#waiting.delete(waiting);
    };
  }

  close(): void {
    // First the port, at once, so that it can be opened again in the next moment; then whoever is connected.
    this.#http.close();
    void this.#io.close();
    this.#http.closeAllConnections();
  }

  #each(tell: (waiting: Waiting) => void): void {
    for (const waiting of [...this.#waiting]) tell(waiting);
  }

  #admits({ socket, headers }: IncomingMessage): boolean {
    return this.#port.admits(plainAddress(socket.remoteAddress), headers.origin !== undefined);
  }

  #serve(socket: Socket): void {
    const visit = this.#port.begin(plainAddress(socket.conn.remoteAddress), true);
    // Without a word of Socket.IO: a client that is told to leave does not come back when its code has been put right.
    const hangUp = (): void => {
      if (visit.reached.size === 0) socket.conn.close();
    };
    const patience = setTimeout(hangUp, PATIENCE_MS);
    // One that was never let in is sent away at its first wrong word; a known one may err.
    const settle = (isTaken: boolean): void => {
      if (!isTaken) hangUp();
    };
    socket.on('join_vr', (code: unknown) => {
      settle(typeof code === 'string' ? this.#port.join(visit, code.trim()) : this.#unreadable(visit));
    });
    socket.on('send_data', (content: unknown) => settle(this.#take(visit, content)));
    socket.on('disconnect', () => {
      clearTimeout(patience);
      this.#port.end(visit);
    });
  }

  #take(visit: Visit, content: unknown): boolean {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    if (bytes instanceof Uint8Array)
      return this.#port.receive(visit, { kind: 'message', via: 'socket', bytes: new Uint8Array(bytes) });
    return this.#unreadable(visit);
  }

  #unreadable(visit: Visit): false {
    this.#port.refuse(visit.address, 'unreadable');
    return false;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const end = (code: number): void => void response.writeHead(code, { connection: 'close' }).end();
    if (request.method !== 'POST') return end(404);
    if (!this.#admits(request)) return end(403);
    const visit = this.#port.begin(plainAddress(request.socket.remoteAddress), false);
    const most = this.#port.maxMessageBytes;
    const parts: Buffer[] = [];
    let length = 0;
    request.on('data', (part: Buffer) => {
      length += part.length;
      if (length <= most) return void parts.push(part);
      if (response.headersSent) return;
      this.#port.refuse(visit.address, 'too-large');
      response.once('finish', () => request.destroy());
      end(413);
    });
    request.on('end', () => {
      if (response.headersSent) return;
      const bytes = new Uint8Array(Buffer.concat(parts));
      end(this.#port.receive(visit, { kind: 'message', via: 'post', bytes }) ? 204 : 403);
    });
  }
}

function failureOf(error: NodeJS.ErrnoException, address: string): LinkFailure {
  switch (error.code) {
    case 'EADDRINUSE':
      return new LinkFailure('busy', `Another program is already listening on ${address}.`);
    case 'EACCES':
      return new LinkFailure('denied', `This program may not listen on ${address}.`);
    case 'EADDRNOTAVAIL':
      return new LinkFailure('unreachable', `This computer has no address ${address}.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new LinkFailure('unknown-host', `The name in ${address} has no network address.`);
    default:
      return new LinkFailure('other', `Listening on ${address} is not possible: ${error.message}`);
  }
}
