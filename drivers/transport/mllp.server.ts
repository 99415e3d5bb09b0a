/**
 * The port to which gateways connect with HL7 over MLLP. One listener per address, shared by all devices that name it; open as long
 * as one of them listens. It knows marks and connections, no message: what is answered, and what of it, is the drivers' business.
 *
 *   connection ─▶ address on a list? ─▶ marks ─▶ message ─▶ handed over ─▶ the driver's answer, by the same connection
 *
 * Nobody who connects can stop the core. Each bound below is counted where it is met, by sender and reason:
 *
 *   strangers                 closed before a byte is read
 *   too many connections      whoever has not finished a message for the longest gives its place away: the dead ones of a gateway
 *                             that lost its power never keep its new one out
 *   an unfinished message     closed after 15 s, however its bytes trickle; all unfinished ones together are bounded too
 *   a message that is too long, or bytes outside of messages   passed over; without an end, closed
 *   more than one may send    read more slowly, long messages counting for more: nothing is lost, the sender has to wait
 *   takes no answers          closed
 *   says nothing              closed after 15 min, or when the other end does not answer the network's own question
 *
 * What is said travels in clear text: listen on this computer, or on a network that is trusted.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Refusal } from '../driver.ts';
import { LAST_WORDS_MS, MAX_UNSENT_BYTES, type Connect } from '../link.ts';
import {
  InboundListeners,
  listenFailure,
  type Doors,
  type InboundOptions,
  type OpenDoors,
} from './inbound-listeners.server.ts';
import type { InboundPort, Visit } from './inbound-port.server.ts';
import { Bucket, Buckets, plainAddress, type Allowance } from './inbound-sources.server.ts';
import { MllpReader, type Piece } from './mllp-reader.ts';

export interface MllpLimits {
  readonly connections: number;
  readonly connectionsOfAddress: number;
  readonly unfinishedMs: number;
  readonly idleMs: number;
  /** Since the last message. */
  readonly noiseBytes: number;
  /** Of one message that is too long. */
  readonly skippedBytes: number;
  /** Of all connections together. */
  readonly unfinishedBytes: number;
  readonly messages: Allowance;
  readonly messagesOfAddress: Allowance;
}

/** Eighty pumps that report every five seconds are sixteen messages a second; a backlog may come five times as fast. */
export const MLLP_LIMITS: MllpLimits = {
  connections: 256,
  connectionsOfAddress: 16,
  unfinishedMs: 15_000,
  idleMs: 15 * 60_000,
  noiseBytes: 65_536,
  skippedBytes: 4_194_304,
  unfinishedBytes: 16_777_216,
  messages: { burst: 400, perSecond: 200 },
  messagesOfAddress: { burst: 200, perSecond: 80 },
};

const KEEP_ALIVE_AFTER_MS = 10_000;
const SWEEP_MS = 1000;
const MOST_ADDRESSES = 256;
/** After so many messages of one connection the others have their turn. */
const MESSAGES_OF_TURN = 8;

/** The gateways' listeners of a process. */
export class MllpPorts {
  readonly #listeners: InboundListeners;

  constructor(limits: Partial<MllpLimits> = {}) {
    const all = { ...MLLP_LIMITS, ...limits };
    this.#listeners = new InboundListeners((at, port, tell) => new MllpDoors(all, at, port, tell));
  }

  connect(options: InboundOptions): Connect {
    return this.#listeners.connect(options);
  }
}

class MllpDoors implements Doors {
  readonly #limits: MllpLimits;
  readonly #port: InboundPort;
  readonly #server: Server;
  readonly #callers = new Set<Caller>();
  readonly #all: Bucket;
  readonly #ofAddress: Buckets;
  readonly #sweeping: NodeJS.Timeout;

  constructor(limits: MllpLimits, ...[{ host, port }, inbound, tell]: Parameters<OpenDoors>) {
    this.#limits = limits;
    this.#port = inbound;
    this.#all = new Bucket(limits.messages, performance.now());
    this.#ofAddress = new Buckets(limits.messagesOfAddress, MOST_ADDRESSES);
    this.#server = createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS },
      (socket) => this.#admit(socket),
    );
    this.#server.once('listening', () => tell.ready());
    this.#server.on('error', (error: NodeJS.ErrnoException) => tell.failed(listenFailure(error, `${host}:${port}`)));
    this.#server.listen({ host, port });
    this.#sweeping = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#sweeping.unref();
  }

  get isOpen(): boolean {
    return this.#server.listening;
  }

  close(): void {
    clearInterval(this.#sweeping);
    this.#server.close();
    for (const caller of [...this.#callers]) caller.hangUp();
  }

  #admit(socket: Socket): void {
    // Stays attached after the end: a socket that breaks while it is closing must not take the process with it.
    socket.on('error', () => socket.destroy());
    const address = plainAddress(socket.remoteAddress);
    if (!this.#port.admits(address, false)) return void socket.destroy();
    this.#makeRoom(address);
    const caller = new Caller(socket, address, {
      port: this.#port,
      limits: this.#limits,
      waitMs: (now) => Math.max(this.#all.waitMs(now), this.#ofAddress.of(address, now).waitMs(now)),
      spend: (now, count) => {
        this.#all.take(now, count);
        this.#ofAddress.of(address, now).take(now, count);
      },
      held: () => this.#boundHeld(),
      gone: (who) => void this.#callers.delete(who),
    });
    this.#callers.add(caller);
  }

  #makeRoom(address: string): void {
    const own = [...this.#callers].filter((caller) => caller.address === address);
    if (own.length >= this.#limits.connectionsOfAddress) longestWithout(own)?.dismiss('crowded');
    else if (this.#callers.size >= this.#limits.connections) longestWithout([...this.#callers])?.dismiss('crowded');
  }

  /** Too much is unfinished at once: whoever has most of it goes. */
  #boundHeld(): void {
    const callers = [...this.#callers];
    const heldBytes = callers.reduce((sum, caller) => sum + caller.heldBytes, 0);
    if (heldBytes <= this.#limits.unfinishedBytes) return;
    callers.reduce((most, caller) => (caller.heldBytes > most.heldBytes ? caller : most)).dismiss('too-large');
  }

  #sweep(): void {
    const now = performance.now();
    for (const caller of [...this.#callers]) caller.sweep(now);
  }
}

const longestWithout = (callers: readonly Caller[]): Caller | undefined =>
  callers.toSorted((a, b) => a.finishedAt - b.finishedAt)[0];

/** A usual report is half of this; reading a message takes as long as it is long. */
const BYTES_OF_ONE = 8192;

const costOf = (piece: Piece): number =>
  piece.kind === 'message' ? Math.max(1, piece.bytes.length / BYTES_OF_ONE) : 1;

interface House {
  readonly port: InboundPort;
  readonly limits: MllpLimits;
  /** How long this address has to wait until its next message is read. */
  readonly waitMs: (now: number) => number;
  readonly spend: (now: number, count: number) => void;
  readonly held: () => void;
  readonly gone: (caller: Caller) => void;
}

/** One connection. */
class Caller {
  readonly address: string;
  /** When it last finished a message, or came. */
  finishedAt = performance.now();
  readonly #socket: Socket;
  readonly #house: House;
  readonly #visit: Visit;
  readonly #reader: MllpReader;
  #heardAt = performance.now();
  /** When the message that is under way began. */
  #begunAt: number | undefined;
  #noiseBytes = 0;
  #later: NodeJS.Timeout | undefined;
  #isReading = false;
  #hasEnded = false;
  #isGone = false;

  constructor(socket: Socket, address: string, house: House) {
    this.#socket = socket;
    this.address = address;
    this.#house = house;
    this.#reader = new MllpReader(house.port.maxMessageBytes);
    this.#visit = house.port.begin(address, true, (bytes) => this.#answer(bytes));
    socket.on('data', (chunk) => this.#hear(chunk));
    socket.on('end', () => {
      this.#hasEnded = true;
      if (!this.#isReading) this.#finish();
    });
    socket.on('close', () => this.#leave());
  }

  get heldBytes(): number {
    return this.#reader.heldBytes;
  }

  sweep(now: number): void {
    const { unfinishedMs, idleMs } = this.#house.limits;
    // While it is made to wait, its time does not run.
    if (this.#isReading) return;
    if (this.#begunAt !== undefined && now - this.#begunAt >= unfinishedMs) this.dismiss('too-slow');
    else if (now - this.#heardAt >= idleMs) this.hangUp();
  }

  dismiss(why: Refusal): void {
    this.#house.port.refuse(this.address, why);
    this.hangUp();
  }

  hangUp(): void {
    this.#socket.destroy();
    this.#leave();
  }

  #hear(chunk: Buffer): void {
    this.#heardAt = performance.now();
    this.#reader.push(new Uint8Array(chunk));
    this.#isReading = true;
    // No further chunk comes before this one is done with.
    this.#socket.pause();
    this.#read();
  }

  /** The chunk at hand, a few messages in a turn, as fast as this address may send. */
  #read(): void {
    this.#later = undefined;
    for (let turn = 0; turn < MESSAGES_OF_TURN; turn += 1) {
      const waitMs = this.#house.waitMs(performance.now());
      if (waitMs > 0) return this.#holdBack(waitMs);
      const piece = this.#reader.next();
      if (this.#isGone) return;
      if (!piece) return this.#rest();
      this.#take(piece);
      if (this.#isGone) return;
    }
    this.#later = setTimeout(() => this.#read(), 0);
  }

  #holdBack(waitMs: number): void {
    this.#house.port.refuse(this.address, 'held-back');
    this.#later = setTimeout(() => this.#read(), waitMs);
  }

  /** The chunk is done with. */
  #rest(): void {
    this.#isReading = false;
    const isUnderWay = this.#reader.isInMessage;
    this.#begunAt = isUnderWay ? (this.#begunAt ?? performance.now()) : undefined;
    if (this.#reader.skippedBytes > this.#house.limits.skippedBytes) return this.dismiss('too-large');
    if (isUnderWay) this.#house.held();
    if (this.#isGone) return;
    if (this.#hasEnded) this.#finish();
    else this.#socket.resume();
  }

  #take(piece: Piece): void {
    const { port, limits } = this.#house;
    const now = performance.now();
    this.#house.spend(now, costOf(piece));
    if (piece.kind === 'noise') {
      this.#noiseBytes += piece.byteCount;
      port.refuse(this.address, 'noise', piece.byteCount);
      if (this.#noiseBytes > limits.noiseBytes) this.dismiss('unreadable');
      return;
    }
    this.#begunAt = undefined;
    if (piece.kind === 'too-long') {
      port.refuse(this.address, 'too-large');
      return void port.receive(this.#visit, { via: 'mllp', bytes: piece.head, isCutOff: true });
    }
    this.finishedAt = now;
    this.#noiseBytes = 0;
    port.receive(this.#visit, { via: 'mllp', bytes: piece.bytes });
  }

  #answer(bytes: Uint8Array): boolean {
    if (this.#isGone || !this.#socket.writable) return false;
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) {
      this.dismiss('stalled');
      return false;
    }
    this.#socket.write(bytes);
    return true;
  }

  /** The other end says no more, and has been answered; one that does not take the answers is cut off. */
  #finish(): void {
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), LAST_WORDS_MS).unref();
    this.#leave();
  }

  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearTimeout(this.#later);
    this.#house.gone(this);
    this.#house.port.end(this.#visit);
  }
}
