/** The Rules page: what judges, what a site changes of it with a reason, a rule of its own that alarms at a bed, the file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
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
import { startOneBed, type OneBed } from '../support/one-bed.ts';

const SOON = { timeout: 20_000 };
const PERSON = 'Dr A';

describe.skipIf(CHROMIUM === undefined)(`the rules page${WITHOUT_CHROMIUM}`, () => {
  let bed: OneBed;
  let browser: TestBrowser;
  let visit: Visit;

  const at = (path: string): string => new URL(path, bed.address).href;
  const row = (rule: string): Locator => visit.page.locator(`tbody[data-rule="${rule}"]`);
  const dialog = (): Locator => visit.page.getByRole('dialog');
  const field = (name: string | RegExp): Locator => dialog().getByLabel(name, { exact: typeof name === 'string' });
  const named = (name: string): Locator => dialog().locator(`[name="${name}"]`);
  const reason = (text: string): Promise<void> => named('reason').fill(text);
  const press = (name: string): Promise<void> => dialog().getByRole('button', { name, exact: true }).click();
  const edit = (rule: string): Promise<void> =>
    visit.page.getByRole('button', { name: `Change rule ${rule}`, exact: true }).click();
  const file = (): string => join(bed.directory, 'rules.json');

  beforeAll(async () => {
    [bed, browser] = await Promise.all([startOneBed(), TestBrowser.open()]);
    await Promise.all([bed.play('monitor', { atMin: 0 }), bed.play('pump', { atMin: 0 })]);
    visit = await browser.visit(at('/rules'));
    visit.page.setDefaultTimeout(SOON.timeout);
    await isLive(visit.page);
  });
  afterAll(async () => {
    await browser?.close();
    await bed?.stop();
  });

  test('lists every rule in words, by what it is about', async () => {
    await expect.poll(() => row('S1').innerText(), SOON).toMatch(/S1 sbp-very-high.*Systolic at or above 180 mmHg/s);
    expect(await row('S7').locator('tr').count()).toBe(2);
    expect(await visit.page.getByRole('table', { name: 'Rules: Blood pressure' }).count()).toBe(1);
  });

  test('shows the other presets', async () => {
    await visit.page.getByRole('link', { name: 'Adult, esketamine by nose' }).click();
    await visit.page.waitForURL('**preset=nasal-esketamine');
    await expect.poll(() => row('P1').count(), SOON).toBe(0);
    await visit.page.getByRole('link', { name: 'Adult, ketamine by vein' }).click();
    await expect.poll(() => row('P1').count(), SOON).toBe(1);
  });

  test.each([...SIZES, { width: 1024, height: 768 }])('fits and satisfies axe at $width × $height', async (size) => {
    await visit.page.setViewportSize(size);
    expect(await misfits(visit.page)).toEqual([]);
    expect(await axeFindings(visit.page)).toEqual([]);
    await evidence(visit.page, 'rules');
  });

  test('has everything within reach of the Tab key, with a ring around it', async () => {
    expect(await tabTroubles(visit.page)).toEqual([]);
    await visit.page.setViewportSize(SIZES[0]);
  });

  test('changes nothing for somebody without a name', async () => {
    await edit('S1');
    await reason('our protocol');
    await press('Change this rule');
    await expect.poll(() => dialog().innerText(), SOON).toContain('Nothing was changed.');
    await press('Close');
    await startWatch(visit.page, PERSON);
  });

  test('refuses what makes no rule, says so while it is typed, and keeps the dialog open', async () => {
    await edit('S1');
    await field(/^Systolic at or above/).fill('900');
    await expect.poll(() => dialog().innerText(), SOON).toContain('lies outside 30 to 320 mmHg');
    await reason('our protocol');
    await press('Change this rule');
    await expect.poll(() => dialog().innerText(), SOON).toContain('Nothing was changed.');
    await evidence(visit.page, 'rules-edit-refused');
  });

  test('takes a change with its reason, marks who made it, and lists that it protects less', async () => {
    await field(/^Systolic at or above/).fill('190');
    await expect.poll(() => dialog().innerText(), SOON).toContain('Systolic 191 mmHg, limit 190');
    expect(await axeFindings(visit.page)).toEqual([]);
    await evidence(visit.page, 'rules-edit');
    await press('Change this rule');
    await expect.poll(() => row('S1').innerText(), SOON).toMatch(/at or above 190 mmHg.*Dr A.*our protocol/s);
    expect(await visit.page.getByRole('region', { name: /protects less/ }).innerText()).toContain(
      'S1 sbp-very-high: its high alarm begins at 190 mmHg, as it came at 180 mmHg.',
    );
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({
      presets: { 'adult-iv-ketamine': { changes: [{ rule: 'S1', levels: [{ limits: [190] }], by: PERSON }] } },
    });
  });

  test('turns off what may be off, and gives it back as it came', async () => {
    await edit('S6');
    await field(/^Turned off/).check();
    await reason('too often');
    await press('Change this rule');
    await expect.poll(() => row('S6').innerText(), SOON).toContain('off');
    await edit('S6');
    await reason('asked for again');
    await press('Back to how it came');
    await expect.poll(() => row('S6').innerText(), SOON).toContain('as it came');
    await edit('S1');
    expect(await dialog().innerText()).toContain('This rule cannot be turned off.');
    await press('Close');
  });

  test('shows a rule of the site’s own in words while it is made, and takes it', async () => {
    await visit.page.getByRole('button', { name: 'A rule of your own' }).click();
    await named('name').fill('Pulse beside breath');
    const condition = (n: number): Locator => dialog().getByRole('group', { name: `Condition ${n}` });
    const fill = async (n: number, metric: string, limit: string): Promise<void> => {
      await condition(n).getByLabel('Quantity').selectOption({ label: metric });
      await condition(n)
        .getByLabel(/^Limit/)
        .fill(limit);
    };
    await fill(1, 'Heart rate', '30');
    await press('One more condition');
    await fill(2, 'SpO₂', '40');
    await named('holdS-0').fill('0');
    await field('Preparing').check();
    await reason('a test of the page');
    const preview = dialog().getByRole('region', { name: 'What it does' });
    await expect
      .poll(() => preview.innerText(), SOON)
      .toContain('Heart rate at or above 30 /min and SpO₂ at or above 40 %, at once.');
    expect(await preview.innerText()).toContain('Pulse beside breath: 31 /min');
    expect(await axeFindings(visit.page)).toEqual([]);
    await evidence(visit.page, 'rules-own');
    await visit.page.setViewportSize({ width: 1024, height: 768 });
    await evidence(visit.page, 'rules-own');
    await visit.page.setViewportSize(SIZES[0]);
    await press('Add this rule');
    await expect.poll(() => row('X1').innerText(), SOON).toMatch(/X1 pulse-beside-breath.*Dr A/s);
  });

  test('refuses a rule that could never be judged, and offers only what can be told of a quantity', async () => {
    await visit.page.getByRole('button', { name: 'A rule of your own' }).click();
    expect(await dialog().getByRole('alert').count()).toBe(0);
    await named('metric-0').selectOption({ label: 'Diastolic' });
    expect(await named('aspect-0').locator('option').allInnerTexts()).toEqual([
      'the value',
      'change from the baseline',
      'change from the baseline, %',
    ]);
    await named('name').fill('Never');
    await named('aspect-0').selectOption({ label: 'change from the baseline' });
    await field(/^Limit/).fill('900');
    await reason('a slip');
    await press('Add this rule');
    const refusal = dialog().getByRole('alert');
    await expect.poll(() => refusal.innerText(), SOON).toContain('outside what a change or an age of diastolic can be');
    await field(/^Limit/).fill('30');
    await expect.poll(() => refusal.count(), SOON).toBe(0);
    await press('Close');
    expect(await row('X2').count()).toBe(0);
  });

  test('changes a number of the own rule, under the same id', async () => {
    await edit('X1');
    await field(/^Heart rate at or above/).fill('35');
    await reason('a little higher');
    await expect.poll(() => dialog().innerText(), SOON).toContain('Heart rate at or above 35 /min and');
    await evidence(visit.page, 'rules-own-edit');
    await press('Change this rule');
    await expect.poll(() => row('X1').innerText(), SOON).toMatch(/at or above 35 \/min.*a little higher/s);
  });

  test('the own rule alarms at the bed of whoever is admitted then', async () => {
    await visit.page.goto(at('/bed/bed-1/session/admit'));
    const form = visit.page.locator('.step');
    await form.getByRole('textbox', { name: 'Identifier', exact: true }).fill('T-1');
    await form.getByRole('textbox', { name: 'Weight today', exact: true }).fill('70');
    expect(await form.getByLabel('Judged by the rules').inputValue()).toBe('adult-iv-ketamine');
    await form.getByLabel('Not now; I compare before the start').check();
    await form.getByRole('button', { name: 'Admit and record' }).click();
    await visit.page.waitForURL('**/session/screening');
    await visit.page.goto(at('/bed/bed-1'));
    await expect.poll(() => visit.page.locator('main').innerText(), SOON).toMatch(/Pulse beside breath: \d+ \/min/);
  });

  test('a patient keeps the rules of the admission, and the page says so', async () => {
    await visit.page.goto(at('/rules'));
    await edit('X1');
    await reason('no longer needed');
    await press('Remove this rule');
    await expect.poll(() => row('X1').count(), SOON).toBe(0);
    await expect.poll(() => visit.page.locator('main').innerText(), SOON).toContain('until its session ends');
  });

  test('gives its file away, and takes a whole file, but no wrong one', async () => {
    const exported = await visit.page.request.get(at('/rules/file'));
    const content = await exported.text();
    expect(JSON.parse(content)).toMatchObject({ presets: { 'adult-iv-ketamine': { changes: [{ rule: 'S1' }] } } });
    const put = async (text: string): Promise<void> => {
      await field(/^Contents/).fill(text);
      await reason('from the other ward');
      await press('Take this file');
    };
    await visit.page.getByRole('button', { name: 'Import …' }).click();
    await put(content.replace('190', '"much"'));
    await expect.poll(() => dialog().innerText(), SOON).toContain('changes[0].levels[0].limits[0]: must be a number.');
    await put(content.replace('190', '170'));
    await expect.poll(() => row('S1').innerText(), SOON).toContain('at or above 170 mmHg');
  });

  test('a broken file is told on the page and at every bed after a restart, and the rules as they came judge', async () => {
    writeFileSync(file(), '{ "presets": { "mine": {} } }');
    const core = bed.program.childPid('core.js');
    if (core === undefined) throw new Error('the core does not run');
    process.kill(core, 'SIGKILL');
    await expect.poll(() => bed.program.childPid('core.js'), SOON).not.toBe(core);
    await expect
      .poll(() => visit.page.goto(at('/rules')).then(() => visit.page.locator('main').innerText()), SOON)
      .toContain('presets.mine');
    await expect.poll(() => row('S1').innerText(), SOON).toContain('at or above 180 mmHg');
    await evidence(visit.page, 'rules-broken');
    await visit.page.goto(at('/bed/bed-1'));
    await expect.poll(() => visit.page.locator('main').innerText(), SOON).toContain("This site's rules cannot be read");
  });
});
