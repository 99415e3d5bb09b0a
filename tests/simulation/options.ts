/** What may be asked of a night, read strictly: a misspelt option must not pass for a night that found nothing. */
import { fail, ok, type Result } from '$lib/domain/index.ts';

export interface NightOptions {
  readonly hours: number;
  readonly seed: number;
  /** Only this one. */
  readonly session?: number;
  readonly damage?: number;
  /** The longest that a session may last. */
  readonly minutes?: number;
  readonly workers: number;
}

interface Option {
  readonly low: number;
  readonly high: number;
  readonly isWhole: boolean;
  readonly words: string;
}

const OPTIONS: Readonly<Record<string, Option>> = {
  '--hours': { low: 0.1, high: 1_000_000, isWhole: false, words: 'simulated hours, from 0.1 on' },
  '--seed': { low: 0, high: 0xffff_ffff, isWhole: true, words: 'a whole number from 0 to 4294967295' },
  '--session': { low: 0, high: 1e9, isWhole: true, words: 'the number of a session, from 0 on' },
  '--damage': {
    low: 0,
    high: 0.5,
    isWhole: false,
    words: 'the share of the bytes that are lost or damaged, from 0 to 0.5',
  },
  '--minutes': { low: 2, high: 110, isWhole: true, words: 'the longest that a session may last, 2 to 110 minutes' },
  '--workers': { low: 1, high: 64, isWhole: true, words: 'a whole number of processes from 1 to 64' },
};

/** @returns the options, or a sentence for the person who typed them. */
export function readOptions(args: readonly string[], freshSeed: number): Result<NightOptions, string> {
  const given = new Map<string, number>();
  for (let i = 0; i < args.length; i += 2) {
    const [name = '', text] = args.slice(i, i + 2);
    const option = OPTIONS[name];
    if (option === undefined)
      return fail(`There is no option "${name}". Known are: ${Object.keys(OPTIONS).join(', ')}.`);
    if (given.has(name)) return fail(`${name} was given twice.`);
    const value = text === undefined || text.trim() === '' ? NaN : Number(text);
    if (!(value >= option.low && value <= option.high) || (option.isWhole && !Number.isInteger(value)))
      return fail(`${name} needs ${option.words}${text === undefined ? '' : `; "${text}" is none`}.`);
    given.set(name, value);
  }
  const session = given.get('--session');
  const damage = given.get('--damage');
  const minutes = given.get('--minutes');
  return ok({
    hours: given.get('--hours') ?? 24,
    seed: given.get('--seed') ?? freshSeed,
    workers: given.get('--workers') ?? 1,
    ...(session !== undefined && { session }),
    ...(damage !== undefined && { damage }),
    ...(minutes !== undefined && { minutes }),
  });
}
