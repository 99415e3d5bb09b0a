/**
 * One waveform's strip on the surface: what came, where the pen stands, and what of it has to be drawn in this frame.
 * It knows pixels but no canvas: it is handed something that clears rectangles and something that draws lines.
 *
 *   ◀── scale ──▶◀────────── old trace ──────────▶┃◀─ gap ─▶◀── older trace ──▶
 *                                                pen    cleared ahead of it
 *
 *   live      the pen moves
 *   waiting   it stands: the next samples are late
 *   none      nothing to show for {@link NO_SIGNAL_MS}: the old trace is taken away, a dashed line and a word stand instead
 */
import { NO_SAMPLE } from '$lib/domain/index.ts';
import type { WaveChannel, WavePart } from '$lib/realtime/index.ts';
import { type Box, clearColumns, type Eraser } from './erase-bar.ts';
import { LatenessMeter, Pen, type SharedDelay } from './playout.ts';
import { SampleRing } from './sample-ring.ts';
import { PX_PER_MM, STRIP_DEFAULTS, type SpeedMmPerS, type VerticalMode } from './strip-defaults.ts';
import { type PathSink, type TraceBox, Tracer } from './tracer.ts';
import { VerticalScale } from './vertical-scale.ts';

export const WAITING_AFTER_MS = 250;
export const NO_SIGNAL_MS = 3000;
export const GAP_PX = 14;
export const GAP_MS = 150;
export const LINE_PX = 1.75;
/** A pen that moved further than this in one step (a hidden page) has its strip drawn anew. */
const REDRAW_AFTER_MS = 1000;
/** Samples that wait for the pen: the longest delay, and a little. */
const AHEAD_MS = 4000;
/** A channel that goes back in time further than this was begun anew. */
const RESTART_MS = 5000;
/** Column 0 lies before any time a pen can have, so that columns are never negative. */
const ORIGIN_MS = -60_000;
const SCALE_MARGIN_PX = 38;
const PEN_PX = 1.5;

export type SignalState = 'live' | 'waiting' | 'none';

export interface StripOptions {
  readonly channel: WaveChannel;
  readonly speedMmPerS?: SpeedMmPerS;
  readonly vertical?: VerticalMode;
  /** A margin at the left with the 1 mV bar or the scale's numbers. */
  readonly hasScale?: boolean;
  /** From the calibration page. */
  readonly pxPerMm?: number;
}

export class Strip {
  readonly channel: WaveChannel;
  readonly vertical: VerticalMode;
  readonly speedMmPerS: number;
  readonly hasScale: boolean;
  readonly scale: VerticalScale;
  state: SignalState = 'waiting';
  box: Box = { left: 0, top: 0, width: 0, height: 0 };
  /** The whole strip has to be cleared and drawn, not only what is new. */
  isStale = true;
  /** This frame changes something of the strip. */
  isDrawing = false;

  #ring: SampleRing;
  /** While frozen: what the strip showed, kept apart from what goes on coming. */
  #frozen: SampleRing | undefined;
  #trace: TraceBox = { leftPx: 0, widthPx: 1, pxPerMs: 1, originMs: ORIGIN_MS };
  #gapPx = 0;
  #pixelRatio = 1;
  /** When the pen last passed a value; before the first one, when the strip began to wait. */
  #shownAtMs = -Infinity;
  #hasShown = false;
  #clearedFrom = 0;
  #leftOut = 0;
  readonly #pxPerMm: number;
  readonly #pen = new Pen();
  readonly #tracer = new Tracer();
  readonly #delay: SharedDelay;
  #meter = new LatenessMeter();

  constructor(options: StripOptions, delay: SharedDelay) {
    const { channel } = options;
    const usual = STRIP_DEFAULTS[channel.waveform];
    this.channel = channel;
    this.vertical = options.vertical ?? usual.vertical;
    this.speedMmPerS = options.speedMmPerS ?? usual.speedMmPerS;
    this.hasScale = options.hasScale ?? false;
    this.#pxPerMm = options.pxPerMm ?? PX_PER_MM;
    this.scale = new VerticalScale(this.vertical, channel);
    this.#ring = new SampleRing(channel.rateHz, Math.ceil((AHEAD_MS * channel.rateHz) / 1000));
    this.#delay = delay;
    delay.join(this.#meter);
  }

  /** Samples that came too late to be shown: for a time already filled, or left out by a jump. */
  get lostSamples(): number {
    return this.#ring.lateSamples + this.#leftOut;
  }

  /** Where the trace begins, right of the scale, canvas pixels. */
  get traceLeftPx(): number {
    return this.#trace.leftPx;
  }

  /** Time of the signal under the pen; -Infinity before anything came. */
  get penMs(): number {
    return this.#pen.atMs;
  }

  close(): void {
    this.#delay.leave(this.#meter);
  }

  /** Places the strip; `box` in canvas pixels, of which `pixelRatio` make a CSS pixel. */
  layout(box: Box, pixelRatio: number): void {
    this.box = box;
    this.#pixelRatio = pixelRatio;
    const margin = this.hasScale ? Math.round(SCALE_MARGIN_PX * pixelRatio) : 0;
    const edge = this.#edgePx;
    const widthPx = Math.max(1, box.width - margin - 2 * edge);
    const pxPerMs = (this.speedMmPerS * this.#pxPerMm * pixelRatio) / 1000;
    this.#trace = { leftPx: box.left + margin + edge, widthPx, pxPerMs, originMs: ORIGIN_MS };
    this.#gapPx = Math.ceil(Math.max(GAP_PX * pixelRatio, GAP_MS * pxPerMs));
    this.scale.layout(box.top + edge, box.top + box.height - edge, this.#pxPerMm * pixelRatio);
    const capacity = Math.ceil(((widthPx / pxPerMs + AHEAD_MS) * this.channel.rateHz) / 1000);
    if (capacity > this.#ring.capacity) this.#ring = this.#ring.copy(capacity);
    this.isStale = true;
  }

  receive(part: WavePart, nowMs: number): void {
    if (!this.#ring.isEmpty && part.at < this.#ring.endMs - RESTART_MS) this.#restart();
    this.#ring.place(part.at, part.samples, part.isGapBefore);
    this.#meter.note(nowMs, part.at, part.at + (part.samples.length * 1000) / this.channel.rateHz);
    this.#delay.update();
  }

  /** Stops the pen and keeps what the strip shows, or lets it go on at the present. */
  freeze(isFrozen: boolean): void {
    if (isFrozen === (this.#frozen !== undefined)) return;
    this.#frozen = isFrozen ? this.#ring.copy() : undefined;
    if (!isFrozen) this.isStale = true;
  }

  /** Begins a frame: moves the pen to where it belongs at `nowMs` and finds out what has to be drawn. */
  advance(nowMs: number): void {
    if (this.#shownAtMs === -Infinity) this.#shownAtMs = nowMs;
    if (this.#frozen === undefined) {
      if (this.#delay.ms !== undefined) this.#move(nowMs, this.#delay.ms);
      this.#judge(nowMs);
    }
    const canMove = this.state === 'live' && this.#frozen === undefined;
    const isPlaced = this.box.width > 0 && this.#pen.atMs > -Infinity;
    this.isDrawing = isPlaced && (canMove || (this.isStale && this.state !== 'none'));
  }

  /** Clears the band from the end of the trace to the gap's end, or all of a stale strip. */
  erase(canvas: Eraser): void {
    const { left, top, width, height } = this.box;
    if (this.isStale) {
      canvas.clearRect(left, top, width, height);
      return;
    }
    if (!this.isDrawing) return;
    this.#clearedFrom = Math.floor(Math.max(this.#clearedFrom, this.#tracer.lastColumn + this.#edgePx + 1));
    clearColumns(canvas, this.box, this.#trace, this.#edgePx, this.#clearedFrom, this.#penColumn + this.#gapPx);
  }

  /** Adds what is new, or all of a stale strip, to the path; then the strip is no longer stale. */
  trace(path: PathSink): void {
    if (this.isStale) this.#rewind();
    this.isStale = false;
    if (this.isDrawing) this.#tracer.draw(this.#source, this.#lastUnderPen, this.#trace, this.scale, path);
  }

  /** Adds the pen's mark at the head of the trace to the path of filled rectangles. */
  markPen(path: { rect(x: number, y: number, width: number, height: number): void }): void {
    if (!this.isDrawing) return;
    const { leftPx, widthPx } = this.#trace;
    const x = (this.#penColumn + Math.ceil(3 * this.#pixelRatio)) % widthPx;
    path.rect(leftPx + x, this.box.top, PEN_PX * this.#pixelRatio, this.box.height);
  }

  get #source(): SampleRing {
    return this.#frozen ?? this.#ring;
  }

  /** Half a line's width: so much a trace reaches beyond its vertices. */
  get #edgePx(): number {
    return Math.ceil((LINE_PX * this.#pixelRatio) / 2);
  }

  get #penColumn(): number {
    return Math.floor((this.#pen.atMs - this.#trace.originMs) * this.#trace.pxPerMs);
  }

  get #lastUnderPen(): number {
    return Math.min(this.#source.end - 1, this.#source.numberAt(this.#pen.atMs));
  }

  #move(nowMs: number, delayMs: number): void {
    const before = this.#pen.atMs;
    this.#pen.step(nowMs, delayMs, this.#ring);
    const isJump = this.#pen.hasJumped;
    if (isJump) this.#leftOut += Math.max(0, this.#lastUnderPen + 1 - this.#tracer.next);
    if (this.#pen.atMs - before > REDRAW_AFTER_MS && !isJump) this.isStale = true;
    else if (isJump) this.#tracer.jumpTo(this.#lastUnderPen + 1);
    if (!this.#hasValueSince(before)) return;
    this.#hasShown = true;
    this.#shownAtMs = nowMs;
  }

  #hasValueSince(ms: number): boolean {
    const ring = this.#ring;
    const last = this.#lastUnderPen;
    for (let number = Math.max(ring.oldest, ring.numberAt(ms) + 1); number <= last; number += 1) {
      if (ring.valueAt(number) !== NO_SAMPLE) return true;
    }
    return false;
  }

  #judge(nowMs: number): void {
    const silentMs = nowMs - this.#shownAtMs;
    const isStanding = !this.#hasShown || (this.#pen.isDry && silentMs >= WAITING_AFTER_MS);
    const state = silentMs >= NO_SIGNAL_MS ? 'none' : isStanding ? 'waiting' : 'live';
    if (state === this.state) return;
    this.state = state;
    this.isStale = true;
  }

  /** Puts the tracer to where the visible trace begins: a sweep's width behind the pen, less the gap. */
  #rewind(): void {
    const { widthPx, pxPerMs } = this.#trace;
    const sinceMs = this.#pen.atMs - (widthPx - this.#gapPx) / pxPerMs;
    this.#tracer.jumpTo(Math.max(this.#source.oldest, this.#source.numberAt(sinceMs) + 1));
    this.#clearedFrom = this.#penColumn;
  }

  /** The channel was begun anew: nothing of before belongs on the same time axis. */
  #restart(): void {
    this.#delay.leave(this.#meter);
    this.#meter = new LatenessMeter();
    this.#delay.join(this.#meter);
    this.#leftOut += this.#ring.lateSamples;
    this.scale.restart();
    this.#ring = new SampleRing(this.channel.rateHz, this.#ring.capacity);
    this.#pen.lift();
    this.isStale = true;
  }
}
