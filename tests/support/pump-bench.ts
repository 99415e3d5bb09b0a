/**
 * A pump at a bed: simulated pump → wire in memory → the real runner and driver → bedside, in virtual time. What the staff does
 * and what happens to the line is in the test's hand; what the bed then knows is looked at.
 */
import { type AnyDriver } from '$drivers/driver.ts';
import type { InfusionEvent, InfusionReading, Plan } from '$lib/domain/index.ts';
import type { ChannelState } from '$lib/bedside/index.ts';
import { simulatedDevice } from '$simulators/registry.ts';
import { PLAN, TestBed } from './bed.ts';
import { SimulatedStation } from './simulated-station.ts';
import { StillBedside } from './still-bedside.ts';

const STEP_MS = 250;
const MINUTES_PER_HOUR = 60;

export interface PumpSetup {
  /** Of the simulated device. */
  readonly device?: Readonly<Record<string, unknown>>;
  /** Of the driver, as the configuration of a station would hold them. */
  readonly driver?: Readonly<Record<string, unknown>>;
  readonly plan?: Plan;
}

const BESIDE_THE_MOTOR: ReadonlySet<string> = new Set([
  'alarm-began',
  'alarm-ended',
  'disconnected',
  'reconnected',
  'kvo',
] satisfies InfusionEvent['type'][]);

export class PumpBench {
  readonly patient = new StillBedside();
  readonly bed = new TestBed().admitted();
  readonly station: SimulatedStation;
  readonly driver: AnyDriver;
  readonly forbidden: string[] = [];
  now = 0;
  #toldReadings = 0;
  #toldStatuses = 0;
  /** What reached the patient from instant to instant. */
  readonly #deliveries: { readonly at: number; readonly mgPerMin: number }[] = [];

  constructor(driver: AnyDriver, { device = {}, driver: settings = {}, plan = PLAN }: PumpSetup = {}) {
    this.driver = driver;
    const kind = simulatedDevice(driver.id);
    if (!kind) throw new Error(`no simulated device for ${driver.id}`);
    const deliver = this.patient.deliver.bind(this.patient);
    this.patient.deliver = (mgPerMin) => {
      this.#deliveries.push({ at: this.patient.now, mgPerMin });
      deliver(mgPerMin);
    };
    const made = kind.make(this.patient, { settings: device, onForbidden: (what) => this.forbidden.push(what) });
    this.station = new SimulatedStation(driver, made, settings);
    this.bed.command(0, { type: 'set-plan', plan });
  }

  runFor(ms: number): this {
    for (const end = this.now + ms; this.now < end;) {
      this.now = Math.min(this.now + STEP_MS, end);
      this.station.runTo(this.now);
      this.#tell();
    }
    return this;
  }

  /** Runs until it holds. @returns how long that took, ms. */
  until(what: string, holds: () => boolean, withinMs = 60_000): number {
    const from = this.now;
    while (!holds()) {
      if (this.now - from >= withinMs) throw new Error(`${this.driver.id}: in vain for ${what}; ${this.link}`);
      this.runFor(STEP_MS);
    }
    return this.now - from;
  }

  order(change: Partial<StillBedside['orderNow']>): this {
    this.patient.orderNow = { ...this.patient.orderNow, ...change };
    return this;
  }

  start(): this {
    this.runFor(5000).until('the link', () => this.link === 'live' && this.channels.length > 0);
    this.order({ isStarted: true });
    this.until('the infusion', () => this.channel.reading.state === 'infusing');
    return this;
  }

  get link(): string | undefined {
    return this.station.state;
  }

  get channels(): readonly ChannelState[] {
    return Object.values(this.bed.state.channels);
  }

  /** The first pump's. */
  get channel(): ChannelState {
    const [first] = this.channels;
    if (!first) throw new Error(`${this.driver.id}: no channel on the bed`);
    return first;
  }

  get reading(): InfusionReading {
    return this.channel.reading;
  }

  /** After an instant, oldest first. */
  events(fromMs = -1): readonly InfusionEvent[] {
    return this.bed.outputs
      .filter(({ at }) => at > fromMs)
      .flatMap(({ body }) => (body.kind === 'infusion-event' ? [body.event] : []));
  }

  /** What the motor did; alarms, links and keep-open rates are events of their own and not in it. */
  kindsOfEvents(fromMs = -1): readonly string[] {
    return this.events(fromMs)
      .map(({ type }) => type)
      .filter((type) => !BESIDE_THE_MOTOR.has(type));
  }

  alarmKinds(): readonly string[] {
    return this.reading.alarms.map(({ kind }) => kind);
  }

  /** mg that reached the patient since an instant. */
  deliveredMg(fromMs = 0): number {
    return this.#deliveries.reduce((sum, { at, mgPerMin }, i) => {
      const until = this.#deliveries[i + 1]?.at ?? this.now;
      return sum + (mgPerMin / MINUTES_PER_HOUR / 1000) * Math.max(0, until - Math.max(at, fromMs));
    }, 0);
  }

  #tell(): void {
    const atS = this.now / 1000;
    for (const status of this.station.statuses.slice(this.#toldStatuses)) {
      this.bed.input(atS, { kind: 'device', status });
    }
    this.#toldStatuses = this.station.statuses.length;
    for (const observation of this.station.observations.slice(this.#toldReadings)) {
      if (observation.kind !== 'waveform') this.bed.input(atS, { kind: 'observed', observation });
    }
    this.#toldReadings = this.station.observations.length;
    this.bed.to(atS);
  }
}
