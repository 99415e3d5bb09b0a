/**
 * What a machine can check of how we write; CONTRIBUTING.md says it in words. TypeScript and Svelte files are linted with
 * types, plain .js, .mjs and .cjs files without. `tests/architecture/lint.test.ts` breaks the rules that matter once each.
 */
import js from '@eslint/js';
import rxjs from 'eslint-plugin-rxjs-x';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Functions of their arguments: time, chance and waiting are given to them. */
const PURE = [
  'src/lib/{domain,pharmacology,rules,alarms,bedside,recording,realtime}/**/*.ts',
  'drivers/**/*.ts',
  'simulators/{patient,scenarios,devices}/**/*.ts',
];
const NOT_PURE = ['drivers/transport/**', 'drivers/run-driver*.ts', '**/*.server.ts'];

/** Where a value gets its type by assertion: brands, and code that has just checked bytes, rows or messages from outside. */
const MAY_ASSERT = [
  'src/lib/domain/{brand,time}.ts',
  'drivers/driver.ts',
  '{src,drivers,simulators}/**/{codec,decode,unpack,validate}*.ts',
  'src/lib/{store,bus}/**/*.server.ts',
];

/** Tables are as long as the document that they were copied from, and the words as many as the screens need. */
const TABLES = ['**/{*-,}{table,tables,codes,catalog}.ts', 'src/lib/messages/**'];

const TIME = 'Time is an input: take it as an argument.';
const CHANCE = 'Chance is an input: take a seeded generator as an argument.';
const WAITING = 'Waiting is the runner’s business: ask for a tick.';

const EMPTY_CATCH = {
  selector: 'CatchClause > BlockStatement[body.length=0]',
  message: 'An error that nobody looks at is lost in silence: turn it into a value or let it pass.',
};
const CLOCK_OF_THE_HOST = {
  selector: ':matches(NewExpression[arguments.length=0], CallExpression)[callee.name="Date"]',
  message: TIME,
};

/** `finnish` takes whatever could return an Observable for one. Functions are verbs here, even when a variable holds them. */
const finnish = {
  meta: rxjs.rules.finnish.meta,
  create(context) {
    const { sourceCode } = context;
    const isFunction = ({ loc }) => {
      const node = sourceCode.getNodeByRangeIndex(sourceCode.getIndexFromLoc(loc.start));
      return sourceCode.parserServices.getTypeAtLocation(node).getNonNullableType().getCallSignatures().length > 0;
    };
    const report = (problem) => isFunction(problem) || context.report(problem);
    return rxjs.rules.finnish.create(Object.create(context, { report: { value: report } }));
  },
};

export default defineConfig(
  globalIgnores(['.svelte-kit/', 'build/', 'dist/', 'coverage/', 'tests/fixtures/', 'tests/golden/', '.infuscope/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    name: 'everywhere',
    rules: {
      'max-lines': ['error', 400],
      'no-restricted-syntax': ['error', EMPTY_CATCH],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
    },
  },
  { name: 'plain scripts', files: ['**/*.{js,mjs,cjs}'], languageOptions: { globals: globals.node } },
  {
    name: 'typed',
    files: ['**/*.{ts,svelte}'],
    extends: [ts.configs.recommendedTypeChecked, rxjs.configs.recommended],
    plugins: { infuscope: { rules: { finnish } } },
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'infuscope/finnish': ['error', { functions: false, methods: false }],
      'rxjs-x/no-exposed-subjects': 'error',
      'rxjs-x/no-ignored-subscription': 'error',
    },
  },
  svelte.configs.recommended,
  {
    name: 'svelte',
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    name: 'product',
    files: ['{src,drivers,simulators}/**/*.{ts,svelte}'],
    rules: {
      'max-lines-per-function': ['error', 60],
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
    },
  },
  {
    name: 'may assert',
    files: MAY_ASSERT,
    rules: { '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }] },
  },
  {
    name: 'pure rooms',
    files: PURE,
    ignores: NOT_PURE,
    rules: {
      'no-restricted-syntax': ['error', EMPTY_CATCH, CLOCK_OF_THE_HOST],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: TIME },
        { object: 'performance', property: 'now', message: TIME },
        { object: 'Math', property: 'random', message: CHANCE },
        { object: 'crypto', property: 'getRandomValues', message: CHANCE },
        { object: 'crypto', property: 'randomUUID', message: CHANCE },
      ],
      'no-restricted-globals': [
        'error',
        ...['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({ name, message: WAITING })),
      ],
    },
  },
  { name: 'tables', files: TABLES, rules: { 'max-lines': 'off' } },
  {
    name: 'tests',
    files: ['tests/**/*.ts'],
    rules: {
      'max-lines': 'off',
      // Tests subscribe to see what comes; the test runner ends what they leave open.
      'rxjs-x/no-ignored-subscription': 'off',
    },
  },
);
