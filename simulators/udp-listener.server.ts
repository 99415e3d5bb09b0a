/**
 * A simulated device on a UDP port. Datagrams know no connection, so the device says whose they are:
 *
 *   nobody ── a datagram ──▶ its sender is the client ── another one's, and the device is free ──▶ that one is
 *                                                     └─ and the device is taken: turned away by the device's own answer
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { Subject } from 'rxjs';
import { fail, ok } from '$lib/domain/index.ts';
import type { Accept, Client, Listener, Listening } from './listener.ts';

/** What somebody else is told while the device has a client; undefined when it has none and takes this one. */
export type TurnAway = (bytes: Uint8Array) => readonly Uint8Array[] | undefined;

/** More than this unsent, and nothing is taken: far more than a device says in a second. */
const MAX_UNSENT_BYTES = 65_536;

export function listenOnUdp(host: string, port: number, accept: Accept, turnAway: TurnAway): Listening {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  let client: UdpClient | undefined;
  socket.on('message', (datagram, from) => {
    const bytes = new Uint8Array(datagram);
    if (client?.isAt(from)) return client.hear(bytes);
    const answers = client && turnAway(bytes);
    if (answers) return answers.forEach((answer) => socket.send(answer, from.port, from.address));
    client?.leave();
    client = new UdpClient(socket, from);
    accept(client);
    client.hear(bytes);
  });
  return new Promise((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) =>
      resolve(
        error.code === 'EADDRINUSE'
          ? fail({ why: 'address-in-use', sentence: `Another program is already listening on ${host}:${port}.` })
          : fail({ why: 'other', sentence: `Listening on ${host}:${port} is not possible: ${error.message}` }),
      ),
    );
    socket.bind(port, host, () => resolve(ok(listenerOf(socket, host, () => client?.leave()))));
  });
}

function listenerOf(socket: Socket, host: string, beforeClosing: () => void): Listener {
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      beforeClosing();
      socket.close(() => resolve());
    });
  let closed: Promise<void> | undefined;
  return {
    address: `udp://${isIPv6(host) ? `[${host}]` : host}:${socket.address().port}`,
    close: () => (closed ??= close()),
  };
}

class UdpClient implements Client {
  readonly #socket: Socket;
  readonly #at: RemoteInfo;
  readonly #said$ = new Subject<Uint8Array>();
  readonly bytes$ = this.#said$.asObservable();

  constructor(socket: Socket, at: RemoteInfo) {
    this.#socket = socket;
    this.#at = at;
  }

  isAt({ address, port }: RemoteInfo): boolean {
    return address === this.#at.address && port === this.#at.port;
  }

  hear(bytes: Uint8Array): void {
    this.#said$.next(bytes);
  }

  leave(): void {
    this.#said$.complete();
  }

  write(bytes: Uint8Array): boolean {
    if (this.#socket.getSendQueueSize() > MAX_UNSENT_BYTES) return false;
    this.#socket.send(bytes, this.#at.port, this.#at.address);
    return true;
  }

  /** There is no connection to close: it is not answered any more. */
  close(): void {
    this.leave();
  }
}
