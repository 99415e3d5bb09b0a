import { describe, expect, test } from 'vitest';
import { ALARM_BITS } from '$drivers/pump-terumo-ss3/alarm-table.ts';
import { alarmsOf } from '$drivers/pump-terumo-ss3/alarms.ts';
import { isMgPerMl } from '$drivers/pump-terumo-ss3/dilution.ts';
import type { AlarmBytes, OperatingStatus } from '$drivers/pump-terumo-ss3/messages.ts';
import { goneReading, readingOf } from '$drivers/pump-terumo-ss3/observations.ts';
import { readSettings, type AlarmByteOrder } from '$drivers/pump-terumo-ss3/settings.ts';
import { monotonicMs, type InfusionReading } from '$lib/domain/index.ts';
import { BENCH_DEVICE } from '../../support/polling-bench.ts';
import { DEVICE_ID, PRINTED_STATUS, RUNNING } from './vectors.ts';

const MOMENT = { source: BENCH_DEVICE, at: monotonicMs(5000) };

const reading = (change: Partial<OperatingStatus> = {}, order: AlarmByteOrder = 'unconfirmed'): InfusionReading =>
  readingOf(DEVICE_ID, { ...RUNNING, ...change }, order, MOMENT);

const COMPLETION: AlarmBytes = [0, 0, 0x04];
const OCCLUSION: AlarmBytes = [0, 0, 0x08];
const NEARLY_EMPTY: AlarmBytes = [0, 0x01, 0];

describe('a status', () => {
  test('of an infusion, field by field', () => {
    expect(reading()).toEqual({
      kind: 'infusion',
      ...MOMENT,
      channel: DEVICE_ID,
      softwareVersion: '0403',
      pumpType: 'syringe',
      state: 'infusing',
      rateMlPerHour: 52.5,
      rateSetMlPerHour: 52.5,
      volumeInfusedMl: 17.5,
      vtbiMl: 35,
      doseRate: { value: 0.75, unit: 'mg/kg/h' },
      concentration: { value: 1, unit: 'mg/mL' },
      patientWeightKg: 70,
      pressurePercent: 0,
      power: { isOnMains: true },
      alarms: [],
    });
  });

  test('as the manual prints it: stopped, and a dilution whose unit nothing proves', () => {
    expect(readingOf(DEVICE_ID, { ...PRINTED_STATUS, further: new Uint8Array(53) }, 'b0-last', MOMENT)).toEqual({
      kind: 'infusion',
      ...MOMENT,
      channel: DEVICE_ID,
      softwareVersion: '0403',
      pumpType: 'syringe',
      state: 'stopped',
      rateMlPerHour: 0,
      rateSetMlPerHour: 0,
      volumeInfusedMl: 0,
      doseRate: { value: 0, unit: 'mg/kg/h' },
      patientWeightKg: 70,
      pressurePercent: 0,
      power: { isOnMains: true },
      alarms: [],
      doubt: 'a dilution of 10, in a unit that its dose does not prove',
    });
  });

  test.each<[number, InfusionReading['state'], number | undefined]>([
    [0, 'stopped', 0],
    [1, 'infusing', 52.5],
    [2, 'standby', 0],
    [3, 'purging', undefined],
    [4, 'bolus', undefined],
    [5, 'bolus', undefined],
  ])('of operation %i is %s, at %s mL/h', (operation, state, rateMlPerHour) => {
    const said = reading({ operation });
    expect(said).toMatchObject({ state, rateSetMlPerHour: 52.5 });
    expect(said.rateMlPerHour).toBe(rateMlPerHour);
    expect(said.doubt).toBeUndefined();
  });

  test.each([6, 9, 15])('of operation %i, which is reserved, is unknown, with the word as it was sent', (operation) => {
    const said = reading({ operation });
    expect(said.state).toBe('unknown');
    expect(said.rateMlPerHour).toBeUndefined();
    expect(said.doubt).toBe(`operating status ${operation.toString(16).toUpperCase()} is reserved in the document`);
  });

  test('with a set rate is no infusion unless the pump says so', () => {
    expect(reading({ operation: 0, rateSetMlPerHour: 999 })).toMatchObject({ state: 'stopped', rateMlPerHour: 0 });
  });

  test.each<[what: string, Partial<OperatingStatus>, keyof InfusionReading]>([
    ['VTBI is off', { vtbiMl: 'off' }, 'vtbiMl'],
    ['VTBI is infinite', { vtbiMl: 'infinite' }, 'vtbiMl'],
    ['the dose is in mL/h, which is none', { doseUnit: 0, dilution: 'off' }, 'doseRate'],
    ['the weight is off', { weightKg: 'off', dilution: 'off' }, 'patientWeightKg'],
    ['the dilution is off', { dilution: 'off' }, 'concentration'],
    ['there is no syringe', { operation: 0, syringe: 0 }, 'syringe'],
    ['the syringe is one of 50 or 60 mL', { syringe: 6 }, 'syringe'],
  ])('where %s has no such field, and no doubt', (_what, change, field) => {
    const said = reading(change);
    expect(said).not.toHaveProperty(field);
    expect(said.doubt).toBeUndefined();
  });

  test.each<[Partial<OperatingStatus>, Partial<InfusionReading>]>([
    [{ syringe: 2 }, { syringe: { sizeMl: 5 } }],
    [{ syringe: 3 }, { syringe: { sizeMl: 10 } }],
    [{ syringe: 4 }, { syringe: { sizeMl: 20 } }],
    [{ syringe: 5 }, { syringe: { sizeMl: 30 } }],
    [{ powerSource: 0 }, { power: { isOnMains: false } }],
    [{ occlusionPercent: 75 }, { pressurePercent: 75 }],
    [{ softwareVersion: 0x0a }, { softwareVersion: '000A' }],
    [{ vtbiMl: 0 }, { vtbiMl: 0 }],
    [{ deliveredMl: 167_772.15 }, { volumeInfusedMl: 167_772.15 }],
    [{ doseUnit: 4, doseRate: 12.5 }, { doseRate: { value: 12.5, unit: 'ug/kg/min' } }],
  ])('with %o says %o', (change, said) => {
    expect(reading(change)).toMatchObject(said);
  });

  test.each<[Partial<OperatingStatus>, absent: keyof InfusionReading | undefined, doubt: string]>([
    [{ rateSetMlPerHour: 0, dilution: 'off' }, undefined, 'the pump says it infuses, at rate 0'],
    [{ isPlungerOff: true }, undefined, 'the pump says it infuses, and that its plunger is not set'],
    [{ syringe: 0 }, 'syringe', 'the pump says it infuses, and that it has no syringe'],
    [{ doseUnit: 5, dilution: 'off' }, 'doseRate', 'a dose rate in the unknown unit 05'],
    [{ dilution: 2 }, 'concentration', 'a dilution of 2, in a unit that its dose does not prove'],
    [{ weightKg: 0.2, dilution: 'off' }, 'patientWeightKg', 'a patient weight of 0.2 kg'],
    [{ weightKg: 250.1, dilution: 'off' }, 'patientWeightKg', 'a patient weight of 250.1 kg'],
    [{ syringe: 1 }, 'syringe', 'unknown syringe code 01'],
    [{ powerSource: 2 }, 'power', 'unknown power source 2'],
  ])('with %o has no %s and says why', (change, absent, doubt) => {
    const said = reading(change);
    expect(said.doubt).toBe(doubt);
    if (absent !== undefined) expect(said).not.toHaveProperty(absent);
  });

  test('says all its doubts at once', () => {
    expect(reading({ operation: 7, syringe: 9, alarmBytes: OCCLUSION }).doubt).toBe(
      'operating status 7 is reserved in the document; unknown syringe code 09; ' +
        'the order of the alarm bytes is not confirmed: an alarm may be one of two',
    );
  });

  test('a pump that is gone has no values', () => {
    expect(goneReading(DEVICE_ID, MOMENT)).toEqual({
      kind: 'infusion',
      ...MOMENT,
      channel: DEVICE_ID,
      pumpType: 'syringe',
      state: 'disconnected',
      alarms: [],
    });
  });
});

describe('a pump that stopped and calls', () => {
  test.each<[what: string, AlarmBytes, AlarmByteOrder, InfusionReading['state']]>([
    ['an occlusion', OCCLUSION, 'b0-last', 'alarm'],
    ['an occlusion', [0x08, 0, 0], 'b0-first', 'alarm'],
    ['that it is complete', COMPLETION, 'b0-last', 'complete'],
    ['that it is complete', [0x04, 0, 0], 'b0-first', 'complete'],
    ['that it is complete, and the syringe nearly empty', [0, 0x01, 0x04], 'b0-last', 'complete'],
    ['that it is complete, and an occlusion', [0, 0, 0x0c], 'b0-last', 'alarm'],
    ['that it is complete or has no VTBI', COMPLETION, 'unconfirmed', 'alarm'],
    ['a start reminder', [0x10, 0, 0], 'b0-last', 'stopped'],
    ['a start reminder or a syringe that came off', [0x10, 0, 0], 'unconfirmed', 'alarm'],
    ['that its syringe is nearly empty', NEARLY_EMPTY, 'unconfirmed', 'stopped'],
    ['something reserved', [0, 0x02, 0], 'unconfirmed', 'alarm'],
  ])('%s (%o, %s) is %s', (_what, alarmBytes, order, state) => {
    const said = reading({ operation: 0, alarmBytes }, order);
    expect(said).toMatchObject({ state, rateMlPerHour: 0 });
  });

  test('and one that infuses and calls, infuses', () => {
    expect(reading({ alarmBytes: OCCLUSION }, 'b0-last')).toMatchObject({
      state: 'infusing',
      alarms: [{ kind: 'occlusion.unspecified' }],
    });
  });
});

describe('the alarm bits', () => {
  const KINDS = [
    [0, 'unspecified', 'pre-alarm', 'medium', 'shutdown notice'],
    [1, 'comms', 'pre-alarm', 'medium', 'link interruption'],
    [2, 'infusionComplete', 'alarm', 'medium', 'completion'],
    [3, 'occlusion.unspecified', 'alarm', 'high', 'occlusion'],
    [4, 'syringe.fault', 'alarm', 'high', 'syringe displacement'],
    [5, 'syringe.fault', 'alarm', 'high', 'plunger displacement'],
    [6, 'mechanism.disengaged', 'alarm', 'high', 'slider displacement'],
    [7, 'syringe.fault', 'alarm', 'high', 'syringe barrel detection'],
    [8, 'nearEnd', 'pre-alarm', 'medium', 'nearly empty'],
    [9, 'unknown', 'alarm', 'medium', 'reserved'],
    [10, 'unknown', 'alarm', 'medium', 'reserved'],
    [11, 'unknown', 'alarm', 'medium', 'reserved'],
    [12, 'unknown', 'alarm', 'medium', 'reserved'],
    [13, 'unspecified', 'alarm', 'high', 'power failure'],
    [14, 'unknown', 'alarm', 'medium', 'reserved'],
    [15, 'unspecified', 'pre-alarm', 'medium', 'AC power detector'],
    [16, 'attention', 'pre-alarm', 'low', 'no flow rate set'],
    [17, 'attention', 'pre-alarm', 'low', 'flow-rate/VTBI judgement'],
    [18, 'attention', 'pre-alarm', 'low', 'no VTBI'],
    [19, 'unspecified', 'alarm', 'high', 'battery'],
    [20, 'attention', 'pre-alarm', 'low', 'start reminder'],
    [21, 'unspecified', 'alarm', 'high', 'pressure'],
    [22, 'service', 'pre-alarm', 'low', 'maintenance timer'],
    [23, 'device.fault', 'pre-alarm', 'medium', 'battery replacement/failure'],
  ] as const;

  const bytesOf = (bit: number, order: 'b0-last' | 'b0-first'): AlarmBytes => {
    const byte = 1 << (bit % 8);
    const place = order === 'b0-last' ? 2 - Math.floor(bit / 8) : Math.floor(bit / 8);
    return [place === 0 ? byte : 0, place === 1 ? byte : 0, place === 2 ? byte : 0];
  };

  test.each(KINDS)('b%i is %s', (bit, kind, stage, priority, name) => {
    const alarm = { kind, stage, priority, code: `b${bit} ${name}` };
    for (const order of ['b0-last', 'b0-first'] as const) {
      expect(alarmsOf(bytesOf(bit, order), order)).toEqual([alarm]);
    }
    expect(ALARM_BITS[bit] === undefined).toBe(name === 'reserved');
  });

  test.each(KINDS.slice(8, 16))('b%i, in the middle byte, needs no order', (bit, kind) => {
    const bytes = bytesOf(bit, 'b0-last');
    expect(alarmsOf(bytes, 'unconfirmed')).toMatchObject([{ kind }]);
    expect(alarmsOf(bytes, 'unconfirmed')).toEqual(alarmsOf(bytes, 'b0-first'));
    expect(reading({ alarmBytes: bytes }).doubt).toBeUndefined();
  });

  test.each([
    ...KINDS.slice(0, 8).map(([bit]) => [bit, bit + 16] as const),
    ...KINDS.slice(16).map(([bit]) => [bit - 16, bit] as const),
  ])(
    'b%i or b%i, as long as the order is not confirmed: never less than the worse of the two, in either byte',
    (low, high) => {
      const either = [KINDS[low], KINDS[high]].map((known) => ({ stage: known?.[2], priority: known?.[3] }));
      const priority = (['high', 'medium', 'low'] as const).find((each) => either.some((one) => one.priority === each));
      const stage = either.some((one) => one.stage === 'alarm') ? 'alarm' : 'pre-alarm';
      const code = `b${low} ${KINDS[low]?.[4]} or b${high} ${KINDS[high]?.[4]}`;
      for (const bytes of [bytesOf(low, 'b0-last'), bytesOf(low, 'b0-first')]) {
        expect(alarmsOf(bytes, 'unconfirmed')).toEqual([{ kind: 'unknown', stage, priority, code }]);
        expect(reading({ alarmBytes: bytes }).doubt).toMatch(/order of the alarm bytes is not confirmed/);
      }
    },
  );

  test('none are none, and all are all', () => {
    for (const order of ['unconfirmed', 'b0-last', 'b0-first'] as const) {
      expect(alarmsOf([0, 0, 0], order)).toEqual([]);
      const all = alarmsOf([0xff, 0xff, 0xff], order);
      expect(all).toHaveLength(24);
    }
  });
});

describe('the dilution', () => {
  const said = (change: Partial<OperatingStatus>): boolean => isMgPerMl({ ...RUNNING, ...change });

  test.each<[what: string, Partial<OperatingStatus>]>([
    ['mg/kg/h, 0.5 mg/kg in 40 minutes', {}],
    ['mg/kg/h, rounded by the pump', { rateSetMlPerHour: 30, doseRate: 0.43 }],
    ['mg/kg/h, cut off by the pump', { rateSetMlPerHour: 30, doseRate: 0.42 }],
    ['µg/kg/min', { doseUnit: 4, doseRate: 12.5 }],
    ['10 mg/mL', { dilution: 10, rateSetMlPerHour: 5.25 }],
    ['a small child', { weightKg: 3.2, rateSetMlPerHour: 2.4 }],
  ])('is in mg/mL where the pump’s own numbers agree: %s', (_what, change) => {
    expect(said(change)).toBe(true);
  });

  test.each<[what: string, Partial<OperatingStatus>]>([
    ['the number is one in µg/mL', { dilution: 1000 }],
    ['the number is one in mg per 50 mL', { dilution: 50 }],
    ['the number is percent', { dilution: 0.1 }],
    ['they do not agree by a twentieth', { rateSetMlPerHour: 55 }],
    ['nothing is set', { rateSetMlPerHour: 0, doseRate: 0 }],
    ['only a flow is set', { doseUnit: 0, doseRate: 52.5 }],
    ['the unit of the dose is unknown', { doseUnit: 9 }],
    ['there is no weight', { weightKg: 'off' }],
    ['there is none', { dilution: 'off' }],
    ['the numbers are so small that another unit fits as well', { doseRate: 0.02, rateSetMlPerHour: 1.4 }],
  ])('is not taken for mg/mL where %s', (_what, change) => {
    expect(said(change)).toBe(false);
  });
});

test.each(['b1-last', 1, null, ''])(
  'the setting alarmByteOrder cannot be %o, and a plain sentence says so',
  (value) => {
    expect(() => readSettings({ alarmByteOrder: value })).toThrow(
      'alarmByteOrder must be one of "unconfirmed", "b0-last", "b0-first"',
    );
  },
);
