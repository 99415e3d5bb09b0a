/** One number out of several, how old it may be, why there is none; and the baseline that is proposed from them. */
import { describe, expect, test } from 'vitest';
import {
  bedId,
  deviceId,
  monotonicMs,
  type DeviceStanding,
  type NibpMeasurement,
  type Reading,
  type VitalKey,
} from '$lib/domain/index.ts';
import {
  emptyBed,
  estimatedMean,
  lastNibp,
  meanOf,
  proposeBaseline,
  resolve,
  resolveHeartRate,
  type BedState,
} from '$lib/bedside/index.ts';
import { MONITOR, TestBed } from '../support/bed.ts';

const NOW = monotonicMs(100_000);
const OTHER = deviceId('other');
const device = (id: string, more: Partial<DeviceStanding> = {}) =>
  ({ device: deviceId(id), state: 'live', ...more }) as DeviceStanding;

/** What devices said, each so many milliseconds ago. */
function bed(
  said: Partial<Record<VitalKey, Readonly<Record<string, readonly [Reading, agoMs?: number]>>>>,
  devices = [device(MONITOR), device(OTHER)],
): BedState {
  const vitals = Object.fromEntries(
    Object.entries(said).map(([vital, sources]) => [
      vital,
      Object.fromEntries(
        Object.entries(sources).map(([source, [reading, agoMs = 0]]) => [
          source,
          { reading, at: monotonicMs(NOW - agoMs) },
        ]),
      ),
    ]),
  );
  return { ...emptyBed(bedId('bed-1'), NOW), vitals, devices };
}
const value = (number: number, more: { isQuestionable?: true } = {}): Reading => ({ value: number, ...more });

describe('a vital', () => {
  test('is told with its time and source', () => {
    expect(resolve(bed({ spo2: { [MONITOR]: [value(97), 1000] } }), 'spo2')).toEqual({
      value: 97,
      at: 99_000,
      source: MONITOR,
      vital: 'spo2',
      isStale: false,
      isQuestionable: false,
    });
  });

  test('goes stale after three seconds and expires after ten, where its device says nothing else', () => {
    const after = (agoMs: number, devices?: DeviceStanding[]) =>
      resolve(bed({ spo2: { [MONITOR]: [value(97), agoMs] } }, devices), 'spo2');
    expect(after(3000)).toMatchObject({ isStale: false });
    expect(after(3001)).toMatchObject({ isStale: true });
    expect(after(10_000)).toMatchObject({ value: 97 });
    expect(after(10_001)).toEqual({ missing: 'expired' });
    const slow = [device(MONITOR, { freshness: { staleAfterMs: 20_000, expiredAfterMs: 30_000 } })];
    expect(after(20_000, slow)).toMatchObject({ isStale: false });
    expect(after(30_001, slow)).toEqual({ missing: 'expired' });
  });

  test('is questionable where its device says so or nobody can have it', () => {
    expect(resolve(bed({ spo2: { [MONITOR]: [value(97, { isQuestionable: true })] } }), 'spo2')).toMatchObject({
      isQuestionable: true,
    });
    expect(resolve(bed({ spo2: { [MONITOR]: [value(101)] } }), 'spo2')).toMatchObject({ isQuestionable: true });
  });

  test('that is missing says why; one that nobody ever told is never', () => {
    expect(resolve(bed({ spo2: { [MONITOR]: [{ missing: 'sensor-off' }] } }), 'spo2')).toEqual({
      missing: 'sensor-off',
    });
    expect(resolve(bed({}), 'spo2')).toEqual({ missing: 'never' });
    expect(resolve(bed({ spo2: { gone: [value(97)] } }), 'spo2')).toEqual({ missing: 'never' });
  });

  test('of the first device in the bed’s order that has one', () => {
    const both = { [OTHER]: [value(90)], [MONITOR]: [value(97)] } as const;
    expect(resolve(bed({ spo2: both }), 'spo2')).toMatchObject({ value: 97 });
    expect(resolve(bed({ spo2: { ...both, [MONITOR]: [value(97), 11_000] } }), 'spo2')).toMatchObject({ value: 90 });
    expect(
      resolve(bed({ spo2: { [MONITOR]: [value(97), 11_000], [OTHER]: [{ missing: 'sensor-off' }] } }), 'spo2'),
    ).toEqual({ missing: 'sensor-off' });
  });
});

describe('the heart rate', () => {
  test('that is missing says why by the most trusted source that ever gave one', () => {
    expect(
      resolveHeartRate(
        bed({
          abpPulseRate: { [MONITOR]: [{ missing: 'sensor-off' }] },
          pulseRate: { [MONITOR]: [value(70), 20_000] },
        }),
      ),
    ).toEqual({ missing: 'sensor-off' });
    expect(resolveHeartRate(bed({ pulseRate: { [MONITOR]: [value(70), 20_000] } }))).toEqual({ missing: 'expired' });
    expect(resolveHeartRate(bed({}))).toEqual({ missing: 'never' });
  });
});

describe('a cuff reading', () => {
  const cuff: NibpMeasurement = {
    kind: 'nibp',
    source: MONITOR,
    at: NOW,
    measuredAt: NOW,
    systolic: 120,
    diastolic: 90,
  };

  test('has the mean of its device, else an estimate that is marked', () => {
    expect(meanOf({ ...cuff, meanArterial: 97 })).toEqual({ value: 97, isEstimated: false });
    expect(meanOf(cuff)).toEqual({ value: 100, isEstimated: true });
    expect(estimatedMean(128, 78)).toBeCloseTo(94.67, 2);
  });

  test('the last one counts', () => {
    expect(lastNibp({ ...bed({}), nibp: [cuff, cuff, { ...cuff, systolic: 130 }] })?.systolic).toBe(130);
    expect(lastNibp(bed({}))).toBeUndefined();
  });
});

describe('the baseline that is proposed', () => {
  test('is nothing while nothing was measured', () => {
    expect(proposeBaseline(new TestBed().admitted().state)).toEqual({ readings: [] });
  });

  test('is the median of the readings, rounded, and of the last five minutes of the rest', () => {
    const lived = new TestBed().admitted();
    for (let s = 5; s <= 600; s += 5) lived.numerics(s, { heartRate: s <= 295 ? 150 : 70, spo2: 97 });
    lived.nibp(601, 120, 70).nibp(602, 131, 81).nibp(603, 141, 80).nibp(604, 128, 78);
    const proposal = proposeBaseline(lived.to(605).state);
    expect(proposal).toMatchObject({ systolic: 130, diastolic: 79, heartRate: 70, spo2: 97 });
    expect(proposal).not.toHaveProperty('respiratoryRate');
    expect(proposal.meanArterial).toBe(96);
    expect(proposal.readings).toHaveLength(4);
    expect(proposal.readings[0]).toMatchObject({ measuredAt: 601_000, systolic: 120, diastolic: 70 });
  });
});
