/** A screen that has lost its station must say so at once, over everything, and come back by itself. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CHROMIUM,
  evidence,
  isLive,
  startWatch,
  TestBrowser,
  WITHOUT_CHROMIUM,
  type Visit,
} from '../support/browser.ts';
import { startDemonstration, type Demonstration } from '../support/station-process.ts';

const NOTICE_MS = 3000;
/** What a busy machine may add until a page has painted what it knows. */
const PAINT_MS = 1000;

describe.skipIf(CHROMIUM === undefined)(`the link to the station${WITHOUT_CHROMIUM}`, () => {
  let station: Demonstration;
  let browser: TestBrowser;
  let visit: Visit;
  const cover = (page: Page) => page.getByText(/NOT MONITORING since \d\d:\d\d:\d\d/);

  /** Of a picture's first pixel: what is painted on top, whoever may be pressed there. */
  const colourOf = async (png: Buffer): Promise<readonly number[]> => {
    const { page } = await browser.visit('about:blank');
    const colour = await page.evaluate(
      async (address) => {
        const image = await createImageBitmap(await (await fetch(address)).blob());
        const context = new OffscreenCanvas(1, 1).getContext('2d');
        context?.drawImage(image, 0, 0);
        return [...(context?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3);
      },
      `data:image/png;base64,${png.toString('base64')}`,
    );
    await page.close();
    return colour;
  };

  beforeAll(async () => {
    [station, browser] = await Promise.all([startDemonstration(), TestBrowser.open()]);
    visit = await browser.visit(station.address);
    await startWatch(visit.page, 'Nurse 07');
    await isLive(visit.page);
    await visit.page.evaluate(() => {
      window.isSamePage = true;
    });
  });
  afterAll(async () => {
    await browser?.close();
    await station?.stop();
  });

  test('is lost when the web process is killed: said within three seconds, and live again without a reload', async () => {
    const { page } = visit;
    process.kill(station.pidOf('web'), 'SIGKILL');
    await cover(page).waitFor({ timeout: NOTICE_MS + PAINT_MS });
    expect(await page.title()).toContain('NOT MONITORING');
    await page.locator('header [data-link="lost"]').waitFor();
    expect(await page.getByText('No active alarms').filter({ visible: true }).count()).toBe(0);
    await evidence(page, 'ward-not-monitoring');
    await cover(page).waitFor({ state: 'detached', timeout: 20_000 });
    await isLive(page);
    expect(await page.evaluate(() => window.isSamePage)).toBe(true);
  });

  test('is lost when the monitoring process stands still although the pages are served', async () => {
    const { page } = visit;
    const core = station.pidOf('core');
    process.kill(core, 'SIGSTOP');
    const stoppedMs = performance.now();
    try {
      await page.getByText(/Delayed \d s/).waitFor({ timeout: NOTICE_MS + PAINT_MS });
      await evidence(page, 'ward-delayed');
      await cover(page).waitFor({ timeout: 2 * NOTICE_MS });
      expect(performance.now() - stoppedMs).toBeLessThan(NOTICE_MS + 1000 + PAINT_MS);
    } finally {
      process.kill(core, 'SIGCONT');
    }
    await cover(page).waitFor({ state: 'detached', timeout: 15_000 });
    await isLive(page);
  });

  test('goes on with what was recorded when the monitoring process was killed and has begun again', async () => {
    const { page } = visit;
    const bed = page.locator('[data-bed="bed-1"]');
    const killed = station.pidOf('core');
    process.kill(killed, 'SIGKILL');
    const core = () => station.program.childPid('core.js') ?? killed;
    await expect.poll(core, { timeout: 10_000 }).not.toBe(killed);
    const numbers = () => page.locator('article .digits').allInnerTexts();
    const before = await numbers();
    await expect.poll(numbers, { timeout: 20_000 }).not.toEqual(before);
    await isLive(page);
    expect(await bed.innerText()).toContain('Stone, B.');
    expect(await page.evaluate(() => window.isSamePage)).toBe(true);
  });

  test('does not pretend that something was recorded while it was lost', async () => {
    const { page } = visit;
    await page.goto(new URL('/bed/bed-2', station.address).href);
    await page.getByRole('button', { name: 'Nausea' }).waitFor();
    await isLive(page);
    process.kill(station.pidOf('web'), 'SIGKILL');
    await cover(page).waitFor({ timeout: NOTICE_MS + PAINT_MS });
    await page.getByRole('button', { name: 'Nausea' }).click();
    await page.getByText(/“Nausea” was NOT recorded/).waitFor();
    await evidence(page, 'bed-not-monitoring');
    await isLive(page);
  });

  test('hides nothing behind a dialog: the cover lies over it', async () => {
    const { page } = visit;
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    process.kill(station.pidOf('web'), 'SIGKILL');
    await cover(page).waitFor({ timeout: NOTICE_MS + PAINT_MS });
    const box = await cover(page).boundingBox();
    if (box === null) throw new Error('the cover has no place');
    const clip = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y) - 20, width: 1, height: 1 };
    expect(await colourOf(await page.screenshot({ clip }))).toEqual([255, 179, 0]);
    await isLive(page);
  });
});

declare global {
  interface Window {
    isSamePage: boolean;
  }
}
