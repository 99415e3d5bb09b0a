/**
 * The recorder's end of the store: one batch, one transaction, everything derived from it included. A batch that comes a
 * second time (the first answer was lost) is recognised and not written again.
 */
import type { BedId, JournalEntry } from '$lib/domain/index.ts';
import { encodeBlocks } from '$lib/recording/wave-codec.ts';
import { lineOf, writeText } from './body-text.ts';
import { ChainWriter, outOfOrder, withSamples } from './chain-writer.server.ts';
import { grouped } from './grouped.ts';
import { isSameBytes } from './hash-chain.server.ts';
import { type Head, newHead, readHeads } from './heads.server.ts';
import { Columns } from './rows.server.ts';
import { SessionProjection } from './session-projection.server.ts';
import { type Database, openForWriting, type Row, type Statement } from './sqlite.server.ts';
import { failure } from './store-failure.ts';
import type { RecordBatch, SignalSlice, Snapshot, StoreWriter } from './store.ts';

/** Opens or makes the recording. Only one program may write into it. @throws StoreFailure */
export const openWriter = (file: string): StoreWriter => new SqliteWriter(openForWriting(file));

/** The one before the last is kept in case the last was made by a program that judged differently. */
const KEPT_SNAPSHOTS = 2;

class SqliteWriter implements StoreWriter {
  readonly #db: Database;
  readonly #chains: ChainWriter;
  readonly #sessions: SessionProjection;
  readonly #lastLines: Statement;
  readonly #sliceData: Statement;
  readonly #snapshot: Statement;
  readonly #dropSnapshots: Statement;
  readonly #dataVersion: Statement;
  readonly #ownVersion: unknown;
  /** Undefined after a failure: then the rows are asked again where the chains stand. */
  #heads: Map<BedId, Head> | undefined;

  constructor(db: Database) {
    this.#db = db;
    this.#chains = new ChainWriter(db);
    this.#sessions = new SessionProjection(db);
    this.#lastLines = db.prepare('select entries from journal where slot = ? and bed = ? order by seq desc limit 1');
    this.#sliceData = db.prepare('select data from signal where slot = ? and bed = ? and number = ?');
    this.#snapshot = db.prepare('insert or replace into snapshot values (?, ?, ?, ?, ?)');
    this.#dropSnapshots = db.prepare(
      `delete from snapshot where bed = ?1 and seq not in
        (select seq from snapshot where bed = ?1 order by seq desc limit ${KEPT_SNAPSHOTS})`,
    );
    this.#dataVersion = db.prepare('pragma data_version');
    this.#ownVersion = this.#readVersion();
    this.#heads = readHeads(db);
  }

  commit(batch: RecordBatch): void {
    let isCommitted = false;
    try {
      this.#db.transaction(() => this.#write(batch));
      isCommitted = true;
    } finally {
      if (!isCommitted) this.#forget();
    }
  }

  close(): void {
    this.#db.close();
  }

  #write(batch: RecordBatch): void {
    if (this.#readVersion() !== this.#ownVersion) throw failure('shared', this.#db.file);
    if (this.#isRepeated(batch)) return;
    for (const [bed, entries] of grouped(batch.entries, (entry) => entry.bed)) this.#writeEntries(bed, entries);
    for (const slice of batch.signals) this.#chains.slice(this.#head(slice.bed), slice);
    this.#sessions.sealEnded();
    for (const snapshot of batch.snapshots) this.#writeSnapshot(snapshot);
  }

  #writeEntries(bed: BedId, entries: readonly JournalEntry[]): void {
    const head = this.#head(bed);
    for (const row of this.#chains.entries(bed, head, entries)) this.#sessions.row(head, row);
  }

  #writeSnapshot({ bed, seq, at, stateVersion, state }: Snapshot): void {
    const head = this.#head(bed);
    if (seq > head.seq) throw outOfOrder(this.#db.file, bed, `a snapshot of entry ${seq} came after entry ${head.seq}`);
    this.#snapshot.run(bed, seq, at, stateVersion, writeText(state));
    this.#dropSnapshots.run(bed);
  }

  /** A batch is committed whole, so its last part tells whether all of it is there already. */
  #isRepeated({ entries, signals }: RecordBatch): boolean {
    const entry = entries.at(-1);
    if (entry) return this.#isLastEntry(entry);
    const slice = signals.findLast(({ blocks }) => withSamples(blocks).length > 0);
    return slice !== undefined && this.#isLastSlice(slice);
  }

  #isLastEntry({ bed, seq, at, body }: JournalEntry): boolean {
    const head = this.#knownHeads().get(bed);
    if (seq !== head?.seq) return false;
    const row = this.#lastLines.get(head.journalSlot, bed);
    return row !== undefined && this.#columns(row).lines('entries').at(-1) === lineOf(at, body);
  }

  #isLastSlice({ bed, blocks }: SignalSlice): boolean {
    const head = this.#knownHeads().get(bed);
    const row = head && this.#sliceData.get(head.signalSlot, bed, head.number);
    return row !== undefined && isSameBytes(this.#columns(row).bytes('data'), encodeBlocks(withSamples(blocks)));
  }

  #knownHeads(): Map<BedId, Head> {
    return (this.#heads ??= readHeads(this.#db));
  }

  #head(bed: BedId): Head {
    const known = this.#knownHeads().get(bed);
    if (known) return known;
    const head = newHead();
    this.#chains.bed(bed);
    this.#knownHeads().set(bed, head);
    return head;
  }

  #forget(): void {
    this.#heads = undefined;
    this.#sessions.forget();
  }

  #columns(row: Row): Columns {
    return new Columns(row, this.#db.file);
  }

  /** SQLite's count of commits that other connections made. */
  #readVersion(): unknown {
    return this.#dataVersion.get()?.['data_version'];
  }
}
