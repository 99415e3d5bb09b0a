/**
 * Recomputes both chains of every bed and the seals, in one pass over each table in the order of writing, up to the last rows
 * that were there when it began: the station may go on recording. What a bed's rows must fulfil is in `bed-check.server.ts`;
 * here is how they are found.
 */
import { type BedId, bedId, sessionId } from '$lib/domain/index.ts';
import { BedCheck, type Claims, type Listing } from './bed-check.server.ts';
import type { JournalRow, SealRow, SignalRow } from './hash-chain.server.ts';
import { Columns } from './rows.server.ts';
import type { Database, Row, Statement } from './sqlite.server.ts';
import type { VerifyReport } from './store.ts';

const CHUNK = 1000;

type Table = 'seal' | 'journal' | 'signal' | 'overview';

/** In one statement, so that all of it is of one moment: where the tables end, and what is said of each bed. */
const MOMENT = `select m.*, b.bed, b.summed, b.minute,
    max((select coalesce(max(seq), 0) from snapshot where bed = b.bed),
      (select coalesce(max(first_seq), 0) from contents where bed = b.bed),
      (select coalesce(max(latest_seq), 0) from session where bed = b.bed),
      (select coalesce(max(last_seq), 0) from session where bed = b.bed)) as last_seq,
    max(b.summed + (b.minute is not null),
      (select coalesce(max(number), 0) from overview where bed = b.bed),
      (select coalesce(max(first_number) - 1, 0) from session where bed = b.bed)) as last_number
  from (select
    (select coalesce(max(rowid), 0) from seal) as seal, (select coalesce(max(row), 0) from journal) as journal,
    (select coalesce(max(row), 0) from signal) as signal, (select coalesce(max(row), 0) from overview) as overview
  ) m left join bed b`;

/** The binding (1.2.1) gives a text only up to its first NUL: behind one, anything could be hidden. */
const ENTRY_BYTES = ', cast(entries as blob) as entry_bytes';
const decoder = new TextDecoder();

const TRACK = 'select track from overview where bed = ? and minute = ? and number = ?';

const LISTED = `select
  (select count(*) from contents c cross join journal j on j.slot = c.slot and j.bed = c.bed
    where c.bed = ?1 and j.row <= ?2) as journal_rows,
  (select count(*) from contents c cross join signal s on s.slot = c.slot and s.bed = c.bed
    where c.bed = ?1 and s.row <= ?3) as signal_rows,
  (select count(*) from overview where bed = ?1 and row <= ?4) as overview_rows,
  (select count(*) from contents c where c.bed = ?1 and c.first_seq is not
    (select min(seq) from journal j where j.slot = c.slot and j.bed = c.bed)) as misled`;

export const verifyRecording = (db: Database, only?: BedId): VerifyReport => new Verification(db, only).run();

class Verification {
  readonly #db: Database;
  readonly #only: BedId | undefined;
  readonly #checks = new Map<BedId, BedCheck>();
  readonly #claims = new Map<BedId, Claims>();
  readonly #last: Readonly<Record<Table, number>>;
  readonly #track: Statement;
  readonly #listed: Statement;

  constructor(db: Database, only: BedId | undefined) {
    this.#db = db;
    this.#only = only;
    this.#track = db.prepare(TRACK);
    this.#listed = db.prepare(LISTED);
    const rows = db
      .prepare(MOMENT)
      .all()
      .map((row) => new Columns(row, db.file));
    const last = (table: Table) => rows[0]?.number(table) ?? 0;
    this.#last = { seal: last('seal'), journal: last('journal'), signal: last('signal'), overview: last('overview') };
    for (const row of rows) this.#expect(row);
  }

  run(): VerifyReport {
    for (const row of this.#scan('seal')) {
      const seal = sealRow(row);
      this.#check(seal.bed).seal(seal, row.bytes('hash'));
    }
    for (const row of this.#scan('journal', ENTRY_BYTES)) {
      const entries = journalRow(row);
      this.#check(entries.bed).entries(entries, row.bytes('hashes'));
    }
    for (const row of this.#scan('signal')) {
      const slice = signalRow(row);
      this.#check(slice.bed).slice(slice, row.bytes('hash'));
    }
    const beds = Array.from(this.#checks, ([bed, check]) => check.report(this.#claims.get(bed), this.#listing(bed)));
    return { beds: beds.sort((a, b) => (a.bed < b.bed ? -1 : 1)) };
  }

  #expect(row: Columns): void {
    const listed = row.textIfAny('bed');
    if (listed === undefined || (this.#only !== undefined && listed !== this.#only)) return;
    const bed = bedId(listed);
    this.#claims.set(bed, {
      summed: row.number('summed'),
      minute: row.numberIfAny('minute') ?? null,
      lastSeq: row.number('last_seq'),
      lastNumber: row.number('last_number'),
    });
    this.#check(bed);
  }

  #check(bed: BedId): BedCheck {
    const known = this.#checks.get(bed);
    if (known) return known;
    const check = new BedCheck(bed, (minute, number) => {
      const row = this.#track.get(bed, minute, number);
      return row && new Columns(row, this.#db.file).bytes('track');
    });
    this.#checks.set(bed, check);
    return check;
  }

  #listing(bed: BedId): Listing {
    const { journal, signal, overview } = this.#last;
    const row = new Columns(this.#listed.get(bed, journal, signal, overview) ?? {}, this.#db.file);
    return {
      overviewRows: row.number('overview_rows'),
      journalRows: row.number('journal_rows'),
      signalRows: row.number('signal_rows'),
      misled: row.number('misled'),
    };
  }

  /** In chunks, so that no read transaction lasts. */
  *#scan(table: Table, more = ''): Iterable<Columns> {
    const condition = this.#only === undefined ? '' : 'and bed = ?';
    const filter = this.#only === undefined ? [] : [this.#only];
    const chunk = this.#db.prepare(
      `select rowid as at_row, *${more} from ${table} where rowid > ? and rowid <= ? ${condition} order by rowid limit ${CHUNK}`,
    );
    let last = 0;
    let rows: readonly Row[];
    do {
      rows = chunk.all(last, this.#last[table], ...filter);
      for (const row of rows) {
        const columns = new Columns(row, this.#db.file);
        last = columns.number('at_row');
        yield columns;
      }
    } while (rows.length === CHUNK);
  }
}

const journalRow = (row: Columns): JournalRow => ({
  slot: row.number('slot'),
  bed: bedId(row.text('bed')),
  seq: row.number('seq'),
  kinds: row.number('kinds'),
  wallOffset: row.numberIfAny('wall_offset') ?? null,
  lines: decoder.decode(row.bytes('entry_bytes')).split('\n'),
});

const signalRow = (row: Columns): SignalRow => ({
  slot: row.number('slot'),
  bed: bedId(row.text('bed')),
  number: row.number('number'),
  session: sessionId(row.text('session')),
  at: row.number('at'),
  duration: row.number('duration'),
  wall: row.numberIfAny('wall') ?? null,
  data: row.bytes('data'),
});

const sealRow = (row: Columns): SealRow => ({
  session: sessionId(row.text('session')),
  bed: bedId(row.text('bed')),
  firstSeq: row.number('first_seq'),
  lastSeq: row.number('last_seq'),
  firstNumber: row.number('first_number'),
  lastNumber: row.number('last_number'),
  journalHead: row.bytes('journal_head'),
  signalHead: row.bytes('signal_head'),
});
