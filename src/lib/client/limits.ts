/** The limits beside a value, out of what the rules watch: on each side the first one that would alarm, by priority. Pure. */
import { PRIORITIES, type Priority } from '$lib/domain/index.ts';
import type { LimitView } from '$lib/realtime/index.ts';

export interface ShownLimit {
  readonly rule: string;
  readonly side: LimitView['side'];
  readonly limit: number;
  readonly priority: Priority;
  readonly isAdjusted: boolean;
}

export const SIDES: readonly LimitView['side'][] = ['upper', 'lower'];

/** Upper limits first; on each side from the one that is reached first to the most urgent. Empty: nothing is watched. */
export function limitsOf(metric: LimitView['metric'], limits: readonly LimitView[]): readonly ShownLimit[] {
  const own = limits.filter((limit) => limit.metric === metric);
  return SIDES.flatMap((side) =>
    [...PRIORITIES].reverse().flatMap((priority) => {
      const same = own.filter((limit) => limit.side === side && limit.priority === priority);
      const [first] = same.sort((a, b) => (side === 'upper' ? a.limit - b.limit : b.limit - a.limit));
      return first ? [{ rule: first.rule, side, limit: first.limit, priority, isAdjusted: first.isAdjusted }] : [];
    }),
  );
}

export interface LimitGroup {
  readonly side: LimitView['side'];
  readonly numbers: readonly number[];
  readonly isAdjusted: boolean;
}

/** The same, the numbers of each side together, for a line as short as `max 160 / 180`. */
export function limitGroups(metric: LimitView['metric'], limits: readonly LimitView[]): readonly LimitGroup[] {
  const shown = limitsOf(metric, limits);
  return SIDES.flatMap((side) => {
    const own = shown.filter((limit) => limit.side === side);
    if (own.length === 0) return [];
    return [{ side, numbers: own.map(({ limit }) => limit), isAdjusted: own.some(({ isAdjusted }) => isAdjusted) }];
  });
}
