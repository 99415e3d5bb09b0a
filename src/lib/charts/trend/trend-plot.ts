/**
 * A session as a chart: heart rate, saturation and calculated concentration as lines of uPlot, everything else painted around
 * them. Data come by a feed and are drawn at most once per display frame; the scales widen in steps and never shrink.
 */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { drawOnChange, type Feed } from '../feed.ts';
import { Palette } from '../palette.ts';
import { bucketFor, columns, splitAt } from './trend-columns.ts';
import type { TrendInput } from './trend-input.ts';
import { MARK_ROW_PX, paintAbove, paintBehind, PRESSURE_SCALE } from './trend-paint.ts';
import {
  CLOCK_STEPS_S,
  clockLabels,
  CONCENTRATION_SPAN,
  CONCENTRATION_STEP,
  lineValues,
  PRESSURE_SPAN,
  PRESSURE_STEP,
  pressureValues,
  type Span,
  type TimeRange,
  widen,
} from './trend-scales.ts';

export interface TrendOptions {
  /** Zone of the clock on the wall; the browser's own when none is given. */
  readonly timeZone?: string;
  readonly nowWord?: string;
  /** Draggable selection of a range, and the range that is shown instead of the input's; undefined: all of it. */
  readonly zoom?: Feed<TimeRange | undefined>;
  /** Charts with the same key show their cursor at the same time. */
  readonly cursorKey?: string;
}

const CONCENTRATION_SCALE = 'ng/mL';
/** Two rows of signs, and air. */
const TOP_PX = 2 * MARK_ROW_PX + 4;
const AXIS_PX = { left: 40, right: 44, bottom: 26 };
/** Distances of the labels on the scales of values. */
const LABEL_STEPS = [20, 40, 50, 100, 200, 500, 1000];

export class TrendPlot {
  readonly plot: uPlot;
  /** After each drawing: what lies over the chart has to follow its scale. */
  onDrawn = (): void => undefined;
  readonly #feed: Feed<TrendInput>;
  readonly #options: TrendOptions;
  readonly #host: HTMLElement;
  readonly #palette: Palette;
  readonly #stops: (() => void)[];
  #pressure: Span = PRESSURE_SPAN;
  #concentration: Span = CONCENTRATION_SPAN;

  constructor(host: HTMLElement, feed: Feed<TrendInput>, options: TrendOptions) {
    this.#host = host;
    this.#feed = feed;
    this.#options = options;
    this.#palette = new Palette(host);
    this.#widen();
    this.plot = new uPlot(this.#plotOptions(), this.#data(), host);
    this.#stops = [drawOnChange(feed, host, (isResized) => this.#update(isResized))];
    const { zoom } = options;
    if (zoom) this.#stops.push(drawOnChange(zoom, host, () => this.#update(false)));
  }

  /** What the x axis shows. */
  get range(): TimeRange {
    return this.#options.zoom?.current ?? this.#feed.current;
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.plot.destroy();
  }

  #update(isResized: boolean): void {
    this.#widen();
    if (isResized) this.plot.setSize(sizeOf(this.#host));
    this.plot.setData(this.#data());
  }

  #widen(): void {
    const input = this.#feed.current;
    this.#pressure = widen(this.#pressure, pressureValues(input), PRESSURE_STEP);
    this.#concentration = widen(this.#concentration, lineValues(input.concentration, input), CONCENTRATION_STEP);
  }

  #data(): uPlot.AlignedData {
    const { heartRate, spo2, concentration, nowS, givenUntilS = nowS } = this.#feed.current;
    const { fromS, toS } = this.range;
    const [given, ahead] = splitAt(concentration, givenUntilS);
    const bucketS = bucketFor(toS - fromS, this.#host.clientWidth);
    const { timesS, lines } = columns([heartRate, spo2, given, ahead], this.range, bucketS);
    return [timesS, ...lines];
  }

  #plotOptions(): uPlot.Options {
    return {
      ...sizeOf(this.#host),
      padding: [TOP_PX, 8, 0, 0],
      legend: { show: false },
      cursor: this.#cursor(),
      scales: {
        x: { range: () => [this.range.fromS, this.range.toS] },
        [PRESSURE_SCALE]: { range: () => [...this.#pressure] },
        [CONCENTRATION_SCALE]: { range: () => [...this.#concentration] },
      },
      series: this.#series(),
      axes: this.#axes(),
      hooks: {
        drawAxes: [(plot) => paintBehind(this.#painting(plot))],
        draw: [(plot) => paintAbove(this.#painting(plot), this.#options.nowWord ?? 'now'), () => this.onDrawn()],
        setSelect: [(plot) => this.#select(plot)],
      },
    };
  }

  /** A drag sets the zoom, not the scale: the columns for the new range have to be made first. */
  #cursor(): uPlot.Cursor {
    const { zoom, cursorKey } = this.#options;
    return {
      show: zoom !== undefined || cursorKey !== undefined,
      y: false,
      points: { show: false },
      drag: { x: zoom !== undefined, y: false, setScale: false },
      bind: { dblclick: () => null },
      ...(cursorKey !== undefined && { sync: { key: cursorKey } }),
    };
  }

  #series(): uPlot.Series[] {
    const line = (scale: string, token: string, width: number, dash?: number[]): uPlot.Series => ({
      scale,
      stroke: this.#palette.colour(token),
      width,
      points: { show: false },
      ...(dash && { dash }),
    });
    return [
      {},
      line(PRESSURE_SCALE, '--ecg', 1.6),
      line(PRESSURE_SCALE, '--spo2', 1.4),
      line(CONCENTRATION_SCALE, '--predicted', 1.8),
      line(CONCENTRATION_SCALE, '--predicted', 1.6, [4, 4]),
    ];
  }

  #axes(): uPlot.Axis[] {
    const clock = clockLabels(this.#options.timeZone);
    const common = {
      stroke: this.#palette.colour('--text-3'),
      font: this.#palette.font(500, 11),
      ticks: { show: false },
      gap: 6,
    };
    const grid = { stroke: this.#palette.colour('--line-soft'), width: 1 };
    const values = (_plot: uPlot, splits: number[]): string[] => splits.map(String);
    return [
      {
        ...common,
        grid: { show: false },
        size: AXIS_PX.bottom,
        space: 64,
        incrs: CLOCK_STEPS_S,
        values: (_plot, splits) => splits.map(clock),
      },
      { ...common, grid, scale: PRESSURE_SCALE, size: AXIS_PX.left, incrs: LABEL_STEPS, space: 36, values },
      {
        ...common,
        grid: { show: false },
        scale: CONCENTRATION_SCALE,
        side: 1,
        stroke: this.#palette.colour('--predicted'),
        size: AXIS_PX.right,
        incrs: LABEL_STEPS,
        space: 44,
        // Its room is kept while nothing is known, so that the chart does not shift when something is.
        values: (plot, splits) => (this.#feed.current.concentration ? values(plot, splits) : []),
      },
    ];
  }

  #painting(plot: uPlot) {
    return { plot, input: this.#feed.current, palette: this.#palette, pixel: uPlot.pxRatio };
  }

  #select(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < LEAST_SELECTION_PX) return;
    const [fromS, toS] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#options.zoom?.set({ fromS, toS });
  }
}

/** A shorter drag is a press that trembled. */
const LEAST_SELECTION_PX = 5;

const sizeOf = (host: HTMLElement) => ({ width: host.clientWidth, height: host.clientHeight });
