/** Sound and watchdog in a real browser, on a page that hangs: what only an audio clock and a hung page can show. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, CHROMIUM, openBench } from './drawing-page/browse.ts';
import './drawing-page/page-state.ts';

const why = CHROMIUM === undefined ? ' (skipped: no Chromium on the search path)' : '';

describe.skipIf(CHROMIUM === undefined)(`a page that hangs, in Chromium${why}`, () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test('a press starts the sound; an alarm is heard, also while the page hangs, and ends', async () => {
    const page = await bench.open('show=watch');
    expect(await page.evaluate(() => window.sounder.state)).toBe('off');
    await page.getByRole('button').click();
    await page.waitForFunction(() => window.sounder.state === 'running');
    // The test tone ends first.
    const isHeard = () => page.evaluate(() => window.loudness() > 0.3);
    const isSilent = () => page.evaluate(() => window.loudness() < 0.001);
    await expect.poll(isHeard, { interval: 10 }).toBe(true);
    await expect.poll(isSilent, { interval: 10 }).toBe(true);
    await page.evaluate(() => window.sounder.sound('high', 'cardiovascular'));
    await expect.poll(isHeard, { interval: 10 }).toBe(true);
    // A high alarm is repeated 11 s after it began; the page hangs in between, and the audio clock does not mind.
    const levels = await page.evaluate(() => {
      const until = performance.now() + 11_500;
      const heard: boolean[] = [];
      while (performance.now() < until) heard.push(window.loudness() > 0.3);
      return heard.slice(-Math.floor(heard.length / 10)).includes(true);
    });
    expect(levels).toBe(true);
    await page.evaluate(() => window.sounder.sound(undefined));
    await expect.poll(isSilent).toBe(true);
    await page.close();
  });

  test('the watchdog tells the link as it is, and covers a page that hangs without the page’s help', async () => {
    const page = await bench.open('show=watch', { width: 400, height: 200 });
    const state = () => page.evaluate(() => window.news.at(-1)?.state);
    await page.waitForFunction(() => window.news.at(-1)?.state === 'lost');
    await page.evaluate(() => {
      window.watchdog.socket(true);
      window.beat();
    });
    await page.waitForFunction(() => window.news.at(-1)?.state === 'live');
    await page.waitForFunction(() => window.news.at(-1)?.state === 'delayed');
    expect(await page.evaluate(() => window.news.at(-1)?.heardWallTime)).toBe(1e12 + 1000);
    await page.waitForFunction(() => window.news.at(-1)?.state === 'lost');
    expect(await page.evaluate(() => window.news.at(-1)?.isToneDue)).toBe(false);
    await page.waitForFunction(() => window.news.at(-1)?.isToneDue === true);
    await page.evaluate(() => window.beat());
    expect(await state()).not.toBeUndefined();

    // Nothing moves on this page but the cover, so a picture that the browser makes while the page hangs shows the cover.
    const picturesAtMs: number[] = [];
    const acknowledged: Promise<unknown>[] = [];
    const devtools = await page.context().newCDPSession(page);
    devtools.on('Page.screencastFrame', ({ sessionId }) => {
      picturesAtMs.push(performance.now());
      acknowledged.push(devtools.send('Page.screencastFrameAck', { sessionId }));
    });
    await devtools.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 });
    const beganMs = performance.now();
    await page.evaluate(() => {
      const until = performance.now() + 5500;
      while (performance.now() < until);
    });
    await devtools.send('Page.stopScreencast');
    await Promise.all(acknowledged);
    expect(picturesAtMs.some((atMs) => atMs > beganMs + 2000 && atMs < beganMs + 5000)).toBe(true);
    await page.waitForFunction(() => window.hung.length > 0);
    expect(await page.evaluate(() => window.hung[0])).toBeGreaterThan(5000);
    await page.close();
  });
});
