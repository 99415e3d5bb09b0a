/** From a clone to a running command: set up what is missing, then load the built command line into this process. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { programOf, SetUpFailure } from './process.mjs';
import { ensureBuilt, ensureInstalled, ROOT } from './set-up.mjs';

/** `INFUSCOPE_SKIP_BUILD=1` is for packages that bring everything built and may not be written to. */
export async function launch(args) {
  try {
    await import(pathToFileURL(await programFor(args[0])));
  } catch (error) {
    if (!(error instanceof SetUpFailure)) throw error;
    console.error(error.output ? `${error.output.trimEnd()}\n\n${error.message}` : error.message);
    process.exitCode = 1;
  }
}

async function programFor(command) {
  const isPackaged = process.env.INFUSCOPE_SKIP_BUILD === '1';
  if (!isPackaged) await ensureInstalled();
  if (command === 'dev') {
    process.chdir(ROOT);
    return programOf(ROOT, 'vite');
  }
  if (!isPackaged) await ensureBuilt();
  const program = join(ROOT, 'dist/cli.js');
  if (!existsSync(program))
    throw new SetUpFailure(`${program} is missing, and INFUSCOPE_SKIP_BUILD=1 forbids building it.`);
  return program;
}
