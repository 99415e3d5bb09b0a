/**
 * A waveform at an instant of a recording: a few seconds of every sample, drawn once, left to right. The same line as the live
 * sweep draws, without a pen.
 */
import { NO_SAMPLE } from '$lib/domain/index.ts';
import { drawOnChange, type Feed } from '../feed.ts';
import { Palette } from '../palette.ts';
import { SampleRing } from './sample-ring.ts';
import { PX_PER_MM, STRIP_DEFAULTS, type VerticalMode } from './strip-defaults.ts';
import { LINE_PX } from './strip.ts';
import { type PathSink, Tracer } from './tracer.ts';
import { type SampleScale, VerticalScale } from './vertical-scale.ts';

/** Samples without a hole between them; `at`: time of the first, ms. */
export interface StillRun {
  readonly at: number;
  readonly samples: Int16Array;
}

/** One waveform over the range from `fromMs` to `toMs`, both on the clock of the runs. Runs in the order of time. */
export interface StillWave extends SampleScale {
  readonly fromMs: number;
  readonly toMs: number;
  readonly runs: readonly StillRun[];
}

export interface StillOptions {
  readonly vertical?: VerticalMode;
  readonly pxPerMm?: number;
}

/** Attachment of the element in which the waveform is shown; undefined in the feed while there is nothing to show. */
export function stillStrip(
  feed: Feed<StillWave | undefined>,
  { vertical, pxPerMm = PX_PER_MM }: StillOptions = {},
): (element: HTMLElement) => () => void {
  return (element) => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas.style, { display: 'block', width: '100%', height: '100%' });
    canvas.setAttribute('aria-hidden', 'true');
    element.append(canvas);
    const draw = (): void => {
      const context = canvas.getContext('2d');
      if (context === null) return;
      const ratio = Math.min(devicePixelRatio, 2);
      canvas.width = Math.round(canvas.clientWidth * ratio);
      canvas.height = Math.round(canvas.clientHeight * ratio);
      const wave = feed.current;
      if (wave === undefined) return;
      context.strokeStyle = new Palette(element).colour(STRIP_DEFAULTS[wave.waveform].token);
      context.lineWidth = LINE_PX * ratio;
      context.lineCap = 'round';
      context.lineJoin = 'round';
      context.beginPath();
      const scale = new VerticalScale(vertical ?? STRIP_DEFAULTS[wave.waveform].vertical, wave);
      scale.layout(ratio, canvas.height - ratio, pxPerMm * ratio);
      traceStill(wave, canvas.width, scale, context);
      context.stroke();
    };
    draw();
    const stop = drawOnChange(feed, element, draw);
    return () => {
      stop();
      canvas.remove();
    };
  };
}

/** Adds the range of a waveform, `widthPx` wide, to a path. */
export function traceStill(wave: StillWave, widthPx: number, scale: VerticalScale, path: PathSink): void {
  const { fromMs, toMs, runs, rateHz } = wave;
  const ring = new SampleRing(rateHz, Math.ceil(((toMs - fromMs) * rateHz) / 1000) + 2);
  for (const { at, samples } of runs) {
    const skipped = Math.max(0, Math.ceil(((fromMs - at) * rateHz) / 1000));
    const left = Math.max(0, Math.floor(((toMs - at) * rateHz) / 1000) + 1);
    const shown = samples.subarray(skipped, left);
    const shownAt = at + (skipped * 1000) / rateHz;
    const missing = ring.isEmpty ? 0 : Math.round(((shownAt - ring.endMs) * rateHz) / 1000);
    if (missing > 0) ring.place(ring.endMs, new Int16Array(missing).fill(NO_SAMPLE), false);
    if (shown.length > 0) ring.place(shownAt, shown, false);
  }
  // All of it is known beforehand, so a gain that follows the signal is the same from the first sample to the last.
  for (let number = ring.oldest; number < ring.end; number += 1) scale.follow(number, ring.valueAt(number));
  scale.follow(ring.end + Math.ceil(rateHz), NO_SAMPLE);
  const tracer = new Tracer();
  const box = { leftPx: 0, widthPx: Infinity, pxPerMs: widthPx / (toMs - fromMs), originMs: fromMs };
  tracer.draw(ring, ring.end - 1, box, scale, path);
  tracer.finish(box, scale, path);
}
