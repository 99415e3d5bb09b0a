/** Appends rows to the two chains of a bed, each following the head that it moves on. */
import type { BedId, JournalEntry } from '$lib/domain/index.ts';
import { encodeEnvelope } from '$lib/recording/envelope.ts';
import { encodeBlocks } from '$lib/recording/wave-codec.ts';
import { writeText } from './body-text.ts';
import { type JournalRow, journalHash, type SignalRow, signalHash } from './hash-chain.server.ts';
import type { Head } from './heads.server.ts';
import type { Database, Statement } from './sqlite.server.ts';
import { slotOf } from './slot.ts';
import { StoreFailure } from './store-failure.ts';
import type { SignalSlice } from './store.ts';

/** An entry as it stands in the table, with its row number. */
export interface WrittenEntry extends JournalRow {
  readonly row: number;
}

export class ChainWriter {
  readonly #file: string;
  readonly #listEntries: Statement;
  readonly #listSignals: Statement;
  readonly #journal: Statement;
  readonly #signal: Statement;

  constructor(db: Database) {
    this.#file = db.file;
    this.#listEntries = db.prepare(
      'insert into contents values (?, ?, ?) on conflict do update set first_seq = coalesce(first_seq, excluded.first_seq)',
    );
    this.#listSignals = db.prepare('insert or ignore into contents values (?, ?, null)');
    this.#journal = db.prepare(
      'insert into journal (slot, bed, seq, at, wall, kind, body, hash) values (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#signal = db.prepare(
      'insert into signal (slot, bed, number, session, at, duration, wall, envelope, data, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
  }

  entry(head: Head, entry: JournalEntry): WrittenEntry {
    const { bed, seq, at, body } = entry;
    if (seq !== head.seq + 1) throw outOfOrder(this.#file, bed, `entry ${seq} came after entry ${head.seq}`);
    if (body.kind === 'clock' || body.kind === 'started') head.wallOffset = body.wallTime - at;
    const slot = Math.max(slotOf(at), head.journalSlot);
    const row: JournalRow = { slot, bed, seq, at, wall: wallOf(head, at), kind: body.kind, body: writeText(body) };
    if (slot !== head.journalSlot) this.#listEntries.run(bed, slot, seq);
    head.seq = seq;
    head.journalSlot = slot;
    head.journalHash = journalHash(head.journalHash, row);
    const number = this.#journal.run(slot, bed, seq, at, row.wall, row.kind, row.body, head.journalHash);
    return { ...row, row: number };
  }

  /** A slice without samples leaves no row. */
  slice(head: Head, { bed, session, blocks }: SignalSlice): void {
    const filled = withSamples(blocks);
    if (filled.length === 0) return;
    const { at, duration } = extentOf(filled);
    const slot = slotOf(at);
    const number = head.number + 1;
    const envelope = encodeEnvelope(filled);
    const data = encodeBlocks(filled);
    const row: SignalRow = { slot, bed, number, session, at, duration, wall: wallOf(head, at), envelope, data };
    if (slot !== head.signalSlot) this.#listSignals.run(bed, slot);
    head.number = number;
    head.signalSlot = slot;
    head.signalHash = signalHash(head.signalHash, row);
    this.#signal.run(slot, bed, number, session, at, duration, row.wall, envelope, data, head.signalHash);
  }
}

export const outOfOrder = (file: string, bed: BedId, what: string): StoreFailure =>
  new StoreFailure(
    'out-of-order',
    file,
    `Nothing more is recorded into ${file}: at ${bed}, ${what}. This is a fault of the program; restart the station and report it.`,
  );

export const withSamples = (blocks: SignalSlice['blocks']): SignalSlice['blocks'] =>
  blocks.filter((block) => block.samples.length > 0);

/** First sample to end of the last one, ms. */
function extentOf(blocks: SignalSlice['blocks']): { at: number; duration: number } {
  let at = Infinity;
  let end = -Infinity;
  for (const block of blocks) {
    at = Math.min(at, block.at);
    end = Math.max(end, block.at + (block.samples.length * 1000) / block.rateHz);
  }
  return { at, duration: end - at };
}

const wallOf = (head: Head, at: number): number | null => (head.wallOffset === null ? null : at + head.wallOffset);
