/** A real browser that looks at a page and says when the alarm of one bed was painted. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import type { BrowserCalls } from '../../src/cli/bench/calls.ts';
import { nowNs, serve } from './serve.ts';

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const VIEWPORT = { width: 1920, height: 1080 };

const profile = mkdtempSync(join(tmpdir(), 'infuscope-bench-profile-'));
const seen: number[] = [];
let context: BrowserContext | undefined;

/**
 * In the page: from the change of the tile to the frame after the one that draws it. A tile says how urgent its alarm is in
 * `data-priority`, and nothing when there is none.
 */
function watchTile(bed: string): void {
  const tile = () => document.querySelector(`article[data-bed="${bed}"]`);
  const isAlarming = () => tile()?.getAttribute('data-priority') !== null;
  let before = isAlarming();
  const look = () => {
    const now = isAlarming();
    if (now && !before) {
      requestAnimationFrame(() => requestAnimationFrame(() => (window as unknown as Back).benchPainted('')));
    }
    before = now;
  };
  new MutationObserver(look).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-priority'],
  });
}

interface Back {
  readonly benchPainted: (nothing: string) => void;
}

serve<BrowserCalls>({
  open: async ({ chromium: executablePath, address, bed }) => {
    context = await chromium.launchPersistentContext(profile, { executablePath, args: FLAGS, viewport: VIEWPORT });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Runtime.enable');
    await devtools.send('Runtime.addBinding', { name: 'benchPainted' });
    devtools.on('Runtime.bindingCalled', () => seen.push(nowNs()));
    await page.goto(address);
    await page.waitForSelector(`article[data-bed="${bed}"]:not([data-priority])`);
    await page.evaluate(watchTile, bed);
  },
  sightings: () => seen,
  close: async () => {
    await context?.close();
    rmSync(profile, { recursive: true, force: true });
  },
});
