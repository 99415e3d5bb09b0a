/**
 * What waits to be recorded, in the order in which it came. Entries are never dropped. Samples are, oldest first, when more
 * than {@link WAITING_LIMIT_BYTES} wait: they are counted, and the next block of that signal says that something is missing.
 * Of snapshots only the newest of each bed is kept, and it goes out behind the last entry, never ahead of one.
 */
import {
  isUrgent,
  type BedId,
  type JournalEntry,
  type MonotonicMs,
  type SessionId,
  type WaveformBlock,
} from '$lib/domain/index.ts';
import type { RecordBatch, SignalSlice, Snapshot } from '$lib/store/store.ts';

export const WAITING_LIMIT_BYTES = 64 * 2 ** 20;
/** More than this goes out in several batches, so that no transaction becomes long. */
const BATCH_BYTES = 8 * 2 ** 20;
/** An entry is counted as this much; most are smaller. */
const ENTRY_BYTES = 1024;
/** Dropping goes on to below the limit, so that it is not repeated for every block. */
const LOW_WATER = 0.9;
/** Blocks further apart than this go into different rows: an overview has one value per row. */
const SLICE_MS = 1000;

type Item =
  | { readonly kind: 'entry'; readonly at: MonotonicMs; readonly bytes: number; readonly entry: JournalEntry }
  | {
      readonly kind: 'block';
      readonly at: MonotonicMs;
      readonly bytes: number;
      readonly bed: BedId;
      readonly session: SessionId;
      readonly block: WaveformBlock;
    };

export class RecordQueue {
  readonly #limitBytes: number;
  readonly #snapshots = new Map<BedId, Snapshot>();
  readonly #gaps = new Set<string>();
  #items: Item[] = [];
  #bytes = 0;
  #isUrgent = false;
  #lostSamples = 0;

  constructor(limitBytes: number = WAITING_LIMIT_BYTES) {
    this.#limitBytes = limitBytes;
  }

  get isEmpty(): boolean {
    return this.#items.length === 0 && this.#snapshots.size === 0;
  }

  /** More waits than fits into one batch. */
  get isLong(): boolean {
    return this.#bytes > BATCH_BYTES;
  }

  /** Something waits that must not wait for the next regular batch. */
  get isPressing(): boolean {
    return this.#isUrgent || this.isLong;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Samples that were dropped since the start. */
  get lostSamples(): number {
    return this.#lostSamples;
  }

  /** Station time of the first item that waits. */
  get oldestAt(): MonotonicMs | undefined {
    return this.#items[0]?.at;
  }

  entry(entry: JournalEntry): void {
    this.#isUrgent ||= isUrgent(entry.body);
    this.#add({ kind: 'entry', at: entry.at, bytes: ENTRY_BYTES, entry });
  }

  block(bed: BedId, session: SessionId, block: WaveformBlock): void {
    this.#add({ kind: 'block', at: block.at, bytes: block.samples.byteLength, bed, session, block: ofItsOwn(block) });
  }

  snapshot(snapshot: Snapshot): void {
    this.#snapshots.set(snapshot.bed, snapshot);
  }

  /** The next batch, no longer in the queue; undefined when nothing waits. */
  take(): RecordBatch | undefined {
    if (this.isEmpty) return undefined;
    const items = this.#items.splice(0, this.#batchLength());
    for (const { bytes } of items) this.#bytes -= bytes;
    const isAll = this.#items.length === 0;
    if (isAll) this.#isUrgent = false;
    const snapshots = isAll ? [...this.#snapshots.values()] : [];
    if (isAll) this.#snapshots.clear();
    const entries = items.flatMap((item) => (item.kind === 'entry' ? [item.entry] : []));
    return { entries, signals: this.#slices(items), snapshots };
  }

  #batchLength(): number {
    let bytes = 0;
    const end = this.#items.findIndex((item) => (bytes += item.bytes) > BATCH_BYTES);
    return end === -1 ? this.#items.length : Math.max(end, 1);
  }

  #slices(items: readonly Item[]): SignalSlice[] {
    const open = new Map<string, { readonly at: MonotonicMs; readonly blocks: WaveformBlock[] }>();
    const slices: SignalSlice[] = [];
    for (const item of items) {
      if (item.kind === 'entry') continue;
      const { bed, session, at } = item;
      const key = JSON.stringify([bed, session]);
      let slice = open.get(key);
      if (!slice || Math.abs(at - slice.at) >= SLICE_MS) {
        slice = { at, blocks: [] };
        open.set(key, slice);
        slices.push({ bed, session, blocks: slice.blocks });
      }
      slice.blocks.push(this.#markedIfGap(bed, item.block));
    }
    return slices;
  }

  #add(item: Item): void {
    this.#items.push(item);
    this.#bytes += item.bytes;
    if (this.#bytes > this.#limitBytes) this.#dropOldestBlocks();
  }

  #dropOldestBlocks(): void {
    this.#items = this.#items.filter((item) => {
      if (item.kind === 'entry' || this.#bytes <= LOW_WATER * this.#limitBytes) return true;
      this.#bytes -= item.bytes;
      this.#lostSamples += item.block.samples.length;
      this.#gaps.add(signalOf(item.bed, item.block));
      return false;
    });
  }

  #markedIfGap(bed: BedId, block: WaveformBlock): WaveformBlock {
    return this.#gaps.delete(signalOf(bed, block)) ? { ...block, isGapBefore: true } : block;
  }
}

const signalOf = (bed: BedId, { waveform, source }: WaveformBlock): string => JSON.stringify([bed, waveform, source]);

/** A copy where the samples are a part of something larger: a structured clone would carry all of that along. */
const ofItsOwn = (block: WaveformBlock): WaveformBlock =>
  block.samples.byteLength === block.samples.buffer.byteLength ? block : { ...block, samples: block.samples.slice() };
