/** Recordings that somebody edited behind our back. */
import { DatabaseSync } from '@photostructure/sqlite';
import { bedId } from '$lib/domain/index.ts';
import type { VerifyReport } from '$lib/store/store.ts';
import { batch, BED, bodies, Journal, wholeCourse } from './course.ts';
import { reading, recorded } from './scratch.ts';

export const OTHER = bedId('bed-2');

/** A whole course at one bed, a journal without waveforms at another. */
export const twoBeds = () => {
  const journal = new Journal(OTHER);
  return recorded([...wholeCourse(20), batch({ entries: [1, 2, 3].map((at) => journal.entry(at, bodies.clock(at))) })]);
};

/** What `verify` says of the first bed after somebody edited the file. */
export function afterEdit(sql: string, file = twoBeds()): VerifyReport['beds'][number]['firstBad'] {
  const db = new DatabaseSync(file);
  db.exec(`pragma foreign_keys = off; ${sql}`);
  db.close();
  return reading(file)
    .verify()
    .beds.find(({ bed }) => bed === BED)?.firstBad;
}
