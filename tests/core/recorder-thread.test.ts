import { mkdirSync, rmdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WriteResult } from '$core/record-sink.ts';
import { threadSink } from '$core/thread-sink.ts';
import type { RecordBatch } from '$lib/store/store.ts';
import { built, type Built } from '../store/built.ts';
import { BED, batch, wholeCourse } from '../store/course.ts';
import { reading, recorded, scratchFile } from '../store/scratch.ts';

let thread: Built;
beforeAll(async () => {
  thread = await built('src/core/recorder-thread.ts');
}, 60_000);
afterAll(() => thread.remove());

function opened(file: string, script = thread.file) {
  const sink = threadSink(script, file);
  return {
    write: (one: RecordBatch) => new Promise<WriteResult>((done) => sink.write(one, done)),
    close: () => sink.close(),
  };
}

test('what the thread was given is in the store as if it had been written here', async () => {
  const file = scratchFile();
  const { write, close } = opened(file);
  for (const one of wholeCourse(5)) expect(await write(one)).toEqual({ ok: true, value: null });
  await close();
  const here = reading(recorded(wholeCourse(5)));
  const there = reading(file);
  expect(there.verify()).toEqual(here.verify());
  expect([...there.entries(BED, 1)]).toEqual([...here.entries(BED, 1)]);
  expect(there.sessions()).toEqual(here.sessions());
});

test('a store that cannot be opened is said in its own words, and tried again with the next batch', async () => {
  const file = scratchFile();
  mkdirSync(file);
  const { write, close } = opened(file);
  const [first = batch({})] = wholeCourse(1);
  const refused = await write(first);
  expect(refused.ok ? '' : refused.error).toContain(file);
  rmdirSync(file);
  expect(await write(first)).toEqual({ ok: true, value: null });
  await close();
});

test('a thread that cannot run is said, and started again with the next batch', async () => {
  const { write, close } = opened(scratchFile(), `${thread.file}.missing`);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const result = await write(batch({}));
    expect(result.ok ? '' : result.error).toContain('thread stopped');
  }
  await close();
});

test('a batch whose answer was lost is written once', async () => {
  const file = scratchFile();
  const [first = batch({}), second = batch({})] = wholeCourse(1);
  const before = opened(file);
  await before.write(first);
  await before.close();
  const after = opened(file);
  expect(await after.write(first)).toEqual({ ok: true, value: null });
  expect(await after.write(second)).toEqual({ ok: true, value: null });
  await after.close();
  expect(reading(file).verify().beds).toMatchObject([{ entryCount: 3 }]);
});
