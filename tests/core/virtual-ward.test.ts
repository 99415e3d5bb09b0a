/**
 * The whole way in virtual time: simulated devices, real drivers, judgement and recorder. Each scenario tells its story in
 * alarms; the story is kept as a golden file, and the recording judged again tells the same one, byte for byte.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  bedId,
  monotonicMs,
  SECOND_MS,
  type Command,
  type InfusionEvent,
  type JournalEntry,
} from '$lib/domain/index.ts';
import { compareReplay, emptyBed } from '$lib/bedside/index.ts';
import { openReader, openWriter } from '$lib/store/index.ts';
import { inProcessSink } from '$core/record-sink.ts';
import { tasksFor } from '../../src/cli/demonstration/staff.ts';
import { mergingSink } from '../../src/cli/demonstration/merging-sink.ts';
import {
  virtualDevices,
  virtualStation,
  type VirtualDevices,
  type VirtualStation,
} from '../../src/cli/demonstration/virtual-ward.ts';
import { NURSE } from '../support/bed.ts';

vi.setConfig({ testTimeout: 60_000 });

const BED = bedId('bed-1');
const EPOCH_S = 1_767_225_600;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ward-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const file = (): string => join(directory, 'infuscope.db');

function devicesFor(scenario: string): VirtualDevices {
  return virtualDevices([{ label: 'Bed 1', bed: BED, scenario, seed: 11, startAtMin: 0, epochS: EPOCH_S }], 0);
}

function open(devices: VirtualDevices, waveforms?: readonly string[]): VirtualStation {
  const virtual = virtualStation({
    devices,
    file: file(),
    sink: () => mergingSink(inProcessSink(openWriter(file()))),
    version: 'test',
    wallAtZeroMs: EPOCH_S * SECOND_MS,
    ...(waveforms && { monitorSettings: { waveforms } }),
  });
  virtual.station.start();
  virtual.station.report({ [BED]: { screens: 1, audibleScreens: 1 } });
  return virtual;
}

let commands = 0;

/** The staff does its usual work from minute to minute of the scenario; nobody answers an alarm. */
function work(virtual: VirtualStation, devices: VirtualDevices, toMin: number): void {
  const [stay] = devices.stays;
  if (stay === undefined) return;
  const beganMs = devices.time.now();
  const ask = (command: Command | undefined): void => {
    if (command === undefined) return;
    commands += 1;
    void virtual.station.command({ id: `c${commands}`, bed: BED, by: NURSE, command });
  };
  for (const { atMs, command } of tasksFor(stay.scenario, 's1', 2026)) {
    if (atMs < beganMs || atMs >= toMin * 60_000) continue;
    devices.time.schedule(() => {
      const [view] = virtual.station.snapshot().beds;
      if (view !== undefined) ask(command(view));
    }, atMs - beganMs);
  }
  devices.time.runTo(toMin * 60_000);
}

function journal(): readonly JournalEntry[] {
  const reader = openReader(file());
  const entries = [...reader.entries(BED, 1)];
  reader.close();
  return entries;
}

const told = (event: InfusionEvent): string =>
  'alarm' in event ? `${event.type} ${event.alarm.kind} ${event.alarm.stage}` : event.type;

/** The story as a person would tell it: minute and second of the scenario, what, and how it was said. */
function story(entries: readonly JournalEntry[]): string {
  return entries
    .flatMap(({ at, body }) => {
      const time = `${String(Math.floor(at / 60_000)).padStart(2)}:${String(Math.floor(at / 1000) % 60).padStart(2, '0')}`;
      switch (body.kind) {
        case 'alarm': {
          const { cause, alarm } = body.change;
          const how = cause === 'escalated' ? `${cause} to ${alarm.escalation}` : cause;
          return [`${time} ${how} ${alarm.rule} ${alarm.priority}: ${alarm.headline}`];
        }
        case 'phase':
          return [`${time} phase ${body.to} (${body.cause})`];
        case 'infusion-event':
          return [`${time} pump ${told(body.event)}`];
        default:
          return [];
      }
    })
    .join('\n');
}

function expectReplayEqualsRecord(entries: readonly JournalEntry[]): void {
  const start = { state: emptyBed(BED, monotonicMs(0)), seq: 0 };
  expect(compareReplay(start, entries)).toBeUndefined();
}

describe.each(['calm', 'surge', 'probe-off', 'line-loss', 'pump-occlusion'])('the scenario %s', (scenario) => {
  test('tells its story, and tells it again when it is replayed', async () => {
    const devices = devicesFor(scenario);
    const virtual = open(devices, []);
    work(virtual, devices, 75);
    await virtual.finish();
    const entries = journal();
    await expect(`${story(entries)}\n`).toMatchFileSnapshot(`../golden/story-${scenario}.txt`);
    expectReplayEqualsRecord(entries);
  });
});

describe('a station that is taken up from its own recording', () => {
  test('goes on as one that was never stopped, but for what it did not see', async () => {
    const devices = devicesFor('surge');
    const before = open(devices, []);
    work(before, devices, 41);
    const standing = (virtual: VirtualStation): readonly string[] =>
      virtual.station
        .snapshot()
        .beds.flatMap(({ alarms }) => alarms.map(({ id, rule, state }) => `${id} ${rule} ${state}`));
    const before41 = standing(before);
    expect(before41).toContain('bed-1:1 S1 active');
    await before.finish();
    const after = open(devices, []);
    // Whether drug flows is not known until the pump has answered: what depends on it waits, everything else stands.
    expect(standing(after)).toEqual(before41.map((alarm) => alarm.replace('S7 active', 'S7 suspended')));
    work(after, devices, 41.2);
    expect(standing(after)).toEqual(expect.arrayContaining([...before41]));
    work(after, devices, 60);
    await after.finish();
    const entries = journal();
    expect(entries.filter(({ body }) => body.kind === 'started')).toHaveLength(2);
    expectReplayEqualsRecord(entries);
    const readings = entries.flatMap(({ body }) =>
      body.kind === 'observed' && body.observation.kind === 'nibp' ? [body.observation.deviceTime] : [],
    );
    expect(new Set(readings).size).toBeGreaterThanOrEqual(readings.length - 1);
  });
});

describe('what is recorded', () => {
  test('is what the patient had: readings at their time, and waves without a seam', async () => {
    const devices = devicesFor('calm');
    const virtual = open(devices);
    work(virtual, devices, 11);
    await virtual.finish();
    const reader = openReader(file());
    const runs = reader.waveRuns(BED, { from: monotonicMs(120_000), to: monotonicMs(180_000) });
    reader.close();
    expect(new Set(runs.map(({ waveform }) => waveform))).toEqual(new Set(['ecg1', 'pleth', 'respiration']));
    const ecg = runs.filter(({ waveform }) => waveform === 'ecg1');
    expect(ecg.map(({ rateHz }) => rateHz)).toEqual([300]);
    expect(ecg[0]?.samples.length).toBeGreaterThanOrEqual(60 * 300);
    const readings = journal().flatMap(({ body }) =>
      body.kind === 'observed' && body.observation.kind === 'nibp' ? [body.observation] : [],
    );
    expect(readings.map(({ measuredAt }) => Math.round(measuredAt / 60_000))).toEqual([2, 6, 10]);
    const baseline = virtual.station.snapshot().beds[0]?.proposal;
    const systolic = readings.map((reading) => reading.systolic).sort((x, y) => x - y)[1] ?? Number.NaN;
    expect(baseline?.systolic).toBe(Math.round(systolic));
  });

  test('two runs with the same seed leave the same journal', async () => {
    const once = devicesFor('probe-off');
    const first = open(once, []);
    work(first, once, 20);
    await first.finish();
    const told = JSON.stringify(journal().map(({ at, body }) => [at, body.kind]));
    rmSync(directory, { recursive: true });
    directory = mkdtempSync(join(tmpdir(), 'ward-'));
    const twice = devicesFor('probe-off');
    const second = open(twice, []);
    work(second, twice, 20);
    await second.finish();
    expect(JSON.stringify(journal().map(({ at, body }) => [at, body.kind]))).toBe(told);
  });
});
