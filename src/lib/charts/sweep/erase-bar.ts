/** The band that is cleared ahead of a pen: columns of a sweep, which may begin at the right edge and go on at the left. */
import type { TraceBox } from './tracer.ts';

/** A rectangle in canvas pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The part of a canvas context that clears. */
export interface Eraser {
  clearRect(x: number, y: number, width: number, height: number): void;
}

/**
 * Clears the columns from `from` up to `to`, at most one sweep. Columns are counted on for ever, see `tracer.ts`.
 * @param edgePx so far a line reaches beyond the first and the last column.
 */
export function clearColumns(
  canvas: Eraser,
  { top, height }: Box,
  { leftPx, widthPx }: TraceBox,
  edgePx: number,
  from: number,
  to: number,
): void {
  const columns = Math.min(widthPx, to - from);
  const x = from % widthPx;
  const wrapped = columns - (widthPx - x);
  if (wrapped <= 0) {
    canvas.clearRect(leftPx + x, top, columns, height);
  } else {
    canvas.clearRect(leftPx + x, top, widthPx - x + edgePx, height);
    canvas.clearRect(leftPx - edgePx, top, wrapped + edgePx, height);
  }
}
