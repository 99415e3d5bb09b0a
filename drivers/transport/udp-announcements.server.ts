/**
 * Ears for devices that announce themselves by UDP, to all or to a multicast group. Nothing can be sent here: who announces itself is not answered.
 *
 * Anybody on the network can shout, so what is handed on is bounded: datagrams longer than any announcement, and more of them
 * in a second than a large ward sends, are counted and not read.
 */
import { createSocket, type Socket } from 'node:dgram';
import { asyncScheduler, interval, Observable, type SchedulerLike } from 'rxjs';
import { SECOND_MS } from '$lib/domain/index.ts';
import { LinkFailure } from '../link.ts';

export interface EarsOptions {
  readonly port: number;
  /** All addresses of this computer unless told; a broadcast reaches no other choice. */
  readonly address?: string;
  /** A multicast group to join as well; where that is not possible broadcasts are heard all the same. */
  readonly group?: string;
  /** When a second is over; real timers unless told. */
  readonly scheduler?: SchedulerLike;
}

/**
 * `listening` comes first and once; `isInGroup` says whether a group that was asked for could be joined. `dropped`: so many
 * datagrams were not read in the last second.
 */
export type Heard =
  | { readonly kind: 'listening'; readonly port: number; readonly isInGroup?: boolean }
  | { readonly kind: 'datagram'; readonly bytes: Uint8Array; readonly sender: string }
  | { readonly kind: 'dropped'; readonly tooLong: number; readonly tooMany: number };

/** More than a datagram holds that travels in one piece. */
export const MAX_DATAGRAM_BYTES = 1500;
/** A hundred devices that announce themselves once a second, and as many again. */
export const MAX_DATAGRAMS_PER_SECOND = 200;

/**
 * Hears until unsubscribed; another program may listen on the same port if it shares it too. An error, always a
 * {@link LinkFailure}, means that nothing is heard any more.
 */
export function hearAnnouncements({
  port,
  address = '0.0.0.0',
  group,
  scheduler = asyncScheduler,
}: EarsOptions): Observable<Heard> {
  return new Observable((out) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    let [heard, tooLong, tooMany] = [0, 0, 0];
    socket.on('message', (datagram, { address: sender }) => {
      if (datagram.length > MAX_DATAGRAM_BYTES) tooLong += 1;
      else if (heard >= MAX_DATAGRAMS_PER_SECOND) tooMany += 1;
      else {
        heard += 1;
        out.next({ kind: 'datagram', bytes: new Uint8Array(datagram), sender });
      }
    });
    socket.on('error', (error: NodeJS.ErrnoException) => out.error(failureOf(error, port)));
    socket.bind({ port, address }, () => {
      const membership = group === undefined ? {} : { isInGroup: join(socket, group) };
      out.next({ kind: 'listening', port: socket.address().port, ...membership });
    });
    const seconds = interval(SECOND_MS, scheduler).subscribe(() => {
      if (tooLong + tooMany > 0) out.next({ kind: 'dropped', tooLong, tooMany });
      [heard, tooLong, tooMany] = [0, 0, 0];
    });
    return () => {
      seconds.unsubscribe();
      socket.close();
    };
  });
}

/** @returns false where there is no network to join on, or it is no group. */
function join(socket: Socket, group: string): boolean {
  try {
    socket.addMembership(group);
    return true;
  } catch {
    return false;
  }
}

function failureOf(error: NodeJS.ErrnoException, port: number): LinkFailure {
  switch (error.code) {
    case 'EADDRINUSE':
      return new LinkFailure('busy', `Another program listens on UDP port ${port} and does not share it.`);
    case 'EACCES':
      return new LinkFailure('denied', `No permission to listen on UDP port ${port}.`);
    default:
      return new LinkFailure('other', `Listening on UDP port ${port} failed: ${error.message}`);
  }
}
