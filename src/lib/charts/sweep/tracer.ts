/**
 * From samples to a line. Position is a function of the sample's time alone, so the same samples give the same line however
 * they were cut into packets and however many of them one display frame brings.
 *
 *   column = (time − origin) × pxPerMs             counted on for ever
 *   x      = left + column mod width               a sweep wraps; a still picture is wide enough not to
 *
 * Up to two samples per pixel column the line goes through every sample. Above that each column is drawn from its smallest to
 * its largest sample, in the order in which they came, once the column is complete. A hole lifts the pen; so does the wrap.
 */
import { NO_SAMPLE } from '$lib/domain/index.ts';
import type { SampleRing } from './sample-ring.ts';
import type { VerticalScale } from './vertical-scale.ts';

/** The part of a canvas context that draws lines. */
export interface PathSink {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

/** Where the trace lies, canvas pixels. */
export interface TraceBox {
  readonly leftPx: number;
  readonly widthPx: number;
  readonly pxPerMs: number;
  /** Time at column 0. */
  readonly originMs: number;
}

const MOST_SAMPLES_PER_COLUMN = 2;

export class Tracer {
  /** Number of the next sample to draw. */
  next = 0;
  /** Column of the last vertex, -Infinity when nothing was drawn. */
  lastColumn = -Infinity;
  #x = 0;
  #y = 0;
  #isDown = false;
  /** The column that is being gathered: its samples, and which extreme came first. */
  #column = -Infinity;
  #least = NO_SAMPLE;
  #greatest = NO_SAMPLE;
  #isLeastFirst = true;

  /** Continues from here without a line to what was drawn before. */
  jumpTo(number: number): void {
    this.next = number;
    this.lastColumn = -Infinity;
    this.#isDown = false;
    this.#column = -Infinity;
  }

  /** Draws up to and including sample `last`. @returns how many of them were values. */
  draw(ring: SampleRing, last: number, box: TraceBox, scale: VerticalScale, sink: PathSink): number {
    if (last < this.next) return 0;
    if (this.#isDown) sink.moveTo(this.#x, this.#y);
    const isDense = ring.rateHz / (1000 * box.pxPerMs) > MOST_SAMPLES_PER_COLUMN;
    let values = 0;
    for (let number = this.next; number <= last; number += 1) {
      const sample = ring.valueAt(number);
      scale.follow(number, sample);
      if (sample === NO_SAMPLE) {
        this.#lift(box, scale, sink);
        continue;
      }
      values += 1;
      const column = (ring.timeOf(number) - box.originMs) * box.pxPerMs;
      if (isDense) this.#gather(column, sample, box, scale, sink);
      else this.#vertex(column, scale.yOf(sample), box, sink);
    }
    this.next = last + 1;
    return values;
  }

  /** Draws the column that is still being gathered, for a picture that ends here. */
  finish(box: TraceBox, scale: VerticalScale, sink: PathSink): void {
    this.#lift(box, scale, sink);
  }

  #gather(column: number, sample: number, box: TraceBox, scale: VerticalScale, sink: PathSink): void {
    const whole = Math.floor(column);
    if (whole !== this.#column) {
      this.#flush(box, scale, sink);
      this.#column = whole;
      this.#least = sample;
      this.#greatest = sample;
      this.#isLeastFirst = true;
      return;
    }
    if (sample < this.#least) {
      this.#least = sample;
      this.#isLeastFirst = false;
    } else if (sample > this.#greatest) {
      this.#greatest = sample;
      this.#isLeastFirst = true;
    }
  }

  #flush(box: TraceBox, scale: VerticalScale, sink: PathSink): void {
    if (this.#column === -Infinity) return;
    const middle = this.#column + 0.5;
    const least = scale.yOf(this.#least);
    const greatest = scale.yOf(this.#greatest);
    this.#vertex(middle, this.#isLeastFirst ? least : greatest, box, sink);
    if (greatest !== least) this.#vertex(middle, this.#isLeastFirst ? greatest : least, box, sink);
    this.#column = -Infinity;
  }

  #lift(box: TraceBox, scale: VerticalScale, sink: PathSink): void {
    this.#flush(box, scale, sink);
    this.#isDown = false;
  }

  #vertex(column: number, y: number, box: TraceBox, sink: PathSink): void {
    const x = box.leftPx + (column % box.widthPx);
    if (this.#isDown && x >= this.#x) {
      sink.lineTo(x, y);
    } else {
      sink.moveTo(x, y);
      sink.lineTo(x, y);
    }
    this.#isDown = true;
    this.#x = x;
    this.#y = y;
    this.lastColumn = column;
  }
}
