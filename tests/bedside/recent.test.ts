/** The course of the last minutes, what stood beside a cuff reading, and the baseline that is proposed from both. */
import { describe, expect, test } from 'vitest';
import {
  bedId,
  deviceId,
  monotonicMs,
  type DeviceStanding,
  type NibpMeasurement,
  type Numerics,
  type Reading,
  type VitalKey,
} from '$lib/domain/index.ts';
import { emptyBed, proposeBaseline, type BedState } from '$lib/bedside/index.ts';
import { atCuff, valuesBetween, withRecent } from '$lib/bedside/recent.ts';
import { MONITOR } from '../support/bed.ts';

const OTHER = deviceId('other');
const OFF: Reading = { missing: 'sensor-off' };
const value = (number: number): Reading => ({ value: number });
const said = (atS: number, values: Numerics['values'], source = MONITOR): Numerics => ({
  kind: 'numerics',
  source,
  at: monotonicMs(atS * 1000),
  values,
});
/** [second, value] of the saturation of one source. */
const kept = (...told: readonly (readonly [atS: number, reading: Reading | undefined])[]) =>
  told
    .reduce((recent, [atS, spo2]) => withRecent(recent, said(atS, spo2 ? { spo2 } : {})), {} as BedState['recent'])
    .spo2?.[MONITOR]?.map(([at, number]) => [at / 1000, number]);

describe('the course', () => {
  test('has a value every four seconds', () => {
    expect(kept([0, value(97)], [3.9, value(96)], [4, value(95)], [5, value(94)], [8, value(93)])).toEqual([
      [0, 97],
      [4, 95],
      [8, 93],
    ]);
  });

  test('has the end of the good values and their return to the moment', () => {
    expect(kept([0, value(97)], [1, OFF], [2, OFF], [3, value(95)])).toEqual([
      [0, 97],
      [1, null],
      [3, 95],
    ]);
    expect(kept([0, OFF], [1, undefined], [2, value(95)])).toEqual([[2, 95]]);
  });

  test.each<[string, Reading]>([
    ['questionable', { value: 97, isQuestionable: true }],
    ['impossible', { value: 101 }],
    ['missing', OFF],
  ])('what is %s is no value', (_, reading) => {
    expect(kept([0, value(97)], [1, reading])).toEqual([
      [0, 97],
      [1, null],
    ]);
  });

  test('is five minutes long', () => {
    expect(kept([0, value(90)], [100, value(91)], [300, value(92)])).toHaveLength(3);
    expect(kept([0, value(90)], [100, value(91)], [300.1, value(92)])).toEqual([
      [100, 91],
      [300.1, 92],
    ]);
    expect(kept([0, value(90)], [10, value(91)], [900, value(92)])).toEqual([[900, 92]]);
  });

  test('is kept for each device, and for what courses are taken from', () => {
    const vitals: readonly VitalKey[] = [
      'heartRate',
      'abpPulseRate',
      'pulseRate',
      'spo2',
      'respiratoryRate',
      'abpSystolic',
    ];
    const all = Object.fromEntries([...vitals, 'abpDiastolic'].map((vital) => [vital, value(60)]));
    const recent = withRecent(withRecent({}, said(0, all)), said(1, { spo2: value(60) }, OTHER));
    expect(Object.keys(recent).toSorted()).toEqual(vitals.toSorted());
    expect(Object.keys(recent.spo2 ?? {})).toEqual([MONITOR, OTHER]);
  });

  test('that nothing was added to is the very same', () => {
    const before = withRecent({}, said(0, { spo2: value(97) }));
    expect(withRecent(before, said(1, { spo2: value(96) }))).toBe(before);
  });

  test('gives its good values between two instants, both included', () => {
    const points = [0, 1, 2, 3].map((at) => [monotonicMs(at), at === 2 ? null : at * 10] as const);
    expect(valuesBetween(points, 1, 3)).toEqual([10, 30]);
    expect(valuesBetween(points, 0, 0)).toEqual([0]);
    expect(valuesBetween(undefined, 0, 9)).toEqual([]);
  });
});

const NOW = monotonicMs(400_000);
const device = (id: string) => ({ device: deviceId(id), state: 'live' }) as DeviceStanding;

/** A bed to which two devices have told something, the last of it now. */
function bed(...told: readonly Numerics[]): BedState {
  let { recent, vitals } = emptyBed(bedId('bed-1'), NOW);
  for (const one of told) {
    recent = withRecent(recent, one);
    for (const [vital, reading] of Object.entries(one.values) as [VitalKey, Reading][])
      vitals = { ...vitals, [vital]: { ...vitals[vital], [one.source]: { reading, at: one.at } } };
  }
  return { ...emptyBed(bedId('bed-1'), NOW), recent, vitals, devices: [device(MONITOR), device(OTHER)] };
}
const cuff = (more: Partial<NibpMeasurement> = {}): NibpMeasurement => ({
  kind: 'nibp',
  source: MONITOR,
  at: NOW,
  measuredAt: NOW,
  systolic: 120,
  diastolic: 70,
  ...more,
});

describe('beside a cuff reading', () => {
  test('stands the median heart rate of the half minute that it took', () => {
    const rates = [365, 370, 380, 390, 400].map((atS, i) =>
      said(atS, { heartRate: value([150, 60, 70, 90, 91][i] ?? 0) }),
    );
    expect(atCuff(bed(...rates), cuff())).toEqual({ measuredAt: NOW, heartRate: 80 });
  });

  test('else the cuff’s own pulse rate, else none', () => {
    expect(atCuff(bed(), cuff({ pulseRate: 66 }))).toEqual({ measuredAt: NOW, heartRate: 66 });
    expect(atCuff(bed(), cuff())).toStrictEqual({ measuredAt: NOW });
  });

  test('stand the pressures of the arterial line, with its mean where it has one', () => {
    const line = { abpSystolic: value(118), abpDiastolic: value(66) };
    expect(atCuff(bed(said(400, line)), cuff())).toStrictEqual({
      measuredAt: NOW,
      line: { systolic: 118, diastolic: 66 },
    });
    expect(atCuff(bed(said(400, { ...line, abpMeanArterial: value(83) })), cuff()).line).toEqual({
      systolic: 118,
      diastolic: 66,
      mean: 83,
    });
  });

  test.each<[string, Numerics['values']]>([
    ['half of it', { abpSystolic: value(118) }],
    ['the other half', { abpDiastolic: value(66) }],
    ['what is questionable', { abpSystolic: { value: 118, isQuestionable: true }, abpDiastolic: value(66) }],
    ['what is off', { abpSystolic: OFF, abpDiastolic: value(66) }],
  ])('%s is no pressure of a line', (_, values) => {
    expect(atCuff(bed(said(400, values)), cuff())).not.toHaveProperty('line');
  });
});

describe('the baseline that is proposed', () => {
  test('has the device’s means where every reading has one, else only estimated ones', () => {
    const means = (...readings: readonly NibpMeasurement[]) =>
      proposeBaseline({ ...bed(), nibp: readings }).readings.map(({ meanArterial }) => Math.round(meanArterial));
    expect(means(cuff({ meanArterial: 90 }), cuff({ meanArterial: 91 }))).toEqual([90, 91]);
    expect(means(cuff({ meanArterial: 90 }), cuff())).toEqual([87, 87]);
  });

  test('has what the device says that counts now, of the last five minutes', () => {
    const both = bed(
      said(95, { respiratoryRate: value(30) }),
      said(100, { respiratoryRate: value(20) }),
      said(399, { respiratoryRate: value(12) }),
      said(400, { respiratoryRate: value(25) }, OTHER),
    );
    expect(proposeBaseline(both)).toMatchObject({ respiratoryRate: 16 });
  });

  test('when none counts now has what the first in the bed’s order said', () => {
    const gone = bed(said(380, { spo2: value(90) }, OTHER), said(381, { spo2: value(97) }));
    expect(proposeBaseline(gone).spo2).toBe(97);
    expect(proposeBaseline(bed(said(380, { spo2: value(90) }, OTHER))).spo2).toBe(90);
    expect(proposeBaseline({ ...gone, devices: [] })).not.toHaveProperty('spo2');
  });

  test('takes the heart rate of the next source where the first has none', () => {
    expect(proposeBaseline(bed(said(400, { pulseRate: value(71) }))).heartRate).toBe(71);
    expect(proposeBaseline(bed(said(400, { heartRate: value(70), pulseRate: value(71) }))).heartRate).toBe(70);
  });
});
