/**
 * A simulated recorder on the network. It is the one device that does not wait to be connected to: it calls the station, by
 * Socket.IO, again and again, and each message becomes a `send_data`.
 */
import { io, type Socket } from 'socket.io-client';
import { Observable } from 'rxjs';
import { ok } from '$lib/domain/index.ts';
import { cut, KINDS } from '$drivers/vital-recorder/framing.ts';
import type { Accept, Client, Listening } from './listener.ts';

const RETRY_MS = 1000;
const NO_BYTES = new Uint8Array(0);

/** `accept` is given the station each time that it answers. */
export function callStation(host: string, port: number, accept: Accept): Listening {
  const name = host.includes(':') ? `[${host}]` : host;
  const socket = io(`http://${name}:${port}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: RETRY_MS,
    reconnectionDelayMax: RETRY_MS,
  });
  socket.on('connect', () => accept(clientOf(socket)));
  return Promise.resolve(
    ok({
      address: `socketio://${name}:${port}`,
      close: () => {
        socket.disconnect();
        return Promise.resolve();
      },
    }),
  );
}

function clientOf(socket: Socket): Client {
  return {
    bytes$: new Observable((out) => {
      const end = (): void => out.complete();
      socket.once('disconnect', end);
      return () => socket.off('disconnect', end);
    }),
    write: (bytes) => {
      if (!socket.connected) return false;
      for (const piece of cut(NO_BYTES, bytes).cuts) {
        if (piece.kind === 'frame' && piece.payload[0] === KINDS.socket)
          socket.emit('send_data', piece.payload.slice(1));
      }
      return true;
    },
    close: () => void socket.disconnect(),
  };
}
