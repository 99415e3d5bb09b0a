/** Opening a station's recording from the command line, with plain words when that does not work. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail, ok, type Result } from '$lib/domain/index.ts';
import { openReader, type StoreReader } from '$lib/store/index.ts';

export const DATA_USAGE = '  --data DIR  the data directory (default: data/station, else data/demonstration)';

/** The directory that was named, else the first of the usual ones that has a recording. */
export function openRecording(named: string | undefined): Result<StoreReader, string> {
  const candidates = named === undefined ? ['data/station', 'data/demonstration'] : [named];
  const file = candidates.map((directory) => join(resolve(directory), 'infuscope.db')).find((path) => existsSync(path));
  if (file === undefined) {
    return fail(`There is no recording in ${candidates.join(' or ')}. Name the data directory with --data.`);
  }
  try {
    return ok(openReader(file));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
