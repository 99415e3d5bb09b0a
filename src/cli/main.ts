/** The command line: `infuscope <command> …`. One file per command; here they only get known. */
import { benchCommand } from './bench.ts';
import { burdenCommand } from './burden.ts';
import { complain, EXIT_OK, EXIT_USAGE, say, type Command } from './command.ts';
import { decodeCommand } from './decode.ts';
import { exportCommand } from './export.ts';
import { judgeCommand } from './judge.ts';
import { populationCommand } from './population.ts';
import { portsCommand } from './ports.ts';
import { probeCommand } from './probe.ts';
import { rulesCommand } from './rules.ts';
import { sessionsCommand } from './sessions.ts';
import { simulateCommand } from './simulate.ts';
import { startCommand } from './start.ts';
import { verifyCommand } from './verify.ts';

const COMMANDS: readonly Command[] = [
  startCommand,
  simulateCommand,
  decodeCommand,
  judgeCommand,
  portsCommand,
  probeCommand,
  rulesCommand,
  sessionsCommand,
  exportCommand,
  verifyCommand,
  benchCommand,
  populationCommand,
  burdenCommand,
];

function help(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`);
  return [
    'infuscope: bedside monitors and infusion pumps on one timeline',
    '',
    ...lines,
    '',
    'infuscope <command> --help says more. A secondary display, not a certified medical device:',
    "the bedside devices' own alarms stay primary.",
  ].join('\n');
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    say(help());
    return name === undefined ? EXIT_USAGE : EXIT_OK;
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) {
    complain(`There is no command "${name}". Known are: ${COMMANDS.map((known) => known.name).join(', ')}.`);
    return EXIT_USAGE;
  }
  if (args.includes('--help') || args.includes('-h')) {
    say(`infuscope ${command.name}: ${command.summary}\n\n${command.usage}`);
    return EXIT_OK;
  }
  return command.run(args);
}

process.exitCode = await main(process.argv.slice(2));
