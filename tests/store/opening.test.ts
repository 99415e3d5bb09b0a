import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, test } from 'vitest';
import { StoreFailure, type StoreFailureReason } from '$lib/store/store-failure.ts';
import { openReader } from '$lib/store/sqlite-reader.server.ts';
import { openWriter } from '$lib/store/sqlite-writer.server.ts';
import { batch, BED, bodies, Journal, wholeCourse } from './course.ts';
import { copied, reading, recorded, scratchDirectory, scratchFile, writing } from './scratch.ts';

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

const pragma = (file: string, name: string): unknown => {
  const db = new DatabaseSync(file, { readOnly: true });
  const [value] = Object.values(db.prepare(`pragma ${name}`).get() as object) as unknown[];
  db.close();
  return value;
};

function failureOf(work: () => unknown): StoreFailure {
  try {
    work();
  } catch (error) {
    if (error instanceof StoreFailure) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

/** Fails for this reason, in a sentence that names the file. */
function expectRefusal(work: () => unknown, file: string, why: StoreFailureReason): string {
  const failure = failureOf(work);
  expect(failure.why, failure.message).toBe(why);
  expect(failure.file).toBe(file);
  expect(failure.message).toContain(file);
  return failure.message;
}

describe('a new recording', () => {
  test('belongs to its owner alone, directory and all files', () => {
    const file = join(scratchDirectory(), 'deep', 'er', 'recording.db');
    const writer = writing(file);
    writer.commit(batch({ entries: [new Journal().entry(0, bodies.started)] }));
    expect([dirname(dirname(file)), dirname(file)].map(mode)).toEqual(['700', '700']);
    expect(['', '-wal', '-shm'].map((suffix) => mode(file + suffix))).toEqual(['600', '600', '600']);
  });

  test('has the page size and the log that it was measured with', () => {
    const file = recorded([]);
    expect([pragma(file, 'page_size'), pragma(file, 'journal_mode')]).toEqual([8192, 'wal']);
  });

  test('needs nothing beside it once it is closed', () => {
    const file = recorded(wholeCourse(5));
    expect(existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0).toBe(false);
  });
});

describe('versions', () => {
  const ofVersion = (version: number) => {
    const file = recorded(wholeCourse(2));
    const db = new DatabaseSync(file);
    db.exec(`pragma user_version = ${version}`);
    db.close();
    return file;
  };

  test('a newer one is refused for writing and for reading, and left as it is', () => {
    const file = ofVersion(99);
    const before = readFileSync(file);
    for (const open of [openWriter, openReader])
      expect(expectRefusal(() => open(file), file, 'newer')).toContain('format 99');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('an older one is not read before the station has brought it up to date', () => {
    const file = ofVersion(0);
    expect(expectRefusal(() => openReader(file), file, 'older')).toContain('Start the station once');
  });

  test('a database of another program is refused and left as it is', () => {
    const file = scratchFile();
    const db = new DatabaseSync(file);
    db.exec('create table notes (text)');
    db.close();
    const before = readFileSync(file);
    for (const open of [openWriter, openReader]) expectRefusal(() => open(file), file, 'foreign');
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('files that are not whole', () => {
  test.each([0.99, 0.5, 0.1])(
    'cut to %d of its length it is refused for writing and reading, and left as it is',
    (share) => {
      const file = copied(recorded(wholeCourse(40)));
      truncateSync(file, Math.floor(statSync(file).size * share));
      const before = readFileSync(file);
      for (const open of [openWriter, openReader]) {
        const message = expectRefusal(() => open(file), file, 'damaged');
        expect(message).toContain('restore the last backup');
      }
      expect(readFileSync(file).equals(before)).toBe(true);
    },
  );

  test('something else under its name is refused and left as it is', () => {
    const file = scratchFile();
    writeFileSync(file, 'Dear diary, '.repeat(1000));
    for (const open of [openWriter, openReader]) expectRefusal(() => open(file), file, 'foreign');
    expect(readFileSync(file, 'utf8')).toContain('Dear diary');
  });

  test('an emptied file beside a full log is damage, not a new recording', () => {
    const file = scratchFile();
    writeFileSync(file, '');
    writeFileSync(`${file}-wal`, 'not empty');
    for (const open of [openWriter, openReader]) expectRefusal(() => open(file), file, 'damaged');
    expect(readFileSync(`${file}-wal`, 'utf8')).toBe('not empty');
  });

  test('pages of rubbish are a failure of the reading that meets them, never an answer', () => {
    const file = copied(recorded(wholeCourse(200)));
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 8192 * 3, bytes.length - 8192);
    writeFileSync(file, bytes);
    expectRefusal(() => openReader(file).verify(), file, 'damaged');
  });

  test('a missing one is said to be missing', () => {
    const file = scratchFile();
    expect(expectRefusal(() => openReader(file), file, 'missing')).toContain('start the station once');
  });

  test('a directory that cannot be made is said', () => {
    const blocked = scratchFile();
    writeFileSync(blocked, '');
    const file = join(blocked, 'recording.db');
    expectRefusal(() => openWriter(file), file, 'denied');
  });

  test('a directory in its place is said', () => {
    const file = scratchFile();
    mkdirSync(file);
    const failure = failureOf(() => openWriter(file));
    expect(failure.message).toContain(file);
  });
});

describe('two programs', () => {
  test('a second writer is told apart as soon as both have written', () => {
    const file = scratchFile();
    const [first, second] = [writing(file), writing(file)];
    const journal = new Journal();
    first.commit(batch({ entries: [journal.entry(0, bodies.started)] }));
    const late = batch({ entries: [journal.entry(1, bodies.clock(1))] });
    expectRefusal(() => second.commit(late), file, 'shared');
    first.commit(late);
    expect(reading(file).head(BED)?.seq).toBe(2);
  });

  test('a reader sees what was committed while it is open, and cannot write', () => {
    const file = scratchFile();
    const writer = writing(file);
    const reader = reading(file);
    const [first, ...rest] = wholeCourse(3);
    expect(reader.beds()).toEqual([]);
    if (first) writer.commit(first);
    expect(reader.head(BED)?.seq).toBe(2);
    const walk = reader.entries(BED, 1);
    walk.next();
    for (const one of rest) writer.commit(one);
    expect(reader.head(BED)?.seq).toBe(12);
    expect([...walk]).toHaveLength(1);
  });
});
