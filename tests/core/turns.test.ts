/** One bed's devices say thousands of things: what another bed has to wait for, counted in pieces of work. */
import { VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { bedId, type BedId } from '$lib/domain/index.ts';
import { SHARE, Turns } from '$core/turns.ts';

const STORM = bedId('storm');
const CALM = bedId('calm');

function turns() {
  const scheduler = new VirtualTimeScheduler();
  const queue = new Turns(scheduler);
  const done: string[] = [];
  const work = (bed: BedId, name: string | number): void => queue.take(bed, () => void done.push(`${bed} ${name}`));
  return { scheduler, queue, done, work };
}

test('what comes alone is done at once', () => {
  const { done, work } = turns();
  work(CALM, 1);
  expect(done).toEqual(['calm 1']);
});

test('a bed with thousands of pieces keeps another one waiting for its own share at most', () => {
  const { done, work } = turns();
  for (let i = 0; i < 5000; i += 1) work(STORM, i);
  work(CALM, 'high');
  expect(done).toHaveLength(SHARE + 1);
  expect(done.at(-1)).toBe('calm high');
});

test('beds that storm together are served in turn, each in its order, and nothing is dropped', () => {
  const { scheduler, done, work } = turns();
  for (let i = 0; i < 500; i += 1) for (const bed of [STORM, CALM]) work(bed, i);
  scheduler.flush();
  for (const bed of [STORM, CALM]) {
    const own = done.filter((one) => one.startsWith(bed));
    expect(own).toEqual(Array.from({ length: 500 }, (_, i) => `${bed} ${i}`));
  }
  const lead = done.map((_, i) => {
    const sofar = done.slice(0, i + 1);
    return Math.abs(sofar.filter((one) => one.startsWith(STORM)).length - (i + 1) / 2);
  });
  expect(Math.max(...lead)).toBeLessThanOrEqual(SHARE);
});

test('before the end everything is done', () => {
  const { queue, done, work } = turns();
  for (let i = 0; i < 500; i += 1) work(STORM, i);
  queue.drain();
  expect(done).toHaveLength(500);
});
