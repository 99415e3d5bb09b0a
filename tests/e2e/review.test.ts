/** A finished session, looked at afterwards: its whole trend, the waveforms of any instant, each alarm with all that is known. */
import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, startWatch, TestBrowser, WITHOUT_CHROMIUM, type Visit } from '../support/browser.ts';
import { FINISHED } from '../support/finished-session.ts';
import type { TestStation } from '../support/processes.ts';
import { expectPresentable } from '../support/presentable.ts';
import { startRecordedStation } from '../support/recorded-station.ts';

const SOON = { timeout: 20_000 };
/** The scenario's zero, 13:46 UTC, on the clock of this machine. */
const ZERO_MS = Date.UTC(2026, 10, 21, 13, 46);
const clock = (minute: number): string => new Date(ZERO_MS + minute * 60_000).toTimeString().slice(0, 8);

describe.skipIf(CHROMIUM === undefined)(`a finished session${WITHOUT_CHROMIUM}`, () => {
  let station: TestStation;
  let browser: TestBrowser;
  let visit: Visit;

  const at = (path: string): string => new URL(path, station.address).href;
  const waves = (): Locator => visit.page.getByRole('region', { name: 'Waveforms' });
  const record = (): Locator => visit.page.getByRole('tabpanel');
  const range = (): Promise<string> => waves().locator('time').first().innerText();

  const isPresentable = (name: string): Promise<void> => expectPresentable(visit.page, name);

  /** Columns of a canvas in which a stroke of this colour was drawn. */
  const columnsOf = (canvas: Locator, [red, green, blue]: readonly [number, number, number]): Promise<number> =>
    canvas.evaluate(
      (element, colour) => {
        if (!(element instanceof HTMLCanvasElement)) return 0;
        const { width, height } = element;
        const data = element.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
        const columns = new Set<number>();
        for (let i = 0; i < data.length; i += 4) {
          const isNear = colour.every((part, channel) => Math.abs((data[i + channel] ?? 0) - part) < 40);
          if (isNear && (data[i + 3] ?? 0) > 100) columns.add((i / 4) % width);
        }
        return columns.size / width;
      },
      [red, green, blue],
    );

  beforeAll(async () => {
    [station, browser] = await Promise.all([startRecordedStation(), TestBrowser.open()]);
    visit = await browser.visit(at('/review'));
    visit.page.setDefaultTimeout(SOON.timeout);
    await startWatch(visit.page, 'Nurse 07');
  });
  afterAll(async () => {
    await browser?.close();
    await station?.stop();
  });

  test('stands in the list with patient, plan, highest pressure, alarms and its seal', async () => {
    const { page } = visit;
    const row = page.getByRole('row').filter({ hasText: 'Stone, B.' });
    await expect.poll(() => row.innerText(), SOON).toContain('199/94');
    const text = (await row.innerText()).replaceAll(/\s+/g, ' ');
    expect(text).toContain('SIM-1002');
    expect(text).toContain('Ketamine 0.5 mg/kg over 40 min');
    expect(text).toContain('1:04 h');
    expect(text).toContain('✓ complete and sealed');
    expect(text).toMatch(/High alarm\. 3.*Medium alarm\. 5/);
    await isPresentable('review-list');
  });

  test('is found by name, and a search without a find says so', async () => {
    const { page } = visit;
    await page.getByRole('searchbox').fill('nobody');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('heading', { name: /^No session/ }).waitFor();
    await isPresentable('review-list-empty');
    await page.getByRole('searchbox').fill('stone');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('link', { name: /Stone, B\./ }).click();
    await page.waitForURL(`**/review/${FINISHED}**`);
  });

  test('says in short what happened: baseline, peaks, dose, pause, alarms', async () => {
    const short = (await visit.page.getByRole('region', { name: 'In short' }).innerText()).replaceAll(/\s+/g, ' ');
    expect(short).toContain('Baseline 133/74');
    expect(short).toContain(`Highest pressure 199/94 at ${clock(40.1).slice(0, 5)}`);
    expect(short).toContain('42.0 mg of 42.0 mg planned');
    expect(short).toContain(`${clock(15.1).slice(0, 5)} – ${clock(63.9).slice(0, 5)} 9:00 without flow`);
    const head = await visit.page.locator('.review header').innerText();
    expect(head).toContain('RECORDED');
    expect(head).toMatch(/Recording complete|sealed/i);
  });

  test('shows the trend of the whole session with pressures, heart rate, infusion and signs', async () => {
    const chart = visit.page.getByRole('group', { name: /^Trend of the recorded session/ });
    const canvas = chart.locator('canvas').first();
    // The heart rate's line crosses the whole picture; pressures are bars; the infusion is a band of three quarters.
    await expect.poll(() => columnsOf(canvas, [61, 220, 132]), SOON).toBeGreaterThan(0.7);
    expect(await columnsOf(canvas, [215, 184, 255])).toBeGreaterThan(0.02);
    await visit.page.getByRole('button', { name: 'HR', exact: true }).click();
    await expect.poll(() => columnsOf(canvas, [61, 220, 132]), SOON).toBeLessThan(0.1);
    await visit.page.getByRole('button', { name: 'HR', exact: true }).click();
    await expect.poll(() => columnsOf(canvas, [61, 220, 132]), SOON).toBeGreaterThan(0.7);
  });

  test('opens at the first of the most urgent alarms, with every sample of ten seconds', async () => {
    await waves().locator('.strips[aria-busy="false"]').waitFor();
    expect(await range()).toBe(`${clock(40 - 5 / 60)} – ${clock(40 + 5 / 60)}`);
    for (const [label, colour] of [
      ['ECG', [61, 220, 132]],
      ['Pleth', [79, 195, 247]],
    ] as const) {
      const strip = waves().getByRole('img', { name: new RegExp(`^${label}`) });
      await expect.poll(() => columnsOf(strip.locator('canvas'), colour), SOON).toBeGreaterThan(0.9);
    }
    expect((await waves().locator('dl').innerText()).replaceAll(/\s+/g, ' ')).toMatch(
      /HR \d+ SpO₂ \d+ RR \d+ NIBP 199\/94 .*Rate 63 mL\/h predicted \d+ ng\/mL infusion minute 2[45]/,
    );
    await isPresentable('review-session');
  });

  test('shows the waveforms of any instant: by row, by key, by alarm', async () => {
    const { page } = visit;
    const strip = waves().getByRole('img', { name: /^ECG/ }).locator('canvas');
    const isDrawn = (): Promise<void> =>
      expect
        .poll(() => columnsOf(strip, [61, 220, 132]), SOON)
        .toBeGreaterThan(0.9)
        .then(() => undefined);
    await record()
      .getByRole('button', { name: /Dissociation/ })
      .click();
    await expect.poll(range).toBe(`${clock(24 - 5 / 60)} – ${clock(24 + 5 / 60)}`);
    await isDrawn();
    await page.locator('body').press('ArrowRight');
    await expect.poll(range).toBe(`${clock(24 + 5 / 60)} – ${clock(24 + 15 / 60)}`);
    await waves().getByRole('button', { name: '30 s' }).click();
    await expect.poll(range).toBe(`${clock(24 - 5 / 60)} – ${clock(24 + 25 / 60)}`);
    await waves().getByRole('button', { name: '10 s' }).click();
    await waves().getByRole('button', { name: 'Next alarm' }).click();
    await expect.poll(range).toBe(`${clock(40 - 5 / 60)} – ${clock(40 + 5 / 60)}`);
    await isDrawn();
  });

  test('lists alarms with value, limit and who acknowledged them, and events with who said them', async () => {
    const rows = record().getByRole('row');
    const surge = rows.filter({ hasText: 'Systolic 199 mmHg, limit 175' });
    expect(await surge.innerText()).toContain('Nurse 12, after 0:35');
    expect(await rows.filter({ hasText: 'Systolic 193 mmHg, limit 160' }).innerText()).toMatch(/not answered|nobody/i);
    expect(await rows.filter({ hasText: 'Dissociation' }).innerText()).toContain('mild, calm · Nurse 07');
    await record().getByRole('button', { name: 'Alarms', exact: true }).click();
    await rows.filter({ hasText: 'Dissociation' }).waitFor({ state: 'detached' });
    await surge.getByRole('button').click();
    const details = record().locator('tr.details');
    await details.waitFor();
    const text = await details.innerText();
    expect(text).toMatch(/Systolic 199 at \d\d:\d\d:\d\d/);
    expect(text).toMatch(/Nurse 12/);
    expect(text).toMatch(/Rule S1/);
    await isPresentable('review-alarm');
  });

  test('has every reading as a table, and says how whole the record is', async () => {
    const { page } = visit;
    await page.getByRole('tab', { name: 'Vital signs' }).click();
    expect(await record().getByRole('row').filter({ hasText: '199/94' }).innerText()).toContain('▲');
    await isPresentable('review-vitals');
    await page.getByRole('tab', { name: 'Vital signs' }).press('ArrowRight');
    await expect.poll(() => record().innerText()).toMatch(/[0-9a-f]{64}/);
    expect(await record().innerText()).toContain('SIM-1002 · ');
    await isPresentable('review-recording');
  });

  test('is sent to a colleague by its address, which names the instant', async () => {
    const { page } = visit;
    await page.goto(at(`/review/${FINISHED}?at=${60 * 60_000}`));
    await expect.poll(range).toBe(`${clock(60 - 5 / 60)} – ${clock(60 + 5 / 60)}`);
  });

  test('of an unknown session says that there is none', async () => {
    const { page } = visit;
    const before = visit.complaints.length;
    expect(visit.complaints).toEqual([]);
    await page.goto(at('/review/nobody'));
    await page.getByText('There is no such session in this recording.').waitFor();
    await isPresentable('review-unknown');
    expect(visit.complaints.slice(before).filter((text) => !text.includes('404 (Not Found)'))).toEqual([]);
  });

  test('has its alarm log to take away, and says how much alarms asked for', async () => {
    const { page } = visit;
    await page.goto(at(`/review/${FINISHED}`));
    await page.getByRole('tab', { name: 'Alarm log' }).click();
    await expect.poll(() => record().innerText(), SOON).toMatch(/Systolic above 175 mmHg\s+\d+\.\d min, \d+ mmHg·min/);
    const text = await record().innerText();
    expect(text).toMatch(/Alarms\s+8 \(7\.4\/h\)/);
    expect(text).toContain('S1 ');
    expect(text).toContain('when it is full, nothing more is recorded');
    await isPresentable('review-burden');
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download the log' }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toBe(`alarms-${FINISHED}.csv`);
    const lines = readFileSync(await download.path(), 'utf8').split('\r\n');
    expect(lines[0]).toMatch(/^time_utc,station_time_ms,bed,session,patient,record,event,/);
    expect(lines.filter((line) => line.includes(',alarm,signalled,')).length).toBeGreaterThan(3);
  });

  test('is counted with the others in the statistics of all beds', async () => {
    const { page } = visit;
    await page.goto(at('/review/alarms?days=90'));
    const known = page.getByText(/^1 session, 1\.1 h$/).or(page.getByText('No session in these days.'));
    await known.waitFor();
    await isPresentable('alarm-statistics');
    const answer = await page.request.get(at('/api/alarms.csv?days=90'));
    expect(answer.headers()['content-type']).toContain('text/csv');
    expect(await answer.text()).toMatch(/^time_utc,.*\r\n/);
  });
});
