/** Replay equals live: the same inputs give the same conclusions, byte for byte, also across a snapshot and a crash. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  bedId,
  deviceId,
  isInput,
  monotonicMs,
  sessionId,
  wallMs,
  type BedInput,
  type JournalEntry,
  type MonotonicMs,
} from '$lib/domain/index.ts';
import { BedFold, compareReplay, emptyBed, type BedState } from '$lib/bedside/index.ts';
import { MONITOR, NURSE, PLAN, PUMP } from '../support/bed.ts';

const BED = bedId('bed-1');
const start = (): { state: BedState; seq: number } => ({ state: emptyBed(BED, monotonicMs(0)), seq: 0 });

const device = (id: string, state: 'live' | 'silent'): BedInput => ({
  kind: 'device',
  status: {
    device: deviceId(id),
    role: id === 'pump' ? 'pump' : 'monitor',
    at: monotonicMs(0),
    state,
    label: id,
    freshness: { staleAfterMs: 3000, expiredAfterMs: 10_000 },
    isSimulated: true,
  },
});

const command = (id: number, body: Extract<BedInput, { kind: 'command' }>['envelope']['command']): BedInput => ({
  kind: 'command',
  envelope: { id: `c${id}`, bed: BED, by: NURSE, command: body },
});

const PROLOGUE: readonly BedInput[] = [
  { kind: 'clock', wallTime: wallMs(1_800_000_000_000), stepMs: 0 },
  device('monitor', 'live'),
  device('pump', 'live'),
  command(0, {
    type: 'admit',
    session: sessionId('s1'),
    patient: { identifier: 'T-1', weightKg: 70 },
    isSimulated: true,
  }),
  command(1, { type: 'set-plan', plan: PLAN }),
];

/** Anything that can happen to a bed, likely and unlikely. */
const anyInput: fc.Arbitrary<(at: MonotonicMs) => BedInput> = fc.oneof(
  fc.record({ heartRate: fc.integer({ min: 30, max: 180 }), spo2: fc.integer({ min: 70, max: 100 }) }).map(
    (values) => (at: MonotonicMs) =>
      ({
        kind: 'observed',
        observation: {
          kind: 'numerics',
          source: MONITOR,
          at,
          values: { heartRate: { value: values.heartRate }, spo2: { value: values.spo2 } },
        },
      }) satisfies BedInput,
  ),
  fc.tuple(fc.integer({ min: 80, max: 220 }), fc.integer({ min: 40, max: 130 })).map(
    ([systolic, diastolic]) =>
      (at: MonotonicMs) =>
        ({
          kind: 'observed',
          observation: { kind: 'nibp', source: MONITOR, at, measuredAt: at, systolic, diastolic },
        }) satisfies BedInput,
  ),
  fc
    .record({
      state: fc.constantFrom('infusing', 'stopped', 'complete', 'alarm', 'bolus', 'kvo', 'disconnected', 'unknown'),
      channel: fc.constantFrom('p1', 'p2'),
      source: fc.constantFrom(PUMP, deviceId('pump-2')),
      rateMlPerHour: fc.constantFrom(0, 10, 52.5),
      isCounted: fc.boolean(),
      drugName: fc.constantFrom('Ketamine', 'NaCl', undefined),
    })
    .map(
      ({ isCounted, drugName, ...said }) =>
        (at: MonotonicMs) =>
          ({
            kind: 'observed',
            observation: {
              kind: 'infusion',
              at,
              alarms: [],
              ...said,
              ...(drugName !== undefined && { drugName }),
              ...(isCounted && { volumeInfusedMl: at / 1e5 }),
            },
          }) satisfies BedInput,
    ),
  fc
    .record({
      n: fc.integer({ min: 0, max: 99 }),
      role: fc.constantFrom('therapy', 'carrier', undefined),
      mgPerMl: fc.constantFrom(1, 2, undefined),
      since: fc.constantFrom('admission', 'now'),
    })
    .map(
      ({ n, role, mgPerMl, since }) =>
        () =>
          command(3000 + n, {
            type: 'set-channel',
            channel: n % 2 === 0 ? 'p1' : 'p2',
            since,
            reason: 'because',
            ...(role !== undefined && { role }),
            ...(mgPerMl !== undefined && { concentrationMgPerMl: mgPerMl }),
          }),
    ),
  fc.integer({ min: 0, max: 9 }).map((n) => () => command(4000 + n, { type: 'reset-channel', channel: 'p1' })),
  fc.constantFrom('live', 'silent').map((state) => () => device('monitor', state)),
  fc
    .integer({ min: 1, max: 12 })
    .map((n) => () => command(1000 + n, { type: 'acknowledge', alarm: `bed-1:${n}` as never })),
  fc.integer({ min: 0, max: 99 }).map((n) => () => command(2000 + n, { type: 'pause-audio' })),
);

const history = fc.array(fc.tuple(fc.integer({ min: 0, max: 30_000 }), anyInput), { maxLength: 50 });

/** Lives through a history as the core would, with the clock moving on its own between the inputs. */
function live(events: readonly (readonly [number, (at: MonotonicMs) => BedInput])[]): {
  journal: readonly JournalEntry[];
  fold: BedFold;
  snapshots: readonly { state: BedState; seq: number }[];
} {
  const journal: JournalEntry[] = [];
  const snapshots: { state: BedState; seq: number }[] = [];
  const fold = new BedFold(start(), (entry) => journal.push(entry));
  PROLOGUE.forEach((input, i) => fold.input(monotonicMs(i), input));
  let now = PROLOGUE.length;
  for (const [waitMs, make] of events) {
    now += waitMs;
    fold.advance(monotonicMs(now - (waitMs % 400)));
    fold.input(monotonicMs(now), make(monotonicMs(now)));
    snapshots.push({ state: fold.state, seq: fold.seq });
  }
  return { journal, fold, snapshots };
}

const asStored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('a bed that lives by its journal', () => {
  /** What is told after a monitor fell silent in the first second, and nothing but this input came in the sixtieth. */
  const silent = (last: BedInput): readonly JournalEntry[] => {
    const journal: JournalEntry[] = [];
    const fold = new BedFold(start(), (entry) => journal.push(entry));
    PROLOGUE.forEach((input, i) => fold.input(monotonicMs(i), input));
    fold.input(monotonicMs(1000), device('monitor', 'silent'));
    fold.input(monotonicMs(60_000), last);
    return journal.filter(({ at }) => at > 1000);
  };

  test('goes on from the number and the state that it is given', () => {
    const journal: JournalEntry[] = [];
    const begun = { ...emptyBed(BED, monotonicMs(7000)), cuffFailures: 3 };
    const fold = new BedFold({ state: begun, seq: 41 }, (entry) => journal.push(entry));
    expect([fold.seq, fold.state]).toEqual([41, begun]);
    fold.input(monotonicMs(8000), device('monitor', 'live'));
    expect(journal.map(({ seq, at, bed }) => [seq, at, bed])).toEqual([[42, 8000, BED]]);
    expect(fold.seq).toBe(42);
    expect(fold.state).toMatchObject({ now: 8000, cuffFailures: 3, devices: [{ device: 'monitor' }] });
  });

  test('hands an input out before what is concluded from it', () => {
    const journal: JournalEntry[] = [];
    let known = -1;
    const fold: BedFold = new BedFold(start(), (entry) => {
      if (entry.body.kind === 'device') known = fold.state.devices.length;
      journal.push(entry);
    });
    PROLOGUE.slice(0, 2).forEach((input, i) => fold.input(monotonicMs(i), input));
    expect(known).toBe(0);
    PROLOGUE.slice(3).forEach((input, i) => fold.input(monotonicMs(10 + i), input));
    expect(journal.slice(2, 4).map(({ body }) => body.kind)).toEqual(['command', 'session']);
  });

  test('takes an input that is dated before its own time at its own time', () => {
    const journal: JournalEntry[] = [];
    const fold = new BedFold({ state: emptyBed(BED, monotonicMs(7000)), seq: 0 }, (entry) => journal.push(entry));
    fold.input(monotonicMs(6000), device('monitor', 'live'));
    expect(journal.map(({ at }) => at)).toEqual([7000]);
    expect(fold.state.now).toBe(7000);
  });

  test('lets no tick happen while the core was down: nobody watched', () => {
    const wallTime = wallMs(1_800_000_060_000);
    const [first] = silent({ kind: 'started', version: '1', stateVersion: 5, wallTime });
    expect(first).toMatchObject({ at: 60_000, body: { kind: 'started' } });
    const [ticked] = silent({ kind: 'clock', wallTime, stepMs: 0 });
    expect(ticked?.body.kind).toBe('alarm');
    expect(ticked?.at).toBeLessThan(10_000);
  });
});

describe('replay', () => {
  test('a conclusion that was not recorded, or that does not come again, is named with both sides', () => {
    const { journal } = live([]);
    const last = journal.at(-1);
    if (last?.body.kind !== 'session') throw new Error('the plan is told last');
    expect(compareReplay(start(), journal.slice(0, -1))).toEqual({
      seq: last.seq,
      recorded: undefined,
      replayed: last,
    });
    const invented: JournalEntry = { ...last, seq: last.seq + 1 };
    expect(compareReplay(start(), [...journal, invented])).toEqual({
      seq: invented.seq,
      recorded: invented,
      replayed: undefined,
    });
  });

  test('the recorded journal, folded again, gives the recorded conclusions', () => {
    fc.assert(
      fc.property(history, (events) => {
        expect(compareReplay(start(), asStored(live(events).journal))).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  test('a bed taken up from a snapshot goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(history, fc.nat(), (events, choice) => {
        const { journal, snapshots, fold } = live(events);
        const snapshot = snapshots[choice % Math.max(1, snapshots.length)];
        if (snapshot === undefined) return;
        const rest = asStored(journal.filter(({ seq }) => seq > snapshot.seq));
        expect(compareReplay(asStored(snapshot), rest)).toBeUndefined();
        const again = new BedFold(asStored(snapshot), () => undefined);
        for (const { at, body } of rest) {
          if (isInput(body)) again.input(at, body);
          else again.advance(at);
        }
        expect(asStored(again.state)).toEqual(asStored(fold.state));
      }),
      { numRuns: 40 },
    );
  });

  test('it does not matter how often the clock is looked at between two inputs', () => {
    const events = [[60_000, () => device('monitor', 'silent')]] as const;
    const once = live(events).journal;
    const journal: JournalEntry[] = [];
    const fold = new BedFold(start(), (entry) => journal.push(entry));
    PROLOGUE.forEach((input, i) => fold.input(monotonicMs(i), input));
    for (let at = 100; at < 60_000; at += 37) fold.advance(monotonicMs(at));
    fold.input(monotonicMs(PROLOGUE.length + 60_000), device('monitor', 'silent'));
    expect(journal).toEqual(once);
  });

  test('entries are numbered from 1 without a hole, and time never runs backwards', () => {
    fc.assert(
      fc.property(history, (events) => {
        const { journal } = live(events);
        journal.forEach((entry, i) => expect(entry.seq).toBe(i + 1));
        journal.forEach((entry, i) => expect(entry.at).toBeGreaterThanOrEqual(journal[i - 1]?.at ?? 0));
      }),
      { numRuns: 30 },
    );
  });

  test.each<[string, (entry: JournalEntry) => JournalEntry]>([
    ['number', (entry) => ({ ...entry, seq: entry.seq + 1 })],
    ['time', (entry) => ({ ...entry, at: monotonicMs(entry.at + 1) })],
    ['bed', (entry) => ({ ...entry, bed: bedId('bed-2') })],
    ['word', (entry) => ({ ...entry, body: { kind: 'audio', cause: 'timeout' } })],
  ])('a conclusion with another %s is found and named', (_, alter) => {
    const journal = asStored(live([]).journal);
    const last = journal.at(-1);
    if (last?.body.kind !== 'session') throw new Error('the plan is told last');
    const altered = alter(last);
    expect(compareReplay(start(), [...journal.slice(0, -1), altered])).toEqual({
      seq: altered.seq,
      recorded: altered,
      replayed: last,
    });
  });

  test('an altered conclusion is found and named', () => {
    const { journal } = live([
      [
        10_000,
        (at) => ({
          kind: 'observed',
          observation: { kind: 'nibp', source: MONITOR, at, measuredAt: at, systolic: 190, diastolic: 95 },
        }),
      ],
    ]);
    const index = journal.findIndex(({ body }) => body.kind === 'phase' || body.kind === 'session');
    const forged = asStored(journal).map((entry, i) =>
      i === index ? { ...entry, at: monotonicMs(entry.at + 1) } : entry,
    );
    expect(compareReplay(start(), forged)?.seq).toBe(journal[index]?.seq);
    const shortened = asStored(journal).filter((_, i) => i !== index);
    expect(compareReplay(start(), shortened)).toBeDefined();
  });
});
