import { keysOf } from '$lib/domain/index.ts';
import { allowed, judge, type Cell } from '$simulators/patient/comparison.ts';
import { concentrationCells, effectCells } from '$simulators/patient/published-courses.ts';
import { CONFIRM_ROWS, confirmCells, riseCells } from '$simulators/patient/published-population.ts';
import { CONFIRM_READINGS_MIN, REPEAT_AFTER_MIN, RISE_READINGS_MIN } from '$simulators/patient/population.ts';
import { PRESETS, type PresetId } from '$simulators/patient/response.ts';
import { complain, EXIT_OK, EXIT_USAGE, EXIT_WRONG, integer, parse, say, type Command } from './command.ts';

const PRESET_IDS = keysOf(PRESETS);
const DEFAULT_COUNT = 100_000;
const MOST = 5_000_000;

export const populationCommand: Command = {
  name: 'population',
  summary: 'put the simulated patients beside published figures: rises, shares, concentrations, effect',
  usage: [
    'infuscope population [--count N] [--seed S] [--preset ID] [--json]',
    '',
    `  --count N    sessions of each preset and row, 5000 or more (default ${DEFAULT_COUNT}); rare things need many`,
    '  --seed S     the same seed gives the same figures (default 1)',
    `  --preset ID  only one of ${PRESET_IDS.join(', ')}`,
    '  --json       one object with every cell instead of tables',
    '',
    'The exit code is 1 when a figure lies outside of its tolerance.',
  ].join('\n'),
  run: (args) => Promise.resolve(run(args)),
};

interface Order {
  readonly count: number;
  readonly seed: number;
  readonly presets: readonly PresetId[];
  readonly isJson: boolean;
}

function run(args: readonly string[]): number {
  const order = orderOf(args);
  if (typeof order === 'string') {
    complain(`infuscope population: ${order} See infuscope population --help.`);
    return EXIT_USAGE;
  }
  const tables = tablesOf(order);
  if (order.isJson) say(JSON.stringify(asData(order, tables), null, 2));
  else for (const table of tables) tell(table);
  const cells = tables.flatMap((table) => table.cells);
  const outside = cells.filter((cell) => judge(cell) === 'outside').length;
  if (!order.isJson) say(conclusion(cells.length, outside));
  return outside === 0 ? EXIT_OK : EXIT_WRONG;
}

function orderOf(args: readonly string[]): Order | string {
  const parsed = parse(args, {
    count: { type: 'string', default: String(DEFAULT_COUNT) },
    seed: { type: 'string', default: '1' },
    preset: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  if (!parsed.ok) return `${parsed.error}.`;
  const { values, positionals } = parsed.value;
  if (positionals.length > 0) return `"${positionals.join(' ')}" is not understood.`;
  const count = integer(String(values['count']), 5000, MOST);
  if (!count.ok) return `--count: ${count.error}.`;
  const seed = integer(String(values['seed']), 0, 2 ** 31 - 1);
  if (!seed.ok) return `--seed: ${seed.error}.`;
  const wanted = values['preset'];
  const presets = PRESET_IDS.filter((id) => wanted === undefined || id === wanted);
  if (presets.length === 0) return `There is no preset "${String(wanted)}"; known are ${PRESET_IDS.join(', ')}.`;
  return { count: count.value, seed: seed.value, presets, isJson: values['json'] === true };
}

interface Table {
  readonly title: string;
  readonly remark: string;
  readonly cells: readonly Cell[];
}

const minutes = (list: readonly number[]): string => list.join(', ');

function tablesOf({ count, seed, presets }: Order): readonly Table[] {
  const rows = CONFIRM_ROWS.filter(({ preset }) => preset === 'no-drug' || presets.includes(preset));
  return [
    {
      title: 'Rises of pressure in populations',
      remark: `${count} sessions of each preset, seed ${seed}; readings at ${minutes(RISE_READINGS_MIN)} min.`,
      cells: presets.flatMap((preset) => riseCells(preset, count, seed)),
    },
    {
      title: 'What confirming a reading is worth: sessions in which a rule fires, systolic pressure',
      remark:
        `${count} sessions of each row, seed ${seed}; readings at ${minutes(CONFIRM_READINGS_MIN)} min, ` +
        `each repeated after ${REPEAT_AFTER_MIN} min; baseline of 1 or mean of 3 readings before the drug.`,
      cells: rows.flatMap((row) => confirmCells(row, count, seed)),
    },
    {
      title: 'Concentrations',
      remark: 'No chance in it: the average patient of each set.',
      cells: concentrationCells(),
    },
    { title: 'Effect on the circulation', remark: '1 at the peak of 0.5 mg/kg over 40 min.', cells: effectCells() },
  ];
}

const asData = ({ count, seed }: Order, tables: readonly Table[]): unknown => ({
  count,
  seed,
  tables: tables.map(({ title, remark, cells }) => ({
    title,
    remark,
    cells: cells.map((cell) => ({ ...cell, allowed: allowed(cell), verdict: judge(cell) })),
  })),
});

function tell({ title, remark, cells }: Table): void {
  const digits = (cell: Cell): number => (cell.unit === 'e' ? 3 : 2);
  say(`## ${title}\n\n${remark}\n`);
  say('| | figure | published | allowed | simulated | reckoned | |\n| --- | --- | ---: | ---: | ---: | ---: | --- |');
  for (const cell of cells) {
    const { low, high } = allowed(cell);
    const show = (value: number): string => value.toFixed(digits(cell));
    const reckoned = cell.reckoned === undefined ? '' : cell.reckoned.toFixed(3);
    const numbers = `${cell.published} | ${show(low)} to ${show(high)} | ${show(cell.simulated)} | ${reckoned}`;
    say(`| ${cell.row} | ${cell.column}, ${cell.unit} | ${numbers} | ${VERDICTS[judge(cell)]} |`);
  }
  say('');
}

const VERDICTS = { within: 'within', rounded: 'within, as rounded', outside: '**outside**' } as const;

const conclusion = (count: number, outside: number): string =>
  [
    '"reckoned" is the same share without chance, by integration over the stated model. "within, as rounded": the figure was printed',
    'with so few digits that the tolerance is laid around what it was rounded from, 0.1 being 0.05 to 0.15; "reckoned" shows that this',
    'is what the model gives.',
    '',
    outside === 0 ? `All ${count} figures are within.` : `${outside} of ${count} figures are outside.`,
  ].join('\n');
