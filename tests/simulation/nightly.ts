/**
 * A night of simulated sessions: `npm run simulate:nightly -- --hours 24`. Every session that fails says how to see it again;
 * the last line is the night in JSON. Exit code 0: nothing failed.
 *
 * With `--workers` the sessions are dealt out to processes of their own; each session is the same wherever it runs.
 */
import { fork } from 'node:child_process';
import { getRandomValues } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { drawSession, type DrawOptions } from './draw.ts';
import { readOptions, type NightOptions } from './options.ts';
import { reproduction, runSession } from './run-session.ts';
import { added, NOTHING, tallyOf, type Tally } from './tally.ts';

/** Of one process: what it found, and what that cost. */
interface Part {
  readonly tally: Tally;
  readonly cpuS: number;
}

const PART_OF = 'SIMULATION_PART';
const MOST_LINES = 8;

async function main(): Promise<void> {
  const fresh = getRandomValues(new Uint32Array(1))[0] ?? 1;
  const options = readOptions(process.argv.slice(2), fresh);
  if (!options.ok) {
    console.error(options.error);
    process.exitCode = 2;
    return;
  }
  const part = process.env[PART_OF];
  if (part !== undefined) {
    process.send?.(await live(options.value, Number(part)));
    return;
  }
  const began = performance.now();
  const parts = await dealOut(options.value);
  report(options.value, parts, (performance.now() - began) / 1000);
}

async function dealOut(options: NightOptions): Promise<readonly Part[]> {
  if (options.workers === 1 || options.session !== undefined) return [await live({ ...options, workers: 1 }, 0)];
  const args = ['--hours', options.hours, '--seed', options.seed, '--workers', options.workers].map(String);
  for (const name of ['damage', 'minutes'] as const)
    if (options[name] !== undefined) args.push(`--${name}`, String(options[name]));
  return Promise.all(Array.from({ length: options.workers }, (_, part) => worker(args, part)));
}

function worker(args: readonly string[], part: number): Promise<Part> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), args, { env: { ...process.env, [PART_OF]: String(part) } });
    let told: Part | undefined;
    child.on('message', (message: Part) => (told = message));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (told) resolve(told);
      else
        reject(new Error(`A process of the simulation ended with code ${String(code)} before it had told anything.`));
    });
  });
}

/** The sessions of one part, one after the other, until its share of the hours is over. */
async function live(options: NightOptions, part: number): Promise<Part> {
  const { hours, seed, session, workers } = options;
  const before = process.cpuUsage();
  let tally = NOTHING;
  const run = async (number: number): Promise<void> => {
    tally = added(tally, await one(seed, number, drawn(options)));
  };
  if (session !== undefined) await run(session);
  else for (let number = part; tally.hours < hours / workers; number += workers) await run(number);
  const { user, system } = process.cpuUsage(before);
  return { tally, cpuS: (user + system) / 1e6 };
}

const drawn = ({ damage, minutes }: NightOptions): DrawOptions => ({
  ...(damage !== undefined && { damage }),
  ...(minutes !== undefined && { minutes }),
});

async function one(seed: number, session: number, options: DrawOptions): Promise<Tally> {
  const again = reproduction(seed, session, options);
  try {
    const draw = drawSession(seed, session, options);
    const result = await runSession(draw);
    const { violations } = result;
    if (violations.length > 0) console.log(`${violations.length} found in session ${session}. Again: ${again}`);
    for (const { checker, at, what } of violations.slice(0, MOST_LINES))
      console.log(`  ${checker} at ${(at / 1000).toFixed(2)} s: ${what}`);
    return tallyOf(result);
  } catch (error) {
    console.log(
      `Session ${session} broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    console.log(`  Again: ${again}`);
    return { ...NOTHING, sessions: 1, violations: { brokenOff: 1 } };
  }
}

function report({ seed, damage, minutes }: NightOptions, parts: readonly Part[], seconds: number): void {
  const { hours, ...tally } = parts.map((part) => part.tally).reduce(added, NOTHING);
  const cpuS = parts.reduce((sum, part) => sum + part.cpuS, 0);
  const found = Object.values({ ...tally.missed, ...tally.violations }).reduce(
    (sum, count) => sum + count,
    tally.unjustified,
  );
  console.log(
    JSON.stringify({
      hours: round(hours),
      ...tally,
      seconds: round(seconds),
      hoursPerCpuMinute: round((60 * hours) / cpuS),
      seed,
      ...(damage !== undefined && { damage }),
      ...(minutes !== undefined && { minutes }),
    }),
  );
  if (found > 0) process.exitCode = 1;
}

const round = (value: number): number => Math.round(value * 10) / 10;

await main();
