/**
 * One process at a time, across processes: a directory is the lock, because renaming a full directory onto another full one
 * fails everywhere, so taking it and saying whose it is are one act.
 *
 * A holder touches its lock every second. A lock is stale when its process is gone (seen on the same host only) or when it has
 * not been touched for ten seconds on the waiter's own clock; a computer that slept or a wrong calendar clock breaks nothing.
 */
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const TOUCH_MS = 1000;
const LOOK_MS = 200;
const STALE_MS = 10_000;
const REAL_CLOCK = { now: () => performance.now(), pause: sleep };

/**
 * Runs `work` while holding the lock at `path` and gives its result. `onWait` is called once if somebody else holds it;
 * `clock` counts milliseconds and waits between two looks.
 */
export async function withLock(path, work, { onWait = () => {}, clock = REAL_CLOCK } = {}) {
  const token = randomUUID();
  await take(path, token, { onWait, clock });
  const touching = setInterval(() => touch(path, token), TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    release(path, token);
  }
}

async function take(path, token, { onWait, clock }) {
  mkdirSync(dirname(path), { recursive: true });
  let seen;
  while (!tryTake(path, token)) {
    const holder = read(path);
    if (!holder) continue;
    const isUntouched = seen?.token === holder.token && seen.touchedAt === holder.touchedAt;
    const isStale = isGone(holder) || (isUntouched && clock.now() - seen.since >= STALE_MS);
    if (isStale) {
      setAside(path, holder.token);
      continue;
    }
    if (!seen) onWait();
    if (!isUntouched) seen = { ...holder, since: clock.now() };
    await clock.pause(LOOK_MS);
  }
}

function tryTake(path, token) {
  if (existsSync(path)) return false;
  const candidate = `${path}.${token}`;
  mkdirSync(candidate);
  writeFileSync(join(candidate, 'holder.json'), JSON.stringify({ token, pid: process.pid, host: hostname() }));
  if (tryRename(candidate, path)) return true;
  remove(candidate);
  return false;
}

/** Whose lock it is and when it was last touched; undefined when it has just been released. */
function read(path) {
  const touchedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (touchedAt === undefined) return undefined;
  try {
    return { ...JSON.parse(readFileSync(join(path, 'holder.json'), 'utf8')), touchedAt };
  } catch {
    // A power cut can leave the file empty: nobody touches such a lock any more, so it becomes stale by time.
    return { token: `unreadable-${touchedAt}`, touchedAt };
  }
}

function isGone({ host, pid }) {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/**
 * Moves a stale lock out of the way under its holder's token. It stays there until the next release: a second waiter that
 * found the same lock stale then fails to move the one that the first has taken meanwhile.
 */
const setAside = (path, token) => tryRename(path, `${path}.${token}.stale`);

function touch(path, token) {
  if (read(path)?.token === token) utimesSync(path, new Date(), new Date());
}

function release(path, token) {
  if (read(path)?.token !== token) return;
  if (tryRename(path, `${path}.${token}.stale`)) {
    const isLeftover = (name) => name.startsWith(`${basename(path)}.`) && name.endsWith('.stale');
    for (const name of readdirSync(dirname(path)).filter(isLeftover)) remove(join(dirname(path), name));
  }
}

const remove = (path) => rmSync(path, { recursive: true, force: true });

function tryRename(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (['ENOENT', 'EEXIST', 'ENOTEMPTY', 'EPERM'].includes(error.code)) return false;
    throw error;
  }
}
