import { statSync, truncateSync } from 'node:fs';
import { expect, test } from 'vitest';
import { batch, BED, bodies, Journal, wholeCourse } from './course.ts';
import { copied, reading, recorded, scratchFile, writing } from './scratch.ts';

test('after every commit, the files as they stand hold all of it and verify', () => {
  const file = scratchFile();
  const writer = writing(file);
  let entryCount = 0;
  for (const one of wholeCourse(25)) {
    writer.commit(one);
    entryCount += one.entries.length;
    const [bed] = reading(copied(file)).verify().beds;
    expect(bed).toMatchObject({ bed: BED, entryCount });
    expect(bed?.firstBad).toBeUndefined();
  }
});

test('recording goes on in what a crash left behind', () => {
  const file = scratchFile();
  const writer = writing(file);
  const batches = wholeCourse(10);
  batches.slice(0, 6).forEach((one) => writer.commit(one));
  const left = recorded(batches.slice(6), copied(file));
  expect(reading(left).verify()).toEqual(reading(recorded(batches)).verify());
  expect(reading(left).sessions()).toEqual(reading(recorded(batches)).sessions());
});

test('a log whose last bytes never reached the disk loses the last commit and nothing else', () => {
  const file = scratchFile();
  const writer = writing(file);
  const journal = new Journal();
  [0, 1, 2].forEach((at) => writer.commit(batch({ entries: [journal.entry(at, bodies.clock(at))] })));
  const copy = copied(file);
  truncateSync(`${copy}-wal`, statSync(`${copy}-wal`).size - 100);
  expect(reading(copy).verify().beds).toEqual([{ bed: BED, entryCount: 2, signalCount: 0 }]);
});
