/**
 * The file `rules.json`: what this site changed of the rules that come with the program. It is read as strictly as `ward.json`,
 * and as a whole: a file that is wrong in one place judges nobody. What stood in it before is kept beside it.
 *
 *   rules.json                 { "presets": { "adult-iv-ketamine": { "changes": […], "own": […] } } }
 *   rules-history/<time>.json  every file that another one took the place of
 */
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { fail, ok, type Result, type RuleSet, type SiteRules } from '$lib/domain/index.ts';

type Sentences = readonly string[];

const text = (most: number) =>
  z.string('must be a text').trim().min(1, 'must not be empty').max(most, `must be at most ${most} letters`);

const authored = {
  by: text(60),
  reason: text(300),
  at: z.iso.datetime('must be a time such as "2026-11-23T20:05:00Z"'),
};

/** Timing, urgency and rules are looked at in the rule that they make, by the schema of rules. */
const ofRules = z.custom<never>((value) => typeof value === 'object' && value !== null, 'must be an object');

const level = z.strictObject({
  limits: z.array(z.number('must be a number')).exactOptional(),
  timing: ofRules.exactOptional(),
  urgency: ofRules.exactOptional(),
  headline: text(120).exactOptional(),
});

const preset = z.strictObject({
  changes: z
    .array(
      z.strictObject({
        rule: text(40),
        isOff: z.literal(true, 'must be true, or left out').exactOptional(),
        levels: z.array(level).max(10).exactOptional(),
        ...authored,
      }),
    )
    .max(200),
  own: z.array(z.strictObject({ rule: ofRules, ...authored })).max(50, 'must be at most 50 rules'),
});

const schemaFor = (presets: readonly RuleSet[]) =>
  z.strictObject({
    saved: z.strictObject(authored).exactOptional(),
    presets: z.record(z.string(), preset).superRefine((named, context) => {
      const known = presets.map(({ id }) => id);
      for (const id of Object.keys(named).filter((one) => !known.includes(one)))
        context.addIssue({ code: 'custom', path: [id], message: `is no preset; known are: ${known.join(', ')}` });
    }),
  });

/** The shape alone; whether rules come of it is seen when they are made. @returns one sentence per mistake, with its place. */
export function parseSiteRules(content: string, presets: readonly RuleSet[]): Result<SiteRules, Sentences> {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    return fail([`it is not JSON: ${error instanceof Error ? error.message : String(error)}.`]);
  }
  const parsed = schemaFor(presets).safeParse(json);
  return parsed.success ? ok(parsed.data) : fail(parsed.error.issues.map(sentence));
}

const sentence = ({ path, message }: z.core.$ZodIssue): string => `${keyPath(path)}: ${message.replace(/\.$/, '')}.`;

const keyPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (words, key) => (typeof key === 'number' ? `${words}[${key}]` : `${words}${words ? '.' : ''}${String(key)}`),
    '',
  ) || 'the file';

/** @returns undefined where there is no file: the site changed nothing. */
export async function readSiteRules(
  path: string,
  presets: readonly RuleSet[],
): Promise<Result<SiteRules | undefined, Sentences>> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    return isMissing(error) ? ok(undefined) : fail([`${path} cannot be read: ${String(error)}.`]);
  }
  const parsed = parseSiteRules(content, presets);
  return parsed.ok ? parsed : fail(parsed.error.map((mistake) => `${path}: ${mistake}`));
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

export const siteRulesText = (rules: SiteRules): string => `${JSON.stringify(rules, null, 2)}\n`;

/**
 * Keeps the file that is there, then replaces it as a whole, so that a crash leaves the old one or the new one.
 * @param at calendar time, ISO 8601. @throws the file system's error
 */
export async function writeSiteRules(path: string, rules: SiteRules, at: string): Promise<void> {
  const history = join(dirname(path), 'rules-history');
  await mkdir(history, { recursive: true, mode: 0o700 });
  await copyFile(path, join(history, `${at.replaceAll(':', '-')}.json`)).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  await writeFile(`${path}.new`, siteRulesText(rules), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
