/**
 * The core without its process: beds, devices, clock and recorder put together behind the bus. Given another clock, another
 * scheduler and links in memory, the same object runs hours of a ward in seconds: that is how it is tested, and how the
 * demonstration gets its past.
 */
import { interval, Subject, Subscription, type Observable, type SchedulerLike } from 'rxjs';
import {
  SECOND_MS,
  TICK_MS,
  fail,
  type BedId,
  type BedInput,
  type CommandEnvelope,
  type Delivery,
  type MonotonicMs,
  type Observation,
  type Refusal,
  type Result,
  type StationStatus,
} from '$lib/domain/index.ts';
import { emptyBed, STATE_VERSION } from '$lib/bedside/index.ts';
import { AskedTick } from '$lib/bus/asked-tick.ts';
import type { AnswerTo, BusHost, Listeners, StationEvent, StationRequest } from '$lib/bus/bus.ts';
import { HEARTBEAT_MS, WAVE_TICK_MS, type StationSnapshot } from '$lib/realtime/index.ts';
import { attention } from './attention.ts';
import { Bed } from './bed.ts';
import type { StationClock } from './clock.ts';
import type { WardConfiguration } from './configuration.ts';
import { Desk, type DeskOptions } from './desk.ts';
import { Devices, type DeviceEvent, type OpenLink } from './devices.ts';
import type { Recorder, RecorderStatus } from './recorder.ts';
import type { RuleBook } from './rule-book.ts';
import type { Recovered } from './recovery.ts';
import { wireTraffic } from './wire-traffic.ts';
import { Turns } from './turns.ts';
import { WaveHub } from './wave-hub.ts';

export interface StationOptions {
  readonly ward: WardConfiguration;
  /** What each bed was when the journal ended; a bed without one is new. */
  readonly recovered: ReadonlyMap<BedId, Recovered>;
  /** What patients may be judged by. */
  readonly rules: RuleBook;
  readonly version: string;
  readonly clock: StationClock;
  readonly scheduler: SchedulerLike;
  readonly recorder: Recorder;
  readonly open: OpenLink;
  /** Says a sentence to whoever stands at the station itself; absent where nobody can. */
  readonly call?: (sentence: string) => void;
  readonly desk: Omit<DeskOptions, 'devices' | 'rules' | 'bed'>;
}

const SNAPSHOT_MS = 60 * SECOND_MS;

/** A calendar that left ours by more than this has been set, or has crept: the journal is told. */
const CLOCK_STEP_MS = 500;

export class Station implements BusHost {
  readonly events$: Observable<StationEvent>;
  readonly #options: StationOptions;
  readonly #event$ = new Subject<StationEvent>();
  readonly #beds = new Map<BedId, Bed>();
  readonly #hub = new WaveHub();
  readonly #turns: Turns;
  readonly #devices: Devices;
  readonly #desk: Desk;
  readonly #running = new Subscription();
  readonly #waveTick: AskedTick;
  #listeners: Readonly<Record<string, Listeners>> = {};
  #recorderState: StationStatus['recorder'] = 'ok';
  #wallOffsetMs: number;
  #heartbeats = 0;

  constructor(options: StationOptions) {
    this.#options = options;
    this.events$ = this.#event$.asObservable();
    this.#turns = new Turns(options.scheduler);
    this.#waveTick = new AskedTick(options.scheduler, WAVE_TICK_MS, () => this.#flushWaves());
    this.#wallOffsetMs = options.clock.wall() - options.clock.now();
    this.#devices = new Devices({ ...options, hand: (event) => this.#onDevice(event) });
    for (const configured of options.ward.beds) this.#addBed(configured.bed, configured.label);
    this.#desk = new Desk({
      ...options.desk,
      devices: this.#devices,
      rules: options.rules,
      bed: (id) => this.#settled(id),
    });
  }

  /** Starts time and devices. */
  start(): void {
    const { scheduler, recorder, version, clock } = this.#options;
    for (const bed of this.#beds.values()) {
      this.#take(bed, { kind: 'started', version, stateVersion: STATE_VERSION, wallTime: clock.wall() });
    }
    this.#running.add(interval(TICK_MS, scheduler).subscribe(() => this.#advance()));
    this.#running.add(interval(HEARTBEAT_MS, scheduler).subscribe(() => this.#beat()));
    this.#running.add(interval(SNAPSHOT_MS, scheduler).subscribe(() => this.#snapshotBeds()));
    this.#running.add(recorder.status$.subscribe((status) => this.#onRecorder(status)));
    this.#desk.startAll();
  }

  /** Stops devices and time and leaves a snapshot of every bed with the recorder. */
  stop(): void {
    this.#devices.stopAll();
    this.#turns.drain();
    this.#running.unsubscribe();
    this.#waveTick.stop();
    this.#snapshotBeds();
    this.#event$.complete();
  }

  snapshot(): StationSnapshot {
    const { clock } = this.#options;
    return { at: clock.now(), wallTime: clock.wall(), beds: [...this.#beds.values()].map((bed) => bed.view()) };
  }

  command(envelope: CommandEnvelope): Promise<Result<null, Refusal>> {
    const bed = this.#beds.get(envelope.bed);
    return Promise.resolve(
      bed === undefined
        ? fail({ why: 'unknown-bed', message: `There is no bed ${envelope.bed}.` })
        : bed.command(this.#options.clock.now(), envelope),
    );
  }

  request<R extends StationRequest>(request: R): Promise<AnswerTo<R>> {
    return this.#desk.answer(request);
  }

  report(listeners: Readonly<Record<string, Listeners>>): void {
    this.#listeners = listeners;
    this.#tellStatus();
  }

  /** What adds nothing to what is known of the signal is not journalled: one line for the first screen that shows, one that sounds. */
  deliver(id: BedId, delivery: Delivery): void {
    const bed = this.#beds.get(id);
    if (bed?.awaits(delivery)) this.#take(bed, { kind: 'delivered', delivery });
  }

  #addBed(id: BedId, label: string): void {
    const { recovered, rules, recorder, clock, ward } = this.#options;
    const start = recovered.get(id) ?? newBed(id, clock.now());
    const bed = new Bed({
      start,
      label,
      rules,
      recorder,
      tell: (event) => this.#tell(bed, event),
      ...(ward.models && { models: ward.models }),
    });
    for (const entry of recovered.get(id)?.lost ?? []) recorder.entry(entry);
    this.#beds.set(id, bed);
  }

  /** What is done to a bed by hand comes after what has arrived from its devices. */
  #settled(id: BedId): Bed | undefined {
    this.#turns.drain();
    return this.#beds.get(id);
  }

  #tell(bed: Bed, event: StationEvent): void {
    this.#event$.next(event);
    if (event.type !== 'alarm') return;
    const sentence = attention(bed.label, event.message.change, bed.state.station);
    if (sentence !== undefined) this.#options.call?.(sentence);
  }

  /** In the bed's turn, and as of now. */
  #takeInTurn(bed: Bed, input: BedInput): void {
    const at = this.#options.clock.now();
    this.#turns.take(bed.id, () => bed.take(at, input));
  }

  #take(bed: Bed, input: BedInput): void {
    bed.take(this.#options.clock.now(), input);
  }

  #advance(): void {
    const now = this.#options.clock.now();
    for (const bed of this.#beds.values()) bed.advance(now);
  }

  #flushWaves(): void {
    const frame = this.#hub.flush(this.#options.clock.now());
    if (frame !== undefined) this.#event$.next({ type: 'waves', frame });
  }

  #beat(): void {
    const { clock } = this.#options;
    const [at, wallTime] = [clock.now(), clock.wall()];
    this.#heartbeats += 1;
    this.#event$.next({ type: 'heartbeat', count: this.#heartbeats, at, wallTime });
    const stepMs = wallTime - at - this.#wallOffsetMs;
    if (Math.abs(stepMs) < CLOCK_STEP_MS) return;
    this.#wallOffsetMs += stepMs;
    for (const bed of this.#beds.values()) this.#take(bed, { kind: 'clock', wallTime, stepMs: Math.round(stepMs) });
  }

  #snapshotBeds(): void {
    for (const bed of this.#beds.values()) this.#options.recorder.snapshot(bed.snapshot());
  }

  #onDevice({ bed: id, device, event }: DeviceEvent): void {
    const bed = this.#beds.get(id);
    if (bed === undefined) return;
    switch (event.kind) {
      case 'observed':
        for (const observation of event.observations) this.#onObservation(bed, observation);
        return;
      case 'status':
        return this.#takeInTurn(bed, { kind: 'device', status: event.status });
      case 'traffic':
        return this.#event$.next({ type: 'traffic', traffic: wireTraffic(device, event.at, event.traffic) });
      case 'bytes':
        return this.#desk.capture(device, event);
      case 'refused':
        return this.#desk.refused(device, event);
    }
  }

  #onObservation(bed: Bed, observation: Observation): void {
    if (observation.kind !== 'waveform') return this.#takeInTurn(bed, { kind: 'observed', observation });
    bed.wave(observation);
    const isNew = this.#hub.add(bed.id, observation) !== undefined;
    this.#waveTick.ask();
    if (!isNew) return;
    const channels = this.#hub.channelsOf(bed.id);
    bed.declareWaves(channels);
    this.#event$.next({ type: 'wave-channels', channels });
  }

  #onRecorder({ state }: RecorderStatus): void {
    if (state === this.#recorderState) return;
    this.#recorderState = state;
    this.#tellStatus();
  }

  #tellStatus(): void {
    for (const bed of this.#beds.values()) {
      const { screens, audibleScreens } = this.#listeners[bed.id] ?? { screens: 0, audibleScreens: 0 };
      const status: StationStatus = { screens, audibleScreens, recorder: this.#recorderState };
      if (!isSameStatus(status, bed.state.station)) this.#take(bed, { kind: 'station', status });
    }
  }
}

const isSameStatus = (a: StationStatus, b: StationStatus): boolean =>
  a.screens === b.screens && a.audibleScreens === b.audibleScreens && a.recorder === b.recorder;

const newBed = (bed: BedId, now: MonotonicMs): Recovered => ({
  state: emptyBed(bed, now),
  seq: 0,
  rulesSeq: 0,
  lost: [],
});
