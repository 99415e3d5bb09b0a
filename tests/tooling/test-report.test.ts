import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { countTests } from '../../bin/lib/test-report.mjs';

const HEAD = "import { afterAll, beforeAll, describe, expect, test } from 'vitest';\n";

const BADLY = 'the run ended badly although no test failed, see above';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'infuscope-report-'));
  mkdirSync(join(root, 'tests'));
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  symlinkSync(resolve(import.meta.dirname, '../../node_modules'), join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Lets the installed vitest run these test files and counts what it reports. */
function countRun(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'tests', `${name}.test.js`), HEAD + text);
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=json', '--outputFile.json=report.json'];
  const { status } = spawnSync(process.execPath, args, { cwd: root });
  const report: unknown = existsSync(join(root, 'report.json'))
    ? JSON.parse(readFileSync(join(root, 'report.json'), 'utf8'))
    : undefined;
  return countTests(report, status === 0);
}

describe('a run of vitest', { timeout: 60_000 }, () => {
  test('counts passed and skipped tests', () => {
    const good = "test('a', () => {}); test('b', () => {}); test.skip('c (no recordings)', () => {}); test.todo('d');";
    expect(countRun({ good })).toEqual({ passed: 2, failures: [], skipped: ['c (no recordings)', 'd'] });
  });

  test('counts failing tests, files that do not load and hooks that throw', () => {
    const counts = countRun({
      bad: "test('a', () => { expect(1).toBe(2); }); test('b', () => {});",
      unloadable: "import './nowhere.js';",
      hook: "describe('x', () => { beforeAll(() => { throw new Error('no'); }); test('c', () => {}); });",
      after: "describe('y', () => { afterAll(() => { throw new Error('no'); }); test('d', () => {}); });",
    });
    const file = (name: string) => join(realpathSync(root), `tests/${name}.test.js`);
    expect(counts.failures.toSorted()).toEqual([file('after'), file('hook'), file('unloadable'), 'a'].toSorted());
    expect(counts).toMatchObject({ passed: 2, skipped: ['x c'] });
  });

  test('counts an error outside of all tests', () => {
    const late =
      "test('a', async () => { setTimeout(() => { throw new Error('late'); }); await new Promise((r) => setTimeout(r, 50)); });";
    expect(countRun({ late })).toEqual({ passed: 1, failures: [BADLY], skipped: [] });
  });

  test('counts it as a failure that there is no test at all', () => {
    expect(countRun({})).toEqual({ passed: 0, failures: [BADLY], skipped: [] });
  });
});

test('a run that left no report has failed', () => {
  expect(countTests(undefined, false)).toEqual({ passed: 0, failures: [BADLY], skipped: [] });
});
