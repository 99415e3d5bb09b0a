/** The page of evidence about recordings, as it is written today: which alarms each of them makes. */
import { PRIORITIES } from '$lib/domain/index.ts';
import type { JudgedRecording } from '../../src/cli/judge/recorded-bed.ts';
import { alarmWords, tallyAlarms, totals } from '../../src/cli/judge/tally.ts';
import { DEMO, INTELLIVUE_DEMO, THEATRE, wfdb } from '../drivers/file-replay/recordings.ts';
import { judgeFile, judgeOximeter, oximeterCourse, VOLUNTEERS } from './judged-recordings.ts';

const INTRO = `# Recordings of real people, judged

Written by \`npx vitest run --project unit tests/cli/judge.test.ts -u\`, which needs the large recordings beside the repository; without \`-u\` the same
test fails when a figure below is not what the program does today. One recording alone: \`node bin/infuscope.mjs judge --list FILE\` prints every alarm with
its time and its sentence.

Each recording runs through the driver \`file-replay\` and the whole judgement (rules \`adult-iv-ketamine\`, limits of the phase infusion, the first five
minutes as baseline). A nurse answers every alarm after 30 s. **Heard** counts every time at which the bed begins to sound or sounds anew: new, returned,
worse after an answer, more urgent, no longer outranked, and reminders. An alarm counts once, as the most urgent that it ever was. Notices make no sound.

What a nurse would say of them, one by one:

- **The quiet night** (once a minute, a sleeper at 8 to 10 breaths, saturation 96 to 100 %). High: a rate of 2 while the oximeter was off; twice no heart rate
  from anything, while every sensor was off for 20 minutes, with a reminder every two. Medium: breathing below 8 for two minutes in a row; the
  oximeter off for hours in what is judged as an infusion, with a reminder every ten minutes. Low: one climb of the pressure from 123 to 167.
- **The theatre record**: two falls below 90 mmHg and one rise of a third over the baseline, each heard once.
- **Volunteers who breathe less oxygen**: every fall below 92 and 88 %, and nothing else. A deep one calls again when it is 5 % deeper than when it was
  answered, and after two minutes.
- **a103l**, recorded as a false alarm of asystole, raises nothing of the heart. It has no saturation, and that is said.
`;

export async function recordingsPage(): Promise<string> {
  const files = [
    ['wfdb s00001n, part 1, cuff hourly', await judgeFile(wfdb('s00001n_part1'), { cuffEveryMin: 60 })],
    ['wfdb a103l', await judgeFile(wfdb('a103l'))],
    ['wfdb 03700181', await judgeFile(wfdb('03700181'))],
    ['wfdb mixedsignals', await judgeFile(wfdb('mixedsignals'))],
    ['theatre record', await judgeFile(THEATRE)],
    ['test_data_demo.vital', await judgeFile(DEMO)],
    ['test_intellivue_demo1.vital', await judgeFile(INTELLIVUE_DEMO)],
  ] as const;
  const rows = files.map(([name, judged]) => row(name, judged));
  for (const [who, by] of VOLUNTEERS) {
    rows.push(row(`oximeter ${by} of volunteer ${who}`, await judgeOximeter(oximeterCourse(who, by))));
  }
  const head = ['recording', 'hours', ...PRIORITIES, 'heard', 'by rule'];
  const lines = [cells(head), cells(head.map((_, i) => (i === 0 || i === head.length - 1 ? '---' : '---:'))), ...rows];
  return `${INTRO}\n${lines.join('\n')}\n`;
}

function row(name: string, { journal, durationMs }: JudgedRecording): string {
  const tallies = tallyAlarms(journal);
  const { alarms, sounded } = totals(tallies);
  const byRule = tallies
    .map((tally) => `${tally.rule}: ${alarmWords(tally.alarms)}, heard ${tally.sounded}`)
    .join('; ');
  const hours = (durationMs / 3_600_000).toFixed(2);
  return cells([name, hours, ...PRIORITIES.map((priority) => String(alarms[priority])), String(sounded), byRule]);
}

const cells = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
