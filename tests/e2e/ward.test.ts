/** The ward as a nurse sees it, from the calm beginning through two alarms: one answered by a press, one by a key. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  axeFindings,
  CHROMIUM,
  evidence,
  SIZES,
  startWatch,
  TestBrowser,
  WITHOUT_CHROMIUM,
  type Visit,
} from '../support/browser.ts';
import { startDemonstration, type Demonstration } from '../support/station-process.ts';

/** Bed 3 loses its probe two minutes, bed 1 crosses its limit three minutes after the demonstration began. */
const STORY_MS = 210_000;

const tile = (page: Page, bed: string) => page.locator(`[data-bed="${bed}"]`);
const banner = (page: Page) => page.getByRole('region', { name: 'All alarms' });

describe.skipIf(CHROMIUM === undefined)(`the ward${WITHOUT_CHROMIUM}`, () => {
  let station: Demonstration;
  let browser: TestBrowser;
  let nurse: Visit;
  let colleague: Visit;

  beforeAll(async () => {
    [station, browser] = await Promise.all([startDemonstration(), TestBrowser.open()]);
    nurse = await browser.visit(station.address);
    colleague = await browser.visit(station.address, { viewport: SIZES[1] });
  });
  afterAll(async () => {
    await browser?.close();
    await station?.stop();
  });

  test('says that it makes no sound, and what it is not, before anybody asks', async () => {
    const bar = nurse.page.getByRole('region', { name: 'Start the watch' });
    expect(await bar.innerText()).toContain('Sound is OFF');
    expect(await bar.innerText()).toContain('not a certified medical device');
    await evidence(nurse.page, 'ward-sound-off');
    await startWatch(nurse.page, 'Nurse 07');
    await startWatch(colleague.page, 'Nurse 12');
    await bar.waitFor({ state: 'detached' });
  });

  test('shows six beds with living numbers and moving waves', async () => {
    const { page } = nurse;
    expect(await page.locator('article[data-bed]').count()).toBe(6);
    for (const bed of ['bed-1', 'bed-2', 'bed-3', 'bed-4', 'bed-5']) {
      await tile(page, bed)
        .getByRole('group', { name: /^Heart rate \d+ per minute, max 120/ })
        .waitFor();
      await tile(page, bed)
        .getByRole('group', { name: /^Cuff pressure \d+\/\d+/ })
        .waitFor();
      await tile(page, bed).locator('[data-signal="live"]').first().waitFor();
    }
    const picture = (): Promise<string | undefined> =>
      page.evaluate(() => document.querySelector('canvas')?.toDataURL());
    const before = await picture();
    await expect.poll(picture, { timeout: 5000 }).not.toBe(before);
  });

  test('shows a free bed as free, ready, and with the way to a session', async () => {
    const free = tile(nurse.page, 'bed-6');
    expect(await free.innerText()).toContain('Ready: Monitor and Pump connected');
    await free.getByRole('group', { name: 'Heart rate: no value, sensor off' }).waitFor();
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
          return main === null || main.scrollHeight > main.clientHeight || main.scrollWidth > main.clientWidth;
        });
      await expect.poll(isScrolling).toBe(false);
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('article .digits')]
          .filter((digits) => {
            const box = digits.getBoundingClientRect();
            const tileBox = digits.closest('article')?.getBoundingClientRect();
            return tileBox === undefined || box.right > tileBox.right || box.bottom > tileBox.bottom;
          })
          .map((digits) => digits.textContent),
      );
      expect(cut).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
      await evidence(page, 'ward-calm');
    },
  );

  test('changes its numbers without moving anything', async () => {
    const { page } = nurse;
    const numbers = () => page.locator('article .digits').allInnerTexts();
    const before = await numbers();
    await page.evaluate(() => {
      window.shifts = 0;
      new PerformanceObserver((list) => {
        window.shifts += list.getEntries().length;
      }).observe({ type: 'layout-shift' });
    });
    await expect.poll(numbers, { timeout: 20_000 }).not.toEqual(before);
    expect(await page.evaluate(() => window.shifts)).toBe(0);
  });

  test('calls a lost probe in yellow; an answer by a press is seen everywhere, with its name', async () => {
    const { page } = nurse;
    await expect.poll(() => banner(page).innerText(), { timeout: STORY_MS }).toContain('Bed 3 · No SpO₂ signal');
    expect(await tile(page, 'bed-3').getAttribute('data-priority')).toBe('medium');
    await evidence(page, 'ward-medium');
    await banner(page).getByRole('button', { name: 'Acknowledge' }).click();
    await expect.poll(() => banner(page).innerText()).toMatch(/Taken by Nurse 07 at \d\d:\d\d:\d\d/);
    await expect.poll(() => tile(colleague.page, 'bed-3').innerText()).toContain('✓ Nurse 07');
    expect(await tile(page, 'bed-3').getAttribute('data-calling')).toBe('false');
  });

  test('turns banner and tile of bed 1 red when its pressure crosses 180, on every screen, and in the title', async () => {
    for (const { page } of [nurse, colleague]) {
      const fill = banner(page).locator('.alarm-fill');
      await expect
        .poll(() => fill.innerText(), { timeout: STORY_MS })
        .toMatch(/!!!\s*High alarm\.\s*Bed 1 · Systolic 1\d\d mmHg/);
      await expect.poll(() => tile(page, 'bed-1').getAttribute('data-priority')).toBe('high');
      const colour = await fill.evaluate((element) => getComputedStyle(element, '::before').backgroundColor);
      expect(colour).toBe('rgb(198, 40, 40)');
      await expect.poll(() => page.title()).toMatch(/^!!! Bed 1 Systolic/);
    }
    expect(await nurse.page.getByRole('alert').first().textContent()).toContain('Bed 1: Systolic');
    await evidence(nurse.page, 'ward-high');
  });

  test('flashes the fill and never the text, twice a second; with reduced motion it stands still in a thick frame', async () => {
    const animations = (page: Page) =>
      banner(page)
        .locator('.alarm-fill')
        .evaluate((element) =>
          element.getAnimations({ subtree: true }).map((animation) => ({
            part: animation.effect instanceof KeyframeEffect ? animation.effect.pseudoElement : '',
            durationMs: animation.effect?.getComputedTiming().duration,
            startsAt: animation.startTime,
          })),
        );
    expect(await animations(nurse.page)).toEqual([{ part: '::before', durationMs: 500, startsAt: 0 }]);
    await nurse.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await animations(nurse.page)).toEqual([]);
    const frame = await banner(nurse.page)
      .locator('.alarm-fill')
      .evaluate((element) => getComputedStyle(element).boxShadow);
    expect(frame).toContain('6px inset');
    await evidence(nurse.page, 'ward-high-reduced-motion');
    await nurse.page.emulateMedia({ reducedMotion: 'no-preference' });
  });

  test('is answered by the key A, but not while somebody writes', async () => {
    await colleague.page.goto(new URL('/watch', station.address).href);
    await banner(colleague.page).getByRole('button', { name: 'Acknowledge' }).waitFor();
    const field = colleague.page.getByRole('main').getByRole('textbox');
    await field.fill('');
    await field.press('a');
    expect(await field.inputValue()).toBe('a');
    await nurse.page.bringToFront();
    expect(await banner(nurse.page).getByRole('button', { name: 'Acknowledge' }).count()).toBe(1);
    await nurse.page.keyboard.press('a');
    await expect.poll(() => banner(nurse.page).innerText()).toContain('Taken by Nurse 07');
    await expect.poll(() => banner(colleague.page).innerText()).toContain('Taken by Nurse 07');
  });

  test('opens a bed by its number, the help by a question mark', async () => {
    const { page } = nurse;
    await page.keyboard.press('2');
    await page.waitForURL('**/bed/bed-2');
    await page.keyboard.press('w');
    await page.waitForURL(station.address);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('pauses the audio of one bed for two minutes, in sight of all screens, and takes it back', async () => {
    await banner(nurse.page).getByRole('button', { name: 'Pause audio 2:00' }).click();
    await banner(nurse.page)
      .getByRole('button', { name: /Audio paused 1:\d\d/ })
      .waitFor();
    await banner(colleague.page)
      .getByRole('button', { name: /Audio paused 1:\d\d/ })
      .click();
    await banner(nurse.page).getByRole('button', { name: 'Pause audio 2:00' }).waitFor();
  });

  test('broke no rule of its own content security policy and threw nothing', () => {
    expect([...nurse.complaints, ...colleague.complaints]).toEqual([]);
  });
});

declare global {
  interface Window {
    shifts: number;
  }
}
