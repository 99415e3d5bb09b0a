/** What a nurse sees of the pumps: every event a sign and a line, every channel, whose word a drug is, and a pump that falls silent. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CHROMIUM,
  evidence,
  misfits,
  SIZES,
  startWatch,
  tabTroubles,
  TestBrowser,
  WITHOUT_CHROMIUM,
  type Visit,
} from '../support/browser.ts';
import { Nurse } from '../support/nurse.ts';
import { expectPresentable } from '../support/presentable.ts';
import { startPumpedBeds, type PumpedBed } from '../support/pumped-bed.ts';

const SOON = { timeout: 20_000 };
const STORY = { timeout: 150_000 };

describe.skipIf(CHROMIUM === undefined)(`the pumps of a bed${WITHOUT_CHROMIUM}`, () => {
  let station: PumpedBed;
  let browser: TestBrowser;
  let visit: Visit;

  const at = (path: string): string => new URL(path, station.address).href;
  const card = (): Locator => visit.page.getByRole('region', { name: 'Infusion', exact: true });
  const cardText = async (): Promise<string> => (await card().innerText()).replaceAll(/\s+/g, ' ');
  const events = (): Locator => visit.page.getByRole('list', { name: 'Events' });
  const dialog = (): Locator => visit.page.getByRole('dialog', { name: 'What does this pump carry?' });
  const isPresentable = (name: string): Promise<void> => expectPresentable(visit.page, `pumps-${name}`);
  /** As a nurse goes there: a page that is loaded anew has no sound until somebody presses for it. */
  const openBed = async (bed: number): Promise<void> => {
    await visit.page.getByRole('link', { name: 'Ward' }).click();
    await visit.page.getByRole('link', { name: `Bed ${bed}`, exact: true }).click();
    await visit.page.waitForURL(`**/bed/bed-${bed}`);
  };
  /** Columns of the chart in which a sign of a pump stands. */
  const signColumns = (): Promise<number> =>
    visit.page
      .getByRole('img', { name: /^Trend of the session/ })
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement) => {
        const ratio = canvas.height / canvas.clientHeight;
        const [top, height] = [17 * ratio, 17 * ratio];
        const data = canvas.getContext('2d')?.getImageData(0, top, canvas.width, height).data ?? [];
        const columns = new Set<number>();
        for (let i = 0; i < data.length; i += 4) {
          const isInk = Math.abs((data[i] ?? 0) - 255) < 30 && Math.abs((data[i + 1] ?? 0) - 171) < 30;
          if (isInk && (data[i + 3] ?? 0) > 120) columns.add((i / 4) % canvas.width);
        }
        return columns.size;
      });

  beforeAll(async () => {
    [station, browser] = await Promise.all([startPumpedBeds(), TestBrowser.open()]);
    const admitting = await Nurse.arrive(station.address);
    await admitting.admit('pumps-1', 'bed-1');
    await admitting.admit('pumps-2', 'bed-2');
    admitting.leave();
    visit = await browser.visit(at('/bed/bed-1'));
    visit.page.setDefaultTimeout(SOON.timeout);
    await startWatch(visit.page, 'Nurse 07');
  });
  afterAll(async () => {
    await browser?.close();
    await station?.stop();
  });

  test('the card tells drug, plan, rate, what was given and what is left, by whose word', async () => {
    await expect.poll(cardText, STORY).toMatch(/Ends at \d\d:\d\d:\d\d in \d+:\d\d/);
    const text = await cardText();
    expect(text).toMatch(/Ketamin\w* 1 mg\/mL as the pump says/);
    expect(text).toContain('planned 0.5 mg/kg = 35 mg over 40 min');
    expect(text).toMatch(/\d+ % · \d:\d\d of 40:00/);
    expect(text).toMatch(/Given, \d\.\d\d mg\/kg \d\.\d mg \d\.\d mL no bolus/);
    expect(text).toMatch(/Rate \d+\.\d mL\/h \d\.\d\d mg\/kg\/h/);
    expect(text).toMatch(/line pressure \d+ % of its limit/);
    expect(text).toContain('model estimate, not measured');
  });

  test('the carrier has a line of its own and is not in the dose', async () => {
    const line = card().getByRole('list', { name: 'Other pump channels' }).getByRole('listitem');
    expect(await line.count()).toBe(1);
    const text = (await line.innerText()).replaceAll(/\s+/g, ' ');
    expect(text).toMatch(/NaCl 0,9% 250ml/);
    expect(text).toMatch(/▶ Running for \d+:\d\d 20\.0 mL\/h \d+\.\d mL/);
    await isPresentable('running');
  });

  test('a changed rate, a bolus, a pause and a resume are each a line with values and a sign on the chart', async () => {
    for (const text of [
      /Rate 52\.5 → 30 mL\/h/,
      /Bolus 1 mL = 1 mg/,
      /Infusion (paused|stopped)/,
      /Infusion resumed/,
    ]) {
      await expect.poll(() => events().innerText(), STORY).toMatch(text);
    }
    await expect.poll(cardText, SOON).toContain('bolus 1 mL = 1 mg');
    await visit.page.getByRole('button', { name: '15 min' }).click();
    await expect.poll(signColumns, SOON).toBeGreaterThan(10);
    await isPresentable('events');
  });

  test('the signs are explained', async () => {
    await visit.page.getByRole('button', { name: 'Signs' }).click();
    const signs = visit.page.getByRole('dialog', { name: 'Signs above the chart' });
    const text = await signs.innerText();
    for (const word of ['infusion paused', 'bolus', 'pump alarm over', 'rate lowered', 'pump not connected any more']) {
      expect(text).toContain(word);
    }
    await isPresentable('signs');
    await visit.page.keyboard.press('Escape');
    await signs.waitFor({ state: 'detached' });
  });

  test('an occlusion is a line, an alarm in the card, and a sign', async () => {
    await expect.poll(() => events().innerText(), STORY).toMatch(/Pump alarm: line occluded/);
    await expect.poll(cardText, SOON).toMatch(/line occluded/);
    await isPresentable('occluded');
  });

  test('a pump that sends neither drug nor concentration is reckoned with the plan, and says so', async () => {
    await openBed(2);
    await expect.poll(cardText, SOON).toMatch(/Ketamine 1 mg\/mL as the plan says/);
  });

  test('what a nurse enters counts, is marked with the name, and is asked for properly', async () => {
    const { page } = visit;
    await card()
      .getByRole('button', { name: /^Carries …/ })
      .click();
    await dialog().waitFor();
    expect(await dialog().innerText()).toContain('Nothing is sent to the pump');
    await isPresentable('dialog');
    await dialog()
      .getByRole('textbox', { name: /Concentration/ })
      .fill('2');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().getByText('Say whether this corrects the whole session').waitFor();
    await dialog().getByLabel('for the whole session').check();
    await isPresentable('dialog-refused');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(cardText, SOON).toMatch(/2 mg\/mL drug: plan, mg\/mL: entered by Nurse 07/);
    await isPresentable('entered');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Carries');
  });

  test('against the pump’s word the bed asks for a reason, and takes the entry back', async () => {
    await openBed(1);
    await card()
      .getByRole('button', { name: /^Carries … ?Ketamin/ })
      .click();
    await dialog()
      .getByRole('textbox', { name: /Concentration/ })
      .fill('5');
    await dialog().getByLabel('for the whole session').check();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog()
      .getByText(/The pump says 1 mg\/mL\. Give a reason/)
      .waitFor();
    await isPresentable('dialog-reason');
    await dialog().getByRole('textbox', { name: 'Reason' }).fill('label of the syringe');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(cardText, SOON).toMatch(/5 mg\/mL drug: pump, mg\/mL: entered by Nurse 07/);
    await expect.poll(cardText, SOON).toMatch(/Entered 5 mg\/mL, the pump says 1 mg\/mL|and \d+ more/);
    await card()
      .getByRole('button', { name: /^Carries … ?Ketamin/ })
      .click();
    await dialog().getByRole('button', { name: 'Take back what was entered' }).click();
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(cardText, SOON).toMatch(/1 mg\/mL as the pump says/);
  });

  test('a flow that stops is asked about, without taking the focus; one press confirms it', async () => {
    const { page } = visit;
    await card()
      .getByRole('button', { name: /^Carries … ?Ketamin/ })
      .focus();
    const confirm = page.getByRole('button', { name: 'Confirm: observation' });
    await confirm.waitFor(STORY);
    await page.getByText(/No planned drug flows since \d\d:\d\d\. Was that the end\?/).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Carries');
    await isPresentable('proposal');
    await confirm.click();
    await page.locator('[aria-current="step"]', { hasText: 'Observation' }).waitFor();
    await confirm.waitFor({ state: 'detached' });
  });

  test('fits both sizes without scrolling, everything within reach of the Tab key', async () => {
    const { page } = visit;
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const hidden = () =>
        page.evaluate(() => {
          const main = document.querySelector('main');
          return main && [main.scrollWidth - main.clientWidth, main.scrollHeight - main.clientHeight];
        });
      await evidence(page, 'pumps-observation');
      await expect.poll(hidden, SOON).toEqual([0, 0]);
    }
    expect(await tabTroubles(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => misfits(page), SOON).toEqual([]);
    await card().scrollIntoViewIfNeeded();
    await evidence(page, 'pumps-narrow');
    await page.setViewportSize(SIZES[0]);
  });

  test('a pulled cable greys the card within three seconds, and the ward says so, too', async () => {
    const { page } = visit;
    await station.pullPump(1);
    await expect.poll(cardText, { timeout: 3000, interval: 100 }).toMatch(/last word of the pump \d+ s ago/);
    const text = await cardText();
    expect(text).toMatch(/Last word: /);
    expect(text).not.toMatch(/▶/);
    expect(text).toMatch(/Ends at -- pump is silent/);
    await expect.poll(() => events().innerText(), SOON).toMatch(/Pump not connected any more/);
    await isPresentable('silent');
    await page.getByRole('link', { name: 'Ward' }).click();
    const tile = page.locator('article[data-bed="bed-1"]');
    await expect.poll(() => tile.innerText(), SOON).toMatch(/s old|Pump link lost/);
    await isPresentable('ward-silent');
  });

  test('threw nothing and broke no rule of its own content security policy', () => {
    const expected = /400 \(Bad Request\)/;
    expect(visit.complaints.filter((text) => !expected.test(text))).toEqual([]);
  });
});
