/** Sound: off until somebody presses, said whenever it is not there, and known to the station. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, evidence, startWatch, TestBrowser, WITHOUT_CHROMIUM, type Visit } from '../support/browser.ts';
import { startDemonstration, type Demonstration } from '../support/station-process.ts';

describe.skipIf(CHROMIUM === undefined)(`the sound of a screen${WITHOUT_CHROMIUM}`, () => {
  let station: Demonstration;
  let browser: TestBrowser;
  let visit: Visit;

  beforeAll(async () => {
    [station, browser] = await Promise.all([startDemonstration(), TestBrowser.open()]);
    visit = await browser.visit('about:blank');
    // A browser that takes its permission back cannot be had otherwise.
    await visit.page.addInitScript(() => {
      window.AudioContext = class extends AudioContext {
        constructor(options?: AudioContextOptions) {
          super(options);
          window.audio = this;
        }
        override resume(): Promise<void> {
          return window.isAudioRefused ? Promise.reject(new Error('refused')) : super.resume();
        }
      };
    });
    await visit.page.goto(new URL('/about', station.address).href);
  });
  afterAll(async () => {
    await browser?.close();
    await station?.stop();
  });

  const audible = () => visit.page.locator('dt:text("Screens with sound") + dd').innerText();

  test('is off at first, and the station knows that nobody can hear it', async () => {
    await visit.page.getByText('SOUND OFF').waitFor();
    expect(await visit.page.getByRole('heading', { name: 'Sound is OFF' }).count()).toBe(1);
    await expect.poll(audible).toBe('0');
  });

  test('starts with a press, names who is on watch, and the station counts one screen that can be heard', async () => {
    await startWatch(visit.page, 'Nurse 07');
    await expect.poll(audible, { timeout: 10_000 }).toBe('1');
    expect(await visit.page.evaluate(() => window.audio.state)).toBe('running');
  });

  test('is never turned down below thirty percent', async () => {
    const { page } = visit;
    await page.getByRole('button', { name: /Sound on/ }).click();
    const slider = page.getByRole('slider', { name: /Volume/ });
    await slider.press('Home');
    await page.getByRole('button', { name: 'Sound on · 30 %' }).waitFor();
    await evidence(page, 'sound-volume');
    await page.keyboard.press('Escape');
  });

  test('that the browser takes away is missed within seconds, said in violet, and told to the station', async () => {
    const { page } = visit;
    await page.evaluate(() => {
      window.isAudioRefused = true;
      return window.audio.suspend();
    });
    await page.getByRole('heading', { name: /SOUND OFF – the browser blocks it/ }).waitFor({ timeout: 3000 });
    const colour = await page
      .getByRole('region', { name: 'Start the watch' })
      .evaluate((bar) => getComputedStyle(bar).backgroundColor);
    expect(colour).toBe('rgb(106, 27, 154)');
    await evidence(page, 'sound-blocked');
    await expect.poll(audible, { timeout: 10_000 }).toBe('0');
    await page.evaluate(() => {
      window.isAudioRefused = false;
    });
    await page.getByRole('button', { name: /Sound on/ }).waitFor({ timeout: 5000 });
  });

  test('without a script the name is still stored', async () => {
    const plain = await browser.visit(station.address, { javaScriptEnabled: false });
    expect(await plain.page.locator('noscript').first().textContent()).toContain('NOT MONITORING');
    await plain.page.getByPlaceholder('Your name or number').fill('Nurse 33');
    await plain.page.getByRole('button', { name: 'Start watch with sound' }).click();
    await plain.page.getByRole('link', { name: /^Nurse 33/ }).waitFor();
  });
});

declare global {
  interface Window {
    audio: AudioContext;
    isAudioRefused: boolean;
  }
}
