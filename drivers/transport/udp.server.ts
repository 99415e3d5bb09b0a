/**
 * A device reached over UDP: one socket that exchanges datagrams with one address, each datagram one chunk of bytes.
 *
 * UDP knows no connection. The link is open as soon as the name has an address and says nothing about the device; that
 * nobody listens there shows only when something is sent, and not on every network. Silence is the session's business.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { Observable } from 'rxjs';
import { LAST_WORDS_MS, LinkFailure, MAX_UNSENT_BYTES, type Connect, type Link } from '../link.ts';

export interface UdpOptions {
  readonly host: string;
  readonly port: number;
}

export function udpConnect({ host, port }: UdpOptions): Connect {
  const address = `${host}:${port}`;
  return () =>
    new Observable<Link>((out) => {
      const socket = socketFor(host);
      const outgoing = new Outgoing(socket, address);
      // Stays attached after the end: a late answer of the network must not take the process with it.
      socket.on('error', (error: NodeJS.ErrnoException) => out.error(failureOf(error, address)));
      socket.on('connect', () => out.next({ bytes$: received(socket), send: (bytes) => outgoing.send(bytes) }));
      socket.connect(port, host);
      return () => outgoing.close();
    });
}

const socketFor = (host: string): Socket => createSocket(isIPv6(host) ? 'udp6' : 'udp4');

function received(socket: Socket): Observable<Uint8Array> {
  return new Observable((out) => {
    const take = (bytes: Uint8Array) => out.next(new Uint8Array(bytes));
    socket.on('message', take);
    return () => socket.off('message', take);
  });
}

/** What is on its way out of the program; a socket that is closed under it would drop it. */
class Outgoing {
  readonly #socket: Socket;
  readonly #address: string;
  #pending = 0;
  #limit: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(socket: Socket, address: string) {
    this.#socket = socket;
    this.#address = address;
  }

  send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new LinkFailure('closed', 'The connection is closed.'));
      if (this.#socket.getSendQueueSize() > MAX_UNSENT_BYTES)
        return reject(new LinkFailure('stalled', `Nothing can be sent to ${this.#address} any more.`));
      this.#pending += 1;
      this.#socket.send(bytes, (error) => {
        this.#pending -= 1;
        if (error) reject(failureOf(error, this.#address));
        else resolve();
        if (this.#isClosed && this.#pending === 0) this.#end();
      });
    });
  }

  /** Lets out what was given to it, then closes. */
  close(): void {
    this.#isClosed = true;
    if (this.#pending === 0) this.#end();
    else this.#limit = setTimeout(() => this.#end(), LAST_WORDS_MS);
  }

  #end(): void {
    clearTimeout(this.#limit);
    this.#pending = Infinity;
    this.#socket.close();
  }
}

function failureOf(error: NodeJS.ErrnoException, address: string): LinkFailure {
  switch (error.code) {
    case 'ECONNREFUSED':
      return new LinkFailure(
        'refused',
        `Nothing is listening at ${address}: is the device on, and is the port number right?`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return new LinkFailure('unreachable', `There is no way to ${address}: check the network cable and the address.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new LinkFailure(
        'unknown-host',
        `The name in ${address} has no network address: check the spelling or DNS.`,
      );
    case 'EACCES':
      return new LinkFailure('denied', `This program may not use ${address}.`);
    default:
      return new LinkFailure('other', `The link to ${address} failed: ${error.message}`);
  }
}
