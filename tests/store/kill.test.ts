import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BED, bodies, batch, Journal } from './course.ts';
import { built, type Built } from './built.ts';
import { reading, recorded, scratchFile } from './scratch.ts';

let child: Built;
beforeAll(async () => {
  child = await built('tests/store/kill-child.ts');
}, 60_000);
afterAll(() => child.remove());

/** Kills a recording process when it has said that this entry is on disk. @returns the last entry that it said so of. */
async function killedAfter(file: string, entry: number): Promise<number> {
  const process = spawn('node', [child.file, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => process.once('exit', (_code, signal) => resolve(signal)));
  let last = 0;
  for await (const line of createInterface({ input: process.stdout })) {
    last = Number(line);
    if (last === entry) process.kill('SIGKILL');
  }
  expect(await ended).toBe('SIGKILL');
  return last;
}

test.each([3, 50, 400])(
  'killed after entry %d, the recording opens, verifies, holds all that was said to be on disk, and goes on',
  async (entry) => {
    const file = scratchFile();
    const said = await killedAfter(file, entry);
    const head = reading(file).head(BED);
    expect(head?.seq).toBeGreaterThanOrEqual(said);
    const [before] = reading(file).verify().beds;
    expect(before).toEqual({ bed: BED, entryCount: head?.seq, signalCount: (head?.seq ?? 0) - 2 });
    const next = new Journal(BED, head?.seq).entry(head?.at ?? 0, bodies.started);
    recorded([batch({ entries: [next] })], file);
    expect(reading(file).verify().beds).toMatchObject([{ entryCount: next.seq }]);
  },
  60_000,
);
