/** Installing and building what is missing or stale, once, even when several copies start at the same moment. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './build.mjs';
import { install, isInstalled } from './install.mjs';
import { withLock } from './lock.mjs';
import { programOf, run, SetUpFailure, telling } from './process.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');

/** @throws SetUpFailure */
export const ensureInstalled = (root = ROOT) => ensure(root, isInstalled, install);

/** Expects the packages to be installed. @throws SetUpFailure */
export const ensureBuilt = (root = ROOT, make = build) => ensure(root, isBuilt, make);

/** The types that SvelteKit makes of the routes; every tool that reads the sources needs them. @throws SetUpFailure */
export const generateTypes = (root = ROOT) =>
  telling('Generating types', async () => {
    const sync = [programOf(root, '@sveltejs/kit', 'svelte-kit'), 'sync'];
    const { code, output } = await run(process.execPath, sync, { cwd: root });
    if (code !== 0) throw new SetUpFailure('SvelteKit could not generate its types.', output);
  });

async function ensure(root, isDone, work) {
  if (isDone(root)) return;
  const onWait = () => console.error('Another copy is being set up here; waiting for it.');
  await withLock(join(root, '.infuscope/set-up.lock'), async () => isDone(root) || (await work(root)), { onWait });
}
