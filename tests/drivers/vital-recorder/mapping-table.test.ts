import { expect, test } from 'vitest';
import { conversion, numberRowOf, waveRowOf } from '$drivers/vital-recorder/mapping-table.ts';

const unnamed = (montype: number) => ({ montype, name: 'whatever the device calls it' });

test.each([
  [2, 'ECG_HR', ['heartRate']],
  [5, 'IABP_SBP', ['abpSystolic']],
  [6, 'IABP_DBP', ['abpDiastolic']],
  [7, 'IABP_MBP', ['abpMeanArterial']],
  [9, 'PLETH_HR', ['pulseRate']],
  [10, 'PLETH_SPO2', ['spo2']],
  [12, 'RESP_RR', ['respiratoryRate']],
  [14, 'CO2_RR', ['respiratoryRate']],
  [15, 'CO2_CONC', ['etco2']],
  [16, 'NIBP_SBP', 'systolic'],
  [17, 'NIBP_DBP', 'diastolic'],
  [18, 'NIBP_MBP', 'meanArterial'],
  [19, 'BT', ['temperature1', 'temperature2']],
  [21, 'CVP_CVP', ['cvpMean']],
  [22, 'EEG_BIS', ['bis']],
] as const)(
  'montype %i (%s) is %j, by its number under any name and by its name without a number',
  (montype, name, into) => {
    expect(numberRowOf(unnamed(montype))?.into).toEqual(into);
    expect(numberRowOf({ montype: 0, name })?.into).toEqual(into);
    expect(waveRowOf(unnamed(montype))).toBeUndefined();
  },
);

test.each([
  [1, 'ECG_WAV', ['ecg1', 'ecg2', 'ecg3']],
  [4, 'IABP_WAV', ['abp']],
  [8, 'PLETH_WAV', ['pleth']],
  [11, 'RESP_WAV', ['respiration']],
  [13, 'CO2_WAV', ['co2Pressure']],
  [20, 'CVP_WAV', ['cvp']],
] as const)('montype %i (%s) is the waveform %j', (montype, name, into) => {
  expect(waveRowOf(unnamed(montype))?.into).toEqual(into);
  expect(waveRowOf({ montype: 0, name })?.into).toEqual(into);
  expect(numberRowOf(unnamed(montype))).toBeUndefined();
});

test('names that a recording has without a montype are known, and only without one', () => {
  expect(numberRowOf({ montype: 0, name: 'PLETH_PERF_REL' })?.into).toEqual(['perfusionIndex']);
  expect(numberRowOf({ montype: 0, name: 'NIBP_HR' })?.into).toBe('pulseRate');
  expect(waveRowOf({ montype: 0, name: 'RESP' })?.into).toEqual(['respiration']);
  expect(numberRowOf({ montype: 93, name: 'NIBP_HR' })).toBeUndefined();
  expect(waveRowOf({ montype: 44, name: 'RESP' })).toBeUndefined();
});

test.each([0, 3, 30, 31, 32, 33, 34, 39, 44, 45, 46, 49, 50, 93, 1000])(
  'montype %i is none of our vitals',
  (montype) => {
    expect([numberRowOf(unnamed(montype)), waveRowOf(unnamed(montype))]).toEqual([undefined, undefined]);
  },
);

test.each([
  { montype: 0, name: 'HR' },
  { montype: 0, name: 'constructor' },
  { montype: -2, name: 'x' },
])('%j is not guessed at', (track) => {
  expect([numberRowOf(track), waveRowOf(track)]).toEqual([undefined, undefined]);
});

test.each([
  [19, 'C', 36.6, 36.6],
  [19, '℃', 36.6, 36.6],
  [19, 'F', 98.6, 37],
  [16, 'kPa', 16, 120.01],
  [15, 'mmHg', 38, 38],
  [2, 'bpm', 77, 77],
  [10, '', 97, 97],
])('montype %i in %j: %d is %d', (montype, unit, value, expected) => {
  const row = numberRowOf(unnamed(montype));
  expect(row && conversion(row.units, unit)?.(value)).toBeCloseTo(expected, 2);
});

test.each([
  [15, '%'],
  [2, 'mmHg'],
  [16, 'cmH2O'],
  [10, 'constructor'],
  [10, '__proto__'],
])('montype %i in %j is not guessed at', (montype, unit) => {
  const row = numberRowOf(unnamed(montype));
  expect(row && conversion(row.units, unit)).toBeUndefined();
});
