import { describe, expect, test } from 'vitest';
import { CODES } from '$drivers/nellcor/code-table.ts';
import type { Measured, ReadingLine } from '$drivers/nellcor/messages.ts';
import { alarmKey, deviceAlarmOf, numericsOf } from '$drivers/nellcor/observations.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { GOOD } from './vectors.ts';

const SOURCE = deviceId('oximeter');
const AT = monotonicMs(5000);
const valuesOf = (changes: Partial<ReadingLine>) => numericsOf({ ...GOOD, ...changes }, true, SOURCE, AT).values;
const value = (number: Measured['value'], isOutside = false): Measured => ({ value: number, isOutside });

test('a line gives its numbers, its time and the time on our clock', () => {
  expect(numericsOf(GOOD, true, SOURCE, AT)).toEqual({
    kind: 'numerics',
    source: SOURCE,
    at: AT,
    deviceTime: GOOD.deviceTime,
    values: { spo2: { value: 97 }, pulseRate: { value: 71 } },
  });
  expect(numericsOf({ ...GOOD, deviceTime: undefined }, true, SOURCE, AT)).not.toHaveProperty('deviceTime');
});

test('a number outside its limit is a number', () => {
  expect(valuesOf({ pulseRate: value(142, true), codes: ['PH'] }).pulseRate).toEqual({ value: 142 });
});

test('a line that may be a stored one gives its numbers in doubt', () => {
  expect(numericsOf(GOOD, false, SOURCE, AT).values.spo2).toEqual({ value: 97, isQuestionable: true });
});

describe('no value', () => {
  test.each([
    ['dashes', { saturation: value('dashes'), pulseRate: value('dashes') }, 'not-measured'],
    ['zeros', { saturation: value(0), pulseRate: value(0) }, 'invalid'],
  ] as const)('%s', (_, changes, missing) => {
    const { spo2, pulseRate } = valuesOf(changes);
    expect([spo2, pulseRate]).toEqual([{ missing }, { missing }]);
  });

  test('more than 100 % is none', () => {
    expect(valuesOf({ saturation: value(101) }).spo2).toEqual({ missing: 'invalid' });
  });

  test.each([
    [['SD'], 'sensor-off'],
    [['SO'], 'sensor-off'],
    [['PS'], 'searching'],
    [['LM'], 'artefact'],
    [['LP'], 'invalid'],
    [['LP', 'MO', 'SO'], 'sensor-off'],
  ] as const)('with the codes %j, whatever stands there: %s', (codes, missing) => {
    const { spo2, pulseRate } = valuesOf({ codes });
    expect([spo2, pulseRate]).toEqual([{ missing }, { missing }]);
  });

  test('motion leaves the numbers in doubt, all other codes leave them as they are', () => {
    const numbersWith = (code: string) => valuesOf({ codes: [code] }).spo2;
    const doubtful = { value: 97, isQuestionable: true };
    const kept = Object.keys(CODES).filter((code) => 'value' in (numbersWith(code) ?? {}));
    expect(kept).toEqual(['SL', 'SH', 'PL', 'PH', 'MO', 'LB', 'AO', 'AS']);
    expect(kept.filter((code) => numbersWith(code)).map((code) => [code, numbersWith(code)])).toEqual(
      kept.map((code) => [code, code === 'MO' ? doubtful : { value: 97 }]),
    );
    expect(numbersWith('XY')).toEqual({ value: 97 });
  });
});

describe('the alarms of the oximeter', () => {
  const shown = (changes: Partial<ReadingLine>) => {
    const { alarms, isSilenced } = deviceAlarmOf({ ...GOOD, ...changes }, SOURCE, AT);
    return [alarms.map(({ text, priority }) => `${priority} ${text}`), isSilenced];
  };

  test.each([
    [{}, [], false],
    [{ codes: ['PH'], pulseRate: value(142, true) }, ['medium Pulse rate high'], false],
    [{ codes: ['AS', 'SL'], saturation: value(80, true) }, ['medium SpO2 low'], true],
    [{ codes: ['AO'] }, [], true],
    [{ codes: ['LP', 'LB'] }, ['high Loss of pulse', 'low Low battery'], false],
    [{ codes: ['XY'] }, ['medium Code XY'], false],
    [
      { saturation: value(80, true), pulseRate: value(40, true) },
      ['medium SpO2 outside its limits', 'medium Pulse rate outside its limits'],
      false,
    ],
  ] as const)('%o', (changes, alarms, isSilenced) => {
    expect(shown(changes)).toEqual([alarms, isSilenced]);
  });

  test('are the same for two lines with the same codes and stars', () => {
    const key = (changes: Partial<ReadingLine>) => alarmKey({ ...GOOD, ...changes });
    expect(key({ saturation: value(96) })).toBe(key({}));
    const keys = [
      key({}),
      key({ codes: ['PH'] }),
      key({ saturation: value(97, true) }),
      key({ pulseRate: value(71, true) }),
      key({ saturation: value(97, true), pulseRate: value(71, true) }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
