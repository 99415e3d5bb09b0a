/** What a night comes to: one line of JSON, added up from its sessions in whatever order they end. */
import type { Priority } from '$lib/domain/index.ts';
import type { SessionResult } from './run-session.ts';

type Counts = Readonly<Record<string, number>>;

export interface Tally {
  readonly hours: number;
  readonly sessions: number;
  readonly breaches: number;
  readonly alarms: Counts;
  /** Breaches that were not signalled in time. */
  readonly missed: Readonly<Record<Priority, number>>;
  /** Alarms without a breach, or without the samples that they name. */
  readonly unjustified: number;
  /** Everything else that must not be. */
  readonly violations: Counts;
  readonly notChecked: readonly string[];
  readonly faults: Counts;
}

export const NOTHING: Tally = {
  ...{ hours: 0, sessions: 0, breaches: 0, alarms: {}, unjustified: 0, violations: {}, notChecked: [], faults: {} },
  missed: { high: 0, medium: 0, low: 0, notice: 0 },
};

export function tallyOf({ hours, breaches, alarms, violations, notChecked, faults }: SessionResult): Tally {
  const missed = { ...NOTHING.missed };
  const others: Record<string, number> = {};
  let unjustified = 0;
  for (const { checker, missed: priority } of violations) {
    if (priority !== undefined) missed[priority] += 1;
    else if (checker === 'reason') unjustified += 1;
    else others[checker] = (others[checker] ?? 0) + 1;
  }
  return { hours, sessions: 1, breaches, alarms, missed, unjustified, violations: others, notChecked, faults };
}

export const added = (a: Tally, b: Tally): Tally => ({
  hours: a.hours + b.hours,
  sessions: a.sessions + b.sessions,
  breaches: a.breaches + b.breaches,
  alarms: sum(a.alarms, b.alarms),
  missed: {
    high: a.missed.high + b.missed.high,
    medium: a.missed.medium + b.missed.medium,
    low: a.missed.low + b.missed.low,
    notice: a.missed.notice + b.missed.notice,
  },
  unjustified: a.unjustified + b.unjustified,
  violations: sum(a.violations, b.violations),
  notChecked: [...new Set([...a.notChecked, ...b.notChecked])].sort(),
  faults: sum(a.faults, b.faults),
});

function sum(a: Counts, b: Counts): Counts {
  const all: Record<string, number> = { ...a };
  for (const [key, value] of Object.entries(b)) all[key] = (all[key] ?? 0) + value;
  return all;
}
