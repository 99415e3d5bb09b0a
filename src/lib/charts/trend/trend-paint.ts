/** What uPlot has no series for: bands at the bottom, level lines, cuff readings, the present, signs above. Canvas pixels. */
import type uPlot from 'uplot';
import type { Palette } from '../palette.ts';
import type { LevelLine, NibpBar, TrendInput } from './trend-input.ts';
import { placeMarks } from './trend-marks.ts';

export const PRESSURE_SCALE = 'mmHg';

/** An alarm's colour as a thin line on dark ground; the fill of the banner would be too dark. */
const ALARM_LINE = ['--alarm-line', '#ff5b5b'] as const;
const BAND_PX = 14;
const LEAST_BAND_PX = 3;
const CARET_PX = { half: 5, base: 6, apex: 1 };
/** Bars closer than this have no room for carets. */
const LEAST_CARET_DISTANCE_PX = 14;
const VALUE_DISTANCE_PX = 26;
const TEXT_PX = 11;
/** Height of a row of signs above the chart. */
export const MARK_ROW_PX = 17;

/** A plot and what is drawn on it, with the canvas pixels of a CSS pixel. */
export interface Painting {
  readonly plot: uPlot;
  readonly input: TrendInput;
  readonly palette: Palette;
  readonly pixel: number;
}

/** Behind the lines. */
export function paintBehind(painting: Painting): void {
  const { plot, input } = painting;
  withClip(plot, () => {
    paintPhases(painting);
    paintRates(painting);
    for (const line of input.levels) paintLevel(painting, line);
  });
}

/** Over the lines. */
export function paintAbove(painting: Painting, nowWord: string): void {
  const { plot, input } = painting;
  withClip(plot, () => {
    paintBars(painting);
    if (input.nowS !== undefined) paintNow(painting, input.nowS, nowWord);
  });
  paintMarks(painting);
}

function withClip({ ctx, bbox }: uPlot, paint: () => void): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  // uPlot leaves the dashes of its last line behind.
  ctx.setLineDash([]);
  paint();
  ctx.restore();
}

const xOf = (plot: uPlot, seconds: number): number => plot.valToPos(seconds, 'x', true);
const yOf = (plot: uPlot, mmHg: number): number => plot.valToPos(mmHg, PRESSURE_SCALE, true);
const bottomOf = ({ bbox }: uPlot): number => bbox.top + bbox.height;

/** The rate is the height of the band, the highest one in the chart its full height. */
function paintRates({ plot, input, palette, pixel }: Painting): void {
  const highest = Math.max(...input.rates.map(({ mlPerHour }) => mlPerHour));
  plot.ctx.fillStyle = palette.colour('--infusion');
  plot.ctx.globalAlpha = 0.4;
  for (const { fromS, toS, mlPerHour } of input.rates) {
    const height = Math.max(LEAST_BAND_PX, (BAND_PX * mlPerHour) / highest) * pixel;
    const left = xOf(plot, fromS);
    plot.ctx.fillRect(left, bottomOf(plot) - height, xOf(plot, toS) - left, height);
  }
  plot.ctx.globalAlpha = 1;
}

function paintPhases({ plot, input, palette, pixel }: Painting): void {
  plot.ctx.font = palette.font(500, TEXT_PX * pixel);
  plot.ctx.textBaseline = 'bottom';
  plot.ctx.textAlign = 'left';
  for (const { fromS, toS, label, kind } of input.phases) {
    const left = xOf(plot, fromS);
    const width = xOf(plot, toS) - left;
    plot.ctx.fillStyle = palette.colour(kind === 'infusion' ? '--infusion' : '--ok');
    plot.ctx.globalAlpha = 0.3;
    plot.ctx.fillRect(left, bottomOf(plot) - (BAND_PX * pixel) / 2, width, (BAND_PX * pixel) / 2);
    plot.ctx.globalAlpha = 1;
    plot.ctx.fillStyle = palette.colour('--text-3');
    if (plot.ctx.measureText(label).width < width) {
      plot.ctx.fillText(label, Math.max(left, plot.bbox.left) + 3 * pixel, bottomOf(plot) - (BAND_PX + 2) * pixel);
    }
  }
}

function paintLevel({ plot, palette, pixel }: Painting, { value, label, kind }: LevelLine): void {
  const { ctx, bbox } = plot;
  const y = Math.round(yOf(plot, value));
  const colour = kind === 'limit' ? palette.colour(...ALARM_LINE) : palette.colour('--text-3');
  ctx.strokeStyle = colour;
  ctx.lineWidth = pixel;
  ctx.setLineDash((kind === 'limit' ? [5, 4] : [2, 5]).map((length) => length * pixel));
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.fillStyle = colour;
  ctx.font = palette.font(600, TEXT_PX * pixel);
  ctx.textAlign = 'right';
  // At the upper edge there is no room above the line.
  const isBelow = y - (TEXT_PX + 4) * pixel < bbox.top;
  ctx.textBaseline = isBelow ? 'top' : 'bottom';
  ctx.fillText(label, bbox.left + bbox.width - 4 * pixel, y + (isBelow ? 3 : -2) * pixel);
}

/** From the newest to the oldest, so that of values that would overlap the newest one is written. */
function paintBars(painting: Painting): void {
  const { plot, input, palette, pixel } = painting;
  const places = input.nibp.map(({ atS }) => xOf(plot, atS));
  const closest = Math.min(...places.slice(1).map((x, i) => x - (places[i] ?? 0)));
  plot.ctx.font = palette.font(700, TEXT_PX * pixel);
  let writtenX = Infinity;
  for (const bar of [...input.nibp].reverse()) {
    const x = xOf(plot, bar.atS);
    paintBar(painting, bar, x, closest > LEAST_CARET_DISTANCE_PX * pixel);
    if (!bar.isCrossed || writtenX - x < VALUE_DISTANCE_PX * pixel) continue;
    writtenX = x;
    plot.ctx.textAlign = 'center';
    plot.ctx.textBaseline = 'bottom';
    plot.ctx.fillText(String(bar.systolic), x, yOf(plot, bar.systolic) - (CARET_PX.base + 2) * pixel);
  }
}

function paintBar(
  { plot, palette, pixel }: Painting,
  { systolic, diastolic, isCrossed }: NibpBar,
  x: number,
  hasCarets: boolean,
): void {
  const { ctx } = plot;
  const [top, bottom] = [yOf(plot, systolic), yOf(plot, diastolic)];
  ctx.strokeStyle = isCrossed ? palette.colour(...ALARM_LINE) : palette.colour('--nibp');
  ctx.fillStyle = ctx.strokeStyle;
  ctx.lineWidth = 3 * pixel;
  ctx.lineCap = 'round';
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, bottom);
  ctx.stroke();
  if (!hasCarets) return;
  const { half, base, apex } = CARET_PX;
  ctx.beginPath();
  for (const [y, outwards] of [
    [top, -1],
    [bottom, 1],
  ] as const) {
    ctx.moveTo(x - half * pixel, y + outwards * base * pixel);
    ctx.lineTo(x + half * pixel, y + outwards * base * pixel);
    ctx.lineTo(x, y - outwards * apex * pixel);
  }
  ctx.fill();
}

function paintNow({ plot, palette, pixel }: Painting, nowS: number, word: string): void {
  const { ctx, bbox } = plot;
  const x = Math.round(xOf(plot, nowS));
  ctx.strokeStyle = palette.colour('--text-3');
  ctx.fillStyle = palette.colour('--text-2');
  ctx.lineWidth = pixel;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bottomOf(plot));
  ctx.stroke();
  ctx.font = palette.font(500, TEXT_PX * pixel);
  ctx.textBaseline = 'bottom';
  const isAtEdge = x + ctx.measureText(word).width + 5 * pixel > bbox.left + bbox.width;
  ctx.textAlign = isAtEdge ? 'right' : 'left';
  ctx.fillText(word, x + (isAtEdge ? -5 : 5) * pixel, bottomOf(plot) - (BAND_PX + 2) * pixel);
}

/** Alarms and notes in the upper row, what pumps did in the lower one, each with a line down to the rate that it changed. */
function paintMarks({ plot, input, palette, pixel }: Painting): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = palette.font(600, TEXT_PX * pixel);
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  const { min = 0, max = 0 } = plot.scales['x'] ?? {};
  const shown = input.marks.filter(({ atS }) => atS >= min && atS <= max);
  for (const row of ['people', 'pump'] as const) {
    const placed = placeMarks(
      shown.filter((mark) => mark.row === row),
      (atS) => xOf(plot, atS),
      (text) => ctx.measureText(text).width,
    );
    ctx.fillStyle = palette.colour(row === 'pump' ? '--infusion' : '--text');
    const y = bbox.top - (row === 'pump' ? 0.5 : 1.5) * MARK_ROW_PX * pixel;
    for (const { x, text } of placed) ctx.fillText(text, x, y);
    if (row === 'pump') for (const { x } of placed) paintDrop(plot, x, pixel);
  }
  ctx.restore();
}

function paintDrop({ ctx, bbox }: uPlot, x: number, pixel: number): void {
  ctx.globalAlpha = 0.28;
  ctx.fillRect(Math.round(x), bbox.top, pixel, bbox.height);
  ctx.globalAlpha = 1;
}
