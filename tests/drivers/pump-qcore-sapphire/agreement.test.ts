import { expect, test } from 'vitest';
import { agrees, type Said } from '$drivers/pump-qcore-sapphire/agreement.ts';
import { monotonicMs } from '$lib/domain/index.ts';

const BEFORE: Said = { serial: 7, softwareVersion: 1305, volumeInfusedMl: 10, at: monotonicMs(1000) };

test.each<[string, Partial<Said>, boolean]>([
  ['the same again', {}, true],
  ['a rise that a pump can give', { volumeInfusedMl: 10.34 }, true],
  ['a rise that none can give', { volumeInfusedMl: 10.36 }, false],
  ['that rise in the time that it takes', { volumeInfusedMl: 20, at: monotonicMs(11_000) }, true],
  ['a fall', { volumeInfusedMl: 9.99 }, false],
  ['another serial number', { serial: 8 }, false],
  ['another version', { softwareVersion: 1306 }, false],
])('%s', (_what, change, expected) => {
  expect(agrees(BEFORE, { ...BEFORE, at: monotonicMs(1250), ...change })).toBe(expected);
});

test('the first of all agrees with nothing', () => {
  expect(agrees(undefined, BEFORE)).toBe(false);
});
