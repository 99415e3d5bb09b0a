/**
 * A journal of three alarms, small enough to be reckoned by hand: one bed, one session of an hour, admitted at 0.
 *
 *   min  0   5        6     7    8        10      12     20     22    30     35     40   60
 *        │   │ S1 ────┼─────┼────┼────────┤ended  │latch answered                         │
 *        │   onset    signalled  │        (unanswered, HIGH: latched until 12)            │
 *        │                 O1 signalled 7, answered 8, ended 10                           │
 *        │                                               S3 noticed 20, withdrawn 22      │
 *        │                                                     S3 noticed 30, signalled 35, answered 36, ended 40
 *   sound: HIGH 6:00 to 10:30 without the pause of 8 to 9:30 · MEDIUM 35 to 36
 */
import {
  alarmId,
  bedId,
  deviceId,
  MINUTE_MS,
  monotonicMs,
  sessionId,
  wallMs,
  type Alarm,
  type AlarmCause,
  type BedInput,
  type BedOutput,
  type Command,
  type JournalEntry,
  type MonotonicMs,
  type Session,
} from '$lib/domain/index.ts';

export const NURSE = { name: 'Nurse 07', station: 'screen 1' };
export const COLLEAGUE = { name: '=Nurse, "12"', station: 'screen 2' };
export const BED = bedId('bed-1');
/** Calendar time at station time 0. */
export const EPOCH_MS = Date.UTC(2026, 2, 1, 10);

export const minute = (min: number): MonotonicMs => monotonicMs(min * MINUTE_MS);

export const SESSION: Session = {
  id: sessionId('s-1'),
  patient: { identifier: 'K-4711', weightKg: 72 },
  admittedAt: minute(0),
  admittedBy: NURSE,
  phase: 'infusion',
  phaseSince: minute(0),
  limits: [],
  gates: [],
  marks: [],
  isSimulated: false,
};

const alarm = (id: string, rule: string, fields: Partial<Alarm>): Alarm => ({
  id: alarmId(id),
  rule,
  ruleVersion: '2',
  kind: 'physiological',
  priority: 'medium',
  state: 'active',
  headline: `${rule} crossed`,
  explanation: 'Because.',
  onsetAt: minute(0),
  signalledAt: minute(0),
  evidence: [],
  isOutranked: false,
  ...fields,
});

const s1 = alarm('a-1', 'S1', {
  priority: 'high',
  headline: 'Systolic 186 mmHg, limit 180',
  onsetAt: minute(5),
  signalledAt: minute(6),
  value: 186,
  peakValue: 191,
  limit: 180,
  evidence: [{ metric: 'systolic', value: 186, at: minute(5) }],
});
const o1 = alarm('a-2', 'O1', { onsetAt: minute(6.5), signalledAt: minute(7), isOutranked: true });
const s3 = alarm('a-3', 'S3', { onsetAt: minute(20), signalledAt: minute(20), state: 'pending', priority: 'notice' });
const s3Again = alarm('a-4', 'S3', {
  onsetAt: minute(30),
  signalledAt: minute(30),
  state: 'pending',
  priority: 'notice',
});

const answeredBy = (by: typeof NURSE, min: number) => ({ acknowledgement: { by, at: minute(min) } });

const command = (id: string, by: typeof NURSE, asked: Command): BedInput => ({
  kind: 'command',
  envelope: { id, bed: BED, by, command: asked },
});

let number = 0;
const change = (cause: AlarmCause, one: Alarm): BedOutput => ({
  kind: 'alarm',
  number: (number += 1),
  change: { cause, alarm: one },
});

const cuff = (min: number, systolic: number): readonly [number, BedInput] => [
  min,
  {
    kind: 'observed',
    observation: {
      kind: 'nibp',
      source: deviceId('monitor-1'),
      at: minute(min),
      measuredAt: minute(min),
      systolic,
      diastolic: 80,
    },
  },
];

const OWN_LIMIT = { rule: 'S1', limit: 175, reason: 'coronary disease', by: NURSE, at: minute(13) };

const LINES: readonly (readonly [min: number, body: BedInput | BedOutput])[] = [
  [0, { kind: 'session', session: SESSION, cause: 'admitted' }],
  cuff(5, 186),
  [6, change('signalled', s1)],
  [7, change('signalled', o1)],
  [8, command('c-1', NURSE, { type: 'acknowledge', alarm: o1.id })],
  [8, change('acknowledged', { ...o1, state: 'acknowledged', ...answeredBy(NURSE, 8) })],
  [8, command('c-2', NURSE, { type: 'pause-audio' })],
  [8, { kind: 'audio', pausedUntil: minute(10), cause: 'person' }],
  [9.5, { kind: 'audio', cause: 'new-alarm' }],
  [10, change('condition-ended', { ...s1, state: 'latched', endedAt: minute(10) })],
  [10, change('condition-ended', { ...o1, state: 'ended', endedAt: minute(10), ...answeredBy(NURSE, 8) })],
  [12, command('c-3', COLLEAGUE, { type: 'acknowledge', alarm: s1.id })],
  [12, change('acknowledged', { ...s1, state: 'ended', endedAt: minute(10), ...answeredBy(COLLEAGUE, 12) })],
  [13, command('c-4', NURSE, { type: 'set-limit', rule: 'S1', limit: 175, reason: 'coronary disease' })],
  [13, { kind: 'session', session: { ...SESSION, limits: [OWN_LIMIT] }, cause: 'limit' }],
  [14, command('c-5', NURSE, { type: 'reset-limit', rule: 'S1' })],
  [14, { kind: 'session', session: SESSION, cause: 'limit' }],
  [20, change('noticed', s3)],
  [22, change('withdrawn', { ...s3, state: 'ended', endedAt: minute(22) })],
  [30, change('noticed', s3Again)],
  [35, change('signalled', { ...s3Again, priority: 'medium', state: 'active', signalledAt: minute(35) })],
  [36, change('acknowledged', { ...s3Again, priority: 'medium', state: 'acknowledged', ...answeredBy(NURSE, 36) })],
  [40, change('condition-ended', { ...s3Again, priority: 'medium', state: 'ended', endedAt: minute(40) })],
  [45, { kind: 'started', version: '1.2.3', stateVersion: 1, wallTime: wallMs(EPOCH_MS + 45 * MINUTE_MS) }],
  [50, { kind: 'clock', wallTime: wallMs(EPOCH_MS + 50 * MINUTE_MS + 4000), stepMs: 4000 }],
  [60, { kind: 'session', session: { ...SESSION, phase: 'closed' }, cause: 'ended' }],
];

export const SMALL_JOURNAL: readonly JournalEntry[] = LINES.map(([min, body], i) => ({
  bed: BED,
  seq: i + 1,
  at: minute(min),
  body,
}));
