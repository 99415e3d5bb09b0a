/** Rules come to a bed with its patient and stay with him: through other rules at the station, and through its restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bedId, monotonicMs, sessionId, wallMs, type Command, type RuleSet } from '$lib/domain/index.ts';
import { compareReplay, emptyBed } from '$lib/bedside/index.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { rulesOfSession } from '$lib/server/rules-in-force.ts';
import { openReader, openWriter } from '$lib/store/index.ts';
import { NO_SURROUNDINGS } from '$core/desk.ts';
import { inProcessSink } from '$core/record-sink.ts';
import { RecorderClient } from '$core/recorder.ts';
import { recoverBed } from '$core/recovery.ts';
import { RuleBook } from '$core/rule-book.ts';
import { Station } from '$core/station.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';
import { NURSE } from '../support/bed.ts';

const BED = bedId('bed-1');
const WARD = { beds: [{ bed: BED, label: 'Bed 1', devices: [] }] };
const FIRST: RuleSet = { ...ADULT_IV_KETAMINE, version: '2-a' };
const NASAL: RuleSet = { ...ADULT_IV_KETAMINE, id: 'nasal', version: '2-a', title: 'By the nose' };
const EDITED: RuleSet = { ...ADULT_IV_KETAMINE, version: '2-b', rules: ADULT_IV_KETAMINE.rules.slice(1) };

const directory = mkdtempSync(join(tmpdir(), 'infuscope-rules-'));
const file = join(directory, 'infuscope.db');
const time = new VirtualTime();

/** A station over the recording as it is, with these rules. */
async function during(presets: readonly RuleSet[], act: (station: Station) => Promise<void>): Promise<void> {
  openWriter(file).close();
  const reader = openReader(file);
  const recovered = new Map([[BED, recoverBed(reader, BED)]]);
  reader.close();
  const clock = { now: () => monotonicMs(time.now()), wall: () => wallMs(1.8e12 + time.now()) };
  const recorder = new RecorderClient({ sink: inProcessSink(openWriter(file)), scheduler: time });
  const station = new Station({
    ward: WARD,
    recovered,
    rules: new RuleBook({ presets, save: () => Promise.resolve(), log: () => undefined }),
    version: 'test',
    clock,
    scheduler: time,
    recorder,
    open: () => {
      throw new Error('no devices');
    },
    desk: {
      ward: WARD,
      clock,
      captures: {
        set: () => undefined,
        bytes: () => undefined,
        note: () => undefined,
        directoryOf: () => '',
        status: () => ({ isOn: false, writtenBytes: 0, droppedBytes: 0 }),
      },
      save: () => Promise.resolve(),
      surroundings: NO_SURROUNDINGS,
    },
  });
  station.start();
  await act(station);
  time.runTo(time.now() + 5000);
  station.stop();
  const flushed = recorder.flushed();
  time.runTo(time.now());
  await flushed;
  await recorder.close();
}

let count = 0;
const ask = (station: Station, command: Command) =>
  station.command({ id: `c${(count += 1)}`, bed: BED, by: NURSE, command });
const admit = (n: number, rules?: string): Command => ({
  type: 'admit',
  session: sessionId(`s${n}`),
  patient: { identifier: `T-${n}`, weightKg: 70 },
  isSimulated: true,
  ...(rules !== undefined && { rules }),
});
const versionAt = async (station: Station) => {
  const answer = await station.request({ type: 'bed-rules', bed: BED });
  return answer.ok ? `${answer.value.id}@${answer.value.version}` : answer.error.message;
};

const seen: string[] = [];
const answers: unknown[] = [];

beforeAll(async () => {
  await during([FIRST, NASAL], async (station) => {
    answers.push(await ask(station, admit(0, 'gone')));
    answers.push(await ask(station, admit(1)));
    seen.push(await versionAt(station));
  });
  await during([EDITED], async (station) => {
    seen.push(await versionAt(station));
    await ask(station, { type: 'end-session' });
    await ask(station, admit(2));
    seen.push(await versionAt(station));
  });
  await during([FIRST, NASAL], async (station) => {
    await ask(station, { type: 'end-session' });
    await ask(station, admit(3, 'nasal'));
    seen.push(await versionAt(station));
  });
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('a patient', () => {
  test('is judged by the first rules of the station where nothing else is said, and keeps them over its restart with others', () => {
    expect(seen.slice(0, 2)).toEqual(['adult-iv-ketamine@2-a', 'adult-iv-ketamine@2-a']);
  });

  test('who comes afterwards is judged by the rules of the station now, or by those that were chosen for him', () => {
    expect(seen.slice(2)).toEqual(['adult-iv-ketamine@2-b', 'nasal@2-a']);
  });

  test('is not admitted with rules that the station does not have', () => {
    expect(answers[0]).toEqual({
      ok: false,
      error: {
        why: 'unknown-rule',
        message: 'There are no rules gone at this station; choose others and admit again. Nobody was admitted.',
      },
    });
  });
});

describe('the recording', () => {
  test('holds the rules of each session, right before its admission', () => {
    const reader = openReader(file);
    const rules = reader.sessions().map((row) => rulesOfSession(reader, row));
    reader.close();
    expect(rules).toEqual([NASAL, EDITED, FIRST]);
  });

  test('is judged again from nothing but itself, and is the same byte for byte', () => {
    const reader = openReader(file);
    const start = { state: emptyBed(BED, monotonicMs(0)), seq: 0 };
    const mismatch = compareReplay(start, reader.entries(BED, 1));
    reader.close();
    expect(mismatch).toBeUndefined();
  });
});
