import { describe, expect, test } from 'vitest';
import { CO2_ALARMS, EXTENDED_STATUS, FAST_STATUS, OXIMETER_ALARMS } from '$drivers/capnostream/layout-table.ts';
import type { NumericsFrame } from '$drivers/capnostream/messages.ts';
import { deviceAlarmOf, numericsOf } from '$drivers/capnostream/observations.ts';
import { deviceId, monotonicMs } from '$lib/domain/index.ts';
import { EPOCH_S, NUMERICS } from './vectors.ts';

const SOURCE = deviceId('capnograph');
const AT = monotonicMs(5000);
const valuesOf = (changes: Partial<NumericsFrame>, fastStatus = 0) =>
  numericsOf({ ...NUMERICS, ...changes }, fastStatus, SOURCE, AT).values;

test('a frame gives its numbers, its time and the time on our clock', () => {
  expect(numericsOf(NUMERICS, 0, SOURCE, AT)).toEqual({
    kind: 'numerics',
    source: SOURCE,
    at: AT,
    deviceTime: EPOCH_S * 1000,
    values: {
      etco2: { value: 38 },
      fico2: { value: 1 },
      respiratoryRate: { value: 14 },
      spo2: { value: 97 },
      pulseRate: { value: 118 },
    },
  });
});

describe('units', () => {
  test('kPa come tenfold and become mmHg; whether FiCO2 does is not known, so it is none', () => {
    const { etco2, fico2 } = valuesOf({ unit: 2, etco2: 51, fico2: 1 });
    expect(etco2 && 'value' in etco2 && etco2.value).toBeCloseTo(38.25, 2);
    expect(fico2).toEqual({ missing: 'invalid' });
  });

  test.each([3, 0, 4, 255])('unit %i cannot be made mmHg', (unit) => {
    const values = valuesOf({ unit });
    expect([values.etco2, values.fico2]).toEqual([{ missing: 'invalid' }, { missing: 'invalid' }]);
    expect(values.respiratoryRate).toEqual({ value: 14 });
  });
});

describe('no value', () => {
  const NONE = {
    etco2: 'none',
    fico2: 'none',
    respiratoryRate: 'none',
    saturation: 'none',
    pulseRate: 'none',
  } as const;

  test.each([
    [0, 0, 'not-measured'],
    [FAST_STATUS.filterLineOff, 0, 'sensor-off'],
    [FAST_STATUS.filterLineOff | FAST_STATUS.occlusion, 0, 'sensor-off'],
    [FAST_STATUS.malfunction, 0, 'invalid'],
    [FAST_STATUS.invalid, 0, 'invalid'],
    [FAST_STATUS.occlusion, 0, 'invalid'],
    [FAST_STATUS.initialising, 0, 'not-measured'],
    [FAST_STATUS.selfMaintenance, 0, 'not-measured'],
    [FAST_STATUS.purging, 0, 'not-measured'],
    [FAST_STATUS.endOfBreath, 0, 'not-measured'],
    [0, EXTENDED_STATUS.pumpOff, 'not-measured'],
    [0, EXTENDED_STATUS.checkCalibration, 'not-calibrated'],
    [0, EXTENDED_STATUS.checkFlow, 'invalid'],
  ] as const)(
    'of CO2 and breathing with fast status %i and extended status %i is %s',
    (fast, extendedStatus, missing) => {
      const { etco2, fico2, respiratoryRate } = valuesOf({ ...NONE, extendedStatus }, fast);
      expect([etco2, fico2, respiratoryRate]).toEqual([{ missing }, { missing }, { missing }]);
    },
  );

  test.each([
    [0, 'not-measured'],
    [OXIMETER_ALARMS.noPulse, 'searching'],
    [OXIMETER_ALARMS.sensorOff, 'sensor-off'],
    [OXIMETER_ALARMS.sensorDisconnected | OXIMETER_ALARMS.noPulse, 'sensor-off'],
  ] as const)('of the oximeter with its alarms at %i is %s', (oximeterAlarms, missing) => {
    const { spo2, pulseRate } = valuesOf({ ...NONE, oximeterAlarms });
    expect([spo2, pulseRate]).toEqual([{ missing }, { missing }]);
  });

  test('are numbers beside a sensor that is off, and zeros of the oximeter', () => {
    expect(valuesOf({ oximeterAlarms: OXIMETER_ALARMS.sensorOff }).spo2).toEqual({ missing: 'sensor-off' });
    expect(valuesOf({ saturation: 0, pulseRate: 0 })).toMatchObject({
      spo2: { missing: 'invalid' },
      pulseRate: { missing: 'invalid' },
    });
  });

  test('zeros of CO2 and breathing are numbers: nobody breathes', () => {
    expect(valuesOf({ etco2: 0, fico2: 0, respiratoryRate: 0 })).toMatchObject({
      etco2: { value: 0 },
      fico2: { value: 0 },
      respiratoryRate: { value: 0 },
    });
  });
});

describe('a number in doubt', () => {
  test.each(Object.entries(FAST_STATUS))('of CO2: fast status %s', (name, bit) => {
    expect(valuesOf({}, bit).etco2).toEqual(
      name === 'endOfBreath' ? { value: 38 } : { value: 38, isQuestionable: true },
    );
    expect(valuesOf({}, bit).spo2).toEqual({ value: 97 });
  });

  test.each(Object.entries(EXTENDED_STATUS))('of CO2: extended status %s', (name, extendedStatus) => {
    expect(valuesOf({ extendedStatus }).respiratoryRate).toEqual(
      name === 'batteryLow' ? { value: 14 } : { value: 14, isQuestionable: true },
    );
  });

  test('of the oximeter: no pulse is found', () => {
    expect(valuesOf({ oximeterAlarms: OXIMETER_ALARMS.noPulse }).spo2).toEqual({ value: 97, isQuestionable: true });
  });
});

describe('the alarms of the monitor', () => {
  const shown = (changes: Partial<NumericsFrame>, fastStatus = 0) =>
    deviceAlarmOf({ ...NUMERICS, ...changes }, fastStatus, SOURCE, AT);
  const texts = (changes: Partial<NumericsFrame>, fastStatus = 0) =>
    shown(changes, fastStatus).alarms.map(({ priority, text }) => `${priority} ${text}`);

  test('have a text for every bit', () => {
    for (const co2Alarms of Object.values(CO2_ALARMS)) expect(texts({ co2Alarms })).toHaveLength(1);
    for (const oximeterAlarms of Object.values(OXIMETER_ALARMS)) expect(texts({ oximeterAlarms })).toHaveLength(1);
    for (const extendedStatus of Object.values(EXTENDED_STATUS)) expect(texts({ extendedStatus })).toHaveLength(1);
    expect(texts({})).toEqual([]);
  });

  test('come the most urgent first', () => {
    expect(
      texts(
        { co2Alarms: 0x11, oximeterAlarms: 0x05, extendedStatus: 0x80 },
        FAST_STATUS.occlusion | FAST_STATUS.purging,
      ),
    ).toEqual([
      'high No breath',
      'high Pulse not found',
      'medium SpO2 low',
      'medium Respiratory rate low',
      'medium FilterLine blocked',
      'low Battery low',
    ]);
  });

  test.each([
    [0x80, false],
    [0x82, true],
    [0x04, true],
    [0x40, false],
    [0x38, false],
  ])('with slow status %i are silenced: %s', (slowStatus, isSilenced) => {
    expect(shown({ slowStatus }).isSilenced).toBe(isSilenced);
  });
});
