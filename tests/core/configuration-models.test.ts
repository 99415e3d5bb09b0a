/** A site's choice of the published patients behind the predicted concentration. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseWard, readWard, writeWard } from '$core/configuration.ts';

const ward = (models: unknown) =>
  parseWard(JSON.stringify({ models, beds: [{ id: 'bed-1', label: 'Bed 1', devices: [] }] }));

test('it is read, and stays in the file when the file is written', async () => {
  const parsed = ward({ ketamine: 'domino', esketamine: 'simons' });
  if (!parsed.ok) throw new Error(parsed.error.join());
  expect(parsed.value.models).toEqual({ ketamine: 'domino', esketamine: 'simons' });
  const directory = mkdtempSync(join(tmpdir(), 'models-'));
  const path = join(directory, 'ward.json');
  await writeWard(path, parsed.value);
  expect(await readWard(path)).toEqual(parsed);
  rmSync(directory, { recursive: true });
});

test('one of the two is enough, and none is the default', () => {
  expect(ward({ ketamine: 'hijazi' })).toMatchObject({ value: { models: { ketamine: 'hijazi' } } });
  expect(ward(undefined)).not.toHaveProperty('value.models');
});

test.each([
  [
    { ketamine: 'otto' },
    /^models\.ketamine: otto is no parameter set of ketamine; known are: clements250 \(Clements 1981\), domino/,
  ],
  [{ ketamine: 'sigtermans' }, /^models\.ketamine: sigtermans is no parameter set of ketamine/],
  [{ esketamine: 'domino' }, /^models\.esketamine: domino is no parameter set of esketamine; known are: otto/],
  [{ propofol: 'marsh' }, /models/],
  ['domino', /models/],
])('%j is refused with the key and what is known', (models, sentence) => {
  const parsed = ward(models);
  expect(parsed.ok ? '' : parsed.error.join()).toMatch(sentence);
});
