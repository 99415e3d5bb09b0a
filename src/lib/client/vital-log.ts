/**
 * The numbers of one vital that a page has seen, for its trend: first what the recording knew, then what comes live. Outside
 * of the framework's reactivity, because it grows with every reading.
 */
import { monotonicMs, type MonotonicMs } from '$lib/domain/index.ts';
import type { VitalView } from '$lib/realtime/index.ts';

export interface VitalSeries {
  readonly at: readonly number[];
  /** `null`: it was told that there is none. */
  readonly values: readonly (number | null)[];
}

const MOST_POINTS = 20_000;

export class VitalLog {
  readonly at: MonotonicMs[];
  readonly values: (number | null)[];

  constructor({ at, values }: VitalSeries = { at: [], values: [] }) {
    this.at = at.map(monotonicMs);
    this.values = [...values];
  }

  /** Takes a reading on unless it is known already. */
  take(view: VitalView | undefined): void {
    const lastAt = this.at.at(-1) ?? -Infinity;
    if (view === undefined || view.at <= lastAt) return;
    this.at.push(view.at);
    this.values.push('value' in view.reading ? view.reading.value : null);
    if (this.at.length <= MOST_POINTS) return;
    this.at.shift();
    this.values.shift();
  }
}
