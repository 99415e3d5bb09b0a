/** A simulated device on a TCP port, as a serial device server would offer it. */
import { createServer, type Server, type Socket } from 'node:net';
import { Observable } from 'rxjs';
import { fail, ok } from '$lib/domain/index.ts';
import type { Accept, Client, Listener, Listening } from './listener.ts';

export function listenOnTcp(host: string, port: number, accept: Accept): Listening {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    accept(clientOf(socket));
  });
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(
        error.code === 'EADDRINUSE'
          ? fail({ why: 'address-in-use', sentence: `Another program is already listening on ${host}:${port}.` })
          : fail({ why: 'other', sentence: `Listening on ${host}:${port} is not possible: ${error.message}` }),
      ),
    );
    server.listen({ host, port }, () => resolve(ok(listenerOf(server, host, sockets))));
  });
}

function listenerOf(server: Server, host: string, sockets: ReadonlySet<Socket>): Listener {
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  return {
    address: `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function clientOf(socket: Socket): Client {
  // A reset is only one more way to go; 'close' follows.
  socket.on('error', () => socket.destroy());
  return {
    bytes$: new Observable((out) => {
      socket.on('data', (bytes) => out.next(new Uint8Array(bytes)));
      socket.on('close', () => out.complete());
      return () => socket.destroy();
    }),
    write: (bytes) => {
      if (socket.writableNeedDrain || !socket.writable) return false;
      socket.write(bytes);
      return true;
    },
    close: () => socket.destroy(),
  };
}
