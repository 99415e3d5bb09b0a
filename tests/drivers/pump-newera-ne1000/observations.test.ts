import { describe, expect, test } from 'vitest';
import { deviceId, monotonicMs, type InfusionReading } from '$lib/domain/index.ts';
import { latch } from '$drivers/pump-newera-ne1000/alarms.ts';
import type { Status } from '$drivers/pump-newera-ne1000/messages.ts';
import { readingOf, type View } from '$drivers/pump-newera-ne1000/observations.ts';
import { EMPTY_ROUND, type Round } from '$drivers/pump-newera-ne1000/round.ts';
import { millilitres, mlPerHour } from '$drivers/pump-newera-ne1000/units.ts';

const NOW = monotonicMs(5000);
const VIEW: View = {
  source: deviceId('bench'),
  now: NOW,
  address: 7,
  version: { kind: 'version', model: 'NE1000', version: '3.928' },
  mode: 'basic',
  alarms: [],
};
const FULL: Round = {
  rate: { kind: 'amount', value: 52.5, unit: 'MH' },
  target: { kind: 'amount', value: 35, unit: 'ML' },
  dispensed: { kind: 'dispensed', infused: 17.5, withdrawn: 2, unit: 'ML' },
  problems: {},
};
const run = (letter: string): Status => ({ kind: 'run', letter });
const reading = (change: { round?: Partial<Round>; status?: Status; view?: Partial<View> } = {}): InfusionReading =>
  readingOf({ ...FULL, ...change.round }, change.status ?? run('I'), { ...VIEW, ...change.view });
const amount = (value: number, unit: string) => ({ kind: 'amount', value, unit }) as const;

test('a whole round is a whole reading, and nothing more', () => {
  expect(reading()).toEqual({
    kind: 'infusion',
    source: 'bench',
    at: NOW,
    channel: 'bench/7',
    place: 'bench pump 7, not for human use',
    model: 'NE1000',
    softwareVersion: '3.928',
    pumpType: 'syringe',
    state: 'infusing',
    rateMlPerHour: 52.5,
    rateSetMlPerHour: 52.5,
    volumeInfusedMl: 17.5,
    vtbiMl: 35,
    alarms: [],
  });
});

test('an empty round is a state alone', () => {
  expect(readingOf(EMPTY_ROUND, run('S'), { ...VIEW, version: undefined })).toEqual({
    kind: 'infusion',
    source: 'bench',
    at: NOW,
    channel: 'bench/7',
    place: 'bench pump 7, not for human use',
    pumpType: 'syringe',
    state: 'stopped',
    alarms: [],
  });
});

describe('the state', () => {
  test.each([
    ['I', 'infusing', undefined],
    ['X', 'purging', undefined],
    ['S', 'stopped', undefined],
    ['P', 'paused', undefined],
    ['T', 'paused', undefined],
    ['U', 'paused', undefined],
    ['W', 'unknown', 'the pump is withdrawing (W)'],
    ['Z', 'unknown', 'the pump tells a status that its manuals do not have: Z'],
  ])('%s is %s', (letter, state, doubt) => {
    const found = reading({ status: run(letter) });
    expect(found.state).toBe(state);
    expect(found.doubt).toBe(doubt);
  });

  test('is alarm with an alarm, and when the pump stands after one', () => {
    const alarms = latch([], 'S', NOW);
    expect(reading({ status: { kind: 'alarm', letter: 'S' }, view: { alarms } }).state).toBe('alarm');
    for (const letter of 'SPTU') expect(reading({ status: run(letter), view: { alarms } }).state).toBe('alarm');
    expect(reading({ status: run('I'), view: { alarms } })).toMatchObject({
      state: 'infusing',
      alarms: [{ code: 'A?S' }],
    });
    expect(reading({ status: run('Z'), view: { alarms } }).state).toBe('unknown');
  });

  test('infusing at rate 0 is doubted', () => {
    const found = reading({ round: { rate: amount(0, 'MH') } });
    expect(found).toMatchObject({
      state: 'infusing',
      rateMlPerHour: 0,
      doubt: 'the pump says that it infuses, at rate 0',
    });
    expect(reading({ round: { rate: amount(0, 'MH') }, status: run('S') }).doubt).toBeUndefined();
  });
});

describe('the rate', () => {
  test.each(['X', 'S', 'P', 'T', 'U', 'W', 'Z'])(
    'is only set, and nothing that flows, with the status %s',
    (letter) => {
      const found = reading({ status: run(letter) });
      expect(found.rateSetMlPerHour).toBe(52.5);
      expect('rateMlPerHour' in found).toBe(false);
    },
  );

  test.each([
    [875, 'UM', 52.5],
    [0.875, 'MM', 52.5],
    [9999, 'UH', 9.999],
    [0.001, 'UH', 0.000001],
    [52.5, 'MH', 52.5],
    [0.1, 'UM', 0.006],
  ])('of %d %s is %d mL/h', (value, unit, expected) => {
    expect(mlPerHour(value, unit)).toBe(expected);
    expect(reading({ round: { rate: amount(value, unit) } }).rateMlPerHour).toBe(expected);
  });
});

test.each([
  [17.5, 'UL', 0.0175],
  [0.001, 'UL', 0.000001],
  [17.5, 'ML', 17.5],
])('a volume of %d %s is %d mL', (value, unit, expected) => {
  expect(millilitres(value, unit)).toBe(expected);
  const dispensed = { kind: 'dispensed', infused: value, withdrawn: 0, unit } as const;
  expect(reading({ round: { dispensed } }).volumeInfusedMl).toBe(expected);
});

test('a target of nought is none', () => {
  expect('vtbiMl' in reading({ round: { target: amount(0, 'ML') } })).toBe(false);
});

test('no number in an unknown unit, and the doubt says which', () => {
  const dispensed = { kind: 'dispensed', infused: 1, withdrawn: 0, unit: 'CC' } as const;
  const found = reading({ round: { rate: amount(5, 'XX'), target: amount(5, 'YY'), dispensed } });
  expect(found.doubt).toBe(
    'the rate came in the unknown unit XX; the volume came in the unknown unit CC; the target volume came in the unknown unit YY',
  );
  for (const field of ['rateMlPerHour', 'rateSetMlPerHour', 'volumeInfusedMl', 'vtbiMl'])
    expect(field in found).toBe(false);
});

test('a question without a value is said, unless its value came late', () => {
  const problems = { RAT: 'no answer to RAT', DIS: 'DIS was answered ?NA', VOL: 'no answer to VOL' };
  expect(reading({ round: { problems } }).doubt).toBeUndefined();
  const found = readingOf({ status: run('S'), problems }, run('S'), VIEW);
  expect(found.doubt).toBe('no answer to RAT; DIS was answered ?NA; no answer to VOL');
});

test('in safe mode somebody else commands the pump', () => {
  expect(reading({ view: { mode: 'safe' } }).isRemoteControlled).toBe(true);
  expect('isRemoteControlled' in reading()).toBe(false);
});

test.each([
  ['R', 'power.ac', 'low', 'it was reset, its power was gone'],
  ['S', 'unspecified', 'high', 'its motor stalled'],
  ['T', 'comms', 'high', 'the safe mode that another program set timed out'],
  ['E', 'unspecified', 'high', 'its program has an error'],
  ['O', 'unspecified', 'high', 'its program phase is out of range'],
  ['Z', 'unknown', 'high', 'an alarm that its manuals do not have'],
])('the alarm %s is of the kind %s', (letter, kind, priority, words) => {
  const found = reading({ status: run('S'), view: { alarms: latch([], letter, NOW) } });
  expect(found.alarms).toEqual([{ kind, stage: 'alarm', priority, code: `A?${letter}` }]);
  expect(found.doubt).toBe(`A?${letter}: ${words}; reading it has ended it on the pump, here it stays until it runs`);
});
