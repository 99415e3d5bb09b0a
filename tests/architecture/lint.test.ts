/**
 * The lint rules that hold up the design must fire where they should and only there. Text is judged as if it stood in a file
 * of the house, because rules with types know existing files only.
 */
import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');
const eslint = new ESLint({ cwd: repository });

const PURE = 'src/lib/domain/time.ts';
const DRIVER = 'drivers/bytes.ts';
const PAGE = 'src/routes/+page.svelte';

async function firedOn(file: string, text: string): Promise<readonly (string | null)[]> {
  const results = await eslint.lintText(text, { filePath: resolve(repository, file) });
  return results.flatMap((result) => result.messages.map((message) => message.ruleId ?? message.message));
}

const FORBIDDEN: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['no-restricted-properties', PURE, 'export const now = () => Date.now();'],
  ['no-restricted-properties', DRIVER, 'export const now = () => performance.now();'],
  ['no-restricted-properties', PURE, 'export const toss = () => Math.random();'],
  ['no-restricted-syntax', PURE, 'export const today = () => new Date();'],
  ['no-restricted-syntax', DRIVER, 'export const today = () => Date();'],
  ['no-restricted-globals', DRIVER, 'export const nap = () => setTimeout(() => undefined, 1);'],
  ['no-restricted-globals', PURE, 'export const beat = () => setInterval(() => undefined, 1);'],
  ['no-restricted-syntax', PURE, 'try { JSON.parse(""); } catch { /* never mind */ }'],
  ['no-warning-comments', PURE, '// TODO later\nexport const a = 1;'],
  ['max-lines', PURE, 'export const a = 1;\n'.repeat(401)],
  ['max-lines-per-function', PURE, `export function long() {\n${'  JSON.parse("");\n'.repeat(60)}}`],
  ['@typescript-eslint/no-explicit-any', PURE, 'export const a = (b: any) => typeof b;'],
  ['@typescript-eslint/no-non-null-assertion', PURE, 'export const a = (b?: string) => b!.length;'],
  ['@typescript-eslint/consistent-type-assertions', DRIVER, 'export const a = (b: unknown) => b as string;'],
  ['@typescript-eslint/consistent-type-imports', PURE, "import { BedId } from './brand.ts';\nexport type A = BedId;"],
  [
    '@typescript-eslint/no-floating-promises',
    PURE,
    'const wait = () => Promise.resolve(1);\nexport const go = () => { wait(); };',
  ],
  [
    '@typescript-eslint/switch-exhaustiveness-check',
    PURE,
    "export function f(a: 'x' | 'y') { switch (a) { case 'x': return 1; } return 2; }",
  ],
  ['infuscope/finnish', PURE, "import { of } from 'rxjs';\nexport const numbers = of(1);"],
  ['infuscope/finnish', PURE, "import type { Observable } from 'rxjs';\nexport interface A { numbers: Observable<1> }"],
  ['rxjs-x/no-ignored-subscription', PURE, "import { of } from 'rxjs';\nof(1).subscribe();"],
  [
    'rxjs-x/no-exposed-subjects',
    PURE,
    "import { Subject } from 'rxjs';\nexport class A { a$ = new Subject<number>(); }",
  ],
  [
    'rxjs-x/no-sharereplay',
    PURE,
    "import { of, shareReplay } from 'rxjs';\nexport const a$ = of(1).pipe(shareReplay());",
  ],
  ['svelte/no-at-html-tags', PAGE, '<script lang="ts">let a = "";</script>\n{@html a}'],
  [
    '@typescript-eslint/no-floating-promises',
    PAGE,
    '<script lang="ts">const wait = () => Promise.resolve(1);\nwait();</script>',
  ],
];

const ALLOWED: readonly (readonly [why: string, file: string, text: string])[] = [
  ['a time that was given', PURE, 'export const iso = (ms: number) => new Date(ms).toISOString();'],
  ['a brand', 'src/lib/domain/brand.ts', 'export const a = (b: string) => b as string & { c: 1 };'],
  ['a constant assertion', DRIVER, "export const KINDS = ['a', 'b'] as const;"],
  [
    'a verb that is handed over',
    PURE,
    "import type { Observable } from 'rxjs';\nexport const twice = (connect: () => Observable<1>) => [connect(), connect()];",
  ],
];

describe('lint', { timeout: 60_000 }, () => {
  for (const [rule, file, text] of FORBIDDEN) {
    test(`${rule} fires in ${file} on ${text.replaceAll(/\s+/g, ' ').slice(0, 60)}`, async () => {
      expect(await firedOn(file, text)).toContain(rule);
    });
  }

  test.each(ALLOWED)('%s passes', async (_, file, text) => {
    expect(await firedOn(file, text)).toEqual([]);
  });

  test.each([
    ['src/lib/domain/vital.ts', true],
    ['src/lib/pharmacology/dose.ts', true],
    ['src/lib/rules/spo2.ts', true],
    ['src/lib/alarms/lifecycle.ts', true],
    ['src/lib/bedside/step.ts', true],
    ['src/lib/recording/export/edf.ts', true],
    ['src/lib/realtime/pack.ts', true],
    ['drivers/driver.ts', true],
    ['drivers/ge-s5-dri/session.ts', true],
    ['simulators/patient/heart.ts', true],
    ['simulators/scenarios/calm.ts', true],
    ['simulators/devices/faults.ts', true],
    ['drivers/run-driver.ts', false],
    ['drivers/transport/memory.ts', false],
    ['simulators/run-simulator.ts', false],
    ['src/core/sequencer.ts', false],
    ['src/lib/client/clock.svelte.ts', false],
    ['tests/rules/spo2.test.ts', false],
  ])('%s is a pure room: %s', async (file, isPure) => {
    const config: unknown = await eslint.calculateConfigForFile(resolve(repository, file));
    const bansTimers = JSON.stringify(config).includes('"name":"setTimeout"');
    expect(bansTimers).toBe(isPure);
  });
});
