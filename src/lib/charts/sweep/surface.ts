/**
 * The one canvas of a page that carries all live waveforms, and the one drawing loop that moves them.
 *
 *   host (page region)
 *   ├─ tiles, panels … with a placeholder element for each strip      the surface follows their boxes
 *   └─ canvas over all of it, transparent, no pointer events           added by the surface
 *
 * A page creates a surface, attaches it to the host and attaches strips to placeholders, in any order:
 * `<main {@attach surface.host}> … <div {@attach surface.strip({ channel })}></div>`. Whatever the socket brings goes to
 * {@link SweepSurface.feed}. A placeholder says in `data-note` why it has no signal; the surface tells in `data-signal` how
 * it stands and keeps the text alternative. Nothing here may be needed for an alarm: a hidden page does not draw.
 */
import { WAVEFORMS } from '$lib/domain/index.ts';
import type { WaveFrame } from '$lib/realtime/index.ts';
import { CanvasHost } from './canvas-host.ts';
import type { Box } from './erase-bar.ts';
import { drawOverlay, ENGLISH_WORDS, type SweepWords } from './overlay.ts';
import { SharedDelay } from './playout.ts';
import { STRIP_DEFAULTS } from './strip-defaults.ts';
import { LINE_PX, type SignalState, Strip, type StripOptions } from './strip.ts';

export interface SurfaceOptions {
  /** Canvas pixels per CSS pixel at most: 2 on a bed's page, 1 where many beds are shown. */
  readonly maxPixelRatio?: number;
  readonly maxFps?: number;
  readonly words?: SweepWords;
}

interface Placed {
  readonly strip: Strip;
  readonly element: HTMLElement;
  note: string | undefined;
  toldState: SignalState | undefined;
  isRepainted: boolean;
}

export class SweepSurface {
  readonly #options: Required<SurfaceOptions>;
  readonly #placed: Placed[] = [];
  /** The same strips by colour, because those are drawn as one path, and by channel number. */
  readonly #colours: { readonly token: string; readonly placed: Placed[] }[] = [];
  readonly #byChannel = new Map<number, Placed[]>();
  /** By bed: its strips share a pen position. */
  readonly #delays = new Map<string, SharedDelay>();
  #canvas: CanvasHost | undefined;
  #isFrozen = false;

  constructor({ maxPixelRatio = 2, maxFps = 60, words = ENGLISH_WORDS }: SurfaceOptions = {}) {
    this.#options = { maxPixelRatio, maxFps, words };
  }

  /** Attachment of the page region. */
  readonly host = (element: HTMLElement): (() => void) => {
    const canvas = new CanvasHost(element, {
      maxPixelRatio: this.#options.maxPixelRatio,
      leastIntervalMs: 1000 / this.#options.maxFps - 4,
      onFrame: (nowMs) => this.#draw(canvas, nowMs),
      onLayout: (isCleared) => this.#layout(canvas, isCleared),
    });
    this.#canvas = canvas;
    for (const placed of this.#placed) canvas.observe(placed.element);
    return () => {
      canvas.close();
      this.#canvas = undefined;
    };
  };

  /** Attachment of a strip's placeholder. */
  strip(options: StripOptions): (element: HTMLElement) => () => void {
    return (element) => {
      const placed = this.#add(options, element);
      return () => this.#remove(placed);
    };
  }

  /** What the wire brought; parts of channels that are not on this page are passed over. */
  feed({ parts }: WaveFrame, nowMs: number): void {
    for (const part of parts) {
      const placed = this.#byChannel.get(part.channel) ?? [];
      for (const { strip } of placed) strip.receive(part, nowMs);
    }
  }

  /** Samples that came too late to be shown, of all strips on the page. */
  get lostSamples(): number {
    return this.#placed.reduce((sum, { strip }) => sum + strip.lostSamples, 0);
  }

  /** Stops all pens for a closer look, and lets them go on at the present. What comes meanwhile is kept, not shown. */
  freeze(isFrozen: boolean): void {
    this.#isFrozen = isFrozen;
    for (const { strip } of this.#placed) strip.freeze(isFrozen);
  }

  /** To be called when the page's theme was changed. */
  restyle(): void {
    this.#canvas?.restyle();
  }

  #add(options: StripOptions, element: HTMLElement): Placed {
    const { bed, number, waveform } = options.channel;
    const delay = this.#delays.get(bed) ?? new SharedDelay();
    this.#delays.set(bed, delay);
    const strip = new Strip(options, delay);
    if (this.#isFrozen) strip.freeze(true);
    const placed: Placed = { strip, element, note: undefined, toldState: undefined, isRepainted: false };
    this.#placed.push(placed);
    this.#colour(STRIP_DEFAULTS[waveform].token).push(placed);
    this.#byChannel.set(number, [...(this.#byChannel.get(number) ?? []), placed]);
    element.setAttribute('role', 'img');
    this.#tell(placed);
    this.#canvas?.observe(element);
    return placed;
  }

  #remove(placed: Placed): void {
    const { channel, box } = placed.strip;
    placed.strip.close();
    drop(this.#placed, placed);
    drop(this.#colour(STRIP_DEFAULTS[channel.waveform].token), placed);
    drop(this.#byChannel.get(channel.number) ?? [], placed);
    this.#canvas?.unobserve(placed.element);
    if (this.#canvas !== undefined) clear(this.#canvas.context, box);
  }

  #colour(token: string): Placed[] {
    const known = this.#colours.find((colour) => colour.token === token);
    if (known !== undefined) return known.placed;
    const placed: Placed[] = [];
    this.#colours.push({ token, placed });
    return placed;
  }

  /** When one strip has moved, all are drawn anew: its old place may be another's new one. */
  #layout(canvas: CanvasHost, isCleared: boolean): void {
    const boxes = this.#placed.map(({ element }) => canvas.boxOf(element));
    for (const placed of this.#placed) readNote(placed);
    if (!isCleared && this.#placed.every(({ strip }, i) => isSame(strip.box, boxes[i]))) return;
    for (const { strip } of this.#placed) clear(canvas.context, strip.box);
    this.#placed.forEach(({ strip }, i) => strip.layout(boxes[i] ?? strip.box, canvas.pixelRatio));
  }

  #draw(canvas: CanvasHost, nowMs: number): void {
    const { context, palette, pixelRatio } = canvas;
    for (const placed of this.#placed) {
      placed.strip.advance(nowMs);
      placed.isRepainted = placed.strip.isStale;
      placed.strip.erase(context);
    }
    context.lineWidth = LINE_PX * pixelRatio;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    for (const { token, placed } of this.#colours) drawTraces(context, palette.colour(token), placed);
    for (const placed of this.#placed) if (placed.isRepainted) this.#finish(canvas, placed);
  }

  /** After a strip was drawn anew: what stands still in it, and what is said about it. */
  #finish({ context, palette, pixelRatio }: CanvasHost, placed: Placed): void {
    const { strip, note } = placed;
    drawOverlay(context, strip, { palette, pixelRatio, words: this.#options.words, ...(note && { note }) });
    if (strip.state !== placed.toldState) this.#tell(placed);
  }

  #tell(placed: Placed): void {
    const { strip, element } = placed;
    placed.toldState = strip.state;
    element.dataset['signal'] = strip.state;
    const { label } = WAVEFORMS[strip.channel.waveform];
    element.setAttribute('aria-label', `${label}, ${strip.speedMmPerS} mm/s, ${this.#options.words[strip.state]}`);
  }
}

/** A placeholder may say, or cease to say, why it has no signal. */
function readNote(placed: Placed): void {
  const note = placed.element.dataset['note'];
  if (note === placed.note) return;
  placed.note = note;
  placed.strip.isStale = true;
}

const clear = (context: CanvasRenderingContext2D, { left, top, width, height }: Box): void =>
  context.clearRect(left, top, width, height);

const isSame = (a: Box, b: Box | undefined): boolean =>
  a.left === b?.left && a.top === b.top && a.width === b.width && a.height === b.height;

function drop<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}

function drawTraces(context: CanvasRenderingContext2D, colour: string, placed: readonly Placed[]): void {
  context.strokeStyle = colour;
  context.beginPath();
  for (const { strip } of placed) strip.trace(context);
  context.stroke();
  context.fillStyle = colour;
  context.beginPath();
  for (const { strip } of placed) strip.markPen(context);
  context.fill();
}
