import { describe, expect, test } from 'vitest';
import type { InfusionState } from '$lib/domain/index.ts';
import { decode } from '$drivers/pump-bbraun-bcc/codec.ts';
import { parseBits } from '$drivers/pump-bbraun-bcc/parameters.ts';
import { FedRack, readingOf, type Values, like } from './readings.ts';
import { vector } from './vectors.ts';

function readVector(name: string) {
  const result = decode(vector(name).bytes);
  if (!result.ok || result.message.kind !== 'frame' || result.message.reply.kind !== 'records') throw new Error(name);
  const readings = new FedRack().feed(result.message.reply.records);
  if (!readings[0]) throw new Error(`no reading in ${name}`);
  return readings[0];
}

describe('the vectors of the protocol note', () => {
  test('a running Perfusor is told in full', () => {
    expect(readVector('block-1')).toEqual({
      kind: 'infusion',
      source: 'rack',
      at: 2000,
      channel: '60012345',
      place: 'pillar 1 slot 1',
      model: 'Perfusor Space',
      softwareVersion: '688N030004',
      pumpType: 'syringe',
      state: 'infusing',
      rateMlPerHour: 52.5,
      volumeInfusedMl: 17.5,
      vtbiMl: 35,
      timeRemainingS: 1200,
      drugName: 'Ketamin 1mg/ml',
      concentration: { value: 1, unit: 'mg/mL' },
      doseRate: { value: 0.75, unit: 'mg/kg/h' },
      doseRateIs: 'set',
      bolus: { count: 0, volumeMl: 0 },
      pressurePercent: 12,
      syringe: { sizeMl: 50, contentMl: 32.5 },
      power: { isOnMains: true },
      alarms: [],
    });
  });

  test('a carrier with air in the line: alarm, comma in the name, no time remaining, no standby from leftover minutes', () => {
    const reading = readVector('block-2');
    expect(reading).toMatchObject({
      channel: '68054321',
      place: 'pillar 1 slot 3',
      model: 'Infusomat Space',
      pumpType: 'volumetric',
      state: 'alarm',
      rateMlPerHour: 0,
      drugName: 'NaCl 0,9% 250ml',
      alarms: [{ kind: 'airInLine', stage: 'alarm', priority: 'high', code: 'INA15' }],
    });
    expect(reading).not.toHaveProperty('timeRemainingS');
  });

  test('an occlusion stops the pump', () => {
    expect(readVector('occlusion')).toMatchObject({
      channel: 'pillar 1 slot 1',
      state: 'alarm',
      rateMlPerHour: 0,
      pressurePercent: 100,
      alarms: [{ kind: 'occlusion.unspecified', stage: 'alarm', priority: 'high', code: 'INA3' }],
    });
  });

  test('bit fields in decimal: infusing, no alarm', () => {
    expect(readVector('bit-fields')).toMatchObject({
      state: 'infusing',
      patientWeightKg: 70,
      power: { isOnMains: true },
      alarms: [],
    });
  });

  test('a glyph is shown as a box', () => {
    expect(readVector('glyph').drugName).toBe('Ketam□');
  });

  test('a six-digit address is a place like the others', () => {
    expect(readVector('six-digit').place).toBe('pillar 1 slot 12');
  });
});

describe('state, first match', () => {
  const STATUS = (...bits: readonly number[]) => ({ STATUS1: bits.reduce((sum, bit) => sum + 2 ** bit, 0) });
  test.each<readonly [InfusionState, Values]>([
    ['off', { DSSTATUS: '00050', INM3: 1 }],
    ['off', STATUS(1, 7)],
    ['alarm', { INM1: 1, INM3: 0, INA15: 1 }],
    ['alarm', { ...STATUS(0, 6), ALARM1: 2 ** 10 }],
    ['alarm', { INRT: '0.00', INA3: 1 }],
    ['infusing', { INM3: 1, INA11: 1, INA15: 1 }],
    ['purging', { ...STATUS(0, 4, 7) }],
    ['purging', { INM14: 1, INM3: 1 }],
    ['bolus', { ...STATUS(0, 7, 10) }],
    ['bolus', { ...STATUS(0, 7, 11) }],
    ['bolus', { INM2: 1, INM3: 1 }],
    ['bolus', { ...STATUS(0, 10, 13) }],
    ['standby', { ...STATUS(0, 2, 7) }],
    ['kvo', { ...STATUS(0, 7, 13) }],
    ['kvo', { RUNSTATE: 8 }],
    ['kvo', { INM10: 1, INM3: 1, INA7: 1 }],
    ['standby', { ...STATUS(0, 2, 6) }],
    ['standby', { INM6: 1, INM1: 1 }],
    ['infusing', { ...STATUS(0, 7) }],
    ['infusing', { RUNSTATE: 2 }],
    ['infusing', { INM3: 1, INM1: 0 }],
    ['stopped', { ...STATUS(0, 6) }],
    ['stopped', { RUNSTATE: 1 }],
    ['stopped', { INM1: 1, INM3: 0 }],
    ['unknown', { INM1: 0, INM3: 0, INRT: '5.00' }],
    ['unknown', { ...STATUS(0, 3) }],
    ['stopped', { DSSTATUS: '00051', INRT: '0.00' }],
    ['unknown', { DSSTATUS: '00051' }],
    ['stopped', { INM1: 1, INM3: 0, INSTBY: 1388 }],
    ['complete', { INM1: 0, INM3: 0, INA7: 1 }],
    ['complete', { ...STATUS(0), ALARM1: 2 ** 13 }],
    ['alarm', { INM1: 0, INM3: 0, INA7: 1, INA2: 1 }],
  ])('%s from %o', (state, values) => {
    expect(readingOf(values).state).toBe(state);
  });

  test('an alarm that the pump takes back leaves it stopped', () => {
    const rack = new FedRack();
    expect(rack.tell({ INRT: '0.00', INM1: 1, INM3: 0, INA15: 1 }).state).toBe('alarm');
    expect(rack.tell({ INRT: '0.00', INM1: 1, INM3: 0, INA15: 0 }).state).toBe('stopped');
  });

  test('infusing at rate 0 is told with doubt', () => {
    expect(readingOf({ INM3: 1, INRT: '0.00' })).toMatchObject({ state: 'infusing', doubt: like(/at rate 0/) });
  });
});

describe('nothing but the rate', () => {
  test('infusing with doubt until the volume rises', () => {
    const rack = new FedRack();
    expect(rack.tell({ INRT: '50.00', INVI: '1.00' })).toMatchObject({ state: 'infusing', doubt: like(/rate alone/) });
    const confirmed = rack.tell({ INRT: '50.00', INVI: '1.07' });
    expect(confirmed.state).toBe('infusing');
    expect(confirmed).not.toHaveProperty('doubt');
  });

  test('a volume that should rise and does not for 60 s makes it unknown', () => {
    const rack = new FedRack();
    rack.tell({ INRT: '50.00', INVI: '1.00' });
    expect(rack.tell({ INRT: '50.00', INVI: '1.00' }, 60_000).state).toBe('infusing');
    expect(rack.tell({ INRT: '50.00', INVI: '1.00' }, 2000)).toMatchObject({
      state: 'unknown',
      doubt: like(/does not rise/),
    });
  });

  test('at a rate too small to be seen in the counter nothing is concluded', () => {
    const rack = new FedRack();
    rack.tell({ INRT: '0.10', INVI: '1.00' });
    expect(rack.tell({ INRT: '0.10', INVI: '1.00' }, 62_000).state).toBe('infusing');
  });
});

/** Bit by bit as the tables of the note have them. */
const ALARM1 = {
  'device.fault': [1, 3, 4, 31],
  'battery.empty': [2, 5, 6, 7],
  attention: [8, 12],
  empty: [9],
  'occlusion.downstream': [10, 11],
  infusionComplete: [13, 14],
  'mechanism.disengaged': [15],
  'sensor.pressure': [16],
  'syringe.fault': [17, 18],
  'end.stopped': [19],
  'occlusion.upstream': [20],
  unknown: [21],
  dropSensor: [22, 23, 24, 25, 27],
  freeFlow: [26],
  airInLine: [28, 29, 30],
} as const;
const ALARM2 = {
  attention: [1, 3, 6],
  limit: [2],
  empty: [4],
  'device.fault': [5, 29],
  freeFlow: [7],
  doorOpen: [30],
  'syringe.fault': [31],
  unknown: [8, 15, 28],
} as const;
const PREALARM = {
  setMisplaced: [1],
  nearEnd: [2, 3, 13],
  'battery.low': [4, 15],
  'end.kvo': [5],
  attention: [6, 7, 9, 11, 12, 14],
  'vtbi.done': [8],
  'occlusion.downstream': [10],
  unknown: [16, 31],
} as const;
const LOW = ['attention'];
const MEDIUM = ['infusionComplete', 'end.stopped', 'limit', 'unknown'];
const bitsIn = (table: Readonly<Record<string, readonly number[]>>): readonly (readonly [number, string])[] =>
  Object.entries(table).flatMap(([kind, bits]) => bits.map((bit) => [bit, kind] as const));

describe('alarm bits', () => {
  test.each([
    ...bitsIn(ALARM1).map(([bit, kind]) => ['ALARM1', bit, kind] as const),
    ...bitsIn(ALARM2).map(([bit, kind]) => ['ALARM2', bit, kind] as const),
  ])('%s.%i is %s', (name, bit, kind) => {
    const priority = LOW.includes(kind) ? 'low' : MEDIUM.includes(kind) ? 'medium' : 'high';
    const expected = [{ kind, stage: 'alarm', priority, code: `${name}.${bit}` }];
    expect(readingOf({ [name]: 2 ** bit }).alarms).toEqual(expected);
    expect(readingOf({ [name]: `0x${(2 ** bit).toString(16).padStart(8, '0')}` }).alarms).toEqual(expected);
  });

  test.each(bitsIn(PREALARM))('PREALARM.%i is %s, and does not stop the pump', (bit, kind) => {
    const reading = readingOf({ PREALARM: 2 ** bit, RUNSTATE: 2 + 32, STATUS1: 2 ** 7 + 1 });
    const priority = LOW.includes(kind) ? 'low' : 'medium';
    expect(reading.alarms).toEqual([{ kind, stage: 'pre-alarm', priority, code: `PREALARM.${bit}` }]);
    expect(reading.state).toBe('infusing');
  });

  test('a pressure that drops says that the line may have released a bolus', () => {
    expect(readingOf({ PREALARM: 2 ** 12, INM3: 1 }).doubt).toMatch(/may have given the patient what it held/);
    expect(readingOf({ PREALARM: 2 ** 11, INM3: 1 })).not.toHaveProperty('doubt');
  });

  test.each([
    [1, 'battery.empty', 'alarm', 'high'],
    [2, 'empty', 'alarm', 'high'],
    [3, 'occlusion.unspecified', 'alarm', 'high'],
    [4, 'unknown', 'alarm', 'medium'],
    [5, 'attention', 'alarm', 'low'],
    [6, 'unknown', 'alarm', 'medium'],
    [7, 'infusionComplete', 'alarm', 'medium'],
    [8, 'infusionComplete', 'alarm', 'medium'],
    [9, 'syringe.fault', 'alarm', 'high'],
    [10, 'unknown', 'alarm', 'medium'],
    [11, 'battery.low', 'pre-alarm', 'medium'],
    [12, 'nearEnd', 'pre-alarm', 'medium'],
    [13, 'doorOpen', 'alarm', 'high'],
    [14, 'dropSensor', 'alarm', 'high'],
    [15, 'airInLine', 'alarm', 'high'],
    [16, 'end.stopped', 'alarm', 'medium'],
    [17, 'unknown', 'alarm', 'medium'],
  ])('INA%i is %s (%s, %s)', (number, kind, stage, priority) => {
    expect(readingOf({ [`INA${number}`]: 1 }).alarms).toEqual([{ kind, stage, priority, code: `INA${number}` }]);
    expect(readingOf({ [`INA${number}`]: 0 }).alarms).toEqual([]);
  });

  test('bit 0 says that there is none, and 0 says nothing', () => {
    expect(readingOf({ ALARM1: 1, ALARM2: 1, PREALARM: 1 }).alarms).toEqual([]);
    expect(readingOf({ ALARM1: 0, ALARM2: 0, PREALARM: 0 }).alarms).toEqual([]);
  });

  test('several bits are several alarms', () => {
    const kinds = readingOf({ ALARM1: 2 ** 9 + 2 ** 29, PREALARM: 2 ** 4 }).alarms.map(({ kind }) => kind);
    expect(kinds).toEqual(['empty', 'airInLine', 'battery.low']);
  });

  test('a text that is no number, or no flag, is an alarm of unknown kind with the text', () => {
    expect(readingOf({ ALARM1: '0xZZ' }).alarms).toMatchObject([{ kind: 'unknown', code: 'ALARM1=0xZZ' }]);
    expect(readingOf({ INA3: '2' }).alarms).toMatchObject([{ kind: 'unknown', code: 'INA3=2' }]);
  });

  test('RUNSTATE calls and no field says why: unknown, never none', () => {
    const reading = readingOf({ RUNSTATE: 4, ALARM1: 1, PREALARM: 1 });
    expect(reading.alarms).toMatchObject([{ kind: 'unknown', stage: 'alarm', code: 'RUNSTATE.2' }]);
    expect(reading.state).toBe('alarm');
    expect(readingOf({ RUNSTATE: 2 + 32 }).alarms).toMatchObject([{ stage: 'pre-alarm', code: 'RUNSTATE.5' }]);
  });

  test('the number of the last device alarm stands beside a call without a cause, and nowhere else', () => {
    expect(readingOf({ RUNSTATE: 4, ALARM1: 1, LASTDA: '1234' }).alarms).toMatchObject([
      { kind: 'unknown', code: 'RUNSTATE.2 LASTDA=1234' },
    ]);
    expect(readingOf({ RUNSTATE: 4, ALARM1: 1, LASTDA: '0' }).alarms).toMatchObject([{ code: 'RUNSTATE.2' }]);
    expect(readingOf({ RUNSTATE: 2 + 32, PREALARM: 1, LASTDA: '1234' }).alarms).toMatchObject([{ code: 'RUNSTATE.5' }]);
    expect(readingOf({ INM3: 1, LASTDA: '1234' }).alarms).toEqual([]);
  });

  test('a field that calls while RUNSTATE does not is unknown with its text', () => {
    expect(readingOf({ RUNSTATE: 2, ALARM1: '00001024' }).alarms).toEqual([
      { kind: 'unknown', stage: 'alarm', priority: 'medium', code: 'ALARM1=00001024' },
    ]);
  });

  test('a flag is certain: RUNSTATE cannot talk it away', () => {
    expect(readingOf({ RUNSTATE: 2, INA15: 1 }).alarms).toMatchObject([{ kind: 'airInLine' }]);
  });

  test('an alarm whose value is gone stays for two answers and is unknown after that', () => {
    const rack = new FedRack();
    rack.tell({ INM1: 1, INA15: 1, ALARM1: 2 ** 10 });
    const without = { INM1: 1, INA15: '_NV', ALARM1: '_NA' };
    rack.tell(without);
    expect(rack.tell(without).alarms.map(({ kind }) => kind)).toEqual(['occlusion.downstream', 'airInLine']);
    expect(rack.tell(without).alarms.map(({ code }) => code)).toEqual(['ALARM1=_NV', 'INA15=_NV']);
    expect(rack.tell({ INM1: 1, INA15: 0, ALARM1: 1 }).alarms).toEqual([]);
  });

  test('a quiet alarm parameter that loses its value raises nothing', () => {
    const rack = new FedRack();
    rack.tell({ INM1: 1, INA15: 0, ALARM1: 1 });
    for (let i = 0; i < 4; i++) expect(rack.tell({ INM1: 1, INA15: '_NV', ALARM1: '_NV' }).alarms).toEqual([]);
  });
});

describe('dose guard', () => {
  const limit = (code: string) => [{ kind: 'limit', stage: 'pre-alarm', priority: 'low', code }];

  test.each([
    [0, []],
    [1, limit('DGDSTATUS=1')],
    [2, []],
    [3, limit('DGDSTATUS=3')],
    [4, []],
    [5, []],
    [6, []],
    [7, [{ kind: 'unknown', stage: 'pre-alarm', priority: 'medium', code: 'DGDSTATUS=7' }]],
  ])('status %i', (DGDSTATUS, alarms) => {
    expect(readingOf({ INM3: 1, DGDSTATUS }).alarms).toEqual(alarms);
  });

  test.each(['INM12', 'INM13'])('%s, the flag of the other family', (name) => {
    expect(readingOf({ INM3: 1, [name]: 1 })).toMatchObject({ state: 'infusing', alarms: limit(name) });
    expect(readingOf({ INM3: 1, [name]: 0 }).alarms).toEqual([]);
    expect(readingOf({ INM3: 1, [name]: 'toString' }).alarms).toMatchObject([{ kind: 'unknown' }]);
  });

  test('does not hide a pre-alarm that RUNSTATE announces and no field names', () => {
    expect(readingOf({ RUNSTATE: 2 + 32, PREALARM: 1, DGDSTATUS: 3 }).alarms.map(({ code }) => code)).toEqual([
      'RUNSTATE.5',
      'DGDSTATUS=3',
    ]);
  });

  test('that loses its value is unknown, not over', () => {
    const rack = new FedRack();
    rack.tell({ INM3: 1, DGDSTATUS: 3 });
    for (let i = 0; i < 2; i++) expect(rack.tell({ INM3: 1, DGDSTATUS: '_NV' }).alarms).toEqual(limit('DGDSTATUS=3'));
    expect(rack.tell({ INM3: 1, DGDSTATUS: '_NV' }).alarms).toMatchObject([{ kind: 'unknown', code: 'DGDSTATUS=_NV' }]);
  });
});

describe('words of state that nobody understands', () => {
  test.each([
    [{ INM1: 0, INM3: 0, INRT: '5.00' }, 'no state that is known in INM1=0, INM3=0'],
    [{ STATUS1: 9, RUNSTATE: 16 }, 'no state that is known in STATUS1=9, RUNSTATE=16'],
    [{ STATUS1: 'zz', INRT: '5.00' }, 'not understood: STATUS1=zz'],
    [{ INM3: 'yes', INRT: '5.00' }, 'not understood: INM3=yes'],
    [{ DSSTATUS: '00052', INRT: '5.00' }, 'not understood: DSSTATUS=00052'],
  ])('%o: unknown, with the words', (values: Values, doubt) => {
    expect(readingOf(values)).toMatchObject({ state: 'unknown', doubt });
  });

  test('beside words that are understood they are a doubt', () => {
    expect(readingOf({ STATUS1: 'zz', INM3: 1 })).toMatchObject({
      state: 'infusing',
      doubt: 'not understood: STATUS1=zz',
    });
  });
});

describe('a bolus that runs', () => {
  test('what of it was given, by the pump of BCC 3.36', () => {
    expect(readingOf({ STATUS1: 2 ** 0 + 2 ** 7 + 2 ** 10, BOVAL: '1.25' })).toMatchObject({
      state: 'bolus',
      runningBolusMl: 1.25,
    });
  });

  test('nothing while none runs, and nothing old', () => {
    expect(readingOf({ INM3: 1, BOVAL: '1.25' })).not.toHaveProperty('runningBolusMl');
    const rack = new FedRack();
    rack.tell({ INM2: 1, INM3: 1, BOVAL: '1.25' });
    expect(rack.tell({ INM2: 1, INM3: 1, BOVAL: '_NV' })).not.toHaveProperty('runningBolusMl');
  });
});

describe('text of bit fields', () => {
  test.each([
    ['0x00000400', 1024],
    ['0x400', 1024],
    ['00000400h', 1024],
    ['400h', 1024],
    ['4A', 74],
    ['00000400', 1024],
    ['8422275', 8_422_275],
    ['10000400', 10_000_400],
    ['4294967295', 4_294_967_295],
    ['0', 0],
    ['4294967296', undefined],
    ['', undefined],
    ['-1', undefined],
    ['1.0', undefined],
    ['0x', undefined],
    ['123456789A', undefined],
  ])('`%s` is %s', (text, bits) => {
    expect(parseBits(text)).toBe(bits);
  });
});

describe('amounts', () => {
  test.each([
    [{ INRMT: 1200, INRT: '52.50' }, 1200],
    [{ INRMT: 1200, INRT: '0.00' }, undefined],
    [{ INRMT: 600_000, INRT: '0.00' }, undefined],
    [{ INRMT: 65_535, INRT: '5.00' }, undefined],
    [{ INRMT: 600_000, INRT: '5.00' }, undefined],
    [{ INRMT: 1200, INM3: 1 }, 1200],
    [{ INRMT: 1200, INM1: 1, INM3: 0 }, undefined],
  ])('time remaining of %o is %s', (values: Values, seconds) => {
    expect(readingOf(values).timeRemainingS).toBe(seconds);
  });

  test('no value is no field, never zero', () => {
    const reading = readingOf({ INRT: '_NV', INVI: '_NA', INSOL: '_NV', INP2: '' });
    expect(Object.keys(reading).sort()).toEqual(
      ['alarms', 'at', 'channel', 'kind', 'place', 'pumpType', 'source', 'state'].sort(),
    );
  });

  test('a number with a comma, or below zero, is no number', () => {
    expect(readingOf({ INRT: '5,00', INVI: '-1.00' })).not.toHaveProperty('rateMlPerHour');
    expect(readingOf({ INVI: '-1.00' })).not.toHaveProperty('volumeInfusedMl');
  });

  test('concentration 0 is none, whatever unit is left over', () => {
    expect(readingOf({ INDCON: '0.000', INDCONU: 31 })).not.toHaveProperty('concentration');
  });

  test('an unknown unit gives no number and is said', () => {
    const reading = readingOf({ INDCON: '1.000', INDCONU: 200, INDOCAL: 1, INDORT: '2', INDORTU: 3 });
    expect(reading).not.toHaveProperty('concentration');
    expect(reading).not.toHaveProperty('doseRate');
    expect(reading.doubt).toBe('INDCON in the unknown unit 200; INDORT in the unknown unit 3');
  });

  test('a set dose rate counts in dose mode only, a delivered one always and first', () => {
    const set = { INDORT: '0.750', INDORTU: 69 };
    expect(readingOf(set)).not.toHaveProperty('doseRate');
    expect(readingOf({ ...set, INDOCAL: 0 })).not.toHaveProperty('doseRate');
    expect(readingOf({ ...set, INDOCAL: 1 })).toMatchObject({ doseRate: { value: 0.75 }, doseRateIs: 'set' });
    expect(readingOf({ ...set, INDOCAL: 1, DORT: '12.5', DORTU: 71 })).toMatchObject({
      doseRate: { value: 12.5, unit: 'ug/kg/min' },
      doseRateIs: 'actual',
    });
  });

  test('BCC 3.36 tells the set rate, what is left, and the weight under its new name', () => {
    expect(readingOf({ BASRT: '52.50', VOLREMAIN: '12.30', PATW: '70.0', INPATW: '60.0', OPMODE: 0 })).toMatchObject({
      rateSetMlPerHour: 52.5,
      volumeRemainingMl: 12.3,
      patientWeightKg: 70,
      mode: 'continuous',
    });
    expect(readingOf({ INPATW: '60.0' }).patientWeightKg).toBe(60);
  });

  test.each([
    ['0', 'continuous'],
    ['1', 'ramp'],
    ['2', 'program'],
    ['3', undefined],
    ['4', 'pca'],
    ['5', 'tci'],
    ['6', undefined],
    ['7', 'intermittent'],
    ['toString', undefined],
  ])('mode %s is %s', (OPMODE, mode) => {
    expect(readingOf({ OPMODE }).mode).toBe(mode);
  });

  test('a volume counter that stands at its end is said', () => {
    expect(readingOf({ INM3: 1, INVI: '9999.9' })).toMatchObject({ volumeInfusedMl: 9999.9, doubt: like(/is full/) });
    expect(readingOf({ INM3: 1, INVI: '9999.8' })).not.toHaveProperty('doubt');
  });

  test('an impossible weight is not told, and said', () => {
    expect(readingOf({ PATW: '700' })).toMatchObject({ doubt: 'a patient weight of 700 kg' });
    expect(readingOf({ PATW: '700' })).not.toHaveProperty('patientWeightKg');
  });

  test('the drug: long name, else short name, none when there is none', () => {
    expect(readingOf({ INSOL: 'Ketamin', INSOLSN: 'Ket' }).drugName).toBe('Ketamin');
    expect(readingOf({ INSOLSN: 'Ket\uE01F' }).drugName).toBe('Ket□');
    expect(readingOf({ INSOL: '_NV' })).not.toHaveProperty('drugName');
  });

  test('battery minutes are told on battery only', () => {
    expect(readingOf({ INM8: 1, INAKKU: 0 }).power).toEqual({ isOnMains: true });
    expect(readingOf({ INM8: 0, INAKKU: 30 }).power).toEqual({ isOnMains: false, batteryMin: 30 });
  });

  test.each([
    ['688N030004\r', 'Perfusor Space', 'syringe'],
    ['687X', 'Infusomat Space P', 'volumetric'],
    ['588A', 'Perfusor Space (US)', 'syringe'],
    ['I0003A01', 'Infusomat compact plus', 'volumetric'],
    ['999Z', '999Z', 'unknown'],
  ])('model %j', (GNMODEL, model, pumpType) => {
    expect(readingOf({ GNMODEL })).toMatchObject({ model, softwareVersion: GNMODEL.trim(), pumpType });
    expect(readingOf({ GNNEW: GNMODEL })).toMatchObject({ model, softwareVersion: GNMODEL.trim(), pumpType });
  });

  test('without a model the serial number of a Space tells the kind of pump', () => {
    expect(readingOf({ INNR: '60012345' }).pumpType).toBe('syringe');
    expect(readingOf({ INNR: '68054321' }).pumpType).toBe('volumetric');
    expect(readingOf({ INNR: 'ABCDEF123456' }).pumpType).toBe('unknown');
  });

  test('syringe content, size and brand', () => {
    expect(readingOf({ INSYR: 50, INVOLACT: '32.50', DISPNAME: 'OPS 50' }).syringe).toEqual({
      sizeMl: 50,
      contentMl: 32.5,
      brand: 'OPS 50',
    });
    expect(readingOf({ INSYR: 0 })).not.toHaveProperty('syringe');
  });

  test('unknown parameters change nothing', () => {
    expect(readingOf({ INRT: '5.00', INM3: 1, XYZ: '7', TCITARGET: '_NV' })).toEqual(
      readingOf({ INRT: '5.00', INM3: 1 }),
    );
  });
});

describe('values that are not there for a while', () => {
  test('the last value is kept for two answers, with doubt, and then gone', () => {
    const rack = new FedRack();
    rack.tell({ INM3: 1, INRT: '5.00', INP2: 40 });
    for (let i = 0; i < 2; i++) {
      expect(rack.tell({ INM3: 1, INRT: '5.00', INP2: '_NV' })).toMatchObject({
        pressurePercent: 40,
        doubt: 'older than this answer: INP2',
      });
    }
    const third = rack.tell({ INM3: 1, INRT: '5.00', INP2: '_NV' });
    expect(third).not.toHaveProperty('pressurePercent');
    expect(third).not.toHaveProperty('doubt');
  });

  test('the age of a value that is not shown is nobody’s doubt', () => {
    const rack = new FedRack();
    rack.tell({ INM3: 1, XYZ: 5, INTIME: 3 });
    expect(rack.tell({ INM3: 1, XYZ: '_NV' })).not.toHaveProperty('doubt');
  });

  test('a parameter that is not sent any more fades the same way', () => {
    const rack = new FedRack();
    rack.tell({ INM3: 1, INP2: 40 });
    rack.tell({ INM3: 1 });
    expect(rack.tell({ INM3: 1 }).pressurePercent).toBe(40);
    expect(rack.tell({ INM3: 1 })).not.toHaveProperty('pressurePercent');
  });

  test('model and number, told once, stay', () => {
    const rack = new FedRack();
    rack.tell({ INNR: '60012345', GNNEW: '688N' });
    for (let i = 0; i < 5; i++) rack.tell({ INNR: '_NV', INM3: 1 });
    expect(rack.tell({ INM3: 1 })).toMatchObject({ channel: '60012345', model: 'Perfusor Space' });
  });

  test('boluses are never kept', () => {
    const rack = new FedRack();
    rack.tell({ INM3: 1, INBOCNT: 0, INBOVAL: '0.0' });
    expect(rack.tell({ INM3: 1, INBOCNT: 1, INBOVAL: '2.5' }).bolus).toEqual({ count: 1, volumeMl: 2.5 });
    expect(rack.tell({ INM3: 1, INBOCNT: '_NV', INBOVAL: '_NV' })).not.toHaveProperty('bolus');
  });
});
