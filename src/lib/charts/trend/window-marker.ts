/**
 * The short range of a recording whose samples are looked at, as a slider on the chart of the whole: dragged, put somewhere by
 * a press on the chart, or moved with the keys.
 */
import type uPlot from 'uplot';
import type { Feed } from '../feed.ts';
import { centredAt, clockLabels, type TimeRange } from './trend-scales.ts';

export interface WindowMarkerOptions {
  readonly shown: Feed<TimeRange>;
  /** Where the recording begins and ends. */
  readonly bounds: () => TimeRange;
  readonly label: string;
  readonly timeZone?: string;
}

/** It can be seized with a finger, although ten seconds of three hours are less than a pixel. */
const GRIP_PX = 44;
const LEAST_WIDTH_PX = 4;
/** A press that moved no further is no drag. */
const PRESS_PX = 4;
/** Widths of the range that a key moves it by. */
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageDown: -6, PageUp: 6 };

export class WindowMarker {
  readonly #plot: uPlot;
  readonly #options: WindowMarkerOptions;
  readonly #grip = document.createElement('div');
  readonly #bar = document.createElement('div');
  readonly #closing = new AbortController();
  readonly #stop: () => void;
  readonly #clock: (seconds: number) => string;
  #pressedX = -Infinity;

  constructor(plot: uPlot, options: WindowMarkerOptions) {
    this.#plot = plot;
    this.#options = options;
    this.#clock = clockLabels(options.timeZone, 'seconds');
    this.#build();
    this.#listen();
    this.#stop = options.shown.onChange(() => this.place());
    plot.over.append(this.#grip);
    this.place();
  }

  /** To be called after the chart was drawn: its scale may have changed. */
  place(): void {
    const { fromS, toS } = this.#options.shown.current;
    const bounds = this.#options.bounds();
    const left = this.#plot.valToPos(fromS, 'x');
    const width = Math.max(LEAST_WIDTH_PX, this.#plot.valToPos(toS, 'x') - left);
    const isVisible = left + width >= 0 && left <= this.#plot.over.clientWidth;
    Object.assign(this.#grip.style, {
      visibility: isVisible ? 'visible' : 'hidden',
      left: `${left + width / 2 - GRIP_PX / 2}px`,
    });
    this.#bar.style.width = `${width}px`;
    this.#grip.setAttribute('aria-valuemin', String(Math.round(bounds.fromS)));
    this.#grip.setAttribute('aria-valuemax', String(Math.round(bounds.toS)));
    this.#grip.setAttribute('aria-valuenow', String(Math.round(fromS)));
    this.#grip.setAttribute('aria-valuetext', this.#clock(fromS));
  }

  close(): void {
    this.#stop();
    this.#closing.abort();
    this.#grip.remove();
  }

  #build(): void {
    this.#grip.tabIndex = 0;
    this.#grip.setAttribute('role', 'slider');
    this.#grip.setAttribute('aria-label', this.#options.label);
    this.#grip.style.cssText = `position: absolute; top: 0; height: 100%; width: ${GRIP_PX}px; cursor: ew-resize;
      touch-action: none; display: flex; justify-content: center`;
    this.#bar.style.cssText = 'height: 100%; flex: none; background: var(--text); opacity: 0.35';
    this.#grip.append(this.#bar);
  }

  #listen(): void {
    const { signal } = this.#closing;
    const grip = this.#grip;
    grip.addEventListener('keydown', (event) => this.#step(event), { signal });
    // The chart below would take a drag of the marker for a selection.
    grip.addEventListener('mousedown', (event) => event.stopPropagation(), { signal });
    grip.addEventListener('pointerdown', (event) => this.#seize(event), { signal });
    grip.addEventListener('pointermove', (event) => this.#drag(event), { signal });
    this.#plot.over.addEventListener('pointerdown', ({ clientX }) => (this.#pressedX = clientX), { signal });
    this.#plot.over.addEventListener('pointerup', (event) => this.#press(event), { signal });
  }

  #step(event: KeyboardEvent): void {
    const steps = STEPS[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    const { fromS, toS } = this.#options.shown.current;
    this.#moveTo((fromS + toS) / 2 + steps * (toS - fromS));
  }

  #seize(event: PointerEvent): void {
    event.stopPropagation();
    this.#grip.setPointerCapture(event.pointerId);
  }

  #drag(event: PointerEvent): void {
    if (this.#grip.hasPointerCapture(event.pointerId)) this.#moveTo(this.#timeAt(event));
  }

  #press(event: PointerEvent): void {
    if (Math.abs(event.clientX - this.#pressedX) <= PRESS_PX) this.#moveTo(this.#timeAt(event));
    this.#pressedX = -Infinity;
  }

  #moveTo(centreS: number): void {
    const { shown, bounds } = this.#options;
    shown.set(centredAt(centreS, shown.current, bounds()));
  }

  #timeAt({ clientX }: PointerEvent): number {
    return this.#plot.posToVal(clientX - this.#plot.over.getBoundingClientRect().left, 'x');
  }
}
