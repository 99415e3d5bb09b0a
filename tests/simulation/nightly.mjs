/** Builds the simulation as one program and runs it: `npm run simulate:nightly -- --hours 24`. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({ configFile: here('vite.simulation.config.ts'), logLevel: 'error' });
// Much is made and thrown away at once: a large nursery keeps it out of the old space. No function is hot, hundreds are warm,
// and each session brings other drivers: inlined as usual, compiling them anew costs a fifth of the night.
const child = spawn(
  process.execPath,
  [
    '--max-semi-space-size=64',
    '--max-inlined-bytecode-size-cumulative=100',
    '--max-inlined-bytecode-size=50',
    '--enable-source-maps',
    here('../../dist/simulation/nightly.js'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
child.on('exit', (code) => (process.exitCode = code ?? 1));
