import { statSync, truncateSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openWriter } from '$lib/store/sqlite-writer.server.ts';
import type { RecordBatch } from '$lib/store/store.ts';
import { batch, BED, bodies, ecgSecond, Journal, session, slice, wholeCourse } from './course.ts';
import { contentOf, copied, reading, recorded, scratchFile, writing } from './scratch.ts';

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

test('a log whose last bytes never reached the disk loses the last commit and nothing else', () => {
  const file = scratchFile();
  const writer = writing(file);
  const journal = new Journal();
  [0, 1, 2].forEach((at) => writer.commit(batch({ entries: [journal.entry(at, bodies.clock(at))] })));
  const copy = copied(file);
  truncateSync(`${copy}-wal`, statSync(`${copy}-wal`).size - 100);
  expect(reading(copy).verify().beds).toEqual([{ bed: BED, entryCount: 2, signalCount: 0 }]);
});

type Trouble = 'none' | 'killed' | 'refused' | 'repeated';

/** Writes all batches, each with what happens after it. */
function recordedWith(steps: readonly { readonly batch: RecordBatch; readonly then: Trouble }[]): string {
  let file = scratchFile();
  let writer = openWriter(file);
  for (const { batch: one, then } of steps) {
    writer.commit(one);
    if (then === 'repeated') writer.commit(one);
    if (then === 'refused') {
      const entries = [new Journal(BED, 100_000).entry(0, bodies.clock(0))];
      expect(() => writer.commit(batch({ entries, signals: [slice([ecgSecond(999_000)])] }))).toThrow(BED);
    }
    if (then === 'killed') {
      const copy = copied(file);
      writer.close();
      [file, writer] = [copy, openWriter(copy)];
    }
  }
  writer.close();
  return file;
}

test('killed, refused or asked twice after whichever batch, what is recorded is row for row the same', () => {
  const trouble = fc.constantFrom<Trouble>('none', 'killed', 'refused', 'repeated');
  const step = fc.record({
    passedMs: fc.integer({ min: 1, max: 25_000 }),
    entryCount: fc.nat({ max: 3 }),
    /** How late its signals are, ms; none: there are none. */
    lateMs: fc.option(fc.nat({ max: 70_000 })),
    then: trouble,
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), fc.boolean(), (steps, isEnded) => {
      const journal = new Journal();
      const began = [journal.entry(0, bodies.started), journal.entry(0, bodies.session(session()))];
      let at = 0;
      const course = steps.map(({ passedMs, entryCount, lateMs, then }) => {
        at += passedMs;
        const entries = Array.from({ length: entryCount }, (_, i) => journal.entry(at + i, bodies.clock(at + i, i)));
        const signals = lateMs === null ? [] : [slice([ecgSecond(Math.max(at - lateMs, 0))])];
        return { batch: batch({ entries, signals }), then };
      });
      const ended = isEnded ? [journal.entry(at, bodies.closed)] : [];
      const all = [
        { batch: batch({ entries: began }), then: 'killed' as const },
        ...course,
        { batch: batch({ entries: ended }), then: 'none' as const },
      ];
      const file = recordedWith(all);
      expect(contentOf(file)).toEqual(contentOf(recorded(all.map((one) => one.batch))));
      expect(reading(file).verify().beds[0]?.firstBad).toBeUndefined();
    }),
    { numRuns: 30 },
  );
});
