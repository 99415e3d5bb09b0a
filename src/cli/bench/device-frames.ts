/**
 * Frames as the devices would send them: the simulated devices are asked by the real drivers, in simulated time, and what
 * they answer is kept to be said on a pseudo terminal later. The station cannot tell it from a device.
 */
import { deviceId, monotonicMs, type Observation } from '$lib/domain/index.ts';
import type { AnyDriver, SessionEffect, SessionInput } from '$drivers/driver.ts';
import { driverOf } from '$drivers/registry.ts';
import { simulatedDevice } from '$simulators/registry.ts';
import type { SimulatedDevice } from '$simulators/simulated-device.ts';
import { StillBedside } from './still-bedside.ts';

/** One frame as it stands on the wire, and what the driver makes of it. */
interface Spoken {
  readonly bytes: Uint8Array;
  readonly observations: readonly Observation[];
}

/** A driver and a simulated device that talk to each other in simulated time. */
class Talk {
  readonly #driver: AnyDriver;
  readonly #device: SimulatedDevice;
  #state: unknown;
  #nowMs = 0;

  constructor(id: string, bedside: StillBedside, settings: Readonly<Record<string, unknown>>) {
    const [driver, kind] = [driverOf(id), simulatedDevice(id)];
    if (driver === undefined || kind === undefined) throw new RangeError(`no device ${id}`);
    this.#driver = driver;
    this.#device = kind.make(bedside, { settings });
    this.#state = driver.start({ device: deviceId('bench'), settings });
    this.#device.step({ type: 'connected', simMs: 0 });
    this.#step({ type: 'opened', now: monotonicMs(0) });
  }

  /** What the device says until then. The driver answers at once. */
  *to(simMs: number, stepMs: number): Generator<Spoken> {
    while (this.#nowMs + stepMs <= simMs) {
      this.#nowMs += stepMs;
      for (const bytes of this.#device.step({ type: 'tick', simMs: this.#nowMs })) {
        yield { bytes, observations: this.#hear(bytes) };
      }
      this.#step({ type: 'tick', now: monotonicMs(this.#nowMs) });
    }
  }

  #hear(bytes: Uint8Array): readonly Observation[] {
    const { cuts } = this.#driver.cut(new Uint8Array(0), bytes);
    return cuts.flatMap((cut) => {
      const decoded = cut.kind === 'frame' ? this.#driver.decode(cut.payload) : undefined;
      if (!decoded?.ok) throw new Error('a simulated device said something that its driver does not understand');
      return this.#step({ type: 'message', now: monotonicMs(this.#nowMs), message: decoded.message });
    });
  }

  #step(input: SessionInput<unknown>): readonly Observation[] {
    const [state, effects] = this.#driver.step(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#answer(effect);
    return effects.flatMap((effect) => (effect.type === 'observed' ? effect.observations : []));
  }

  #answer(effect: SessionEffect<unknown>): void {
    if (effect.type !== 'send') return;
    this.#device.step({ type: 'received', simMs: this.#nowMs, bytes: this.#driver.encode(effect.query) });
  }
}

const MONITOR = 'ge-s5-dri';
const PUMP = 'pump-bbraun-bcc';
const DISPLAY_MS = 5000;
const GRID_MS = 250;
/** The monitor's field has two decimals. */
const STEPS = 100;
/** As far as the field counts. */
const MAX_SEQUENCE = 32_000;

/** The number that {@link readingFrames} hid in a reading. */
export const sequenceOf = (perfusionIndex: number): number => Math.round(perfusionIndex * STEPS);

/**
 * Records of displayed numbers. Each has its own number, from 1, where no rule looks: in the perfusion index.
 * @throws RangeError for more than the field can count
 */
export function readingFrames(count: number): readonly Uint8Array[] {
  if (count > MAX_SEQUENCE) throw new RangeError(`${count} readings cannot be told apart`);
  const number = (simMs: number): number => Math.floor(simMs / DISPLAY_MS);
  const bedside = new StillBedside({
    physiology: (simMs) => ({ perfusionIndex: number(simMs) / STEPS, heartRate: 70 + (number(simMs) % 7) }),
  });
  const frames: Uint8Array[] = [];
  for (const { bytes, observations } of new Talk(MONITOR, bedside, { waveforms: [] }).to(
    (count + 2) * DISPLAY_MS,
    DISPLAY_MS,
  )) {
    const sequence = observations.map(sequenceIn).find((found) => found !== undefined);
    if (sequence !== undefined && sequence >= 1 && sequence <= count) frames[sequence - 1] = bytes;
  }
  return frames;
}

export function sequenceIn(observation: Observation): number | undefined {
  if (observation.kind !== 'numerics') return undefined;
  const reading = observation.values.perfusionIndex;
  return reading && 'value' in reading ? sequenceOf(reading.value) : undefined;
}

/** Records of 250 ms of ECG (300 Hz), pleth (100 Hz) and respiration (25 Hz). */
export function waveFrames(count: number): readonly Uint8Array[] {
  const talk = new Talk(MONITOR, new StillBedside({}), {});
  const frames: Uint8Array[] = [];
  for (const { bytes, observations } of talk.to((count + 8) * GRID_MS, GRID_MS)) {
    if (observations.some(({ kind }) => kind === 'waveform')) frames.push(bytes);
  }
  return frames.slice(0, count);
}

/** What a pump says to make one alarm begin and end. Said in this order, the alarm is there from `begins` to `ends`. */
export interface AlarmFrames {
  /** It runs; nothing is wrong. */
  readonly runs: Uint8Array;
  readonly begins: Uint8Array;
  readonly ends: Uint8Array;
}

const CYCLE_MS = 3000;

/** Blocks of a ComDevice that pushes: a running pump meets air, is stopped, and is started again. */
export function alarmFrames(count: number): readonly AlarmFrames[] {
  const phase = (simMs: number): number => simMs % CYCLE_MS;
  const bedside = new StillBedside({ isPumpStarted: (simMs) => phase(simMs) >= 200 && phase(simMs) < 2200 });
  const cycles = count + 2;
  const air = Array.from({ length: cycles }, (_, i) => ({ pump: 0, atMs: i * CYCLE_MS + 1200 }));
  const settings = { mode: 'cyclic', cycleMs: 1000, air, latencyMs: 50, noValue: { everyMs: 1e12, forMs: 0 } };
  const talk = new Talk(PUMP, bedside, settings);
  const found: AlarmFrames[] = [];
  let runs: Uint8Array | undefined;
  let begins: Uint8Array | undefined;
  for (const { bytes, observations } of talk.to(cycles * CYCLE_MS, 50)) {
    const reading = observations.find((one) => one.kind === 'infusion');
    if (reading === undefined) continue;
    if (reading.state === 'infusing') runs = bytes;
    else if (reading.alarms.length > 0) begins ??= bytes;
    else if (runs && begins) {
      found.push({ runs, begins, ends: bytes });
      [runs, begins] = [undefined, undefined];
    }
  }
  return found.slice(0, count);
}
