import { MINUTE_MS, SECOND_MS, type JournalEntry } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { driverOf } from '$drivers/registry.ts';
import { LinkFailure } from '$drivers/link.ts';
import { readFileParts } from '$drivers/transport/file.server.ts';
import { complain, EXIT_OK, EXIT_USAGE, EXIT_WRONG, integer, parse, say, type Command } from './command.ts';
import { judgeRecording, type JudgedRecording } from './judge/recorded-bed.ts';
import { alarmWords, tallyAlarms, totals, type AlarmTally } from './judge/tally.ts';

export const judgeCommand: Command = {
  name: 'judge',
  summary: 'play a recording of a patient through the rules and count the alarms that it would have made',
  usage: [
    'infuscope judge [--phase PHASE] [--baseline MIN] [--cuff MIN] [--answer-after SECONDS] [--list] [--json] FILE',
    '',
    '  --phase PHASE           baseline, infusion (unless told) or observation: which limits apply after the baseline',
    '  --baseline MIN          the first so many minutes are the baseline (default 5), and more until a pressure is known',
    '  --cuff MIN              the cuff is expected every so many minutes (unless told, what its first readings keep)',
    '  --answer-after SECONDS  a nurse answers every alarm after so long (default 30); "never" for nobody',
    '  --list                  every alarm with its time and the reason, before the counts',
    '  --json                  one JSON object instead of lines',
    '',
    'FILE is a recording as the driver file-replay reads it: .vital, the .hea of a WFDB record, or a meta.json of tables.',
    'A recording without pressure has no baseline; it is judged with the limits of the phase baseline, and that is said.',
  ].join('\n'),
  run: judge,
};

const PHASES = ['baseline', 'infusion', 'observation'] as const;

async function judge(args: readonly string[]): Promise<number> {
  const parsed = parse(args, {
    phase: { type: 'string', default: 'infusion' },
    baseline: { type: 'string', default: '5' },
    cuff: { type: 'string' },
    'answer-after': { type: 'string', default: '30' },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  if (!parsed.ok) return usage(parsed.error);
  const { values, positionals } = parsed.value;
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) return usage('name one recording.');
  const phase = PHASES.find((known) => known === values['phase']);
  if (phase === undefined) return usage(`--phase is one of ${PHASES.join(', ')}.`);
  const baseline = integer(String(values['baseline']), 1, 120);
  if (!baseline.ok) return usage(`--baseline: ${baseline.error}.`);
  const cuff = values['cuff'] === undefined ? undefined : integer(String(values['cuff']), 1, 60);
  if (cuff && !cuff.ok) return usage(`--cuff: ${cuff.error}.`);
  const answer = values['answer-after'] === 'never' ? undefined : integer(String(values['answer-after']), 0, 86_400);
  if (answer && !answer.ok) return usage(`--answer-after: ${answer.error}, nor "never".`);
  const answerAfterS = answer ? answer.value : Number.POSITIVE_INFINITY;
  const driver = driverOf('file-replay');
  if (driver?.file === undefined) throw new RangeError('no driver plays recordings');
  let parts: readonly Uint8Array[];
  try {
    parts = await readFileParts({ path, reading: driver.file });
  } catch (failure) {
    if (!(failure instanceof LinkFailure)) throw failure;
    complain(failure.message);
    return EXIT_WRONG;
  }
  const options = {
    ...{ driver, parts, phase, baselineMin: baseline.value, answerAfterS, ruleSet: ADULT_IV_KETAMINE },
    ...(cuff && { cuffEveryMin: cuff.value }),
  };
  const manner = { phase, isJson: values['json'] === true, isListed: values['list'] === true };
  return report(path, judgeRecording(options), manner);
}

function usage(message: string): number {
  complain(`infuscope judge: ${message}`);
  return EXIT_USAGE;
}

interface Manner {
  readonly phase: string;
  readonly isJson: boolean;
  readonly isListed: boolean;
}

function report(path: string, judged: JudgedRecording, { phase, isJson, isListed }: Manner): number {
  const { durationMs, journal, remarks, hasBaseline } = judged;
  for (const remark of remarks) complain(remark);
  if (phase !== 'baseline' && !hasBaseline)
    complain('No pressure is recorded, so there is no baseline: the limits are those of the phase baseline.');
  const alarms = tallyAlarms(journal);
  const hours = Number((durationMs / (60 * MINUTE_MS)).toFixed(3));
  if (isJson) {
    say(JSON.stringify({ file: path, hours, alarms, list: isListed ? alarmLines(journal) : undefined }));
    return wasPlayed(journal) ? EXIT_OK : EXIT_WRONG;
  }
  if (isListed) for (const line of alarmLines(journal)) say(line);
  const all = totals(alarms);
  say(`${path}: ${hours} h, alarms: ${alarmWords(all.alarms)}; heard ${all.sounded} times`);
  for (const tally of alarms) say(tallyLine(tally));
  return wasPlayed(journal) ? EXIT_OK : EXIT_WRONG;
}

const wasPlayed = (journal: readonly JournalEntry[]): boolean =>
  journal.some(({ body }) => body.kind === 'device' && body.status.state === 'live');

const tallyLine = ({ rule, alarms, sounded, firstAtMs, example }: AlarmTally): string =>
  [
    `  ${rule.padEnd(10)} ${alarmWords(alarms).padEnd(24)}`,
    `heard ${String(sounded).padStart(4)}`,
    `first at ${clockText(firstAtMs)}: ${example}`,
  ].join('  ');

const alarmLines = (journal: readonly JournalEntry[]): readonly string[] =>
  journal.flatMap(({ at, body }) => {
    if (body.kind !== 'alarm') return [];
    const { cause, alarm } = body.change;
    return [`${clockText(at)}  ${alarm.rule}  ${alarm.priority}  ${cause}  ${alarm.explanation}`];
  });

/** `1:02:05`, since the beginning of the recording. */
function clockText(ms: number): string {
  const seconds = Math.floor(ms / SECOND_MS);
  const two = (number: number): string => String(number % 60).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60))}:${two(seconds)}`;
}
