/** Two alarms on several screens: what they say, who answers them, and what a screen says that could not hear or see them. */
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
  TestBrowser,
  WITHOUT_CHROMIUM,
  type Visit,
} from '../support/browser.ts';
import { heightOf, HIGHEST_BANNER } from '../support/banner.ts';
import { startRelay, type Relay } from '../support/relay.ts';
import { startDemonstration, type Demonstration } from '../support/station-process.ts';

/** Bed 3 loses its probe at minute 24 of its story, bed 1 crosses its limit at minute 40. */
const MOMENTS = { 'bed-1': 39.75, 'bed-3': 23.7 };
const STORY_MS = 90_000;

/** Ten flashes of a high alarm, three of a medium one. */
const FLASH_WATCH_MS = 5200;

interface Flash {
  readonly priority: string;
  /** Of the fill becoming visible, per second; 0 for one that does not change. */
  readonly hz: number;
  /** Share of the time in which it is visible. */
  readonly duty: number;
  /** Frames at which it became visible. */
  readonly phase: string;
}

/** Runs in the page: looks at the computed opacity of every alarm's fill in every frame. */
async function watchFlashes(forMs: number): Promise<Flash[]> {
  const fields = [...document.querySelectorAll<HTMLElement>('.alarm-fill[data-calling="true"]')];
  const frames: { atMs: number; isOn: boolean[] }[] = [];
  // A field that has just come flashes in the phase of the others from its second frame on.
  for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
  const beganMs = performance.now();
  while (performance.now() - beganMs < forMs) {
    const atMs = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    frames.push({ atMs, isOn: fields.map((field) => Number(getComputedStyle(field, '::before').opacity) > 0.5) });
  }
  return fields.map((field, i) => {
    const rises = frames.filter(({ isOn }, frame) => frame > 0 && isOn[i] && !frames[frame - 1]?.isOn[i]);
    const [first, last] = [rises[0]?.atMs ?? 0, rises.at(-1)?.atMs ?? 0];
    const whole = frames.filter(({ atMs }) => rises.length < 2 || (atMs >= first && atMs < last));
    return {
      priority: field.dataset['priority'] ?? '',
      hz: rises.length < 2 ? 0 : (1000 * (rises.length - 1)) / (last - first),
      duty: whole.filter(({ isOn }) => isOn[i]).length / whole.length,
      phase: rises.map(({ atMs }) => Math.round(atMs)).join(),
    };
  });
}

describe.skipIf(CHROMIUM === undefined)(`alarms on the screens${WITHOUT_CHROMIUM}`, () => {
  let station: Demonstration;
  let relay: Relay;
  let browser: TestBrowser;
  let nurse: Visit;
  let colleague: Visit;
  /** Nobody ever pressed anything here. */
  let mute: Visit;
  /** Behind a wire that is going to be cut. */
  let remote: Visit;

  const tile = (page: Page, bed: string) => page.locator(`[data-bed="${bed}"]`);
  const banner = (page: Page) => page.getByRole('region', { name: 'All alarms' });
  const at = (path: string): string => new URL(path, station.address).href;

  beforeAll(async () => {
    [station, browser] = await Promise.all([startDemonstration(MOMENTS), TestBrowser.open()]);
    relay = await startRelay(station.address);
    nurse = await browser.visit(station.address);
    colleague = await browser.visit(station.address, { viewport: SIZES[1] });
    mute = await browser.visit(station.address, { viewport: SIZES[1] });
    remote = await browser.visit(relay.address);
    await startWatch(nurse.page, 'Nurse 07');
    await startWatch(colleague.page, 'Nurse 12');
  });
  afterAll(async () => {
    await browser?.close();
    await relay?.close();
    await station?.stop();
  });

  test('turn banner and tile red when a pressure crosses its limit, with value, limit and since when, on every screen', async () => {
    for (const { page } of [nurse, colleague]) {
      const fill = banner(page).locator('.alarm-fill');
      await expect
        .poll(() => fill.innerText(), { timeout: STORY_MS })
        .toMatch(/!!!\s*High alarm\.\s*Bed 1 · Systolic 1\d\d mmHg, limit 180\s+since \d\d:\d\d:\d\d · \d:\d\d/);
      await expect.poll(() => tile(page, 'bed-1').getAttribute('data-priority')).toBe('high');
      const colour = await fill.evaluate((element) => getComputedStyle(element, '::before').backgroundColor);
      expect(colour).toBe('rgb(198, 40, 40)');
      await expect.poll(() => page.title()).toMatch(/^!!! Bed 1 Systolic/);
    }
    await expect
      .poll(() => nurse.page.getByRole('alert').allTextContents())
      .toContainEqual(expect.stringMatching(/High alarm\. Bed 1: Systolic/));
    await evidence(nurse.page, 'ward-alarm');
  });

  test('flash on every screen at the rate of their priority, in one phase, and nothing is faster than 3 Hz', async () => {
    await nurse.page.evaluate(() => {
      for (const [i, priority] of (['high', 'medium', 'low'] as const).entries()) {
        const field = document.createElement('div');
        field.className = 'alarm-fill';
        field.dataset['priority'] = priority;
        field.dataset['calling'] = 'true';
        field.dataset['sample'] = String(i);
        document.body.append(field);
      }
    });
    const seen = await nurse.page.evaluate(watchFlashes, FLASH_WATCH_MS);
    const [high, medium, low] = ['high', 'medium', 'low'].map((priority) =>
      seen.filter((one) => one.priority === priority),
    );
    // The banner, the tile and the field that was put there.
    expect(high?.length).toBeGreaterThanOrEqual(3);
    for (const { hz, duty } of high ?? []) {
      expect(hz).toBeGreaterThanOrEqual(1.4);
      expect(hz).toBeLessThanOrEqual(2.8);
      expect(duty).toBeGreaterThanOrEqual(0.2);
      expect(duty).toBeLessThanOrEqual(0.6);
    }
    for (const { hz, duty } of medium ?? []) {
      expect(hz).toBeGreaterThanOrEqual(0.4);
      expect(hz).toBeLessThanOrEqual(0.8);
      expect(duty).toBeGreaterThanOrEqual(0.2);
      expect(duty).toBeLessThanOrEqual(0.6);
    }
    expect(medium?.length).toBeGreaterThan(0);
    expect(low?.map(({ hz, duty }) => [hz, duty])).toEqual([[0, 1]]);
    expect(new Set(high?.map(({ phase }) => phase)).size).toBe(1);
    for (const { hz } of seen) expect(hz).toBeLessThan(3);
    const quickest = await nurse.page.evaluate(() =>
      Math.min(
        ...document
          .getAnimations()
          .filter((animation) => animation.effect?.getComputedTiming().iterations === Infinity)
          .map((animation) => Number(animation.effect?.getComputedTiming().duration)),
      ),
    );
    expect(quickest).toBeGreaterThan(1000 / 3);
    await nurse.page.emulateMedia({ reducedMotion: 'reduce' });
    for (const { hz } of await nurse.page.evaluate(watchFlashes, 1200)) expect(hz).toBe(0);
    await nurse.page.emulateMedia({ reducedMotion: 'no-preference' });
    await nurse.page.evaluate(() => document.querySelectorAll('[data-sample]').forEach((field) => field.remove()));
  });

  test('carry a shape, marks and words for every priority: never the colour alone', async () => {
    const sign = banner(nurse.page).locator('.sign').first();
    expect((await sign.innerText()).replaceAll('\u00a0', ' ')).toBe('▲ !!!');
    expect(await banner(nurse.page).locator('.alarm-fill').innerText()).toContain('High alarm.');
  });

  test('are called out by a screen without sound: that it is mute while it should sound', async () => {
    const bar = mute.page.getByRole('region', { name: 'Start the watch' });
    await expect.poll(() => bar.getByRole('alert').innerText()).toMatch(/THIS SCREEN IS MUTE/);
    await evidence(mute.page, 'ward-alarm-mute');
    expect(await axeFindings(mute.page)).toEqual([]);
    expect(await nurse.page.getByText(/THIS SCREEN IS MUTE/).count()).toBe(0);
  });

  test('flash in the fill and never in the text, twice a second; with reduced motion they stand still in a thick frame', async () => {
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
    await evidence(nurse.page, 'ward-alarm-reduced-motion');
    await nurse.page.emulateMedia({ reducedMotion: 'no-preference' });
  });

  test.each(SIZES)('leave nothing cut off and nothing for axe on $width × $height', async (size) => {
    const { page } = nurse;
    await page.setViewportSize(size);
    await expect.poll(() => misfits(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    await evidence(page, 'ward-alarm');
  });

  test('are taken by a press, in sight of all screens, and call on; passed on they call for another', async () => {
    const { page } = nurse;
    await page.setViewportSize(SIZES[0]);
    await banner(page).getByRole('button', { name: 'I take it' }).click();
    for (const screen of [page, colleague.page, mute.page]) {
      await expect.poll(() => banner(screen).innerText()).toMatch(/Taken by Nurse 07 at screen \w+, \d\d:\d\d:\d\d/);
      expect(await tile(screen, 'bed-1').getAttribute('data-calling')).toBe('true');
    }
    await expect.poll(() => tile(colleague.page, 'bed-1').innerText()).toContain('→ Nurse 07');
    for (const size of SIZES) {
      await colleague.page.setViewportSize(size);
      await expect.poll(() => heightOf(banner(colleague.page))).toBeLessThan(HIGHEST_BANNER);
      await evidence(colleague.page, 'ward-alarm-taken');
    }
    await banner(page).getByRole('button', { name: 'Pass on' }).click();
    await expect.poll(() => banner(colleague.page).innerText()).toMatch(/Passed on by Nurse 07, \d\d:\d\d:\d\d/);
  });

  test('are answered by a press; every screen says by whom and when', async () => {
    const { page } = nurse;
    await banner(page).getByRole('button', { name: 'Acknowledge' }).click();
    for (const screen of [page, colleague.page, mute.page]) {
      await expect.poll(() => banner(screen).innerText()).toMatch(/Answered by Nurse 07 at \d\d:\d\d:\d\d/);
      await expect.poll(() => tile(screen, 'bed-1').innerText()).toMatch(/✓ Nurse 07 \d\d:\d\d/);
      expect(await tile(screen, 'bed-1').getAttribute('data-calling')).toBe('false');
    }
    await evidence(colleague.page, 'ward-answered');
  });

  test('pause the audio of one bed for two minutes, in sight of all screens, and take it back', async () => {
    await banner(nurse.page).getByRole('button', { name: 'Pause audio 2:00' }).click();
    await banner(nurse.page)
      .getByRole('button', { name: /Audio paused 1:\d\d/ })
      .waitFor();
    await banner(colleague.page)
      .getByRole('button', { name: /Audio paused 1:\d\d/ })
      .click();
    await banner(nurse.page).getByRole('button', { name: 'Pause audio 2:00' }).waitFor();
  });

  test('of a lost probe are yellow and say what is lost', async () => {
    const line = tile(nurse.page, 'bed-3');
    await expect.poll(() => line.getAttribute('data-priority'), { timeout: STORY_MS }).toBe('medium');
    expect(await line.innerText()).toContain('No SpO₂ signal');
    await evidence(nurse.page, 'ward-two-alarms');
  });

  test('behind an answered one are listed by the key A and answered there; never while somebody writes', async () => {
    const { page } = colleague;
    await page.goto(at('/watch'));
    await isLive(page);
    const field = page.getByRole('main').getByRole('textbox');
    await field.fill('');
    await field.press('a');
    expect(await field.inputValue()).toBe('a');
    await nurse.page.bringToFront();
    await nurse.page.keyboard.press('a');
    const list = nurse.page.getByRole('dialog', { name: 'All alarms' });
    const probe = list.getByRole('listitem').filter({ hasText: 'No SpO₂ signal' });
    expect(await probe.innerText()).toContain('not answered');
    await evidence(nurse.page, 'alarm-list');
    expect(await axeFindings(nurse.page)).toEqual([]);
  });

  test('that a screen missed while its wire was cut are told to it afterwards; its values were grey within three seconds', async () => {
    const { page } = remote;
    await isLive(page);
    relay.cut();
    const cover = page.getByText(/NOT MONITORING since \d\d:\d\d:\d\d/);
    await cover.waitFor({ timeout: 4000 });
    const colours = await tile(page, 'bed-2')
      .locator('.digits')
      .evaluateAll((all) => all.map((digits) => getComputedStyle(digits).color));
    expect(new Set(colours)).toEqual(new Set(['rgb(143, 161, 179)']));
    await nurse.page
      .getByRole('dialog', { name: 'All alarms' })
      .getByRole('listitem')
      .filter({ hasText: 'No SpO₂ signal' })
      .getByRole('button', { name: 'Acknowledge' })
      .click();
    await expect.poll(() => tile(nurse.page, 'bed-3').innerText()).toContain('✓ Nurse 07');
    relay.mend();
    const notice = page.getByText(/alarm changes? while this screen was away/);
    await notice.waitFor({ timeout: 15_000 });
    await isLive(page);
    await notice.click();
    const missed = page.getByRole('listitem').filter({ hasText: /Bed 3 · No SpO₂ signal · answered/ });
    expect(await missed.innerText()).toMatch(/\d\d:\d\d:\d\d/);
    await evidence(page, 'ward-missed-alarms');
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Seen' }).click();
    await notice.waitFor({ state: 'detached' });
  });

  test('broke no rule of the content security policy and threw nothing', () => {
    expect([...nurse.complaints, ...colleague.complaints, ...mute.complaints]).toEqual([]);
  });
});
