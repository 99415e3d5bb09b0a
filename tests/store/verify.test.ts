import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GENESIS, signalHash } from '$lib/store/hash-chain.server.ts';
import { batch, BED, bodies, ecgSecond, Journal, session, SESSION, slice, wholeCourse } from './course.ts';
import { afterEdit, OTHER, twoBeds } from './edits.ts';
import { reading, recorded, scratchFile, writing } from './scratch.ts';

const ROW = (seq: number) => `bed = 'bed-1' and seq = ${seq}`;
/** A clock, and a heart rate of 65. */
const ROW_OF_8_AND_9 = ROW(8);
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

describe('the alarm log in a recording', () => {
  test('an alarm in which one letter was changed is named', () => {
    const changed = afterEdit(`update journal set entries = replace(entries, 'mmHg, above 180', 'mmHg, above 190')`);
    expect(changed).toMatchObject({ table: 'journal' });
    expect(changed?.what).toMatch(/Entry \d+ \(alarm, 2026-03-01 10:00:\d\d UTC\)/);
  });

  test('has no way of being changed or deleted in the program: the store only adds to the journal', () => {
    const source = readdirSync('src/lib/store', { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(join('src/lib/store', path), 'utf8'))
      .join('\n');
    expect(source).toMatch(/insert into journal\b/i);
    expect(source).not.toMatch(/(delete\s+from|drop\s+table(\s+if\s+exists)?)\s+journal\b/i);
  });
});

describe('journal', () => {
  test('an edited entry is named by number, kind and time, whichever of its row it is', () => {
    const edit = (from: string, to: string) => `update journal set entries = replace(entries, '${from}', '${to}')`;
    const second = afterEdit(`${edit('"value":65', '"value":85')} where ${ROW_OF_8_AND_9}`);
    expect(second).toMatchObject({ table: 'journal', row: 9 });
    expect(second?.what).toContain('Entry 9 (observed, 2026-03-01 10:00:05 UTC)');
    const first = afterEdit(`${edit('"stepMs":0', '"stepMs":1')} where ${ROW_OF_8_AND_9}`);
    expect(first).toMatchObject({ table: 'journal', row: 8 });
    expect(first?.what).toContain('Entry 8 (clock, 2026-03-01 10:00:05 UTC)');
  });

  const LINES = `substr(entries, 1, instr(entries, char(10)) - 1)`;
  test.each([
    ['wall_offset = wall_offset + 1', 8],
    ['wall_offset = 1e300', 8],
    ['wall_offset = 9e999', 8],
    ['wall_offset = null', 8],
    ['kinds = kinds + 2', 8],
    ['slot = slot + 1', 8],
    ['hashes = zeroblob(64)', 8],
    ['hashes = zeroblob(0)', 8],
    ['hashes = substr(hashes, 1, 32)', 9],
    ['hashes = substr(hashes, 1, 63)', 9],
    [`hashes = cast(hashes || x'00' as blob)`, 10],
    [`entries = 'nothing'`, 8],
    [`entries = cast(cast(entries as blob) || x'0041' as text)`, 9],
    [`entries = ${LINES}`, 9],
    [`entries = entries || char(10) || '[5000,{}]'`, 10],
    ['entries = substr(entries, instr(entries, char(10)) + 1) || char(10) || ' + LINES, 8],
    [`entries = ${LINES}, hashes = substr(hashes, 1, 32)`, 9],
  ])('an edit of %s is named', (edit, row) => {
    expect(afterEdit(`update journal set ${edit} where ${ROW_OF_8_AND_9}`)).toMatchObject({ table: 'journal', row });
  });

  test('a calendar that nobody knew cannot become an endless one', () => {
    const file = recorded([batch({ entries: [new Journal().entry(0, bodies.heartRate(0, 60))] })]);
    expect(afterEdit('update journal set wall_offset = 9e999', file)).toMatchObject({ table: 'journal', row: 1 });
  });

  test('two rows that changed places are named', () => {
    const swap = `update journal set seq = -1 where ${ROW_OF_8_AND_9};
      update journal set seq = 8 where ${ROW(10)}; update journal set seq = 10 where ${ROW(-1)}`;
    expect(afterEdit(swap)).toMatchObject({ table: 'journal', row: 8 });
  });

  test('a deleted row is named', () => {
    const firstBad = afterEdit(`delete from journal where ${ROW_OF_8_AND_9}`);
    expect(firstBad).toMatchObject({ table: 'journal', row: 8 });
    expect(firstBad?.what).toContain('Entry 8 is missing');
    expect(firstBad?.what).toContain('entry 10 (clock, 2026-03-01 10:00:06 UTC)');
  });

  test('a deleted row is named even when all later ones were renumbered', () => {
    const renumber = `delete from journal where ${ROW_OF_8_AND_9};
      update journal set seq = -seq where bed = 'bed-1' and seq > 8; update journal set seq = -seq - 2 where seq < 0`;
    expect(afterEdit(renumber)).toMatchObject({ table: 'journal', row: 8 });
  });

  test('a row that review would not find is named', () => {
    const entries = [0, 10_000, 20_000].map((at, index) => new Journal(BED, index).entry(at, bodies.clock(at)));
    for (const edit of ['delete from contents where slot = 1', 'update contents set first_seq = 3 where slot = 1']) {
      const firstBad = afterEdit(edit, recorded([batch({ entries })]));
      expect(firstBad).toMatchObject({ table: 'journal' });
      expect(firstBad?.what).toContain('table of contents');
    }
  });

  test('a bed that was taken off the list is named', () => {
    const firstBad = afterEdit(`delete from bed where bed = 'bed-1'`);
    expect(firstBad).toMatchObject({ table: 'journal', row: 1 });
    expect(firstBad?.what).toContain('not in the list of beds');
  });
});

describe('signals', () => {
  const BLOB = "cast(substr(data, 1, 80) || x'7f' || substr(data, 82) as blob)";

  test.each([
    `data = ${BLOB}`,
    `data = cast(data || x'00' as blob)`,
    'at = at + 1',
    'duration = 2 * duration',
    'wall = wall + 1',
    'wall = null',
    'slot = slot + 1',
    `session = 's-2'`,
    'hash = zeroblob(32)',
  ])('an edit of %s is named', (edit) => {
    const firstBad = afterEdit(`update signal set ${edit} where ${SIGNAL(7)}`);
    expect(firstBad).toMatchObject({ table: 'signal', row: 7 });
    expect(firstBad?.what).toMatch(/^Signal row 7 \(.* does not follow/);
  });

  test('a row is named by its number and time', () => {
    const what = afterEdit(`update signal set hash = zeroblob(32) where ${SIGNAL(7)}`)?.what;
    expect(what).toContain('Signal row 7 (2026-03-01 10:00:09 UTC)');
  });

  test('a row that review would not find is named', () => {
    const file = recorded([0, 10_000].map((at) => batch({ signals: [slice([ecgSecond(at)])] })));
    const firstBad = afterEdit('delete from contents where slot = 1', file);
    expect(firstBad).toMatchObject({ table: 'signal' });
    expect(firstBad?.what).toContain('table of contents');
  });

  test('samples that nobody can decode are named, though somebody made the hash fit', () => {
    const row = { slot: 0, bed: BED, number: 1, session: SESSION, at: 0, duration: 1000, wall: null };
    const data = Uint8Array.of(0xff);
    const hash = Buffer.from(signalHash(GENESIS, { ...row, data })).toString('hex');
    const file = recorded([batch({ signals: [slice([ecgSecond(0)])] })]);
    const firstBad = afterEdit(`update signal set data = x'ff', hash = x'${hash}'`, file);
    expect(firstBad).toEqual({
      table: 'signal',
      row: 1,
      what: "Signal row 1 (0 ms on the station's clock) cannot be decoded.",
    });
  });

  test('a deleted row is named', () => {
    expect(afterEdit(`delete from signal where ${SIGNAL(7)}`)).toMatchObject({ table: 'signal', row: 7 });
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

describe('no edit passes', () => {
  type Value = string | number | null | Uint8Array;
  type Values = readonly Value[];

  /** One bit of a text or a blob; another number for a number. */
  function edited(value: Value, pick: number): Value {
    if (typeof value === 'number') return value + 1000 + pick;
    if (value === null) return pick;
    const bytes = Uint8Array.from(Buffer.from(value as string));
    const index = pick % bytes.length;
    bytes[index] = (bytes[index] ?? 0) ^ (1 << (typeof value === 'string' ? 0 : pick % 8));
    return typeof value === 'string' ? Buffer.from(bytes).toString('latin1') : bytes;
  }

  /** `row`, by which SQLite keeps the rows in order, is none of ours. */
  test.each(['journal', 'signal', 'seal', 'contents', 'overview', 'bed'])('of any value of any row of %s', (table) => {
    const file = recorded([...wholeCourse(61), ...wholeCourse(2, OTHER).slice(0, 3)]);
    const db = new DatabaseSync(file);
    db.exec('pragma foreign_keys = off');
    const reader = reading(file);
    const isClean = () => reader.verify().beds.every(({ firstBad }) => firstBad === undefined);
    const columns = (db.prepare(`pragma table_info(${table})`).all() as { name: string }[]).map(({ name }) => name);
    const rows = db
      .prepare(`select * from ${table}`)
      .all()
      .map((row) => Object.values(row as object) as Values);
    const take = db.prepare(`delete from ${table} where ${columns.map((name) => `${name} is ?`).join(' and ')}`);
    const put = db.prepare(`insert into ${table} values (${columns.map(() => '?').join(', ')})`);
    const replace = (before: Values, after: Values) => {
      take.run(...before);
      put.run(...after);
    };
    const place = fc.constantFrom(...columns.flatMap((name, index) => (name === 'row' ? [] : [index])));
    fc.assert(
      fc.property(fc.constantFrom(...rows), place, fc.nat({ max: 10_000 }), (row, index, pick) => {
        const edit = row.with(index, edited(row[index] ?? null, pick));
        replace(row, edit);
        const isFound = !isClean();
        replace(edit, row);
        expect(isFound, `${table}.${columns[index]}`).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(isClean()).toBe(true);
    db.close();
  });
});
