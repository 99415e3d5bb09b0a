import { expect, test } from 'vitest';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { readingOf, type Round } from '$drivers/pump-graseby-3400/observations.ts';

const AT = monotonicMs(5000);
const FULL: Round = { rateMlPerHour: 52.5, volumeMl: 17.5, problems: {} };
const reading = (status: string, round: Round = FULL) => readingOf(round, status, deviceId('pump'), AT);
const ALWAYS = { kind: 'infusion', source: 'pump', at: AT, channel: 'pump', pumpType: 'syringe' };
const ALARM = { kind: 'unspecified', stage: 'alarm', priority: 'high', code: 'ALRM' };

test.each([
  ['INFS', { state: 'infusing', rateMlPerHour: 52.5, volumeInfusedMl: 17.5, alarms: [] }],
  ['STBY', { state: 'stopped', volumeInfusedMl: 17.5, alarms: [] }],
  ['ALRM', { state: 'alarm', volumeInfusedMl: 17.5, alarms: [ALARM] }],
  [
    'HOLD',
    { state: 'unknown', volumeInfusedMl: 17.5, alarms: [], doubt: 'the pump tells a status that is not known: HOLD' },
  ],
])('with %s a whole round is this reading, and nothing more', (status, fields) => {
  expect(reading(status)).toEqual({ ...ALWAYS, ...fields });
});

test('a set rate alone is no infusion', () => {
  for (const status of ['STBY', 'ALRM', 'HOLD']) {
    expect(reading(status).state).not.toBe('infusing');
    expect('rateMlPerHour' in reading(status)).toBe(false);
  }
});

test('an empty round is a state alone', () => {
  expect(reading('INFS', { problems: {} })).toEqual({ ...ALWAYS, state: 'infusing', alarms: [] });
});

test('what brought no value, and a rate of 0 in an infusion, are said', () => {
  const problems = { GETR: 'no answer to GETR', TOTL: 'the pump refused TOTL (CE)' };
  expect(reading('INFS', { problems }).doubt).toBe('no answer to GETR; the pump refused TOTL (CE)');
  expect(reading('INFS', { rateMlPerHour: 0, problems: {} })).toMatchObject({
    rateMlPerHour: 0,
    doubt: 'the pump says that it infuses, at rate 0',
  });
  expect(reading('STBY', { rateMlPerHour: 0, problems: {} }).doubt).toBeUndefined();
});
