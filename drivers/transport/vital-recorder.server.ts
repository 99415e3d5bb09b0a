/**
 * The port to which recorders connect: Socket.IO with the events `send_data` and `join_vr`, and the older HTTP POST. One
 * listener per address, shared by all devices that name it; open as long as one of them listens. Nothing is ever answered
 * but a code: no page, no file of the client, no CORS, no other namespace, and a browser (which says its origin) is refused.
 *
 * Engine.IO 3 is spoken too: recorders in the field may be built on it. What is said travels in clear text: listen on this
 * computer, or on a network that is trusted.
 */
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Connect } from '../link.ts';
import {
  InboundListeners,
  listenFailure,
  type Doors,
  type InboundOptions,
  type OpenDoors,
} from './inbound-listeners.server.ts';
import type { InboundPort, Visit } from './inbound-port.server.ts';
import { plainAddress } from './inbound-sources.server.ts';

/** A connection that has not shown who it is after so long is closed. */
const PATIENCE_MS = 15_000;
const REQUEST_MS = 10_000;
const MOST_CONNECTIONS = 128;

/** The recorders' listeners of a process. */
export class RecorderPorts {
  readonly #listeners = new InboundListeners((at, port, tell) => new RecorderDoors(at, port, tell));

  connect(options: InboundOptions): Connect {
    return this.#listeners.connect(options);
  }
}

class RecorderDoors implements Doors {
  readonly #port: InboundPort;
  readonly #http: HttpServer;
  readonly #io: Server;

  constructor(...[{ host, port, accepting }, inbound, tell]: Parameters<OpenDoors>) {
    this.#port = inbound;
    this.#http = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) =>
      this.#answer(request, response),
    );
    this.#http.maxConnections = MOST_CONNECTIONS;
    this.#http.once('listening', () => tell.ready());
    this.#http.on('error', (error: NodeJS.ErrnoException) => tell.failed(listenFailure(error, `${host}:${port}`)));
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

  get isOpen(): boolean {
    return this.#http.listening;
  }

  close(): void {
    // First the port, at once, so that it can be opened again in the next moment; then whoever is connected.
    this.#http.close();
    void this.#io.close();
    this.#http.closeAllConnections();
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
    if (bytes instanceof Uint8Array) return this.#port.receive(visit, { via: 'socket', bytes: new Uint8Array(bytes) });
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
      end(this.#port.receive(visit, { via: 'post', bytes }) ? 204 : 403);
    });
  }
}
