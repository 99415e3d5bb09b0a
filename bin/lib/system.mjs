/** Programs of the operating system that some tests need, and getting them where we may. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, SetUpFailure, telling } from './process.mjs';

const NEEDED = [
  {
    label: 'Chromium',
    names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    packages: ['chromium', 'fonts-liberation'],
    tests: 'the browser tests',
  },
  { label: 'socat', names: ['socat'], packages: ['socat'], tests: 'the tests on serial lines' },
];

/** Where a program is, by the search path; undefined when it is not there. */
export function findProgram(name, path = process.env.PATH ?? '') {
  const isProgram = (file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  return path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isProgram);
}

export const missingPrograms = (path) => NEEDED.filter(({ names }) => !names.some((name) => findProgram(name, path)));

/** What to tell about programs that stay missing. */
export const adviceOn = ({ label, packages, tests }) =>
  `${label} is missing. Install it with your system's package manager (Debian, Ubuntu: sudo apt-get install ${packages.join(' ')}); until then ${tests} fail or are skipped.`;

/** Installs what is missing with apt-get where we are root, then says what is missing still. */
export async function ensureSystemPrograms() {
  const missing = missingPrograms();
  if (missing.length > 0 && process.getuid?.() === 0 && findProgram('apt-get')) await installWithApt(missing);
  for (const program of missingPrograms()) console.error(adviceOn(program));
}

/** A failure is shown but not thrown: most tests do without, and the advice on what is still missing follows. */
async function installWithApt(missing) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-qq', ...args], { env });
  try {
    await telling(`Installing ${missing.map(({ label }) => label).join(' and ')} from the distribution`, async () => {
      const { output } = await apt('update');
      const packages = missing.flatMap((program) => program.packages);
      const installed = await apt('install', '--yes', '--no-install-recommends', ...packages);
      if (installed.code !== 0) throw new SetUpFailure('', `${output}${installed.output}`);
    });
  } catch (error) {
    if (!(error instanceof SetUpFailure)) throw error;
    console.error(error.output.trimEnd());
  }
}
