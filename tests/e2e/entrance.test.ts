/** A station on the network: nobody sees anything of it without its key; and what its computer says of serial ports. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, CHROMIUM, evidence, isLive, SIZES, TestBrowser, WITHOUT_CHROMIUM } from '../support/browser.ts';
import { Program } from '../support/processes.ts';

/** One serial adapter, as `udevadm info -e` tells of it. */
const UDEV_PORT = [
  'P: /devices/usb1/1-1/1-1:1.0/ttyUSB3/tty/ttyUSB3',
  'N: ttyUSB3',
  'E: DEVNAME=/dev/ttyUSB3',
  'E: ID_VENDOR_ID=0403',
  'E: ID_MODEL_ID=6001',
  'E: ID_VENDOR=FTDI',
  '',
  '',
].join('\\n');

describe.skipIf(CHROMIUM === undefined)(`a station on the network${WITHOUT_CHROMIUM}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'keyed-'));
  /** The programs of this station's computer: it has no other ones. */
  const programs = mkdtempSync(join(tmpdir(), 'programs-'));
  const udevadm = join(programs, 'udevadm');
  let program: Program;
  let browser: TestBrowser;
  let address: string;

  beforeAll(async () => {
    const configuration = join(directory, 'ward.json');
    writeFileSync(configuration, JSON.stringify({ beds: [{ id: 'bed-1', label: 'Secret bed', devices: [] }] }));
    program = new Program(
      ['start', '--config', configuration, '--data', directory, '--host', '0.0.0.0', '--port', '0'],
      { INFUSCOPE_KEY: 'the right key', PATH: programs },
    );
    const [, printed = ''] = await program.line(/Infuscope is ready: (\S+)/);
    address = `http://127.0.0.1:${new URL(printed).port}/`;
    browser = await TestBrowser.open();
  });
  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    for (const one of [directory, programs]) rmSync(one, { recursive: true, force: true });
  });

  test('shows a stranger nothing but the question for the key', async () => {
    const { page } = await browser.visit(address);
    await page.waitForURL('**/enter');
    expect(await page.content()).not.toContain('Secret bed');
    expect(await (await fetch(new URL('/enter/__data.json', address))).text()).not.toContain('Secret bed');
    for (const size of SIZES) {
      await page.setViewportSize(size);
      expect(await axeFindings(page)).toEqual([]);
      await evidence(page, 'enter');
    }
  });

  test('refuses a wrong key in words and admits with the right one', async () => {
    const { page } = await browser.visit(new URL('/enter', address).href);
    await page.getByLabel('Key').fill('a wrong key');
    await page.getByRole('button', { name: 'Open the station' }).click();
    await page.getByText('This is not the key of this station.').waitFor();
    await page.getByLabel('Key').fill('the right key');
    await page.getByLabel('Your name or number').fill('Nurse 07');
    await page.getByRole('button', { name: 'Open the station' }).click();
    await page.waitForURL(address);
    await page.getByRole('heading', { name: 'Secret bed' }).waitFor();
    await page.getByRole('link', { name: /^Nurse 07/ }).waitFor();
    expect(await page.getByText('No device is set up for this bed').count()).toBe(1);
    await isLive(page);
    await evidence(page, 'ward-one-bed');
  });

  test('without udevadm cannot list serial ports, says so and what to do; with it lists them for use', async () => {
    const { page } = await browser.visit(new URL('/enter?key=the+right+key', address).href);
    await page.getByRole('button', { name: 'Open the station' }).click();
    await page.waitForURL(address);
    await page.goto(new URL('/devices', address).href);
    await isLive(page);
    await page.getByText('No device is set up. Add one.').waitFor();
    const panel = page.locator('section', {
      has: page.getByRole('heading', { name: 'Serial ports of this computer' }),
    });
    await page.getByRole('button', { name: 'Scan ports' }).click();
    await panel.getByText(/enter the path by hand/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await evidence(page, 'devices-no-udevadm');
    writeFileSync(udevadm, `#!/bin/sh\nprintf '${UDEV_PORT}'\n`, { mode: 0o755 });
    await page.getByRole('button', { name: 'Scan ports' }).click();
    await panel.getByText('/dev/ttyUSB3').waitFor();
    expect(await panel.innerText()).toContain('USB 0403:6001');
    await evidence(page, 'devices-ports');
    await panel.getByRole('button', { name: 'Use it' }).click();
    expect(await page.getByLabel('Port path').inputValue()).toBe('/dev/ttyUSB3');
  });
});
