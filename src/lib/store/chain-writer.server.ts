/** Appends rows to the two chains of a bed, each following the head that it moves on, and keeps the bed's overview. */
import type { BedId, JournalEntry } from '$lib/domain/index.ts';
import { stretchOf, writeExtents } from '$lib/recording/envelope.ts';
import { encodeBlocks } from '$lib/recording/wave-codec.ts';
import { lineOf } from './body-text.ts';
import { KIND_BITS } from './entry-kinds.ts';
import { grouped } from './grouped.ts';
import { hashAt, journalHashes, type JournalRow, signalHash, type SignalRow } from './hash-chain.server.ts';
import type { Head } from './heads.server.ts';
import { minuteOfSlot, slotOf } from './slot.ts';
import type { Database, Statement } from './sqlite.server.ts';
import { StoreFailure } from './store-failure.ts';
import type { SignalSlice } from './store.ts';

/** Some entries as they stand in the table, with their row number. */
export interface WrittenRow extends JournalRow {
  readonly row: number;
  readonly entries: readonly JournalEntry[];
  readonly hashes: Uint8Array;
}

export class ChainWriter {
  readonly #file: string;
  readonly #bed: Statement;
  readonly #listEntries: Statement;
  readonly #listSignals: Statement;
  readonly #journal: Statement;
  readonly #signal: Statement;
  readonly #overview: Statement;
  readonly #openMinute: Statement;

  constructor(db: Database) {
    this.#file = db.file;
    this.#bed = db.prepare('insert into bed values (?, 0, null)');
    this.#listEntries = db.prepare(
      'insert into contents values (?, ?, ?) on conflict do update set first_seq = coalesce(first_seq, excluded.first_seq)',
    );
    this.#listSignals = db.prepare('insert or ignore into contents values (?, ?, null)');
    this.#journal = db.prepare(
      'insert into journal (slot, bed, seq, kinds, wall_offset, entries, hashes) values (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#signal = db.prepare(
      'insert into signal (slot, bed, number, session, at, duration, wall, data, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#overview = db.prepare('insert into overview (bed, minute, number, track) values (?, ?, ?, ?)');
    this.#openMinute = db.prepare('update bed set summed = ?, minute = ? where bed = ?');
  }

  /** A bed that nothing was recorded of before. */
  bed(bed: BedId): void {
    this.#bed.run(bed);
  }

  /** Writes entries of one bed, those of each slot as one row. */
  entries(bed: BedId, head: Head, entries: readonly JournalEntry[]): readonly WrittenRow[] {
    return Array.from(bySlot(entries, head.journalSlot), ([slot, part]) => this.#row(bed, head, slot, part));
  }

  /** A slice without samples leaves no row. */
  slice(head: Head, { bed, session, blocks }: SignalSlice): void {
    const filled = withSamples(blocks);
    if (filled.length === 0) return;
    const stretch = stretchOf(filled);
    const { at, duration } = stretch;
    const slot = slotOf(at);
    if (minuteOfSlot(slot) !== head.minute) this.#turnMinute(bed, head, minuteOfSlot(slot));
    const number = head.number + 1;
    const data = encodeBlocks(filled);
    const wall = head.wallOffset === null ? null : at + head.wallOffset;
    const row: SignalRow = { slot, bed, number, session, at, duration, wall, data };
    if (slot !== head.signalSlot) this.#listSignals.run(bed, slot);
    head.number = number;
    head.signalSlot = slot;
    head.signalHash = signalHash(head.signalHash, row);
    writeExtents(head.track, stretch, filled);
    this.#signal.run(slot, bed, number, session, at, duration, wall, data, head.signalHash);
  }

  #row(bed: BedId, head: Head, slot: number, entries: readonly JournalEntry[]): WrittenRow {
    const seq = head.seq + 1;
    const lines = entries.map((entry) => this.#line(head, entry));
    const kinds = entries.reduce((bits, { body }) => bits | KIND_BITS[body.kind], 0);
    const row: JournalRow = { slot, bed, seq, kinds, wallOffset: head.wallOffset, lines };
    if (slot !== head.journalSlot) this.#listEntries.run(bed, slot, seq);
    const hashes = journalHashes(head.journalHash, row);
    head.journalSlot = slot;
    head.journalHash = hashAt(hashes, lines.length - 1);
    const number = this.#journal.run(slot, bed, seq, kinds, head.wallOffset, lines.join('\n'), hashes);
    return { ...row, row: number, entries, hashes };
  }

  #line(head: Head, { bed, seq, at, body }: JournalEntry): string {
    if (seq !== head.seq + 1) throw outOfOrder(this.#file, bed, `entry ${seq} came after entry ${head.seq}`);
    if (body.kind === 'clock' || body.kind === 'started') head.wallOffset = body.wallTime - at;
    head.seq = seq;
    return lineOf(at, body);
  }

  /** Sums up the minute that ends with the last row, and opens the one of the next. */
  #turnMinute(bed: BedId, head: Head, next: number): void {
    if (head.minute !== undefined) this.#overview.run(bed, head.minute, head.number, head.track.bytes());
    head.track.clear();
    head.minute = next;
    this.#openMinute.run(head.number, next, bed);
  }
}

/** Never a slot before that of the last entry, `from`: rows then stand in the order of their numbers. */
function bySlot(entries: readonly JournalEntry[], from: number): Map<number, JournalEntry[]> {
  let slot = from;
  return grouped(entries, ({ at }) => (slot = Math.max(slot, slotOf(at))));
}

export const outOfOrder = (file: string, bed: BedId, what: string): StoreFailure =>
  new StoreFailure(
    'out-of-order',
    file,
    `Nothing more is recorded into ${file}: at ${bed}, ${what}. This is a fault of the program; restart the station and report it.`,
  );

export const withSamples = (blocks: SignalSlice['blocks']): SignalSlice['blocks'] =>
  blocks.filter((block) => block.samples.length > 0);
