/** Batches leave on their grid, and nobody is woken for nothing. */
import { expect, test } from 'vitest';
import { AskedTick } from '$lib/bus/asked-tick.ts';
import { VirtualTime } from '$simulators/virtual-time.ts';

function ticking(time: VirtualTime) {
  const ticks: number[] = [];
  const tick = new AskedTick(time, 40, () => ticks.push(time.now()));
  return { ticks, tick };
}

test('without being asked it never comes', () => {
  const time = new VirtualTime();
  const { ticks } = ticking(time);
  time.runTo(1000);
  expect(ticks).toEqual([]);
});

test('it comes once, at the next point of its grid, however often it is asked', () => {
  const time = new VirtualTime();
  time.runTo(7);
  const { ticks, tick } = ticking(time);
  time.runTo(55);
  tick.ask();
  tick.ask();
  time.runTo(1000);
  tick.ask();
  time.runTo(2000);
  expect(ticks).toEqual([87, 1007]);
});

test('asked at a point of the grid it comes at the next one, and asked in its own work again', () => {
  const time = new VirtualTime();
  const ticks: number[] = [];
  const tick = new AskedTick(time, 40, () => {
    ticks.push(time.now());
    if (ticks.length < 3) tick.ask();
  });
  tick.ask();
  time.runTo(1000);
  expect(ticks).toEqual([40, 80, 120]);
});

test('stopped, it does not come, whatever was asked before or after', () => {
  const time = new VirtualTime();
  const { ticks, tick } = ticking(time);
  tick.ask();
  tick.stop();
  tick.ask();
  time.runTo(1000);
  expect(ticks).toEqual([]);
});
