/** The page's end of the live wire. The only file that imports `socket.io-client`. */
import { io, type Socket } from 'socket.io-client';
import type { ToBrowser, ToStation } from '$lib/realtime/index.ts';

export type StationSocket = Socket<ToBrowser, ToStation>;

/** Connects to the station that served the page, for ever; nothing that is sent while it is away is kept for later. */
export const openSocket = (): StationSocket =>
  io({
    transports: ['websocket'],
    reconnectionDelay: 200,
    reconnectionDelayMax: 1000,
    timeout: 4000,
    retries: 0,
  });
