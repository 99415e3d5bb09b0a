import { describe, expect, test } from 'vitest';
import { PARAMETERS } from '$drivers/mindray-hl7/parameter-table.ts';
import { mindrayHl7 } from '$drivers/mindray-hl7/index.ts';
import { Bench } from './bench.ts';
import { HEART, OXIMETER, say } from './vectors.ts';

type Settings = Readonly<Record<string, unknown>>;
const values = (settings: Settings, ...lines: readonly string[]) =>
  new Bench(settings).open().hear(say('204', ...lines)).numerics[0]?.values;
const value = (id: number, text: string, settings: Settings = {}) =>
  values(settings, `OBX||NM|${id}^X|2101|${text}||||||F`);

describe('periodic numbers', () => {
  test('come in messages of a module, one observation each, dated by their arrival', () => {
    const bench = new Bench({}, 7000).open().hear(HEART, OXIMETER);
    expect(bench.numerics).toEqual([
      { kind: 'numerics', source: 'monitor-1', at: 7000, values: { heartRate: { value: 60 } } },
      {
        kind: 'numerics',
        source: 'monitor-1',
        at: 7000,
        values: { spo2: { value: 98 }, pulseRate: { value: 60 }, perfusionIndex: { value: 12 } },
      },
    ]);
  });

  test.each([
    [101, 'heartRate'],
    [151, 'respiratoryRate'],
    [160, 'spo2'],
    [161, 'pulseRate'],
    [162, 'perfusionIndex'],
    [200, 'temperature1'],
    [201, 'temperature2'],
    [250, 'etco2'],
    [251, 'fico2'],
    [500, 'abpSystolic'],
    [501, 'abpMeanArterial'],
    [502, 'abpDiastolic'],
    [600, 'abpPulseRate'],
    [605, 'cvpMean'],
  ])('%i is %s', (id, vital) => {
    expect(value(id, '37')).toEqual({ [vital]: { value: 37 } });
    expect(mindrayHl7.observes).toContain(vital);
  });

  test('with ids that the station has no word for, or that nobody knows, give nothing', () => {
    const silent = [102, 105, 170, 202, 253, 280, 503, 504, 505, 587, 205, 777];
    for (const id of silent) expect(value(id, '37'), String(id)).toBeUndefined();
    expect(Object.values(PARAMETERS).filter(({ vital }) => vital !== undefined)).toHaveLength(14);
  });

  test.each([
    ['-100', 'not-measured'],
    ['-100.00', 'not-measured'],
    ['', 'not-measured'],
    ['""', 'not-measured'],
    ['---', 'invalid'],
    ['9e9', 'invalid'],
  ])('%j is no number, because it is %s', (text, missing) => {
    expect(value(160, text)).toEqual({ spo2: { missing } });
    expect(value(200, text, { temperatureUnit: '[degF]' })).toEqual({ temperature1: { missing } });
    expect(value(250, text, { gasUnit: 'kPa' })).toEqual({ etco2: { missing } });
  });

  test('0 is a number, and so is what no adult can have', () => {
    expect(value(101, '0')).toEqual({ heartRate: { value: 0 } });
    expect(value(605, '-12')).toEqual({ cvpMean: { value: -12 } });
    expect(value(101, '999')).toEqual({ heartRate: { value: 999 } });
  });
});

describe('temperatures', () => {
  const celsius = (text: string, settings: Settings = {}) => value(200, text, settings)?.temperature1;

  test('are in °C unless the settings say °F', () => {
    expect(celsius('37.2')).toEqual({ value: 37.2 });
    expect(celsius('98.6', { temperatureUnit: '[degF]' })).toEqual({ value: 37 });
  });

  test('above 50 are °F whatever the settings say, and below they are °C: then they are doubted', () => {
    expect(celsius('98.6')).toEqual({ value: 37, isQuestionable: true });
    expect(celsius('50.1')).toMatchObject({ isQuestionable: true });
    expect(celsius('50')).toEqual({ value: 50 });
    expect(celsius('36.8', { temperatureUnit: '[degF]' })).toEqual({ value: 36.8, isQuestionable: true });
  });
});

describe('gases', () => {
  test('are in mmHg unless the settings say kPa', () => {
    expect(value(250, '38')).toEqual({ etco2: { value: 38 } });
    const inKpa = value(250, '5', { gasUnit: 'kPa' })?.etco2;
    expect(inKpa && 'value' in inKpa && inKpa.value).toBeCloseTo(37.503, 3);
  });
});
