/**
 * Hosts a simulated device at an address: the shell around `SimulatedDevice`, with real clients and a real clock.
 *
 *   clock ─▶ simulated time ─▶ device ─▶ line (baud rate) ─▶ client; a client that does not keep up loses bytes, counted
 *
 * Every client gets a fresh device from the factory, on the bedside that the factory holds.
 */
import { asyncScheduler, interval, Subscription, type SchedulerLike } from 'rxjs';
import { fail, type Result } from '$lib/domain/index.ts';
import {
  parseAddress,
  type Accept,
  type Address,
  type Client,
  type ListenFailure,
  type Listening,
} from './listener.ts';
import { listenOnPty } from './pty-listener.server.ts';
import { SimulatedLine, type LineSpeed } from './simulated-line.ts';
import type { SimulatedDevice } from './simulated-device.ts';
import { listenOnTcp } from './tcp-listener.server.ts';
import { listenOnUdp } from './udp-listener.server.ts';
import { callStationByMllp } from './pump-bbraun-hl7-pcd.server.ts';
import { callStation } from './vital-recorder.server.ts';

export interface SimulatorOptions {
  /** Called for each client that connects. */
  readonly device: () => SimulatedDevice;
  /** `tcp://host:port`, `udp://host:port`, `socketio://host:port`, `mllp://host:port`, `pty`, or `pty:/path/of/the/link`; see `parseAddress`. */
  readonly listen: string;
  /** The device speaks in datagrams as well. */
  readonly speaksUdp?: boolean;
  /** The device connects to the station, by this, and to nothing else. */
  readonly callsStation?: 'socketio' | 'mllp';
  /** Real milliseconds that never step back. */
  readonly clock: () => number;
  /** When to step; real timers unless told. */
  readonly scheduler?: SchedulerLike;
  /** Simulated per real time, 1 unless told. */
  readonly speed?: number;
  /** Simulated time at the start, ms. */
  readonly startAtMs?: number;
  /** Lets bytes out as slowly as this line would; without it at once. */
  readonly line?: LineSpeed;
  /** How many clients the device serves at the same time; a further one is turned away. 1 unless told. */
  readonly maxClients?: number;
}

export interface SimulatorCounts {
  readonly clients: number;
  readonly clientsRefused: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Lost because the line or the client did not keep up. */
  readonly bytesDropped: number;
}

export interface SimulatorHandle {
  readonly address: string;
  counts(): SimulatorCounts;
  close(): Promise<void>;
}

const STEP_MS = 20;

export async function runSimulator(options: SimulatorOptions): Promise<Result<SimulatorHandle, ListenFailure>> {
  const address = parseAddress(options.listen);
  if (!address.ok) return address;
  if (address.value.kind === 'udp' && options.speaksUdp !== true) return fail(NO_UDP);
  const way = WAYS_TO_CALL.find((kind) => kind === address.value.kind);
  if (way !== options.callsStation) return fail(notSo(options.callsStation));
  const host = new Host(options);
  const listening = await listen(address.value, host);
  if (!listening.ok) return listening;
  const close = async () => {
    host.close();
    await listening.value.close();
  };
  return { ok: true, value: { address: listening.value.address, counts: () => host.counts(), close } };
}

const WAYS_TO_CALL = ['socketio', 'mllp'] as const;

const notSo = (way: SimulatorOptions['callsStation']): ListenFailure => ({
  why: 'not-for-this-device',
  sentence: way
    ? `This device connects to the station by itself: it needs ${way}://host:port.`
    : 'This device does not connect to the station by itself: use tcp:// or pty.',
});

const NO_UDP: ListenFailure = {
  why: 'not-for-this-device',
  sentence: 'This device does not talk over UDP: use tcp:// or pty.',
};

function listen(address: Address, host: Host): Listening {
  const accept: Accept = (client) => host.serve(client);
  switch (address.kind) {
    case 'tcp':
      return listenOnTcp(address.host, address.port, accept);
    case 'udp':
      return listenOnUdp(address.host, address.port, accept, (bytes) => host.turnAway(bytes));
    case 'socketio':
      return callStation(address.host, address.port, accept);
    case 'mllp':
      return callStationByMllp(address.host, address.port, accept);
    case 'pty':
      return listenOnPty(address.link, accept);
  }
}

interface Conversation {
  readonly device: SimulatedDevice;
  readonly line: SimulatedLine;
}

class Host {
  readonly #options: SimulatorOptions;
  readonly #beganAt: number;
  readonly #conversations = new Map<Subscription, Conversation>();
  #clients = 0;
  #clientsRefused = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #bytesDropped = 0;

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.#beganAt = options.clock();
  }

  serve(client: Client): void {
    const { device: make, line: speed, scheduler = asyncScheduler, maxClients = 1 } = this.#options;
    if (this.#conversations.size >= maxClients) {
      this.#clientsRefused += 1;
      return client.close();
    }
    this.#clients += 1;
    const device = make();
    const line = new SimulatedLine(device, speed);
    const conversation = new Subscription(() => this.#finish(conversation, line));
    this.#conversations.set(conversation, { device, line });
    this.#put(client, line.connect(this.#simMs()));
    conversation.add(interval(STEP_MS, scheduler).subscribe(() => this.#put(client, line.advanceTo(this.#simMs()))));
    conversation.add(
      client.bytes$.subscribe({
        next: (bytes) => {
          this.#bytesIn += bytes.length;
          this.#put(client, line.receive(this.#simMs(), bytes));
        },
        complete: () => conversation.unsubscribe(),
      }),
    );
  }

  /** What a datagram of somebody else is answered; undefined when it may have the device. */
  turnAway(bytes: Uint8Array): readonly Uint8Array[] | undefined {
    const [conversation] = this.#conversations.values();
    const answers = conversation?.device.turnAway?.(bytes);
    if (answers && answers.length > 0) this.#clientsRefused += 1;
    return answers;
  }

  counts(): SimulatorCounts {
    const waiting = [...this.#conversations.values()].reduce((sum, { line }) => sum + line.droppedBytes, 0);
    return {
      clients: this.#clients,
      clientsRefused: this.#clientsRefused,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      bytesDropped: this.#bytesDropped + waiting,
    };
  }

  close(): void {
    for (const conversation of [...this.#conversations.keys()]) conversation.unsubscribe();
  }

  #finish(conversation: Subscription, line: SimulatedLine): void {
    this.#conversations.delete(conversation);
    line.disconnect(this.#simMs());
    this.#bytesDropped += line.droppedBytes;
  }

  /** Whole milliseconds of simulated time. */
  #simMs(): number {
    const { clock, speed = 1, startAtMs = 0 } = this.#options;
    return Math.floor(startAtMs + (clock() - this.#beganAt) * speed);
  }

  #put(client: Client, chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      if (client.write(chunk)) this.#bytesOut += chunk.length;
      else this.#bytesDropped += chunk.length;
    }
  }
}
