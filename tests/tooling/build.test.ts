import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { build, fingerprint, isBuilt } from '../../bin/lib/build.mjs';
import { ensureBuilt } from '../../bin/lib/set-up.mjs';

let root = '';
let buildCount = 0;

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

async function make(): Promise<void> {
  buildCount += 1;
  await Promise.resolve();
  write('dist/cli.js', '');
  write('build/handler.js', '');
}

const ensure = () => ensureBuilt(root, (at) => build(at, make));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'infuscope-build-'));
  buildCount = 0;
  write('src/cli/main.ts', 'one');
  write('package-lock.json', '{}');
});
afterEach(() => rmSync(root, { recursive: true }));

test('a fresh clone is built once and then left alone', async () => {
  expect(isBuilt(root)).toBe(false);
  await ensure();
  await ensure();
  expect(buildCount).toBe(1);
});

test.each([
  ['a source changed', () => write('src/cli/main.ts', 'two')],
  ['a source was added', () => write('drivers/new.ts', '')],
  ['a source was renamed', () => (rmSync(join(root, 'src/cli/main.ts')), write('src/cli/other.ts', 'one'))],
  ['the lock file changed', () => write('package-lock.json', '{ }')],
  ['the pages are missing', () => rmSync(join(root, 'build'), { recursive: true })],
  ['the processes are missing', () => rmSync(join(root, 'dist'), { recursive: true })],
])('it is built again when %s', async (_, change) => {
  await ensure();
  change();
  await ensure();
  expect(buildCount).toBe(2);
});

test.each(['docs/notes.md', 'drivers/ge-s5-dri/README.md', 'tests/a.test.ts', 'src/.swp'])(
  'it is not built again for %s',
  async (file) => {
    await ensure();
    write(file, 'words');
    await ensure();
    expect(buildCount).toBe(1);
  },
);

test('a build that failed is tried again, even when the old outputs are there', async () => {
  await ensure();
  const good = fingerprint(root);
  write('src/cli/main.ts', 'broken');
  await expect(build(root, () => Promise.reject(new Error('no')))).rejects.toThrow('no');

  write('src/cli/main.ts', 'one');
  expect(fingerprint(root)).toBe(good);
  expect(isBuilt(root)).toBe(false);
});

test('sources that change during the build leave it stale', async () => {
  await build(root, async () => {
    await make();
    write('src/cli/main.ts', 'edited meanwhile');
  });
  expect(isBuilt(root)).toBe(false);
});

test('two copies that start together build once', async () => {
  await Promise.all([ensure(), ensure()]);
  expect(buildCount).toBe(1);
});
