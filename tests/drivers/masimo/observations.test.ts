import { describe, expect, test } from 'vitest';
import { EXCEPTIONS } from '$drivers/masimo/messages.ts';
import { deviceAlarmOf, numericsOf } from '$drivers/masimo/observations.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { GOOD, read, textOf } from './vectors.ts';

const SOURCE = deviceId('oximeter');
const AT = monotonicMs(5000);
const valuesOf = (line: Parameters<typeof numericsOf>[0]) => numericsOf(line, SOURCE, AT).values;

test('a good line gives its numbers, its time and the time on our clock', () => {
  expect(numericsOf(GOOD, SOURCE, AT)).toEqual({
    kind: 'numerics',
    source: SOURCE,
    at: AT,
    deviceTime: GOOD.deviceTime,
    values: { spo2: { value: 97 }, pulseRate: { value: 71 }, perfusionIndex: { value: 2.4 } },
  });
});

test('the recorded line with low signal quality gives its numbers in doubt', () => {
  expect(valuesOf(read(textOf('colour-98')))).toEqual({
    spo2: { value: 98, isQuestionable: true },
    pulseRate: { value: 123, isQuestionable: true },
    perfusionIndex: { value: 0.55, isQuestionable: true },
  });
});

test('a line without a perfusion index or a time says nothing about them', () => {
  const numerics = numericsOf({ ...GOOD, perfusionIndex: undefined, deviceTime: undefined }, SOURCE, AT);
  expect(Object.keys(numerics.values)).toEqual(['spo2', 'pulseRate']);
  expect(numerics).not.toHaveProperty('deviceTime');
});

describe('no value', () => {
  const { noSensor, defectiveSensor, pulseSearch, sensorOff, unknownSensor, fullSet } = EXCEPTIONS;

  test.each([
    ['dashes', { saturation: 'dashes', pulseRate: 'dashes', perfusionIndex: 'dashes' }, 'not-measured'],
    ['zeros', { saturation: 0, pulseRate: 0 }, 'invalid'],
    ['more than there can be', { saturation: 101, pulseRate: 241, perfusionIndex: 20.01 }, 'invalid'],
    ['no sensor', { exceptions: noSensor }, 'sensor-off'],
    ['the sensor off', { exceptions: fullSet | sensorOff }, 'sensor-off'],
    ['a defective sensor', { exceptions: defectiveSensor }, 'invalid'],
    ['an unknown sensor', { exceptions: unknownSensor }, 'invalid'],
    ['pulse search', { exceptions: fullSet | pulseSearch }, 'searching'],
    ['off and searching', { exceptions: fullSet | pulseSearch | sensorOff }, 'sensor-off'],
  ] as const)('with %s: %o is %s', (_, changes, missing) => {
    const { spo2, pulseRate } = valuesOf({ ...GOOD, ...changes });
    expect([spo2, pulseRate]).toEqual([{ missing }, { missing }]);
    if ('perfusionIndex' in changes || 'exceptions' in changes) {
      expect(valuesOf({ ...GOOD, ...changes }).perfusionIndex).toEqual({ missing });
    }
  });

  test('a perfusion index of zero is a number', () => {
    expect(valuesOf({ ...GOOD, perfusionIndex: 0 }).perfusionIndex).toEqual({ value: 0 });
  });

  test.each([
    ['lowPerfusion', false],
    ['interference', true],
    ['ambientLight', true],
    ['lowSignalQuality', true],
    ['fullSet', false],
  ] as const)('%s leaves the number; in doubt: %s', (name, isQuestionable) => {
    expect(valuesOf({ ...GOOD, exceptions: EXCEPTIONS[name] }).spo2).toEqual(
      isQuestionable ? { value: 97, isQuestionable } : { value: 97 },
    );
  });

  test('reserved and unknown exceptions change nothing', () => {
    expect(valuesOf({ ...GOOD, exceptions: 0xf300 | fullSet }).spo2).toEqual({ value: 97 });
  });
});

describe('the alarms of the monitor', () => {
  const textsOf = (alarms: number): readonly string[] =>
    deviceAlarmOf(alarms, SOURCE, AT).alarms.map(({ text }) => text);

  test.each([
    [0x00, []],
    [0x18, ['Pulse rate low']],
    [0x14, ['Pulse rate high']],
    [0x12, ['SpO2 low']],
    [0x11, ['SpO2 high']],
    [0x1a, ['SpO2 low', 'Pulse rate low']],
    [0x10, ['Alarm']],
    [0x40, ['Alarm bits 40']],
    [0x152, ['SpO2 low', 'Alarm bits 140']],
  ])('%i are %j', (alarms, texts) => {
    expect(textsOf(alarms)).toEqual(texts);
  });

  test('are silenced when the mute key was pressed', () => {
    expect(deviceAlarmOf(0x22, SOURCE, AT)).toMatchObject({ isSilenced: true, alarms: [{ text: 'SpO2 low' }] });
    expect(deviceAlarmOf(0x12, SOURCE, AT).isSilenced).toBe(false);
  });
});
