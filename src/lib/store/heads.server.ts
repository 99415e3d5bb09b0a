/**
 * Where the two chains of a bed stand: what the next row has to follow. Read from the rows at opening and after a failed
 * transaction, otherwise carried in memory by the writer.
 */
import { type BedId, bedId } from '$lib/domain/index.ts';
import { ByteWriter } from '$lib/recording/byte-cursor.ts';
import { GENESIS, HASH_BYTES, hashAt } from './hash-chain.server.ts';
import { type OpenMinute, OpenMinutes } from './open-minute.server.ts';
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
  /** The minute of the last signal row; undefined before the first. */
  minute: number | undefined;
  /** The extents of its rows. */
  track: ByteWriter;
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
  minute: undefined,
  track: new ByteWriter(),
  session: undefined,
});

const LAST_ROW = `select j.slot, j.seq, j.wall_offset, j.hashes from contents c
  cross join journal j on j.slot = c.slot and j.bed = c.bed where c.bed = ? order by c.slot desc, j.seq desc limit 1`;

const OPEN_SESSION = 'select id from session where bed = ? and last_seq is null order by rowid desc limit 1';

export function readBeds(db: Database): readonly BedId[] {
  return db
    .prepare('select bed from bed order by bed')
    .all()
    .map((row) => bedId(new Columns(row, db.file).text('bed')));
}

export function readHeads(db: Database): Map<BedId, Head> {
  const lastRow = db.prepare(LAST_ROW);
  const open = db.prepare(OPEN_SESSION);
  const minutes = new OpenMinutes(db);
  const columns = (row: Row | undefined) => row && new Columns(row, db.file);
  const headOf = (bed: BedId): Head => {
    const minute = minutes.of(bed);
    return {
      ...newHead(),
      ...journalEnd(columns(lastRow.get(bed))),
      ...(minute && { ...signalEnd(minute), track: minutes.track(bed, minute) }),
      session: columns(open.get(bed))?.text('id'),
    };
  };
  return new Map(readBeds(db).map((bed) => [bed, headOf(bed)]));
}

function journalEnd(row: Columns | undefined): Partial<Head> {
  if (!row) return {};
  const hashes = row.bytes('hashes');
  const count = hashes.length / HASH_BYTES;
  return {
    seq: row.number('seq') + count - 1,
    journalHash: hashAt(hashes, count - 1),
    journalSlot: row.number('slot'),
    wallOffset: row.numberIfAny('wall_offset') ?? null,
  };
}

const signalEnd = ({ minute, last }: OpenMinute): Partial<Head> => ({
  number: last.number('number'),
  signalHash: last.bytes('hash'),
  signalSlot: last.number('slot'),
  minute,
});
