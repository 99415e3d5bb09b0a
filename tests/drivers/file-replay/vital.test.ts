import { describe, expect, test } from 'vitest';
import { NO_SAMPLE } from '$lib/domain/index.ts';
import { concatBytes } from '$drivers/bytes.ts';
import { readVital } from '$drivers/file-replay/vital/reader.ts';
import { DEMO, fileOf, filesOf, INTELLIVUE_DEMO, patientOf, sentenceOf } from './recordings.ts';
import { device, event, HEAD, numeric, track, wave } from './vital-file.ts';

const ecg = track({ id: 1, kind: 1, format: 5, name: 'ECG_II', unit: 'mV', rateHz: 4, gain: 0.5, offset: 1, type: 1 });
const heartRate = track({ id: 2, kind: 2, format: 1, name: 'HR', unit: '/min' });
const written = (...packets: readonly Uint8Array[]) => [
  fileOf('own.vital', concatBytes(HEAD, device(7, 'M'), ...packets)),
];

describe('the demonstration file of Vital Recorder', () => {
  const patient = patientOf(filesOf(DEMO));

  test('has the four waves at the rates of the monitor, each without a gap', () => {
    expect(patient.waves.map(({ waveform, rateHz, runs }) => [waveform, rateHz, runs.length])).toEqual([
      ['abp', 125, 1],
      ['ecg1', 500, 1],
      ['pleth', 125, 1],
      ['respiration', 62.5, 1],
    ]);
    expect(patient.waves.map(({ runs }) => runs[0]?.samples.length)).toEqual([4480, 17_536, 4384, 2192]);
    expect(patient.waves.map(({ runs }) => Math.round(runs[0]?.fromMs ?? NaN))).toEqual([0, 768, 768, 768]);
  });

  test('keeps samples of ECG and pressure as they were stored', () => {
    const [abp, lead] = patient.waves;
    expect([abp?.gain, abp?.offset]).toEqual([0.0625, -50]);
    expect([lead?.gain, lead?.offset]).toEqual([0.004999999999999999, -40.96]);
    const pressures = Array.from(abp?.runs[0]?.samples ?? [], (sample) => sample * 0.0625 - 50);
    expect([Math.min(...pressures), Math.max(...pressures)]).toEqual([70, 120.25]);
  });

  test('has its numbers every 1.024 s, under the names of the station', () => {
    expect(patient.numerics).toHaveLength(35);
    expect(patient.numerics.slice(0, 3).map(({ atMs }) => atMs)).toEqual([2464, 3488, 4512]);
    expect(patient.numerics[0]?.values).toEqual({
      heartRate: { value: 60 },
      pulseRate: { value: 60 },
      respiratoryRate: { value: 15 },
      spo2: { value: 95 },
      perfusionIndex: { value: 10 },
      abpSystolic: { value: 120 },
      abpDiastolic: { value: 70 },
      abpMeanArterial: { value: 91 },
    });
  });

  test('tells the cuff value once, although it stands in each of 35 polls, and does not pretend to know its time', () => {
    expect(patient.cuff).toEqual([
      { atMs: 2464, systolic: 120, diastolic: 80, meanArterial: 90, pulseRate: 60, isUndated: true },
    ]);
  });

  test('has what people wrote down, and when it began', () => {
    expect(patient.events).toEqual([
      { atMs: 20_311, text: 'Start ventilator settings' },
      { atMs: 21_574, text: 'Vent Setting 1' },
      { atMs: 23_211, text: 'Vent Setting 2' },
      { atMs: 26_359, text: 'Vent Setting 2' },
    ]);
    expect(new Date(patient.startedWallMs ?? 0).toISOString()).toBe('2019-07-11T09:54:25.138Z');
  });

  test('says which track it leaves out, and why', () => {
    expect(patient.leftOut).toEqual([{ track: 'Intellivue/HR', why: 'tells HR as Intellivue/ECG_HR does' }]);
    expect(patient.remarks).toEqual([]);
  });
});

test('the other demonstration file is read as well', () => {
  const { waves, numerics } = patientOf(filesOf(INTELLIVUE_DEMO));
  expect(waves.map(({ waveform, runs }) => [waveform, runs.map(({ samples }) => samples.length)])).toEqual([
    ['ecg1', [12_800]],
    ['pleth', [3200]],
    ['abp', [3200]],
  ]);
  expect(numerics).toHaveLength(25);
});

describe('a file that was cut off', () => {
  const [demo] = filesOf(DEMO);
  const bytes = demo?.bytes ?? new Uint8Array(0);

  test('gives every complete packet before the cut, and says that it is cut', () => {
    const half = bytes.subarray(0, 40_000);
    const patient = patientOf([fileOf('half.vital', half)]);
    const whole = patientOf([fileOf('whole.vital', bytes)]);
    expect(patient.numerics.length).toBeGreaterThan(10);
    expect(whole.numerics.slice(0, patient.numerics.length)).toEqual(patient.numerics);
    expect(patient.remarks).toEqual([
      expect.stringMatching(/^The file ends inside a packet; \d+ bytes of it are not used\.$/),
    ]);
  });

  test.each([0, 3, 9, 19, 20, 24])(
    'at byte %i it has nothing to play, which is said with the name of the file',
    (length) => {
      expect(sentenceOf([fileOf('cut.vital', bytes.subarray(0, length))])).toMatch(/^cut\.vital (is no|has no)/);
    },
  );
});

describe('waves', () => {
  const runsOf = (...packets: readonly Uint8Array[]) =>
    patientOf(written(ecg, ...packets)).waves[0]?.runs.map(({ fromMs, samples }) => [fromMs, ...samples]);

  test('records whose times tremble are one run; a hole makes two', () => {
    expect(runsOf(wave(1, 100, [1, 2, 3, 4]), wave(1, 101.09, [5, 6]))).toEqual([[0, 1, 2, 3, 4, 5, 6]]);
    expect(runsOf(wave(1, 100, [1, 2, 3, 4]), wave(1, 101.2, [5, 6]))).toEqual([
      [0, 1, 2, 3, 4],
      [expect.closeTo(1200), 5, 6],
    ]);
  });

  test('trembling times that drift the same way do not shift the wave for ever', () => {
    const late = [0, 1.05, 2.1, 3.15, 4.2].map((atS) => wave(1, 100 + atS, [1, 2, 3, 4]));
    expect(runsOf(...late)?.map(([fromMs]) => fromMs)).toEqual([0, expect.closeTo(3150)]);
  });

  test('what a record says a second time is said once, and records may stand in any order', () => {
    const rows = runsOf(wave(1, 100.5, [3, 4, 5, 6]), wave(1, 100, [1, 2, 3, 4]));
    expect(rows?.flatMap(([, ...samples]) => samples)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('the code for no sample is a hole, never a value', () => {
    expect(runsOf(wave(1, 100, [1, -32_768, 3]))).toEqual([[0, 1, NO_SAMPLE, 3]]);
  });
});

describe('numbers and events', () => {
  test('a track without a place here is left out and said; one in an unknown unit, too', () => {
    const strange = track({ id: 3, kind: 2, format: 1, name: 'PPV', unit: '%' });
    const fahrenheit = track({ id: 4, kind: 2, format: 1, name: 'BT', unit: 'degF' });
    const packets = [heartRate, strange, fahrenheit, numeric(2, 5, 61), numeric(3, 5, 9), numeric(4, 5, 98)];
    const { numerics, leftOut } = patientOf(written(...packets));
    expect(numerics).toEqual([{ atMs: 0, values: { heartRate: { value: 61 } } }]);
    expect(leftOut).toEqual([
      { track: 'M/PPV', why: 'is not known to the station' },
      { track: 'M/BT', why: 'has the unit "degF"' },
    ]);
  });

  test('kilopascals become mmHg, and no number is a reason', () => {
    const etco2 = track({ id: 3, kind: 2, format: 1, name: 'CO2', unit: 'kPa', type: 15 });
    const { numerics } = patientOf(written(heartRate, etco2, numeric(3, 5, 5), numeric(2, 5, NaN), numeric(2, 6, 60)));
    expect(numerics[0]?.values).toEqual({ heartRate: { missing: 'not-measured' }, etco2: { value: 37.5031 } });
  });

  test('other cuff values are a new measurement, the same after a pause as well', () => {
    const cuff = [10, 11, 12].map((id, i) => track({ id, kind: 2, format: 1, name: 'x', type: 16 + i }));
    const poll = (atS: number, ...values: readonly number[]) => values.map((value, i) => numeric(10 + i, atS, value));
    const polls = [poll(2, 120, 80, 90), poll(4, 120, 80, 90), poll(6, 131, 85, 99), poll(60, 131, 85, 99)].flat();
    const { cuff: told } = patientOf(written(heartRate, ...cuff, numeric(2, 0, 60), ...polls));
    expect(told.map(({ atMs, systolic, isUndated }) => [atMs, systolic, isUndated])).toEqual([
      [2000, 120, false],
      [6000, 131, false],
      [60_000, 131, false],
    ]);
  });

  test('records of an impossible time are left out and counted, not played years later', () => {
    const packets = [heartRate, numeric(2, 100, 60), numeric(2, 101, 61), numeric(2, 9e9, 62), numeric(2, 102, 63)];
    const { durationMs, remarks } = patientOf(written(...packets));
    expect([durationMs, remarks]).toEqual([2000, ['1 records have an impossible time and are not used.']]);
  });

  test('text tracks are events', () => {
    const note = track({ id: 5, kind: 5, format: 0, name: 'EVENT' });
    const read = readVital(
      written(heartRate, note, numeric(2, 100, 60), event(5, 101.5, 'Bolus Ω'))[0] ?? fileOf('', ''),
    );
    expect(read.ok && read.value.events).toEqual([{ atMs: 1500, text: 'Bolus Ω' }]);
  });
});
