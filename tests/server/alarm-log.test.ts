/** The alarm log of a small journal, cell by cell. */
import { describe, expect, test } from 'vitest';
import { type AlarmCause, type JournalEntry, monotonicMs } from '$lib/domain/index.ts';
import { LOG_COLUMNS, logCsv, logRows, type LogHead, type LogRow } from '$lib/server/alarm-log.ts';
import { ReviewFold } from '$lib/server/review-fold.ts';
import { BED, COLLEAGUE, EPOCH_MS, minute, NURSE, SMALL_JOURNAL } from '../support/small-journal.ts';

const HEAD: LogHead = { bed: BED, session: 's-1', patient: 'K-4711', wallOffsetMs: EPOCH_MS };

function logOf(journal: readonly JournalEntry[], head = HEAD): readonly LogRow[] {
  const fold = new ReviewFold();
  for (const entry of journal) fold.take(entry);
  return logRows(head, { alarms: fold.alarms(), events: fold.events }, (rule) => (rule === 'S1' ? 180 : undefined));
}

const log = logOf(SMALL_JOURNAL);
const at = (min: number): string => new Date(EPOCH_MS + min * 60_000).toISOString();
const known = (row: LogRow | undefined): LogRow =>
  Object.fromEntries(Object.entries(row ?? {}).filter(([, cell]) => cell !== undefined));

describe('a row for an alarm', () => {
  const row = log.find(({ record, rule }) => record === 'alarm' && rule === 'S1');

  test('holds all that the journal has of it', () => {
    expect(known(row)).toEqual({
      time_utc: at(6),
      station_time_ms: minute(6),
      bed: 'bed-1',
      session: 's-1',
      patient: 'K-4711',
      record: 'alarm',
      event: 'signalled',
      alarm: 'a-1',
      rule: 'S1',
      rule_version: '2',
      kind: 'physiological',
      priority: 'high',
      parameter: 'systolic',
      unit: 'mmHg',
      value: 186,
      limit: 180,
      worst_value: 191,
      source_device: 'monitor-1',
      onset_utc: at(5),
      signalled_utc: at(6),
      hold_s: 60,
      phase: 'infusion',
      ended_utc: at(10),
      latched_until_utc: at(12),
      end: 'ended',
      text: 'Systolic 186 mmHg, limit 180',
    });
  });

  test('is there for every alarm, also for one that the next reading did not confirm', () => {
    const alarms = log.filter(({ record }) => record === 'alarm');
    expect(alarms.map(({ alarm, event, end, priority }) => [alarm, event, end, priority])).toEqual([
      ['a-1', 'signalled', 'ended', 'high'],
      ['a-2', 'signalled', 'ended', 'medium'],
      ['a-3', 'noticed', 'withdrawn', 'notice'],
      ['a-4', 'noticed', 'ended', 'medium'],
    ]);
  });
});

describe('rows for what became of it', () => {
  const changes = log.filter(({ record }) => record === 'change');

  test('name every change at its time, and who answered at which screen', () => {
    expect(
      changes.map(({ alarm, event, time_utc, person, screen }) => [alarm, event, time_utc, person, screen]),
    ).toEqual([
      ['a-2', 'acknowledged', at(8), NURSE.name, NURSE.station],
      ['a-1', 'condition-ended', at(10), undefined, undefined],
      ['a-2', 'condition-ended', at(10), undefined, undefined],
      ['a-1', 'acknowledged', at(12), COLLEAGUE.name, COLLEAGUE.station],
      ['a-3', 'withdrawn', at(22), undefined, undefined],
      ['a-4', 'signalled', at(35), undefined, undefined],
      ['a-4', 'acknowledged', at(36), NURSE.name, NURSE.station],
      ['a-4', 'condition-ended', at(40), undefined, undefined],
    ]);
  });
});

describe('rows for everything else', () => {
  const rest = log.filter(({ record }) => record !== 'alarm' && record !== 'change');
  const cells = rest.map((row) => {
    const { time_utc: _, station_time_ms: at, bed: _bed, session: _session, patient: _patient, ...own } = known(row);
    return [Number(at) / 60_000, own];
  });

  test('are the pauses, settings with old and new, starts and the calendar', () => {
    const nurse = { person: NURSE.name, screen: NURSE.station };
    expect(cells).toEqual([
      [0, { record: 'session', event: 'admitted', ...nurse }],
      [8, { record: 'audio', event: 'paused', reason: 'person', ...nurse }],
      [9.5, { record: 'audio', event: 'pause-ended', reason: 'new-alarm' }],
      [
        13,
        {
          ...{ record: 'setting', event: 'limit-set', rule: 'S1', old_value: 180, new_value: 175 },
          ...{ reason: 'coronary disease', ...nurse },
        },
      ],
      [14, { record: 'setting', event: 'limit-reset', rule: 'S1', old_value: 175, new_value: 180, ...nurse }],
      [45, { record: 'power', event: 'started', old_value: at(40), text: '1.2.3' }],
      [50, { record: 'clock', event: 'set', new_value: 4000, text: 'milliseconds' }],
      [60, { record: 'session', event: 'ended' }],
    ]);
  });

  test('stand in the order of time', () => {
    const times = log.map((row) => Number(row.station_time_ms));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

describe('the table', () => {
  test('has stable names, and a name that was meant to be a formula is none', () => {
    const [names, ...lines] = logCsv(log).split('\r\n');
    expect(names).toBe(LOG_COLUMNS.join(','));
    expect(names?.slice(0, 60)).toBe('time_utc,station_time_ms,bed,session,patient,record,event,al');
    expect(lines).toHaveLength(log.length + 1);
    expect(logCsv(log)).toContain(`,"'=Nurse, ""12""",screen 2,`);
  });

  test('has no time of day where the calendar was not known, and station time always', () => {
    const [first] = logOf(SMALL_JOURNAL, { bed: BED });
    expect([first?.time_utc, first?.onset_utc, first?.station_time_ms]).toEqual([undefined, undefined, 0]);
  });
});

describe('an alarm that was carried further', () => {
  const later = (cause: string, fields: object): JournalEntry => {
    const signalled = SMALL_JOURNAL[2]?.body;
    if (signalled?.kind !== 'alarm') throw new Error('the small journal has changed');
    const alarm = { ...signalled.change.alarm, ...fields };
    const change = { cause: cause as AlarmCause, alarm };
    return { bed: BED, seq: 4, at: monotonicMs(minute(6) + 1000), body: { kind: 'alarm', number: 9, change } };
  };
  const last = (cause: string, fields: object): LogRow | undefined =>
    logOf([...SMALL_JOURNAL.slice(0, 3), later(cause, fields)]).at(-1);

  test('has rows with stage, screens and whom it was passed on to, and one for a cause of a later version', () => {
    expect(last('escalated', { escalation: 3 })).toMatchObject({ record: 'change', event: 'escalated', new_value: 3 });
    expect(last('delivered', { shownOn: 'screen 1', soundedOn: 'screen 2' })).toMatchObject({
      event: 'delivered',
      new_value: 'shown on screen 1, sounded on screen 2',
    });
    expect(last('passed-on', { responsibility: { state: 'passed-on', by: COLLEAGUE, to: 'Nurse 3' } })).toMatchObject({
      event: 'passed-on',
      person: COLLEAGUE.name,
      screen: COLLEAGUE.station,
      new_value: 'Nurse 3',
    });
    expect(last('something-new', {})).toMatchObject({ event: 'something-new', alarm: 'a-1' });
  });
});
