/**
 * Makes the overview of one bed again while its signal rows pass by, and compares it with what is stored: nobody shall see
 * another curve from afar than from near.
 */
import { ByteWriter } from '$lib/recording/byte-cursor.ts';
import { writeExtents } from '$lib/recording/envelope.ts';
import type { WaveformBlock } from '$lib/domain/index.ts';
import { isSameBytes, type SignalRow } from './hash-chain.server.ts';
import { minuteOfSlot } from './slot.ts';

/** Where the overview of a bed ends: the last signal row that is summed up, and the minute of those after it. */
export interface OverviewEnd {
  readonly summed: number;
  readonly minute: number | null;
}

/** @returns the stored track that ends with this signal row; undefined when there is none. */
export type StoredTrack = (minute: number, number: number) => Uint8Array | undefined;

export class OverviewCheck {
  readonly #stored: StoredTrack;
  readonly #track = new ByteWriter();
  #summed = 0;
  #last = 0;
  #minute: number | null = null;
  #count = 0;
  #wrongFrom: number | undefined;

  constructor(stored: StoredTrack) {
    this.#stored = stored;
  }

  slice(row: SignalRow, blocks: readonly WaveformBlock[]): void {
    const minute = minuteOfSlot(row.slot);
    if (minute !== this.#minute) this.#turnTo(minute);
    writeExtents(this.#track, row, blocks);
    this.#last = row.number;
  }

  /** @returns the first signal row whose overview is not what the samples say; undefined when all is well. */
  wrongFrom(end: OverviewEnd, count: number): number | undefined {
    const isComplete = end.summed === this.#summed && end.minute === this.#minute && count === this.#count;
    return this.#wrongFrom ?? (isComplete ? undefined : this.#summed + 1);
  }

  #turnTo(minute: number): void {
    if (this.#minute !== null) {
      const stored = this.#stored(this.#minute, this.#last);
      if (!stored || !isSameBytes(stored, this.#track.bytes())) this.#wrongFrom ??= this.#summed + 1;
      this.#count += 1;
      this.#summed = this.#last;
    }
    this.#track.clear();
    this.#minute = minute;
  }
}
