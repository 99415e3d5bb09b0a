/**
 * What of the arrivals at one port goes to which of the devices that share it.
 *
 *   message ─▶ may this address send to anybody? ─▶ whose token does it carry? ─▶ to these, in the envelope of their driver
 *                   │ no                                 │ nobody's
 *                   ╰──────────▶ refused, counted ◀──────╯      told to the devices that it could have been meant for
 *
 * The sender of a message that cannot be read is who it was before: one damaged message is that device's to count.
 */
import type { Accepting, Arrival } from '../driver.ts';
import { Bucket, Buckets, Source, type SourceKey } from './inbound-sources.server.ts';

type Why = Extract<Arrival, { kind: 'refused' }>['why'];
type Received = Extract<Arrival, { kind: 'message' }>;

/** One device that listens here. */
export class Receiver {
  readonly source: Source;
  readonly #accepting: Accepting;
  readonly #deliver: (bytes: Uint8Array) => void;
  readonly #refusals = new Map<string, Extract<Arrival, { kind: 'refused' }>>();
  #nextWord: NodeJS.Timeout | undefined;

  constructor(key: SourceKey, accepting: Accepting, deliver: (bytes: Uint8Array) => void) {
    this.source = new Source(key);
    this.#accepting = accepting;
    this.#deliver = deliver;
  }

  take(arrival: Arrival): void {
    this.#deliver(this.#accepting.wrap(arrival));
  }

  /** The first is told at once, what follows within {@link WORD_EVERY_MS} together. */
  refuse(sender: string, why: Why): void {
    const known = this.#refusals.has(`${sender} ${why}`) || this.#refusals.size < MOST_REFUSED;
    const name = known ? sender : 'other senders';
    const key = `${name} ${why}`;
    this.#refusals.set(key, { kind: 'refused', sender: name, why, count: (this.#refusals.get(key)?.count ?? 0) + 1 });
    if (!this.#nextWord) this.#tellRefusals();
  }

  close(): void {
    clearTimeout(this.#nextWord);
  }

  #tellRefusals(): void {
    this.#nextWord = undefined;
    if (this.#refusals.size === 0) return;
    for (const refusal of this.#refusals.values()) this.take(refusal);
    this.#refusals.clear();
    this.#nextWord = setTimeout(() => this.#tellRefusals(), WORD_EVERY_MS);
  }
}

const WORD_EVERY_MS = 5000;
const MOST_REFUSED = 64;

/** A sender that is let in, and one that has still to show who it is: reading its message is work that nobody asked for. */
const KNOWN = { burst: 120, perSecond: 4 } as const;
const UNKNOWN = { burst: 20, perSecond: 4 } as const;
const MOST_ADDRESSES = 256;

/** A connection, which comes and goes, or one request. */
export interface Visit {
  readonly address: string;
  readonly isConnection: boolean;
  /** Named itself so before: by a message or by joining. */
  token?: string;
  /** Whom it has sent to. */
  readonly reached: Set<Receiver>;
  readonly bucket: Bucket;
}

export class InboundPort {
  readonly #accepting: Accepting;
  readonly #receivers = new Set<Receiver>();
  readonly #unknown = new Buckets(UNKNOWN, MOST_ADDRESSES);
  readonly #now: () => number;

  constructor(accepting: Accepting, now: () => number) {
    this.#accepting = accepting;
    this.#now = now;
  }

  get isEmpty(): boolean {
    return this.#receivers.size === 0;
  }

  get maxMessageBytes(): number {
    return this.#accepting.maxMessageBytes;
  }

  add(receiver: Receiver): void {
    this.#receivers.add(receiver);
  }

  remove(receiver: Receiver): void {
    this.#receivers.delete(receiver);
    receiver.close();
  }

  begin(address: string, isConnection: boolean): Visit {
    return { address, isConnection, reached: new Set(), bucket: new Bucket(KNOWN, this.#now()) };
  }

  /** Whether somebody from there may knock. @returns false, counted, when not. */
  admits(address: string, isBrowser: boolean): boolean {
    const isListed = this.#listening(address).length > 0;
    if (isListed && !isBrowser) return true;
    this.refuse(address, isBrowser ? 'browser' : 'address');
    return false;
  }

  refuse(address: string, why: Why): void {
    const listed = this.#listening(address);
    for (const receiver of listed.length > 0 ? listed : this.#receivers) receiver.refuse(address, why);
  }

  /** A sender names itself beforehand. @returns false, counted, when it is nobody's name. */
  join(visit: Visit, token: string): boolean {
    if (!this.#unknown.take(visit.address, this.#now())) return this.#turnAway(visit, 'too-many');
    const receivers = this.#named(visit.address, token);
    if (receivers.length === 0) return this.#turnAway(visit, 'token');
    visit.token = token;
    this.#welcome(visit, receivers);
    return true;
  }

  /** @returns false, counted, when the message was for nobody. */
  receive(visit: Visit, message: Received): boolean {
    const { address } = visit;
    if (message.bytes.length > this.maxMessageBytes) return this.#turnAway(visit, 'too-large');
    const mayPass = visit.reached.size > 0 ? visit.bucket.take(this.#now()) : this.#unknown.take(address, this.#now());
    if (!mayPass) return this.#turnAway(visit, 'too-many');
    const named = this.#accepting.tokenOf(message);
    const token = named ?? visit.token;
    const receivers = this.#named(address, token);
    if (receivers.length === 0) return this.#turnAway(visit, token === undefined ? 'unreadable' : 'token');
    if (named !== undefined) visit.token = named;
    this.#welcome(visit, receivers);
    for (const receiver of receivers) receiver.take(message);
    return true;
  }

  end(visit: Visit): void {
    for (const receiver of visit.reached) {
      if (this.#receivers.has(receiver)) receiver.take({ kind: 'gone', sender: visit.address });
    }
  }

  #welcome(visit: Visit, receivers: readonly Receiver[]): void {
    for (const receiver of receivers) {
      if (visit.reached.has(receiver)) continue;
      visit.reached.add(receiver);
      if (visit.isConnection) receiver.take({ kind: 'came', sender: visit.address });
    }
  }

  #turnAway({ address }: Visit, why: Why): false {
    this.refuse(address, why);
    return false;
  }

  #listening(address: string): Receiver[] {
    return [...this.#receivers].filter(({ source }) => source.allows(address));
  }

  /** Every receiver is asked, whoever was found before. */
  #named(address: string, token: string | undefined): Receiver[] {
    return this.#listening(address).filter(({ source }) => source.isNamedBy(token));
  }
}
