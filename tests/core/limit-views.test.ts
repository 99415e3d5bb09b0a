/** The limits beside a number are those that alarm. */
import { expect, test } from 'vitest';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { limitViews } from '$core/limit-views.ts';
import { TestBed } from '../support/bed.ts';

test('beside a number stand the limits that alarm, most urgent first, and not what is only noticed', () => {
  const { session } = new TestBed().admitted().state;
  const slow = limitViews(session, ADULT_IV_KETAMINE).filter(({ rule }) => rule === 'O3');
  expect(slow.map(({ priority, limit }) => `${priority} ${limit}`)).toEqual(['high 1', 'high 5', 'medium 8']);
  expect(limitViews(undefined, ADULT_IV_KETAMINE)).toEqual([]);
});
