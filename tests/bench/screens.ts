/**
 * Screens without a browser, as many as asked for: each says hello to a real station, looks at the ward, echoes heartbeats and
 * answers for alarms as the page does, and counts what comes. The sockets go through an agent of ours, which knows how many
 * bytes each has carried.
 */
import { io, type Socket } from 'socket.io-client';
import { bedId, type Command, type Refusal, type Result } from '$lib/domain/index.ts';
import {
  unpackWaves,
  WIRE_VERSION,
  type AlarmMessage,
  type BedPatch,
  type Hello,
  type StationSnapshot,
  type ToBrowser,
  type ToStation,
  type Welcome,
} from '$lib/realtime/index.ts';
import type { AlarmAccount, FrameSighting, ScreensCalls, ScreenTally } from '../../src/cli/bench/calls.ts';
import { sequenceOf } from '../../src/cli/bench/device-frames.ts';
import { asOption, CountingAgent } from './counting-agent.ts';
import { nowNs, serve } from './serve.ts';

const ANSWER_MS = 10_000;
const RETRY_MS = 100;

class Screen {
  readonly #socket: Socket<ToBrowser, ToStation>;
  readonly #agent = new CountingAgent();
  readonly #onWelcome: () => void;
  #alarmNumbers: Record<string, number> = {};
  #bytesBefore = 0;
  samples = 0;
  frames: FrameSighting[] = [];
  sequences: number[] = [];
  ns: number[] = [];
  readonly received: AlarmMessage[] = [];
  readonly missed: AlarmMessage[] = [];
  hellos = 0;

  constructor(address: string, cookie: string, onWelcome: () => void) {
    this.#onWelcome = onWelcome;
    this.#socket = io(address, {
      transports: ['websocket'],
      extraHeaders: { cookie },
      reconnectionDelay: 200,
      reconnectionDelayMax: 1000,
      forceNew: true,
      agent: asOption(this.#agent),
    });
    this.#listen();
  }

  begin(): void {
    this.#bytesBefore = this.#agent.bytesRead;
    [this.samples, this.frames, this.sequences, this.ns] = [0, [], [], []];
  }

  get wireBytes(): number {
    return this.#agent.bytesRead - this.#bytesBefore;
  }

  alarmsOf(bed: string): AlarmAccount {
    const numbersOf = (messages: readonly AlarmMessage[]): readonly number[] =>
      messages.filter((message) => message.bed === bed).map(({ number }) => number);
    return {
      received: numbersOf(this.received),
      toldOnReturn: numbersOf(this.missed),
      lastNumber: this.#alarmNumbers[bed] ?? 0,
      hellos: this.hellos,
    };
  }

  command(bed: string, command: Command): Promise<Result<null, Refusal>> {
    const id = `bench-${nowNs()}`;
    return this.#socket.timeout(ANSWER_MS).emitWithAck('bed:command', { id, bed: bedId(bed), command });
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('connect', () => void this.#hello());
    socket.on('station:snapshot', (snapshot) => this.#replace(snapshot));
    socket.on('station:heartbeat', ({ count }) => socket.emit('heartbeat:seen', count));
    socket.on('bed:changed', (patch) => this.#onPatch(patch));
    socket.on('wave:frame', (bytes) => this.#onWaves(new Uint8Array(bytes)));
    socket.on('alarm:changed', (message, received) => {
      this.received.push(message);
      this.#alarmNumbers[message.bed] = message.number;
      received();
    });
  }

  async #hello(): Promise<void> {
    this.hellos += 1;
    const hello: Hello = {
      wireVersion: WIRE_VERSION,
      view: { type: 'ward' },
      sound: { state: 'running', isVisible: true },
      alarmNumbers: this.#alarmNumbers,
    };
    const asked = this.#socket.timeout(ANSWER_MS).emitWithAck('station:hello', hello) as Promise<
      Result<Welcome, Refusal>
    >;
    const answer = await asked.catch(() => undefined);
    if (!answer?.ok) return void setTimeout(() => this.#socket.connected && void this.#hello(), RETRY_MS);
    this.missed.push(...answer.value.missed);
    this.#replace(answer.value.snapshot);
    this.#onWelcome();
  }

  #replace({ beds }: StationSnapshot): void {
    this.#alarmNumbers = Object.fromEntries(beds.map(({ bed, alarmNumber }) => [bed, alarmNumber]));
  }

  #onPatch({ changes }: BedPatch): void {
    const reading = changes.vitals?.perfusionIndex?.reading;
    if (reading === undefined || !('value' in reading) || reading.value === undefined) return;
    this.ns.push(nowNs());
    this.sequences.push(sequenceOf(reading.value));
  }

  #onWaves(bytes: Uint8Array): void {
    const ns = nowNs();
    const frame = unpackWaves(bytes);
    if (frame === undefined) return;
    this.frames.push({ atMs: frame.at, ns });
    for (const { samples } of frame.parts) this.samples += samples.length;
  }
}

const screens: Screen[] = [];
let beganNs = 0;

const first = (): Screen => {
  const [screen] = screens;
  if (screen === undefined) throw new Error('no screen has arrived');
  return screen;
};

/** Opens the start page for the cookie, then the wire; resolves when the station has welcomed it. */
async function arrive(address: string): Promise<void> {
  const page = await fetch(address, { redirect: 'manual' });
  await page.arrayBuffer();
  const cookie = page.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ');
  await new Promise<void>((resolve) => screens.push(new Screen(address, cookie, resolve)));
}

function tally(): ScreenTally {
  return {
    seconds: (nowNs() - beganNs) / 1e9,
    wireBytes: screens.reduce((sum, { wireBytes }) => sum + wireBytes, 0),
    samples: screens.reduce((sum, { samples }) => sum + samples, 0),
    waveAgesMs: screens.flatMap(({ frames }) => frames.map(({ atMs, ns }) => ns / 1e6 - atMs)),
    readings: { sequences: first().sequences, ns: first().ns },
  };
}

serve<ScreensCalls>({
  arrive: async ({ address, count }) => {
    for (let i = 0; i < count; i += 1) await arrive(address);
  },
  command: async ({ bed, command }) => {
    const answer = await first().command(bed, command);
    return answer.ok ? '' : answer.error.message;
  },
  begin: () => {
    beganNs = nowNs();
    for (const screen of screens) screen.begin();
  },
  end: tally,
  frames: () => first().frames,
  alarms: ({ bed }) => first().alarmsOf(bed),
});
