import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chooseFiles, testsOf } from '../../bin/lib/mutation.mjs';
import { countsOf, isPassed, markdownOf, scoreOf } from '../../bin/lib/mutation-report.mjs';

const root = mkdtempSync(join(tmpdir(), 'infuscope-mutation-'));
for (const file of ['rules/index.ts', 'rules/timing.ts', 'alarms/signal.ts', 'bedside/step.ts', 'bedside/notes.md']) {
  mkdirSync(join(root, 'src/lib', file, '..'), { recursive: true });
  writeFileSync(join(root, 'src/lib', file), '');
}
afterAll(() => rmSync(root, { recursive: true }));

describe('what is mutated', () => {
  const chosen = (...args: string[]) => chooseFiles(args, root).files;

  test('every source of the three rooms, but for what only hands on', () => {
    expect(chosen()).toEqual(['src/lib/rules/timing.ts', 'src/lib/alarms/signal.ts', 'src/lib/bedside/step.ts']);
  });

  test('a room or a file, where one is named', () => {
    expect(chosen('src/lib/alarms/')).toEqual(['src/lib/alarms/signal.ts']);
    expect(chosen('src/lib/bedside/step.ts', '--jobs', '2')).toEqual(['src/lib/bedside/step.ts']);
  });

  test.each([['src/lib/rule'], ['src/lib/charts'], ['--fast'], ['--jobs', 'many']])(
    '%s %s is not understood, rather than passed over',
    (...args) => {
      expect(chooseFiles(args.filter(Boolean), root)).toEqual({ mistake: expect.any(String) as string });
    },
  );
});

describe('the tests that a file is shown to', () => {
  const place = (file: string, text: string): void => {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  place('tests/mutation/held-by.json', '{ "src/lib/bedside/step.ts": ["tests/bedside/life.test.ts"] }');
  place('tests/rules/timing.test.ts', '');

  test('are those listed for it, else the one that is named as it is, else all', () => {
    expect(testsOf('src/lib/bedside/step.ts', root)).toEqual(['tests/bedside/life.test.ts']);
    expect(testsOf('src/lib/rules/timing.ts', root)).toEqual(['tests/rules/timing.test.ts']);
    expect(testsOf('src/lib/alarms/signal.ts', root)).toBeUndefined();
  });

  test('exist, for everything that is listed', () => {
    const house = join(import.meta.dirname, '../..');
    const listed = JSON.parse(readFileSync(join(house, 'tests/mutation/held-by.json'), 'utf8')) as Record<
      string,
      string[]
    >;
    const missing = Object.entries(listed)
      .flat(2)
      .filter((file) => !existsSync(join(house, file)));
    expect(missing).toEqual([]);
  });
});

const result = (file: string, ...statuses: string[]) => ({
  files: {
    [file]: {
      mutants: statuses.map((status, i) => ({
        status,
        mutatorName: 'BooleanLiteral',
        location: { start: { line: statuses.length - i } },
      })),
    },
  },
});

describe('how it is counted', () => {
  test('a hanging mutant is noticed, one that no test comes to is not, an ignored one is neither', () => {
    const counts = countsOf([result('a.ts', 'Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored', 'Ignored')]);
    expect(counts).toMatchObject({
      detected: 2,
      valid: 4,
      killed: 1,
      timeout: 1,
      survived: 1,
      noCoverage: 1,
      ignored: 2,
    });
    expect(scoreOf(counts)).toBe(50);
    expect(isPassed(counts)).toBe(false);
  });

  test('85 % is enough, and a file without anything to notice is well', () => {
    const ofHundred = (killed: number) =>
      countsOf([result('a.ts', ...Array.from({ length: 100 }, (_, i) => (i < killed ? 'Killed' : 'Survived')))]);
    expect([84, 85].map((killed) => isPassed(ofHundred(killed)))).toEqual([false, true]);
    expect(scoreOf(countsOf([result('types.ts', 'Ignored')]))).toBe(100);
  });

  test('the page has a row for all, for each room and for each file, and names what nobody noticed', () => {
    const results = [
      result('src/lib/rules/a.ts', 'Killed', 'Killed', 'Killed', 'Survived'),
      result('src/lib/rules/b.ts', 'Killed', 'NoCoverage'),
      result('src/lib/alarms/c.ts', 'Killed'),
    ];
    const page = markdownOf(results, ['src/lib/rules', 'src/lib/alarms'], 'Stryker 0');
    expect(page.split('\n').filter((line) => /^[|-] .*\d/.test(line))).toEqual([
      '| **all** | 71.4 % | 7 | 5 | 0 | 1 | 1 | 0 |',
      '| **src/lib/rules** | 66.7 % | 6 | 4 | 0 | 1 | 1 | 0 |',
      '| a.ts | 75.0 % | 4 | 3 | 0 | 1 | 0 | 0 |',
      '| b.ts | 50.0 % | 2 | 1 | 0 | 0 | 1 | 0 |',
      '| **src/lib/alarms** | 100.0 % | 1 | 1 | 0 | 0 | 0 | 0 |',
      '| c.ts | 100.0 % | 1 | 1 | 0 | 0 | 0 | 0 |',
      '- `src/lib/rules/a.ts`: 1 BooleanLiteral',
      '- `src/lib/rules/b.ts`: 1 BooleanLiteral (no coverage)',
    ]);
  });
});
