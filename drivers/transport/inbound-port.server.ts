/**
 * What of the arrivals at one port goes to which of the devices that share it.
 *
 *   message ─▶ may this address send? ─▶ whose token does it carry? ─▶ about whose device is it? ─▶ to these, as the driver wraps it
 *                   │ no                    │ nobody's                      │ no device here
 *                   ╰──────▶ refused, counted ◀─╯                           ╰──▶ to one that answers it and says so
 *                              told to the devices that it could have been meant for
 *
 * The sender of a message that cannot be read is who it was before: one damaged message is that device's to count. Where senders
 * can carry no token, their address is all there is. Where they wait for answers, exactly one device answers, the last that is given
 * the message, and its answer goes by the connection that the message came by.
 */
import type { Accepting, Arrival, Received, Refusal, SessionContext } from '../driver.ts';
import { Bucket, Buckets, Source, type SourceKey } from './inbound-sources.server.ts';

/** One device that listens here. */
export class Receiver {
  readonly source: Source;
  readonly settings: SessionContext['settings'];
  readonly #accepting: Accepting;
  readonly #deliver: (bytes: Uint8Array) => void;
  readonly #refusals = new Map<string, Extract<Arrival, { kind: 'refused' }>>();
  #nextWord: NodeJS.Timeout | undefined;

  constructor(
    key: SourceKey,
    accepting: Accepting,
    deliver: (bytes: Uint8Array) => void,
    settings: SessionContext['settings'] = {},
  ) {
    this.source = new Source(key);
    this.settings = settings;
    this.#accepting = accepting;
    this.#deliver = deliver;
  }

  take(arrival: Arrival): void {
    this.#deliver(this.#accepting.wrap(arrival));
  }

  /** The first is told at once, what follows within {@link WORD_EVERY_MS} together. */
  refuse(sender: string, why: Refusal, count = 1): void {
    const known = this.#refusals.has(`${sender} ${why}`) || this.#refusals.size < MOST_REFUSED;
    const name = known ? sender : 'other senders';
    const key = `${name} ${why}`;
    const before = this.#refusals.get(key)?.count ?? 0;
    this.#refusals.set(key, { kind: 'refused', sender: name, why, count: before + count });
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
  /** Of the connection, from 1 on; 0 of a request. */
  readonly connection: number;
  /** Puts an answer on its way. @returns false when there is none any more. */
  readonly answer: (bytes: Uint8Array) => boolean;
  /** Named itself so before: by a message or by joining. */
  token?: string;
  /** Whom it has sent to. */
  readonly reached: Set<Receiver>;
  readonly bucket: Bucket;
}

const NEVER_ANSWERED: Visit['answer'] = () => false;

export class InboundPort {
  readonly #accepting: Accepting;
  readonly #receivers = new Set<Receiver>();
  readonly #unknown = new Buckets(UNKNOWN, MOST_ADDRESSES);
  readonly #connections = new Map<number, Visit>();
  readonly #now: () => number;
  readonly #wallTime: () => number;
  #connectionCount = 0;
  #messageCount = 0;
  #routed: unknown;

  constructor(accepting: Accepting, now: () => number, wallTime = (): number => Date.now()) {
    this.#accepting = accepting;
    this.#now = now;
    this.#wallTime = wallTime;
    this.#routed = accepting.routing?.start();
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
    for (const { reached } of this.#connections.values()) reached.delete(receiver);
    receiver.close();
  }

  begin(address: string, isConnection: boolean, answer = NEVER_ANSWERED): Visit {
    const bucket = new Bucket(KNOWN, this.#now());
    const connection = isConnection ? ++this.#connectionCount : 0;
    const visit: Visit = { address, isConnection, connection, answer, reached: new Set(), bucket };
    if (isConnection) this.#connections.set(connection, visit);
    // Known by its address, it is known at once.
    if (isConnection && !this.#accepting.tokenOf) this.#welcome(visit, this.#listening(address));
    return visit;
  }

  /** Whether somebody from there may knock. @returns false, counted, when not. */
  admits(address: string, isBrowser: boolean): boolean {
    const isListed = this.#listening(address).length > 0;
    if (isListed && !isBrowser) return true;
    this.refuse(address, isBrowser ? 'browser' : 'address');
    return false;
  }

  refuse(address: string, why: Refusal, count = 1): void {
    const listed = this.#listening(address);
    for (const receiver of listed.length > 0 ? listed : this.#receivers) receiver.refuse(address, why, count);
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
    if (message.bytes.length > this.maxMessageBytes) return this.#turnAway(visit, 'too-large');
    const senders = this.#accepting.tokenOf ? this.#knownBy(visit, message) : this.#listening(visit.address);
    if (senders === undefined) return false;
    if (senders.length === 0) return this.#turnAway(visit, 'address');
    this.#welcome(visit, senders);
    this.#handOver(visit, message, senders);
    return true;
  }

  /** @returns false when nobody is ever answered here. */
  answer(receiver: Receiver, sent: Uint8Array): boolean {
    const reply = this.#accepting.replyIn?.(sent);
    if (!reply) return false;
    const visit = this.#connections.get(reply.connection);
    // It sends again what was not answered, and is answered then.
    if (visit?.reached.has(receiver) !== true || !visit.answer(reply.bytes))
      receiver.refuse(visit?.address ?? 'a sender', 'unanswered');
    return true;
  }

  end(visit: Visit): void {
    const { address: sender, connection } = visit;
    this.#connections.delete(connection);
    for (const receiver of visit.reached) {
      if (this.#receivers.has(receiver)) receiver.take({ kind: 'gone', sender, connection });
    }
  }

  /** Whoever the sender names itself to; undefined, counted, when it is nobody or sends too much. */
  #knownBy(visit: Visit, message: Received): readonly Receiver[] | undefined {
    const { address } = visit;
    const mayPass = visit.reached.size > 0 ? visit.bucket.take(this.#now()) : this.#unknown.take(address, this.#now());
    if (!mayPass) return this.#refused(visit, 'too-many');
    const named = this.#accepting.tokenOf?.(message);
    const token = named ?? visit.token;
    const receivers = this.#named(address, token);
    if (receivers.length === 0) return this.#refused(visit, token === undefined ? 'unreadable' : 'token');
    if (named !== undefined) visit.token = named;
    return receivers;
  }

  /** The one that answers is the last: what it answers for has then been handed to all. */
  #handOver(visit: Visit, message: Received, senders: readonly Receiver[]): void {
    const owners = this.#owners(message, senders);
    const isNobodys = owners.length === 0;
    const receivers = isNobodys ? senders.slice(0, 1) : owners;
    const { address: sender, connection } = visit;
    this.#messageCount += 1;
    const arrival = { ...message, sender, connection, number: this.#messageCount, wallTime: this.#wallTime() };
    receivers.forEach((receiver, i) => {
      const duty = isNobodys ? 'nobody' : i === receivers.length - 1 ? 'answer' : 'listen';
      receiver.take({ kind: 'message', ...arrival, duty });
    });
  }

  #owners(message: Received, senders: readonly Receiver[]): readonly Receiver[] {
    const { routing } = this.#accepting;
    if (!routing) return senders;
    const [memory, isAbout] = routing.route(this.#routed, message);
    this.#routed = memory;
    return senders.filter(({ settings }) => isAbout(settings));
  }

  #welcome(visit: Visit, receivers: readonly Receiver[]): void {
    const { address: sender, connection } = visit;
    for (const receiver of receivers) {
      if (visit.reached.has(receiver)) continue;
      visit.reached.add(receiver);
      if (visit.isConnection) receiver.take({ kind: 'came', sender, connection });
    }
  }

  #refused({ address }: Visit, why: Refusal): undefined {
    this.refuse(address, why);
    return undefined;
  }

  #turnAway({ address }: Visit, why: Refusal): false {
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
