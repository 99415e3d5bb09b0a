/**
 * The overview of a bed's signals is kept minute by minute, so that hours are read in as many rows as they have minutes. The
 * minute in which the bed's latest slice lies is open: the writer holds its extents in memory, and whoever else needs them
 * makes them again from the samples. A slice in another minute closes it, also when that is an earlier one.
 */
import type { BedId } from '$lib/domain/index.ts';
import { ByteWriter } from '$lib/recording/byte-cursor.ts';
import { writeExtents } from '$lib/recording/envelope.ts';
import { Columns } from './rows.server.ts';
import { blocksOf } from './signal-blocks.server.ts';
import { SLOTS_PER_MINUTE } from './slot.ts';
import type { Database, Statement } from './sqlite.server.ts';
import { failure } from './store-failure.ts';

const SUMMED = 'select summed, minute from bed where bed = ? and minute is not null';
const ROWS = `select s.slot, s.number, s.at, s.duration, s.data, s.hash from contents c
  cross join signal s on s.slot = c.slot and s.bed = c.bed and s.number > ?2
  where c.bed = ?1 and c.slot between ?3 and ?4 order by s.number`;

export interface OpenMinute {
  readonly minute: number;
  /** The last signal row before it. */
  readonly summed: number;
  /** Its signal rows, in the order of writing, and the last of them. */
  readonly rows: readonly Columns[];
  readonly last: Columns;
}

export class OpenMinutes {
  readonly #file: string;
  readonly #summed: Statement;
  readonly #rows: Statement;

  constructor(db: Database) {
    this.#file = db.file;
    this.#summed = db.prepare(SUMMED);
    this.#rows = db.prepare(ROWS);
  }

  /** @returns undefined when the bed has no signals. @throws StoreFailure when an open minute has none. */
  of(bed: BedId): OpenMinute | undefined {
    const open = this.#summed.get(bed);
    if (!open) return undefined;
    const columns = new Columns(open, this.#file);
    const [summed, minute] = [columns.number('summed'), columns.number('minute')];
    const slot = minute * SLOTS_PER_MINUTE;
    const found = this.#rows.all(bed, summed, slot, slot + SLOTS_PER_MINUTE - 1);
    const rows = found.map((row) => new Columns(row, this.#file));
    const last = rows.at(-1);
    if (!last) throw failure('damaged', this.#file, new Error(`the last signals of ${bed} are missing`));
    return { minute, summed, rows, last };
  }

  /** The extents of its slices. @throws StoreFailure when samples cannot be decoded. */
  track(bed: BedId, { rows }: OpenMinute): ByteWriter {
    const track = new ByteWriter();
    for (const row of rows) {
      const stretch = { at: row.number('at'), duration: row.number('duration') };
      writeExtents(track, stretch, blocksOf(this.#file, bed, row.bytes('data')));
    }
    return track;
  }
}
