/**
 * Runs Stryker over the rooms that judge, file by file: a mutated file is several times slower than a plain one, so only one is
 * mutated at a time, and it is shown to the tests that hold it and not to all, which takes minutes where the others take hours.
 * Other tests may notice more, so the score is a lower bound. The result of each file stays in `.infuscope/mutation/` until the
 * next run of that file.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { GOAL_PERCENT, countsOf, isPassed, markdownOf, scoreOf } from './mutation-report.mjs';
import { programOf, run, seconds, SetUpFailure } from './process.mjs';
import { ensureInstalled, generateTypes, ROOT } from './set-up.mjs';

const ROOMS = ['src/lib/rules', 'src/lib/alarms', 'src/lib/bedside'];
const CONFIG = 'tests/mutation/stryker.config.mjs';
/** The tests that hold a file, where they are not named as it is. */
const HELD_BY = 'tests/mutation/held-by.json';
const RESULTS = '.infuscope/mutation/results';
/** Where the configuration lets Stryker write. */
const WRITTEN = '.infuscope/mutation/report.json';
const EVIDENCE = 'docs/evidence/mutation.md';

/** @returns the exit code */
export async function mutation(args) {
  const { files, jobs, isReport, mistake } = chooseFiles(args);
  if (mistake) {
    console.error(mistake);
    return 2;
  }
  if (isReport) return report();
  try {
    await ensureInstalled();
    await generateTypes();
  } catch (error) {
    if (!(error instanceof SetUpFailure)) throw error;
    console.error(`${error.output}\n${error.message}`);
    return 1;
  }
  return mutateAll(files, jobs);
}

/** @returns what was asked for, or `mistake`: a sentence about what was not understood */
export function chooseFiles(args, root = ROOT) {
  const all = ROOMS.flatMap((room) => filesOf(root, room));
  let asked;
  try {
    asked = parseArgs({
      args,
      allowPositionals: true,
      options: { jobs: { type: 'string', default: '1' }, report: { type: 'boolean', default: false } },
    });
  } catch (error) {
    return { mistake: `Not understood: ${error.message}` };
  }
  const { positionals, values } = asked;
  const places = positionals.map((place) => place.replace(/\/$/, ''));
  const isIn = (file, place) => file === place || file.startsWith(`${place}/`);
  const nowhere = places.filter((place) => !all.some((file) => isIn(file, place)));
  if (nowhere.length > 0)
    return { mistake: `Not understood: ${nowhere.join(' ')}. Name files or folders of ${ROOMS.join(', ')}.` };
  if (!/^[1-9]\d?$/.test(values.jobs)) return { mistake: '--jobs is the number of cores to use, such as 2.' };
  const files = places.length === 0 ? all : all.filter((file) => places.some((place) => isIn(file, place)));
  return { files, jobs: values.jobs, isReport: values.report };
}

/** Sources that hold more than what they hand on. */
const filesOf = (root, room) =>
  readdirSync(join(root, room), { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('index.ts'))
    .map((name) => `${room}/${name.replaceAll('\\', '/')}`)
    .sort();

/** @returns the test files to run, or undefined for all of the rooms' */
export function testsOf(file, root = ROOT) {
  const listed = read(join(root, HELD_BY))[file];
  if (listed) return listed;
  const own = file.replace('src/lib/', 'tests/').replace(/\.ts$/, '.test.ts');
  return existsSync(join(root, own)) ? [own] : undefined;
}

async function mutateAll(files, jobs) {
  const results = [];
  for (const file of files) {
    console.log(`\n── ${file} ${'─'.repeat(Math.max(0, 70 - file.length))}`);
    const began = performance.now();
    const result = await mutate(file, jobs);
    if (result === undefined) return 1;
    results.push(result);
    console.log(`${told(countsOf([result]))} in ${seconds(performance.now() - began)}`);
  }
  const counts = countsOf(results);
  console.log(`\n${told(counts)}`);
  return isPassed(counts) ? 0 : 1;
}

const told = (counts) =>
  `${counts.detected} of ${counts.valid} mutants noticed (${scoreOf(counts).toFixed(1)} %, goal ${GOAL_PERCENT} %)`;

/** @returns Stryker's result for one file, which also stays on disk; undefined when the run itself failed */
async function mutate(file, jobs) {
  const stryker = programOf(ROOT, '@stryker-mutator/core', 'stryker');
  const tests = testsOf(file);
  const shown = tests ? ['--testFiles', tests.join(',')] : [];
  const args = [stryker, 'run', CONFIG, '--mutate', file, '--concurrency', jobs, ...shown];
  rmSync(join(ROOT, WRITTEN), { force: true });
  await run(process.execPath, args, { cwd: ROOT, isShown: true });
  if (!existsSync(join(ROOT, WRITTEN))) {
    console.error(`Stryker left no result for ${file}; what it wrote stands above.`);
    return undefined;
  }
  const place = resultOf(file);
  mkdirSync(dirname(place), { recursive: true });
  const result = read(join(ROOT, WRITTEN));
  // Stryker leaves out a file in which there is nothing to change.
  result.files[file] ??= { language: 'typescript', source: readFileSync(join(ROOT, file), 'utf8'), mutants: [] };
  writeFileSync(place, JSON.stringify(result));
  return result;
}

const resultOf = (file) => join(ROOT, RESULTS, `${file.replaceAll('/', '.')}.json`);
const read = (place) => JSON.parse(readFileSync(place, 'utf8'));

/** Writes the evidence, provided that every file was run as it stands now. */
function report() {
  const { files } = chooseFiles([]);
  const isCurrent = (file) =>
    existsSync(resultOf(file)) && read(resultOf(file)).files[file]?.source === readFileSync(join(ROOT, file), 'utf8');
  const stale = files.filter((file) => !isCurrent(file));
  if (stale.length > 0) {
    console.error(`Not run, or changed since: npm run mutation -- ${stale.join(' ')}`);
    return 1;
  }
  const results = files.map((file) => read(resultOf(file)));
  writeFileSync(join(ROOT, EVIDENCE), markdownOf(results, ROOMS, versions()));
  console.log(`${EVIDENCE}: ${told(countsOf(results))}`);
  return isPassed(countsOf(results)) ? 0 : 1;
}

const versions = () => {
  const versionOf = (name) => read(join(ROOT, 'node_modules', name, 'package.json')).version;
  return `Stryker ${versionOf('@stryker-mutator/core')}, vitest ${versionOf('vitest')}, Node ${process.versions.node}`;
};
