import { describe, expect, test } from 'vitest';
import { readingOf } from '$drivers/pump-bbraun-hl7-pcd/observations.ts';
import type { Evidence } from '$drivers/pump-bbraun-hl7-pcd/delivery.ts';
import { kindOf, priorityOf, stageOf } from '$drivers/pump-bbraun-hl7-pcd/alarm-table.ts';
import { monotonicMs, type InfusionAlarm, type InfusionReading } from '$lib/domain/index.ts';
import { BENCH_DEVICE } from '../../support/polling-bench.ts';
import { hl7, NOTE, report, reportIn, STATION, SYSTEM } from './vectors.ts';

const NONE: Evidence = { isComplete: false, hasVolumeRisen: undefined };

function read(message: Uint8Array, evidence: Evidence = NONE, alarms: readonly InfusionAlarm[] = []): InfusionReading {
  const [pump] = reportIn(message).pumps;
  if (!pump) return expect.unreachable();
  const always = {
    source: BENCH_DEVICE,
    at: monotonicMs(1000),
    power: undefined,
    softwareVersion: undefined,
    doubts: [],
  };
  return readingOf({ ...always, who: pump.who, report: pump, alarms, evidence });
}
const rows = (...texts: readonly string[]): Uint8Array => report({ at: 0, rows: texts });

test('the message of the note is this reading, and 0.75 mg/kg/h follow from it', () => {
  const reading = read(hl7(NOTE));
  expect(reading).toEqual({
    kind: 'infusion',
    source: BENCH_DEVICE,
    at: 1000,
    channel: SYSTEM,
    place: `P51559 at station ${STATION}`,
    model: 'B Braun SpacePlus Perfusor',
    pumpType: 'syringe',
    state: 'infusing',
    rateMlPerHour: 52.5,
    rateSetMlPerHour: 52.5,
    volumeInfusedMl: 17.5,
    vtbiMl: 35,
    volumeRemainingMl: 17.5,
    timeRemainingS: 1200,
    drugName: 'Ketamine',
    concentration: { value: 1, unit: 'mg/mL' },
    patientWeightKg: 70,
    alarms: [],
  });
  const { rateMlPerHour = 0, concentration, patientWeightKg = 0 } = reading;
  const mgPerKgPerHour = (rateMlPerHour * (concentration?.value ?? 0)) / patientWeightKg;
  expect(mgPerKgPerHour).toBe(0.75);
  expect((mgPerKgPerHour * 1000) / 60).toBe(12.5);
});

describe('a field', () => {
  test.each([
    ['158014^X|1|7|265266', { rateMlPerHour: 7 }],
    ['157784^X|1|7|265266', { rateMlPerHour: 7 }],
    ['157993^X|1|7|263762', { volumeInfusedMl: 7 }],
    ['157864^X|1|7|263762', { volumeInfusedMl: 7 }],
    ['157992^X|1|7|263762', { segmentVolumeMl: 7 }],
    ['157884^X|1|7|263762', { vtbiMl: 7 }],
    ['157872^X|1|7|263762', { volumeRemainingMl: 7 }],
    ['157916^X|1|7|264320', { timeRemainingS: 7 }],
    ['157916^X|1|7|264352', { timeRemainingS: 420 }],
    ['184514^X|1|Ketanest|', { drugName: 'Ketanest' }],
    ['184330^X|1|Ketanest|', { drugName: 'Ketanest' }],
    ['157760^X|1|7|264306', { concentration: { value: 7, unit: 'mg/mL' } }],
    ['157760^X|1|7|0^^^ug/mL^^UCUM', { concentration: { value: 7, unit: 'ug/mL' } }],
    ['157924^X|1|7|265619', { doseRate: { value: 7, unit: 'ug/kg/min' } }],
    ['158001^X|1|7|263891', { doseGiven: { value: 7, unit: 'ug' } }],
    ['68063^X|1|7|263875', { patientWeightKg: 7 }],
    ['157880^X|1|50|263762', { syringe: { sizeMl: 50 } }],
    ['157984^X|1|31|263762', { syringe: { contentMl: 31 } }],
    ['184488^X|1|OPS 50|', { syringe: { brand: 'OPS 50' } }],
    ['67880^X|1|SpacePlus|', { model: 'SpacePlus' }],
    ['531976^X|1|012U|', { softwareVersion: '012U' }],
    ['67925^X|1|onMains(0)|', { power: { isOnMains: true } }],
    ['67925^X|1|onBattery(1)|', { power: { isOnMains: false } }],
    ['158008^X|1|^pump-program-delivery-mode-continuous|', { mode: 'continuous' }],
    ['184504^X|1|^pump-mode-continuous|', { mode: 'continuous' }],
    ['70054^MDC_DEV_PUMP_INFUS_SYRINGE_VMD|1.1.0.0||', { pumpType: 'syringe' }],
    ['70050^MDC_DEV_PUMP_INFUS_LVP_VMD|1.1.0.0||', { pumpType: 'unknown' }],
  ])('%s', (text, fields) => expect(read(rows(text))).toMatchObject(fields));

  test.each([
    ['158014^RATE|1|7|263762', 'RATE in mL'],
    ['158014^RATE|1|7|265267^MDC_DIM_X', 'RATE in an unknown unit: 265267 MDC_DIM_X'],
    ['158014^RATE|1|seven|265266', 'RATE is no number: seven'],
    ['157760^CONC|1|7|263762', 'CONC in mL'],
    ['157924^DOSE|1|7|265266', 'DOSE in mL/h'],
    ['158001^GIVEN|1|7|263762', 'GIVEN in mL'],
    ['68063^WEIGHT|1|700|263875', 'a patient weight of 700 kg'],
    ['158008^X|1|^pump-program-delivery-mode-loading|', 'a mode unknown here: pump-program-delivery-mode-loading'],
  ])('%s is no value, and said', (text, doubt) => {
    const reading = read(rows(text));
    expect(reading.doubt).toContain(doubt);
    for (const field of ['rateMlPerHour', 'concentration', 'doseRate', 'doseGiven', 'patientWeightKg', 'mode'] as const)
      expect(reading[field]).toBeUndefined();
  });

  test('of a set rate beside the current one is the set rate', () => {
    expect(read(rows('158014^X|1|0|265266', '157784^X|1|7|265266'))).toMatchObject({
      rateMlPerHour: 0,
      rateSetMlPerHour: 7,
    });
  });

  test('of a concentration of nought is none, and an order’s drug stands where the pump names none', () => {
    const reading = read(rows('157760^X|1|0|264306'));
    expect(reading.concentration).toBeUndefined();
    expect(reading.drugName).toBe('Ketamine');
  });
});

const DELIVERY = '158005^D|1|^pump-delivery-status-';
const STATUS = '184519^S|1|^pump-status-';

describe('what it does', () => {
  test.each([
    [[`${DELIVERY}delivering|`], 'infusing'],
    [[`${STATUS}infusing|`], 'infusing'],
    [[`${DELIVERY}not-delivering|`], 'stopped'],
    [[`${STATUS}not-infusing|`], 'stopped'],
    [[`${DELIVERY}not-delivering|`, '158006^R|1|^pump-stopped-user|'], 'stopped'],
    [[`${DELIVERY}not-delivering|`, '158006^R|1|^pump-stopped-alarming|'], 'alarm'],
    [['184508^S|1|^pump-status-paused|'], 'paused'],
    [['184508^S|1|^pump-status-infusing|'], 'infusing'],
    [['158014^X|1|0|265266'], 'stopped'],
    [[], 'unknown'],
  ])('%j is %s', (texts, state) => expect(read(rows(...texts))).toMatchObject({ state }));

  test.each([
    [[`${DELIVERY}delivering|`, `${STATUS}not-infusing|`], 'unknown', 'the pump says both'],
    [[`${DELIVERY}primed|`], 'unknown', 'an unknown word for what it does: pump-delivery-status-primed'],
    [['184508^S|1|^pump-status-kvo|'], 'unknown', 'an unknown word for what it does: pump-status-kvo'],
    [
      [`${DELIVERY}not-delivering|`, '158006^R|1|^pump-stopped-moon|'],
      'stopped',
      'a reason unknown here: pump-stopped-moon',
    ],
    [[`${DELIVERY}delivering|`, '158014^X|1|0|265266'], 'infusing', 'it delivers, at rate 0'],
    [['158014^X|1|7|265266'], 'unknown', 'neither a word nor the volume says that it flows'],
  ])('%j is %s, and said', (texts, state, doubt) => {
    const reading = read(rows(...texts));
    expect(reading.state).toBe(state);
    expect(reading.doubt).toContain(doubt);
  });

  test('a rate is an infusion only with a volume that rises', () => {
    const rate = rows('158014^X|1|7|265266');
    expect(read(rate, { isComplete: false, hasVolumeRisen: true })).toMatchObject({ state: 'infusing' });
    expect(read(rate, { isComplete: false, hasVolumeRisen: false })).toMatchObject({ state: 'unknown' });
  });

  test('stopped and calling that it is over is complete, calling anything else is alarm', () => {
    const stopped = rows(`${DELIVERY}not-delivering|`, '158006^R|1|^pump-stopped-alarming|');
    const call = (kind: InfusionAlarm['kind']) => ({ kind, stage: 'alarm', priority: 'high', code: 'x' }) as const;
    expect(read(stopped, NONE, [call('infusionComplete')]).state).toBe('complete');
    expect(read(stopped, NONE, [call('infusionComplete'), call('airInLine')]).state).toBe('alarm');
  });
});

describe('an alarm’s kind', () => {
  test.each([
    [196670, 'Occlusion Downstream', 'occlusion.downstream', 'alarm', 'high'],
    [196670, 'OCCLUSION  upstream', 'occlusion.upstream', 'alarm', 'high'],
    [undefined, 'Air In Line', 'airInLine', 'alarm', 'high'],
    [undefined, 'Syringe Holder Open', 'syringe.fault', 'alarm', 'high'],
    [undefined, 'Door Open', 'doorOpen', 'alarm', 'high'],
    [undefined, 'Free Flow Protection', 'freeFlow', 'alarm', 'high'],
    [undefined, 'Drop Sensor Error', 'dropSensor', 'alarm', 'high'],
    [197334, '', 'nearEnd', 'pre-alarm', 'medium'],
    [undefined, 'VTBI Near End', 'nearEnd', 'pre-alarm', 'medium'],
    [197292, 'whatever', 'infusionComplete', 'alarm', 'medium'],
    [undefined, 'Infusion Complete', 'infusionComplete', 'alarm', 'medium'],
    [197218, '', 'syringe.fault', 'alarm', 'high'],
    [undefined, 'Battery Low', 'battery.low', 'pre-alarm', 'medium'],
    [undefined, 'Battery Empty', 'battery.empty', 'alarm', 'high'],
    [undefined, 'Standby Timeout', 'attention', 'alarm', 'low'],
    [196670, '', 'unspecified', 'alarm', 'medium'],
    [196670, 'Something New', 'unknown', 'alarm', 'medium'],
    [123, '', 'unknown', 'alarm', 'medium'],
  ] as const)('of %s %s is %s', (code, text, kind, stage, priority) => {
    expect(kindOf(code, text)).toBe(kind);
    expect(stageOf(kind)).toBe(stage);
    expect(priorityOf(kind, 'PN')).toBe(priority);
  });

  test.each([
    ['PH', 'high'],
    ['PM', 'medium'],
    ['PL', 'low'],
    ['ST', 'medium'],
    ['toString', 'medium'],
  ])('has the pump’s own priority where it sends one: %s', (sent, priority) =>
    expect(priorityOf('unknown', sent)).toBe(priority),
  );
});
