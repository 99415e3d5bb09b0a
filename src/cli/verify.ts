import { bedId, monotonicMs, type BedId, type JournalEntry } from '$lib/domain/index.ts';
import { compareReplay, emptyBed, STATE_VERSION } from '$lib/bedside/index.ts';
import type { StoreReader, VerifyReport } from '$lib/store/store.ts';
import { complain, EXIT_OK, EXIT_USAGE, EXIT_WRONG, parse, say, type Command } from './command.ts';
import { DATA_USAGE, openRecording } from './recording.ts';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'prove a recording: nothing altered since, and its alarms follow from its data',
  usage: [
    'infuscope verify [--data DIR] [--bed ID] [--no-replay]',
    '',
    DATA_USAGE,
    '  --bed ID     this bed only',
    '  --no-replay  check the hash chains only',
    '',
    'Checks for every bed that each entry and each slice of signal follows from the one before (SHA-256 chain), that the',
    'seals of ended sessions bind them, and that judging the recorded data again gives the recorded alarms, byte for byte.',
    'The first thing that is wrong is named; the exit code is 1 then.',
  ].join('\n'),
  run: (args) => Promise.resolve(verify(args)),
};

function verify(args: readonly string[]): number {
  const parsed = parse(args, {
    data: { type: 'string' },
    bed: { type: 'string' },
    'no-replay': { type: 'boolean', default: false },
  });
  if (!parsed.ok || parsed.value.positionals.length > 0) {
    complain(
      `infuscope verify: ${parsed.ok ? 'it takes no file name; name the directory with --data.' : parsed.error}`,
    );
    return EXIT_USAGE;
  }
  const { values } = parsed.value;
  const opened = openRecording(values['data'] === undefined ? undefined : String(values['data']));
  if (!opened.ok) {
    complain(opened.error);
    return EXIT_WRONG;
  }
  const store = opened.value;
  const bed = values['bed'] === undefined ? undefined : bedId(String(values['bed']));
  if (bed !== undefined && !store.beds().includes(bed)) {
    complain(`There is no bed ${bed} in this recording; it has ${store.beds().join(', ') || 'none'}.`);
    return EXIT_WRONG;
  }
  const { beds } = store.verify(bed);
  const isGood = beds.map((report) => tell(store, report, values['no-replay'] !== true)).every((good) => good);
  store.close();
  if (beds.length === 0) say('The recording is empty.');
  return isGood ? EXIT_OK : EXIT_WRONG;
}

function tell(store: StoreReader, report: VerifyReport['beds'][number], isReplayed: boolean): boolean {
  const { bed, entryCount, signalCount, firstBad } = report;
  const counts = `${entryCount} entries, ${signalCount} slices of signal`;
  if (firstBad !== undefined) {
    complain(`${bed}: altered. ${firstBad.table} row ${firstBad.row}: ${firstBad.what}. (${counts})`);
    return false;
  }
  const difference = isReplayed ? replayDifference(store, bed) : undefined;
  if (difference !== undefined) complain(`${bed}: ${difference}`);
  else say(`${bed}: unaltered, ${counts}${isReplayed ? '; the recorded alarms follow from the recorded data' : ''}`);
  return difference === undefined;
}

/** The rules are in the journal; the program that reads them must be one that judges as the recording one did. */
function replayDifference(store: StoreReader, bed: BedId): string | undefined {
  for (const { body } of store.entries(bed, 1, undefined, ['started'])) {
    if (body.kind === 'started' && body.stateVersion !== STATE_VERSION) {
      return `recorded by Infuscope ${body.version}, which judged differently (version ${body.stateVersion ?? 'before 4'} of the bed's state, here ${STATE_VERSION}): it cannot be judged again here.`;
    }
  }
  const start = { state: emptyBed(bed, monotonicMs(0)), seq: 0 };
  const mismatch = compareReplay(start, store.entries(bed, 1));
  if (mismatch === undefined) return undefined;
  const words = (entry: JournalEntry | undefined): string =>
    entry === undefined ? 'nothing' : `${entry.body.kind} at ${entry.at} ms`;
  return `judged again it differs at entry ${mismatch.seq}: recorded ${words(mismatch.recorded)}, now ${words(mismatch.replayed)}.`;
}
