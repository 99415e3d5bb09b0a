/**
 * How Stryker changes the rooms that judge, and what it shows the changes to. `npm run mutation` runs it, file by file; the
 * figures are in docs/evidence/mutation.md.
 */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'tests/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // What acts while a file is loaded (tables, constants) would need a process of its own for each mutant.
  ignoreStatic: true,
  timeoutMS: 5000,
  timeoutFactor: 1.25,
  // Stryker works on a copy, which needs the generated types because tsconfig.json names them.
  tempDirName: '.infuscope/mutation/copies',
  ignorePatterns: [
    '!.svelte-kit',
    '.svelte-kit/output',
    '.infuscope',
    'bin',
    'build',
    'data',
    'dist',
    'docs',
    'static',
  ],
  tsconfigFile: 'none',
  disableTypeChecks: false,
  reporters: ['json', 'clear-text', 'progress-append-only'],
  jsonReporter: { fileName: '.infuscope/mutation/report.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
  warnings: { slow: false },
};
