/** What one record of an Ivy 450C says. */
import type { LineName, TraceName } from './layout-table.ts';

export interface Line {
  /** As it stands; its meaning is not known. */
  readonly status: string;
  /** As many as the line has places for; undefined where nothing stands. */
  readonly numbers: readonly (number | undefined)[];
  readonly label: string;
  readonly alarm: string;
}

export interface Message {
  /** As on the wire, one byte each. */
  readonly traces: Readonly<Record<TraceName, Uint8Array>>;
  /** A line that the record does not have, or that cannot be read, is absent. */
  readonly lines: Readonly<Partial<Record<LineName, Line>>>;
  /** Lines that could not be read. */
  readonly unread: readonly string[];
}
