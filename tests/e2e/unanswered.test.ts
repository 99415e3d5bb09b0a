/** A high alarm that nobody answers, for two minutes: what every screen says, and what is known of it afterwards. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  axeFindings,
  CHROMIUM,
  evidence,
  misfits,
  SIZES,
  startWatch,
  TestBrowser,
  WITHOUT_CHROMIUM,
  type Visit,
} from '../support/browser.ts';
import { heightOf, HIGHEST_BANNER } from '../support/banner.ts';
import { startDemonstration, type Demonstration } from '../support/station-process.ts';

/** Bed 1 crosses its limit at minute 40 of its story. */
const MOMENTS = { 'bed-1': 39.75 };
const STORY_MS = 90_000;

describe.skipIf(CHROMIUM === undefined)(`a high alarm that nobody answers${WITHOUT_CHROMIUM}`, () => {
  let station: Demonstration;
  let browser: TestBrowser;
  let nurse: Visit;
  let colleague: Visit;

  const tile = (page: Page, bed: string) => page.locator(`[data-bed="${bed}"]`);
  const banner = (page: Page) => page.getByRole('region', { name: 'All alarms' });

  beforeAll(async () => {
    [station, browser] = await Promise.all([startDemonstration(MOMENTS), TestBrowser.open()]);
    nurse = await browser.visit(station.address);
    colleague = await browser.visit(station.address);
    await startWatch(nurse.page, 'Nurse 07');
    await startWatch(colleague.page, 'Nurse 12');
  });
  afterAll(async () => {
    await browser?.close();
    await station?.stop();
  });

  test('is called so on every screen after a minute, in words, and louder', async () => {
    for (const { page } of [nurse, colleague]) {
      await expect.poll(() => banner(page).innerText(), { timeout: 2 * STORY_MS }).toContain('UNANSWERED');
      await expect.poll(() => tile(page, 'bed-1').innerText()).toContain('UNANSWERED');
    }
    const { page } = nurse;
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await expect.poll(() => heightOf(banner(page))).toBeLessThan(HIGHEST_BANNER);
      await evidence(page, 'ward-alarm-unanswered');
    }
    expect(await axeFindings(page)).toEqual([]);
  });

  test('asks after two minutes every screen for somebody else, also one that shows another bed', async () => {
    const { page } = colleague;
    await tile(page, 'bed-2').getByRole('link', { name: 'Bed 2' }).click();
    const list = page.getByRole('list', { name: 'Alarms that nobody has answered' });
    await expect
      .poll(() => list.innerText(), { timeout: STORY_MS })
      .toMatch(/somebody must go now:.*Bed 1 · Systolic/is);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await expect.poll(() => misfits(page)).toEqual([]);
      await expect.poll(() => heightOf(banner(page))).toBeLessThan(HIGHEST_BANNER);
      await evidence(page, 'bed-attention');
    }
    expect(await axeFindings(page)).toEqual([]);
  });

  test('says in its details when and on which screen it was first shown and sounded', async () => {
    const { page } = nurse;
    await banner(page).getByRole('link', { name: 'Open Bed 1' }).click();
    await page.getByRole('button', { name: /^Why/ }).first().click();
    const details = page.getByRole('dialog');
    await expect.poll(() => details.innerText()).toMatch(/First shown\s+\d\d:\d\d:\d\d on screen \w+/);
    expect(await details.innerText()).toMatch(/First sounded\s+\d\d:\d\d:\d\d on screen \w+/);
    expect(await details.innerText()).toMatch(/Escalation\s+calls for a second person/);
    await evidence(page, 'alarm-details');
    await page.keyboard.press('Escape');
  });

  test('is an answered one everywhere with one press', async () => {
    await banner(nurse.page).getByRole('button', { name: 'Acknowledge' }).click();
    for (const { page } of [nurse, colleague]) {
      await expect
        .poll(() =>
          page
            .getByText(/somebody must go now/i)
            .filter({ visible: true })
            .count(),
        )
        .toBe(0);
    }
    expect([...nurse.complaints, ...colleague.complaints]).toEqual([]);
  });
});
