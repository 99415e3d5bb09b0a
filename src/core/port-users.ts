/**
 * Who else has a port open. The binding of serial ports sets a line's speed before it notices a lock, so a second opening would
 * disturb whoever has it; this is asked first.
 */
import { readdir, readlink, realpath } from 'node:fs/promises';

/**
 * Another process that has this file open. @returns undefined when none is known: on Linux the processes of the same user are,
 * to the superuser all; elsewhere none.
 */
export async function otherUserOf(path: string): Promise<number | undefined> {
  const target = await placeOfFile(path);
  for (const entry of await entriesOf('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const handles = await handlesOf(pid);
    if (handles.includes(target) && !handles.some(isTerminalMaker)) return pid;
  }
  return undefined;
}

/** A program that made a pseudo terminal may hold it open: it is the other end, and no user. */
const isTerminalMaker = (handle: string): boolean => /^\/dev\/(pts\/)?ptmx$/.test(handle);

async function handlesOf(pid: number): Promise<readonly string[]> {
  const directory = `/proc/${pid}/fd`;
  const names = await entriesOf(directory);
  return Promise.all(names.map((name) => readlink(`${directory}/${name}`).catch(() => '')));
}

/** Where a path really leads, so that two names of one port are one port; the path itself when it leads nowhere. */
export const placeOfFile = (path: string): Promise<string> => realpath(path).catch(() => path);

const entriesOf = (directory: string): Promise<readonly string[]> => readdir(directory).catch(() => []);
