/**
 * The station of P1: the core as `src/core/main.ts` puts it together, in this process, with a stamp where a reading has been
 * judged: the event that tells the screens of it leaves after the rules, the alarms and the journal have had it.
 */
import { join } from 'node:path';
import { asyncScheduler } from 'rxjs';
import { bedId, sessionId, wallMs, type Command } from '$lib/domain/index.ts';
import { openWriter } from '$lib/store/index.ts';
import { Captures } from '$core/capture.ts';
import { stationClock } from '$core/clock.ts';
import type { WardConfiguration } from '$core/configuration.ts';
import { NO_SURROUNDINGS } from '$core/desk.ts';
import { openLink } from '$core/links.ts';
import { RuleBook } from '$core/rule-book.ts';
import { RecorderClient } from '$core/recorder.ts';
import { Station } from '$core/station.ts';
import { threadSink } from '$core/thread-sink.ts';
import type { JudgingStationCalls } from '../../src/cli/bench/calls.ts';
import { sequenceOf } from '../../src/cli/bench/device-frames.ts';
import { cpuS, nowNs, serve } from './serve.ts';

const BY = { name: 'Bench', station: 'bench' };
const ports: number[] = [];
const sequences: number[] = [];
const ns: number[] = [];

let running: { readonly station: Station; readonly recorder: RecorderClient; readonly captures: Captures } | undefined;

const wardOf = (paths: readonly string[]): WardConfiguration => ({
  beds: paths.map((path, i) => ({
    bed: bedId(`bed-${i}`),
    label: `Bed ${i}`,
    devices: [{ id: `monitor-${i}`, driver: 'ge-s5-dri', link: { serial: path }, isSimulated: true }],
  })),
});

function start(paths: readonly string[], directory: string): NonNullable<typeof running> {
  const file = join(directory, 'infuscope.db');
  openWriter(file).close();
  const ward = wardOf(paths);
  const clock = stationClock(undefined);
  const recorder = new RecorderClient({
    sink: threadSink(new URL('../recorder-thread.js', import.meta.url), file),
    scheduler: asyncScheduler,
  });
  const captures = new Captures({
    directory: join(directory, 'captures'),
    wallAt: (at) => wallMs(clock.wall() + (at - clock.now())),
  });
  const station = new Station({
    ward,
    recovered: new Map(),
    rules: new RuleBook({ save: () => Promise.resolve(), log: () => undefined }),
    version: 'bench',
    clock,
    scheduler: asyncScheduler,
    recorder,
    open: openLink,
    desk: { ward, clock, captures, save: () => Promise.resolve(), surroundings: NO_SURROUNDINGS },
  });
  return { station, recorder, captures };
}

/** Notes when each numbered reading was judged. */
function watch(station: Station): void {
  station.events$.subscribe((event) => {
    if (event.type !== 'patch') return;
    const reading = event.patch.changes.vitals?.perfusionIndex?.reading;
    if (reading === undefined || !('value' in reading) || reading.value === undefined) return;
    ns.push(nowNs());
    ports.push(Number(event.patch.bed.slice('bed-'.length)));
    sequences.push(sequenceOf(reading.value));
  });
}

async function admitAll(station: Station, beds: number): Promise<void> {
  for (let i = 0; i < beds; i += 1) {
    const patient = { identifier: `BENCH-${i}`, weightKg: 70, birthYear: 1985 };
    const commands: readonly Command[] = [
      { type: 'admit', session: sessionId(`session-${i}`), patient, isSimulated: true },
      // By way of the observation, from which the infusion may be resumed without a plan: then every rule is in force.
      { type: 'set-phase', phase: 'observation' },
      { type: 'set-phase', phase: 'infusion' },
    ];
    for (const [n, command] of commands.entries()) {
      const id = `${i}-${n}`;
      const answer = await station.command({ id, bed: bedId(`bed-${i}`), by: BY, command });
      if (!answer.ok) throw new Error(answer.error.message);
    }
  }
}

serve<JudgingStationCalls>({
  open: async ({ paths, directory }) => {
    running = start(paths, directory);
    const { station } = running;
    watch(station);
    station.start();
    station.report(Object.fromEntries(paths.map((_, i) => [`bed-${i}`, { screens: 1, audibleScreens: 1 }])));
    await admitAll(station, paths.length);
  },
  read: () => ({ ports, sequences, ns, cpuS: cpuS() }),
  close: async () => {
    running?.station.stop();
    await running?.recorder.flushed();
    await running?.recorder.close();
    await running?.captures.close();
  },
});
