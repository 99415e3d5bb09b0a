/**
 * Whether what has been built is what the sources say, and building it. `dist/` holds the processes, `build/` the pages; a stamp
 * in `dist/` holds the fingerprint of the sources that both were built from. It dies with the folder it describes.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programOf, run, SetUpFailure, telling } from './process.mjs';

const FOLDERS = ['src', 'drivers', 'simulators', 'static'];
const FILES = [
  'package.json',
  'package-lock.json',
  'svelte.config.js',
  'tsconfig.json',
  'vite.config.ts',
  'vite.node.config.ts',
];
const OUTPUTS = ['dist/cli.js', 'build/handler.js'];
const STAMP = 'dist/.built-from';

/** SHA-256 over the names and contents of all sources and the major version of Node. Papers and hidden files do not count. */
export function fingerprint(root) {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0]);
  for (const file of sources(root)) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function sources(root) {
  const inFolder = (folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.name.endsWith('.md'))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1));
  const isThere = (path) => existsSync(join(root, path));
  return [...FILES.filter(isThere), ...FOLDERS.filter(isThere).flatMap(inFolder)].sort();
}

export function isBuilt(root) {
  const stamp = join(root, STAMP);
  if (![stamp, ...OUTPUTS.map((file) => join(root, file))].every(existsSync)) return false;
  return readFileSync(stamp, 'utf8') === fingerprint(root);
}

/** Builds with `make` and writes the stamp when it went well. Sources that change meanwhile leave the build stale. */
export async function build(root, make = makeBoth) {
  const builtFrom = fingerprint(root);
  rmSync(join(root, STAMP), { force: true });
  await make(root);
  writeFileSync(join(root, STAMP), builtFrom);
}

async function makeBoth(root) {
  await telling('Building the screens', () => vite(root, ['build']));
  await telling('Building the station', () => vite(root, ['build', '--config', 'vite.node.config.ts']));
}

async function vite(root, args) {
  const { code, output } = await run(process.execPath, [programOf(root, 'vite'), ...args], { cwd: root });
  if (code !== 0) throw new SetUpFailure('The station could not be built.', output);
}
