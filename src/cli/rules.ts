import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Level, type PresetInForce, type Result, type Rule } from '$lib/domain/index.ts';
import { conditionSentence, delayWords } from '$lib/messages/rule-words.ts';
import { disclosedDelay, PRESETS, priorityFor } from '$lib/rules/index.ts';
import { parseRuleSet } from '$lib/rules/schema.ts';
import { inForce } from '$core/rule-book.ts';
import { parseSiteRules, readSiteRules } from '$core/site-rules.ts';
import { complain, EXIT_OK, EXIT_USAGE, EXIT_WRONG, parse, say, type Command } from './command.ts';

export const rulesCommand: Command = {
  name: 'rules',
  summary: "show the rules that judge, or check a file of a site's own",
  usage: [
    'infuscope rules show [--preset ID] [--data DIR]',
    'infuscope rules check FILE',
    '',
    'show prints one line for each level of each rule: id, name, phases, priority, delay, condition.',
    `  --preset ID  one of ${PRESETS.map(({ id }) => id).join(', ')}; the first where it is left out`,
    '  --data DIR   as the site has changed it: with the rules.json of this data directory',
    '',
    'check reads a rules.json, or one whole rule set, and says in sentences what is wrong; the exit code is 1 then. A file',
    'that is right may still protect less than the rules as they came: that is said, too.',
  ].join('\n'),
  run: ([what, ...args]) => {
    if (what === 'show') return show(args);
    if (what === 'check') return check(args);
    complain('infuscope rules: say "show" or "check FILE".');
    return Promise.resolve(EXIT_USAGE);
  },
};

async function show(args: readonly string[]): Promise<number> {
  const parsed = parse(args, { preset: { type: 'string' }, data: { type: 'string' } });
  if (!parsed.ok || parsed.value.positionals.length > 0) {
    complain(
      `infuscope rules show: ${parsed.ok ? 'it takes no file name; name a directory with --data.' : parsed.error}`,
    );
    return EXIT_USAGE;
  }
  const { preset, data } = parsed.value.values;
  const presets = await presetsOf(data === undefined ? undefined : String(data));
  if (!presets.ok) return wrong(presets.error);
  const [first] = presets.value;
  const shown = preset === undefined ? first : presets.value.find(({ factory }) => factory.id === preset);
  if (shown === undefined) {
    complain(`There is no preset ${String(preset)}. There are: ${PRESETS.map(({ id }) => id).join(', ')}.`);
    return EXIT_USAGE;
  }
  for (const line of table(shown)) say(line);
  return EXIT_OK;
}

async function presetsOf(directory: string | undefined): Promise<Result<readonly PresetInForce[], readonly string[]>> {
  const site = directory === undefined ? ok(undefined) : await readSiteRules(join(directory, 'rules.json'), PRESETS);
  return site.ok ? inForce(PRESETS, site.value ?? { presets: {} }) : site;
}

function wrong(sentences: readonly string[]): number {
  for (const sentence of sentences) complain(sentence);
  return EXIT_WRONG;
}

function table({ factory, ruleSet, deviations }: PresetInForce): readonly string[] {
  const rows = ruleSet.rules.flatMap((rule) => rule.levels.map((level) => row(rule, level)));
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const off = factory.rules.filter(({ id }) => !ruleSet.rules.some((rule) => rule.id === id)).map(({ id }) => id);
  return [
    `${ruleSet.title} (${ruleSet.id}, version ${ruleSet.version})`,
    ...rows.map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    ...(off.length > 0 ? [`Turned off here: ${off.join(', ')}.`] : []),
    ...deviations.map(({ sentence }) => `Deviates: ${sentence}`),
  ];
}

const row = (rule: Rule, level: Level): readonly string[] => [
  rule.id,
  rule.name,
  rule.phases.map((phase) => PHASE_LETTERS[phase]).join(''),
  level.urgency === 'as-sent' ? 'as sent' : priorityFor(level, undefined),
  delayWords(level, disclosedDelay(level).averagingS),
  conditionSentence(level.when),
];

/** Preparing, Baseline, Infusing, Observation, Ready to leave. */
const PHASE_LETTERS = {
  setup: 'P',
  baseline: 'B',
  infusion: 'I',
  observation: 'O',
  'discharge-ready': 'R',
  closed: '',
};

async function check(args: readonly string[]): Promise<number> {
  const parsed = parse(args, {});
  const [path, ...more] = parsed.ok ? parsed.value.positionals : [];
  if (!parsed.ok || path === undefined || more.length > 0) {
    complain(`infuscope rules check: ${parsed.ok ? 'name one file.' : parsed.error}`);
    return EXIT_USAGE;
  }
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    complain(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
    return EXIT_WRONG;
  }
  const checked = isWholeSet(content) ? wholeSet(content) : siteFile(content);
  if (!checked.ok) return wrong(checked.error.map((sentence) => `${path}: ${sentence}`));
  for (const sentence of checked.value) say(`${path}: ${sentence}`);
  return EXIT_OK;
}

type Findings = Result<readonly string[], readonly string[]>;

function siteFile(content: string): Findings {
  const site = parseSiteRules(content, PRESETS);
  const made = site.ok ? inForce(PRESETS, site.value) : site;
  if (!made.ok) return made;
  const counts = made.value.map(({ ruleSet: { id, version, rules } }) => `${id} ${version} (${rules.length} rules)`);
  return ok([
    `it is right; it makes ${counts.join(', ')}.`,
    ...made.value.flatMap(({ factory, deviations }) =>
      deviations.map(({ sentence }) => `${factory.id} deviates: ${sentence}`),
    ),
  ]);
}

function wholeSet(content: string): Findings {
  const made = parseRuleSet(JSON.parse(content));
  return made.ok ? ok([`it is right: ${made.value.title}, ${made.value.rules.length} rules.`]) : fail(made.error);
}

function isWholeSet(content: string): boolean {
  try {
    const json: unknown = JSON.parse(content);
    return typeof json === 'object' && json !== null && 'rules' in json;
  } catch {
    return false;
  }
}
