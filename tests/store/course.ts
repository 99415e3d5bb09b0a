/** A short, complete course of one patient at one bed, as entries and waveforms, for tests of the store. */
import {
  type Alarm,
  type AlarmCause,
  alarmId,
  type BedId,
  bedId,
  deviceId,
  type JournalEntry,
  monotonicMs,
  type Phase,
  type Priority,
  type Session,
  sessionId,
  wallMs,
  type WaveformBlock,
} from '$lib/domain/index.ts';
import type { RecordBatch, SignalSlice } from '$lib/store/store.ts';

export const BED = bedId('bed-1');
export const SESSION = sessionId('s-1');
/** Calendar time at zero on the station's clock: 2026-03-01 10:00:00 UTC. */
export const WALL_AT_ZERO = Date.UTC(2026, 2, 1, 10);

const by = { name: 'R. Nurse', station: 'desk' };

export const session = (phase: Phase = 'setup', id = SESSION, admittedAt = 2000): Session => ({
  id,
  patient: { identifier: 'K-4711', shortName: 'AB', weightKg: 72 },
  admittedAt: monotonicMs(admittedAt),
  admittedBy: by,
  phase,
  phaseSince: monotonicMs(admittedAt),
  limits: [],
  gates: [],
  marks: [],
  isSimulated: true,
});

export const alarm = (id: string, priority: Priority): Alarm => ({
  id: alarmId(id),
  rule: 'P1',
  ruleVersion: '1',
  kind: 'physiological',
  priority,
  state: 'active',
  headline: 'Systolic 184 mmHg, above 180',
  explanation: 'Two cuff readings above 180.',
  onsetAt: monotonicMs(0),
  signalledAt: monotonicMs(0),
  evidence: [],
  isOutranked: false,
});

export const bodies = {
  started: { kind: 'started', version: '0.1.0', stateVersion: 1, wallTime: wallMs(WALL_AT_ZERO) },
  clock: (at: number, stepMs = 0) => ({ kind: 'clock', wallTime: wallMs(WALL_AT_ZERO + at + stepMs), stepMs }),
  admit: {
    kind: 'command',
    envelope: {
      id: 'c-1',
      bed: BED,
      by,
      command: { type: 'admit', session: SESSION, patient: session().patient, isSimulated: true },
    },
  },
  session: (now: Session, cause: 'admitted' | 'ended' | 'mark' = 'admitted') => ({
    kind: 'session',
    session: now,
    cause,
  }),
  closed: { kind: 'phase', from: 'observation', to: 'closed', cause: 'person' },
  alarm: (one: Alarm, cause: AlarmCause, number = 1) => ({ kind: 'alarm', number, change: { cause, alarm: one } }),
  heartRate: (at: number, value: number) => ({
    kind: 'observed',
    observation: {
      kind: 'numerics',
      source: deviceId('monitor-1'),
      at: monotonicMs(at),
      values: { heartRate: { value }, spo2: { missing: 'sensor-off' } },
    },
  }),
} as const satisfies Record<string, JournalEntry['body'] | ((...given: never[]) => JournalEntry['body'])>;

/** Numbers entries of one bed from 1 on. */
export class Journal {
  readonly bed: BedId;
  #seq: number;

  constructor(bed: BedId = BED, lastSeq = 0) {
    this.bed = bed;
    this.#seq = lastSeq;
  }

  entry(at: number, body: JournalEntry['body']): JournalEntry {
    this.#seq += 1;
    return { bed: this.bed, seq: this.#seq, at: monotonicMs(at), body };
  }
}

export const ecgBlock = (at: number, samples: readonly number[], more: Partial<WaveformBlock> = {}): WaveformBlock => ({
  kind: 'waveform',
  source: deviceId('monitor-1'),
  waveform: 'ecg1',
  at: monotonicMs(at),
  rateHz: 250,
  samples: Int16Array.from(samples),
  gain: 0.001,
  offset: 0,
  isGapBefore: false,
  ...more,
});

/** One second of ECG from `at` on; its samples count on, so that every one is recognisable. */
export const ecgSecond = (at: number): WaveformBlock =>
  ecgBlock(
    at,
    Array.from({ length: 250 }, (_, i) => Math.round(at / 4) + i),
  );

export const slice = (blocks: readonly WaveformBlock[], bed = BED, id = SESSION): SignalSlice => ({
  bed,
  session: id,
  blocks,
});

export const batch = (parts: Partial<RecordBatch>): RecordBatch => ({
  entries: [],
  signals: [],
  snapshots: [],
  ...parts,
});

/** Start, admission, `seconds` of clock, heart rate and ECG, one alarm, end: one batch per second. */
export function wholeCourse(seconds: number, bed = BED): RecordBatch[] {
  const journal = new Journal(bed);
  const batches = [
    batch({ entries: [journal.entry(0, bodies.started), journal.entry(2000, bodies.admit)] }),
    batch({ entries: [journal.entry(2000, bodies.session(session()))] }),
  ];
  for (let at = 3000; at < 3000 + 1000 * seconds; at += 1000) {
    const entries = [
      journal.entry(at, bodies.clock(at)),
      journal.entry(at, bodies.heartRate(at, 60 + ((at / 1000) % 40))),
    ];
    batches.push(batch({ entries, signals: [slice([ecgSecond(at)], bed)] }));
  }
  const end = 3000 + 1000 * seconds;
  batches.push(
    batch({ entries: [journal.entry(end, bodies.alarm(alarm('a-1', 'high'), 'signalled'))] }),
    batch({
      entries: [
        journal.entry(end + 500, bodies.session(session('closed'), 'ended')),
        journal.entry(end + 500, bodies.closed),
      ],
    }),
  );
  return batches;
}

/** A course without end: start and admission as entries 1 and 2, then one entry and one second of ECG in each batch. */
export function batchOfEntry(seq: number): RecordBatch {
  const journal = new Journal();
  if (seq === 2)
    return batch({ entries: [journal.entry(0, bodies.started), journal.entry(0, bodies.session(session()))] });
  const at = 1000 * (seq - 2);
  return batch({
    entries: [new Journal(BED, seq - 1).entry(at, bodies.heartRate(at, 60))],
    signals: [slice([ecgSecond(at)])],
  });
}
