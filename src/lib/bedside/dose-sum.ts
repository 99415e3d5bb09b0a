/**
 * Milligrams along a course, reckoned on from where the reckoning ended last: a course has hundreds of stretches on a bad line, is
 * asked for at every reading of the pump, and changes at its end alone.
 *
 *   course   [ a ][ b ][ c ][ d …          d may still grow
 *   known    ╰── settled ──╯               taken over while a, b, c are these very stretches and the words on them the same
 */
import type { WordOf } from '$lib/domain/index.ts';
import type { Course, Stretch } from './course.ts';

/** What the stretches so far came to. */
export interface Given {
  readonly mg: number;
  /** The least certain word so far; undefined while nothing was given. */
  readonly from: WordOf | undefined;
  /** Why nothing can be said: of one stretch the concentration is not known. */
  readonly unknown?: string;
}

export const NOTHING_GIVEN: Given = { mg: 0, from: undefined };

interface Known {
  readonly words: readonly unknown[];
  readonly settled: Course;
  readonly given: Given;
}

/** By the first stretch of the course. */
const KNOWN = new WeakMap<Stretch, Known>();

/**
 * The sum over a whole course: the same, to the last bit, as if it were added up from the beginning.
 * @param words everything else that `add` depends on.
 */
export function sumAlong(
  course: Course,
  words: readonly unknown[],
  add: (given: Given, stretch: Stretch) => Given,
): Given {
  const [first] = course;
  const last = course.at(-1);
  if (first === undefined || last === undefined) return NOTHING_GIVEN;
  const known = KNOWN.get(first);
  const isStill = known !== undefined && isSameList(known.words, words) && begins(course, known.settled);
  let given = isStill ? known.given : NOTHING_GIVEN;
  const begun = isStill ? known.settled.length : 0;
  for (const stretch of course.slice(begun, -1)) given = add(given, stretch);
  if (!isStill || begun < course.length - 1) KNOWN.set(first, { words, settled: course.slice(0, -1), given });
  return add(given, last);
}

const begins = (course: Course, settled: Course): boolean =>
  settled.length < course.length && settled.every((stretch, i) => stretch === course[i]);

export const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);
