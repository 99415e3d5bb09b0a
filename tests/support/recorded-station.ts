/** The built station over a recording that exists already: one bed, no devices, and the finished session to look at. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordFinishedSession } from './finished-session.ts';
import { CLI, Program, type TestStation } from './processes.ts';

export interface RecordedStationOptions {
  /** How much of the story is recorded; all of it unless told. */
  readonly minutes?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startRecordedStation(options: RecordedStationOptions = {}): Promise<TestStation> {
  if (!existsSync(CLI)) throw new Error('The station is not built. Run `npm run build` first.');
  const directory = mkdtempSync(join(tmpdir(), 'recorded-'));
  const database = join(directory, 'infuscope.db');
  await recordFinishedSession(database, options.minutes);
  const configuration = join(directory, 'ward.json');
  writeFileSync(configuration, JSON.stringify({ beds: [{ id: 'bed-1', label: 'Bed 1', devices: [] }] }));
  const program = new Program(
    ['start', '--config', configuration, '--data', directory, '--port', '0'],
    options.environment,
  );
  const [, address = ''] = await program.line(/Infuscope is ready: (\S+)/);
  return {
    ...{ program, address, directory, database },
    stop: async () => {
      await program.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
