/**
 * The last seconds of one waveform on an even grid of time, so that a pen can ask what stands at a moment.
 *
 *   number      0 1 2 3 4 … · · · … end            sample n was taken at epochMs + n × 1000 / rateHz
 *   value       v v v v v   hole    v              a hole is NO_SAMPLE, as wide as the time that is missing
 *                         ▲ oldest kept: end − capacity
 *
 * Blocks that follow each other in time are joined without a seam, however they were cut into packets: only a step of more
 * than {@link SEAM_MS} or a gap mark makes a hole.
 */
import { NO_SAMPLE } from '$lib/domain/index.ts';

/** Times travel in whole milliseconds and device clocks stray: below this two blocks are neighbours. */
export const SEAM_MS = 20;
/** A marked gap in which no time is missing still has to be seen: the first samples behind it are hidden. */
export const MIN_HOLE_MS = 40;

export class SampleRing {
  readonly rateHz: number;
  /** Samples that came for a time which was already filled, and were left out. */
  lateSamples = 0;
  /** Number that the next sample will get. */
  end = 0;
  #epochMs: number | undefined;
  #hiddenBefore = 0;
  readonly #values: Int16Array;

  /** @param capacity how many samples are kept. */
  constructor(rateHz: number, capacity: number) {
    this.rateHz = rateHz;
    this.#values = new Int16Array(capacity).fill(NO_SAMPLE);
  }

  get capacity(): number {
    return this.#values.length;
  }

  get isEmpty(): boolean {
    return this.#epochMs === undefined;
  }

  /** Time at which the next sample is expected; before the first one there is none. */
  get endMs(): number {
    return this.timeOf(this.end);
  }

  /** Number of the oldest sample still kept. */
  get oldest(): number {
    return Math.max(0, this.end - this.#values.length);
  }

  /** Time of a sample, ms; -Infinity before the first sample came. */
  timeOf(number: number): number {
    return this.#epochMs === undefined ? -Infinity : this.#epochMs + (number * 1000) / this.rateHz;
  }

  /** Number of the last sample taken at or before `ms`. May be beyond what is there; -1 before the first sample came. */
  numberAt(ms: number): number {
    if (this.#epochMs === undefined) return -1;
    const number = ((ms - this.#epochMs) * this.rateHz) / 1000;
    return Math.floor(number + 1e-6);
  }

  /** NO_SAMPLE in holes, before the oldest and from the end on. */
  valueAt(number: number): number {
    if (number < this.oldest || number >= this.end) return NO_SAMPLE;
    return this.#values[number % this.#values.length] ?? NO_SAMPLE;
  }

  place(atMs: number, samples: Int16Array, isGapBefore: boolean): void {
    this.#epochMs ??= atMs;
    const start = this.#startOf(atMs, isGapBefore);
    for (let number = this.#firstToFill(start); number < start; number += 1) this.#put(number, NO_SAMPLE);
    const skipped = Math.min(samples.length, Math.max(0, this.end - start));
    this.lateSamples += skipped;
    for (let i = skipped; i < samples.length; i += 1) {
      const number = start + i;
      this.#put(number, number < this.#hiddenBefore ? NO_SAMPLE : (samples[i] ?? NO_SAMPLE));
    }
    this.end = Math.max(this.end, start + samples.length);
  }

  /** A copy that later samples do not touch, with room for at least as many. */
  copy(capacity = this.capacity): SampleRing {
    const twin = new SampleRing(this.rateHz, capacity);
    twin.#epochMs = this.#epochMs;
    twin.#hiddenBefore = this.#hiddenBefore;
    twin.lateSamples = this.lateSamples;
    twin.end = this.end;
    for (let number = this.oldest; number < this.end; number += 1) twin.#put(number, this.valueAt(number));
    return twin;
  }

  #startOf(atMs: number, isGapBefore: boolean): number {
    const offMs = atMs - this.endMs;
    if (!isGapBefore && Math.abs(offMs) <= SEAM_MS) return this.end;
    if (isGapBefore && this.end > 0) this.#hiddenBefore = this.end + Math.ceil((MIN_HOLE_MS * this.rateHz) / 1000);
    return this.end + Math.round((offMs * this.rateHz) / 1000);
  }

  /** A hole longer than the ring overwrites all of it once. */
  #firstToFill(start: number): number {
    return Math.max(this.end, start - this.#values.length);
  }

  #put(number: number, value: number): void {
    this.#values[number % this.#values.length] = value;
  }
}
