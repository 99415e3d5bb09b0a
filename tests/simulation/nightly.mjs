/** Builds the simulation as one program and runs it: `npm run simulate:nightly -- --hours 24`. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({ configFile: here('vite.simulation.config.ts'), logLevel: 'error' });
// Much is made and thrown away at once: a large nursery keeps it out of the old space.
const child = spawn(
  process.execPath,
  [
    '--max-semi-space-size=64',
    '--enable-source-maps',
    here('../../dist/simulation/nightly.js'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
child.on('exit', (code) => (process.exitCode = code ?? 1));
