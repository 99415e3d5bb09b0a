import { describe, expect, test } from 'vitest';
import { absentGroups } from '$drivers/ge-s5-dri/codec-groups.ts';
import { EXT1, EXT2 } from '$drivers/ge-s5-dri/layout-table.ts';
import type { BasicGroups, ClassData, PhysiologicalRecord } from '$drivers/ge-s5-dri/messages.ts';
import { deviceAlarmOf, numericsOf } from '$drivers/ge-s5-dri/observations.ts';
import { pressureTraces } from '$drivers/ge-s5-dri/pressures.ts';
import { traceOf } from '$drivers/ge-s5-dri/traces.ts';
import { monotonicMs, NO_SAMPLE, type Missing } from '$lib/domain/index.ts';
import { basicWith, decodeFrame, DEVICE, type Overrides } from './bench.ts';
import { DISPLAYED_REPLY } from './vectors.ts';

const AT = monotonicMs(1000);
const COMMON = { kind: 'displayed', time: 5, marker: 0 } as const;

function recordOf(...classes: readonly ClassData[]): PhysiologicalRecord {
  const header = { number: 0, level: 10, plugId: 0, time: 5 };
  return { kind: 'physiological', classes, header, identity: '', unread: [] };
}
const basicClass = (groups: BasicGroups): ClassData => ({ ...COMMON, name: 'basic', groups });
const read = (overrides: Overrides) => numericsOf(recordOf(basicClass(basicWith(overrides))), DEVICE, AT)?.values ?? {};

const ECG = 1 << 3;
const missing = (why: Missing) => ({ missing: why });

test('the answer of the note gives its numbers, with the device’s own time', () => {
  const message = decodeFrame(DISPLAYED_REPLY);
  if (message.kind !== 'physiological') throw new Error(message.kind);
  const numerics = numericsOf(message, DEVICE, AT);
  expect(numerics).toMatchObject({ kind: 'numerics', source: DEVICE, at: AT, deviceTime: 1_767_225_600_000 });
  expect(numerics?.values).toEqual({
    heartRate: { value: 118 },
    pulseRate: { value: 118 },
    spo2: { value: 97 },
    perfusionIndex: { value: 2.4 },
    respiratoryRate: { value: 14 },
    etco2: { value: 38 },
    fico2: { value: 0.76 },
    temperature1: { value: 36.6 },
    temperature2: missing('no-module'),
  });
});

describe('the heart rate', () => {
  const source = (code: number) => 3 | (code << 3);
  const withSource = (code: number) =>
    read({
      ecg: { status: source(code), values: { rate: 90 } },
      ecgExtra: { values: { rateEcg: 70 } },
      spo2: { status: 1 },
    });

  test.each([1, 9])('of ECG source %i is the heart rate', (code) => {
    expect(withSource(code)).toMatchObject({ heartRate: { value: 90 }, pulseRate: missing('sensor-off') });
  });

  test.each([6, 12])('of pleth source %i is a pulse rate; the heart rate is that of the ECG', (code) => {
    expect(withSource(code)).toMatchObject({ heartRate: { value: 70 }, pulseRate: { value: 90 } });
  });

  test.each([2, 3, 4, 5, 7, 8, 10, 11])('of pressure source %i is an arterial pulse rate', (code) => {
    expect(withSource(code)).toMatchObject({ heartRate: { value: 70 }, abpPulseRate: { value: 90 } });
  });

  test.each([0, 13, 15])('of source %i is nobody’s: only the ECG’s own counts', (code) => {
    const values = withSource(code);
    expect(values).toMatchObject({ heartRate: { value: 70 }, pulseRate: missing('sensor-off') });
    expect(values).not.toHaveProperty('abpPulseRate');
  });

  test('of the pleth does not replace the oximeter’s own pulse rate', () => {
    const values = read({ ecg: { status: source(6), values: { rate: 90 } }, spo2: { values: { pulseRate: 88 } } });
    expect(values.pulseRate).toEqual({ value: 88 });
    expect(values.heartRate).toEqual(missing('invalid'));
  });

  test('of a module that is away, or does not measure, is none, although a number stands there', () => {
    const values = { rate: 80 };
    expect(read({ ecg: { status: 0, values } }).heartRate).toEqual(missing('no-module'));
    expect(read({ ecg: { status: 1 | ECG, values } }).heartRate).toEqual(missing('not-measured'));
    expect(read({ ecg: { status: 1 | ECG | (1 << 11), values } }).heartRate).toEqual(missing('sensor-off'));
  });

  test.each([
    ['noise', 7],
    ['artefact', 8],
    ['learning', 9],
  ])('during %s is questionable', (_name, bit) => {
    const group = { status: 3 | ECG | (1 << bit), values: { rate: 80 } };
    expect(read({ ecg: group }).heartRate).toEqual({ value: 80, isQuestionable: true });
  });

  test.each([
    ['noise', 7, 'artefact'],
    ['artefact', 8, 'artefact'],
    ['learning', 9, 'searching'],
    ['channel off', 12, 'sensor-off'],
  ] as const)('that is not there says why: %s', (_name, bit, why) => {
    expect(read({ ecg: { status: 3 | ECG | (1 << bit) } }).heartRate).toEqual(missing(why));
  });

  test('of a standing heart is the monitor’s 0, not doubted and not hidden', () => {
    expect(read({ ecg: { status: 3 | ECG | 4, values: { rate: 0 } } }).heartRate).toEqual({ value: 0 });
  });
});

describe('breathing', () => {
  const ecg = { values: { impedanceRr: 16 } };
  const co2 = (label: number, more: object = {}) => ({ label, values: { rr: 14, ...more } });

  test('comes from CO2 when its label says so, else from impedance', () => {
    expect(read({ ecg, co2: co2(1) }).respiratoryRate).toEqual({ value: 14 });
    expect(read({ ecg, co2: co2(2) }).respiratoryRate).toEqual({ value: 14 });
    expect(read({ ecg, co2: co2(0) }).respiratoryRate).toEqual({ value: 16 });
    expect(read({ ecg, co2: co2(9) }).respiratoryRate).toEqual({ value: 14 });
    expect(read({ ecg }).respiratoryRate).toEqual({ value: 16 });
    expect(read({ ecg, co2: { ...co2(1), status: 1 } }).respiratoryRate).toEqual({ value: 16 });
  });

  test('without either says what is wrong with the better one', () => {
    expect(read({}).respiratoryRate).toEqual(missing('no-module'));
    expect(read({ co2: { label: 1, values: { rr: 'over-range' } } }).respiratoryRate).toEqual(missing('over-range'));
    expect(read({ ecg: { status: 1 } }).respiratoryRate).toEqual(missing('sensor-off'));
  });

  test('gives CO2 in mmHg of the ambient pressure, and nothing without it', () => {
    const values = { et: 5.2, fi: 0.1, ambientPressure: 750 };
    const gas = read({ co2: { values } });
    expect(gas.etco2).toEqual({ value: 39 });
    expect(gas.fico2).toEqual({ value: 0.75 });
    expect(read({ co2: { values: { ...values, ambientPressure: 'invalid' } } }).etco2).toEqual(missing('invalid'));
    expect(read({ co2: { values: { ...values, et: 'not-calibrated' } } }).etco2).toEqual(missing('not-calibrated'));
  });

  test.each([3, 4, 5, 6, 9])('is questionable while CO2 status bit %i stands; apnoea is no doubt', (bit) => {
    const values = { et: 5, rr: 14, ambientPressure: 760 };
    const doubtful = read({ co2: { status: 3 | (1 << bit), label: 1, values } });
    expect(doubtful).toMatchObject({ etco2: { isQuestionable: true }, respiratoryRate: { isQuestionable: true } });
    expect(read({ co2: { status: 3 | 4 | (1 << 8), label: 1, values } }).etco2).toEqual({ value: 38 });
  });
});

describe('an oximeter', () => {
  const values = { saturation: 96.5, pulseRate: 77, perfusion: 3.7 };

  test('whose sensor is off gives nothing, although numbers stand there', () => {
    const off = read({ spo2: { status: 1, values } });
    expect([off.spo2, off.pulseRate, off.perfusionIndex]).toEqual(Array(3).fill(missing('sensor-off')));
  });

  test.each([
    ['invalid', 'invalid'],
    ['not-updated', 'not-measured'],
    ['discontinuity', 'invalid'],
    ['under-range', 'under-range'],
    ['over-range', 'over-range'],
    ['not-calibrated', 'not-calibrated'],
    ['unknown-code', 'invalid'],
  ] as const)('that says %s gives the reason', (code, why) => {
    expect(read({ spo2: { values: { ...values, saturation: code } } }).spo2).toEqual(missing(why));
  });
});

describe('invasive pressures', () => {
  const values = { systolic: 120, diastolic: 70, mean: 88, rate: 75 };
  const both = (overrides: Overrides, ext1 = absentGroups(EXT1)) =>
    numericsOf(recordOf(basicClass(basicWith(overrides)), { ...COMMON, name: 'ext1', groups: ext1 }), DEVICE, AT)
      ?.values ?? {};

  test.each([
    [1, 'ART'],
    [8, 'ABP'],
    [16, 'FEM'],
  ])('labelled %i (%s) are arterial', (label) => {
    expect(read({ p2: { label, values } })).toMatchObject({
      abpSystolic: { value: 120 },
      abpDiastolic: { value: 70 },
      abpMeanArterial: { value: 88 },
      abpPulseRate: { value: 75 },
    });
  });

  test('labelled CVP and ICP give their means', () => {
    const seen = read({ p1: { label: 2, values: { mean: 8 } }, p3: { label: 7, values: { mean: 12 } } });
    expect(seen).toMatchObject({ cvpMean: { value: 8 }, icpMean: { value: 12 } });
  });

  test.each([0, 3, 9, 12, 17, 19])('labelled %i are not taken for arterial', (label) => {
    const seen = read({ p1: { label, values } });
    expect(Object.keys(seen).filter((key) => /^(abp|cvp|icp)/.test(key))).toEqual([]);
  });

  test('of two arterial channels the one that measures counts', () => {
    const seen = read({ p1: { status: 1, label: 1 }, p4: { label: 16, values } });
    expect(seen.abpSystolic).toEqual({ value: 120 });
  });

  test('of a channel that is there and does not measure are not measured', () => {
    expect(read({ p1: { status: 1, label: 1, values } }).abpSystolic).toEqual(missing('not-measured'));
  });

  test('are only said to have no module when all channels were sent', () => {
    expect(read({})).not.toHaveProperty('abpSystolic');
    expect(both({}).abpSystolic).toEqual(missing('no-module'));
    const ext1 = { ...absentGroups(EXT1), p7: { status: 3, label: 8, values } };
    expect(both({}, ext1)).toMatchObject({ abpSystolic: { value: 120 }, cvpMean: missing('no-module') });
  });

  test('give their trace the place of their label', () => {
    const basic = basicWith({ p1: { label: 2 }, p2: { label: 1 }, p3: { label: 3 } });
    expect([...pressureTraces({ basic })]).toEqual([
      [4, 'cvp'],
      [5, 'abp'],
    ]);
    expect(pressureTraces({ basic: basicWith({}) }).get(4)).toBe('pressure1');
  });
});

test('depth of sedation comes from the second extension', () => {
  const groups = {
    ...absentGroups(EXT2),
    bis: { status: 3, label: 0, values: { index: 45, signalQuality: 90, emg: 30, suppression: 0 } },
    entropy: { status: 1, label: 0, values: { state: 50, response: 61, suppression: 0 } },
  };
  expect(numericsOf(recordOf({ ...COMMON, name: 'ext2', groups }), DEVICE, AT)?.values).toEqual({
    bis: { value: 45 },
    bisSignalQuality: { value: 90 },
    stateEntropy: missing('not-measured'),
    responseEntropy: missing('not-measured'),
  });
});

test('a trend is not what is displayed', () => {
  const trend = { ...basicClass(basicWith({ spo2: { values: { saturation: 97 } } })), kind: 'trend10s' } as const;
  expect(numericsOf(recordOf(trend), DEVICE, AT)).toBeUndefined();
});

describe('a trace', () => {
  const place = (type: number, samples: readonly number[], status = 0) => ({
    block: { type, status, label: 0, samples: Int16Array.from(samples) },
    rateHz: 100,
    at: AT,
    isGapBefore: false,
  });
  const none = new Map();

  test.each([
    [1, 'ecg1', 0.001],
    [3, 'ecg3', 0.001],
    [8, 'pleth', 0.01],
    [9, 'co2', 0.01],
    [15, 'respiration', 0.01],
  ])('of type %i is %s, one step is %f of its unit', (type, waveform, gain) => {
    expect(traceOf(place(type, [1, -2]), DEVICE, none)).toMatchObject({
      kind: 'waveform',
      waveform,
      gain,
      offset: 0,
      samples: Int16Array.of(1, -2),
    });
  });

  test.each([18, 32, 38, 39])('of type %i has no place in the station', (type) => {
    expect(traceOf(place(type, [1]), DEVICE, none)).toBeUndefined();
  });

  test('of an invasive channel follows its label', () => {
    const traces = pressureTraces({ basic: basicWith({ p2: { label: 1 } }) });
    expect(traceOf(place(5, [12_000]), DEVICE, traces)).toMatchObject({ waveform: 'abp', gain: 0.01 });
    expect(traceOf(place(6, [12_000]), DEVICE, traces)).toBeUndefined();
  });

  test('has holes where the monitor sent control codes, and is all hole when the lead is off', () => {
    const seen = traceOf(place(8, [5, -31_999, -32_000, -32_767]), DEVICE, none);
    expect(seen?.samples).toEqual(Int16Array.of(5, -31_999, NO_SAMPLE, NO_SAMPLE));
    expect(traceOf(place(1, [5, 6], 8), DEVICE, none)?.samples).toEqual(Int16Array.of(NO_SAMPLE, NO_SAMPLE));
  });
});

describe('the monitor’s alarms', () => {
  const box = (text: string, colour: number) => ({ text, colour, hasTextChanged: false, hasColourChanged: false });

  test('are shown as they are, colour as priority, empty boxes left out', () => {
    const boxes = [box('Brady', 3), box('SpO2\nprobe off ', 2), box('No SpO2 probe', 1), box('', 3), box('Hinweis', 0)];
    expect(deviceAlarmOf({ isSoundOn: true, silence: 0, boxes }, DEVICE, AT)).toEqual({
      kind: 'device-alarm',
      source: DEVICE,
      at: AT,
      alarms: [
        { text: 'Brady', priority: 'high' },
        { text: 'SpO2 probe off', priority: 'medium' },
        { text: 'No SpO2 probe', priority: 'low' },
        { text: 'Hinweis', priority: 'low' },
      ],
      isSilenced: false,
    });
  });

  test.each([1, 2, 3, 4, 5, 6, 7])('are silenced by code %i', (silence) => {
    expect(deviceAlarmOf({ isSoundOn: false, silence, boxes: [] }, DEVICE, AT).isSilenced).toBe(true);
  });
});
