/**
 * When how much went in: the course of a channel as stretches of even flow, each with the volume that the counter gave it.
 * Pauses, changes of rate, boluses that only the counter shows and times without word are stretches of their own. What is
 * predicted of the drug in the body is reckoned from here.
 */
import type { MonotonicMs, Quantity } from '$lib/domain/index.ts';
import { later, monotonicMs } from '$lib/domain/index.ts';

export interface Stretch {
  readonly from: MonotonicMs;
  readonly to: MonotonicMs;
  readonly ml: number;
  /** The rate that the pump told for it, mL/h; absent where it did not say, or gave more than its rate. */
  readonly mlPerHour?: number;
  /** Concentration as the pump sent it for this volume. */
  readonly sent?: Quantity;
}

export type Course = readonly Stretch[];

const MOST_STRETCHES = 600;
/** Of the oldest ones pairs are made one stretch when there are too many: the volume stays, the detail goes. */
const PAIRED = 400;
/** More than its rate gives, by this much at once, is a bolus. */
const JUMP_ML = 0.2;

export function withStretch(course: Course, next: Stretch): Course {
  const one = isJump(next) ? withoutRate(next) : next;
  const last = course.at(-1);
  if (last === undefined || !continues(last, one)) return kept([...course, lasting(one)]);
  return [...course.slice(0, -1), { ...last, to: later(last.to, Math.max(0, one.to - last.to)), ml: last.ml + one.ml }];
}

function isJump({ from, to, ml, mlPerHour = 0 }: Stretch): boolean {
  return ml - (mlPerHour * (to - from)) / 3_600_000 > JUMP_ML;
}

function withoutRate({ mlPerHour: _, ...stretch }: Stretch): Stretch {
  return stretch;
}

/** Without a rate every stretch is its own: nobody knows that it was as even as the one before. */
function continues(last: Stretch, next: Stretch): boolean {
  if (next.to <= last.to || (isEmpty(last) && isEmpty(next))) return true;
  return last.mlPerHour !== undefined && last.mlPerHour === next.mlPerHour && isSame(last.sent, next.sent);
}

const isEmpty = ({ ml, mlPerHour }: Stretch): boolean => ml === 0 && mlPerHour === undefined;

const isSame = (a: Quantity | undefined, b: Quantity | undefined): boolean =>
  a?.value === b?.value && a?.unit === b?.unit;

/** What came in one instant takes a millisecond, or it would have no rate. */
const lasting = (stretch: Stretch): Stretch =>
  stretch.to > stretch.from ? stretch : { ...stretch, to: later(stretch.from, 1) };

function kept(course: Course): Course {
  if (course.length <= MOST_STRETCHES) return course;
  const paired: Stretch[] = [];
  for (let i = 0; i < PAIRED; i += 2) paired.push(...joined(course.slice(i, i + 2)));
  return [...paired, ...course.slice(PAIRED)];
}

function joined(pair: readonly Stretch[]): readonly Stretch[] {
  const [a, b] = pair;
  if (a === undefined || b === undefined || !isSame(a.sent, b.sent)) return pair;
  return [{ from: a.from, to: b.to, ml: a.ml + b.ml, ...(a.sent && { sent: a.sent }) }];
}

/** A stretch cut at the given times, its volume shared out by time. */
export function cut(stretch: Stretch, times: readonly number[]): readonly Stretch[] {
  const { from, to, ml } = stretch;
  const edges = [from, ...times.filter((at) => at > from && at < to).sort((a, b) => a - b), to];
  return edges.slice(1).map((edge, i) => {
    const begin = edges[i] ?? from;
    return { ...stretch, from: monotonicMs(begin), to: monotonicMs(edge), ml: (ml * (edge - begin)) / (to - from) };
  });
}
