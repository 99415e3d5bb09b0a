import { writeFileSync } from 'node:fs';
import { cost } from './bench/cost.ts';
import { drivers } from './bench/drivers.ts';
import { judging } from './bench/judge.ts';
import type { Goal, Setting } from './bench/goal.ts';
import { machineLine, readMachine } from './bench/machine.ts';
import { p1 } from './bench/p1.ts';
import { p2 } from './bench/p2.ts';
import { p3 } from './bench/p3.ts';
import { p6 } from './bench/p6.ts';
import { p7 } from './bench/p7.ts';
import { p8 } from './bench/p8.ts';
import { whatIsMissing } from './bench/prerequisites.ts';
import { isAllMet, reportTable, type GoalReport } from './bench/report.ts';
import {
  complain,
  EXIT_OK,
  EXIT_USAGE,
  EXIT_WRONG,
  integer,
  parse,
  say,
  type Command,
  type Parsed,
} from './command.ts';
import { VERSION } from './version.ts';

const GOALS: readonly Goal[] = [p1, p2, p3, p6, p7, p8, cost, drivers, judging];
const DEFAULT_ROUNDS = 5;
const QUICK_ROUNDS = 2;

interface Order {
  readonly goals: readonly Goal[];
  readonly setting: Omit<Setting, 'tell'>;
  readonly jsonFile: string | undefined;
}

export const benchCommand: Command = {
  name: 'bench',
  summary: 'measure this machine: each performance goal beside the floor of its platform',
  usage: [
    `infuscope bench [${GOALS.map(({ id }) => id).join(' ')} | all] [--rounds N] [--quick] [--json FILE]`,
    '',
    ...GOALS.map(({ id, title }) => `  ${id.padEnd(7)} ${title}`),
    '',
    `  --rounds N   rounds of each measurement (default ${DEFAULT_ROUNDS}); ours and the floor take turns, medians are told`,
    `  --quick      ${QUICK_ROUNDS} short rounds: to see that it works, not to quote`,
    '  --json FILE  writes the figures of every round there',
    '',
    'Figures are of this machine and this hour: whatever else runs disturbs them. Compare ours with the floor of the same run,',
    'never with another run. The exit code is 1 when a goal is missed or could not be measured.',
  ].join('\n'),
  run: async (args) => {
    const parsed = parse(args, {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
    });
    const order = parsed.ok ? orderOf(parsed.value) : parsed.error;
    if (typeof order === 'string') {
      complain(`infuscope bench: ${order} See infuscope bench --help.`);
      return EXIT_USAGE;
    }
    return bench(order);
  },
};

function orderOf({ values, positionals }: Parsed): Order | string {
  const isAll = positionals.length === 0 || positionals.includes('all');
  const unknown = positionals.find((name) => name !== 'all' && !GOALS.some(({ id }) => isSame(id, name)));
  if (unknown !== undefined) return `There is no goal "${unknown}".`;
  const isQuick = values['quick'] === true;
  const rounds = integer(String(values['rounds'] ?? (isQuick ? QUICK_ROUNDS : DEFAULT_ROUNDS)), 1, 100);
  if (!rounds.ok) return `--rounds: ${rounds.error}.`;
  return {
    goals: GOALS.filter(({ id }) => isAll || positionals.some((name) => isSame(id, name))),
    setting: { rounds: rounds.value, isQuick },
    jsonFile: values['json'] === undefined ? undefined : String(values['json']),
  };
}

const isSame = (id: string, name: string): boolean => id.toLowerCase() === name.toLowerCase();

async function bench({ goals, setting, jsonFile }: Order): Promise<number> {
  const machine = readMachine();
  const date = new Date().toISOString();
  say(`Infuscope ${VERSION}, ${date}: ${machineLine(machine)}`);
  const reports: GoalReport[] = [];
  let isAllMeasured = true;
  for (const goal of goals) {
    const missing = whatIsMissing(goal.needs);
    if (missing.length > 0) {
      isAllMeasured = false;
      for (const sentence of missing) complain(`${goal.id} is not measured. ${sentence}`);
      continue;
    }
    complain(`${goal.id}: ${goal.title}`);
    reports.push(await goal.measure({ ...setting, tell: complain }));
  }
  tell(reports);
  if (jsonFile !== undefined) {
    writeFileSync(
      jsonFile,
      `${JSON.stringify({ version: VERSION, date, machine, ...setting, goals: reports }, null, 2)}\n`,
    );
  }
  return isAllMeasured && isAllMet(reports) ? EXIT_OK : EXIT_WRONG;
}

function tell(reports: readonly GoalReport[]): void {
  say(`\n${reportTable(reports)}\n`);
  for (const { id, title, floor, remarks } of reports) {
    say(`${id}  ${title}`);
    say(`    floor: ${floor}`);
    for (const remark of remarks) say(`    ${remark}`);
  }
}
