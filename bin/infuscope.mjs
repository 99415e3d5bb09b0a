#!/usr/bin/env node
/**
 * The command `infuscope`. On a fresh clone it first installs and builds what is missing or stale, then hands over to the
 * command line proper (`src/cli`) in this same process, so that signals and exit codes are its own.
 */
import { refuseNode } from './lib/node-version.mjs';

const refusal = refuseNode(process.version);
if (refusal) {
  console.error(refusal);
  process.exit(1);
}

const { launch } = await import('./lib/launch.mjs');
await launch(process.argv.slice(2));
