/**
 * A device reached over TCP: its own network port, or a serial device server that puts a serial line on the network.
 *
 * Keep-alive and no delay: a silent peer is asked whether it lives, and a ten-byte poll leaves at once.
 */
import { connect as connectSocket, type Socket } from 'node:net';
import { Observable } from 'rxjs';
import { LAST_WORDS_MS, LinkFailure, MAX_UNSENT_BYTES, type Connect, type Link } from '../link.ts';

export interface TcpOptions {
  readonly host: string;
  readonly port: number;
  /** 5000 unless told. */
  readonly connectTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 5000;
const KEEP_ALIVE_AFTER_MS = 10_000;

export function tcpConnect({ host, port, connectTimeoutMs = CONNECT_TIMEOUT_MS }: TcpOptions): Connect {
  const address = `${host}:${port}`;
  return () =>
    new Observable<Link>((out) => {
      const socket = connectSocket({
        host,
        port,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
      });
      const patience = setTimeout(
        () => out.error(new LinkFailure('timed-out', `No answer from ${address} within ${connectTimeoutMs / 1000} s.`)),
        connectTimeoutMs,
      );
      socket.on('connect', () => {
        clearTimeout(patience);
        out.next({ bytes$: received(socket), send: (bytes) => send(socket, bytes, address) });
      });
      // Stays attached after the end: a socket that breaks while it is closing must not take the process with it.
      socket.on('error', (error: NodeJS.ErrnoException) => out.error(failureOf(error, address)));
      socket.on('close', () => out.error(new LinkFailure('closed', `The device at ${address} closed the connection.`)));
      return () => {
        clearTimeout(patience);
        hangUp(socket);
      };
    });
}

function received(socket: Socket): Observable<Uint8Array> {
  return new Observable((out) => {
    const take = (bytes: Uint8Array) => out.next(new Uint8Array(bytes));
    socket.on('data', take);
    return () => socket.off('data', take);
  });
}

function send(socket: Socket, bytes: Uint8Array, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.writableLength > MAX_UNSENT_BYTES)
      return reject(new LinkFailure('stalled', `The device at ${address} no longer takes what we send.`));
    socket.write(bytes, (error) => (error ? reject(failureOf(error, address)) : resolve()));
  });
}

/** Says what is still to be said, then closes; cuts off an end that takes nothing. */
function hangUp(socket: Socket): void {
  if (socket.connecting || socket.destroyed) return void socket.destroy();
  const limit = setTimeout(() => socket.destroy(), LAST_WORDS_MS);
  socket.once('close', () => clearTimeout(limit));
  socket.end();
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
    case 'ETIMEDOUT':
      return new LinkFailure('timed-out', `No answer from ${address}.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new LinkFailure(
        'unknown-host',
        `The name in ${address} has no network address: check the spelling or DNS.`,
      );
    case 'ECONNRESET':
    case 'EPIPE':
      return new LinkFailure('closed', `The connection to ${address} broke off.`);
    default:
      return new LinkFailure('other', `The connection to ${address} failed: ${error.message}`);
  }
}
