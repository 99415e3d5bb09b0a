/** Nothing that was sent to a device would have changed the therapy. */
import type { Course } from '../world/ward.ts';
import type { Violation } from './checker.ts';

export const checkListening = ({ forbidden }: Pick<Course, 'forbidden'>): readonly Violation[] =>
  forbidden.map((what) => ({ checker: 'listening', at: 0, what: `a device was told ${what}` }));
