/** What a person may type behind `npm run simulate:nightly --`, and what is said of what is wrong. */
import { describe, expect, test } from 'vitest';
import { readOptions } from './options.ts';

const read = (line: string) =>
  readOptions(
    line.split(' ').filter((word) => word !== ''),
    77,
  );

describe('the options of a night', () => {
  test('have defaults, and a seed of their own', () => {
    expect(read('')).toEqual({ ok: true, value: { hours: 24, seed: 77, workers: 1 } });
  });

  test('name one session again', () => {
    const value = { hours: 24, seed: 5, session: 3, damage: 0.05, workers: 1 };
    expect(read('--seed 5 --session 3 --damage 0.05')).toEqual({ ok: true, value });
  });

  test.each([
    ['--hour 3', 'There is no option "--hour". Known are: --hours, --seed, --session, --damage, --minutes, --workers.'],
    ['--hours', '--hours needs simulated hours, from 0.1 on.'],
    ['--hours many', '--hours needs simulated hours, from 0.1 on; "many" is none.'],
    ['--seed 1.5', '--seed needs a whole number from 0 to 4294967295; "1.5" is none.'],
    ['--damage 5', '--damage needs the share of the bytes that are lost or damaged, from 0 to 0.5; "5" is none.'],
    ['--seed 1 --seed 2', '--seed was given twice.'],
  ])('%s is answered by a sentence', (line, error) => {
    expect(read(line)).toEqual({ ok: false, error });
  });
});
