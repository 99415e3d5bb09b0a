import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withLock } from '../../bin/lib/lock.mjs';

let folder = '';
let lock = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'infuscope-lock-'));
  lock = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A clock on which every pause passes at once; `onPause` is what happens meanwhile. */
function fastClock(onPause: () => void = () => undefined) {
  let now = 0;
  const pause = (ms: number) => {
    now += ms;
    onPause();
    return new Promise<void>((resolve) => setImmediate(resolve));
  };
  return { now: () => now, pause };
}

function leaveLock(holder: object | string): void {
  mkdirSync(lock);
  writeFileSync(join(lock, 'holder.json'), typeof holder === 'string' ? holder : JSON.stringify(holder));
}

const endedProcess = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('the lock', () => {
  test('gives the result of the work and is gone afterwards', async () => {
    expect(await withLock(lock, () => 42)).toBe(42);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is released when the work fails', async () => {
    await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(lock, () => 'again')).toBe('again');
  });

  test('keeps the second waiting until the first has done, and says so once', async () => {
    const told: string[] = [];
    let finish = () => undefined as void;
    const first = withLock(lock, () => new Promise<void>((resolve) => (finish = resolve)));
    const second = withLock(lock, () => told.push('second works'), {
      onWait: () => told.push('waiting'),
      clock: fastClock(() => {
        if (told.push('looked') === 4) finish();
      }),
    });
    await Promise.all([first, second]);
    expect(told).toEqual(['waiting', 'looked', 'looked', 'looked', 'second works']);
  });

  test('of a process that is gone is taken over at once', async () => {
    leaveLock({ token: 'old', pid: endedProcess(), host: hostname() });
    const onWait = () => expect.unreachable('nobody is there to wait for');
    expect(await withLock(lock, () => 'taken', { onWait })).toBe('taken');
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['another computer', { token: 'old', pid: 1, host: 'another' }],
    ['nobody that can be told', ''],
  ])('of %s is taken over after ten seconds without a touch', async (_, holder) => {
    leaveLock(holder);
    const clock = fastClock();
    await withLock(lock, () => 'taken', { clock });
    expect(clock.now()).toBe(10_000);
  });

  test('that is touched now and then is not taken over', async () => {
    leaveLock({ token: 'old', pid: 1, host: 'another' });
    let touches = 0;
    const clock = fastClock(() => {
      touches += 1;
      if (touches <= 1000) utimesSync(lock, touches, touches);
    });
    await withLock(lock, () => 'taken', { clock });
    expect(clock.now()).toBe(1000 * 200 + 10_000);
  });

  test('is never held by two processes, also when they find a stale one', { timeout: 60_000 }, async () => {
    leaveLock({ token: 'old', pid: endedProcess(), host: hostname() });
    const counter = join(folder, 'counter');
    writeFileSync(counter, '0');
    const script = `
      import { readFileSync, writeFileSync } from 'node:fs';
      import { setTimeout as sleep } from 'node:timers/promises';
      import { withLock } from ${JSON.stringify(join(import.meta.dirname, '../../bin/lib/lock.mjs'))};
      const clock = { now: () => performance.now(), pause: () => sleep(1) };
      for (let i = 0; i < 25; i++) await withLock(${JSON.stringify(lock)}, async () => {
        const count = Number(readFileSync(${JSON.stringify(counter)}, 'utf8'));
        await sleep(1);
        writeFileSync(${JSON.stringify(counter)}, String(count + 1));
      }, { clock });`;
    const codes = await Promise.all(
      Array.from({ length: 4 }, () => {
        const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
        return new Promise((resolve) => child.on('close', resolve));
      }),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(readFileSync(counter, 'utf8')).toBe('100');
    expect(existsSync(lock)).toBe(false);
  });
});
