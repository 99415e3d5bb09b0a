/** A strip in a test's hand: packets arrive when the test says, display frames come at 60 per second, what is drawn is kept. */
import { bedId, monotonicMs, type WaveformKey } from '$lib/domain/index.ts';
import type { WaveChannel } from '$lib/realtime/index.ts';
import { SharedDelay } from '$lib/charts/sweep/playout.ts';
import { Strip, type StripOptions } from '$lib/charts/sweep/strip.ts';

export const FRAME_MS = 1000 / 60;

export interface Packet {
  readonly arrivesMs: number;
  readonly at: number;
  readonly samples: Int16Array;
  readonly isGapBefore?: boolean;
}

export interface Frame {
  readonly nowMs: number;
  readonly state: Strip['state'];
  /** Sample time under the pen's mark, ms. */
  readonly penMs: number;
  readonly wasRepainted: boolean;
  /** Pieces of line as the canvas draws them: a path begins anew in each frame. */
  readonly pieces: readonly (readonly [fromX: number, toX: number])[];
  /** Where the mark of the pen begins; undefined in a frame without one. */
  readonly markX: number | undefined;
  /** Vertices of the frame as `x,y`, without the one that only takes the line up again. */
  readonly vertices: readonly string[];
  readonly cleared: readonly (readonly [x: number, width: number])[];
}

export const channelOf = (waveform: WaveformKey, rateHz: number): WaveChannel => ({
  number: 1,
  bed: bedId('bed-1'),
  waveform,
  rateHz,
  gain: 0.001,
  offset: 0,
});

/** Cuts samples that begin at `fromMs` into packets; `arrival` says when one arrives whose last sample is complete at `endMs`. */
export function packets(
  samples: Int16Array,
  rateHz: number,
  lengths: (index: number) => number,
  {
    fromMs = 0,
    arrival = (endMs: number) => endMs,
  }: { fromMs?: number; arrival?: (endMs: number, index: number) => number } = {},
): Packet[] {
  const cut: Packet[] = [];
  for (let start = 0; start < samples.length;) {
    const end = Math.min(samples.length, start + Math.max(1, lengths(cut.length)));
    // The wire carries whole milliseconds.
    const at = Math.round(fromMs + (start * 1000) / rateHz);
    cut.push({
      arrivesMs: arrival(fromMs + (end * 1000) / rateHz, cut.length),
      at,
      samples: samples.slice(start, end),
    });
    start = end;
  }
  return cut;
}

/** 1 mV triangles of one second: a shape in which every sample differs from its neighbours. */
export const triangles = (count: number, rateHz: number): Int16Array =>
  Int16Array.from({ length: count }, (_, i) => Math.round(1000 * Math.abs(((i / rateHz) % 1) - 0.5)));

export class PlayedStrip {
  readonly strip: Strip;
  readonly frames: Frame[] = [];
  nowMs = 0;
  #last = '';

  constructor(options: StripOptions, { widthPx = 402, heightPx = 80, delay = new SharedDelay() } = {}) {
    this.strip = new Strip(options, delay);
    this.strip.layout({ left: 0, top: 0, width: widthPx, height: heightPx }, 1);
  }

  /** Lets display frames pass up to `untilMs`, packets arriving in between. */
  run(untilMs: number, arriving: readonly Packet[] = [], frameMs = FRAME_MS): this {
    const waiting = [...arriving].sort((a, b) => a.arrivesMs - b.arrivesMs);
    for (; this.nowMs <= untilMs; this.nowMs += frameMs) {
      for (let next = waiting[0]; next && next.arrivesMs <= this.nowMs; [next] = waiting) {
        waiting.shift();
        const { arrivesMs, at, samples, isGapBefore = false } = next;
        this.strip.receive({ channel: 1, at: monotonicMs(at), samples, isGapBefore }, arrivesMs);
      }
      this.#frame();
    }
    return this;
  }

  #frame(): void {
    this.strip.advance(this.nowMs);
    const wasRepainted = this.strip.isStale;
    const cleared: [number, number][] = [];
    this.strip.erase({ clearRect: (x, _y, width) => cleared.push([x, width]) });
    const vertices: string[] = [];
    const pieces: [number, number][] = [];
    let hereX: number | undefined;
    const keep = (x: number, y: number): void => {
      const vertex = `${x.toFixed(3)},${y.toFixed(3)}`;
      if (vertex !== this.#last) vertices.push(vertex);
      this.#last = vertex;
    };
    this.strip.trace({
      moveTo: (x, y) => {
        keep(x, y);
        hereX = x;
      },
      lineTo: (x, y) => {
        keep(x, y);
        if (hereX !== undefined) pieces.push([hereX, x]);
        hereX = x;
      },
    });
    let markX: number | undefined;
    this.strip.markPen({ rect: (x) => (markX = x) });
    const { state, penMs } = this.strip;
    this.frames.push({ nowMs: this.nowMs, state, penMs, wasRepainted, vertices, pieces, markX, cleared });
  }
}
