/** Drawing and charts in a real browser: what only a canvas can show. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, CHROMIUM, openBench } from './drawing-page/browse.ts';
import './drawing-page/page-state.ts';

const why = CHROMIUM === undefined ? ' (skipped: no Chromium on the search path)' : '';

describe.skipIf(CHROMIUM === undefined)(`in Chromium${why}`, () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  /** Waits for so many display frames: what the page draws, it has drawn by then. */
  const frames = async (page: Page, count: number): Promise<void> => {
    const until = (await page.evaluate(() => window.counted.frames)) + count;
    await page.waitForFunction((last) => window.counted.frames >= last, until);
  };
  const picture = (page: Page) => page.evaluate(() => document.querySelector('canvas')?.toDataURL());

  /** Coloured pixels of the canvas inside of each strip's element, and outside of all of them. */
  const inked = (page: Page) =>
    page.evaluate(() => {
      const canvas = document.querySelector('canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context) throw new Error('no canvas');
      const origin = canvas.getBoundingClientRect();
      const ratio = canvas.width / origin.width;
      const boxes = [...document.querySelectorAll('.strip')].map((strip) => strip.getBoundingClientRect());
      const inside = boxes.map(() => 0);
      let outside = 0;
      const { data, width } = context.getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 3; i < data.length; i += 4) {
        if (data[i] === 0) continue;
        const x = origin.left + (((i - 3) / 4) % width) / ratio;
        const y = origin.top + Math.floor((i - 3) / 4 / width) / ratio;
        const at = boxes.findIndex((b) => x >= b.left - 1 && x <= b.right + 1 && y >= b.top - 1 && y <= b.bottom + 1);
        if (at < 0) outside += 1;
        else inside[at] = (inside[at] ?? 0) + 1;
      }
      return { inside, outside };
    });

  test('every strip is drawn in its own place, and follows it when the page moves', async () => {
    const page = await bench.open('show=ward&beds=6');
    const leastInk = async () => Math.min(...(await inked(page)).inside);
    await expect.poll(leastInk, { timeout: 10_000 }).toBeGreaterThan(150);
    const before = await inked(page);
    expect(before.inside).toHaveLength(12);
    expect(before.outside).toBe(0);
    await page.evaluate(() => {
      const grid = document.querySelector<HTMLElement>('.grid');
      if (grid === null) return;
      // The region keeps its size, so that nothing but the places of the strips tells that something has moved.
      grid.style.height = '800px';
      grid.style.alignContent = 'start';
    });
    await frames(page, 5);
    await page.evaluate(() => {
      const banner = document.createElement('div');
      banner.style.cssText = 'grid-column: 1 / -1; height: 90px';
      document.querySelector('.grid')?.prepend(banner);
    });
    await frames(page, 10);
    await expect.poll(leastInk, { timeout: 10_000 }).toBeGreaterThan(150);
    expect((await inked(page)).outside).toBe(0);
    await page.close();
  });

  test('a strip without samples says so, in the picture and in words, and draws again afterwards', async () => {
    const page = await bench.open('show=ward&beds=2');
    const strip = page.locator('#strip-10');
    await page.waitForFunction(() => document.querySelector('#strip-10')?.getAttribute('data-signal') === 'live');
    expect(await strip.getAttribute('aria-label')).toBe('ECG, 25 mm/s, signal present');
    await page.evaluate(() => window.wards.silent.add(10));
    await page.waitForFunction(() => document.querySelector('#strip-10')?.getAttribute('data-signal') === 'waiting');
    await page.waitForFunction(() => document.querySelector('#strip-10')?.getAttribute('data-signal') === 'none');
    expect(await strip.getAttribute('aria-label')).toBe('ECG, 25 mm/s, no signal');
    const dashed = await inked(page);
    expect(dashed.inside[0]).toBeGreaterThan(150);
    expect(dashed.inside[0]).toBeLessThan(dashed.inside[1] ?? 0);
    await page.evaluate(() => window.wards.silent.delete(10));
    await page.waitForFunction(() => document.querySelector('#strip-10')?.getAttribute('data-signal') === 'live');
    await page.close();
  });

  test('a frozen picture does not change', async () => {
    const page = await bench.open('show=bed', { width: 1040, height: 400 });
    await page.locator('[data-signal="live"]').first().waitFor();
    await page.evaluate(() => window.surface.freeze(true));
    const frozen = await picture(page);
    await frames(page, 20);
    expect((await picture(page)) === frozen).toBe(true);
    await page.evaluate(() => window.surface.freeze(false));
    await expect.poll(async () => (await picture(page)) === frozen).toBe(false);
    await page.close();
  });

  test('32 beds cost at most four times what the barest canvas costs', async () => {
    const ratios: number[] = [];
    const figures: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const floor = await costPerFrame(await bench.open('show=floor&beds=32', { width: 1920, height: 1080 }));
      const ours = await costPerFrame(await bench.open('show=ward&beds=32', { width: 1920, height: 1080 }));
      ratios.push(ours / floor);
      figures.push(`${ours.toFixed(2)} / ${floor.toFixed(2)} ms`);
    }
    const [, median = Infinity] = ratios.sort((a, b) => a - b);
    console.info(`main thread per frame, ours / floor: ${figures.join(', ')}; median ratio ${median.toFixed(2)}`);
    expect(median).toBeLessThanOrEqual(4);
  });

  test('a session trend takes new data and keeps its size', async () => {
    const page = await bench.open('show=trend', { width: 1060, height: 320 });
    await frames(page, 10);
    const before = await picture(page);
    await page.evaluate(() => window.feed.set(window.sessionInput(45)));
    await expect.poll(async () => (await picture(page)) === before).toBe(false);
    const box = await page.locator('.u-wrap').boundingBox();
    expect(box?.width).toBe(1018);
    await page.close();
  });

  test('a review is zoomed by a drag, set back by a double press, and its window moved by press, drag and keys', async () => {
    const page = await bench.open('show=review', { width: 1060, height: 320 });
    const shown = () => page.evaluate(() => window.shown.current.fromS);
    const zoom = () => page.evaluate(() => window.zoom.current);
    const over = await page.locator('.u-over').boundingBox();
    if (over === null) throw new Error('no chart');
    const at = (share: number) => [over.x + share * over.width, over.y + over.height / 2] as const;
    const { fromS, toS } = await page.evaluate(() => ({
      fromS: window.feed.current.fromS,
      toS: window.feed.current.toS,
    }));
    const timeAt = (share: number) => fromS + share * (toS - fromS);

    await page.mouse.click(...at(0.5));
    expect(await shown()).toBeCloseTo(timeAt(0.5) - 5, -1.5);
    const pressed = await shown();
    await page.locator('[role=slider]').focus();
    await page.keyboard.press('ArrowRight');
    expect(await shown()).toBeCloseTo(pressed + 10, 3);
    await drag(page, at(0.5), at(0.7));
    expect(await shown()).toBeCloseTo(timeAt(0.7) - 5, -2);
    expect(await zoom()).toBeUndefined();

    await drag(page, at(0.1), at(0.3));
    const range = await zoom();
    expect(range?.fromS).toBeCloseTo(timeAt(0.1), -2);
    expect(range?.toS).toBeCloseTo(timeAt(0.3), -2);
    await page.mouse.dblclick(...at(0.9));
    expect(await zoom()).toBeUndefined();
    await page.close();
  });
});

async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(...to, { steps: 8 });
  await page.mouse.up();
}

const SETTLING_FRAMES = 60;
const MEASURED_FRAMES = 120;

/** Main-thread time per display frame, ms, after the page has settled. */
async function costPerFrame(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const read = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    const taskS = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
    return { taskMs: 1000 * taskS, frames: await page.evaluate(() => window.counted.frames) };
  };
  await page.waitForFunction((settled) => window.counted.frames > settled, SETTLING_FRAMES);
  const before = await read();
  await page.waitForFunction((last) => window.counted.frames > last, before.frames + MEASURED_FRAMES);
  const after = await read();
  await page.close();
  return (after.taskMs - before.taskMs) / (after.frames - before.frames);
}
