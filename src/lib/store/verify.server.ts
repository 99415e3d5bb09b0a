/**
 * Recomputes both chains of every bed and the seals, in one pass over each table in the order of writing. What a bed's rows
 * must fulfil is in `bed-check.server.ts`; here is how they are found.
 */
import { type BedId, bedId, sessionId } from '$lib/domain/index.ts';
import { BedCheck } from './bed-check.server.ts';
import type { JournalRow, SealRow, SignalRow } from './hash-chain.server.ts';
import { Columns } from './rows.server.ts';
import type { Database } from './sqlite.server.ts';
import type { VerifyReport } from './store.ts';

const CHUNK = 1000;

/** What review finds of a bed by its table of contents, and where that names a wrong first entry. */
const LISTED = `select
  (select count(*) from contents c cross join journal j on j.slot = c.slot and j.bed = c.bed where c.bed = ?1) as entries,
  (select count(*) from contents c cross join signal s on s.slot = c.slot and s.bed = c.bed where c.bed = ?1) as signals,
  (select count(*) from contents c where c.bed = ?1 and c.first_seq is not
    (select min(seq) from journal j where j.slot = c.slot and j.bed = c.bed)) as misled`;

export function verifyRecording(db: Database, only?: BedId): VerifyReport {
  const checks = new Map<BedId, BedCheck>();
  const checkOf = (bed: BedId): BedCheck => {
    const check = checks.get(bed) ?? new BedCheck(bed);
    checks.set(bed, check);
    return check;
  };
  for (const row of scan(db, 'seal', only)) {
    const seal = sealRow(row);
    checkOf(seal.bed).seal(seal, row.bytes('hash'));
  }
  for (const row of scan(db, 'snapshot', only)) checkOf(bedId(row.text('bed'))).snapshot(row.number('seq'));
  for (const row of scan(db, 'journal', only)) {
    const entry = journalRow(row);
    checkOf(entry.bed).entry(entry, row.bytes('hash'));
  }
  for (const row of scan(db, 'signal', only)) {
    const slice = signalRow(row);
    checkOf(slice.bed).slice(slice, row.bytes('hash'));
  }
  const listed = db.prepare(LISTED);
  for (const [bed, check] of checks) {
    const row = new Columns(listed.get(bed) ?? {}, db.file);
    check.listing(row.number('entries'), row.number('signals'), row.number('misled'));
  }
  return { beds: [...checks.values()].map((check) => check.report()).sort((a, b) => (a.bed < b.bed ? -1 : 1)) };
}

/** All rows of a table in the order of writing, in chunks, so that no read transaction lasts. */
function* scan(db: Database, table: string, only: BedId | undefined): Iterable<Columns> {
  const condition = only === undefined ? '' : 'and bed = ?';
  const chunk = db.prepare(
    `select rowid as at_row, * from ${table} where rowid > ? ${condition} order by rowid limit ${CHUNK}`,
  );
  let last = 0;
  for (;;) {
    const rows = chunk.all(last, ...(only === undefined ? [] : [only]));
    for (const row of rows) {
      const columns = new Columns(row, db.file);
      last = columns.number('at_row');
      yield columns;
    }
    if (rows.length < CHUNK) return;
  }
}

const journalRow = (row: Columns): JournalRow => ({
  slot: row.number('slot'),
  bed: bedId(row.text('bed')),
  seq: row.number('seq'),
  at: row.number('at'),
  wall: row.numberIfAny('wall') ?? null,
  kind: row.text('kind'),
  body: row.text('body'),
});

const signalRow = (row: Columns): SignalRow => ({
  slot: row.number('slot'),
  bed: bedId(row.text('bed')),
  number: row.number('number'),
  session: sessionId(row.text('session')),
  at: row.number('at'),
  duration: row.number('duration'),
  wall: row.numberIfAny('wall') ?? null,
  envelope: row.bytes('envelope'),
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
