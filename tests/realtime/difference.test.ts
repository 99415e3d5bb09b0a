import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { difference, withDifference } from '$lib/realtime/index.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd', '0', '1');

/** Plain data without null, as views are. */
const { plain } = fc.letrec<{ plain: unknown }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 4 },
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom('x', 'y', true),
    fc.array(tie('plain'), { maxLength: 4 }),
    fc.dictionary(name, tie('plain'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

const sent = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('the difference of two values', () => {
  test('makes the second of the first, also after its way over the wire', () => {
    fc.assert(
      fc.property(plain, plain, (before, after) => {
        const change = difference({ value: before }, { value: after });
        const now =
          change === undefined
            ? { value: before }
            : withDifference<{ value: unknown }>({ value: before }, sent(change));
        expect(now).toEqual({ value: after });
      }),
      { numRuns: 2000 },
    );
  });

  test('is none between a value and its copy', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(difference(value, sent(value))).toBeUndefined();
      }),
    );
  });

  test.each<[string, unknown, unknown, unknown]>([
    ['one field', { rate: 98, at: 1 }, { rate: 98, at: 2 }, { at: 2 }],
    ['a field that is gone', { a: 1, b: 2 }, { a: 1 }, { b: null }],
    ['a field that is gone by being undefined', { a: 1, b: 2 }, { a: 1, b: undefined }, { b: null }],
    ['a list that grew', { list: [1, 2] }, { list: [1, 2, 3] }, { list: { '[]': { 2: 3 } } }],
    ['a field inside a list', [{ a: 1, b: 1 }, 7], [{ a: 2, b: 1 }, 7], { '[]': { 0: { a: 2 } } }],
    ['a list that shrank', [1, 2, 3], [2, 3], [2, 3]],
    ['a list in place of an object', { a: 1 }, [1], [1]],
    ['an object in place of a list', [1], { 0: 1 }, { 0: 1 }],
  ])('says no more than %s', (_, before, after, change) => {
    expect(difference(before, after)).toEqual(change);
    expect(withDifference(before, change as never)).toEqual(JSON.parse(JSON.stringify(after)));
  });

  test('leaves what did not change the same object', () => {
    const before = { nibp: { readings: [{ systolic: 120 }] }, label: 'Bed 1' };
    const after = withDifference(before, { label: 'Bed one' });
    expect(after).toEqual({ ...before, label: 'Bed one' });
    expect(after.nibp).toBe(before.nibp);
  });

  test('a screen that had the new value already keeps it', () => {
    fc.assert(
      fc.property(plain, plain, (before, after) => {
        const change = difference({ value: before }, { value: after });
        if (change !== undefined)
          expect(withDifference<{ value: unknown }>({ value: after }, sent(change))).toEqual({ value: after });
      }),
    );
  });
});
