import { DatabaseSync } from '@photostructure/sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bedId, monotonicMs } from '$lib/domain/index.ts';
import type { VerifyReport } from '$lib/store/store.ts';
import { batch, BED, bodies, ecgSecond, Journal, session, slice, wholeCourse } from './course.ts';
import { reading, recorded, scratchFile, writing } from './scratch.ts';

const OTHER = bedId('bed-2');

/** A whole course at one bed, a journal without waveforms at another. */
const twoBeds = () => {
  const journal = new Journal(OTHER);
  return recorded([...wholeCourse(20), batch({ entries: [1, 2, 3].map((at) => journal.entry(at, bodies.clock(at))) })]);
};

/** What `verify` says of the first bed after somebody edited the file. */
function afterEdit(sql: string, file = twoBeds()): VerifyReport['beds'][number]['firstBad'] {
  const db = new DatabaseSync(file);
  db.exec(`pragma foreign_keys = off; ${sql}`);
  db.close();
  return reading(file)
    .verify()
    .beds.find(({ bed }) => bed === BED)?.firstBad;
}

const ENTRY = (seq: number) => `bed = 'bed-1' and seq = ${seq}`;
const SIGNAL = (number: number) => `bed = 'bed-1' and number = ${number}`;

describe('an untouched recording', () => {
  test('verifies, with its counts', () => {
    expect(reading(twoBeds()).verify()).toEqual({
      beds: [
        { bed: BED, entryCount: 46, signalCount: 20 },
        { bed: OTHER, entryCount: 3, signalCount: 0 },
      ],
    });
  });

  test('verifies while it is written', () => {
    const file = scratchFile();
    const writer = writing(file);
    const reader = reading(file);
    for (const [index, one] of wholeCourse(12).entries()) {
      writer.commit(one);
      if (index % 4 === 0) expect(reader.verify().beds[0]?.firstBad).toBeUndefined();
    }
  });

  test('can be verified for one bed', () => {
    expect(
      reading(twoBeds())
        .verify(OTHER)
        .beds.map(({ bed }) => bed),
    ).toEqual([OTHER]);
  });
});

describe('journal', () => {
  test('an edited body is named by number, kind and time', () => {
    const firstBad = afterEdit(`update journal set body = replace(body, '"value":65', '"value":85') where ${ENTRY(9)}`);
    expect(firstBad).toMatchObject({ table: 'journal', row: 9 });
    expect(firstBad?.what).toContain('Entry 9 (observed, 2026-03-01 10:00:05 UTC)');
  });

  test.each([
    'at = at + 1',
    'wall = wall + 1',
    'wall = 1e300',
    'wall = null',
    `kind = 'clock'`,
    'slot = slot + 1',
    'hash = zeroblob(32)',
  ])('an edit of %s is named', (edit) => {
    expect(afterEdit(`update journal set ${edit} where ${ENTRY(9)}`)).toMatchObject({ table: 'journal', row: 9 });
  });

  test('two entries that changed places are named', () => {
    const swap = `update journal set seq = -1 where ${ENTRY(9)}; update journal set seq = 9 where ${ENTRY(11)};
      update journal set seq = 11 where ${ENTRY(-1)}`;
    expect(afterEdit(swap)).toMatchObject({ table: 'journal', row: 9 });
  });

  test('a deleted entry is named', () => {
    const firstBad = afterEdit(`delete from journal where ${ENTRY(9)}`);
    expect(firstBad).toMatchObject({ table: 'journal', row: 9 });
    expect(firstBad?.what).toContain('Entry 9 is missing');
    expect(firstBad?.what).toContain('entry 10 (clock, 2026-03-01 10:00:06 UTC)');
  });

  test('a deleted entry is named even when all later ones were renumbered', () => {
    const renumber = `delete from journal where ${ENTRY(9)};
      update journal set seq = -seq where bed = 'bed-1' and seq > 9; update journal set seq = -seq - 1 where seq < 0`;
    expect(afterEdit(renumber)).toMatchObject({ table: 'journal', row: 9 });
  });

  test('a cut end is named by the seal that binds it', () => {
    const firstBad = afterEdit(`delete from journal where bed = 'bed-1' and seq > 44`);
    expect(firstBad).toMatchObject({ table: 'seal' });
    expect(firstBad?.what).toContain('the journal ends at entry 44');
  });

  test('a cut end is named by a snapshot, too', () => {
    const journal = new Journal();
    const entries = [1, 2, 3].map((at) => journal.entry(at, bodies.clock(at)));
    const snapshots = [{ bed: BED, seq: 3, at: monotonicMs(3), ruleSet: 'r1', state: {} }];
    const firstBad = afterEdit(`delete from journal where ${ENTRY(3)}`, recorded([batch({ entries, snapshots })]));
    expect(firstBad).toMatchObject({ table: 'journal', row: 3 });
  });

  test('an entry that review would not find is named', () => {
    const entries = [0, 10_000, 20_000].map((at, index) => new Journal(BED, index).entry(at, bodies.clock(at)));
    for (const edit of ['delete from contents where slot = 1', 'update contents set first_seq = 3 where slot = 1']) {
      const firstBad = afterEdit(edit, recorded([batch({ entries })]));
      expect(firstBad).toMatchObject({ table: 'journal' });
      expect(firstBad?.what).toContain('table of contents');
    }
  });
});

describe('signals', () => {
  const BLOB = "cast(substr(data, 1, 80) || x'7f' || substr(data, 82) as blob)";

  test.each([
    `data = ${BLOB}`,
    'envelope = zeroblob(9)',
    'at = at + 1',
    'duration = 2 * duration',
    `session = 's-2'`,
    'hash = zeroblob(32)',
  ])('an edit of %s is named', (edit) => {
    const firstBad = afterEdit(`update signal set ${edit} where ${SIGNAL(7)}`);
    expect(firstBad).toMatchObject({ table: 'signal', row: 7 });
    expect(firstBad?.what).toContain('Signal row 7 (2026-03-01 10:00:09 UTC)');
  });

  test('a row that review would not find is named', () => {
    const file = recorded([
      batch({ signals: [slice([ecgSecond(0)])] }),
      batch({ signals: [slice([ecgSecond(10_000)])] }),
    ]);
    const firstBad = afterEdit('delete from contents where slot = 1', file);
    expect(firstBad).toMatchObject({ table: 'signal' });
    expect(firstBad?.what).toContain('table of contents');
  });

  test('a deleted row is named', () => {
    expect(afterEdit(`delete from signal where ${SIGNAL(7)}`)).toMatchObject({ table: 'signal', row: 7 });
  });

  test('a cut end is named by the seal that binds it', () => {
    expect(afterEdit(`delete from signal where bed = 'bed-1' and number > 18`)?.what).toContain('end at row 18');
  });
});

describe('seals', () => {
  test.each(['hash = zeroblob(32)', 'journal_head = zeroblob(32)', 'last_seq = last_seq - 1', 'first_number = 0'])(
    'an edit of %s is named',
    (edit) => {
      const firstBad = afterEdit(`update seal set ${edit}`);
      expect(firstBad).toMatchObject({ table: 'seal' });
      expect(firstBad?.what).toContain('session s-1');
    },
  );

  test('a seal that was taken away is missed', () => {
    expect(afterEdit('delete from seal')).toEqual({
      table: 'seal',
      row: 46,
      what: 'Session s-1 has ended, but its seal is missing.',
    });
  });

  test('a session that is still open needs none', () => {
    const entries = [new Journal().entry(0, bodies.session(session()))];
    expect(reading(recorded([batch({ entries })])).verify().beds[0]?.firstBad).toBeUndefined();
  });
});

test('no edit of any byte of any row passes', () => {
  const columns = fc.constantFrom(
    ['journal', 'body'],
    ['journal', 'hash'],
    ['journal', 'bed'],
    ['signal', 'data'],
    ['signal', 'envelope'],
    ['signal', 'hash'],
    ['seal', 'journal_head'],
    ['seal', 'signal_head'],
    ['seal', 'hash'],
  );
  const file = recorded(wholeCourse(4));
  const db = new DatabaseSync(file);
  const reader = reading(file);
  const isClean = () => reader.verify().beds.every(({ firstBad }) => firstBad === undefined);
  fc.assert(
    fc.property(columns, fc.nat(), fc.nat(), ([table = '', column = ''], pick, place) => {
      const count = Number(Object.values(db.prepare(`select count(*) from ${table}`).get() as object)[0]);
      const row = 1 + (pick % count);
      const { value } = db.prepare(`select ${column} as value from ${table} where rowid = ?`).get(row) as {
        value: string | Uint8Array;
      };
      const bytes = Uint8Array.from(Buffer.from(value as string));
      const index = place % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ 1;
      const edited = typeof value === 'string' ? Buffer.from(bytes).toString('latin1') : bytes;
      const put = db.prepare(`update ${table} set ${column} = ? where rowid = ?`);
      db.exec('pragma foreign_keys = off');
      put.run(edited, row);
      expect(isClean()).toBe(false);
      put.run(value, row);
    }),
    { numRuns: 60 },
  );
  expect(isClean()).toBe(true);
  db.close();
});
