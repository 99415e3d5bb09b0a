import { expect, test } from 'vitest';
import { chooseSteps } from '../../bin/lib/check.mjs';

const namesFor = (...args: string[]) => chooseSteps(args).steps?.map((step) => step.name);

test('everything is checked unless told otherwise', () => {
  expect(namesFor()).toEqual(['format', 'lint', 'types', 'walls', 'build', 'unit', 'integration', 'browser']);
});

test.each([['--only', 'unit,lint'], ['--only=unit,lint']])('%s %s chooses steps, in their usual order', (...args) => {
  expect(namesFor(...args.filter(Boolean))).toEqual(['lint', 'unit']);
});

test.each(['integration', 'browser'])('%s tests have the station built first', (name) => {
  expect(namesFor('--only', name)).toEqual(['build', name]);
});

test.each([
  ['an unknown step', ['--only', 'lint,unti']],
  ['no step', ['--only']],
  ['an unknown option', ['--watch', 'lint']],
  ['a word too many', ['--only', 'lint', 'unit']],
])('%s is not understood, rather than passed over', (_, args) => {
  expect(chooseSteps(args).mistake).toContain(args.join(' '));
  expect(chooseSteps(args).steps).toBeUndefined();
});
