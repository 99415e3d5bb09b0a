/**
 * Everything that must hold before a change goes in: what `npm test` and CI run. Each step has a heading and a duration, a
 * failing step does not hide the later ones, and the last line is `N passed, N failed`: one for each test and for each other step.
 *
 *   npm test                     everything
 *   npm test -- --only lint,unit   some steps
 */
import { refuseNode } from './lib/node-version.mjs';

const refusal = refuseNode(process.version);
if (refusal) {
  console.error(refusal);
  process.exit(1);
}

const { check } = await import('./lib/check.mjs');
process.exitCode = await check(process.argv.slice(2));
