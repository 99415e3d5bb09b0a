import { describe, expect, test } from 'vitest';
import { bedId, monotonicMs, type Priority, sessionId, wallMs } from '$lib/domain/index.ts';
import {
  alarm,
  batch,
  BED,
  bodies,
  ecgSecond,
  Journal,
  session,
  SESSION,
  slice,
  WALL_AT_ZERO,
  wholeCourse,
} from './course.ts';
import { reading, recorded } from './scratch.ts';

describe('a session', () => {
  test('is listed from the command that admitted it to the entry that closed it, with its seal', () => {
    const reader = reading(recorded(wholeCourse(30)));
    const row = reader.session(SESSION);
    expect(row).toMatchObject({
      id: SESSION,
      bed: BED,
      identifier: 'K-4711',
      shortName: 'AB',
      isSimulated: true,
      from: 2000,
      to: 33_500,
      firstSeq: 2,
      lastSeq: 66,
      admittedWall: WALL_AT_ZERO + 2000,
      endedWall: WALL_AT_ZERO + 33_500,
      alarms: { high: 1, medium: 0, low: 0 },
      seal: { entryCount: 65, signalCount: 30 },
    });
    expect(row?.seal?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(reader.sessions()).toEqual([row]);
  });

  test('has no end and no seal while it is open', () => {
    const row = reading(recorded(wholeCourse(5).slice(0, -1))).session(SESSION);
    expect(row).toMatchObject({ firstSeq: 2, from: 2000 });
    expect(Object.keys(row ?? {})).not.toEqual(expect.arrayContaining(['to']));
    expect(row).not.toHaveProperty('seal');
    expect(row).not.toHaveProperty('lastSeq');
  });

  test('shows what its latest entry says', () => {
    const plan = {
      template: 'depression',
      drug: 'ketamine',
      concentrationMgPerMl: 1,
      doseMgPerKg: 0.5,
      durationMin: 40,
      weightKg: 72,
      nibpIntervalMin: { infusion: 5, observation: 15 },
    };
    const journal = new Journal();
    const entries = [
      journal.entry(0, bodies.session(session())),
      journal.entry(9, { kind: 'session', cause: 'plan', session: { ...session(), plan } }),
    ];
    expect(reading(recorded([batch({ entries })])).session(SESSION)).toMatchObject({ firstSeq: 1, from: 0, plan });
  });

  test('without a clock before it, the calendar time of its admission is not known', () => {
    const entries = [new Journal().entry(0, bodies.session(session()))];
    const row = reading(recorded([batch({ entries })])).session(SESSION);
    expect(row).not.toHaveProperty('admittedWall');
  });

  test('follows the calendar clock from its last step on', () => {
    const journal = new Journal();
    const entries = [
      journal.entry(0, bodies.started),
      journal.entry(1000, bodies.clock(1000, 3_600_000)),
      journal.entry(5000, bodies.session(session())),
    ];
    const row = reading(recorded([batch({ entries })])).session(SESSION);
    expect(row?.admittedWall).toBe(WALL_AT_ZERO + 5000 + 3_600_000);
  });

  test('that a second batch closes again keeps its seal', () => {
    const batches = wholeCourse(3);
    const again = batch({ entries: [new Journal(BED, 12).entry(9000, bodies.session(session('closed'), 'ended'))] });
    const before = reading(recorded(batches)).session(SESSION)?.seal;
    expect(reading(recorded([...batches, again])).session(SESSION)?.seal).toEqual(before);
  });

  test('is closed by a phase entry alone, too', () => {
    const journal = new Journal();
    const entries = [journal.entry(0, bodies.session(session())), journal.entry(9, bodies.closed)];
    expect(reading(recorded([batch({ entries })])).session(SESSION)).toMatchObject({
      lastSeq: 2,
      seal: { signalCount: 0 },
    });
  });

  test('binds the signals that came with its last entries', () => {
    const journal = new Journal();
    const admitted = batch({
      entries: [journal.entry(0, bodies.session(session()))],
      signals: [slice([ecgSecond(0)])],
    });
    const ended = batch({ entries: [journal.entry(1000, bodies.closed)], signals: [slice([ecgSecond(1000)])] });
    expect(reading(recorded([admitted, ended])).session(SESSION)).toMatchObject({ seal: { signalCount: 2 } });
  });
});

describe('alarms of a session', () => {
  const counted = (changes: readonly ReturnType<typeof bodies.alarm>[]) => {
    const journal = new Journal();
    const bodiesInOrder = [bodies.session(session()), ...changes];
    const entries = bodiesInOrder.map((body, at) => journal.entry(at, body));
    return reading(recorded([batch({ entries })])).session(SESSION)?.alarms;
  };
  const one = (id: string, priority: Priority) => alarm(id, priority);

  test('count once each, at the highest priority they reached', () => {
    const changes = [
      bodies.alarm(one('a', 'low'), 'signalled'),
      bodies.alarm(one('a', 'high'), 'priority-raised'),
      bodies.alarm(one('a', 'medium'), 'priority-lowered'),
      bodies.alarm(one('b', 'low'), 'signalled'),
      bodies.alarm(one('b', 'medium'), 'signalled'),
      bodies.alarm(one('b', 'low'), 'returned'),
      bodies.alarm(one('c', 'notice'), 'signalled'),
    ];
    expect(counted(changes)).toEqual({ high: 1, medium: 1, low: 0 });
  });

  test('that were never signalled do not count', () => {
    expect(counted([bodies.alarm(one('a', 'high'), 'noticed'), bodies.alarm(one('a', 'high'), 'withdrawn')])).toEqual({
      high: 0,
      medium: 0,
      low: 0,
    });
  });

  test('before and after a session belong to none', () => {
    const journal = new Journal();
    const batches = [
      bodies.alarm(one('a', 'high'), 'signalled'),
      bodies.session(session()),
      bodies.closed,
      bodies.alarm(one('b', 'high'), 'signalled'),
    ].map((body, at) => batch({ entries: [journal.entry(at, body)] }));
    expect(reading(recorded(batches)).session(SESSION)?.alarms.high).toBe(0);
  });
});

describe('the list', () => {
  const [A, B] = [bedId('bed-1'), bedId('bed-2')];
  const file = () => {
    const [a, b] = [new Journal(A), new Journal(B)];
    const admitted = (journal: Journal, id: string, at: number) =>
      journal.entry(at, bodies.session(session('setup', sessionId(id), at)));
    const entries = [
      a.entry(0, bodies.started),
      b.entry(0, bodies.started),
      admitted(a, 'first', 1000),
      admitted(b, 'second', 2000),
      a.entry(2500, bodies.closed),
      admitted(a, 'third', 3000),
    ];
    return recorded([batch({ entries })]);
  };
  const ids = (filter?: Parameters<ReturnType<typeof reading>['sessions']>[0]) =>
    reading(file())
      .sessions(filter)
      .map(({ id }) => id);

  test('is newest first', () => {
    expect(ids()).toEqual(['third', 'second', 'first']);
  });

  test('can be cut by bed, by calendar time and by length', () => {
    expect(ids({ bed: A })).toEqual(['third', 'first']);
    expect(ids({ before: wallMs(WALL_AT_ZERO + 3000) })).toEqual(['second', 'first']);
    expect(ids({ limit: 1 })).toEqual(['third']);
  });

  test('knows nothing of a session that was never admitted', () => {
    expect(reading(file()).session(sessionId('nobody'))).toBeUndefined();
  });

  test('a session opened after another was closed in the same batch is not closed with it', () => {
    const rows = reading(file()).sessions({ bed: A });
    expect(rows.map(({ to }) => to)).toEqual([undefined, monotonicMs(2500)]);
  });
});
