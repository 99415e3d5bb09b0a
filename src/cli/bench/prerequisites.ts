/** What a measurement needs beside the station itself, and a plain sentence for each thing that is not there. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

export type Need = 'proc' | 'python3' | 'chromium' | 'ws' | 'playwright-core';

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

const require = createRequire(import.meta.url);

function hasPackage(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of the browser, or undefined. */
export const findChromium = (): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => CHROMIUM.map((name) => join(folder, name)))
    .find(isProgram);

const CHECKS: Readonly<Record<Need, readonly [isThere: () => boolean, sentence: string]>> = {
  proc: [
    () => existsSync('/proc/self/schedstat'),
    'CPU time and memory of processes are read from /proc, which only Linux has.',
  ],
  python3: [
    () => spawnSync('python3', ['-c', 'import pty, select, tty']).status === 0,
    'Pseudo terminals are opened and written by python3, which was not found: install it (Debian: apt install python3).',
  ],
  chromium: [
    () => findChromium() !== undefined,
    'No Chromium was found on the search path: install it (Debian: apt install chromium).',
  ],
  ws: [
    () => hasPackage('ws'),
    'The package ws is missing, which the floor speaks: install the development packages (npm ci).',
  ],
  'playwright-core': [
    () => hasPackage('playwright-core'),
    'The package playwright-core is missing, which drives the browser: install the development packages (npm ci).',
  ],
};

/** One sentence per thing that is missing. */
export const whatIsMissing = (needs: readonly Need[]): readonly string[] =>
  needs.flatMap((need) => {
    const [isThere, sentence] = CHECKS[need];
    return isThere() ? [] : [sentence];
  });
