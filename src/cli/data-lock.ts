/** One station per data directory: two writers would tear one journal. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '$lib/domain/index.ts';

export interface DirectoryLock {
  release(): void;
}

/** Takes the lock; a lock left by a process that lives no more is taken over. */
export function lockDirectory(directory: string): Result<DirectoryLock, string> {
  const path = join(directory, 'station.pid');
  const holder = holderOf(path);
  if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
    return fail(
      `Another station (process ${holder}) uses ${directory}. End it, or choose another directory with --data.`,
    );
  }
  writeFileSync(path, `${process.pid}\n`, { mode: 0o600 });
  return ok({ release: () => rmSync(path, { force: true }) });
}

function holderOf(path: string): number | undefined {
  if (!existsSync(path)) return undefined;
  const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
