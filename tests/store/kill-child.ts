/** Records a course without end into the file named, and says after every commit which entry is on disk. */
import { writeSync } from 'node:fs';
import { openWriter } from '$lib/store/index.ts';
import { batch, bodies, ecgSecond, Journal, session, slice } from './course.ts';

const [, , file = ''] = process.argv;
const writer = openWriter(file);
const journal = new Journal();
writer.commit(batch({ entries: [journal.entry(0, bodies.started), journal.entry(0, bodies.session(session()))] }));
for (let at = 1000; ; at += 1000) {
  const entry = journal.entry(at, bodies.heartRate(at, 60));
  writer.commit(batch({ entries: [entry], signals: [slice([ecgSecond(at)])] }));
  writeSync(1, `${entry.seq}\n`);
}
