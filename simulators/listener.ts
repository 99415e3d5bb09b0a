/** Where a simulated device can be reached. A listener waits at an address and hands over each client that comes. */
import type { Observable } from 'rxjs';
import { fail, ok, type Result } from '$lib/domain/index.ts';

export interface Client {
  /** Completes when the client has gone. Subscribed once, at once. */
  readonly bytes$: Observable<Uint8Array>;
  /** @returns false when the client is not keeping up: nothing of these bytes was sent. */
  write(bytes: Uint8Array): boolean;
  close(): void;
}

export interface Listener {
  /** What a station connects to: `tcp://127.0.0.1:4001`, `udp://127.0.0.1:24105`, or the path of a pseudo terminal. */
  readonly address: string;
  close(): Promise<void>;
}

export interface ListenFailure {
  readonly why: 'bad-address' | 'not-for-this-device' | 'address-in-use' | 'no-socat' | 'other';
  readonly sentence: string;
}

export type Accept = (client: Client) => void;
export type Listening = Promise<Result<Listener, ListenFailure>>;

export type Address =
  | { readonly kind: 'tcp' | 'udp' | 'socketio' | 'mllp'; readonly host: string; readonly port: number }
  | { readonly kind: 'pty'; readonly link?: string };

/**
 * Reads `tcp://host:port` and `udp://host:port` (port 0: any free one), `pty`, `pty:/path/of/the/link`, or, for a device that
 * connects by itself, `socketio://host:port` or `mllp://host:port` of the station.
 */
export function parseAddress(text: string): Result<Address, ListenFailure> {
  if (text === 'pty') return ok({ kind: 'pty' });
  if (text.startsWith('pty:/')) return ok({ kind: 'pty', link: text.slice('pty:'.length) });
  const socket =
    /^(?<kind>tcp|udp|socketio|mllp):\/\/(?:\[(?<v6>[0-9a-f:.]+)\]|(?<name>[^\s:/]+)):(?<port>\d{1,5})$/i.exec(
      text,
    )?.groups;
  const host = socket?.['v6'] ?? socket?.['name'];
  const port = Number(socket?.['port']);
  if (host === undefined || port > 65_535)
    return fail({ why: 'bad-address', sentence: `"${text}" is no address: use tcp://127.0.0.1:4001 or pty.` });
  const kind = KINDS.find((one) => one === socket?.['kind']?.toLowerCase()) ?? 'tcp';
  return ok({ kind, host, port });
}

const KINDS = ['tcp', 'udp', 'socketio', 'mllp'] as const;
