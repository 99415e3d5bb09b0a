/** What checkers have in common: each is a function of what a session left behind, and says what is wrong with it. */
import type { Priority } from '$lib/domain/index.ts';
import type { Course } from '../world/ward.ts';

export interface Violation {
  readonly checker: string;
  /** On the station's clock. */
  readonly at: number;
  readonly what: string;
  /** Of a breach that was not signalled. */
  readonly missed?: Priority;
}

export type Checker = (course: Course) => readonly Violation[];
