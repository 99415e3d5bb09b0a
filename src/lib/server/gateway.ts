/**
 * The live wire, station side: Socket.IO in one file. It folds the bus into the ward's state, gives every screen what its
 * view needs, and keeps three promises:
 *
 * - An alarm change goes to every screen at once, outside all batching; a bed that storms delays nobody but itself. A screen that does not answer for it is cut off, so
 *   that it comes back, asks what it missed, and shows NOT MONITORING in between instead of a picture without the alarm.
 * - A screen that has fallen behind gets no waves and no numbers until it has caught up, then a snapshot: it never shows old
 *   ones late, and costs the others nothing.
 * - Waves are one frame per view and tick, encoded once. (They are not sent `volatile`: Socket.IO drops a volatile packet
 *   whenever another one left in the same turn of the loop, even to a healthy screen.)
 */
import type { Server as HttpServer } from 'node:http';
import { asyncScheduler, interval, Subscription, type SchedulerLike } from 'rxjs';
import { Server, type Socket } from 'socket.io';
import { bedId, fail, ok, type Actor, type BedId, type Refusal } from '$lib/domain/index.ts';
import { AskedTick } from '$lib/bus/asked-tick.ts';
import type { Bus, Listeners, StationEvent } from '$lib/bus/bus.ts';
import {
  HEARTBEAT_MS,
  WAVE_TICK_MS,
  WIRE_VERSION,
  filterWaves,
  type AlarmMessage,
  type BedPatch,
  type DeliveryReport,
  type Hello,
  type StationSnapshot,
  type ToBrowser,
  type ToStation,
  type View,
} from '$lib/realtime/index.ts';
import { parseBedCommand, parseDelivery, parseHello, parseSound, parseView } from '$lib/realtime/validate.ts';
import { Deliveries } from './deliveries.ts';
import { asReply, isBehind, isSameOrigin, newScreen, viewRoom, watchQueue, type Screen } from './screen.ts';
import { WardFlow } from './ward-flow.ts';
import type { WardState } from './ward-state.ts';

type ScreenSocket = Socket<ToStation, ToBrowser, Record<string, never>, Screen>;
/** What the gateway needs of Socket.IO. */
export type ScreenServer = Server<ToStation, ToBrowser, Record<string, never>, Screen>;

export interface GatewayOptions {
  readonly http: HttpServer;
  readonly bus: Bus;
  readonly ward: WardState;
  /** Who is at this screen; undefined refuses the connection. */
  readonly admit: (request: { headers: Record<string, string | string[] | undefined> }) => Actor | undefined;
  /** Alarm changes older than the ward state keeps. */
  readonly alarmsFromRecord: (bed: BedId, after: number, before: number) => readonly AlarmMessage[];
  readonly now: () => number;
  /** Where screens come in; a Socket.IO server over `http` unless told. */
  readonly screens?: ScreenServer;
  /** When to tick and to beat; real timers unless told. */
  readonly scheduler?: SchedulerLike;
}

const MAX_CLIENT_BYTES = 64 * 1024;
const ALARM_ANSWER_MS = 5000;

const WARD_WAVES: ReadonlySet<string> = new Set(['ecg1', 'pleth']);
const FOLLOWING = 'following';

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #io: ScreenServer;
  readonly #flow: WardFlow;
  readonly #deliveries: Deliveries;
  readonly #running = new Subscription();
  /** While something waits that was sent or is to be sent. */
  readonly #tick: AskedTick;
  #heartbeats = 0;
  #coreHeardAt: number;
  #reported = '';

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#coreHeardAt = options.now();
    this.#deliveries = new Deliveries(options.ward);
    this.#flow = new WardFlow(options.ward, {
      alarm: (message) => this.#tellAlarm(message),
      patch: (patch) => this.#tellPatch(patch),
      snapshot: (snapshot) => void this.#io.to(FOLLOWING).emit('station:snapshot', snapshot),
    });
    this.#io = options.screens ?? socketServer(options.http);
    const scheduler = options.scheduler ?? asyncScheduler;
    this.#tick = new AskedTick(scheduler, WAVE_TICK_MS, () => this.#onTick());
    this.#io.use((socket, next) => this.#admit(socket, next));
    this.#io.on('connection', (socket) => this.#welcome(socket));
    this.#running.add(options.bus.events$.subscribe((event) => this.#onEvent(event)));
    this.#running.add(interval(HEARTBEAT_MS, scheduler).subscribe(() => this.#beat()));
  }

  async close(): Promise<void> {
    this.#running.unsubscribe();
    this.#tick.stop();
    await this.#io.close();
  }

  #admit(socket: ScreenSocket, next: (error?: Error) => void): void {
    const actor = this.#options.admit(socket.handshake);
    if (actor === undefined) return next(new Error('not admitted'));
    socket.data = newScreen(actor, this.#heartbeats);
    next();
  }

  #welcome(socket: ScreenSocket): void {
    socket.on('station:hello', (hello: unknown, answer: unknown) => this.#onHello(socket, hello, answer));
    socket.on('view:changed', (view: unknown) => this.#onView(socket, parseView(view)));
    socket.on('sound:changed', (report: unknown) => {
      socket.data.sound = parseSound(report) ?? socket.data.sound;
      this.#report();
    });
    socket.on('alarm:delivered', (report: unknown) => this.#onDelivery(socket, parseDelivery(report)));
    socket.on('heartbeat:seen', (count: unknown) => this.#onEcho(socket, count));
    socket.on('devices:watch', (isWatching: unknown) => {
      void (isWatching === true ? socket.join('devices') : socket.leave('devices'));
    });
    socket.on('bed:command', (command: unknown, answer: unknown) => void this.#onCommand(socket, command, answer));
    socket.on('disconnect', () => this.#report());
  }

  #onHello(socket: ScreenSocket, value: unknown, reply: unknown): void {
    this.#tick.ask();
    const answer = asReply(reply);
    const hello = parseHello(value);
    if (hello === undefined) return answer(fail(NONSENSE));
    if (hello.wireVersion !== WIRE_VERSION) return answer(fail(OTHER_VERSION));
    const snapshot = this.#snapshot();
    if (snapshot === undefined) return answer(fail(NO_CORE));
    socket.data.sound = hello.sound;
    this.#follow(socket, hello.view);
    answer(ok({ snapshot, missed: this.#missed(hello), actor: socket.data.actor.name }));
    this.#report();
  }

  #missed({ alarmNumbers }: Hello): readonly AlarmMessage[] {
    return Object.entries(alarmNumbers).flatMap(([id, number]) => {
      const bed = bedId(id);
      const kept = this.#options.ward.alarmsAfter(bed, number);
      const firstKept = kept[0]?.number ?? (this.#options.ward.view(bed)?.alarmNumber ?? number) + 1;
      return firstKept > number + 1 ? [...this.#options.alarmsFromRecord(bed, number, firstKept), ...kept] : kept;
    });
  }

  #onView(socket: ScreenSocket, view: View | undefined): void {
    if (view === undefined) return;
    this.#follow(socket, view);
    this.#sendSnapshot(socket);
    this.#report();
  }

  #follow(socket: ScreenSocket, view: View): void {
    void socket.leave(viewRoom(socket.data.view));
    void socket.join([viewRoom(view), FOLLOWING]);
    socket.data.view = view;
    socket.data.seen = this.#heartbeats;
    socket.data.isFollowing = true;
  }

  #sendSnapshot(socket: ScreenSocket): void {
    this.#tick.ask();
    const snapshot = this.#snapshot();
    if (snapshot !== undefined) socket.emit('station:snapshot', snapshot);
  }

  /** What waits is told first: a change fits only a screen that stands where it begins. */
  #snapshot(): StationSnapshot | undefined {
    return this.#flow.settled();
  }

  #onEcho(socket: ScreenSocket, count: unknown): void {
    if (typeof count !== 'number' || count > this.#heartbeats) return;
    const wasBehind = !socket.data.isFollowing && socket.data.seen > 0;
    socket.data.seen = Math.max(socket.data.seen, count);
    if (!wasBehind || this.#isBehind(socket)) return;
    this.#follow(socket, socket.data.view);
    this.#sendSnapshot(socket);
    this.#report();
  }

  async #onCommand(socket: ScreenSocket, value: unknown, reply: unknown): Promise<void> {
    const answer = asReply(reply);
    const command = parseBedCommand(value);
    if (command === undefined) return answer(fail(NONSENSE));
    const result = await this.#options.bus.command({ ...command, by: socket.data.actor });
    this.#tick.ask();
    answer(result);
  }

  /** Hundreds of screens show one alarm; the core is told of the first of them. */
  #onDelivery(socket: ScreenSocket, report: DeliveryReport | undefined): void {
    if (report === undefined) return;
    const { bed, ...said } = report;
    const told = this.#deliveries.first(bed, said);
    if (told) this.#options.bus.deliver(bed, { ...told, screen: socket.data.actor.station });
  }

  #onEvent(event: StationEvent): void {
    this.#tick.ask();
    if (event.type !== 'lost') this.#coreHeardAt = this.#options.now();
    if (event.type === 'patch') return this.#flow.patch(event.patch);
    if (event.type === 'alarm') return this.#flow.alarm(event.message);
    this.#options.ward.fold(event);
    switch (event.type) {
      case 'snapshot':
        this.#flow.drop();
        this.#deliveries.forget();
        this.#reported = '';
        this.#report();
        return void this.#io.to(FOLLOWING).emit('station:snapshot', event.snapshot);
      case 'wave-channels':
        return void this.#io.to(FOLLOWING).emit('wave:channels', event.channels);
      case 'waves':
        return this.#tellWaves(event.frame);
      case 'traffic':
        return void this.#io.to('devices').emit('device:traffic', event.traffic);
      case 'heartbeat':
      case 'lost':
        return;
    }
  }

  #tellPatch(patch: BedPatch): void {
    this.#io.to(['ward', `bed:${patch.bed}`]).emit('bed:changed', patch);
  }

  #tellAlarm(message: AlarmMessage): void {
    for (const socket of this.#io.sockets.sockets.values()) {
      socket.timeout(ALARM_ANSWER_MS).emit('alarm:changed', message, (error) => {
        if (error) socket.disconnect(true);
      });
    }
  }

  #tellWaves(frame: Uint8Array): void {
    this.#leaveBehind();
    for (const room of this.#watchedRooms()) {
      const part = filterWaves(frame, this.#channelsOf(room));
      if (part !== undefined) this.#io.to(room).emit('wave:frame', part.buffer);
    }
  }

  #watchedRooms(): readonly string[] {
    return [...this.#io.sockets.adapter.rooms.keys()].filter((room) => room === 'ward' || room.startsWith('bed:'));
  }

  #channelsOf(room: string): (channel: number) => boolean {
    const views = this.#options.ward.views();
    const waves = room === 'ward' ? views.flatMap((view) => view.waves) : this.#wavesOfBed(bedId(room.slice(4)));
    const shown = room === 'ward' ? waves.filter(({ waveform }) => WARD_WAVES.has(waveform)) : waves;
    const numbers = new Set(shown.map(({ number }) => number));
    return (channel) => numbers.has(channel);
  }

  #wavesOfBed(bed: BedId) {
    return this.#options.ward.view(bed)?.waves ?? [];
  }

  #onTick(): void {
    let isWaiting = false;
    for (const { data, conn } of this.#io.sockets.sockets.values()) {
      watchQueue(data, conn, this.#options.now());
      isWaiting ||= data.stuckSince !== undefined;
    }
    this.#flow.tick();
    if (isWaiting || this.#flow.isWaiting) this.#tick.ask();
  }

  #beat(): void {
    this.#tick.ask();
    const snapshot = this.#options.ward.snapshot();
    this.#heartbeats += 1;
    if (snapshot === undefined) return;
    const { at, wallTime } = snapshot;
    const coreAgeMs = Math.round(this.#options.now() - this.#coreHeardAt);
    this.#io.emit('station:heartbeat', { count: this.#heartbeats, at, wallTime, coreAgeMs });
    this.#leaveBehind();
  }

  /** Screens that stopped echoing, or whose socket is full, leave their rooms until they have caught up. */
  #leaveBehind(): void {
    let isChanged = false;
    for (const socket of this.#io.sockets.sockets.values()) {
      if (!socket.data.isFollowing || !this.#isBehind(socket)) continue;
      socket.data.isFollowing = false;
      void socket.leave(viewRoom(socket.data.view));
      void socket.leave(FOLLOWING);
      isChanged = true;
    }
    if (isChanged) this.#report();
  }

  #isBehind({ data }: ScreenSocket): boolean {
    return isBehind(data, this.#heartbeats, this.#options.now());
  }

  /** Tells the core how many screens live and how many of them can be heard: every screen shows and sounds every bed. */
  #report(): void {
    const screens = [...this.#io.sockets.sockets.values()].filter(({ data }) => data.isFollowing);
    const audibleScreens = screens.filter(({ data }) => data.sound.state === 'running').length;
    const listeners: Record<string, Listeners> = {};
    for (const { bed } of this.#options.ward.views()) listeners[bed] = { screens: screens.length, audibleScreens };
    const text = JSON.stringify(listeners);
    if (text === this.#reported) return;
    this.#reported = text;
    this.#options.bus.report(listeners);
  }
}

const socketServer = (http: HttpServer): ScreenServer =>
  new Server(http, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: MAX_CLIENT_BYTES,
    perMessageDeflate: false,
    pingInterval: 4000,
    pingTimeout: 6000,
    allowRequest: (request, answer) => answer(null, isSameOrigin(request.headers)),
  });

const NONSENSE: Refusal = {
  why: 'out-of-range',
  message: 'The station did not understand this message; it changed nothing.',
};
const OTHER_VERSION: Refusal = {
  why: 'other-version',
  message: 'This page is of another version than the station. Reload it.',
};
const NO_CORE: Refusal = { why: 'unavailable', message: 'The monitoring process is not running at the moment.' };
