import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { adviceOn, findProgram, missingPrograms } from '../../bin/lib/system.mjs';

const folder = mkdtempSync(join(tmpdir(), 'infuscope-path-'));
const [first, second] = [join(folder, 'first'), join(folder, 'second')];
for (const place of [first, second]) mkdirSync(place);
writeFileSync(join(second, 'google-chrome'), '', { mode: 0o755 });
writeFileSync(join(first, 'socat'), 'not executable', { mode: 0o644 });
const path = [first, second].join(delimiter);
afterAll(() => rmSync(folder, { recursive: true }));

test('a program is found anywhere on the search path', () => {
  expect(findProgram('google-chrome', path)).toBe(join(second, 'google-chrome'));
});

test('a file that may not be run is no program', () => {
  expect(findProgram('socat', path)).toBeUndefined();
});

test('only what is missing under all of its names is missing', () => {
  expect(missingPrograms(path).map((program) => program.label)).toEqual(['socat']);
  expect(missingPrograms('').map((program) => program.label)).toEqual(['Chromium', 'socat']);
});

test('the advice names the program, how to get it and what it is for', () => {
  expect(missingPrograms('').map(adviceOn).join('\n')).toMatch(/Chromium .* apt-get install chromium .* browser tests/);
});
