/** The burden of a journal that was reckoned by hand (see the drawing in `small-journal.ts`). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '$lib/domain/index.ts';
import { burdenOf, MOST_BETWEEN_READINGS_MS, timeAbove } from '$lib/server/burden.ts';
import { ReviewFold } from '$lib/server/review-fold.ts';
import { minute, SMALL_JOURNAL } from '../support/small-journal.ts';

function folded(journal = SMALL_JOURNAL, endMin = 60) {
  const fold = new ReviewFold();
  for (const entry of journal) fold.take(entry);
  return {
    span: { from: minute(0), to: minute(endMin) },
    alarms: fold.alarms(),
    audible: fold.audible.sounded(minute(endMin)),
  };
}

describe('the burden of one session', () => {
  const burden = burdenOf([folded()]);

  test('counts an alarm once, and neither notices nor what was not confirmed', () => {
    expect([burden.sessions, burden.hours]).toEqual([1, 1]);
    expect(burden.all).toEqual({ count: 3, perHour: 3 });
    expect(burden.byPriority).toEqual({
      high: { count: 1, perHour: 1 },
      medium: { count: 2, perHour: 2 },
      low: { count: 0, perHour: 0 },
    });
  });

  test('has the median of how long conditions stood: 5, 3.5 and 10 minutes', () => {
    expect(burden.medianDurationS).toBe(300);
  });

  test('has the times to the answer: 6 minutes, 1 minute and 1 minute', () => {
    expect(burden.answer).toEqual({ count: 3, of: 3, p50S: 60, p90S: 360 });
  });

  test('has the share that ended before anybody answered, and what a second reading confirmed', () => {
    expect(burden.clearedBeforeAnswer).toEqual({ count: 1, of: 3 });
    expect(burden.confirmed).toEqual({ count: 1, of: 2 });
  });

  test('has the minutes of sound: without the pause, and half a minute beyond the end of an unanswered HIGH', () => {
    expect(burden.audibleMin).toEqual({ high: 3, medium: 1, low: 0 });
  });

  test('has every rule, the most frequent and most urgent first', () => {
    expect(burden.rules).toEqual([
      {
        rule: 'S1',
        priority: 'high',
        count: 1,
        perHour: 1,
        medianDurationS: 300,
        answer: { count: 1, of: 1, p50S: 360, p90S: 360 },
        clearedBeforeAnswer: { count: 1, of: 1 },
      },
      {
        rule: 'O1',
        priority: 'medium',
        count: 1,
        perHour: 1,
        medianDurationS: 210,
        answer: { count: 1, of: 1, p50S: 60, p90S: 60 },
        clearedBeforeAnswer: { count: 0, of: 1 },
      },
      {
        rule: 'S3',
        priority: 'medium',
        count: 1,
        perHour: 1,
        medianDurationS: 600,
        answer: { count: 1, of: 1, p50S: 60, p90S: 60 },
        clearedBeforeAnswer: { count: 0, of: 1 },
      },
    ]);
  });
});

describe('the burden of several sessions', () => {
  test('is that of their alarms over the sum of their hours', () => {
    const quiet = { span: { from: minute(0), to: minute(120) }, alarms: [], audible: { high: 0, medium: 0, low: 0 } };
    const burden = burdenOf([folded(), quiet, folded()]);
    expect([burden.sessions, burden.hours, burden.all]).toEqual([3, 4, { count: 6, perHour: 1.5 }]);
    expect(burden.rules.map(({ rule, count }) => [rule, count])).toEqual([
      ['S1', 2],
      ['O1', 2],
      ['S3', 2],
    ]);
    expect(burden.audibleMin).toEqual({ high: 6, medium: 2, low: 0 });
  });

  test('of none says nothing that it does not know', () => {
    const burden = burdenOf([]);
    expect(burden.all).toEqual({ count: 0 });
    expect([burden.medianDurationS, burden.answer, burden.rules]).toEqual([undefined, { count: 0, of: 0 }, []]);
  });
});

describe('an alarm that still stands', () => {
  test('has no duration and no answer, and sounds until the end of what was read', () => {
    const burden = burdenOf([folded(SMALL_JOURNAL.slice(0, 3), 9)]);
    expect(burden.all.count).toBe(1);
    expect(burden.medianDurationS).toBeUndefined();
    expect(burden.answer).toEqual({ count: 0, of: 1 });
    expect(burden.clearedBeforeAnswer).toEqual({ count: 0, of: 0 });
    expect(burden.audibleMin.high).toBe(3);
  });

  test('and waits for its second reading is neither confirmed nor refuted', () => {
    const upTo30 = SMALL_JOURNAL.filter(({ at }) => at <= minute(30));
    expect(burdenOf([folded(upTo30, 31)]).confirmed).toEqual({ count: 0, of: 1 });
  });
});

describe('time and area above a limit', () => {
  const points = (...values: readonly (readonly [min: number, value: number])[]) =>
    values.map(([min, value]) => ({ at: minute(min), value }));

  test('of a triangle: up through 180 half way, down again half way', () => {
    // 170 → 190 in 10 min: above for 5 min, at most 10: 25 mmHg·min; and the same again downwards.
    expect(timeAbove(points([0, 170], [10, 190], [20, 170]), 180)).toEqual({
      limitMmHg: 180,
      minutes: 10,
      areaMmHgMin: 50,
      coveredMin: 20,
    });
  });

  test('of a stretch that lies above as a whole is that of a trapezium', () => {
    expect(timeAbove(points([0, 184], [5, 190]), 180)).toMatchObject({ minutes: 5, areaMmHgMin: 35 });
  });

  test('is nothing below the limit and on it, though it was covered', () => {
    const none = { limitMmHg: 180, minutes: 0, areaMmHgMin: 0, coveredMin: 10 };
    expect(timeAbove(points([0, 120], [10, 130]), 180)).toEqual(none);
    expect(timeAbove(points([0, 180], [10, 180]), 180)).toEqual(none);
  });

  test('joins no readings that are too far apart, and is unknown where there is nothing to join', () => {
    const farMin = MOST_BETWEEN_READINGS_MS / MINUTE_MS + 1;
    expect(timeAbove(points([0, 200], [farMin, 200]), 180)).toBeUndefined();
    expect(timeAbove(points([0, 200], [farMin, 200], [farMin + 2, 200]), 180)).toMatchObject({
      minutes: 2,
      coveredMin: 2,
    });
    expect(timeAbove([], 180)).toBeUndefined();
    expect(timeAbove(points([0, 200]), 180)).toBeUndefined();
  });

  test('is never more than what is covered, and grows when the limit falls', () => {
    const values = fc.array(fc.integer({ min: 60, max: 260 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(values, fc.integer({ min: 80, max: 200 }), (readings, limit) => {
        const series = readings.map((value, i) => ({ at: minute(5 * i), value }));
        const [strict, lax] = [timeAbove(series, limit), timeAbove(series, limit + 10)];
        if (strict === undefined || lax === undefined) throw new Error('nothing was covered');
        expect(strict.minutes).toBeLessThanOrEqual(strict.coveredMin + 1e-9);
        expect(strict.minutes).toBeGreaterThanOrEqual(lax.minutes - 1e-9);
        expect(strict.areaMmHgMin).toBeGreaterThanOrEqual(lax.areaMmHgMin - 1e-9);
      }),
    );
  });
});
