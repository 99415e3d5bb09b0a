import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchOfEntry, BED } from './course.ts';
import { built, type Built } from './built.ts';
import { contentOf, reading, recorded, scratchFile } from './scratch.ts';

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

const course = (fromSeq: number, toSeq: number) =>
  Array.from({ length: toSeq - fromSeq + 1 }, (_, i) => batchOfEntry(fromSeq + i));

test.each([3, 50, 400])(
  'killed after entry %d, the recording holds all that was said to be on disk and at most one batch more, and goes on',
  async (entry) => {
    const file = scratchFile();
    const said = await killedAfter(file, entry);
    const seq = reading(file).head(BED)?.seq ?? 0;
    expect([said, said + 1]).toContain(seq);
    expect(reading(file).verify()).toEqual(reading(recorded(course(2, seq))).verify());
    const next = seq + 90;
    recorded(course(seq + 1, next), file);
    expect(contentOf(file)).toEqual(contentOf(recorded(course(2, next))));
    expect(reading(file).verify().beds).toEqual([{ bed: BED, entryCount: next, signalCount: next - 2 }]);
  },
  60_000,
);
