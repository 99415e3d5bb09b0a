/** What a chain cannot tell by itself: that its end was cut off; and the overview, which must be what the samples say. */
import { describe, expect, test } from 'vitest';
import { monotonicMs } from '$lib/domain/index.ts';
import { batch, BED, bodies, ecgSecond, Journal, session, slice } from './course.ts';
import { afterEdit } from './edits.ts';
import { recorded } from './scratch.ts';

describe('a cut end of the journal', () => {
  const entries = () => [0, 1, 10_000].map((at, index) => new Journal(BED, index).entry(at, bodies.clock(at)));

  test('is named by the list of sessions', () => {
    expect(afterEdit(`delete from journal where bed = 'bed-1' and seq > 44`)).toEqual({
      table: 'journal',
      row: 45,
      what:
        'Entries 45 to 46 are missing at the end: a snapshot, the list of sessions or the table of contents ' +
        'names one that is not there.',
    });
  });

  test('is named by the seal that binds it, when the list of sessions was mended', () => {
    const firstBad = afterEdit(`delete from journal where bed = 'bed-1' and seq > 44;
      update session set latest_seq = 3, last_seq = null`);
    expect(firstBad).toMatchObject({ table: 'seal', row: 46 });
    expect(firstBad?.what).toContain('the journal ends at entry 44');
  });

  test('is named by a snapshot', () => {
    const snapshots = [{ bed: BED, seq: 2, at: monotonicMs(2), stateVersion: 1, state: {} }];
    const file = recorded([
      batch({ entries: entries().slice(0, 1) }),
      batch({ entries: entries().slice(1, 2), snapshots }),
    ]);
    expect(afterEdit('delete from journal where seq > 1', file)).toMatchObject({ table: 'journal', row: 2 });
  });

  test('is named by the table of contents', () => {
    const file = recorded([batch({ entries: entries() })]);
    expect(afterEdit('delete from journal where slot = 1', file)).toMatchObject({ table: 'journal', row: 3 });
  });
});

describe('a cut end of the signals', () => {
  const minutes = () => recorded([0, 1, 60, 61, 120].map((s) => batch({ signals: [slice([ecgSecond(1000 * s)])] })));

  test('is named by the seal that binds it', () => {
    expect(afterEdit(`delete from signal where bed = 'bed-1' and number > 18`)?.what).toContain('end at row 18');
  });

  test.each([
    ['the minute that is open', 4, 5],
    ['the end of one that is summed up', 3, 5],
    ['everything', 0, 5],
  ])('is named by an overview: %s', (_what, left, last) => {
    const firstBad = afterEdit(`delete from signal where number > ${left}`, minutes());
    expect(firstBad).toMatchObject({ table: 'signal', row: left + 1 });
    expect(firstBad?.what).toContain(`${left + 1} to ${last} are missing at the end`);
  });

  test('is named by the overview itself, when the list of beds was mended', () => {
    const firstBad = afterEdit('delete from signal where number > 3; update bed set summed = 2, minute = 1', minutes());
    expect(firstBad?.what).toContain('4 to 4 are missing at the end');
  });

  test('is named by a session that began after it', () => {
    const seconds = [0, 1].map((s) => batch({ signals: [slice([ecgSecond(1000 * s)])] }));
    const admitted = batch({ entries: [new Journal().entry(2000, bodies.session(session()))] });
    const firstBad = afterEdit('delete from signal where number > 1', recorded([...seconds, admitted]));
    expect(firstBad?.what).toContain('2 to 2 are missing at the end');
  });
});

describe('the overview', () => {
  const minutes = () => recorded([0, 60, 120].map((s) => batch({ signals: [slice([ecgSecond(1000 * s)])] })));

  test.each([
    ['update overview set track = zeroblob(26) where number = 2', 2],
    ['update overview set minute = 7 where number = 2', 2],
    ['delete from overview where number = 1', 1],
    ['update bed set summed = 1', 3],
    ['update bed set minute = 1', 3],
    [`insert into overview (bed, minute, number, track) values ('bed-1', 3, 1, x'')`, 3],
  ])('is what the samples say: %s', (edit, row) => {
    const firstBad = afterEdit(edit, minutes());
    expect(firstBad).toMatchObject({ table: 'signal', row });
    expect(firstBad?.what).toContain(`overview of the signal rows from ${row} on`);
  });
});
