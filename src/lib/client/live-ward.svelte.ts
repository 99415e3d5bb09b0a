/**
 * The ward as this page sees it live: beds, alarms, the link, the sound. One object per page, made in the root layout and
 * given by context. It folds what the wire brings with the same functions as the station does, so what is shown here is what
 * is shown everywhere; it asks, and never assumes that it was heard.
 */
import { getContext, setContext, untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import {
  fail,
  monotonicMs,
  type BedId,
  type Command,
  type MonotonicMs,
  type Refusal,
  type Result,
  type WallMs,
} from '$lib/domain/index.ts';
import {
  WIRE_VERSION,
  applyAlarm,
  applyPatch,
  unpackWaves,
  type AlarmMessage,
  type BedPatch,
  type BedView,
  type Heartbeat,
  type Hello,
  type StationSnapshot,
  type Traffic,
  type View,
  type WaveChannel,
  type WaveFrame,
  type Welcome,
} from '$lib/realtime/index.ts';
import { HeartbeatLag } from './heartbeat-lag.ts';
import { AlarmSounder } from './sound/alarm-sounder.ts';
import { SoundView } from './sound/sound.svelte.ts';
import { openSocket, type StationSocket } from './socket.ts';
import { StationClock } from './station-clock.ts';
import { alarmsOf, isBanner, soundOf } from './urgency.ts';
import { Watchdog, type LinkNews } from './watchdog/watchdog.ts';

const ANSWER_MS = 2000;
const RETRY_MS = 500;
/** A wave that is older than this when it comes was held up on the way; it is history and not drawn. */
const WAVE_TOO_OLD_MS = 1000;
/** An audio pause that is over for so long must have been told to have ended. */
const PAUSE_OVER_MS = 2000;

export type WaveListener = (frame: WaveFrame, localMs: number) => void;

export class LiveWard {
  /** Station time, renewed once a second: what ages are counted from. */
  now = $state<MonotonicMs>(monotonicMs(0));
  link = $state.raw<LinkNews>({ state: 'lost', ageMs: 0, isToneDue: false, heardWallTime: undefined });
  /** Alarm changes that happened while this screen had no link, oldest first; cleared when somebody has seen them. */
  missed = $state.raw<readonly AlarmMessage[]>([]);
  /** See {@link HeartbeatLag}. */
  lagMs = $state(0);
  /** The page is of another version than the station. */
  isOutdated = $state(false);
  readonly sounder = new AlarmSounder();
  readonly sound = new SoundView(this.sounder);
  readonly traffic = new SvelteMap<string, Traffic>();
  readonly #beds = new SvelteMap<BedId, BedView>();
  readonly beds = $derived([...this.#beds.values()]);
  readonly alarms = $derived(alarmsOf(this.beds));
  readonly bannerAlarms = $derived(this.alarms.filter(isBanner));

  readonly #clock = new StationClock();
  readonly #lag = new HeartbeatLag();
  #waveListeners: readonly WaveListener[] = [];
  #socket: StationSocket | undefined;
  #watchdog: Watchdog | undefined;
  /** Every page follows all beds, so that banner and sound are right on each; a bed's own page has more of its bed. */
  #view: View = { type: 'ward' };
  #isWatchingDevices = false;
  #isWelcome = false;
  #askedMs = -Infinity;

  /** @param first what the station knew when it made the page: shown until the live wire brings more. */
  constructor(first: StationSnapshot | undefined) {
    if (first !== undefined) this.#replace(first);
  }

  /** In the browser only: opens the live wire. @returns how to close it again. */
  connect(): () => void {
    const socket = openSocket();
    this.#socket = socket;
    const watchdog = new Watchdog({
      onLink: (news) => this.#onLink(news),
      onHung: () => void socket.disconnect().connect(),
      onWorkerLost: () => undefined,
    });
    this.#watchdog = watchdog;
    this.#listen(socket);
    const stopSound = this.sounder.onChange(() => this.#tellSound());
    const second = setInterval(() => this.#tick(), 1000);
    return () => {
      clearInterval(second);
      stopSound();
      watchdog.close();
      this.sounder.close();
      socket.disconnect();
    };
  }

  /** Attachment of the element that covers the page when it hangs; after {@link connect}. */
  readonly cover = (element: HTMLElement): (() => void) | undefined => this.#watchdog?.cover(element);

  bed(id: BedId): BedView | undefined {
    return this.#beds.get(id);
  }

  wallOf(at: MonotonicMs): WallMs {
    return this.#clock.wall(at);
  }

  /** Station time of this very moment, for things that move. */
  exactNow(): MonotonicMs {
    return this.#clock.now(performance.now());
  }

  /** What the page shows decides what it is sent. */
  watch(view: View): void {
    this.#view = view;
    if (this.#socket?.connected) this.#socket.emit('view:changed', view);
  }

  watchDevices(): () => void {
    this.#isWatchingDevices = true;
    this.#socket?.emit('devices:watch', true);
    return () => {
      this.#isWatchingDevices = false;
      this.#socket?.emit('devices:watch', false);
    };
  }

  onWaves(listener: WaveListener): () => void {
    this.#waveListeners = [...this.#waveListeners, listener];
    return () => {
      this.#waveListeners = this.#waveListeners.filter((other) => other !== listener);
    };
  }

  /** Asks the station. Without a link it fails at once: nothing is kept to be done later. */
  command(bed: BedId, command: Command): Promise<Result<null, Refusal>> {
    const socket = this.#socket;
    if (!socket?.connected) return Promise.resolve(NOT_CONNECTED);
    return new Promise((resolve) => {
      socket.timeout(ANSWER_MS).emit('bed:command', { id: newId(), bed, command }, (error, result) => {
        resolve(error ? NO_ANSWER : result);
      });
    });
  }

  /** Says hello anew, because the cookie that says who acts here was changed. */
  renewIdentity(): void {
    this.#socket?.disconnect().connect();
  }

  /** Within a person's press: opens the audio. */
  async startWatch(): Promise<void> {
    await this.sounder.unlock();
    this.#follow();
  }

  #listen(socket: StationSocket): void {
    socket.on('connect', () => void this.#hello(socket));
    // A link that this page itself closed is opened again at once; should that fail, the missing heartbeats tell.
    socket.on('disconnect', (reason) => reason !== 'io client disconnect' && this.#watchdog?.socket(false));
    socket.on('connect_error', () => this.#watchdog?.socket(false));
    socket.on('station:heartbeat', (heartbeat) => this.#onHeartbeat(socket, heartbeat));
    socket.on('station:snapshot', (snapshot) => this.#replace(snapshot));
    socket.on('bed:changed', (patch) => this.#onPatch(patch));
    socket.on('alarm:changed', (message, received) => this.#onAlarm(socket, message, received));
    socket.on('wave:channels', (channels) => this.#onChannels(channels));
    socket.on('wave:frame', (frame) => this.#onWaves(new Uint8Array(frame)));
    socket.on('device:traffic', (traffic) => this.traffic.set(traffic.device, traffic));
  }

  async #hello(socket: StationSocket): Promise<void> {
    const alarmNumbers = Object.fromEntries([...this.#beds].map(([bed, { alarmNumber }]) => [bed, alarmNumber]));
    const hello: Hello = {
      wireVersion: WIRE_VERSION,
      view: this.#view,
      sound: { state: this.sounder.state, isVisible: !document.hidden },
      alarmNumbers,
    };
    const answer = await this.#askHello(socket, hello);
    if (this.#isWatchingDevices) socket.emit('devices:watch', true);
    if (answer?.ok) return this.#welcomed(answer.value);
    this.isOutdated = answer?.error.why === 'other-version';
    setTimeout(() => socket.connected && void this.#hello(socket), RETRY_MS);
  }

  #askHello(socket: StationSocket, hello: Hello): Promise<Result<Welcome, Refusal> | undefined> {
    return new Promise((resolve) => {
      socket.timeout(ANSWER_MS).emit('station:hello', hello, (error, answer) => resolve(error ? undefined : answer));
    });
  }

  #welcomed({ snapshot, missed }: Welcome): void {
    const isReturn = this.#isWelcome;
    this.#isWelcome = true;
    this.#replace(snapshot);
    this.#watchdog?.socket(true);
    if (isReturn && missed.length > 0) this.missed = [...this.missed, ...missed].slice(-50);
  }

  #onHeartbeat(socket: StationSocket, heartbeat: Heartbeat): void {
    this.#clock.heard(heartbeat.at, heartbeat.wallTime, performance.now() - heartbeat.coreAgeMs);
    this.lagMs = this.#lag.heard(heartbeat.count, performance.now());
    this.#watchdog?.heartbeat(heartbeat);
    socket.emit('heartbeat:seen', heartbeat.count);
    this.#tick();
  }

  #replace({ at, wallTime, beds }: StationSnapshot): void {
    this.#clock.heard(at, wallTime, performance.now());
    for (const known of this.#beds.keys()) if (!beds.some(({ bed }) => bed === known)) this.#beds.delete(known);
    for (const bed of beds) this.#beds.set(bed.bed, bed);
    this.#tick();
    this.#follow();
  }

  #onPatch(patch: BedPatch): void {
    const view = this.#beds.get(patch.bed);
    if (view === undefined) return;
    this.#beds.set(patch.bed, applyPatch(view, patch));
    if (patch.parts?.audio !== undefined) this.#follow();
  }

  /** Said to be received only when it is shown and told to the sounder; a missing number asks for everything anew. */
  #onAlarm(socket: StationSocket, message: AlarmMessage, received: () => void): void {
    const view = this.#beds.get(message.bed);
    if (view === undefined || message.number > view.alarmNumber + 1) {
      void this.#hello(socket).then(received);
      return;
    }
    this.#beds.set(message.bed, applyAlarm(view, message));
    this.#follow();
    received();
  }

  #onChannels(channels: readonly WaveChannel[]): void {
    const [first] = channels;
    const view = first && this.#beds.get(first.bed);
    if (view !== undefined) this.#beds.set(view.bed, { ...view, waves: channels });
  }

  #onWaves(bytes: Uint8Array): void {
    const frame = unpackWaves(bytes);
    if (frame === undefined || this.exactNow() - frame.at > WAVE_TOO_OLD_MS) return;
    const localMs = performance.now();
    for (const listener of this.#waveListeners) listener(frame, localMs);
  }

  #onLink(news: LinkNews): void {
    this.link = news;
    this.sounder.lost(news.isToneDue);
  }

  /** Sound follows the alarms, from the message that brought them: never from what is drawn. */
  #follow(): void {
    const sound = untrack(() => soundOf([...this.#beds.values()]));
    this.sounder.sound(sound?.priority, sound?.category);
  }

  #tick(): void {
    this.now = this.#clock.now(performance.now());
    this.sounder.check(performance.now());
    this.#askAfterPause();
  }

  /** Only pages that look at a bed are told that its audio pause is over; the others ask, or its alarm would stay silent. */
  #askAfterPause(): void {
    const socket = this.#socket;
    const isOver = ({ audio }: BedView): boolean => this.now > (audio.pausedUntil ?? Infinity) + PAUSE_OVER_MS;
    if (!socket?.connected || performance.now() - this.#askedMs < ANSWER_MS) return;
    if (![...this.#beds.values()].some(isOver)) return;
    this.#askedMs = performance.now();
    void this.#hello(socket);
  }

  #tellSound(): void {
    if (this.#socket?.connected) {
      this.#socket.emit('sound:changed', { state: this.sounder.state, isVisible: !document.hidden });
    }
  }
}

/** Unlike `crypto.randomUUID` also there on plain http. */
export const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');

const NOT_CONNECTED = fail<Refusal>({
  why: 'unavailable',
  message: 'This screen has no link to the station. Nothing was sent; act at the bedside and try again.',
});

const NO_ANSWER = fail<Refusal>({
  why: 'unavailable',
  message: 'The station did not answer. It is not known whether it was done; look at the alarm again.',
});

const WARD = Symbol('ward');

export const setWard = (ward: LiveWard): LiveWard => setContext(WARD, ward);
export const useWard = (): LiveWard => getContext<LiveWard>(WARD);
