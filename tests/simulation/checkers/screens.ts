/** Every screen that is connected ends with what the station knows, and none showed for long what the station did not. */
import type { BedView } from '$lib/realtime/index.ts';
import type { Course } from '../world/ward.ts';
import type { Violation } from './checker.ts';

export function checkScreens({
  screens,
  shown,
  disagreements,
}: Pick<Course, 'screens' | 'shown' | 'disagreements'>): readonly Violation[] {
  const wanted = canonical(inOrder(shown));
  const wrong = screens.flatMap(({ isConnected, view }, n) => {
    if (!isConnected) return [`screen ${n} is not connected at the end`];
    const seen = canonical(inOrder(view));
    return seen === wanted
      ? []
      : [`screen ${n} shows something else at the end: ${partsThatDiffer(inOrder(view), inOrder(shown))}`];
  });
  return [...wrong, ...disagreements].map((what) => ({ checker: 'screens', at: 0, what }));
}

/** Alarms stand in no order; whoever shows them sorts them. */
const inOrder = (view: BedView | undefined): BedView | undefined =>
  view && { ...view, alarms: [...view.alarms].sort((a, b) => (a.id < b.id ? -1 : 1)) };

/** Whatever order the parts came in. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

function partsThatDiffer(a: BedView | undefined, b: BedView | undefined): string {
  if (a === undefined || b === undefined) return 'everything';
  const [one, other]: readonly Readonly<Record<string, unknown>>[] = [{ ...a }, { ...b }];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].filter((key) => canonical(one?.[key]) !== canonical(other?.[key])).join(', ');
}
