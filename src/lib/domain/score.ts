/** Which of the scores of a session counts. */
import type { ScaleId } from './scale.ts';
import type { Score } from './session.ts';

/** The score of a scale that counts now: the newest one, by the time at which it was first entered, as it was corrected last. */
export function scoreInForce(scores: readonly Score[], scale: ScaleId): Score | undefined {
  let newest: Score | undefined;
  for (const score of scores) {
    if (score.scale !== scale || score.corrects !== undefined) continue;
    if (newest === undefined || score.at >= newest.at) newest = score;
  }
  return newest && { ...newest, value: corrected(scores, newest) };
}

function corrected(scores: readonly Score[], { id, value }: Score): number {
  return scores.findLast(({ corrects }) => corrects === id)?.value ?? value;
}
