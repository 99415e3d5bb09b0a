/**
 * A simulated gateway on the network. It does not wait to be connected to: it calls the station, again and again, and each of its
 * messages leaves as an MLLP frame, in two pieces, as networks may deliver it. What comes back are the station's acknowledgements.
 */
import { connect, type Socket } from 'node:net';
import { Observable } from 'rxjs';
import { ok } from '$lib/domain/index.ts';
import { frame } from '$drivers/hl7/mllp.ts';
import { cut, uncover } from '$drivers/pump-bbraun-hl7-pcd/cover.ts';
import type { Accept, Client, Listening } from './listener.ts';

const RETRY_MS = 1000;
const NO_BYTES = new Uint8Array(0);

/** `accept` is given the station each time that it answers. */
export function callStationByMllp(host: string, port: number, accept: Accept): Listening {
  let socket: Socket | undefined;
  let again: NodeJS.Timeout | undefined;
  let isClosed = false;
  const call = (): void => {
    const calling = connect({ host, port, noDelay: true });
    socket = calling;
    calling.on('connect', () => accept(clientOf(calling)));
    calling.on('error', () => calling.destroy());
    calling.on('close', () => {
      if (!isClosed) again = setTimeout(call, RETRY_MS);
    });
  };
  call();
  const name = host.includes(':') ? `[${host}]` : host;
  const close = (): Promise<void> => {
    isClosed = true;
    clearTimeout(again);
    socket?.destroy();
    return Promise.resolve();
  };
  return Promise.resolve(ok({ address: `mllp://${name}:${port}`, close }));
}

function clientOf(socket: Socket): Client {
  return {
    bytes$: new Observable((out) => {
      socket.on('data', (bytes) => out.next(new Uint8Array(bytes)));
      socket.on('close', () => out.complete());
      return () => socket.destroy();
    }),
    write: (bytes) => {
      if (socket.writableNeedDrain || !socket.writable) return false;
      for (const piece of cut(NO_BYTES, bytes).cuts) if (piece.kind === 'frame') send(socket, piece.payload);
      return true;
    },
    close: () => socket.destroy(),
  };
}

function send(socket: Socket, payload: Uint8Array): void {
  const uncovered = uncover(payload);
  if (uncovered.kind !== 'message') return;
  const whole = frame(uncovered.message);
  const middle = whole.length >> 1;
  socket.write(whole.subarray(0, middle));
  socket.write(whole.subarray(middle));
}
