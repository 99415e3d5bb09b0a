/** Blood pressure by the source that counts, and what is reckoned from it. */
import { describe, expect, test } from 'vitest';
import { MINUTE_MS, monotonicMs, type NibpMeasurement } from '$lib/domain/index.ts';
import { cuffExpiry, derivedMetrics, pressureOf } from '$lib/bedside/context-derived.ts';
import type { MetricSample } from '$lib/rules/index.ts';
import { MONITOR } from '../support/bed.ts';
import { NOW, sample } from '../support/rules.ts';

const AT = monotonicMs(NOW - 60_000);
const UNKNOWN: MetricSample = { unknown: 'the signal is doubtful' };

const cuffOf = (more: Partial<NibpMeasurement> = {}): NibpMeasurement => ({
  kind: 'nibp',
  source: MONITOR,
  at: NOW,
  measuredAt: AT,
  systolic: 150,
  diastolic: 90,
  ...more,
});

const lineOf = (systolic: number, diastolic: number, mean?: number) => ({
  systolic: sample(systolic),
  diastolic: sample(diastolic),
  mean: mean === undefined ? UNKNOWN : sample(mean),
});

describe('blood pressure', () => {
  test('is that of the line, with its own mean, whatever the cuff said', () => {
    const line = lineOf(120, 70, 88);
    const byLine = { systolic: sample(120), diastolic: sample(70), meanArterial: sample(88) };
    expect(pressureOf(line, cuffOf(), false)).toEqual(byLine);
    expect(pressureOf(line, undefined, false)).toEqual(byLine);
  });

  test('of a line without a mean has one that is estimated, and marked', () => {
    expect(pressureOf(lineOf(120, 60), cuffOf(), false)?.meanArterial).toEqual(sample(80, { isEstimated: true }));
  });

  test.each<[string, ReturnType<typeof lineOf>, boolean]>([
    ['a pulse of 3 mmHg', lineOf(43, 40, 41), true],
    ['a pulse below 3 mmHg', lineOf(42.9, 40, 41), false],
    ['a mean of 10 mmHg', lineOf(14, 8, 10), true],
    ['a mean below 10 mmHg', lineOf(14, 8, 9.9), false],
    ['an estimated mean below 10 mmHg', lineOf(12, 6), false],
    ['neither pulse nor mean', lineOf(4, 3, 3), false],
    ['a systolic that is not known', { ...lineOf(120, 70, 88), systolic: UNKNOWN }, false],
    ['a diastolic that is not known', { ...lineOf(120, 70, 88), diastolic: UNKNOWN }, false],
  ])('of a line with %s counts: else the cuff does', (_, line, counts) => {
    expect(pressureOf(line, cuffOf(), false)?.systolic).toEqual(
      counts ? line.systolic : { value: 150, at: AT, cadence: 'episodic', isExpired: false },
    );
    expect(pressureOf(line, undefined, false) !== undefined).toBe(counts);
  });

  test.each([true, false])('of the cuff is a single measurement of then (expired: %s)', (isExpired) => {
    const single = { at: AT, cadence: 'episodic', isExpired };
    expect(pressureOf(undefined, cuffOf({ meanArterial: 108 }), isExpired)).toEqual({
      systolic: { value: 150, ...single },
      diastolic: { value: 90, ...single },
      meanArterial: { value: 108, ...single, isEstimated: false },
    });
    expect(pressureOf(undefined, cuffOf(), isExpired)?.meanArterial).toEqual({
      value: 110,
      ...single,
      isEstimated: true,
    });
  });

  test('is nothing without line and cuff', () => {
    expect(pressureOf(undefined, undefined, false)).toBeUndefined();
  });

  test('of the cuff is compared with the baseline for three intervals after it was measured', () => {
    expect(cuffExpiry(cuffOf(), 5)).toBe(AT + 15 * MINUTE_MS);
    expect(cuffExpiry(cuffOf(), 10)).toBe(AT + 30 * MINUTE_MS);
  });
});

type From = Parameters<typeof derivedMetrics>[0];
const NOTHING: From = {
  pressure: undefined,
  heartRate: undefined,
  icp: undefined,
  cuff: undefined,
  atCuff: undefined,
};
const derive = (from: Partial<From>) => derivedMetrics({ ...NOTHING, ...from });

const byLine = pressureOf(lineOf(120, 70, 88), undefined, false);
const byCuff = pressureOf(undefined, cuffOf(), false);
const byOldCuff = pressureOf(undefined, cuffOf({ meanArterial: 108 }), true);

describe('what is reckoned from a line', () => {
  const from: Partial<From> = { pressure: byLine, heartRate: sample(60), icp: sample(18) };

  test('belongs to the heart rate of now, and is a signal that renews itself', () => {
    expect(derive(from)).toEqual({
      pulsePressure: sample(50),
      ratePressureProduct: sample(7200),
      shockIndex: sample(0.5),
      cpp: sample(70),
      pressureDisagreement: undefined,
    });
  });

  test('is unknown for the same reason as its part, the pressure first', () => {
    const why: MetricSample = { unknown: 'the sensor is off' };
    const { pulsePressure, ...others } = derive({ ...from, heartRate: why, icp: why });
    expect(pulsePressure).toEqual(sample(50));
    expect(others).toMatchObject({ ratePressureProduct: why, shockIndex: why, cpp: why });
    const pressure = { systolic: UNKNOWN, diastolic: UNKNOWN, meanArterial: UNKNOWN };
    expect(derive({ ...from, pressure, icp: why })).toMatchObject({
      pulsePressure: UNKNOWN,
      ratePressureProduct: UNKNOWN,
      shockIndex: UNKNOWN,
      cpp: UNKNOWN,
    });
  });

  test('is nothing without pressure, and without the other part', () => {
    expect(derive({ heartRate: sample(60), icp: sample(18) })).toEqual({});
    expect(derive({ pressure: byLine })).toEqual({ pulsePressure: sample(50) });
  });

  test('is as new as its newer part', () => {
    const older = sample(60, { at: AT });
    const newer = sample(60, { at: monotonicMs(NOW + 1000) });
    expect(derive({ ...from, heartRate: older }).shockIndex).toMatchObject({ at: NOW });
    expect(derive({ ...from, heartRate: newer }).shockIndex).toMatchObject({ at: NOW + 1000 });
  });

  test('carries the mark of an estimate from either part, and no other', () => {
    const estimated = pressureOf(lineOf(120, 60), undefined, false);
    expect(derive({ ...from, pressure: estimated })).toMatchObject({
      pulsePressure: sample(60),
      cpp: sample(62, { isEstimated: true }),
    });
    expect(derive({ ...from, icp: sample(18, { isEstimated: true }) }).cpp).toEqual(sample(70, { isEstimated: true }));
    expect(derive(from).cpp).not.toHaveProperty('isEstimated');
    expect(derive(from).cpp).not.toHaveProperty('isExpired');
  });

  test('carries the mark of an old part', () => {
    expect(derive({ ...from, icp: sample(18, { isExpired: true }) }).cpp).toEqual(sample(70, { isExpired: true }));
  });

  test('is a single measurement as soon as one part is one', () => {
    expect(derive({ ...from, icp: sample(18, { cadence: 'episodic', at: AT }) }).cpp).toEqual(
      sample(70, { cadence: 'episodic' }),
    );
  });
});

describe('what is reckoned from a cuff reading', () => {
  const single = { at: AT, cadence: 'episodic' };

  test('belongs to the heart rate that stood beside it, not to the one of now', () => {
    const atCuff = { measuredAt: AT, heartRate: 75 };
    expect(derive({ pressure: byCuff, heartRate: sample(140), cuff: cuffOf(), atCuff })).toEqual({
      pulsePressure: { value: 60, ...single },
      ratePressureProduct: { value: 11_250, ...single },
      shockIndex: { value: 0.5, ...single },
      cpp: undefined,
      pressureDisagreement: undefined,
    });
  });

  test.each<[string, From['atCuff']]>([
    ['no heart rate stood beside it', { measuredAt: AT }],
    ['that stood beside another reading', { measuredAt: NOW, heartRate: 75 }],
    ['nothing is known of then', undefined],
  ])('is not reckoned with the rate of now where %s', (_, atCuff) => {
    const { ratePressureProduct, shockIndex, pulsePressure } = derive({
      pressure: byCuff,
      heartRate: sample(75),
      atCuff,
    });
    expect(ratePressureProduct).toEqual({ unknown: 'no heart rate beside the cuff reading' });
    expect(shockIndex).toEqual({ unknown: 'no heart rate beside the cuff reading' });
    expect(pulsePressure).toEqual({ value: 60, ...single });
  });

  test('is as old as the reading', () => {
    const atCuff = { measuredAt: AT, heartRate: 75 };
    const all = derive({ pressure: byOldCuff, atCuff, icp: sample(18) });
    expect(all.pulsePressure).toEqual({ value: 60, ...single, isExpired: true });
    expect(all.shockIndex).toEqual({ value: 0.5, ...single, isExpired: true });
    expect(all.cpp).toEqual({ value: 90, at: NOW, cadence: 'episodic', isExpired: true });
  });

  test('is marked as estimated where its mean is', () => {
    expect(derive({ pressure: byCuff, icp: sample(18) }).cpp).toEqual({
      value: 92,
      at: NOW,
      cadence: 'episodic',
      isEstimated: true,
    });
  });
});

describe('line and cuff that disagree', () => {
  const LINE = { systolic: 120, diastolic: 60 };
  const apart = (cuff: Partial<NibpMeasurement>, line: { mean?: number } | undefined, measuredAt = AT) =>
    derive({ cuff: cuffOf(cuff), atCuff: { measuredAt, ...(line && { line: { ...LINE, ...line } }) } })
      .pressureDisagreement;

  test.each<[string, Partial<NibpMeasurement>, { mean?: number }, number]>([
    ['measured means', { meanArterial: 105 }, { mean: 85 }, 20],
    ['measured means, the line above', { meanArterial: 85 }, { mean: 105 }, 20],
    ['two estimates where neither has a mean', {}, {}, 30],
    ['two estimates where only the cuff has a mean', { meanArterial: 105 }, {}, 30],
    ['two estimates where only the line has a mean', {}, { mean: 85 }, 30],
  ])('are compared by %s', (_, cuff, line, value) => {
    expect(apart(cuff, line)).toEqual({ value, at: AT, cadence: 'episodic' });
  });

  test('are not compared where the line gave nothing, or gave it beside another reading', () => {
    expect(apart({}, undefined)).toBeUndefined();
    expect(apart({}, {}, NOW)).toBeUndefined();
    expect(derive({ cuff: cuffOf() }).pressureDisagreement).toBeUndefined();
    expect(derive({ atCuff: { measuredAt: AT, line: LINE } }).pressureDisagreement).toBeUndefined();
  });
});
