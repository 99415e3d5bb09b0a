/** A screen without a browser: talks the live wire as the page does, keeps what it is told, asks what a nurse would ask. */
import { io, type Socket } from 'socket.io-client';
import { sessionId, type BedId, type Command, type Refusal, type Result } from '$lib/domain/index.ts';
import {
  applyAlarm,
  applyPatch,
  WIRE_VERSION,
  type AlarmMessage,
  type BedView,
  type Heartbeat,
  type StationSnapshot,
  type ToBrowser,
  type ToStation,
  type Welcome,
} from '$lib/realtime/index.ts';
import { PLAN } from './bed.ts';

const DEADLINE_MS = 60_000;

export class Nurse {
  readonly socket: Socket<ToBrowser, ToStation>;
  readonly views = new Map<BedId, BedView>();
  readonly alarms: AlarmMessage[] = [];
  readonly heartbeats: (Heartbeat & { readonly heardMs: number })[] = [];
  waveFrames = 0;
  #commands = 0;
  #watchers: (() => void)[] = [];

  private constructor(address: string, cookie: string) {
    this.socket = io(address, {
      transports: ['websocket'],
      extraHeaders: { cookie },
      reconnectionDelay: 100,
      reconnectionDelayMax: 300,
    });
    this.#listen();
  }

  /** Opens the start page for the cookie, then the wire, and waits to be welcomed. */
  static async arrive(address: string): Promise<Nurse> {
    const page = await fetch(address, { redirect: 'manual' });
    const cookie = page.headers
      .getSetCookie()
      .map((one) => one.split(';', 1)[0])
      .join('; ');
    const nurse = new Nurse(address, cookie);
    await nurse.until('the welcome', () => nurse.views.size > 0);
    return nurse;
  }

  bed(id = 'bed-1'): BedView {
    const view = [...this.views.values()].find(({ bed }) => bed === id);
    if (view === undefined) throw new Error(`no bed ${id}`);
    return view;
  }

  ask(command: Command, bed = 'bed-1'): Promise<Result<null, Refusal>> {
    this.#commands += 1;
    const id = `nurse-${this.socket.id ?? ''}-${this.#commands}`;
    return new Promise((resolve, reject) => {
      this.socket.timeout(10_000).emit('bed:command', { id, bed: this.bed(bed).bed, command }, (error, result) => {
        if (error) reject(error);
        else resolve(result);
      });
    });
  }

  /** Admits a patient and writes the plan: what a bed needs before the pump starts. */
  async admit(session: string, bed = 'bed-1'): Promise<void> {
    const patient = { identifier: 'TEST-1', weightKg: 70, birthYear: 1985 };
    await this.must({ type: 'admit', session: sessionId(session), patient, isSimulated: true }, bed);
    await this.must({ type: 'set-plan', plan: PLAN }, bed);
  }

  async must(command: Command, bed = 'bed-1'): Promise<void> {
    const answer = await this.ask(command, bed);
    if (!answer.ok) throw new Error(`${command.type}: ${answer.error.message}`);
  }

  /** Waits until something holds of what is shown; looks again whenever anything came. */
  until(what: string, holds: () => boolean, withinMs = DEADLINE_MS): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`waited ${withinMs} ms in vain for ${what}`)), withinMs);
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(late);
        this.#watchers = this.#watchers.filter((other) => other !== look);
        resolve();
      };
      this.#watchers.push(look);
      look();
    });
  }

  leave(): void {
    this.socket.disconnect();
  }

  #listen(): void {
    const { socket } = this;
    socket.on('connect', () => this.#hello());
    socket.on('station:snapshot', (snapshot) => this.#replace(snapshot));
    socket.on('bed:changed', (patch) => {
      const view = this.views.get(patch.bed);
      if (view) this.views.set(patch.bed, applyPatch(view, patch));
      this.#look();
    });
    socket.on('alarm:changed', (message, received) => {
      const view = this.views.get(message.bed);
      if (view) this.views.set(message.bed, applyAlarm(view, message));
      this.alarms.push(message);
      received();
      this.#look();
    });
    socket.on('wave:frame', () => {
      this.waveFrames += 1;
      this.#look();
    });
    socket.on('station:heartbeat', (heartbeat) => {
      this.heartbeats.push({ ...heartbeat, heardMs: performance.now() });
      socket.emit('heartbeat:seen', heartbeat.count);
      this.#look();
    });
  }

  #hello(): void {
    const alarmNumbers = Object.fromEntries([...this.views].map(([bed, { alarmNumber }]) => [bed, alarmNumber]));
    const hello = {
      wireVersion: WIRE_VERSION,
      view: { type: 'ward' },
      sound: { state: 'running', isVisible: true },
      alarmNumbers,
    } as const;
    this.socket.timeout(5000).emit('station:hello', hello, (error: Error | null, answer: Result<Welcome, Refusal>) => {
      if (error || !answer.ok) setTimeout(() => this.socket.connected && this.#hello(), 100);
      else {
        this.alarms.push(...answer.value.missed);
        this.#replace(answer.value.snapshot);
      }
    });
  }

  #replace({ beds }: StationSnapshot): void {
    this.views.clear();
    for (const bed of beds) this.views.set(bed.bed, bed);
    this.#look();
  }

  #look(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
