/** Counts what passes over one device's link; the runner asks for the figures, nothing here knows time or links. */
import type { MonotonicMs } from '$lib/domain/index.ts';
import type { NoiseReason } from './driver.ts';
import { equalBytes } from './bytes.ts';
import type { Traffic, TrafficLine, UndecodableReason } from './driver-event.ts';

/** As many lines as a person reads at a glance. */
export const RECENT_LINES = 8;

export class TrafficMeter {
  #revision = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #framesIn = 0;
  #framesOut = 0;
  #messages = 0;
  readonly #noiseBytes: Record<NoiseReason, number> = { 'no-start': 0, 'bad-sum': 0, 'bad-length': 0, 'too-long': 0 };
  readonly #undecodable: Record<UndecodableReason, number> = { 'unknown-code': 0, 'too-short': 0, malformed: 0 };
  #cutOffBytes = 0;
  #repeatedFrames = 0;
  #resyncs = 0;
  #reopens = 0;
  #sendsRefused = 0;
  readonly #recent: TrafficLine[] = [];
  #lastFrame: Uint8Array | undefined;
  #isInNoise = false;

  /** Rises with every change: cheaper to compare than the figures. */
  get revision(): number {
    return this.#revision;
  }

  received(byteCount: number): void {
    this.#revision += 1;
    this.#bytesIn += byteCount;
  }

  frame(wire: Uint8Array): void {
    this.#framesIn += 1;
    if (this.#isInNoise) this.#resyncs += 1;
    this.#isInNoise = false;
    if (this.#lastFrame && equalBytes(this.#lastFrame, wire)) this.#repeatedFrames += 1;
    this.#lastFrame = wire;
  }

  noise(why: NoiseReason, byteCount: number): void {
    this.#noiseBytes[why] += byteCount;
    this.#isInNoise = true;
  }

  undecodable(at: MonotonicMs, byteCount: number, why: UndecodableReason, detail: string): void {
    this.#undecodable[why] += 1;
    this.#remember({ at, byteCount, text: `not understood (${why}): ${detail}` });
  }

  message(at: MonotonicMs, byteCount: number, text: string): void {
    this.#messages += 1;
    this.#remember({ at, byteCount, text });
  }

  sent(byteCount: number): void {
    this.#revision += 1;
    this.#framesOut += 1;
    this.#bytesOut += byteCount;
  }

  refused(): void {
    this.#revision += 1;
    this.#sendsRefused += 1;
  }

  cutOff(byteCount: number): void {
    this.#revision += 1;
    this.#cutOffBytes += byteCount;
    this.#lastFrame = undefined;
    this.#isInNoise = false;
  }

  reopened(): void {
    this.#revision += 1;
    this.#reopens += 1;
  }

  read(): Traffic {
    return {
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      framesIn: this.#framesIn,
      framesOut: this.#framesOut,
      messages: this.#messages,
      noiseBytes: { ...this.#noiseBytes },
      undecodable: { ...this.#undecodable },
      cutOffBytes: this.#cutOffBytes,
      repeatedFrames: this.#repeatedFrames,
      resyncs: this.#resyncs,
      reopens: this.#reopens,
      sendsRefused: this.#sendsRefused,
      recent: [...this.#recent],
    };
  }

  #remember(line: TrafficLine): void {
    this.#recent.push(line);
    if (this.#recent.length > RECENT_LINES) this.#recent.shift();
  }
}
