/** Builds the page of this folder, serves it on loopback, and opens it in the system's Chromium with an empty profile. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { findProgram } from '../../../bin/lib/system.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
export const CHROMIUM = NAMES.map((name) => findProgram(name)).find((path) => path !== undefined);

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

export interface Bench {
  open(query: string, viewport?: Viewport): Promise<Page>;
  close(): Promise<void>;
}

export async function openBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'infuscope-drawing-'));
  await buildInto(join(folder, 'page'));
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://page').pathname);
    const file = path === '/' ? '/index.html' : path;
    const type = TYPES[extname(file)];
    response.writeHead(type ? 200 : 204, { 'content-type': type ?? 'text/plain' });
    response.end(type ? readFileSync(join(folder, 'page', file)) : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: CHROMIUM ?? '',
    args: FLAGS,
    viewport: null,
  });
  return {
    open: (query, viewport = { width: 1440, height: 900 }) =>
      openPage(context, `http://127.0.0.1:${port}/?${query}`, viewport),
    close: async () => {
      await context.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openPage(context: BrowserContext, url: string, viewport: Viewport): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize(viewport);
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(url);
  return page;
}

async function buildInto(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    base: './',
    logLevel: 'warn',
    resolve: { alias: { $lib: fileURLToPath(new URL('../../../src/lib', import.meta.url)) } },
    build: { outDir, emptyOutDir: true },
  });
}
