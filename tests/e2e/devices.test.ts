/** Devices and About: what a technician needs, without a script where a form will do. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  axeFindings,
  CHROMIUM,
  evidence,
  isLive,
  misfits,
  SIZES,
  tabTroubles,
  TestBrowser,
  WITHOUT_CHROMIUM,
  type Visit,
} from '../support/browser.ts';
import { startDemonstration, type Demonstration } from '../support/station-process.ts';

describe.skipIf(CHROMIUM === undefined)(`the devices page${WITHOUT_CHROMIUM}`, () => {
  let station: Demonstration;
  let browser: TestBrowser;
  let visit: Visit;

  const at = (path: string): string => new URL(path, station.address).href;
  const row = (device: string) => visit.page.locator(`tr[data-device="${device}"]`);

  beforeAll(async () => {
    [station, browser] = await Promise.all([startDemonstration(), TestBrowser.open()]);
    visit = await browser.visit(at('/devices'));
  });
  afterAll(async () => {
    await browser?.close();
    await station?.stop();
  });

  test('lists every device with its link, its state and what passes over it', async () => {
    expect(await visit.page.locator('tr[data-device]').count()).toBe(12);
    const monitor = row('bed-1-monitor');
    await expect.poll(() => monitor.innerText()).toContain('streaming');
    await expect
      .poll(() => monitor.innerText(), { timeout: 10_000 })
      .toMatch(/[1-9][\d.]* (k?)B\/s · [1-9][\d.]* frames\/s/);
    await expect.poll(() => monitor.innerText()).toMatch(/\d s ago/);
  });

  test('shows the last frames of the chosen device as they come', async () => {
    await row('bed-2-pump').getByRole('link').click();
    await visit.page.waitForURL('**device=bed-2-pump');
    const panel = visit.page.locator('section', {
      has: visit.page.getByRole('heading', { name: /Last frames · Pump, Bed 2/ }),
    });
    await expect.poll(() => panel.innerText(), { timeout: 10_000 }).toMatch(/\d\d:\d\d:\d\d\s+\d+ B/);
  });

  test.each(SIZES)('has nothing serious for axe at $width × $height', async (size) => {
    await visit.page.setViewportSize(size);
    await isLive(visit.page);
    expect(await misfits(visit.page)).toEqual([]);
    expect(await axeFindings(visit.page)).toEqual([]);
    await evidence(visit.page, 'devices');
  });

  test.each([
    { width: 1024, height: 768 },
    { width: 390, height: 844 },
  ])('hangs out of the screen nowhere on $width × $height', async (size) => {
    await visit.page.setViewportSize(size);
    await expect.poll(() => misfits(visit.page)).toEqual([]);
    await evidence(visit.page, 'devices');
    await visit.page.setViewportSize(SIZES[0]);
  });

  test('has everything within reach of the Tab key, with a ring around it', async () => {
    expect(await tabTroubles(visit.page)).toEqual([]);
  });

  test('adds a device, says what it is checked against, restarts and removes it', async () => {
    const { page } = visit;
    await page.getByRole('button', { name: 'Add a device' }).click();
    await page.getByRole('button', { name: 'Add and open' }).click();
    await page.getByText('Not done. Choose a bed and a device, and say where it is plugged in.').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await evidence(page, 'devices-add-incomplete');
    await page.getByRole('combobox', { name: 'Bed', exact: true }).selectOption('bed-6');
    await page.getByRole('combobox', { name: 'Device', exact: true }).selectOption('pump-bbraun-bcc');
    await page.getByText(/^How sure we are: .*never on a real pump/).waitFor();
    await page.getByLabel('Network (host:port)').check();
    await page.getByLabel('Host and port', { exact: true }).fill('127.0.0.1:9');
    await page.getByLabel('Name on the screens').fill('Second pump');
    expect(await axeFindings(page)).toEqual([]);
    await evidence(page, 'devices-add');
    await page.getByRole('button', { name: 'Add and open' }).click();
    await page.getByText('Second pump was added').waitFor();
    const added = row('bed-6-pump-bbraun-bcc');
    await expect.poll(() => added.innerText(), { timeout: 10_000 }).toMatch(/link lost|opening/);
    await evidence(page, 'devices-lost');
    await added.getByRole('link').click();
    await page.getByRole('heading', { name: 'Second pump, Bed 6', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Restart link' }).click();
    await page.getByText('The link of Second pump is opened anew.').waitFor();
    await page.getByText('Remove …').click();
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.getByText('Second pump was removed.').waitFor();
    await expect.poll(() => added.count()).toBe(0);
  });

  test('probes no port that a device has, and says whose it is', async () => {
    const { page } = visit;
    const address = /127\.0\.0\.1:\d+/.exec(await row('bed-1-monitor').innerText())?.[0] ?? '';
    await page.getByLabel('Port or host:port').fill(address);
    await page.getByRole('button', { name: 'Probe it' }).click();
    await page.getByText(`${address} belongs to Monitor of Bed 1, which has it open: it is not probed.`).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await evidence(page, 'devices-probe-refused');
  });

  test('says why a port cannot be probed, also without a script', async () => {
    const plain = await browser.visit(at('/devices'), { javaScriptEnabled: false });
    await plain.page.getByLabel('Port or host:port').fill('/dev/no-such-port');
    await plain.page.getByRole('button', { name: 'Probe it' }).click();
    await plain.page.getByText('There is no port /dev/no-such-port').waitFor();
  });

  test('says in a sentence what a form lacked, also without a script', async () => {
    const plain = await browser.visit(at('/devices'), { javaScriptEnabled: false });
    const answer = await plain.page.request.post(at('/devices?/add'), {
      form: { bed: 'bed-6', driver: 'ge-s5-dri', link: 'serial', path: '' },
      headers: { origin: new URL(station.address).origin, accept: 'text/html' },
    });
    expect(answer.status()).toBe(422);
    expect(await answer.text()).toContain('say where it is plugged in');
  });

  test('ends the capture of a link and begins it again', async () => {
    const { page } = visit;
    await page.goto(at('/devices?device=bed-1-monitor'));
    await isLive(page);
    await page.getByRole('button', { name: 'Stop capture' }).click();
    await page.getByText('The link of Monitor is not captured any more.').waitFor();
    await page.getByRole('button', { name: 'Start capture' }).click();
    await page.getByText('The link of Monitor is captured.').waitFor();
    await evidence(page, 'devices-capture');
  });

  test('gives the raw capture of a link for download, and no other file', async () => {
    await visit.page.goto(at('/devices?device=bed-1-monitor'));
    const link = visit.page.getByRole('link', { name: 'Download' }).first();
    const [download] = await Promise.all([visit.page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('bed-1-monitor.pcapng');
    const bytes = readFileSync(await download.path());
    expect(bytes.subarray(0, 4).toString('hex')).toBe('0a0d0d0a');
    for (const path of ['..%2Fcookie-secret', '..%2F..%2Fetc%2Fpasswd', 'infuscope.db', '%2Fetc%2Fpasswd']) {
      expect((await visit.page.request.get(at(`/devices/captures/${path}`))).status()).toBe(404);
    }
  });

  test.each(SIZES)(
    'About says versions, what the browser lacks and what this is not, at $width × $height',
    async (size) => {
      await visit.page.setViewportSize(size);
      await visit.page.goto(at('/about'));
      const main = visit.page.getByRole('main');
      await expect.poll(() => main.innerText()).toContain('Watches over the page while it hangs');
      expect(await main.innerText()).toContain('It is not a certified medical device');
      expect(await main.innerText()).toMatch(
        /adult-iv-ketamine@\d+, nasal-esketamine@\d+, pain-infusion@\d+, volunteer-study@\d+/,
      );
      expect(await main.innerText()).toContain('Apache License');
      await isLive(visit.page);
      expect(await misfits(visit.page)).toEqual([]);
      expect(await axeFindings(visit.page)).toEqual([]);
      await evidence(visit.page, 'about');
    },
  );

  test.each(SIZES)('handing over the watch has nothing serious for axe at $width × $height', async (size) => {
    await visit.page.setViewportSize(size);
    await visit.page.goto(at('/watch'));
    await isLive(visit.page);
    expect(await axeFindings(visit.page)).toEqual([]);
    await evidence(visit.page, 'watch');
  });

  test('broke no rule of its own content security policy and threw nothing', () => {
    expect(visit.complaints).toEqual([]);
  });
});
