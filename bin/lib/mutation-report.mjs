/**
 * Counting mutants, and telling the counts as the page docs/evidence/mutation.md. A mutant is noticed when a test fails on it or
 * hangs; one in a line that no test comes to is unnoticed, too. Ignored ones count nowhere, and the page says why they are.
 */

export const GOAL_PERCENT = 85;

const NOTICED = ['Killed', 'Timeout'];
const UNNOTICED = ['Survived', 'NoCoverage'];

/** @param results what Stryker's JSON reporter wrote, one or several */
export function countsOf(results) {
  const mutants = results.flatMap((result) => Object.values(result.files).flatMap((file) => file.mutants));
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  return {
    killed: count('Killed'),
    timeout: count('Timeout'),
    survived: count('Survived'),
    noCoverage: count('NoCoverage'),
    ignored: count('Ignored'),
    detected: count(...NOTICED),
    valid: count(...NOTICED, ...UNNOTICED),
  };
}

/** Percent; 100 where there is nothing to notice. */
export const scoreOf = ({ detected, valid }) => (valid === 0 ? 100 : (100 * detected) / valid);

export const isPassed = (counts) => scoreOf(counts) >= GOAL_PERCENT;

/**
 * The page of evidence.
 * @param rooms folders, each with a row of its own before those of its files
 * @param versions what it was run with
 */
export function markdownOf(results, rooms, versions) {
  const rows = rooms.flatMap((room) => {
    const inRoom = results.filter((result) => Object.keys(result.files).some((file) => file.startsWith(`${room}/`)));
    return [
      row(`**${room}**`, countsOf(inRoom)),
      ...inRoom.map((result) => row(nameIn(room, result), countsOf([result]))),
    ];
  });
  return `${[
    '# Mutation testing of the rooms that judge',
    '',
    ABOUT.join('\n'),
    '',
    `${versions}.`,
    '',
    '| file | score | mutants | killed | timeout | survived | no coverage | ignored |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    row('**all**', countsOf(results)),
    ...rows,
    '',
    '## Unnoticed',
    '',
    'Line and kind of every mutant that no test notices.',
    '',
    ...results.flatMap(survivorsOf),
  ].join('\n')}\n`;
}

const ABOUT = [
  'Stryker changes one thing at a time in the sources (a comparison, a branch, a word) and runs their tests: a change that no test notices is',
  `behaviour that nobody holds. The goal is ${GOAL_PERCENT} % of the changes. Written by \`npm run mutation\` and \`npm run mutation -- --report\`;`,
  '`tests/mutation` holds the configuration. Each file is shown to the tests that hold it (named as it is, or listed in `held-by.json`; all of',
  'the rooms’ where there are none), so that others may notice more than is counted here.',
  '',
  'A mutant is *killed* by a failing test, a *timeout* hangs and is noticed as well. *Ignored* are only those that act while a file is loaded (tables',
  'and constants): they would need a fresh process each, and numbers in tables are not changed by Stryker at all. Nothing else is left out.',
];

function row(name, counts) {
  const { valid, killed, timeout, survived, noCoverage, ignored } = counts;
  const score = valid === 0 ? 'nothing to change' : `${scoreOf(counts).toFixed(1)} %`;
  return `| ${[name, score, valid, killed, timeout, survived, noCoverage, ignored].join(' | ')} |`;
}

const nameIn = (room, { files }) => Object.keys(files).map((file) => file.slice(room.length + 1));

function survivorsOf({ files }) {
  return Object.entries(files).flatMap(([file, { mutants }]) => {
    const places = mutants
      .filter(({ status }) => UNNOTICED.includes(status))
      .map(({ location, mutatorName, status }) => ({
        line: location.start.line,
        what: `${mutatorName}${status === 'NoCoverage' ? ' (no coverage)' : ''}`,
      }))
      .sort((a, b) => a.line - b.line || (a.what < b.what ? -1 : 1))
      .map(({ line, what }) => `${line} ${what}`);
    return places.length === 0 ? [] : [`- \`${file}\`: ${places.join(', ')}`];
  });
}
