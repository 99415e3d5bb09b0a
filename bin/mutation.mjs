/**
 * Whether the tests would notice if the judgement of a bed were wrong: Stryker changes one thing at a time in the rooms that
 * judge (`src/lib/rules`, `alarms`, `bedside`) and runs their tests. Not part of `npm test`: it takes an hour or more.
 *
 *   npm run mutation                             all three rooms
 *   npm run mutation -- src/lib/alarms           a room, or files
 *   npm run mutation -- --jobs 2                 with two cores
 *   npm run mutation -- --report                 nothing is run; docs/evidence/mutation.md is written from the last runs
 */
import { refuseNode } from './lib/node-version.mjs';

const refusal = refuseNode(process.version);
if (refusal) {
  console.error(refusal);
  process.exit(1);
}

const { mutation } = await import('./lib/mutation.mjs');
process.exitCode = await mutation(process.argv.slice(2));
