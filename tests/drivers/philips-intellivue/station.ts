/** The real runner with the driver on one end of a wire in memory, a simulated monitor on the other, in virtual time. */
import { interval, type Subscription } from 'rxjs';
import type { DriverEvent, Traffic } from '$drivers/driver-event.ts';
import { sealDriver, type LinkKind } from '$drivers/driver.ts';
import { philipsIntellivue } from '$drivers/philips-intellivue/index.ts';
import { runDriver } from '$drivers/run-driver.ts';
import { memoryWire, type MemoryEnd } from '$drivers/transport/memory.ts';
import { monotonicMs, type DeviceStatus, type Observation, type WaveformBlock } from '$lib/domain/index.ts';
import { simulatePhilipsIntellivue } from '$simulators/devices/philips-intellivue/index.ts';
import type { DeviceInput, SimulatedDevice } from '$simulators/simulated-device.ts';
import { SimulatedLine } from '$simulators/simulated-line.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { StillBedside } from '../../support/still-bedside.ts';
import { DEVICE } from './bench.ts';

export interface StationSetup {
  readonly link?: LinkKind;
  readonly monitor?: Readonly<Record<string, unknown>>;
  readonly driver?: Readonly<Record<string, unknown>>;
  readonly bedside?: StillBedside;
  /** What stands around the monitor: a bad line, a deaf ear. */
  readonly around?: (device: SimulatedDevice) => SimulatedDevice;
}

export class Station {
  readonly bedside: StillBedside;
  readonly time = new VirtualTime();
  readonly events: DriverEvent[] = [];
  readonly forbidden: string[] = [];
  readonly device: SimulatedDevice;
  /** Everything that reached the monitor's end of the wire. */
  readonly heard: Uint8Array[] = [];
  #subscription: Subscription | undefined;
  readonly #setup: StationSetup;

  constructor(setup: StationSetup = {}) {
    this.#setup = setup;
    this.bedside = setup.bedside ?? new StillBedside();
    const monitor = simulatePhilipsIntellivue(this.bedside, {
      settings: setup.monitor ?? {},
      onForbidden: (what) => this.forbidden.push(what),
    });
    this.device = setup.around ? setup.around(monitor) : monitor;
    this.start();
  }

  /** A driver without memory of what was before. */
  start(): this {
    const { link = 'serial', driver = {} } = this.#setup;
    const wire = memoryWire();
    wire.connections$.subscribe((far) => this.#serve(far));
    this.#subscription = runDriver(sealDriver(philipsIntellivue), wire.connect, {
      context: { device: DEVICE, link, settings: driver },
      label: 'monitor',
      isSimulated: true,
      clock: () => monotonicMs(this.time.now()),
      scheduler: this.time,
    }).subscribe((event) => this.events.push(event));
    return this;
  }

  stop(): this {
    this.#subscription?.unsubscribe();
    return this;
  }

  get now(): number {
    return this.time.now();
  }

  runTo(ms: number): this {
    this.time.runTo(ms);
    return this;
  }

  runFor(ms: number): this {
    return this.runTo(this.now + ms);
  }

  get statuses(): readonly DeviceStatus[] {
    return this.events.flatMap((event) => (event.kind === 'status' ? [event.status] : []));
  }

  /** Each state once in a row. */
  get states(): readonly string[] {
    return this.statuses.map(({ state }) => state).filter((state, i, all) => state !== all[i - 1]);
  }

  get traffic(): Traffic {
    const last = this.events.findLast((event) => event.kind === 'traffic');
    if (last?.kind !== 'traffic') throw new Error('no traffic yet');
    return last.traffic;
  }

  of<K extends Observation['kind']>(kind: K): readonly Extract<Observation, { kind: K }>[] {
    return this.events
      .flatMap((event) => (event.kind === 'observed' ? event.observations : []))
      .filter((seen): seen is Extract<Observation, { kind: K }> => seen.kind === kind);
  }

  waves(waveform: WaveformBlock['waveform']): readonly WaveformBlock[] {
    return this.of('waveform').filter((block) => block.waveform === waveform);
  }

  /** The monitor's end: stepped every 32 ms, and whenever something arrives. */
  #serve(far: MemoryEnd): void {
    const line = new SimulatedLine(this.device);
    const put = (chunks: readonly Uint8Array[]): void =>
      chunks.forEach((chunk) => void far.send(chunk).catch(() => undefined));
    put(line.connect(this.now));
    const course = interval(STEP_MS, this.time).subscribe(() => put(line.advanceTo(this.now)));
    far.bytes$.subscribe({
      next: (bytes) => {
        this.heard.push(bytes);
        put(line.receive(this.now, bytes));
      },
      complete: () => {
        course.unsubscribe();
        line.disconnect(this.now);
      },
    });
  }
}

const STEP_MS = 32;

/** Loses some of what the station says, by number from 1. */
export function deafTo(device: SimulatedDevice, isLost: (number: number) => boolean): SimulatedDevice {
  let count = 0;
  const step = (input: DeviceInput): readonly Uint8Array[] => {
    if (input.type !== 'received') return device.step(input);
    count += 1;
    return device.step(isLost(count) ? { type: 'tick', simMs: input.simMs } : input);
  };
  return { step };
}
