/** Journal entries and snapshots out of the tables. */
import { type BedId, type JournalEntry, type MonotonicMs, monotonicMs } from '$lib/domain/index.ts';
import { readLine, readText } from './body-text.ts';
import { bitsOf } from './entry-kinds.ts';
import { Columns } from './rows.server.ts';
import type { Database, Row, Statement } from './sqlite.server.ts';
import { orDamaged } from './store-failure.ts';
import type { Snapshot } from './store.ts';

const CHUNK = 250;
const ALL_KINDS = -1;

const SLOT_OF_ENTRY = 'select slot from contents where bed = ? and first_seq <= ? order by slot desc limit 1';

const ROWS = `select j.slot, j.seq, j.entries from contents c cross join journal j on j.slot = c.slot and j.bed = c.bed
  where c.bed = ? and c.slot between ? and ? and j.seq > ? and j.seq <= ? and j.kinds & ?
  order by c.slot, j.seq limit ${CHUNK}`;

const LAST_ROW = `select j.seq, j.entries from contents c cross join journal j on j.slot = c.slot and j.bed = c.bed
  where c.bed = ? order by c.slot desc, j.seq desc limit 1`;

const LAST_SNAPSHOT =
  'select seq, at, state from snapshot where bed = ? and state_version = ? order by seq desc limit 1';

export class EntryReader {
  readonly #db: Database;
  readonly #slotOfEntry: Statement;
  readonly #rows: Statement;
  readonly #lastRow: Statement;
  readonly #snapshot: Statement;

  constructor(db: Database) {
    this.#db = db;
    this.#slotOfEntry = db.prepare(SLOT_OF_ENTRY);
    this.#rows = db.prepare(ROWS);
    this.#lastRow = db.prepare(LAST_ROW);
    this.#snapshot = db.prepare(LAST_SNAPSHOT);
  }

  *entries(bed: BedId, from: number, to: number, kinds?: readonly string[]): IterableIterator<JournalEntry> {
    const wanted = kinds && new Set(kinds);
    for (const row of this.#rowsOf(bed, from, to, wanted ? bitsOf(wanted) : ALL_KINDS)) {
      for (const entry of this.#entriesOf(bed, row)) {
        if (entry.seq < from || entry.seq > to) continue;
        if (!wanted || wanted.has(entry.body.kind)) yield entry;
      }
    }
  }

  head(bed: BedId): { readonly seq: number; readonly at: MonotonicMs } | undefined {
    const row = this.#lastRow.get(bed);
    const last = row && this.#entriesOf(bed, new Columns(row, this.#db.file)).at(-1);
    return last && { seq: last.seq, at: last.at };
  }

  lastSnapshot(bed: BedId, stateVersion: number): Snapshot | undefined {
    const row = this.#snapshot.get(bed, stateVersion);
    if (!row) return undefined;
    const columns = new Columns(row, this.#db.file);
    const [seq, at] = [columns.number('seq'), monotonicMs(columns.number('at'))];
    return { bed, seq, at, stateVersion, state: orDamaged(this.#db.file, () => readText(columns.text('state'))) };
  }

  /** In chunks, so that no read transaction stays open while the caller works. */
  *#rowsOf(bed: BedId, from: number, to: number, kinds: number): Iterable<Columns> {
    const lastSlot = this.#slotOf(bed, to);
    let slot = this.#slotOf(bed, from);
    let last = 0;
    let rows: readonly Row[];
    do {
      rows = this.#rows.all(bed, slot, lastSlot, last, to, kinds);
      for (const row of rows) {
        const columns = new Columns(row, this.#db.file);
        [slot, last] = [columns.number('slot'), columns.number('seq')];
        yield columns;
      }
    } while (rows.length === CHUNK);
  }

  #entriesOf(bed: BedId, row: Columns): readonly JournalEntry[] {
    const first = row.number('seq');
    return orDamaged(this.#db.file, () =>
      row.lines('entries').map((line, index) => ({ bed, seq: first + index, ...readLine(line) })),
    );
  }

  #slotOf(bed: BedId, seq: number): number {
    const row = this.#slotOfEntry.get(bed, seq);
    return row ? new Columns(row, this.#db.file).number('slot') : -Infinity;
  }
}
