/**
 * The limits of one patient. A limit that was set for some minutes ends by itself, and the one before it counts again; every
 * one ends with the session.
 */
import {
  LIMIT_MINUTES,
  MINUTE_MS,
  adjustableOf,
  fail,
  isUpper,
  later,
  ok,
  type Command,
  type CommandEnvelope,
  type Comparison,
  type LimitOverride,
  type Refusal,
  type Result,
  type Session,
} from '$lib/domain/index.ts';
import type { Judged } from './judge.ts';
import type { BedState } from './state.ts';

type SetLimit = Extract<Command, { type: 'set-limit' }>;

export function setLimit(
  state: BedState,
  session: Session,
  { by }: CommandEnvelope,
  command: SetLimit,
): Result<Judged, Refusal> {
  const rule = state.ruleSet.rules.find(({ id }) => id === command.rule);
  const comparison = rule && adjustableOf(rule);
  const refusal = refusalOf(command, comparison);
  if (refusal !== undefined || comparison === undefined) return fail(refusal ?? noSuchLimit(command.rule));
  const { rule: id, limit, reason, forMin } = command;
  const standing = session.limits.find((one) => one.rule === id);
  const before = standing?.until === undefined ? standing : standing.before;
  const override: LimitOverride = {
    rule: id,
    limit,
    reason,
    by,
    at: state.now,
    ...(forMin !== undefined && { until: later(state.now, forMin * MINUTE_MS), ...(before && { before }) }),
    ...(isWider(limit, comparison) && { isWidened: true }),
  };
  return told(state, { ...session, limits: [...session.limits.filter((one) => one !== standing), override] });
}

export const resetLimit = (state: BedState, session: Session, rule: string): Result<Judged, Refusal> =>
  told(state, { ...session, limits: session.limits.filter((override) => override.rule !== rule) });

/** What has run out by now, one output for each; the same state when nothing has. */
export function withExpiredLimits(state: BedState): Judged {
  let { session } = state;
  const outputs: Judged['outputs'][number][] = [];
  for (const override of state.session?.limits ?? []) {
    if (session === undefined || override.until === undefined || state.now < override.until) continue;
    const limits = session.limits.flatMap((one) => (one !== override ? [one] : one.before ? [one.before] : []));
    session = { ...session, limits };
    outputs.push({ kind: 'session', session, cause: 'limit-expired' });
  }
  return session === undefined || outputs.length === 0
    ? { state, outputs: [] }
    : { state: { ...state, session }, outputs };
}

const isWider = (limit: number, comparison: Comparison): boolean =>
  isUpper(comparison) ? limit > comparison.limit : limit < comparison.limit;

const noSuchLimit = (rule: string): Refusal => ({
  why: 'unknown-rule',
  message: `There is no limit of rule ${rule} to set.`,
});

function refusalOf({ rule, limit, reason, forMin }: SetLimit, comparison: Comparison | undefined): Refusal | undefined {
  if (!comparison?.adjustable) return noSuchLimit(rule);
  const [low, high] = comparison.adjustable;
  if (!(limit >= low && limit <= high))
    return { why: 'out-of-range', message: `The limit of ${rule} must be between ${low} and ${high}.` };
  if (reason.trim() === '') return { why: 'incomplete', message: 'A changed limit needs a reason.' };
  const [shortest, longest] = LIMIT_MINUTES;
  if (forMin === undefined || (forMin >= shortest && forMin <= longest)) return undefined;
  const message = `A limit may be set for ${shortest} to ${longest} minutes, or until the session ends.`;
  return { why: 'out-of-range', message };
}

const told = (state: BedState, session: Session): Result<Judged, Refusal> =>
  ok({ state: { ...state, session }, outputs: [{ kind: 'session', session, cause: 'limit' }] });
