/** The steps of `npm test`: choosing them, doing them one after the other, and telling how they went. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programOf, run, seconds, SetUpFailure } from './process.mjs';
import { ensureBuilt, ensureInstalled, generateTypes, ROOT } from './set-up.mjs';
import { ensureSystemPrograms } from './system.mjs';
import { countTests } from './test-report.mjs';

const ROOMS = ['src', 'drivers', 'simulators', 'tests', 'bin'];

const TYPES = ['--tsconfig', 'tsconfig.json', '--fail-on-warnings'];
const WALLS = ['--config', '.dependency-cruiser.cjs', ...ROOMS];

/** `onlyReads`: may be done beside others. `needsStation`: its tests start the built station and programs of the system. */
export const STEPS = [
  { name: 'format', work: () => tool('prettier', ['--check', '.']), onlyReads: true },
  { name: 'lint', work: () => tool('eslint', ['.', '--max-warnings', '0']), onlyReads: true },
  { name: 'types', work: () => tool('svelte-check', TYPES), onlyReads: true },
  { name: 'walls', work: () => tool('dependency-cruiser', WALLS), onlyReads: true },
  { name: 'build', work: buildStation },
  { name: 'unit', work: () => tests('unit') },
  { name: 'integration', work: () => tests('integration'), needsStation: true },
  { name: 'browser', work: () => tests('browser'), needsStation: true },
];

/** @returns the exit code */
export async function check(args) {
  const { steps, mistake } = chooseSteps(args);
  if (mistake) {
    console.error(mistake);
    return 2;
  }
  const results = (await prepare(steps)) ? await inOrder(steps) : [{ name: 'set-up', ...outcome(false) }];
  summarize(results);
  return results.every(({ failures }) => failures.length === 0) ? 0 : 1;
}

/**
 * `--only a,b` chooses steps, in their usual order; what starts the station has it built first. Without it all are chosen.
 * @returns `steps`, or `mistake`: a sentence about what was not understood
 */
export function chooseSteps(args) {
  if (args.length === 0) return { steps: STEPS };
  const [option, list, ...rest] = args.flatMap((arg) => (arg.startsWith('--only=') ? arg.split(/=(.*)/, 2) : arg));
  const names = list?.split(',') ?? [];
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (option !== '--only' || names.length === 0 || unknown.length > 0 || rest.length > 0)
    return {
      mistake: `Not understood: ${args.join(' ')}. Use --only with some of ${STEPS.map(({ name }) => name).join(',')}.`,
    };
  const chosen = STEPS.filter(({ name }) => names.includes(name));
  const isBuildNeeded = chosen.some((step) => step.needsStation);
  return { steps: STEPS.filter((step) => chosen.includes(step) || (isBuildNeeded && step.name === 'build')) };
}

/** Packages, SvelteKit's generated types and, for tests that start the station, system programs. @returns whether it worked */
async function prepare(steps) {
  try {
    await ensureInstalled();
    await generateTypes();
    if (steps.some((step) => step.needsStation)) await ensureSystemPrograms();
    return true;
  } catch (error) {
    if (!(error instanceof SetUpFailure)) throw error;
    console.log(`${error.output}\n${error.message}\n`);
    return false;
  }
}

/** Told one after the other; what only reads is done side by side. */
async function inOrder(steps) {
  const results = [];
  const reading = new Map(steps.filter(({ onlyReads }) => onlyReads).map((step) => [step, timed(step)]));
  for (const step of steps) {
    const { name } = step;
    console.log(`\n── ${name} ${'─'.repeat(70 - name.length)}`);
    const { output, ...result } = await (reading.get(step) ?? timed(step));
    const hasFailed = result.failures.length > 0;
    if (hasFailed && output) console.log(output.trimEnd());
    console.log(`${hasFailed ? 'failed' : 'passed'} in ${result.took}`);
    results.push({ name, ...result });
  }
  return results;
}

async function timed({ work }) {
  const began = performance.now();
  const result = await work();
  return { ...result, took: seconds(performance.now() - began) };
}

async function tool(name, args) {
  const { code, output, error } = await run(process.execPath, [programOf(ROOT, name), ...args], { cwd: ROOT });
  return outcome(code === 0, `${output}${error?.message ?? ''}`);
}

/** What a step that is no test run counts as. */
function outcome(isOk, output = '') {
  return { passed: isOk ? 1 : 0, failures: isOk ? [] : ['see above'], skipped: [], output };
}

async function buildStation() {
  try {
    await ensureBuilt();
    return outcome(true);
  } catch (error) {
    if (!(error instanceof SetUpFailure)) throw error;
    return outcome(false, `${error.output}\n${error.message}`);
  }
}

/** Runs one vitest project. What it writes is shown as it comes; a test's own output only when the test fails. */
async function tests(project) {
  const folder = mkdtempSync(join(tmpdir(), 'infuscope-check-'));
  const file = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`, '--silent=passed-only'];
  const args = [programOf(ROOT, 'vitest'), 'run', '--project', project, '--allowOnly=false', ...reporters];
  try {
    const { code } = await run(process.execPath, args, { cwd: ROOT, isShown: true });
    return countTests(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined, code === 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function summarize(results) {
  console.log('\n── summary '.padEnd(74, '─'));
  for (const { name, took = '', passed, failures, skipped } of results) {
    const counts = `${passed} passed, ${failures.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
    console.log(`${failures.length > 0 ? '✗' : '✓'} ${name.padEnd(12)} ${took.padStart(8)}   ${counts}`);
  }
  const all = (list) => results.flatMap((result) => result[list].map((what) => `  ${result.name}: ${what}`));
  const [failed, skipped] = [all('failures'), all('skipped')];
  if (skipped.length > 0) console.log(['', 'Skipped, with the reason in the name:', ...skipped].join('\n'));
  if (failed.length > 0) console.log(['', 'Failed:', ...failed].join('\n'));
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  console.log(`\n${passed} passed, ${failed.length} failed`);
}
