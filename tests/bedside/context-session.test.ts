/** What the rules may see of the session: baseline, age, scores, and how far the treatment is. */
import { describe, expect, test } from 'vitest';
import { MINUTE_MS, monotonicMs, wallMs, type Baseline, type ScaleId, type Score } from '$lib/domain/index.ts';
import { clockMetrics, doseAt, icpOf, icpUntil, readingMinutes, sessionMetrics } from '$lib/bedside/context-session.ts';
import type { MetricSample } from '$lib/rules/index.ts';
import { NURSE } from '../support/bed.ts';
import { session } from '../support/channel.ts';
import { NOW, ago, bedWith, cuffReading } from '../support/told-bed.ts';

const HOUR_MS = 60 * MINUTE_MS;
const clock = { at: ago(30_000), wallTime: wallMs(Date.UTC(2026, 0, 1)) };

describe('the baseline', () => {
  const BASELINE: Baseline = {
    ...{ systolic: 128, diastolic: 78, meanArterial: 95, readings: [] },
    ...{ acceptedAt: ago(900_000), acceptedBy: NURSE },
  };
  const accepted = (value: number): MetricSample => ({ value, at: ago(900_000), cadence: 'continuous' });

  test('is numbers of the time when it was accepted', () => {
    const baseline = { ...BASELINE, heartRate: 72, spo2: 98 };
    expect(sessionMetrics(bedWith(), session({ baseline }))).toMatchObject({
      baselineSystolic: accepted(128),
      baselineDiastolic: accepted(78),
      baselineHeartRate: accepted(72),
      baselineSpo2: accepted(98),
    });
  });

  test('has no number that was not accepted, and none at all before', () => {
    expect(sessionMetrics(bedWith(), session({ baseline: BASELINE }))).toMatchObject({
      baselineSystolic: accepted(128),
      baselineHeartRate: undefined,
      baselineSpo2: undefined,
    });
    const none = sessionMetrics(bedWith(), session());
    expect(Object.keys(none)).toContain('baselineSystolic');
    expect(Object.values(none)).toEqual(Object.values(none).map(() => undefined));
  });
});

describe('the age', () => {
  const ageOf = (birthYear: number | undefined, told: typeof clock | undefined) =>
    sessionMetrics(
      bedWith(told && { clock: told }),
      session({ patient: { identifier: 'T-1', weightKg: 70, ...(birthYear !== undefined && { birthYear }) } }),
    ).ageYears;

  test('is counted by calendar years, from the clock on the wall', () => {
    expect(ageOf(1980, clock)).toEqual({ value: 46, at: clock.at, cadence: 'continuous' });
    expect(ageOf(1980, { ...clock, wallTime: wallMs(Date.UTC(2026, 0, 1) - 1) })).toMatchObject({ value: 45 });
  });

  test('is nothing without a year of birth or without a clock', () => {
    expect(ageOf(undefined, clock)).toBeUndefined();
    expect(ageOf(1980, undefined)).toBeUndefined();
    expect(ageOf(undefined, undefined)).toBeUndefined();
  });
});

describe('scores', () => {
  const score = (scale: ScaleId, value: number, agoMs: number, more: Partial<Score> = {}): Score => ({
    ...{ id: `${scale}-${agoMs}`, scale, value, at: ago(agoMs), by: NURSE },
    ...more,
  });

  test('are single measurements of the time when they were entered; the newest of a scale counts', () => {
    const scores = [score('moaas', 3, 5000), score('rass', -2, 4000), score('moaas', 5, 3000)];
    const metrics = sessionMetrics(bedWith(), session({ scores }));
    expect(metrics).toMatchObject({
      moaas: { value: 5, at: ago(3000), cadence: 'episodic' },
      rass: { value: -2, at: ago(4000), cadence: 'episodic' },
    });
    expect(metrics.cadss).toBeUndefined();
  });

  test('count as they were corrected, at the time of the first entry', () => {
    const scores = [score('aldrete', 7, 5000), score('aldrete', 9, 1000, { corrects: 'aldrete-5000' })];
    expect(sessionMetrics(bedWith(), session({ scores })).aldrete).toEqual({
      value: 9,
      at: ago(5000),
      cadence: 'episodic',
    });
  });
});

describe('a pressure in the skull', () => {
  const measured: MetricSample = { value: 15, at: NOW, cadence: 'continuous' };
  const entered = (agoMs: number): MetricSample => ({ value: 22, at: ago(agoMs), cadence: 'episodic' });
  const unknown: MetricSample = { unknown: 'the sensor is off' };
  const old: MetricSample = { unknown: 'the intracranial pressure was entered more than an hour ago' };

  test.each<[string, MetricSample | undefined, MetricSample | undefined, MetricSample | undefined]>([
    ['measured', measured, undefined, measured],
    ['measured, whatever was entered', measured, entered(0), measured],
    ['lost by its sensor, whatever was entered', unknown, entered(0), unknown],
    ['entered', undefined, entered(1000), entered(1000)],
    ['entered an hour ago', undefined, entered(HOUR_MS), entered(HOUR_MS)],
    ['entered more than an hour ago', undefined, entered(HOUR_MS + 1), old],
    ['unknown', undefined, unknown, unknown],
    ['neither measured nor entered', undefined, undefined, undefined],
  ])('%s', (_, byDevice, byHand, counts) => {
    expect(icpOf(byDevice, byHand, NOW)).toEqual(counts);
  });

  test('that was entered holds for an hour, to the instant; what is old stays old', () => {
    expect(icpUntil(entered(1000), NOW)).toBe(NOW - 1000 + HOUR_MS);
    expect(icpUntil(entered(HOUR_MS), NOW)).toBe(NOW);
    expect(icpUntil(entered(HOUR_MS + 1), NOW)).toBe(Number.POSITIVE_INFINITY);
    expect(icpUntil(undefined, NOW)).toBe(Number.POSITIVE_INFINITY);
    expect(icpUntil(unknown, NOW)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('how far the treatment is', () => {
  const from = (infusionStartedAt?: number, infusionEndedAt?: number) => {
    const { infusionStartedAt: _, ...unstarted } = session({ phaseSince: ago(240_000) });
    return {
      ...unstarted,
      ...(infusionStartedAt !== undefined && { infusionStartedAt: monotonicMs(infusionStartedAt) }),
      ...(infusionEndedAt !== undefined && { infusionEndedAt: monotonicMs(infusionEndedAt) }),
    };
  };
  const now = (value: number): MetricSample => ({ value, at: NOW, cadence: 'continuous' });

  test('is counted from the beginning of the infusion; from its end where it had no beginning, as a spray', () => {
    expect(doseAt(from(1000, 5000))).toBe(1000);
    expect(doseAt(from(undefined, 5000))).toBe(5000);
    expect(doseAt(from())).toBeUndefined();
  });

  test('cuff readings are told by their minutes after the dose, those before it too', () => {
    const state = bedWith({ nibp: [cuffReading(720_000, 120, 70), cuffReading(60_000, 130, 80)] });
    expect(readingMinutes(state, from(ago(600_000)))).toEqual([-2, 9]);
    expect(readingMinutes(state, from())).toBeUndefined();
    expect(readingMinutes(bedWith(), from(ago(600_000)))).toEqual([]);
  });

  test('the clocks of dose and cuff say minutes of now', () => {
    const nibp = [900_000, 600_000, 180_000].map((agoMs) => cuffReading(agoMs, 120, 70));
    const state = bedWith({ nibp });
    expect(clockMetrics(state, from(ago(600_000)), 5)).toEqual({
      nibpAgeMin: now(3),
      nibpOverdueMin: now(-2),
      nibpIntervals: now(0.6),
      sinceDoseMin: now(10),
    });
    expect(clockMetrics(state, from(), 2)).toEqual({
      nibpAgeMin: now(3),
      nibpOverdueMin: now(1),
      nibpIntervals: now(1.5),
      sinceDoseMin: undefined,
    });
  });

  test('the cuff is not overdue for what was due before the phase began', () => {
    const late = [cuffReading(900_000, 120, 70)];
    expect(clockMetrics(bedWith({ nibp: late }), from(), 5).nibpAgeMin).toEqual(now(4));
    expect(clockMetrics(bedWith(), from(), 5).nibpAgeMin).toEqual(now(4));
  });
});
