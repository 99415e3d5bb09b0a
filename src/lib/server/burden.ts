/** The numbers of `realtime/burden.ts` out of alarms as the review has them, and the time a pressure was above its limit. Pure. */
import { comparePriority, MINUTE_MS, type MonotonicMs } from '$lib/domain/index.ts';
import { median } from '$lib/bedside/index.ts';
import {
  ALARM_PRIORITIES,
  type AlarmPriority,
  type AnswerTimes,
  type Burden,
  type PressureBurden,
  type Rate,
  type RuleBurden,
  type Share,
} from '$lib/realtime/burden.ts';
import type { AlarmRow, TimeSpan } from '$lib/realtime/review.ts';
import type { AudibleMs } from './review-audible.ts';

/** What one session brings. */
export interface Burdened {
  readonly span: TimeSpan;
  readonly alarms: readonly AlarmRow[];
  readonly audible: AudibleMs;
}

const HOUR_MS = 60 * MINUTE_MS;

type NameOf = (rule: string) => string | undefined;

/** @param nameOf what people call a rule. */
export function burdenOf(sessions: readonly Burdened[], nameOf: NameOf = () => undefined): Burden {
  const hours = sessions.reduce((sum, { span }) => sum + (span.to - span.from), 0) / HOUR_MS;
  const rows = sessions.flatMap(({ alarms }) => alarms);
  const alarms = rows.filter(isCounted);
  const durationS = medianDurationS(alarms);
  return {
    sessions: sessions.length,
    hours,
    all: rate(alarms.length, hours),
    byPriority: byPriority((wanted) => rate(alarms.filter(({ priority }) => priority === wanted).length, hours)),
    ...(durationS !== undefined && { medianDurationS: durationS }),
    answer: answerTimes(alarms),
    clearedBeforeAnswer: clearedBeforeAnswer(alarms),
    confirmed: confirmed(rows),
    audibleMin: byPriority((priority) => sessions.reduce((sum, { audible }) => sum + audible[priority], 0) / MINUTE_MS),
    rules: ruleBurdens(alarms, hours, nameOf),
  };
}

type Counted = AlarmRow & { readonly priority: AlarmPriority };

const isCounted = (row: AlarmRow): row is Counted => row.priority !== 'notice' && hasSignalled(row);

/** One that waits for its second reading, or was not confirmed by it, has not. */
const hasSignalled = ({ changes }: AlarmRow): boolean => changes.some(({ cause }) => cause === 'signalled');

const rate = (count: number, hours: number): Rate => ({ count, ...(hours > 0 && { perHour: count / hours }) });

const byPriority = <T>(of: (priority: AlarmPriority) => T): Readonly<Record<AlarmPriority, T>> => ({
  high: of('high'),
  medium: of('medium'),
  low: of('low'),
});

function ruleBurdens(alarms: readonly Counted[], hours: number, nameOf: NameOf): readonly RuleBurden[] {
  const rules = new Map<string, Counted[]>();
  for (const alarm of alarms) rules.set(alarm.rule, [...(rules.get(alarm.rule) ?? []), alarm]);
  return [...rules]
    .map(([rule, own]) => {
      const durationS = medianDurationS(own);
      const name = nameOf(rule);
      return {
        rule,
        ...(name !== undefined && { name }),
        priority: mostUrgent(own),
        ...rate(own.length, hours),
        ...(durationS !== undefined && { medianDurationS: durationS }),
        answer: answerTimes(own),
        clearedBeforeAnswer: clearedBeforeAnswer(own),
      };
    })
    .sort((a, b) => b.count - a.count || comparePriority(b.priority, a.priority) || (a.rule < b.rule ? -1 : 1));
}

const mostUrgent = (alarms: readonly Counted[]): AlarmPriority =>
  ALARM_PRIORITIES.find((priority) => alarms.some((alarm) => alarm.priority === priority)) ?? 'low';

/** How long conditions stood, of those that ended by themselves. */
const medianDurationS = (alarms: readonly AlarmRow[]): number | undefined =>
  median(
    alarms.flatMap(({ end, endedAt, onsetAt }) =>
      end === 'ended' && endedAt !== undefined ? [(endedAt - onsetAt) / 1000] : [],
    ),
  );

function answerTimes(alarms: readonly AlarmRow[]): AnswerTimes {
  const times = alarms
    .flatMap(({ acknowledgedAt, signalledAt }) =>
      acknowledgedAt === undefined ? [] : [(acknowledgedAt - signalledAt) / 1000],
    )
    .sort((a, b) => a - b);
  const [p50S, p90S] = [quantile(times, 0.5), quantile(times, 0.9)];
  return {
    count: times.length,
    of: alarms.length,
    ...(p50S !== undefined && { p50S }),
    ...(p90S !== undefined && { p90S }),
  };
}

/** The smallest of the sorted values that at least this share of them does not exceed: one that really was. */
const quantile = (sorted: readonly number[], share: number): number | undefined =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];

function clearedBeforeAnswer(alarms: readonly AlarmRow[]): Share {
  const ended = alarms.filter(({ end, endedAt }) => end === 'ended' && endedAt !== undefined);
  const cleared = ended.filter(
    ({ acknowledgedAt, endedAt }) =>
      acknowledgedAt === undefined || (endedAt !== undefined && endedAt < acknowledgedAt),
  );
  return { count: cleared.length, of: ended.length };
}

/** Those that still wait for their second reading are not counted. */
function confirmed(rows: readonly AlarmRow[]): Share {
  const waited = rows.filter(({ changes }) => changes[0]?.cause === 'noticed');
  const count = waited.filter(hasSignalled).length;
  return { count, of: count + waited.filter((row) => !hasSignalled(row) && row.end === 'withdrawn').length };
}

/** Readings further apart are not joined: what the pressure was in between is not known. */
export const MOST_BETWEEN_READINGS_MS = 15 * MINUTE_MS;

/**
 * Time and area above a limit of single readings in the order of time, joined by straight lines.
 * @returns undefined where no two readings are near enough to be joined.
 */
export function timeAbove(
  readings: readonly { readonly at: MonotonicMs; readonly value: number }[],
  limit: number,
): PressureBurden | undefined {
  let [minutes, area, covered] = [0, 0, 0];
  readings.slice(1).forEach((next, i) => {
    const before = readings[i] ?? next;
    const lengthMin = (next.at - before.at) / MINUTE_MS;
    if (lengthMin <= 0 || next.at - before.at > MOST_BETWEEN_READINGS_MS) return;
    covered += lengthMin;
    const [low, high] = [before.value - limit, next.value - limit].sort((a, b) => a - b);
    if (low === undefined || high === undefined || high <= 0) return;
    const share = low >= 0 ? 1 : high / (high - low);
    minutes += share * lengthMin;
    area += low >= 0 ? ((low + high) / 2) * lengthMin : (high / 2) * share * lengthMin;
  });
  if (covered === 0) return undefined;
  return { limitMmHg: limit, minutes, areaMmHgMin: area, coveredMin: covered };
}
