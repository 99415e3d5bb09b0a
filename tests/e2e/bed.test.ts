/** One bed at full size: everything at a glance, the story of the session, marks that are shared, and reasons for alarms. */
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

/** Bed 1 crosses its limit at minute 40 of its story, bed 3 loses its probe at 24, the line of bed 5 closes at 33. */
const MOMENTS = { 'bed-1': 39.6, 'bed-3': 23.6, 'bed-5': 33.2 };
const STORY_MS = 90_000;
/** Where the page does not fit, it scrolls downwards only. */
const OTHER_SIZES = [
  { width: 1920, height: 1080 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
] as const;

describe.skipIf(CHROMIUM === undefined)(`a bed's page${WITHOUT_CHROMIUM}`, () => {
  let station: Demonstration;
  let browser: TestBrowser;
  let nurse: Visit;
  let colleague: Visit;

  const at = (path: string): string => new URL(path, station.address).href;
  const events = (page: Page) => page.getByRole('list', { name: 'Events' });

  beforeAll(async () => {
    [station, browser] = await Promise.all([startDemonstration(MOMENTS), TestBrowser.open()]);
    nurse = await browser.visit(at('/bed/bed-1'));
    colleague = await browser.visit(at('/bed/bed-1'), { viewport: SIZES[1] });
    await startWatch(nurse.page, 'Nurse 07');
    await startWatch(colleague.page, 'Nurse 12');
  });
  afterAll(async () => {
    await browser?.close();
    await station?.stop();
  });

  test('says who lies there, how far the session is, and that the patient is simulated', async () => {
    const strip = nurse.page.locator('header', { has: nurse.page.getByRole('heading', { name: /^Bed 1/ }) });
    expect(await strip.innerText()).toContain('Stone, B.');
    expect(await strip.innerText()).toContain('84 kg');
    expect(await strip.innerText()).toContain('SIMULATED');
    expect(await strip.locator('[aria-current="step"]').innerText()).toMatch(/Infusing \d+:\d\d/);
  });

  test('has numbers with limits and their distance from the baseline, and moving waves with speed and gain', async () => {
    const { page } = nurse;
    await page.getByRole('img', { name: /^Heart rate \d+ per minute, max 120, 140/ }).waitFor();
    await isLive(page);
    await page.getByRole('img', { name: /^Cuff pressure \d+\/\d+/ }).waitFor();
    const numbers = await page.getByRole('region', { name: 'Numbers' }).innerText();
    expect(numbers).toMatch(/HR · \/min\s*\d+ s/);
    expect(numbers).toMatch(/SpO₂ · %\s*\d+ s/);
    expect(numbers).toMatch(/\d\d:\d\d:\d\d · (now|\d+ min)/);
    expect(numbers).toMatch(/MAP \d+\s+↑ \+\d+ \(\+\d+ %\)/);
    expect(numbers).toMatch(/next in \d:\d\d|measuring/);
    const waves = page.getByRole('region', { name: 'Waveforms' });
    for (const wave of ['ECG', 'Pleth', 'Resp']) {
      await waves.locator(`[data-signal="live"][aria-label^="${wave}, "]`).waitFor();
    }
    expect(await waves.innerText()).toMatch(/ECG · 10 mm\/mV · 25 mm\/s/);
  });

  test('shows the session before the page was opened, and a prediction that calls itself one', async () => {
    const { page } = nurse;
    const chart = page.getByRole('img', { name: /^Trend of the session/ });
    const green = () =>
      chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
        const { data, width } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
          data: [],
          width: 1,
        };
        const columns = new Set<number>();
        for (let i = 0; i < data.length; i += 4) {
          if (data[i] === 61 && data[i + 1] === 220 && data[i + 2] === 132) columns.add((i / 4) % width);
        }
        return columns.size;
      });
    // The heart rate's line reaches over most of the half hour that was before.
    await expect.poll(green).toBeGreaterThan(200);
    const card = page.getByRole('region', { name: 'Infusion' });
    expect(await card.innerText()).toContain('model estimate, not measured');
    expect(await card.innerText()).toMatch(/Predicted, \w+ \d+\s+\d+ ng\/mL\s+peak \d+ at \d\d:\d\d/);
    expect(await card.innerText()).toMatch(/63\.0 mL\/h\s+0\.75 mg\/kg\/h/);
    expect(await card.innerText()).toContain('planned 0.5 mg/kg = 42 mg over 40 min');
  });

  test.each(SIZES)('fits $width × $height without scrolling, and axe finds nothing serious', async (size) => {
    const { page } = nurse;
    await page.setViewportSize(size);
    // On a slow machine an alarm of another bed may call by now: its line takes its room from the page.
    const hidden = () =>
      page.evaluate(() => {
        const main = document.querySelector('main');
        const calls = document.querySelector('.shell > ul')?.clientHeight ?? 0;
        return (
          main && [main.scrollWidth - main.clientWidth, Math.max(0, main.scrollHeight - main.clientHeight - calls)]
        );
      });
    await expect.poll(hidden).toEqual([0, 0]);
    for (const name of ['Nausea', 'Note', 'Record a stop']) {
      const box = await page.getByRole('button', { name, exact: true }).boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(56);
      expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThanOrEqual(size.height);
    }
    expect(await axeFindings(page)).toEqual([]);
    await evidence(page, 'bed');
  });

  test.each(OTHER_SIZES)('hangs out of the screen nowhere on $width × $height', async (size) => {
    await nurse.page.setViewportSize(size);
    await expect.poll(() => misfits(nurse.page)).toEqual([]);
    await evidence(nurse.page, 'bed');
  });

  test('has everything within reach of the Tab key, with a ring around it', async () => {
    await nurse.page.setViewportSize(SIZES[0]);
    expect(await tabTroubles(nurse.page)).toEqual([]);
  });

  test('freezes its waves in words and lets them go again', async () => {
    const { page } = nurse;
    const waves = page.getByRole('region', { name: 'Waveforms' });
    await waves.getByRole('button', { name: 'Freeze' }).click();
    await waves.getByText('FROZEN').waitFor();
    await waves.getByRole('button', { name: /Go on/ }).click();
    await waves.getByText('FROZEN').waitFor({ state: 'detached' });
  });

  test('stores a mark at the press; its words follow, and another screen has both', async () => {
    const { page } = nurse;
    await page.getByRole('button', { name: 'Nausea', exact: true }).click();
    await page.getByText(/Nausea marked at \d\d:\d\d:\d\d/).waitFor();
    await evidence(page, 'bed-mark');
    await page.getByRole('textbox', { name: /Words for “Nausea”/ }).fill('mild, after the turn');
    await page.keyboard.press('Enter');
    await expect.poll(() => events(colleague.page).innerText()).toContain('mild, after the turn · Nurse 07');
  });

  test('takes a mark back within ten seconds without erasing it', async () => {
    const { page } = nurse;
    await page.getByRole('button', { name: 'Record a stop' }).click();
    await page.getByRole('button', { name: /Undo \(\d+ s\)/ }).click();
    await page.getByText('Pump stopped withdrawn; both stay in the record').waitFor();
    const line = events(colleague.page).getByRole('listitem').filter({ hasText: 'Pump stopped' });
    await line.getByText('withdrawn').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
  });

  test('gives the reasons of an alarm: the sentence, the readings, the limit and when it was signalled', async () => {
    const { page } = nurse;
    const why = page.getByRole('region', { name: 'Numbers' }).getByRole('button', { name: 'Why?' }).first();
    await why.waitFor({ timeout: STORY_MS });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      expect(await axeFindings(page)).toEqual([]);
      expect(await misfits(page)).toEqual([]);
      await evidence(page, 'bed-alarm');
    }
    await why.click();
    const dialog = page.getByRole('dialog', { name: /^Systolic \d+ mmHg/ });
    const text = await dialog.innerText();
    expect(text).toMatch(/Limit\s+180/);
    expect(text).toMatch(/Systolic \d+ mmHg at \d\d:\d\d:\d\d/);
    expect(text).toMatch(/Signalled\s+\d\d:\d\d:\d\d/);
    expect(text).toContain('Rule S1');
    expect(await axeFindings(page)).toEqual([]);
    await evidence(page, 'bed-alarm-details');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('says that a probe is off, what is not judged for it, and draws no wave', async () => {
    const { page } = nurse;
    await page.goto(at('/bed/bed-3'));
    await page.getByRole('img', { name: 'Oxygen saturation: no value, sensor off' }).waitFor({ timeout: STORY_MS });
    await page.locator('[data-signal="none"][aria-label^="Pleth"]').waitFor();
    await page.getByText('Monitor says: SpO2 probe off').waitFor();
    await page.getByText(/rules? cannot judge/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await evidence(page, 'bed-probe-off');
  });

  test('says what the pump alarms about, and calls it', async () => {
    const { page } = nurse;
    await page.goto(at('/bed/bed-5'));
    const card = page.getByRole('region', { name: 'Infusion' });
    await expect.poll(() => card.innerText(), { timeout: STORY_MS }).toContain('line occluded');
    await page
      .getByRole('list', { name: 'Events' })
      .getByText(/Pump: occlusion/)
      .first()
      .waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await evidence(page, 'bed-occluded');
  });

  test('of a free bed offers a session; of an unknown bed says that there is none', async () => {
    const { page } = nurse;
    await page.goto(at('/bed/bed-6'));
    await page.getByRole('heading', { name: 'No patient' }).waitFor();
    await isLive(page);
    expect(await page.getByRole('link', { name: 'Start a session' }).getAttribute('href')).toBe('/bed/bed-6/session');
    expect(await axeFindings(page)).toEqual([]);
    await evidence(page, 'bed-free');
    await page.goto(at('/bed/bed-99'));
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.getByText('There is no bed bed-99.').waitFor();
    await isLive(page);
    expect(await axeFindings(page)).toEqual([]);
    await evidence(page, 'error');
  });

  test('stacks on a narrow screen, the numbers first', async () => {
    const { page } = await browser.visit(at('/bed/bed-1'), { viewport: { width: 800, height: 1100 } });
    const top = async (name: string): Promise<number> => {
      const box = await page.getByRole('region', { name }).boundingBox();
      return box?.y ?? Number.NaN;
    };
    await page.getByRole('img', { name: /^Heart rate/ }).waitFor();
    expect(await top('Numbers')).toBeLessThan(await top('Waveforms'));
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await evidence(page, 'bed-narrow');
  });

  test('broke no rule of its own content security policy and threw nothing', () => {
    const expected = /404 \(Not Found\)/;
    expect([...nurse.complaints, ...colleague.complaints].filter((text) => !expected.test(text))).toEqual([]);
  });
});
