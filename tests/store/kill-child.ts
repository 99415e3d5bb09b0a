/** Records the course without end into the file named, and says after every commit which entry is on disk. */
import { writeSync } from 'node:fs';
import { openWriter } from '$lib/store/index.ts';
import { batchOfEntry } from './course.ts';

const [, , file = ''] = process.argv;
const writer = openWriter(file);
for (let seq = 2; ; seq += 1) {
  writer.commit(batchOfEntry(seq));
  writeSync(1, `${seq}\n`);
}
