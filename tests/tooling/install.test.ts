import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { differences, explain, isInstalled } from '../../bin/lib/install.mjs';

const rxjs = { version: '7.8.2', integrity: 'sha512-a' };
const svelte = { version: '5.57.3', integrity: 'sha512-b' };

describe('what is installed differs from the lock file', () => {
  test.each([
    ['not at all', { 'node_modules/rxjs': rxjs }, { 'node_modules/rxjs': rxjs }, []],
    [
      'by a missing package',
      { 'node_modules/rxjs': rxjs, 'node_modules/svelte': svelte },
      { 'node_modules/rxjs': rxjs },
      ['node_modules/svelte'],
    ],
    [
      'by another version',
      { 'node_modules/rxjs': rxjs },
      { 'node_modules/rxjs': { ...rxjs, version: '6.0.0' } },
      ['node_modules/rxjs'],
    ],
    [
      'by other contents',
      { 'node_modules/rxjs': rxjs },
      { 'node_modules/rxjs': { ...rxjs, integrity: 'sha512-x' } },
      ['node_modules/rxjs'],
    ],
    ['by a package too many', {}, { 'node_modules/rxjs': rxjs }, ['node_modules/rxjs']],
    ['not by a package for other systems', { 'node_modules/fsevents': { ...rxjs, optional: true } }, {}, []],
    ['not by the project itself', { '': { version: '0.1.0' } }, {}, []],
  ])('%s', (_, locked, installed, expected) => {
    expect(differences(locked, installed)).toEqual(expected);
  });
});

describe('a clone', () => {
  const root = mkdtempSync(join(tmpdir(), 'infuscope-install-'));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test('is installed when npm recorded what the lock file says, and not before', () => {
    const packages = JSON.stringify({ packages: { 'node_modules/rxjs': rxjs } });
    writeFileSync(join(root, 'package-lock.json'), packages);
    expect(isInstalled(root)).toBe(false);

    mkdirSync(join(root, 'node_modules'));
    writeFileSync(join(root, 'node_modules/.package-lock.json'), packages);
    expect(isInstalled(root)).toBe(true);
  });
});

test.each([
  ['npm is missing', { output: '', error: { code: 'ENOENT' } }, 'npm was not found'],
  ['there is no network', { output: 'npm error code EAI_AGAIN' }, 'registry cannot be reached'],
  ['the disk is full', { output: 'npm error code ENOSPC' }, 'disk is full'],
  ['the folder is read-only', { output: 'npm error code EACCES' }, 'may not be written'],
  ['npm failed otherwise', { output: 'npm error something' }, 'could not be installed'],
])('when %s, the sentence says so', (_, result, sentence) => {
  expect(explain(result).message).toContain(sentence);
});

// A registry mirror that lacks the binaries of some systems makes npm write a lock file that `npm ci` then refuses.
test('the lock file names every package that npm ci will ask for, also those for other systems', () => {
  const wanted = z.record(z.string(), z.string()).default({});
  const Lock = z.object({
    packages: z.record(z.string(), z.object({ dependencies: wanted, optionalDependencies: wanted })),
  });
  const lock = readFileSync(resolve(import.meta.dirname, '../../package-lock.json'), 'utf8');
  const { packages } = Lock.parse(JSON.parse(lock));
  const isThere = (from: string, name: string): boolean =>
    `${from}/node_modules/${name}`.replace(/^\//, '') in packages ||
    (from !== '' && isThere(from.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ''), name));
  const absent = Object.entries(packages).flatMap(([place, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !isThere(place, name)),
  );
  expect(absent).toEqual([]);
});
