import { keysOf } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { PRESETS, type PresetId } from '$simulators/patient/response.ts';
import { complain, EXIT_OK, EXIT_USAGE, integer, parse, say, type Command } from './command.ts';
import { burdenOfSessions, type SessionBurden } from './judge/session-burden.ts';
import { judgeUneventful } from './judge/simulated-bed.ts';
import { tallyAlarms } from './judge/tally.ts';

const PRESET_IDS = keysOf(PRESETS);

export const burdenCommand: Command = {
  name: 'burden',
  summary: 'live through uneventful simulated sessions and count the alarms that a nurse would hear',
  usage: [
    'infuscope burden [--count N] [--seed S] [--preset ID] [--answer-after SECONDS] [--json]',
    '',
    '  --count N               sessions of each preset (default 200)',
    '  --seed S                the same seed gives the same sessions (default 1)',
    `  --preset ID             only one of ${PRESET_IDS.join(', ')}; may be given several times`,
    '  --answer-after SECONDS  how long the nurse takes to answer an alarm (default 20)',
    '  --json                  one object instead of tables',
  ].join('\n'),
  run: (args) => Promise.resolve(run(args)),
};

interface Order {
  readonly count: number;
  readonly seed: number;
  readonly presets: readonly PresetId[];
  readonly answerAfterS: number;
  readonly isJson: boolean;
}

function run(args: readonly string[]): number {
  const order = orderOf(args);
  if (typeof order === 'string') {
    complain(`infuscope burden: ${order} See infuscope burden --help.`);
    return EXIT_USAGE;
  }
  const burdens = order.presets.map((preset) => ({ preset, ...burdenOf(preset, order) }));
  if (order.isJson) say(JSON.stringify({ seed: order.seed, answerAfterS: order.answerAfterS, burdens }, null, 2));
  else tell(burdens, order);
  return EXIT_OK;
}

function orderOf(args: readonly string[]): Order | string {
  const parsed = parse(args, {
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    preset: { type: 'string', multiple: true },
    'answer-after': { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  });
  if (!parsed.ok) return `${parsed.error}.`;
  const { values, positionals } = parsed.value;
  if (positionals.length > 0) return `"${positionals.join(' ')}" is not understood.`;
  const count = integer(String(values['count']), 1, 100_000);
  if (!count.ok) return `--count: ${count.error}.`;
  const seed = integer(String(values['seed']), 0, 20_000);
  if (!seed.ok) return `--seed: ${seed.error}.`;
  const answer = integer(String(values['answer-after']), 0, 3600);
  if (!answer.ok) return `--answer-after: ${answer.error}.`;
  const wanted = [values['preset'] ?? PRESET_IDS].flat().map(String);
  const strange = wanted.find((id) => !PRESET_IDS.some((known) => known === id));
  if (strange !== undefined) return `There is no preset "${strange}"; known are ${PRESET_IDS.join(', ')}.`;
  const presets = PRESET_IDS.filter((id) => wanted.includes(id));
  return { count: count.value, seed: seed.value, presets, answerAfterS: answer.value, isJson: values['json'] === true };
}

/** Sessions of different seeds never share a patient. */
const SEEDS_APART = 100_000;

export function burdenOf(
  preset: PresetId,
  { count, seed, answerAfterS }: Pick<Order, 'count' | 'seed' | 'answerAfterS'>,
): SessionBurden {
  const tallies = Array.from({ length: count }, (_, index) =>
    tallyAlarms(
      judgeUneventful({ preset, seed: seed * SEEDS_APART + index, ruleSet: ADULT_IV_KETAMINE, answerAfterS }),
    ),
  );
  return burdenOfSessions(tallies);
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function tell(
  burdens: readonly (SessionBurden & { readonly preset: PresetId })[],
  { seed, answerAfterS }: Order,
): void {
  const sessions = burdens[0]?.sessions ?? 0;
  say(`${sessions} sessions of each preset, seed ${seed}; every alarm is answered after ${answerAfterS} s.\n`);
  say('| preset | lower quartile | median | upper quartile | most | nothing heard |');
  say('| --- | ---: | ---: | ---: | ---: | ---: |');
  for (const { preset, heard, silent } of burdens) {
    say(`| ${preset} | ${heard.lower} | ${heard.median} | ${heard.upper} | ${heard.most} | ${percent(silent)} |`);
  }
  for (const { preset, rules } of burdens) {
    say(`\n| ${preset}: rule | sessions in which it was heard | times, mean of all sessions |\n| --- | ---: | ---: |`);
    for (const { rule, sessions: share, heard } of rules) say(`| ${rule} | ${percent(share)} | ${heard.toFixed(2)} |`);
  }
}
