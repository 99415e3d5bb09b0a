/**
 * Where the two chains of a bed stand: what the next row has to follow. Read from the rows at opening and after a failed
 * transaction, otherwise carried in memory by the writer.
 */
import { type BedId, bedId } from '$lib/domain/index.ts';
import { GENESIS } from './hash-chain.server.ts';
import { Columns } from './rows.server.ts';
import type { Database, Row } from './sqlite.server.ts';

export interface Head {
  seq: number;
  journalHash: Uint8Array;
  journalSlot: number;
  /** Calendar time minus station time, ms; null before the first `clock` entry. */
  wallOffset: number | null;
  number: number;
  signalHash: Uint8Array;
  signalSlot: number;
  /** The session that is open at this bed. */
  session: string | undefined;
}

export const newHead = (): Head => ({
  seq: 0,
  journalHash: GENESIS,
  journalSlot: -Infinity,
  wallOffset: null,
  number: 0,
  signalHash: GENESIS,
  signalSlot: -Infinity,
  session: undefined,
});

const BEDS = `with recursive found(bed) as (
  select min(bed) from contents
  union all select (select min(bed) from contents where bed > found.bed) from found where found.bed is not null
) select bed from found where bed is not null`;

const LAST_ENTRY = `select j.slot, j.seq, j.at, j.wall, j.hash from contents c
  cross join journal j on j.slot = c.slot and j.bed = c.bed where c.bed = ? order by c.slot desc, j.seq desc limit 1`;

const LAST_SIGNAL = `select s.slot, s.number, s.hash from contents c
  cross join signal s on s.slot = c.slot and s.bed = c.bed where c.bed = ? order by c.slot desc, s.number desc limit 1`;

const OPEN_SESSION = 'select id from session where bed = ? and last_seq is null order by rowid desc limit 1';

export function readBeds(db: Database): readonly BedId[] {
  return db
    .prepare(BEDS)
    .all()
    .map((row) => bedId(new Columns(row, db.file).text('bed')));
}

export function readHeads(db: Database): Map<BedId, Head> {
  const entry = db.prepare(LAST_ENTRY);
  const signal = db.prepare(LAST_SIGNAL);
  const open = db.prepare(OPEN_SESSION);
  const columns = (row: Row | undefined) => row && new Columns(row, db.file);
  const headOf = (bed: BedId): Head => ({
    ...newHead(),
    ...journalEnd(columns(entry.get(bed))),
    ...signalEnd(columns(signal.get(bed))),
    session: columns(open.get(bed))?.text('id'),
  });
  return new Map(readBeds(db).map((bed) => [bed, headOf(bed)]));
}

function journalEnd(row: Columns | undefined): Partial<Head> {
  if (!row) return {};
  const wall = row.numberIfAny('wall');
  return {
    seq: row.number('seq'),
    journalHash: row.bytes('hash'),
    journalSlot: row.number('slot'),
    wallOffset: wall === undefined ? null : wall - row.number('at'),
  };
}

function signalEnd(row: Columns | undefined): Partial<Head> {
  if (!row) return {};
  return {
    number: row.number('number'),
    signalHash: row.bytes('hash'),
    signalSlot: row.number('slot'),
  };
}
