/** The site's rules on disk and in force: all of the file or none of it, and what stood there before is kept. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RuleEdit } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE, PRESETS } from '$lib/rules/index.ts';
import { RuleBook } from '$core/rule-book.ts';
import { readSiteRules, writeSiteRules } from '$core/site-rules.ts';

const AUTHOR = { by: 'Dr A', reason: 'our protocol', at: '2026-11-23T20:05:00.000Z' };
const ID = ADULT_IV_KETAMINE.id;
const limit = (value: number): RuleEdit => ({ kind: 'change', change: { rule: 'S1', levels: [{ limits: [value] }] } });

let directory: string;
let path: string;
let log: string[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'infuscope-rules-'));
  path = join(directory, 'rules.json');
  log = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = async (): Promise<RuleBook> =>
  new RuleBook({
    site: await readSiteRules(path, PRESETS),
    save: (rules, at) => writeSiteRules(path, rules, at),
    log: (line) => void log.push(line),
  });
const versionOf = (book: RuleBook): string => book.ruleSet()?.version ?? '';
const change = (book: RuleBook, edit: RuleEdit, basedOn = versionOf(book)) => book.edit(ID, basedOn, edit, AUTHOR);

describe('the rules of a site', () => {
  test('are those that came where there is no file', async () => {
    const book = await open();
    expect([book.fault, book.ruleSet(), log]).toEqual([undefined, ADULT_IV_KETAMINE, []]);
  });

  test('are changed, written down for their owner only, and found again after a restart', async () => {
    const book = await open();
    expect(await change(book, limit(170))).toEqual({ ok: true, value: null });
    expect(versionOf(book)).toMatch(/^4\+[0-9a-f]{8}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      presets: { [ID]: { changes: [{ rule: 'S1', levels: [{ limits: [170] }], ...AUTHOR }], own: [] } },
      saved: AUTHOR,
    });
    const again = await open();
    expect(again.ruleSet()).toEqual(book.ruleSet());
  });

  test('have the version that they came with once a change is taken back', async () => {
    const book = await open();
    await change(book, limit(170));
    await change(book, { kind: 'restore', rule: 'S1' });
    expect(book.ruleSet()).toEqual(ADULT_IV_KETAMINE);
  });

  test('keep every file that another one took the place of', async () => {
    const book = await open();
    await change(book, limit(170));
    const first = readFileSync(path, 'utf8');
    await change(book, limit(165));
    const [kept] = readdirSync(join(directory, 'rules-history'));
    expect(readFileSync(join(directory, 'rules-history', kept ?? ''), 'utf8')).toBe(first);
  });

  test('are not changed by somebody who saw others', async () => {
    const book = await open();
    const seen = versionOf(book);
    await change(book, limit(170));
    expect(await change(book, limit(165), seen)).toMatchObject({ ok: false, error: { why: 'other-version' } });
    expect(book.site.presets[ID]?.changes).toMatchObject([{ levels: [{ limits: [170] }] }]);
  });

  test('are not changed when what is asked is wrong, and the sentence says what', async () => {
    const answer = await change(await open(), limit(900));
    expect(answer).toMatchObject({ ok: false, error: { why: 'out-of-range' } });
    expect(answer.ok ? '' : answer.error.message).toContain(`presets.${ID}.changes[0] (S1):`);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('are told in the log where they protect less', async () => {
    await change(await open(), limit(200));
    expect(log).toContain(`rules changed by Dr A: our protocol`);
    const deviation = `rules ${ID} deviate: S1 sbp-very-high: its high alarm begins at 200 mmHg, as it came at 180 mmHg.`;
    expect(log).toContain(deviation);
    log = [];
    const again = await open();
    expect(log).toContain(deviation);
    expect(again.presets[0]?.deviations).toHaveLength(1);
  });
});

describe('a file that is wrong', () => {
  const BAD = JSON.stringify({
    presets: {
      [ID]: {
        changes: [
          { rule: 'S1', levels: [{ limits: [170] }], ...AUTHOR },
          { rule: 'S3', levels: [{ limits: ['much'] }], ...AUTHOR },
        ],
        own: [],
      },
    },
  });

  test('judges nobody, not with its good half either, and says so with the place', async () => {
    writeFileSync(path, BAD);
    const book = await open();
    expect(book.ruleSet()).toEqual(ADULT_IV_KETAMINE);
    expect(book.fault).toEqual([`${path}: presets.${ID}.changes[1].levels[0].limits[0]: must be a number.`]);
    expect(log.join('\n')).toContain("the site's rules are not in force");
  });

  test.each([
    ['{', 'it is not JSON'],
    ['{"presets":{"mine":{"changes":[],"own":[]}}}', 'presets.mine: is no preset; known are: adult-iv-ketamine'],
    ['{"presets":{},"more":1}', 'more'],
    [BAD.replace('"much"', '900'), 'lies outside 30 to 320 mmHg'],
  ])('%s is told in a sentence', async (content, sentence) => {
    writeFileSync(path, content);
    expect((await open()).fault?.join('\n')).toContain(sentence);
  });

  test('is not built upon, but a good one may take its place, and is in force then', async () => {
    writeFileSync(path, BAD);
    const book = await open();
    expect(await change(book, limit(170))).toMatchObject({ ok: false, error: { why: 'unavailable' } });
    expect(await book.take(BAD, AUTHOR)).toMatchObject({ ok: false });
    expect(readFileSync(path, 'utf8')).toBe(BAD);
    expect(await book.take(BAD.replace('"much"', '155'), AUTHOR)).toEqual({ ok: true, value: null });
    expect([book.fault, book.presets[0]?.deviations]).toEqual([undefined, []]);
    expect(readdirSync(join(directory, 'rules-history'))).toHaveLength(1);
  });
});
