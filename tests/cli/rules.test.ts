import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { rulesCommand } from '../../src/cli/rules.ts';

const AUTHOR = { by: 'Dr A', reason: 'our protocol', at: '2026-11-23T20:05:00Z' };
const file = (limit: unknown) =>
  JSON.stringify({
    presets: {
      'adult-iv-ketamine': {
        changes: [
          { rule: 'S1', levels: [{ limits: [limit] }], ...AUTHOR },
          { rule: 'S6', isOff: true, ...AUTHOR },
        ],
        own: [],
      },
    },
  });

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'infuscope-cli-rules-'));
  path = join(directory, 'rules.json');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true, force: true });
});

async function run(...args: readonly string[]): Promise<{ code: number; said: string }> {
  const said: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const code = await rulesCommand.run(args);
  vi.restoreAllMocks();
  return { code, said: said.join('') };
}

describe('infuscope rules', () => {
  test('shows each level of each rule in a line', async () => {
    const { code, said } = await run('show');
    const lines = said.trim().split('\n');
    expect([code, lines.length]).toEqual([0, 1 + ADULT_IV_KETAMINE.rules.flatMap(({ levels }) => levels).length]);
    expect(lines.find((line) => line.startsWith('S7'))?.replaceAll(/ {2,}/g, ' | ')).toBe(
      'S7 | sbp-surge | IO | high | with the first reading; a signal after 10 s | ' +
        'Systolic at or above the baseline +40 mmHg and systolic at or above 160 mmHg and the pump is infusing',
    );
  });

  test('shows them as the site changed them, with where they protect less', async () => {
    writeFileSync(path, file(190));
    const { said } = await run('show', '--data', directory);
    expect(said).toContain('Systolic at or above 190 mmHg');
    expect(said).toContain('Turned off here: S6.');
    expect(said).toContain('Deviates: S1 sbp-very-high: its high alarm begins at 190 mmHg');
  });

  test('says that a file is right, and with which exit code', async () => {
    writeFileSync(path, file(170));
    expect(await run('check', path)).toMatchObject({ code: 0, said: expect.stringContaining('it is right') as string });
  });

  test.each([
    [file('much'), 'presets.adult-iv-ketamine.changes[0].levels[0].limits[0]: must be a number.'],
    [file(900), 'lies outside 30 to 320 mmHg'],
    [JSON.stringify({ ...ADULT_IV_KETAMINE, rules: [] }), 'rules: must have at least one rule.'],
    ['{', 'it is not JSON'],
  ])('says what is wrong with %s', async (content, sentence) => {
    writeFileSync(path, content);
    const { code, said } = await run('check', path);
    expect(code).toBe(1);
    expect(said).toContain(sentence);
  });

  test('reads a whole rule set, too', async () => {
    writeFileSync(path, JSON.stringify(ADULT_IV_KETAMINE));
    expect((await run('check', path)).code).toBe(0);
  });

  test.each([[], ['check'], ['show', '--preset', 'none'], ['show', 'file']])(
    'does not understand %j',
    async (...args) => {
      expect((await run(...args)).code).toBe(2);
    },
  );
});
