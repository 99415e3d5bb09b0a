/**
 * The ward as this page sees it live: beds, alarms, the link, the sound. One object per page, made in the root layout and
 * given by context. It folds what the wire brings with the same functions as the station does, so what is shown here is what
 * is shown everywhere; it asks, and never assumes that it was heard.
 */
import { getContext, setContext } from 'svelte';
import {
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
  type AlarmMessage,
  type BedPatch,
  type BedView,
  type Heartbeat,
  type SoundReport,
  type StationSnapshot,
  type View,
  type Welcome,
} from '$lib/realtime/index.ts';
import { ANSWER_MS, askFor, sayHello } from './asking.ts';
import { PageDeliveries } from './deliveries.ts';
import { DeviceTraffic } from './device-traffic.svelte.ts';
import { HeartbeatLag } from './heartbeat-lag.ts';
import { AlarmSounder } from './sound/alarm-sounder.ts';
import { SoundView } from './sound/sound.svelte.ts';
import { openSocket, type StationSocket } from './socket.ts';
import { StationClock } from './station-clock.ts';
import { soundOf, type BedAlarm } from './urgency.ts';
import { WardBeds } from './ward-beds.svelte.ts';
import { WaveFeed } from './wave-feed.ts';
import { Watchdog, type LinkNews } from './watchdog/watchdog.ts';

const RETRY_MS = 500;
/** An audio pause that is over for so long must have been told to have ended. */
const PAUSE_OVER_MS = 2000;

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
  /** Somebody notices when this page hangs: see {@link Watchdog}. */
  isGuarded = $state(true);
  readonly sounder = new AlarmSounder();
  readonly sound = new SoundView(this.sounder);
  readonly devices = new DeviceTraffic(() => this.#socket);
  readonly waves = new WaveFeed();
  readonly #beds = new WardBeds();
  readonly #clock = new StationClock();
  readonly #lag = new HeartbeatLag();
  readonly #deliveries = new PageDeliveries();
  #socket: StationSocket | undefined;
  #watchdog: Watchdog | undefined;
  /** Every page follows all beds, so that banner and sound are right on each; a bed's own page has more of its bed. */
  #view: View = { type: 'ward' };
  #tiles: readonly BedId[] = [];
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
      onWorkerLost: () => (this.isGuarded = false),
    });
    this.#watchdog = watchdog;
    this.#listen(socket);
    const tellSound = (): void => {
      if (socket.connected) socket.emit('sound:changed', this.#soundReport());
      this.#deliver();
    };
    const stopSound = this.sounder.onChange(tellSound);
    document.addEventListener('visibilitychange', tellSound);
    const second = setInterval(() => this.#tick(), 1000);
    return () => {
      clearInterval(second);
      document.removeEventListener('visibilitychange', tellSound);
      stopSound();
      watchdog.close();
      this.sounder.close();
      socket.disconnect();
    };
  }

  /** Attachment of the element that covers the page when it hangs; after {@link connect}. */
  readonly cover = (element: HTMLElement): (() => void) | undefined => this.#watchdog?.cover(element);

  get beds(): readonly BedView[] {
    return this.#beds.all;
  }

  get alarms(): readonly BedAlarm[] {
    return this.#beds.alarms;
  }

  get bannerAlarms(): readonly BedAlarm[] {
    return this.#beds.bannerAlarms;
  }

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

  /** Beds whose tiles this page shows, until the returned function is called: what it may say that it shows. */
  tiles(beds: readonly BedId[]): () => void {
    this.#tiles = beds;
    this.#deliver();
    return () => (this.#tiles = []);
  }

  /** Asks the station. Without a link it fails at once: nothing is kept to be done later. */
  command(bed: BedId, command: Command): Promise<Result<null, Refusal>> {
    return askFor(this.#socket, bed, command);
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
    socket.on('wave:channels', (channels) => this.#beds.channels(channels));
    socket.on('wave:frame', (frame) => {
      this.waves.bring(new Uint8Array(frame), this.exactNow(), performance.now());
    });
    socket.on('device:traffic', (traffic) => this.devices.told(traffic));
  }

  async #hello(socket: StationSocket): Promise<void> {
    const answer = await sayHello(socket, {
      wireVersion: WIRE_VERSION,
      view: this.#view,
      sound: this.#soundReport(),
      alarmNumbers: this.#beds.alarmNumbers(),
    });
    this.devices.resume();
    if (answer?.ok) return this.#welcomed(answer.value);
    this.isOutdated = answer?.error.why === 'other-version';
    setTimeout(() => socket.connected && void this.#hello(socket), RETRY_MS);
  }

  #welcomed({ snapshot, missed }: Welcome): void {
    const isReturn = this.#isWelcome;
    this.#isWelcome = true;
    this.#deliveries.forget();
    this.#replace(snapshot);
    this.#watchdog?.socket(true);
    const news = missed.filter(({ change }) => change.cause !== 'delivered');
    if (isReturn && news.length > 0) this.missed = [...this.missed, ...news].slice(-50);
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
    this.#beds.replace(beds);
    this.#tick();
    this.#follow();
  }

  #onPatch(patch: BedPatch): void {
    this.#beds.patch(patch);
    if (patch.changes.audio !== undefined) this.#follow();
  }

  /** Said to be received only when it is shown and told to the sounder; a missing number asks for everything anew. */
  #onAlarm(socket: StationSocket, message: AlarmMessage, received: () => void): void {
    if (!this.#beds.take(message)) {
      void this.#hello(socket).then(received);
      return;
    }
    this.#follow();
    received();
  }

  #onLink(news: LinkNews): void {
    this.link = news;
    this.sounder.lost(news.isToneDue);
  }

  /** Sound follows the alarms, from the message that brought them: never from what is drawn. */
  #follow(): void {
    const sound = soundOf(this.#beds.now());
    this.sounder.sound(sound?.priority, sound?.category, sound?.loudness);
    this.#deliver();
  }

  #deliver(): void {
    const socket = this.#socket;
    if (!socket?.connected || !this.#isWelcome) return;
    const { state, isVisible } = this.#soundReport();
    const isShowing = isVisible && this.link.state !== 'lost';
    const page = { view: this.#view, tiles: this.#tiles, isVisible: isShowing, sound: state };
    for (const report of this.#deliveries.due(this.#beds.now(), page)) socket.emit('alarm:delivered', report);
  }

  #tick(): void {
    this.now = this.#clock.now(performance.now());
    this.sounder.check(performance.now());
    this.#deliver();
    this.#askAfterPause();
  }

  /** Only pages that look at a bed are told that its audio pause is over; the others ask, or its alarm would stay silent. */
  #askAfterPause(): void {
    const socket = this.#socket;
    if (!socket?.connected || performance.now() - this.#askedMs < ANSWER_MS) return;
    if (!this.#beds.hasPauseBefore(this.now - PAUSE_OVER_MS)) return;
    this.#askedMs = performance.now();
    void this.#hello(socket);
  }

  #soundReport(): SoundReport {
    return { state: this.sounder.state, isVisible: !document.hidden };
  }
}

const WARD = Symbol('ward');

export const setWard = (ward: LiveWard): LiveWard => setContext(WARD, ward);
export const useWard = (): LiveWard => getContext<LiveWard>(WARD);
