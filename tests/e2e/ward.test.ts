/** The ward on a calm day, as a nurse sees it: everything at a glance, nothing cut off, everything by keyboard. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  axeFindings,
  CHROMIUM,
  evidence,
  isLive,
  misfits,
  SIZES,
  startWatch,
  tabTroubles,
  TestBrowser,
  WITHOUT_CHROMIUM,
  type Visit,
} from '../support/browser.ts';
import { startDemonstration, type Demonstration } from '../support/station-process.ts';

/** Bigger and smaller screens than those that it is made for. */
const OTHER_SIZES = [
  { width: 1920, height: 1080 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
  // Each tile as small as one of sixteen on a usual screen.
  { width: 1040, height: 540 },
] as const;

describe.skipIf(CHROMIUM === undefined)(`the ward${WITHOUT_CHROMIUM}`, () => {
  let station: Demonstration;
  let browser: TestBrowser;
  let nurse: Visit;

  const tile = (page: Page, bed: string) => page.locator(`[data-bed="${bed}"]`);

  beforeAll(async () => {
    [station, browser] = await Promise.all([startDemonstration(), TestBrowser.open()]);
    nurse = await browser.visit(station.address);
  });
  afterAll(async () => {
    await browser?.close();
    await station?.stop();
  });

  test('says that it makes no sound, and what it is not, before anybody asks', async () => {
    const bar = nurse.page.getByRole('region', { name: 'Start the watch' });
    expect(await bar.innerText()).toContain('Sound is OFF');
    expect(await bar.innerText()).toContain('not a certified medical device');
    await isLive(nurse.page);
    await evidence(nurse.page, 'ward-sound-off');
    await startWatch(nurse.page, 'Nurse 07');
    await bar.waitFor({ state: 'detached' });
  });

  test('shows six beds with living numbers, each with its age, and moving waves', async () => {
    const { page } = nurse;
    expect(await page.locator('article[data-bed]').count()).toBe(6);
    for (const bed of ['bed-1', 'bed-2', 'bed-3', 'bed-4', 'bed-5']) {
      const rate = tile(page, bed).getByRole('group', { name: /^Heart rate \d+ per minute, max 120/ });
      await rate.waitFor();
      expect(await rate.innerText()).toMatch(/HR\s*\d+ s/);
      const cuff = tile(page, bed).getByRole('group', { name: /^Cuff pressure \d+\/\d+/ });
      expect(await cuff.innerText()).toMatch(/NIBP ·\s(now|\d+ min)/);
      await tile(page, bed).locator('[data-signal="live"]').first().waitFor();
    }
    const picture = (): Promise<string | undefined> =>
      page.evaluate(() => document.querySelector('canvas')?.toDataURL());
    const before = await picture();
    await expect.poll(picture, { timeout: 5000 }).not.toBe(before);
  });

  test('shows a bed without a session as free, what its devices say, and the way to a session', async () => {
    const free = tile(nurse.page, 'bed-6');
    await expect.poll(() => free.innerText()).toContain('Ready: Monitor and Pump connected');
    expect(await free.innerText()).toContain('No session');
    // What its devices say is shown; nothing is judged without a patient.
    expect(await free.getByRole('group', { name: /^Heart rate.*max/ }).count()).toBe(0);
    expect(await free.getByRole('link', { name: 'Start a session' }).getAttribute('href')).toBe('/bed/bed-6/session');
  });

  test.each(SIZES)(
    'fits six beds on $width × $height without scrolling, and axe finds nothing serious',
    async (size) => {
      const { page } = nurse;
      await page.setViewportSize(size);
      const isScrolling = () =>
        page.evaluate(() => {
          const main = document.querySelector('main');
          return main === null || main.scrollHeight > main.clientHeight;
        });
      await expect.poll(isScrolling).toBe(false);
      expect(await misfits(page)).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
      await evidence(page, 'ward');
    },
  );

  test.each(OTHER_SIZES)('cuts off and overlays nothing on $width × $height', async (size) => {
    await nurse.page.setViewportSize(size);
    await expect.poll(() => misfits(nurse.page)).toEqual([]);
    await evidence(nurse.page, 'ward');
  });

  test('changes its numbers without moving anything', async () => {
    const { page } = nurse;
    await page.setViewportSize(SIZES[0]);
    const numbers = () => page.locator('article .digits').allInnerTexts();
    const before = await numbers();
    await page.evaluate(() => {
      window.shifts = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const sources = 'sources' in entry && Array.isArray(entry.sources) ? entry.sources : [];
          // A number with one digit more begins further left in its own right-aligned place; it moves nothing else.
          const moved = sources.filter(({ node }: { node?: Node }) => !node?.parentElement?.closest('.digits, .age'));
          window.shifts.push(...moved.map(({ node }: { node?: Node }) => node?.textContent ?? ''));
        }
      }).observe({ type: 'layout-shift' });
    });
    await expect.poll(numbers, { timeout: 20_000 }).not.toEqual(before);
    expect(await page.evaluate(() => window.shifts)).toEqual([]);
  });

  test('has everything within reach of the Tab key, with a ring around it', async () => {
    expect(await tabTroubles(nurse.page)).toEqual([]);
  });

  test('opens a bed by its number, the help by a question mark, and keeps its keys to itself when told so', async () => {
    const { page } = nurse;
    await page.keyboard.press('2');
    await page.waitForURL('**/bed/bed-2');
    await page.keyboard.press('e');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Nausea');
    await page.keyboard.press('w');
    await page.waitForURL(station.address);
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    await help.waitFor();
    await evidence(page, 'keys');
    await help.getByRole('checkbox').uncheck();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.keyboard.press('2');
    await page.keyboard.press('?');
    expect(await help.count()).toBe(0);
    expect(page.url()).toBe(station.address);
  });

  test('broke no rule of its own content security policy and threw nothing', () => {
    expect(nurse.complaints).toEqual([]);
  });
});

declare global {
  interface Window {
    shifts: string[];
  }
}
