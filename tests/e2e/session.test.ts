/** A session on a free bed, step by step, as a nurse does it: what is asked, what is refused and why, what is in the record. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  axeFindings,
  CHROMIUM,
  evidence,
  startWatch,
  TestBrowser,
  WITHOUT_CHROMIUM,
  type Visit,
} from '../support/browser.ts';
import { startOneBed, type OneBed } from '../support/one-bed.ts';
import { expectPresentable, overlaps } from '../support/presentable.ts';

const SOON = { timeout: 20_000 };
const NURSE = 'Nurse 07';

describe.skipIf(CHROMIUM === undefined)(`the guided session${WITHOUT_CHROMIUM}`, () => {
  let bed: OneBed;
  let browser: TestBrowser;
  let visit: Visit;

  const step = (): Locator => visit.page.locator('.step');
  const field = (name: string): Locator => step().getByRole('textbox', { name, exact: true });
  const press = (name: string): Promise<void> => step().getByRole('button', { name, exact: true }).click();
  const shows = (text: string | RegExp): Promise<unknown> => expect.poll(() => step().innerText(), SOON).toMatch(text);
  const refuses = async (button: string, ...sentences: readonly (string | RegExp)[]): Promise<void> => {
    await press(button);
    for (const sentence of sentences) await shows(sentence);
  };
  const rail = (name: RegExp): Locator => visit.page.locator('.session nav').getByRole('link', { name });
  const isAt = (name: string): Promise<void> => visit.page.waitForURL(`**/session/${name}`);
  const side = (): Promise<string> => visit.page.locator('.session aside').innerText();
  const isPresentable = (name: string): Promise<void> => expectPresentable(visit.page, `session-${name}`);

  beforeAll(async () => {
    [bed, browser] = await Promise.all([startOneBed(), TestBrowser.open()]);
    await Promise.all([bed.play('monitor', { atMin: 0 }), bed.play('pump', { atMin: 0 })]);
    visit = await browser.visit(new URL('/bed/bed-1', bed.address).href);
    visit.page.setDefaultTimeout(SOON.timeout);
    await startWatch(visit.page, NURSE);
  });
  afterAll(async () => {
    await browser?.close();
    await bed?.stop();
  });

  test('begins on a free bed and asks who it is; an empty or impossible form records nothing', async () => {
    await visit.page.getByRole('link', { name: 'Start a session' }).click();
    await isAt('admit');
    await isPresentable('admit');
    await refuses(
      'Admit and record',
      'NOT done. Something needs to be mended; nothing was recorded.',
      'Enter the hospital number or the study code.',
      'Enter the weight in kg.',
      'Compare the numbers with the bedside screen, or say that you will do so before the start.',
    );
    await field('Identifier').fill('MRN-2204');
    await field('Weight today').fill('710');
    await field('Height').fill('tall');
    await field('Year of birth').fill('2190');
    await refuses(
      'Admit and record',
      'The weight must be between 20 and 300 kg. Check the number and its unit.',
      'The height must be a number, for example 172.',
      /The year of birth must be between 1900 and 20\d\d\./,
    );
    expect(await field('Weight today').inputValue()).toBe('710');
    await isPresentable('admit-refused');
  });

  test('has fields that stand side by side at every width, also with sentences under them', async () => {
    for (const width of [800, 1024, 1100, 1280, 1440]) {
      await visit.page.setViewportSize({ width, height: 900 });
      const fields = step().locator('.row .field');
      expect(await fields.count()).toBe(7);
      expect(await overlaps(fields)).toBe(0);
    }
  });

  test('asks twice about a weight that adults seldom have, and admits with the monitor compared', async () => {
    await field('Height').fill('172');
    await field('Year of birth').fill('1984');
    await field('Weight today').fill('35');
    await step().getByLabel('The bedside screen shows the same').check();
    await refuses('Admit and record', '35 kg is unusual for an adult. Check the number and its unit.');
    await isPresentable('admit-unusual');
    await field('Weight today').fill('70');
    await field('Short name for the screens').fill('D. O.');
    await press('Admit and record');
    await isAt('screening');
    expect(await visit.page.locator('.session header').innerText()).toMatch(/D\. O\. · 70 kg · MRN-2204/);
    expect(await side()).toContain('✓ Monitor compared with the bedside screen');
  });

  test('screens: every line is answered, and an answer that is not the safe one needs who decided and why', async () => {
    await refuses('Screening complete', '17 lines need an answer.');
    for (const line of await step().getByRole('group').all()) {
      const isReadiness = (await line.locator('.weight').innerText()) === 'first';
      await line.getByRole('radio', { name: isReadiness ? 'Yes' : 'No' }).check();
    }
    const stimulant = step().getByRole('group', { name: /^Takes a stimulant/ });
    await stimulant.getByRole('radio', { name: 'Yes' }).check();
    await refuses('Screening complete', 'Say who decided and why.');
    await isPresentable('screening');
    await stimulant.getByRole('textbox').fill('last dose yesterday, Dr A agrees');
    await press('Screening complete');
    await isAt('baseline');
    expect(await side()).toContain('Takes a stimulant or an MAO inhibitor: yes – last dose yesterday, Dr A agrees');
  });

  test('takes no baseline without readings or a reason, proposes the median of three, and keeps it', async () => {
    await shows('No cuff reading yet. Start them at the monitor; they appear here by themselves.');
    await refuses('Accept as baseline', 'Enter the systolic pressure.');
    await field('Systolic').fill('118');
    await field('Diastolic').fill('128');
    await refuses('Accept as baseline', 'Systolic must be above diastolic.');
    await field('Diastolic').fill('74');
    await refuses('Accept as baseline', 'A baseline is the median of 3 cuff readings; give a reason to accept fewer.');
    await isPresentable('baseline-refused');

    await rail(/Screening/).click();
    await rail(/Baseline/).click();
    await bed.play('monitor', { atMin: 0.5, speed: 40 });
    await shows(/Cuff readings since the admission · 3 of 3/);
    const readings = (await step().locator('section li b').allInnerTexts()).map((text) => text.split('/').map(Number));
    const median = (side: 0 | 1): string =>
      String(readings.map((reading) => reading[side] ?? Number.NaN).sort((a, b) => a - b)[1]);
    await expect.poll(() => field('Systolic').inputValue()).toBe(median(0));
    expect(await field('Diastolic').inputValue()).toBe(median(1));
    await press('Accept as baseline');
    await shows(`✓ Baseline ${median(0)}/${median(1)} accepted, ${NURSE}`);
    await bed.play('monitor', { atMin: 10.5 });
    await expect.poll(side, SOON).toMatch(/Monitor\s+● streaming/);
    expect(await side()).toMatch(new RegExp(`Baseline · median of 3\\s+${median(0)}/${median(1)}`));
    expect(await side()).toContain('✓ Below 140/90: may start');
    await isPresentable('baseline');
    await step().getByRole('link', { name: 'Go on: Plan and limits' }).click();
    await isAt('plan');
  });

  test('reckons 0.5 mg/kg over 40 min for 70 kg exactly, and compares it with the pump', async () => {
    const sums = async (): Promise<string> =>
      (await step().getByLabel('What it comes to').innerText()).replaceAll(/\s+/g, ' ');
    await expect.poll(() => field('Concentration').inputValue()).toBe('1');
    expect(await field('Dose').inputValue()).toBe('0.5');
    expect(await field('Duration').inputValue()).toBe('40');
    expect(await sums()).toMatch(
      /^Total dose 35 mg Volume 35 mL Pump rate should read 52.5 mL\/h Predicted peak \(model\) \d+ ng\/mL$/,
    );
    await shows('pump says 1 mg/mL · agrees');
    await field('Concentration').fill('2');
    expect(await sums()).toContain('Total dose 35 mg Volume 17.5 mL Pump rate should read 26.3 mL/h');
    await shows('! The pump reckons with 1 mg/mL, the plan with 2 mg/mL.');
    await field('Concentration').fill('1');
    await isPresentable('plan');
  });

  test('refuses a dose that no template has; an unusual one needs a second person', async () => {
    await field('Dose').fill('5');
    await refuses('Confirm plan and limits', 'At most 2 mg/kg in this template: above it is anaesthesia.');
    await field('Dose').fill('1.2');
    await refuses('Confirm plan and limits', 'Enter the name of the second person who checked this order.');
    await field('Checked by a second person').fill(NURSE);
    await refuses('Confirm plan and limits', `${NURSE} is on watch here. A second person has to check this order.`);
    await isPresentable('plan-refused');
    await field('Dose').fill('0.5');
  });

  test('sets a limit for this patient within its range and with a reason, and confirms', async () => {
    await step().getByRole('button', { name: 'Change the limit of Systolic, rule S1' }).click();
    await field('Limit S1').fill('300');
    await refuses('Set this limit', 'A changed limit needs a reason.');
    await field('Reason').fill('coronary disease');
    await refuses('Set this limit', 'The limit of S1 must be between 140 and 220.');
    await field('Limit S1').fill('170');
    await press('Set this limit');
    await shows(/≥ 170 at once \(preset 180\)/);
    await shows(`changed by ${NURSE}: “coronary disease”`);
    await isPresentable('limits');
    await press('Confirm plan and limits');
    await isAt('start');
  });

  test('waits for the pump, and moves on by itself when the pump runs', async () => {
    await shows(/✓ Screening\s+✓ Baseline \d+\/\d+ accepted\s+✓ Ketamine 0.5 mg\/kg over 40 min/);
    await shows(/Stopped\s+Pump rate should read: 52.5 mL\/h/);
    await isPresentable('start');
    await bed.play('pump', { atMin: 14.99 });
    await shows(/✓ The infusion began at \d\d:\d\d:\d\d/);
    await step().getByRole('link', { name: 'Go on: Monitor' }).click();
    await isAt('monitor');
    await shows(/Pump: Running · 52.5 mL\/h/);
    await isPresentable('monitor');
  });

  test('is watched on the bed page, where events are marked', async () => {
    const { page } = visit;
    await step().getByRole('link', { name: 'Open the bed page' }).click();
    await page.getByRole('button', { name: 'Nausea', exact: true }).click();
    await page.getByText(/Nausea marked at \d\d:\d\d:\d\d/).waitFor();
    const strip = page.locator('header', { has: page.getByRole('heading', { name: /^Bed 1/ }) });
    expect(await strip.locator('[aria-current="step"]').innerText()).toMatch(/Infusing \d+:\d\d/);
  });

  test('takes a score in words, alarms by it, and a correction of it in its place', async () => {
    const { page } = visit;
    const dialog = page.getByRole('dialog', { name: 'Enter a score' });
    const record = async (): Promise<void> => dialog.getByRole('button', { name: 'Record' }).click();
    const score = (): Promise<void> => page.getByRole('button', { name: 'Score …' }).click();
    await score();
    await dialog.getByLabel(/Responds only to the name called loudly/).check();
    expect(await axeFindings(page)).toEqual([]);
    await evidence(page, 'bed-score');
    await record();
    await page.getByText(/✓ MOAA\/S 3 recorded at \d\d:\d\d:\d\d/).waitFor();
    await page.getByText('Sedation: MOAA/S 3').first().waitFor();
    await score();
    await dialog.getByLabel(/Corrects the 3 of/).check();
    await dialog.getByLabel(/Responds readily/).check();
    await record();
    const events = page.getByRole('list', { name: 'Events' });
    await expect.poll(() => events.innerText(), SOON).toMatch(/MOAA\/S 5\s+Responds readily.* · corrected from 3 · /);
    await score();
    await dialog.getByLabel('CADSS').check();
    await dialog.getByLabel(/^Value, 0 to 92/).fill('93');
    await record();
    await dialog.getByText('CADSS is a whole number from 0 to 92.').waitFor();
    await evidence(page, 'bed-score-refused');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.goto(new URL('/bed/bed-1/session/monitor', bed.address).href);
    await isAt('monitor');
  });

  test('ends the infusion only with a reason, and observes', async () => {
    await refuses('Infusion ended at the pump', 'Say why the infusion ended.');
    await field('Why it ended').fill('broken off: nausea');
    await press('Infusion ended at the pump');
    await isAt('observation');
    await shows(/Since the end of the infusion at \d\d:\d\d:\d\d/);
    await isPresentable('observation');
    await step().getByRole('link', { name: 'Go on: Discharge' }).click();
    await isAt('discharge');
  });

  test('lets nobody go home before every criterion is met, unless somebody says why', async () => {
    await refuses(
      'Ready to go home',
      /\d criteria are not met\. Wait, tick what you have seen, or say who decided and why\./,
    );
    await isPresentable('discharge-refused');
    for (const box of await step().locator('.ticks').getByRole('checkbox').all()) await box.check();
    await field('Why the patient may go nevertheless').fill('moved to the ward, Dr A');
    await press('Ready to go home');
    await shows(/✓ Ready to go home since \d\d:\d\d:\d\d/);
    await isPresentable('discharge');
  });

  test('ends the session when it is said twice, and seals the record', async () => {
    await refuses('End session', 'Tick that you want to end the session.');
    await step().getByLabel('Yes, end the session of this patient').check();
    await press('End session');
    await isAt('report');
    await shows(/✓ The session of D\. O\. ended at \d\d:\d\d\. It is complete and sealed\./);
    await isPresentable('report');
  });

  test('has all of it in the record: admission, screening, baseline, plan, limit, infusion, mark, reasons', async () => {
    const { page } = visit;
    await step().getByRole('link', { name: 'Review the session' }).click();
    await page.waitForURL('**/review/*');
    const story = page.getByRole('tabpanel').filter({ hasText: 'Patient admitted' });
    const text = await story.innerText();
    for (const line of [
      /Screening: 1 answer needed a decision/,
      /Baseline \d+\/\d+ accepted/,
      /Plan: Ketamine 0\.5 mg\/kg\s+over 40 min/,
      /coronary disease/,
      /Infusion started/,
      /Nausea/,
      /MOAA\/S 3\s+Responds only to the name called loudly/,
      /MOAA\/S 5\s+Responds readily.* · correction/,
      /moved to the ward, Dr A|Discharge/,
    ]) {
      expect(text).toMatch(line);
    }
    expect(visit.complaints).toEqual([]);
  });
});
