/**
 * The listeners of a process, one for each address: opened by the first device that asks for it, shared by all that name it,
 * closed after the last. What is spoken at an address is the business of the doors that stand there.
 */
import { Observable, type Subscriber } from 'rxjs';
import type { Accepting, SessionContext } from '../driver.ts';
import { LinkFailure, type Connect, type Link } from '../link.ts';
import { InboundPort, Receiver } from './inbound-port.server.ts';
import type { SourceKey } from './inbound-sources.server.ts';

export interface InboundOptions {
  readonly host: string;
  readonly port: number;
  readonly accepting: Accepting;
  readonly key: SourceKey;
  /** Of the device, by which the port knows whose a message is. */
  readonly settings?: SessionContext['settings'];
}

export interface Waiting {
  readonly ready: () => void;
  readonly failed: (failure: LinkFailure) => void;
}

/** What stands open at an address. */
export interface Doors {
  readonly isOpen: boolean;
  /** At once, so that the address can be opened again in the next moment; then whoever is connected is hung up on. */
  close(): void;
}

export type OpenDoors = (
  at: Pick<InboundOptions, 'host' | 'port' | 'accepting'>,
  port: InboundPort,
  tell: Waiting,
) => Doors;

export class InboundListeners {
  readonly #open: OpenDoors;
  readonly #listeners = new Map<string, Listener>();

  constructor(open: OpenDoors) {
    this.#open = open;
  }

  connect(options: InboundOptions): Connect {
    const { accepting, key, settings } = options;
    const address = `${options.host}:${options.port}`;
    return () =>
      new Observable<Link>((out) => {
        let reader: Subscriber<Uint8Array> | undefined;
        const receiver = new Receiver(key, accepting, (bytes) => reader?.next(bytes), settings);
        const listener = this.#listeners.get(address) ?? new Listener(this.#open, options);
        this.#listeners.set(address, listener);
        const bytes$ = new Observable<Uint8Array>((subscriber) => void (reader = subscriber));
        const send = (bytes: Uint8Array): Promise<void> => listener.send(receiver, bytes);
        const leave = listener.add(receiver, {
          ready: () => out.next({ bytes$, send }),
          failed: (failure) => out.error(failure),
        });
        return () => {
          leave();
          if (!listener.isEmpty) return;
          if (this.#listeners.get(address) === listener) this.#listeners.delete(address);
          listener.close();
        };
      });
  }
}

class Listener {
  readonly #port: InboundPort;
  readonly #doors: Doors;
  readonly #waiting = new Set<Waiting>();

  constructor(open: OpenDoors, at: InboundOptions) {
    this.#port = new InboundPort(at.accepting, () => performance.now());
    this.#doors = open(at, this.#port, {
      ready: () => this.#each(({ ready }) => ready()),
      failed: (failure) => this.#each(({ failed }) => failed(failure)),
    });
  }

  get isEmpty(): boolean {
    return this.#port.isEmpty;
  }

  /** @returns how to leave. `ready` comes when the port is open, at once when it already is. */
  add(receiver: Receiver, waiting: Waiting): () => void {
    this.#port.add(receiver);
    this.#waiting.add(waiting);
    if (this.#doors.isOpen) waiting.ready();
    return () => {
      this.#port.remove(receiver);
      this.#waiting.delete(waiting);
    };
  }

  /** One sender that is gone, or takes nothing, is no failure of the link: others send by it too. */
  send(receiver: Receiver, bytes: Uint8Array): Promise<void> {
    return this.#port.answer(receiver, bytes)
      ? Promise.resolve()
      : Promise.reject(new LinkFailure('other', 'To these senders nothing is sent: the station only listens.'));
  }

  close(): void {
    this.#doors.close();
  }

  #each(tell: (waiting: Waiting) => void): void {
    for (const waiting of [...this.#waiting]) tell(waiting);
  }
}

/** Why an address cannot be listened at. */
export function listenFailure(error: NodeJS.ErrnoException, address: string): LinkFailure {
  switch (error.code) {
    case 'EADDRINUSE':
      return new LinkFailure('busy', `Another program is already listening on ${address}.`);
    case 'EACCES':
      return new LinkFailure('denied', `This program may not listen on ${address}.`);
    case 'EADDRNOTAVAIL':
      return new LinkFailure('unreachable', `This computer has no address ${address}.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new LinkFailure('unknown-host', `The name in ${address} has no network address.`);
    default:
      return new LinkFailure('other', `Listening on ${address} is not possible: ${error.message}`);
  }
}
