/**
 * Processes killed with -9 in the middle of a recording. The core comes back within five seconds, at most the last second
 * is missing, and an alarm that nobody answered is still there. The web process takes nothing with it.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bedId, monotonicMs, type JournalEntry } from '$lib/domain/index.ts';
import { compareReplay, emptyBed } from '$lib/bedside/index.ts';
import { openReader } from '$lib/store/index.ts';
import { Nurse } from '../support/nurse.ts';
import { startSimulators, startStation, type TestSimulators, type TestStation } from '../support/processes.ts';

const BED = bedId('bed-1');

let simulators: TestSimulators;
let station: TestStation;
let nurse: Nurse;

/** The cuff measures the surge at minute 40 of this scenario. */
beforeAll(async () => {
  simulators = await startSimulators('surge', 39.4);
  station = await startStation([[simulators.monitor, simulators.pump]]);
  nurse = await Nurse.arrive(station.address);
  await nurse.admit('s1');
  await nurse.until('the surge', () =>
    nurse.bed().alarms.some(({ rule, state }) => rule === 'S1' && state === 'active'),
  );
});

afterAll(async () => {
  nurse.leave();
  await station.stop();
  await simulators.stop();
});

beforeEach(async () => {
  const frames = nurse.waveFrames;
  await nurse.until('waves', () => nurse.waveFrames > frames + 25);
});

/** Kills and tells how long it took until waves were live again, and the station time of the kill as the screen had it. */
async function kill(...scripts: readonly string[]): Promise<{ backMs: number; killedAt: number }> {
  const pids = scripts.map((script) => station.program.childPid(script));
  const killedAt = nurse.heartbeats.at(-1)?.at ?? Number.NaN;
  const began = performance.now();
  const frames = nurse.waveFrames;
  for (const pid of pids) {
    if (pid === undefined) throw new Error('the process to kill is not there');
    process.kill(pid, 'SIGKILL');
  }
  await nurse.until('another process', () => {
    const now = scripts.map((script) => station.program.childPid(script));
    return now.every((pid, i) => pid !== undefined && pid !== pids[i]) && nurse.waveFrames > frames + 5;
  });
  return { backMs: performance.now() - began, killedAt };
}

function journal(): readonly JournalEntry[] {
  const reader = openReader(station.database);
  const entries = [...reader.entries(BED, 1)];
  reader.close();
  return entries;
}

/** A trace that is put anew after a restart may stand some milliseconds beside the one before: no sample is missing there. */
const SEAM_MS = 40;

/** Holes in the recorded ECG since an instant, ms. */
function holes(from: number): readonly { from: number; to: number }[] {
  const reader = openReader(station.database);
  const range = { from: monotonicMs(from), to: monotonicMs(Number.MAX_SAFE_INTEGER) };
  const runs = reader.waveRuns(BED, range, ['ecg1']);
  reader.close();
  const end = (run: (typeof runs)[number]): number => run.at + (1000 * run.samples.length) / run.rateHz;
  return runs.slice(1).flatMap((run, i) => {
    const before = runs[i];
    return before === undefined || run.at - end(before) < SEAM_MS ? [] : [{ from: end(before), to: run.at }];
  });
}

/** An alarm that was latched or signalling before must be the same alarm afterwards. */
const standing = (): readonly string[] =>
  nurse
    .bed()
    .alarms.filter(({ kind, priority }) => kind === 'physiological' && priority === 'high')
    .map(({ id, state }) => `${id} ${state}`);

describe('kill -9', () => {
  test('of the web process: the recording has no hole, the screen is back by itself', async () => {
    const before = standing();
    const { backMs, killedAt } = await kill('web.js');
    expect(backMs).toBeLessThan(10_000);
    expect(standing()).toEqual(before);
    await nurse.until('more recording', () => (nurse.heartbeats.at(-1)?.at ?? 0) > killedAt + 8000);
    expect(holes(killedAt - 5000)).toEqual([]);
  });

  test('of the core: back within 5 s, at most the last second is missing, the unanswered alarm is still there', async () => {
    const before = standing();
    expect(before.length).toBeGreaterThan(0);
    const { backMs, killedAt } = await kill('core.js');
    expect(backMs).toBeLessThan(5000);
    expect(standing()).toEqual(before);
    await nurse.until('more recording', () => (nurse.heartbeats.at(-1)?.at ?? 0) > killedAt + 8000);
    const [hole, ...others] = holes(killedAt - 5000);
    expect(others).toEqual([]);
    expect(hole?.from).toBeGreaterThan(killedAt - 1000);
    expect(hole && hole.to - hole.from).toBeLessThan(7000);
  });

  test('of both: the same', async () => {
    const before = standing();
    const { backMs, killedAt } = await kill('core.js', 'web.js');
    expect(backMs).toBeLessThan(10_000);
    expect(standing()).toEqual(before);
    await nurse.until('more recording', () => (nurse.heartbeats.at(-1)?.at ?? 0) > killedAt + 8000);
    expect(holes(killedAt - 5000)).toHaveLength(1);
  });

  test('after all of it the chains hold, every alarm that a screen was told is on the disk, and the recorded alarms follow from the recorded data', async () => {
    await nurse.until('the alarm', () => standing().length > 0);
    const reader = openReader(station.database);
    expect(reader.verify().beds.map(({ firstBad }) => firstBad)).toEqual([undefined]);
    reader.close();
    const entries = journal();
    expect(entries.filter(({ body }) => body.kind === 'started')).toHaveLength(3);
    const written = new Map(entries.flatMap(({ body }) => (body.kind === 'alarm' ? [[body.number, body.change]] : [])));
    expect(nurse.alarms.length).toBeGreaterThan(0);
    for (const { number, change } of nurse.alarms) expect(written.get(number)).toEqual(change);
    const start = { state: emptyBed(BED, monotonicMs(0)), seq: 0 };
    expect(compareReplay(start, entries)).toBeUndefined();
    const readings = entries.flatMap(({ body }) =>
      body.kind === 'observed' && body.observation.kind === 'nibp' ? [body.observation.deviceTime] : [],
    );
    expect(readings.length).toBeGreaterThan(1);
  });
});
