/**
 * The canvas over a page region: its size, its resolution, its frames, and where elements of the page lie on it.
 * The host must not scroll by itself: put it inside what scrolls, then the canvas moves with its contents.
 */
import { Palette } from '../palette.ts';
import type { Box } from './erase-bar.ts';

export interface CanvasHostOptions {
  readonly maxPixelRatio: number;
  readonly leastIntervalMs: number;
  /** Draw: a display frame has come, at least the interval after the one before. */
  readonly onFrame: (nowMs: number) => void;
  /** Boxes may have moved; `isCleared`: the canvas is empty, because its size has changed. */
  readonly onLayout: (isCleared: boolean) => void;
}

/** Placeholders that something moved without a change of size are found at the latest after this. */
const MEASURE_EVERY_MS = 100;

export class CanvasHost {
  readonly context: CanvasRenderingContext2D;
  palette: Palette;
  pixelRatio = 1;
  readonly #options: CanvasHostOptions;
  readonly #host: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #sizes = new ResizeObserver(() => this.#settle());
  readonly #closing = new AbortController();
  #request = 0;
  #drawnAtMs = -Infinity;
  #measuredAtMs = -Infinity;

  /** @throws when the browser has no 2D canvas: then there is nothing to monitor with. */
  constructor(host: HTMLElement, options: CanvasHostOptions) {
    this.#host = host;
    this.#options = options;
    this.#canvas = document.createElement('canvas');
    // Without a GPU the browser copies a synchronised canvas whole in each frame: three times the cost of all our drawing.
    const context = this.#canvas.getContext('2d', { desynchronized: true });
    if (context === null) throw new Error('This browser cannot draw on a canvas.');
    this.context = context;
    this.palette = new Palette(host);
    this.#canvas.setAttribute('aria-hidden', 'true');
    Object.assign(this.#canvas.style, { position: 'absolute', inset: '0', pointerEvents: 'none' });
    Object.assign(this.#canvas.style, { width: '100%', height: '100%' });
    if (getComputedStyle(host).position === 'static') host.style.position = 'relative';
    host.append(this.#canvas);
    this.#sizes.observe(host);
    const { signal } = this.#closing;
    host.addEventListener('scroll', () => this.#settle(), { capture: true, passive: true, signal });
    matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => this.restyle(), { signal });
    this.#request = requestAnimationFrame(this.#frame);
  }

  /** Follows the element's size. */
  observe(element: Element): void {
    this.#sizes.observe(element);
  }

  unobserve(element: Element): void {
    this.#sizes.unobserve(element);
  }

  /** Where an element lies, whole canvas pixels; without width or height while it is not shown. */
  boxOf(element: Element): Box {
    const origin = this.#canvas.getBoundingClientRect();
    const box = element.getBoundingClientRect();
    const left = Math.round((box.left - origin.left) * this.pixelRatio);
    const top = Math.round((box.top - origin.top) * this.pixelRatio);
    const width = Math.round((box.right - origin.left) * this.pixelRatio) - left;
    return { left, top, width, height: Math.round((box.bottom - origin.top) * this.pixelRatio) - top };
  }

  /** To be called when the theme was changed by other means than the system's. */
  restyle(): void {
    this.palette = new Palette(this.#host);
    this.#options.onLayout(true);
  }

  close(): void {
    cancelAnimationFrame(this.#request);
    this.#closing.abort();
    this.#sizes.disconnect();
    this.#canvas.remove();
  }

  readonly #frame = (nowMs: number): void => {
    this.#request = requestAnimationFrame(this.#frame);
    if (nowMs - this.#drawnAtMs < this.#options.leastIntervalMs) return;
    if (nowMs - this.#measuredAtMs >= MEASURE_EVERY_MS) this.#measure(nowMs);
    this.#drawnAtMs = nowMs;
    this.#options.onFrame(nowMs);
  };

  /** Something has moved: measured and drawn before this frame is painted, so that no trace stands over a neighbour. */
  #settle(): void {
    const nowMs = performance.now();
    this.#measure(nowMs);
    this.#options.onFrame(nowMs);
  }

  #measure(nowMs: number): void {
    this.#measuredAtMs = nowMs;
    this.pixelRatio = Math.min(devicePixelRatio, this.#options.maxPixelRatio);
    const width = Math.round(this.#canvas.clientWidth * this.pixelRatio);
    const height = Math.round(this.#canvas.clientHeight * this.pixelRatio);
    const isResized = width !== this.#canvas.width || height !== this.#canvas.height;
    if (isResized) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    this.#options.onLayout(isResized);
  }
}
