/**
 * Whether the packages are installed, and installing them. npm keeps a record of what it put into node_modules; it is compared
 * with package-lock.json, so that a hand-made `npm ci` counts and a lock file changed by a pull is noticed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, SetUpFailure, telling } from './process.mjs';

/**
 * Packages that the lock file asks for and the record does not have in that version, and packages that it does not ask for.
 * Both arguments map a place in node_modules to `{ version, integrity, optional }`; optional ones belong to other systems.
 */
export function differences(locked, installed) {
  const isSame = (place) =>
    locked[place].version === installed[place].version && locked[place].integrity === installed[place].integrity;
  const missing = Object.keys(locked).filter((place) => place && !installed[place] && !locked[place].optional);
  const other = Object.keys(installed).filter((place) => !locked[place] || !isSame(place));
  return [...missing, ...other];
}

export function isInstalled(root) {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const packages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  return differences(packages(join(root, 'package-lock.json')), packages(record)).length === 0;
}

/** Installs exactly what package-lock.json says. Install scripts are not run: no package needs one. */
export function install(root) {
  const args = ['ci', '--include=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  return telling('Installing packages', async () => {
    const result = await run('npm', args, { cwd: root, shell: process.platform === 'win32' });
    if (result.code !== 0) throw explain(result);
  });
}

/** What went wrong with npm, in words for somebody who has never used it. */
export function explain({ output, error }) {
  if (error?.code === 'ENOENT')
    return new SetUpFailure('npm was not found. It comes with Node.js: install Node.js from https://nodejs.org.');
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT/.test(output))
    return new SetUpFailure(
      'The packages could not be downloaded: the npm registry cannot be reached. A connection is needed once, to install; check network and proxy.',
      output,
    );
  if (/ENOSPC/.test(output)) return new SetUpFailure('The packages could not be installed: the disk is full.', output);
  if (/EACCES|EPERM|EROFS/.test(output))
    return new SetUpFailure('The packages could not be installed: this folder may not be written to.', output);
  return new SetUpFailure('The packages could not be installed (npm ci failed).', `${output}${error?.message ?? ''}`);
}
