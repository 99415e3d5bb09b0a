/** What stands still in a strip: scale at the left, dashed line and word where there is no signal, the word while it waits. */
import { WAVEFORMS } from '$lib/domain/index.ts';
import type { Palette } from '../palette.ts';
import { STRIP_DEFAULTS } from './strip-defaults.ts';
import type { SignalState, Strip } from './strip.ts';

export type SweepWords = Readonly<Record<SignalState, string>>;

export const ENGLISH_WORDS: SweepWords = { live: 'signal present', waiting: 'waiting', none: 'no signal' };

const TEXT_PX = 12;
const BAR_PX = 4;
const DASH_PX = 6;

/** A mark of the vertical scale: a bar from `y` down to `y + height`, or a number at `y`. Canvas pixels. */
export interface ScaleMark {
  readonly y: number;
  readonly height: number;
  readonly text: string;
}

/** The 1 mV bar of an ECG, or the ends and the middle of a fixed range; nothing for a gain that moves by itself. */
export function scaleMarks({ vertical, channel, scale, box }: Strip): readonly ScaleMark[] {
  switch (vertical.type) {
    case 'gain': {
      const height = Math.abs(scale.yOfValue(0) - scale.yOfValue(1));
      const unit = WAVEFORMS[channel.waveform].unit;
      return [{ y: box.top + (box.height - height) / 2, height, text: `1 ${unit}` }];
    }
    case 'range':
      return [vertical.high, (vertical.low + vertical.high) / 2, vertical.low].map((value) => ({
        y: scale.yOfValue(value),
        height: 0,
        text: String(value),
      }));
    case 'auto':
      return [];
  }
}

/** Draws what belongs to a strip that was just cleared and traced anew. `note`: why there is no signal, where that is known. */
export function drawOverlay(
  canvas: CanvasRenderingContext2D,
  strip: Strip,
  { palette, pixelRatio, words, note }: { palette: Palette; pixelRatio: number; words: SweepWords; note?: string },
): void {
  canvas.save();
  canvas.lineCap = 'butt';
  canvas.font = palette.font(600, TEXT_PX * pixelRatio);
  if (strip.hasScale) drawScale(canvas, strip, palette, pixelRatio);
  if (strip.state === 'none') drawNoSignal(canvas, strip, palette, pixelRatio, note ?? words.none);
  if (strip.state === 'waiting') {
    canvas.fillStyle = palette.colour('--text-2');
    canvas.textAlign = 'right';
    canvas.textBaseline = 'top';
    canvas.fillText(words.waiting, strip.box.left + strip.box.width - 4 * pixelRatio, strip.box.top + 2 * pixelRatio);
  }
  canvas.restore();
}

function drawScale(canvas: CanvasRenderingContext2D, strip: Strip, palette: Palette, pixelRatio: number): void {
  const left = strip.box.left + 2 * pixelRatio;
  canvas.strokeStyle = palette.colour('--text-3');
  canvas.fillStyle = palette.colour('--text-3');
  canvas.font = palette.font(500, 10 * pixelRatio);
  canvas.lineWidth = pixelRatio;
  canvas.textBaseline = 'middle';
  canvas.beginPath();
  for (const { y, height, text } of scaleMarks(strip)) {
    if (height === 0) {
      const kept = Math.min(
        Math.max(y, strip.box.top + 6 * pixelRatio),
        strip.box.top + strip.box.height - 6 * pixelRatio,
      );
      canvas.fillText(text, left, kept);
      continue;
    }
    canvas.moveTo(left, y);
    canvas.lineTo(left + BAR_PX * pixelRatio, y);
    canvas.lineTo(left + BAR_PX * pixelRatio, y + height);
    canvas.lineTo(left, y + height);
    canvas.fillText(text, left + (BAR_PX + 3) * pixelRatio, y + height / 2);
  }
  canvas.stroke();
}

function drawNoSignal(
  canvas: CanvasRenderingContext2D,
  { box, channel, traceLeftPx }: Strip,
  palette: Palette,
  pixelRatio: number,
  word: string,
): void {
  const y = Math.round(box.top + box.height / 2);
  const right = box.left + box.width;
  const middle = (traceLeftPx + right) / 2;
  const half = canvas.measureText(word).width / 2 + 8 * pixelRatio;
  canvas.strokeStyle = palette.colour(STRIP_DEFAULTS[channel.waveform].token);
  canvas.lineWidth = pixelRatio;
  canvas.setLineDash([DASH_PX * pixelRatio, DASH_PX * pixelRatio]);
  canvas.beginPath();
  canvas.moveTo(traceLeftPx, y);
  canvas.lineTo(middle - half, y);
  canvas.moveTo(middle + half, y);
  canvas.lineTo(right, y);
  canvas.stroke();
  canvas.fillStyle = palette.colour('--text');
  canvas.textAlign = 'center';
  canvas.textBaseline = 'middle';
  canvas.fillText(word, middle, y);
}
