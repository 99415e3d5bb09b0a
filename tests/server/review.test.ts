/** What a clinician reads of a session: recorded by the station itself, read back as the review pages read it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { later, MINUTE_MS, monotonicMs, SECOND_MS, sessionId, wallMs } from '$lib/domain/index.ts';
import { storyRows } from '$lib/client/review-rows.ts';
import { words } from '$lib/messages/index.ts';
import { unpackRuns } from '$lib/realtime/review-waves.ts';
import type { Review } from '$lib/realtime/review.ts';
import type { LogRow } from '$lib/server/alarm-log.ts';
import { readAlarmLog, readAlarmLogSince } from '$lib/server/alarm-log-read.ts';
import { readSiteBurden } from '$lib/server/burden-read.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { answered } from '$lib/server/review-answer.ts';
import { listSessions, sessionFilter } from '$lib/server/review-sessions.ts';
import { readWaves, waveRange } from '$lib/server/review-waves.ts';
import { readPeak, readReview } from '$lib/server/review.ts';
import { openReader, StoreFailure, type SessionRow, type StoreReader } from '$lib/store/index.ts';
import { COLLEAGUE, FINISHED, recordFinishedSession } from '../support/finished-session.ts';
import { BED, EPOCH_MS, NURSE } from './recorded-course.ts';

const RECORDING_MS = 120_000;

let directory: string;
let store: StoreReader;
let row: SessionRow;
let review: Review;

const labelOf = (): string => 'Bed 1';
const minute = (at: number): number => Math.round((at / MINUTE_MS) * 10) / 10;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'review-'));
  const file = join(directory, 'infuscope.db');
  const { refusals } = await recordFinishedSession(file);
  expect(refusals).toEqual([]);
  store = openReader(file);
  row = await answered(() => store.session(FINISHED));
  review = await answered(() => readReview(store, FINISHED, labelOf));
}, RECORDING_MS);
afterAll(() => {
  store?.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('the review of a finished session', () => {
  test('covers all of it, from the admission to the sealed end', () => {
    expect([minute(review.span.from), minute(review.span.to)]).toEqual([1, 65.5]);
    expect(review.isRunning).toBe(false);
    expect(review.seal?.entryCount).toBeGreaterThan(1000);
    expect(review.wallOffsetMs).toBe(EPOCH_MS);
    expect(review.gaps).toEqual([]);
    for (const key of ['heartRate', 'spo2', 'respiratoryRate'] as const) {
      const { seconds, values } = review.lines[key];
      expect(values.length).toBe(seconds.length);
      expect(seconds.at(0)).toBeLessThan(10);
      expect(seconds.at(-1)).toBeGreaterThan(64 * 60);
    }
    expect(review.phases.map(({ phase }) => phase)).toEqual(['setup', 'baseline', 'infusion', 'observation']);
  });

  test('has every cuff reading, the highest one marked, and the levels that were in force', () => {
    expect(review.cuff.map(({ at }) => minute(at)).slice(0, 4)).toEqual([2, 6, 10, 20]);
    expect(review.summary.peak).toMatchObject({ systolic: 199, diastolic: 94, isAlarming: true });
    expect(minute(review.summary.peak?.at ?? 0)).toBe(40);
    expect(review.levels).toEqual([
      { value: 175, kind: 'limit' },
      { value: 133, kind: 'baseline' },
    ]);
    expect(review.baseline).toMatchObject({ systolic: 133, diastolic: 74 });
  });

  test('has what the pump gave: 42 mg, paused for nine minutes, and the predicted concentration after it', () => {
    const { infusion, pausedMs, deliveredMg, plannedMg } = review.summary;
    expect(deliveredMg).toBeCloseTo(42, 1);
    expect(plannedMg).toBe(42);
    expect(minute(pausedMs)).toBe(9);
    expect([minute(infusion?.from ?? 0), minute(infusion?.to ?? 0)]).toEqual([15, 64]);
    expect(Math.max(...(review.concentration?.values.map(Number) ?? []))).toBeGreaterThan(100);
  });

  test('lists each alarm with its value, its limit, and who acknowledged it after how long', () => {
    const alarm = review.alarms.find(({ rule }) => rule === 'S1');
    expect(alarm).toMatchObject({
      priority: 'high',
      headline: 'Systolic 199 mmHg, limit 175',
      value: 199,
      limit: 175,
      acknowledgedBy: COLLEAGUE.name,
      end: 'ended',
    });
    expect(Math.floor(((alarm?.acknowledgedAt ?? 0) - (alarm?.signalledAt ?? 0)) / SECOND_MS)).toBe(35);
    expect(alarm?.changes.map(({ cause }) => cause)).toContain('acknowledged');
    const medium = review.alarms.find(({ rule }) => rule === 'S3');
    expect(medium?.acknowledgedBy).toBeUndefined();
  });

  test('tells the story in order, with who did what and why', () => {
    const rows = storyRows(review, 'all');
    expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).sort((a, b) => a - b));
    const told = rows.map(({ text, note, answered }) => `${text} | ${note} | ${answered}`);
    const find = (part: string): string => told.find((line) => line.includes(part)) ?? '';
    expect(find('Patient admitted')).toContain(NURSE.name);
    expect(find('Systolic 199 mmHg')).toContain(`${COLLEAGUE.name}, after 0:35`);
    expect(find('coronary disease')).toContain('175');
    expect(find('Dissociation')).toContain('mild, calm');
    expect(find('moved to the ward')).toContain(NURSE.name);
  });

  test('of a session that is not there is nothing', async () => {
    expect(await readReview(store, sessionId('../infuscope'), labelOf)).toBeUndefined();
  });
});

describe('the waveforms of a finished session', () => {
  const runsIn = (from: number, to: number) =>
    unpackRuns(readWaves(store, row, { from: monotonicMs(from), to: monotonicMs(to) }).buffer) ?? [];

  test.each([1, 15, 33.3, 40, 64.9])('are all there ten seconds after minute %s', (at) => {
    const [from, to] = [at * MINUTE_MS, at * MINUTE_MS + 10 * SECOND_MS];
    for (const waveform of review.waveforms) {
      const runs = runsIn(from, to).filter((run) => run.waveform === waveform);
      const covered = runs.reduce((sum, { samples, rateHz }) => sum + samples.length / rateHz, 0);
      expect(covered).toBeGreaterThan(9.5);
      expect(new Set(runs.flatMap(({ samples }) => [...samples])).size).toBeGreaterThan(10);
    }
    expect(review.waveforms).toContain('ecg1');
    expect(review.waveforms).toContain('pleth');
  });

  test('end where the session ends, and never reach into the time before it', () => {
    expect(runsIn(0, 0.9 * MINUTE_MS)).toEqual([]);
    const before = runsIn(0.9 * MINUTE_MS, 1.1 * MINUTE_MS).map(({ at }) => at);
    expect(Math.min(...before)).toBeGreaterThanOrEqual(row.from);
    expect(runsIn(70 * MINUTE_MS, 71 * MINUTE_MS)).toEqual([]);
  });
});

describe('a range of waveforms as an address asks for it', () => {
  const asked = (query: string) => waveRange(new URLSearchParams(query));

  test('is read when it is one', () => {
    expect(asked('from=60000&to=70000.5')).toEqual({ ok: true, value: { from: 60_000, to: 70_000.5 } });
  });

  test.each([
    ['', 'The range cannot be read: from is missing.'],
    ['from=1', 'The range cannot be read: to is missing.'],
    ['from=now&to=later', 'The range cannot be read: from must be a station time in milliseconds.'],
    ['from=-5&to=5', 'The range cannot be read: from must be a station time in milliseconds.'],
    ['from=1e9&to=2e9', 'The range cannot be read: from must be a station time in milliseconds.'],
    ['from=0&to=99999999999999999999', 'The range cannot be read: to must be a station time in milliseconds.'],
    ['from=2000&to=1000', 'The range cannot be read: to must be later than from.'],
    ['from=1000&to=1000', 'The range cannot be read: to must be later than from.'],
    ['from=0&to=60001', 'The range cannot be read: to must be at most 60 s later than from.'],
  ])('"%s" is refused in one sentence', (query, sentence) => {
    expect(asked(query)).toEqual({ ok: false, error: sentence });
  });
});

describe('the list of sessions', () => {
  const listed = (query: string): readonly string[] =>
    listSessions(store, sessionFilter(new URLSearchParams(query)), labelOf).sessions.map(({ id }) => id);

  test('says of each whose it was, how long, by which plan, how many alarms, and that it is sealed', () => {
    const [session] = listSessions(store, sessionFilter(new URLSearchParams()), labelOf).sessions;
    expect(session).toMatchObject({
      ...{ id: FINISHED, bed: BED, bedLabel: 'Bed 1', identifier: 'SIM-1002', shortName: 'Stone, B.' },
      ...{ durationMs: 64.5 * MINUTE_MS, admittedWall: later(monotonicMs(EPOCH_MS), MINUTE_MS), isSealed: true },
    });
    expect(session?.plan?.doseMgPerKg).toBe(0.5);
    expect(session?.alarms.high).toBeGreaterThan(0);
  });

  test('is filtered by bed, by a part of name or identifier, and by day', () => {
    const day = new Date(EPOCH_MS);
    const local = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0'));
    for (const query of ['bed=bed-1', 'text=stone', 'text=1002', `day=${local.join('-')}`]) {
      expect(listed(query)).toEqual([FINISHED]);
    }
    for (const query of ['bed=bed-2', 'text=nobody', 'day=2020-01-01', 'before=5']) expect(listed(query)).toEqual([]);
  });

  test('leaves out what makes no sense: it shows too much rather than nothing', () => {
    for (const query of ['day=yesterday', 'before=soon', 'before=-1', 'day=2026-13-45', `text=${'x'.repeat(5000)}`]) {
      expect(listed(query)).toEqual([FINISHED]);
    }
  });

  test('has the highest pressure of each, read from its journal', async () => {
    expect(await readPeak(store, row)).toEqual({ systolic: 199, diastolic: 94 });
  });
});

describe('a recording that cannot be read', () => {
  test('is answered with a sentence that names no file', async () => {
    const broken = (why: 'damaged' | 'io') => () => {
      throw new StoreFailure(why, '/var/lib/station.db', `trouble with /var/lib/station.db`);
    };
    await expect(answered(broken('damaged'))).rejects.toMatchObject({
      status: 500,
      body: { message: 'The recording of this session is damaged and cannot be shown.' },
    });
    await expect(answered(broken('io'))).rejects.toMatchObject({
      status: 500,
      body: { message: words.review.unreadable },
    });
  });

  test('is told from a session that is not there, and from a fault of ours', async () => {
    await expect(answered(() => undefined)).rejects.toMatchObject({
      status: 404,
      body: { message: 'There is no such session in this recording.' },
    });
    const fault = new TypeError('ours');
    await expect(
      answered(() => {
        throw fault;
      }),
    ).rejects.toBe(fault);
  });
});

describe('the alarm log of a finished session', () => {
  test('has with every alarm the device, the phase, the pump and what had been given by then', async () => {
    const log = await readAlarmLog(store, row);
    const high = log.find(({ record, priority }) => record === 'alarm' && priority === 'high');
    expect(high).toMatchObject({
      session: FINISHED,
      patient: 'SIM-1002',
      rule_version: ADULT_IV_KETAMINE.version,
      parameter: 'systolic',
      unit: 'mmHg',
      source_device: 'ge-s5-dri',
      phase: 'infusion',
      pump_state: 'infusing',
    });
    expect(high?.time_utc).toMatch(/^2026-11-21T14:2\d:\d\d\.\d{3}Z$/);
    expect(high?.pump_ml_per_h).toBeGreaterThan(0);
    expect(high?.delivered_ml).toBeGreaterThan(0);
    expect(high?.delivered_mg).toBeGreaterThan(0);
    expect(log).toContainEqual(
      expect.objectContaining({
        event: 'acknowledged',
        alarm: high?.alarm,
        person: COLLEAGUE.name,
        screen: 'screen 2',
      }),
    );
    expect(log).toContainEqual(
      expect.objectContaining({ event: 'limit-set', rule: 'S1', old_value: 180, new_value: 175, person: NURSE.name }),
    );
  });

  test('of all beds since a day has the same rows, and the start of the station before the session', async () => {
    const rows: LogRow[] = [];
    for await (const part of readAlarmLogSince(store, wallMs(EPOCH_MS))) rows.push(...part);
    expect(rows[0]).toMatchObject({ record: 'power', event: 'started', bed: BED });
    expect(rows.slice(-1)).toEqual((await readAlarmLog(store, row)).slice(-1));
    const after = readAlarmLogSince(store, wallMs(EPOCH_MS + 24 * 60 * MINUTE_MS));
    for await (const part of after) expect(part).toEqual([]);
  });
});

describe('the burden of alarms', () => {
  test('of the session counts what the list of sessions counts', () => {
    const { byPriority, hours } = review.burden;
    expect(hours).toBeCloseTo((64.5 * MINUTE_MS) / (60 * MINUTE_MS), 6);
    expect(row.alarms).toEqual({
      high: byPriority.high.count,
      medium: byPriority.medium.count,
      low: byPriority.low.count,
    });
    expect(review.burden.answer.count).toBeGreaterThan(0);
    expect(review.systolicAbove?.limitMmHg).toBe(175);
    expect(review.systolicAbove?.minutes).toBeGreaterThan(0);
  });

  test('of the site over some days is that of its sessions, and says when all of them were simulated', async () => {
    const site = await readSiteBurden(store, wallMs(EPOCH_MS + 90 * MINUTE_MS), 1);
    expect(site.isSimulated).toBe(true);
    expect(site.burden).toEqual(review.burden);
    const later = await readSiteBurden(store, wallMs(EPOCH_MS + 72 * 60 * MINUTE_MS), 1);
    expect(later.burden.sessions).toBe(0);
  });
});
