/** The limits that a bed's rules watch, as screens show them beside a number. Pure. */
import {
  comparisonsOf,
  type Comparison,
  type Level,
  type Priority,
  type Rule,
  type RuleSet,
  type Session,
} from '$lib/domain/index.ts';
import type { LimitView } from '$lib/realtime/index.ts';
import { priorityFor } from '$lib/rules/index.ts';

/** None without a session: without a patient nothing is judged. What would only be noticed is no limit. */
export function limitViews(session: Session | undefined, ruleSet: RuleSet): readonly LimitView[] {
  if (session === undefined) return [];
  const adjusted = new Map(session.limits.map(({ rule, limit }) => [rule, limit]));
  return ruleSet.rules.flatMap((rule) =>
    rule.levels.flatMap((level) => {
      const comparison = soleComparison(level);
      return comparison === undefined || level.urgency === 'notice'
        ? []
        : [limitView(rule, level, comparison, adjusted.get(rule.id))];
    }),
  );
}

const LIMITED: ReadonlySet<string> = new Set<LimitView['metric']>([
  'systolic',
  'diastolic',
  'meanArterial',
  'heartRate',
  'spo2',
  'respiratoryRate',
]);

const isLimited = (metric: string): metric is LimitView['metric'] => LIMITED.has(metric);

/** Only a level that compares one metric with one number has a limit to show beside that number. */
function soleComparison(level: Level): (Comparison & { metric: LimitView['metric'] }) | undefined {
  const [comparison, ...others] = comparisonsOf(level.when);
  if (comparison === undefined || others.length > 0 || (comparison.of ?? 'value') !== 'value') return undefined;
  const { metric } = comparison;
  return isLimited(metric) ? { ...comparison, metric } : undefined;
}

function limitView(
  rule: Rule,
  level: Level,
  comparison: Comparison & { metric: LimitView['metric'] },
  adjusted: number | undefined,
): LimitView {
  const priority: Priority = priorityFor(level, undefined);
  const isAdjusted = comparison.adjustable !== undefined && adjusted !== undefined;
  return {
    rule: rule.id,
    metric: comparison.metric,
    side: comparison.is.startsWith('>') ? 'upper' : 'lower',
    limit: isAdjusted ? adjusted : comparison.limit,
    priority,
    isAdjusted,
    isConfirmed: level.timing.type === 'confirm',
    holdS: level.timing.type === 'hold' ? level.timing.holdS : 0,
    ...(comparison.adjustable && { adjustable: comparison.adjustable }),
  };
}
