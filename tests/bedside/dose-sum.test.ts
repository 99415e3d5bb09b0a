/** A sum that goes on where it was left is the sum from the beginning, whatever happens to the course in between. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withStretch, type Course, type Stretch } from '$lib/bedside/course.ts';
import { NOTHING_GIVEN, sumAlong, type Given } from '$lib/bedside/dose-sum.ts';
import { monotonicMs } from '$lib/domain/index.ts';

const adding =
  (mgPerMl: number) =>
  (given: Given, { ml }: Stretch): Given => ({ mg: given.mg + ml * mgPerMl, from: 'pump' });

const fromTheBeginning = (course: Course, mgPerMl: number): Given => course.reduce(adding(mgPerMl), NOTHING_GIVEN);

const stretch = (from: number, ml: number, mlPerHour?: number): Stretch => ({
  ...{ from: monotonicMs(from), to: monotonicMs(from + 1000), ml },
  ...(mlPerHour !== undefined && { mlPerHour }),
});

describe('a sum along a course', () => {
  test('is the sum from the beginning after every stretch, also when old stretches are joined and words change', () => {
    const anyReading = fc.record({
      ml: fc.double({ min: 0, max: 0.3, noNaN: true }),
      rate: fc.option(fc.constantFrom(40, 60), { nil: undefined }),
      mgPerMl: fc.constantFrom(10, 10, 10, 50),
    });
    fc.assert(
      fc.property(fc.array(anyReading, { minLength: 700, maxLength: 900 }), (readings) => {
        let course: Course = [];
        for (const [i, { ml, rate, mgPerMl }] of readings.entries()) {
          course = withStretch(course, stretch(1000 * i, ml, rate));
          expect(sumAlong(course, [mgPerMl], adding(mgPerMl))).toEqual(fromTheBeginning(course, mgPerMl));
        }
      }),
      { numRuns: 4 },
    );
  });

  test('looks again only at what is new', () => {
    let looks = 0;
    const counting = (given: Given, one: Stretch): Given => {
      looks += 1;
      return adding(1)(given, one);
    };
    let course: Course = [];
    for (let i = 0; i < 300; i += 1) {
      course = withStretch(course, stretch(1000 * i, 0.1));
      sumAlong(course, [], counting);
    }
    expect(looks).toBeLessThan(3 * 300);
  });

  test('of an empty course is nothing', () => {
    expect(sumAlong([], [], adding(1))).toEqual(NOTHING_GIVEN);
  });
});
