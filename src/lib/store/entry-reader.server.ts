/** Journal entries and snapshots out of the tables. */
import { type BedId, bedId, type JournalEntry, type MonotonicMs, monotonicMs } from '$lib/domain/index.ts';
import { readText } from './body-text.ts';
import { Columns } from './rows.server.ts';
import type { Database, Row, Statement } from './sqlite.server.ts';
import { failure } from './store-failure.ts';
import type { Snapshot } from './store.ts';

const CHUNK = 500;

const SLOT_OF_ENTRY = 'select slot from contents where bed = ? and first_seq <= ? order by slot desc limit 1';

const ENTRIES = (condition: string) => `select j.slot, j.seq, j.at, j.body from contents c
  cross join journal j on j.slot = c.slot and j.bed = c.bed
  where c.bed = ? and c.slot between ? and ? and j.seq between ? and ? ${condition}
  order by c.slot, j.seq limit ${CHUNK}`;

const LAST_ENTRY = `select j.seq, j.at from contents c cross join journal j on j.slot = c.slot and j.bed = c.bed
  where c.bed = ? order by c.slot desc, j.seq desc limit 1`;

const LAST_SNAPSHOT = 'select seq, at, state from snapshot where bed = ? and rule_set = ? order by seq desc limit 1';

export class EntryReader {
  readonly #db: Database;
  readonly #slotOfEntry: Statement;
  readonly #ofAll: Statement;
  readonly #ofKinds: Statement;
  readonly #last: Statement;
  readonly #snapshot: Statement;

  constructor(db: Database) {
    this.#db = db;
    this.#slotOfEntry = db.prepare(SLOT_OF_ENTRY);
    this.#ofAll = db.prepare(ENTRIES(''));
    this.#ofKinds = db.prepare(ENTRIES('and j.kind in (select value from json_each(?))'));
    this.#last = db.prepare(LAST_ENTRY);
    this.#snapshot = db.prepare(LAST_SNAPSHOT);
  }

  /** In chunks, so that no read transaction stays open while the caller works. */
  *entries(bed: BedId, from: number, to: number, kinds?: readonly string[]): IterableIterator<JournalEntry> {
    const chunk = kinds ? this.#ofKinds : this.#ofAll;
    const filter = kinds ? [JSON.stringify(kinds)] : [];
    const lastSlot = this.#slotOf(bed, to);
    let slot = this.#slotOf(bed, from);
    let next = from;
    let rows: readonly Row[];
    do {
      rows = chunk.all(bed, slot, lastSlot, next, to, ...filter);
      for (const row of rows) {
        const columns = new Columns(row, this.#db.file);
        slot = columns.number('slot');
        next = columns.number('seq') + 1;
        yield this.#entry(bed, columns);
      }
    } while (rows.length === CHUNK);
  }

  head(bed: BedId): { readonly seq: number; readonly at: MonotonicMs } | undefined {
    const row = this.#last.get(bed);
    if (!row) return undefined;
    const columns = new Columns(row, this.#db.file);
    return { seq: columns.number('seq'), at: monotonicMs(columns.number('at')) };
  }

  lastSnapshot(bed: BedId, ruleSet: string): Snapshot | undefined {
    const row = this.#snapshot.get(bed, ruleSet);
    if (!row) return undefined;
    const columns = new Columns(row, this.#db.file);
    const [seq, at] = [columns.number('seq'), monotonicMs(columns.number('at'))];
    return { bed, seq, at, ruleSet, state: this.#parsed(columns.text('state')) };
  }

  #slotOf(bed: BedId, seq: number): number {
    const row = this.#slotOfEntry.get(bed, seq);
    return row ? new Columns(row, this.#db.file).number('slot') : -Infinity;
  }

  #entry(bed: BedId, columns: Columns): JournalEntry {
    const body = this.#parsed(columns.text('body')) as JournalEntry['body'];
    return { bed: bedId(bed), seq: columns.number('seq'), at: monotonicMs(columns.number('at')), body };
  }

  #parsed(text: string): unknown {
    try {
      return readText(text);
    } catch (error) {
      throw failure('damaged', this.#db.file, error);
    }
  }
}
