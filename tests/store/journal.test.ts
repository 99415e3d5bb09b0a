import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bedId, type JournalEntry, monotonicMs } from '$lib/domain/index.ts';
import { KIND_BITS } from '$lib/store/entry-kinds.ts';
import { batch, BED, bodies, ecgSecond, Journal, session, slice, WALL_AT_ZERO, wholeCourse } from './course.ts';
import { reading, recorded, scratchFile, writing } from './scratch.ts';

const numbers = (entries: Iterable<JournalEntry>): number[] => Array.from(entries, ({ seq }) => seq);

describe('entries', () => {
  test('come back as they were written, whatever they hold', () => {
    const at = fc.nat({ max: 2 ** 31 - 1 }).map((microseconds) => microseconds / 1000);
    // JSON writes negative zero as zero: the one value that is not kept, and that nothing tells apart.
    const value = fc.jsonValue().map((written): unknown => JSON.parse(JSON.stringify(written)));
    fc.assert(
      fc.property(fc.array(fc.tuple(at, value), { maxLength: 30 }), (values) => {
        const journal = new Journal();
        const entries = values.map(([at, extra]) => journal.entry(at, { ...bodies.heartRate(at, 60), ...{ extra } }));
        expect([...reading(recorded([batch({ entries })])).entries(BED, 1)]).toEqual(entries);
      }),
      { numRuns: 25 },
    );
  });

  test.each([Number.NaN, Infinity, -Infinity])('keep %d, for which JSON has no word', (value) => {
    const entries = [new Journal().entry(0, bodies.heartRate(0, value))];
    expect([...reading(recorded([batch({ entries })])).entries(BED, 1)]).toEqual(entries);
  });

  test('can be read from any number to any number, over many slots and chunks', () => {
    const journal = new Journal();
    const entries = Array.from({ length: 1300 }, (_, i) => journal.entry(i * 700, bodies.clock(i * 700)));
    const reader = reading(recorded([batch({ entries })]));
    expect(numbers(reader.entries(BED, 1))).toEqual(numbers(entries));
    expect(numbers(reader.entries(BED, 640, 1161))).toEqual(numbers(entries.slice(639, 1161)));
    expect(numbers(reader.entries(BED, -5, 2))).toEqual([1, 2]);
    expect(numbers(reader.entries(BED, 1300, 9999))).toEqual([1300]);
    expect(numbers(reader.entries(BED, 1301))).toEqual([]);
    expect(numbers(reader.entries(bedId('nobody'), 1))).toEqual([]);
  });

  test('of chosen kinds leave out the others', () => {
    const found = reading(recorded(wholeCourse(30))).entries(BED, 1, Infinity, ['session', 'alarm']);
    expect(Array.from(found, ({ body }) => body.kind)).toEqual(['session', 'alarm', 'session']);
  });

  test('every kind has a bit of its own', () => {
    const bits = Object.values(KIND_BITS);
    expect(bits.every((bit) => bit > 0 && (bit & (bit - 1)) === 0)).toBe(true);
    expect(new Set(bits).size).toBe(bits.length);
  });

  test('of a kind that nobody knows are none', () => {
    expect([...reading(recorded(wholeCourse(3))).entries(BED, 1, Infinity, ['unheard-of'])]).toEqual([]);
  });

  test('are all found when signals ran ahead of them into the next slot', () => {
    const journal = new Journal();
    const file = recorded([
      batch({ entries: [journal.entry(9000, bodies.started)], signals: [slice([ecgSecond(10_010)])] }),
      batch({ entries: [journal.entry(9990, bodies.clock(9990)), journal.entry(10_500, bodies.clock(10_500))] }),
    ]);
    const reader = reading(file);
    expect([1, 2, 3].map((seq) => numbers(reader.entries(BED, seq, seq)))).toEqual([[1], [2], [3]]);
    expect(reader.verify().beds).toMatchObject([{ entryCount: 3 }]);
    expect(reader.verify().beds[0]?.firstBad).toBeUndefined();
  });

  test('of several beds do not mix', () => {
    const other = bedId('bed-2');
    const [mine, theirs] = [new Journal(), new Journal(other)];
    const entries = [1, 2, 3].flatMap((i) => [mine.entry(i, bodies.clock(i)), theirs.entry(i, bodies.clock(i))]);
    const reader = reading(recorded([batch({ entries })]));
    expect([...reader.entries(other, 1)]).toEqual(entries.filter(({ bed }) => bed === other));
    expect(reader.beds()).toEqual([BED, other]);
  });
});

describe('head', () => {
  test('is the last entry written, and nothing for a bed that has none', () => {
    const reader = reading(recorded(wholeCourse(30)));
    const last = wholeCourse(30).at(-1)?.entries.at(-1);
    expect(reader.head(BED)).toEqual({ seq: last?.seq, at: last?.at });
    expect(reader.head(bedId('nobody'))).toBeUndefined();
  });

  test('is not hidden by signals that came after the last entry', () => {
    const entries = [new Journal().entry(0, bodies.started)];
    const file = recorded([batch({ entries }), batch({ signals: [slice([ecgSecond(60_000)])] })]);
    expect(reading(file).head(BED)).toEqual({ seq: 1, at: 0 });
  });
});

describe('a writer that is opened again', () => {
  test('goes on where the file ends', () => {
    const file = recorded(wholeCourse(3));
    const seq = reading(file).head(BED)?.seq ?? 0;
    recorded([batch({ entries: [new Journal(BED, seq).entry(90_000, bodies.started)] })], file);
    const { beds } = reading(file).verify();
    expect(beds).toEqual([{ bed: BED, entryCount: seq + 1, signalCount: 3 }]);
  });

  test('still knows the calendar', () => {
    const file = recorded([batch({ entries: [new Journal().entry(0, bodies.started)] })]);
    recorded([batch({ entries: [new Journal(BED, 1).entry(2000, bodies.session(session()))] })], file);
    expect(reading(file).sessions()[0]?.admittedWall).toBe(WALL_AT_ZERO + 2000);
  });
});

describe('numbering', () => {
  const first = () => batch({ entries: [new Journal().entry(0, bodies.started)] });

  test('a batch that comes twice is written once', () => {
    const writer = writing(scratchFile());
    expect(() => [0, 1].forEach(() => writer.commit(first()))).not.toThrow();
  });

  test('the same signals alone, twice, are written once', () => {
    const signals = batch({ signals: [slice([ecgSecond(0)])] });
    const file = recorded([first(), signals, signals]);
    expect(reading(file).verify().beds).toMatchObject([{ signalCount: 1 }]);
  });

  test('the same signals alone, twice, are written once also when a slice without samples comes last', () => {
    const signals = batch({ signals: [slice([ecgSecond(0)]), slice([])] });
    const file = recorded([first(), signals, signals]);
    expect(reading(file).verify().beds).toMatchObject([{ signalCount: 1 }]);
  });

  test('an entry with a number that is taken by another is refused, and nothing of its batch remains', () => {
    const file = scratchFile();
    const writer = writing(file);
    writer.commit(first());
    const other = batch({ entries: [new Journal().entry(0, bodies.clock(5))], signals: [slice([ecgSecond(0)])] });
    expect(() => writer.commit(other)).toThrow('bed-1');
    expect(reading(file).verify().beds).toEqual([{ bed: BED, entryCount: 1, signalCount: 0 }]);
  });

  test('an entry after a hole is refused, and the right one is taken afterwards', () => {
    const file = scratchFile();
    const writer = writing(file);
    writer.commit(first());
    expect(() => writer.commit(batch({ entries: [new Journal(BED, 2).entry(9, bodies.clock(9))] }))).toThrow('entry 3');
    writer.commit(batch({ entries: [new Journal(BED, 1).entry(9, bodies.clock(9))] }));
    expect(reading(file).head(BED)?.seq).toBe(2);
  });
});

test('a batch that fails in its middle leaves the next one undisturbed', () => {
  const file = scratchFile();
  const writer = writing(file);
  const journal = new Journal();
  const good = [journal.entry(0, bodies.started), journal.entry(1, bodies.clock(1))];
  const holed = [...good, new Journal(BED, 9).entry(2, bodies.clock(2))];
  expect(() => writer.commit(batch({ entries: holed, signals: [slice([ecgSecond(0)])] }))).toThrow('entry 10');
  writer.commit(batch({ entries: good, signals: [slice([ecgSecond(0)])] }));
  expect(reading(file).verify().beds).toEqual([{ bed: BED, entryCount: 2, signalCount: 1 }]);
});

describe('snapshots', () => {
  const snapshot = (seq: number, stateVersion = 1) => ({
    bed: BED,
    seq,
    at: monotonicMs(seq),
    stateVersion,
    state: { seq },
  });
  const entries = () => {
    const journal = new Journal();
    return [1, 2, 3].map((at) => journal.entry(at, bodies.clock(at)));
  };

  test('the last one of the same version of the state is given', () => {
    const snapshots = [snapshot(1), snapshot(2), snapshot(3, 2)];
    const reader = reading(recorded([batch({ entries: entries(), snapshots })]));
    expect(reader.lastSnapshot(BED, 1)).toEqual(snapshot(2));
    expect(reader.lastSnapshot(BED, 3)).toBeUndefined();
  });

  test('only the latest two are kept', () => {
    const snapshots = [snapshot(1, 2), snapshot(2), snapshot(3)];
    expect(reading(recorded([batch({ entries: entries(), snapshots })])).lastSnapshot(BED, 2)).toBeUndefined();
  });

  test('one that is ahead of the journal is refused', () => {
    expect(() => recorded([batch({ entries: entries(), snapshots: [snapshot(4)] })])).toThrow('snapshot');
  });
});
