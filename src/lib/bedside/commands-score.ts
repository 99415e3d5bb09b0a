/** What people score at the bedside: taken when it can be a score of its scale. A correction stands beside the first and counts in its place. */
import {
  fail,
  isOnScale,
  ok,
  SCALES,
  type Command,
  type CommandEnvelope,
  type Refusal,
  type Result,
  type Score,
  type Session,
} from '$lib/domain/index.ts';
import type { Outcome } from './phases.ts';
import type { BedState } from './state.ts';

type Answer = Result<Outcome, Refusal>;
type RecordScore = Extract<Command, { type: 'record-score' }>;

const refuse = (why: Refusal['why'], message: string): Answer => fail({ why, message });

/** A score that is there already under its id is not entered twice. */
export function recordScore(state: BedState, session: Session, { by }: CommandEnvelope, command: RecordScore): Answer {
  const { scores = [] } = session;
  const { id, scale, value, corrects } = command;
  if (scores.some((score) => score.id === id)) return ok({ state, outputs: [] });
  const { label, range, step } = SCALES[scale];
  const [low, high] = range;
  if (!isOnScale(scale, value)) {
    return refuse(
      'out-of-range',
      `${label} goes from ${low} to ${high} in steps of ${step}. Check the number and the scale.`,
    );
  }
  const first = corrects === undefined ? undefined : firstOf(scores, corrects);
  if (corrects !== undefined && first?.scale !== scale) {
    return refuse('unknown-score', `There is no ${label} score ${corrects} to correct in this session.`);
  }
  const score: Score = { id, scale, value, at: state.now, by, ...(first && { corrects: first.id }) };
  const scored: Session = { ...session, scores: [...scores, score] };
  return ok({
    state: { ...state, session: scored },
    outputs: [{ kind: 'session', session: scored, cause: 'score' }],
  });
}

/** A correction of a correction corrects the first. */
function firstOf(scores: readonly Score[], id: string): Score | undefined {
  const named = scores.find((score) => score.id === id);
  return named?.corrects === undefined ? named : scores.find((score) => score.id === named.corrects);
}
