/**
 * A bad line around any simulated device: what it sends is damaged, held up and mixed with noise on its way out. What it
 * receives arrives whole, so that a test can tell a damaged order from a forbidden one.
 *
 *   device ─▶ silence? ─▶ lose, double, flip ─▶ fragments ─▶ delay ─▶ glue ─▶ out
 *                                        noise bursts ─────────▲
 *
 * The device inside is stepped on a grid of its own and each fault draws from its own seeded chance: the same seed and
 * inputs give the same bytes, however the host steps.
 */
import { concatBytes } from '$drivers/bytes.ts';
import type { DeviceInput, SimulatedDevice } from '$simulators/simulated-device.ts';

/** Only the faults that are named happen. */
export interface FaultOptions {
  readonly seed: number;
  /** Chances per byte, 0 to 1. A flip turns one bit over. */
  readonly lose?: number;
  readonly double?: number;
  readonly flip?: number;
  /** Bytes are lost, doubled and flipped only in these times; always unless told. */
  readonly spells?: readonly { readonly fromMs: number; readonly forMs: number }[];
  /** What the device sends is cut into pieces of 1 to `maxBytes`, `apartMs` from each other. */
  readonly fragments?: { readonly maxBytes: number; readonly apartMs: number };
  /** Each chunk comes later by a time evenly spread over this range; the order stays. */
  readonly delayMs?: readonly [least: number, most: number];
  /** Bytes are held back to the next multiple of this time and come in one piece. */
  readonly glueMs?: number;
  /** Times in which nothing leaves the device. */
  readonly silences?: readonly { readonly fromMs: number; readonly forMs: number }[];
  /** Bursts of 1 to `maxBytes` random bytes, on average every so often. */
  readonly noise?: { readonly everyMs: number; readonly maxBytes: number };
  /** How finely the device inside is stepped, at most 50 ms; 10 unless told. */
  readonly gridMs?: number;
}

/** What was done. `bytesOut` = device's bytes − lost − silenced + doubled + noise, once nothing is held back any more. */
export interface FaultCounts {
  readonly lostBytes: number;
  readonly doubledBytes: number;
  readonly flippedBits: number;
  readonly silencedBytes: number;
  readonly noiseBytes: number;
  readonly fragmentedChunks: number;
  readonly delayedChunks: number;
  readonly gluedChunks: number;
  readonly bytesOut: number;
}

const USUAL_GRID_MS = 10;
const NO_CHUNKS: readonly Uint8Array[] = [];

export class FaultyDevice implements SimulatedDevice {
  readonly #device: SimulatedDevice;
  readonly #options: FaultOptions;
  readonly #chances: Readonly<Record<'lose' | 'double' | 'flip' | 'bit' | 'fragment' | 'delay' | 'noise', Chance>>;
  readonly #held: { readonly dueMs: number; readonly bytes: Uint8Array }[] = [];
  readonly #counts = {
    lostBytes: 0,
    doubledBytes: 0,
    flippedBits: 0,
    silencedBytes: 0,
    noiseBytes: 0,
    fragmentedChunks: 0,
    delayedChunks: 0,
    gluedChunks: 0,
    bytesOut: 0,
  };
  readonly #stepMs: number;
  #gridMs = 0;
  #nextNoiseMs = Infinity;

  constructor(device: SimulatedDevice, options: FaultOptions) {
    const chance = (number: number) =>
      seededChance(Math.imul(options.seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b));
    this.#device = device;
    this.#options = options;
    this.#stepMs = options.gridMs ?? USUAL_GRID_MS;
    this.#chances = {
      lose: chance(1),
      double: chance(2),
      flip: chance(3),
      bit: chance(4),
      fragment: chance(5),
      delay: chance(6),
      noise: chance(7),
    };
  }

  get counts(): FaultCounts {
    return { ...this.#counts };
  }

  step(input: DeviceInput): readonly Uint8Array[] {
    if (input.type === 'connected') this.#begin(input.simMs);
    this.#advanceTo(input.simMs);
    if (input.type !== 'tick') this.#send(this.#device.step(input), input.simMs);
    if (input.type === 'disconnected') this.#held.length = 0;
    return this.#release(input.simMs);
  }

  /** The device's quiet times, as far as nothing is held back and no noise is due. */
  quietUntil(): number {
    return Math.min(this.#idleUntil(), this.#held[0]?.dueMs ?? Infinity);
  }

  /** The first point of the grid at which something may happen. */
  #idleUntil(): number {
    const dueMs = Math.min(this.#nextNoiseMs, this.#device.quietUntil?.() ?? 0);
    return Math.max(this.#gridMs + this.#stepMs, Math.ceil(dueMs / this.#stepMs) * this.#stepMs);
  }

  #begin(simMs: number): void {
    this.#gridMs = Math.floor(simMs / this.#stepMs) * this.#stepMs;
    this.#nextNoiseMs = simMs + this.#pause();
  }

  #advanceTo(simMs: number): void {
    for (let next = this.#idleUntil(); next <= simMs; next = this.#idleUntil()) {
      this.#gridMs = next;
      for (; this.#nextNoiseMs <= this.#gridMs; this.#nextNoiseMs += this.#pause()) this.#burst(this.#nextNoiseMs);
      this.#send(this.#device.step({ type: 'tick', simMs: this.#gridMs }), this.#gridMs);
    }
  }

  #send(chunks: readonly Uint8Array[], simMs: number): void {
    for (const chunk of chunks) {
      if (this.#isSilent(simMs)) this.#counts.silencedBytes += chunk.length;
      else this.#cut(this.#isDamaged(simMs) ? this.#damage(chunk) : chunk, simMs + this.#delay());
    }
  }

  #isSilent(simMs: number): boolean {
    const { silences = [] } = this.#options;
    return silences.some(({ fromMs, forMs }) => simMs >= fromMs && simMs < fromMs + forMs);
  }

  #isDamaged(simMs: number): boolean {
    const { spells } = this.#options;
    return spells === undefined || spells.some(({ fromMs, forMs }) => simMs >= fromMs && simMs < fromMs + forMs);
  }

  #damage(chunk: Uint8Array): Uint8Array {
    const { lose = 0, double = 0, flip = 0 } = this.#options;
    const chances = this.#chances;
    const out: number[] = [];
    for (const byte of chunk) {
      if (chances.lose() < lose) {
        this.#counts.lostBytes += 1;
        continue;
      }
      const isFlipped = chances.flip() < flip;
      const sent = isFlipped ? byte ^ (1 << Math.floor(chances.bit() * 8)) : byte;
      if (isFlipped) this.#counts.flippedBits += 1;
      out.push(sent);
      if (chances.double() < double) {
        this.#counts.doubledBytes += 1;
        out.push(sent);
      }
    }
    return Uint8Array.from(out);
  }

  #delay(): number {
    const { delayMs } = this.#options;
    if (!delayMs) return 0;
    this.#counts.delayedChunks += 1;
    return Math.round(delayMs[0] + this.#chances.delay() * (delayMs[1] - delayMs[0]));
  }

  #cut(bytes: Uint8Array, dueMs: number): void {
    const { fragments } = this.#options;
    if (!fragments) return this.#hold(bytes, dueMs);
    this.#counts.fragmentedChunks += 1;
    let pieceDueMs = dueMs;
    for (let at = 0; at < bytes.length; pieceDueMs += fragments.apartMs) {
      const size = 1 + Math.floor(this.#chances.fragment() * fragments.maxBytes);
      this.#hold(bytes.slice(at, at + size), pieceDueMs);
      at += size;
    }
  }

  #hold(bytes: Uint8Array, dueMs: number): void {
    const { glueMs } = this.#options;
    const releaseMs = glueMs === undefined ? dueMs : Math.ceil(dueMs / glueMs) * glueMs;
    if (bytes.length > 0) this.#held.push({ dueMs: releaseMs, bytes });
  }

  #pause(): number {
    const { noise } = this.#options;
    return noise ? -Math.log(1 - this.#chances.noise()) * noise.everyMs : Infinity;
  }

  #burst(simMs: number): void {
    const { noise } = this.#options;
    if (!noise || this.#isSilent(simMs)) return;
    const length = 1 + Math.floor(this.#chances.noise() * noise.maxBytes);
    this.#counts.noiseBytes += length;
    this.#hold(
      Uint8Array.from({ length }, () => Math.floor(this.#chances.noise() * 256)),
      Math.ceil(simMs),
    );
  }

  /** What is due, in order: nothing overtakes what is still held back. */
  #release(simMs: number): readonly Uint8Array[] {
    if ((this.#held[0]?.dueMs ?? Infinity) > simMs) return NO_CHUNKS;
    const { glueMs } = this.#options;
    const dueCount = this.#held.findIndex(({ dueMs }) => dueMs > simMs);
    const due = this.#held.splice(0, dueCount < 0 ? this.#held.length : dueCount).map(({ bytes }) => bytes);
    this.#counts.bytesOut += due.reduce((sum, { length }) => sum + length, 0);
    if (glueMs === undefined || due.length < 2) return due;
    this.#counts.gluedChunks += due.length;
    return [concatBytes(...due)];
  }
}

type Chance = () => number;

/** Even over 0 to 1 without 1; the same seed gives the same row (mulberry32 by T. Ettinger, public domain). */
function seededChance(seed: number): Chance {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
