/**
 * When a sample is drawn. Samples come in packets and late; the pen must move evenly.
 *
 *   page clock   ───────────────────────────────────────▶ now
 *   pen          ──────────────── now − delay             never faster than real time, never backwards
 *   newest data  ──────────────────────── end
 *                                 └ buffer ┘
 *
 * Page and station clocks are never compared: only `arrival − sample time` counts, whatever it contains. A pen that plays
 * `delay` behind is never dry while every packet's first sample arrives less than `delay` after its time; so the delay
 * follows the longest packet plus the jitter seen, and all strips of one bed share it so that their pens stand together.
 *
 *   delay grows: pens hold until it is reached · delay falls by more than {@link MAX_BEHIND_MS}: pens jump, leaving a gap ·
 *   no data: the pen stands where they end · a hole: nothing to be played there, so a late pen catches up inside it
 */
import { NO_SAMPLE } from '$lib/domain/index.ts';
import type { SampleRing } from './sample-ring.ts';

/** Least time between the newest sample and the pen. */
export const JITTER_BUFFER_MS = 250;
/** How much lateness beyond the packet's own length is bridged by waiting. */
export const MAX_JITTER_MS = 1000;
/** A pen further behind than this jumps. */
export const MAX_BEHIND_MS = 1000;
/** Room for arrivals to stray further than they have: the delay is set with the larger and raised only within the smaller. */
const MARGIN_MS = 60;
const LEAST_MARGIN_MS = 20;
const WINDOW_MS = 15_000;

/** How late the packets of one channel were within the last {@link WINDOW_MS} to twice that. */
export class LatenessMeter {
  #windowStart = -Infinity;
  /** Of the first sample of a packet: contains the packet's length. Largest and smallest, this window and the one before. */
  #largest = -Infinity;
  #smallest = Infinity;
  #largestBefore = -Infinity;
  #smallestBefore = Infinity;
  /** Of the last sample of a packet: the shortest way a sample can take. */
  #quickest = Infinity;
  #quickestBefore = Infinity;

  note(nowMs: number, startMs: number, endMs: number): void {
    if (nowMs - this.#windowStart > WINDOW_MS) this.#turn(nowMs);
    this.#largest = Math.max(this.#largest, nowMs - startMs);
    this.#smallest = Math.min(this.#smallest, nowMs - startMs);
    this.#quickest = Math.min(this.#quickest, nowMs - endMs);
  }

  /** Delay with which this channel would not have been dry by so much, -Infinity before the first packet. */
  delayWith(marginMs: number): number {
    const largest = Math.max(this.#largest, this.#largestBefore);
    const smallest = Math.min(this.#smallest, this.#smallestBefore);
    const quickest = Math.min(this.#quickest, this.#quickestBefore);
    if (largest === -Infinity) return -Infinity;
    return Math.max(quickest + JITTER_BUFFER_MS, Math.min(largest, smallest + MAX_JITTER_MS) + marginMs);
  }

  #turn(nowMs: number): void {
    this.#largestBefore = this.#largest;
    this.#smallestBefore = this.#smallest;
    this.#quickestBefore = this.#quickest;
    this.#largest = -Infinity;
    this.#smallest = Infinity;
    this.#quickest = Infinity;
    this.#windowStart = nowMs;
  }
}

/** The delay that the strips of one bed share. It is raised at once and lowered only when a jump is worth it. */
export class SharedDelay {
  /** ms between a sample's time (station clock) and its drawing (page clock); undefined before the first packet. */
  ms: number | undefined;
  readonly #meters = new Set<LatenessMeter>();

  join(meter: LatenessMeter): void {
    this.#meters.add(meter);
  }

  leave(meter: LatenessMeter): void {
    this.#meters.delete(meter);
  }

  /** To be called after a meter of the group noted something. */
  update(): void {
    const least = this.#largest(LEAST_MARGIN_MS);
    if (least === -Infinity) return;
    const isFitting = this.ms !== undefined && this.ms >= least && this.ms - least <= MAX_BEHIND_MS;
    if (!isFitting) this.ms = this.#largest(MARGIN_MS);
  }

  #largest(marginMs: number): number {
    let delay = -Infinity;
    for (const meter of this.#meters) delay = Math.max(delay, meter.delayWith(marginMs));
    return delay;
  }
}

/** The pen of one strip: which moment of the signal it draws now. */
export class Pen {
  /** Time of the signal under the pen; -Infinity before the first step. */
  atMs = -Infinity;
  /** The last step left something out. */
  hasJumped = false;
  /** It stands because there is nothing further to draw. */
  isDry = true;
  #delayMs = 0;

  step(nowMs: number, sharedMs: number, ring: SampleRing): void {
    const before = this.atMs;
    const wanted = nowMs - sharedMs;
    const even = before === -Infinity ? wanted : nowMs - this.#delayMs;
    const next = Math.min(wanted, acrossHole(ring, even, wanted));
    this.hasJumped = wanted - next > MAX_BEHIND_MS && ring.endMs > next;
    const target = this.hasJumped ? wanted : next;
    this.isDry = target >= ring.endMs;
    this.atMs = Math.max(before, this.isDry ? ring.endMs : target);
    this.#delayMs = nowMs - this.atMs;
  }

  /** The next step begins where the present is, as at the very first. */
  lift(): void {
    this.atMs = -Infinity;
  }
}

/** Where a pen at `ms` may be without leaving anything out: behind a hole it may skip to the hole's end, not beyond `wanted`. */
function acrossHole(ring: SampleRing, ms: number, wanted: number): number {
  if (ms >= wanted) return ms;
  let number = ring.numberAt(ms) + 1;
  const last = Math.min(ring.end, ring.numberAt(wanted) + 1);
  if (number < ring.oldest) number = ring.oldest;
  while (number < last && ring.valueAt(number) === NO_SAMPLE) number += 1;
  return Math.max(ms, Math.min(wanted, ring.timeOf(number - 1)));
}
