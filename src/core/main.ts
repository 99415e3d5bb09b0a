/**
 * The core process: devices, judgement, record. It serves no pages and waits for no disk. Started by the supervisor, which
 * tells it through its environment where everything is; it says `ready` when the bus can be reached.
 */
import { join } from 'node:path';
import { asyncScheduler } from 'rxjs';
import { wallMs, type BedId } from '$lib/domain/index.ts';
import { serveBus } from '$lib/bus/child-process.server.ts';
import { PRESETS } from '$lib/rules/index.ts';
import { openReader, openWriter } from '$lib/store/index.ts';
import { Captures } from './capture.ts';
import { stationClock } from './clock.ts';
import { readWard, writeWard } from './configuration.ts';
import { openLink } from './links.ts';
import { RecorderClient } from './recorder.ts';
import { recoverBed, resumeFrom, type Recovered } from './recovery.ts';
import { RuleBook } from './rule-book.ts';
import { readSiteRules, writeSiteRules } from './site-rules.ts';
import { Station } from './station.ts';
import { surroundingsOfThisComputer } from './surroundings.ts';
import { threadSink } from './thread-sink.ts';

/** A disk that fails must not keep the process from ending. */
const LAST_FLUSH_MS = 3000;

const after = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`${name} is not set: the core is started by \`infuscope start\``);
  return value;
}

async function main(): Promise<void> {
  const wardPath = setting('INFUSCOPE_WARD');
  const directory = setting('INFUSCOPE_DATA');
  const file = join(directory, 'infuscope.db');
  const ward = await readWard(wardPath);
  if (!ward.ok) throw new Error(ward.error.join('\n'));
  const recovered = recover(
    file,
    ward.value.beds.map(({ bed }) => bed),
  );
  const clock = stationClock(resumeFrom([...recovered.values()].map(({ state }) => state)));
  const recorder = new RecorderClient({
    sink: threadSink(new URL('./recorder-thread.js', import.meta.url), file),
    scheduler: asyncScheduler,
  });
  const rulesPath = join(directory, 'rules.json');
  const rules = new RuleBook({
    site: await readSiteRules(rulesPath, PRESETS),
    save: (changed, at) => writeSiteRules(rulesPath, changed, at),
    log: (line) => void process.stderr.write(`${line}\n`),
  });
  const captureDirectory = join(directory, 'captures');
  const captures = new Captures({
    directory: captureDirectory,
    wallAt: (at) => wallMs(clock.wall() + (at - clock.now())),
  });
  const station = new Station({
    ward: ward.value,
    recovered,
    rules,
    version: setting('INFUSCOPE_VERSION'),
    clock,
    scheduler: asyncScheduler,
    recorder,
    open: openLink,
    call: (sentence) => void process.stderr.write(`${sentence}\n`),
    desk: {
      ward: ward.value,
      clock,
      captures,
      save: (changed) => writeWard(wardPath, changed),
      surroundings: surroundingsOfThisComputer({ clock, captureDirectory }),
    },
  });
  const bus = await serveBus(station, setting('INFUSCOPE_BUS'));
  station.start();
  process.send?.({ type: 'ready' });

  let isStopping = false;
  const stop = async (): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    station.stop();
    await Promise.race([recorder.flushed(), after(LAST_FLUSH_MS)]);
    await Promise.all([recorder.close(), captures.close(), bus.close()]);
    process.exit();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  process.once('disconnect', () => void stop());
}

/** Reads every bed's journal. Opening it to write first makes a new database, or brings an older one up to date. */
function recover(file: string, beds: readonly BedId[]): ReadonlyMap<BedId, Recovered> {
  openWriter(file).close();
  const reader = openReader(file);
  try {
    return new Map(beds.map((bed) => [bed, recoverBed(reader, bed)]));
  } finally {
    reader.close();
  }
}

try {
  await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.send?.({ type: 'failed', message });
  process.exitCode = 1;
  process.disconnect?.();
}
