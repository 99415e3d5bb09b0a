/** The system's Chromium with an empty profile for each visitor, and what every test of a screen wants to know of its page. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { findProgram } from '../../bin/lib/system.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
export const CHROMIUM = NAMES.map((name) => findProgram(name)).find((path) => path !== undefined);
/** To be put behind the name of a test that needs it. */
export const WITHOUT_CHROMIUM = CHROMIUM === undefined ? ' (skipped: no Chromium on the search path)' : '';

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** The two sizes that every screen has to fit. */
export const SIZES = [
  { width: 1440, height: 900 },
  { width: 1280, height: 800 },
] as const;

export interface Visit {
  readonly page: Page;
  /** Errors of scripts and refusals by the content security policy, as the browser told them. */
  readonly complaints: readonly string[];
}

export class TestBrowser {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async open(): Promise<TestBrowser> {
    return new TestBrowser(await chromium.launch({ executablePath: CHROMIUM ?? '', args: FLAGS }));
  }

  /** A visitor of its own: no cookie, no memory of others. */
  async visit(url: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext({ viewport: SIZES[0], ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
    });
    await page.goto(url);
    return { page, complaints };
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** Names the person and turns the sound on, as every watch begins. */
export async function startWatch(page: Page, name: string): Promise<void> {
  await page.locator('.shell[data-link="live"]').waitFor();
  const bar = page.getByRole('region', { name: 'Start the watch' });
  await bar.getByRole('textbox').fill(name);
  await bar.getByRole('button').click();
  await page.getByRole('button', { name: /Sound on/ }).waitFor();
  await page.getByRole('link', { name: new RegExp(`^${name}`) }).waitFor();
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

declare global {
  interface Window {
    axe: {
      run(): Promise<{
        violations: readonly {
          id: string;
          impact: string;
          nodes: readonly { html: string; failureSummary: string }[];
        }[];
      }>;
    };
  }
}

/** What axe calls serious or critical, one line each. Through the debugger, because the page's policy allows no foreign script. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    );
}

/** Waits until the page has its live link: before that its values are grey. */
export const isLive = (page: Page): Promise<void> =>
  page.locator('.shell[data-link="live"]').waitFor({ timeout: 20_000 });

/** What hangs out of the screen sideways or lies out of its own tile, in words; empty on a page that fits. */
export async function misfits(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const main = document.querySelector('main');
    const wide = main === null || main.scrollWidth > main.clientWidth ? ['main is wider than the screen'] : [];
    const cut = [...document.querySelectorAll('article :is(.digits, .small, .label, .strip)')].filter((part) => {
      const box = part.getBoundingClientRect();
      const tile = part.closest('article')?.getBoundingClientRect();
      return tile === undefined || box.right > tile.right + 1 || box.bottom > tile.bottom + 1;
    });
    const overlaid = [...document.querySelectorAll('article')].flatMap((tile) => {
      const parts = [...tile.querySelectorAll('.digits, .small, .label')].filter(({ textContent }) =>
        textContent?.trim(),
      );
      const boxes = parts.map((part) => part.getBoundingClientRect());
      return parts.filter((_, i) =>
        boxes.some((other, k) => {
          const own = boxes[i];
          if (own === undefined || k <= i) return false;
          const across = Math.min(own.right, other.right) - Math.max(own.left, other.left);
          const down = Math.min(own.bottom, other.bottom) - Math.max(own.top, other.top);
          return across > 2 && down > 3;
        }),
      );
    });
    const named = (how: string) => (part: Element) => `${how}: ${part.textContent?.trim() ?? ''}`;
    return [...wide, ...cut.map(named('cut off')), ...overlaid.map(named('overlaid'))];
  });
}

/** Walks over the page with the Tab key. @returns what cannot be reached so, and what does not show that it has the focus. */
export async function tabTroubles(page: Page): Promise<readonly string[]> {
  const count = await page.evaluate(() => {
    const all = 'a[href], button:not([disabled]), input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const seen = [...document.querySelectorAll<HTMLElement>(all)].filter(
      (element) =>
        element.checkVisibility({ visibilityProperty: true }) && !element.matches('[type=radio]:not(:checked)'),
    );
    for (const element of seen) element.dataset['tab'] = 'unreached';
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    return seen.length;
  });
  const ringless = new Set<string>();
  for (let i = 0; i < count + 3; i += 1) {
    await page.keyboard.press('Tab');
    const trouble = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element.dataset['tab'] === undefined) return undefined;
      element.dataset['tab'] = 'reached';
      const hasRing = [undefined, '::after'].some((part) => getComputedStyle(element, part).outlineStyle === 'solid');
      return hasRing ? undefined : `no ring: ${element.outerHTML.slice(0, 120)}`;
    });
    if (trouble !== undefined) ringless.add(trouble);
  }
  const unreached = await page.evaluate(() =>
    [...document.querySelectorAll('[data-tab="unreached"]')].map(
      (element) => `not reached: ${element.outerHTML.slice(0, 120)}`,
    ),
  );
  return [...unreached, ...ringless];
}

/** Keeps a picture when `INFUSCOPE_EVIDENCE` names a directory: how the pictures in docs/evidence are made. */
export async function evidence(page: Page, name: string): Promise<void> {
  const directory = process.env['INFUSCOPE_EVIDENCE'];
  if (directory === undefined) return;
  mkdirSync(directory, { recursive: true });
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  await page.screenshot({ path: join(directory, `${name}-${width}x${height}.png`) });
}
