/**
 * Answers that came in several messages, put together again.
 *
 *   first(1) ─▶ middle(2) ─▶ … ─▶ last(n) ─▶ whole (often empty): complete
 *
 * A link of the chain that is missing or out of place, and an end that does not come, make the answer incomplete. What
 * arrived of it counts all the same: an object is never split between two messages.
 */
import type { MonotonicMs } from '$lib/domain/index.ts';
import type { Polled, PolledObject, PollResult } from './messages.ts';

export interface Assembly {
  readonly id: string;
  readonly since: MonotonicMs;
  readonly result: PollResult;
  readonly objects: readonly PolledObject[];
  /** Of the newest link. */
  readonly count: number;
  readonly hasLast: boolean;
  readonly isBroken: boolean;
}

export interface Answer {
  readonly result: PollResult;
  readonly objects: readonly PolledObject[];
  readonly isComplete: boolean;
}

export interface Assembled {
  readonly assembly: Assembly | undefined;
  /** Finished by this message, in order. */
  readonly answers: readonly Answer[];
}

/** A chain comes in one piece; what does not come for so long does not come any more. */
export const CHAIN_PATIENCE_MS = 1000;

export function assemble(open: Assembly | undefined, polled: Polled, now: MonotonicMs): Assembled {
  const { part, result } = polled;
  const id = [polled.invokeId, result.pollNumber, result.sequence, result.relativeTime].join('/');
  const objects = result.contexts.flatMap((context) => context.objects);
  const continued = open?.id === id ? open : undefined;
  const left = open && (!continued || part.is === 'first') ? [giveUp(open)] : [];
  if (part.is === 'whole') {
    const all = [...(continued?.objects ?? []), ...objects];
    const isComplete = continued ? continued.hasLast && !continued.isBroken : true;
    return { assembly: undefined, answers: [...left, { result, objects: all, isComplete }] };
  }
  const before = part.is === 'first' ? undefined : continued;
  const assembly: Assembly = {
    id,
    since: before?.since ?? now,
    result,
    objects: [...(before?.objects ?? []), ...objects],
    count: part.count,
    hasLast: part.is === 'last',
    isBroken: before?.isBroken === true || part.count !== (before?.count ?? 0) + 1 || (part.is === 'first') !== !before,
  };
  return { assembly, answers: left };
}

/** Gives up a chain whose end has not come. */
export function expire(open: Assembly | undefined, now: MonotonicMs): Assembled {
  if (!open || now - open.since < CHAIN_PATIENCE_MS) return { assembly: open, answers: [] };
  return { assembly: undefined, answers: [giveUp(open)] };
}

const giveUp = ({ result, objects }: Assembly): Answer => ({ result, objects, isComplete: false });
