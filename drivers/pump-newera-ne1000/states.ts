/** What the status letters of the vendor's manuals are in the station's words. */
import type { InfusionState } from '$lib/domain/index.ts';

interface Run {
  readonly state: InfusionState;
  /** In the manual's words. */
  readonly words: string;
  readonly isMoving: boolean;
}

/** Withdrawing has no word among our states: it is not infusing, and it is not standing either. */
const RUNS: ReadonlyMap<string, Run> = new Map([
  ['I', { state: 'infusing', words: 'infusing', isMoving: true }],
  ['W', { state: 'unknown', words: 'withdrawing', isMoving: true }],
  ['X', { state: 'purging', words: 'purging', isMoving: true }],
  ['S', { state: 'stopped', words: 'stopped', isMoving: false }],
  ['P', { state: 'paused', words: 'paused', isMoving: false }],
  ['T', { state: 'paused', words: 'in a timed pause', isMoving: false }],
  ['U', { state: 'paused', words: 'waiting for a trigger', isMoving: false }],
]);

/** @returns undefined for a letter that the manuals do not have. */
export const runOf = (letter: string): Run | undefined => RUNS.get(letter);
export const isKnownRun = (letter: string): boolean => RUNS.has(letter);
