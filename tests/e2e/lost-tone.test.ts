/** A screen that lost its station sounds by itself: nothing of the station is needed for it, not even that it answers. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, isLive, startWatch, TestBrowser, WITHOUT_CHROMIUM, type Visit } from '../support/browser.ts';
import type { TestStation } from '../support/processes.ts';
import { startRecordedStation } from '../support/recorded-station.ts';

/** The tone is due 5 s after the core was heard last; a busy machine may add to that. */
const EARLIEST_MS = 3000;
const LATEST_MS = 10_000;
/** Longer than the silence between two tones. */
const SILENCE_MS = 4000;
/** Longer than the tone that says that the sound works. */
const TEST_TONE_MS = 1000;

describe.skipIf(CHROMIUM === undefined)(`the tone of a lost station${WITHOUT_CHROMIUM}`, () => {
  let station: TestStation;
  let browser: TestBrowser;
  let visit: Visit;
  let hidden: Page;

  // Nobody is admitted there: no alarm sounds but this one.
  beforeAll(async () => {
    [station, browser] = await Promise.all([startRecordedStation({ minutes: 0.5 }), TestBrowser.open()]);
    visit = await browser.visit('about:blank');
    hidden = await visit.page.context().newPage();
    for (const page of [visit.page, hidden]) {
      await page.addInitScript(listen);
      await page.goto(station.address);
    }
    await startWatch(hidden, 'Nurse 12');
    await visit.page.bringToFront();
    await visit.page.getByRole('region', { name: 'Start the watch' }).getByRole('button').click();
    await visit.page.getByRole('button', { name: /Sound on/ }).waitFor();
    await silentFor(TEST_TONE_MS);
  });
  afterAll(async () => {
    await browser?.close();
    await station?.stop();
  });

  /** How long after `sinceMs` (of this process) both pages were heard. */
  const heardAfter = async (sinceMs: number): Promise<readonly number[]> => {
    const heard = (page: Page): Promise<number> =>
      page
        .waitForFunction(
          () => document.querySelector('[data-link="lost"]') !== null && window.loudness() > 0.05,
          null,
          {
            polling: 100,
            timeout: LATEST_MS + 3000,
          },
        )
        .then(() => performance.now() - sinceMs);
    return Promise.all([heard(visit.page), heard(hidden)]);
  };

  const silentFor = async (silenceMs: number): Promise<void> => {
    for (const page of [visit.page, hidden]) {
      await isLive(page);
      await page.waitForFunction(
        (ms) => {
          const isLoud = window.loudness() > 0.05;
          if (isLoud || window.silentSinceMs === undefined) window.silentSinceMs = performance.now();
          return performance.now() - window.silentSinceMs > ms;
        },
        silenceMs,
        { polling: 100, timeout: 20_000 },
      );
    }
  };

  test.each([
    ['is killed and not started again', 'SIGKILL'],
    ['stands still', 'SIGSTOP'],
  ] as const)(
    'is heard on the page in front and on the one behind when the station %s, and ends when it is back',
    async (_, signal) => {
      const [supervisor, web] = [station.program.pid, station.program.childPid('web.js')];
      if (web === undefined) throw new Error('the web process does not run');
      // The one that would start it again waits.
      process.kill(supervisor, 'SIGSTOP');
      process.kill(web, signal);
      try {
        const heardMs = await heardAfter(performance.now());
        for (const ms of heardMs) {
          expect(ms).toBeGreaterThan(EARLIEST_MS);
          expect(ms).toBeLessThan(LATEST_MS);
        }
      } finally {
        if (signal === 'SIGSTOP') process.kill(web, 'SIGCONT');
        process.kill(supervisor, 'SIGCONT');
      }
      await silentFor(SILENCE_MS);
    },
  );
});

/** Runs in the page before its own scripts: an ear on the way to the loudspeaker. */
function listen(): void {
  const loudspeaker = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, 'destination');
  let ear: AnalyserNode | undefined;
  Object.defineProperty(AudioContext.prototype, 'destination', {
    get(this: AudioContext) {
      if (ear === undefined) {
        ear = new AnalyserNode(this, { fftSize: 2048 });
        const end: unknown = loudspeaker?.get?.call(this);
        if (end instanceof AudioDestinationNode) ear.connect(end);
      }
      return ear;
    },
  });
  window.loudness = () => {
    const samples = new Float32Array(2048);
    ear?.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  };
}

declare global {
  interface Window {
    loudness: () => number;
    silentSinceMs: number | undefined;
  }
}
