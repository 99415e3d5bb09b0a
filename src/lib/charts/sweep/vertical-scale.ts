/**
 * From a sample to a height in a strip. Values beyond the strip stay at its edge.
 *
 * `gain` and `range` never change the size of a signal. `auto` follows it, once a second of signal time: it opens at once
 * when the trace would leave the strip and closes slowly, and never below {@link LEAST_SPAN} of the usual range, so that the
 * noise of a probe that lies on the table does not look like a pulse. `gain` keeps the size but follows a trace whose mean
 * lies far off (electrode offset): a line at the edge of the strip would look like no heart beat.
 *
 * What is followed is counted by sample number, not by arrival or frame: the same samples always give the same heights.
 */
import { NO_SAMPLE, WAVEFORMS, type WaveformKey } from '$lib/domain/index.ts';
import type { VerticalMode } from './strip-defaults.ts';

/** The smallest span that `auto` shows, as a share of the waveform's usual range. */
export const LEAST_SPAN = 0.1;
/** Seconds of signal that `auto` and the centring of `gain` look back on. */
const MEMORY_S = 12;
const CLOSING_PER_S = 0.3;
const CENTRING_PER_S = 0.5;
const HEADROOM = 0.1;
/** A mean further from the middle than this share of the strip moves the middle. */
const FAR_OFF = 0.3;

/** Sample → physical value: `sample × gain + offset`. */
export interface SampleScale {
  readonly waveform: WaveformKey;
  readonly rateHz: number;
  readonly gain: number;
  readonly offset: number;
}

export class VerticalScale {
  /** Physical values at the bottom and the top of the strip. */
  low = 0;
  high = 1;
  readonly #mode: VerticalMode;
  readonly #sample: SampleScale;
  readonly #nominal: readonly [low: number, high: number];
  #topPx = 0;
  #bottomPx = 1;
  #pxPerSample = 0;
  #zeroPx = 0;

  /** Extremes and sum of each of the last seconds, physical; the second that runs stands at `#seconds % MEMORY_S`. */
  readonly #lows = new Float64Array(MEMORY_S);
  readonly #highs = new Float64Array(MEMORY_S);
  readonly #sums = new Float64Array(MEMORY_S);
  readonly #counts = new Float64Array(MEMORY_S);
  #seconds = 0;
  #seenTo = 0;
  #hasAdapted = false;

  constructor(mode: VerticalMode, sample: SampleScale) {
    this.#mode = mode;
    this.#sample = sample;
    this.#nominal = mode.type === 'range' ? [mode.low, mode.high] : WAVEFORMS[sample.waveform].range;
    [this.low, this.high] = this.#nominal;
    this.restart();
  }

  /** Samples are counted from 0 again. What is shown now stays as it is until they say otherwise. */
  restart(): void {
    for (let slot = 0; slot < MEMORY_S; slot += 1) this.#clearSecond(slot);
    this.#seconds = 0;
    this.#seenTo = 0;
  }

  /** Places the strip on the canvas, canvas pixels; `pxPerMm` of the same pixels. */
  layout(topPx: number, bottomPx: number, pxPerMm: number): void {
    this.#topPx = topPx;
    this.#bottomPx = bottomPx;
    if (this.#mode.type === 'gain') {
      const half = (bottomPx - topPx) / (this.#mode.mmPerUnit * pxPerMm) / 2;
      const middle = (this.low + this.high) / 2;
      this.low = middle - half;
      this.high = middle + half;
    }
    this.#prepare();
  }

  /** Height of a sample in canvas pixels. Not for NO_SAMPLE. */
  yOf(sample: number): number {
    const y = this.#zeroPx - sample * this.#pxPerSample;
    return y < this.#topPx ? this.#topPx : y > this.#bottomPx ? this.#bottomPx : y;
  }

  /** Height of a physical value, not kept inside the strip. */
  yOfValue(value: number): number {
    return this.#bottomPx - ((value - this.low) * (this.#bottomPx - this.#topPx)) / (this.high - this.low);
  }

  /** To be told every sample once, in order; what was told before is passed over. */
  follow(number: number, sample: number): void {
    if (this.#mode.type === 'range' || number < this.#seenTo) return;
    this.#seenTo = number + 1;
    const second = Math.floor(number / this.#sample.rateHz);
    if (second !== this.#seconds) this.#endSecond(second);
    if (sample === NO_SAMPLE) return;
    const value = sample * this.#sample.gain + this.#sample.offset;
    const slot = second % MEMORY_S;
    this.#lows[slot] = Math.min(this.#lows[slot] ?? 0, value);
    this.#highs[slot] = Math.max(this.#highs[slot] ?? 0, value);
    this.#sums[slot] = (this.#sums[slot] ?? 0) + value;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  #endSecond(next: number): void {
    if (this.#mode.type === 'auto') this.#fit();
    else this.#centre();
    const passed = Math.min(MEMORY_S, next - this.#seconds);
    for (let i = 0; i < passed; i += 1) this.#clearSecond((next - i) % MEMORY_S);
    this.#seconds = next;
    this.#prepare();
  }

  #fit(): void {
    const low = Math.min(...this.#lows);
    const high = Math.max(...this.#highs);
    if (low > high) return;
    const least = (this.#nominal[1] - this.#nominal[0]) * LEAST_SPAN;
    const span = Math.max(high - low, least) * (1 + 2 * HEADROOM);
    const middle = (low + high) / 2;
    this.low = this.#towards(this.low, middle - span / 2, -1);
    this.high = this.#towards(this.high, middle + span / 2, 1);
    this.#hasAdapted = true;
  }

  /** An edge moves outwards at once and inwards slowly; the first time at once in both directions. */
  #towards(edge: number, target: number, outwards: 1 | -1): number {
    const isOpening = (target - edge) * outwards > 0;
    return isOpening || !this.#hasAdapted ? target : edge + (target - edge) * CLOSING_PER_S;
  }

  #centre(): void {
    const count = this.#counts.reduce((sum, n) => sum + n, 0);
    if (count === 0) return;
    const mean = this.#sums.reduce((sum, n) => sum + n, 0) / count;
    const nominal = (this.#nominal[0] + this.#nominal[1]) / 2;
    const half = (this.high - this.low) / 2;
    const wanted = Math.abs(mean - nominal) > 2 * half * FAR_OFF ? mean : nominal;
    const middle = (this.low + this.high) / 2;
    const moved = middle + (wanted - middle) * CENTRING_PER_S;
    this.low = moved - half;
    this.high = moved + half;
  }

  #clearSecond(slot: number): void {
    this.#lows[slot] = Infinity;
    this.#highs[slot] = -Infinity;
    this.#sums[slot] = 0;
    this.#counts[slot] = 0;
  }

  #prepare(): void {
    const pxPerUnit = (this.#bottomPx - this.#topPx) / (this.high - this.low);
    this.#pxPerSample = this.#sample.gain * pxPerUnit;
    this.#zeroPx = this.#bottomPx - (this.#sample.offset - this.low) * pxPerUnit;
  }
}
