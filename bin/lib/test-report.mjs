/** Counting what vitest did, from the file of its JSON reporter. */

/**
 * Every test counts once. A file that failed outside its tests (it did not load, a hook threw) counts as one failure, and so
 * does a run that ended badly although nothing in it failed (an error outside all tests, no tests at all, a crash).
 * @param report what the JSON reporter wrote, undefined when it wrote nothing
 * @param isOk whether vitest itself ended well
 * @returns how many passed, and the names of what failed and of what was skipped; by convention such a name says why
 */
export function countTests(report, isOk) {
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults);
  const named = (...states) => tests.filter((test) => states.includes(test.status)).map((test) => test.fullName);
  const failures = [...named('failed'), ...files.filter(isBrokenFile).map((file) => file.name)];
  return {
    passed: named('passed').length,
    failures: failures.length > 0 || isOk ? failures : ['the run ended badly although no test failed, see above'],
    skipped: named('skipped', 'pending', 'todo', 'disabled'),
  };
}

const isBrokenFile = ({ status, assertionResults }) =>
  status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
