/** A rule set in the words of the limits table. Pure. */
import {
  isComparison,
  metricWords,
  type Comparison,
  type Expression,
  type Level,
  type MetricId,
  type Priority,
  type Rule,
  type RuleSet,
} from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import type { LimitClause, LimitTable, LimitTableRow } from '$lib/realtime/limit-table.ts';
import { priorityFor } from '$lib/rules/index.ts';

const told = words.session.limits.words;

const METRICS: readonly LimitTableRow['metric'][] = [
  'systolic',
  'diastolic',
  'meanArterial',
  'heartRate',
  'spo2',
  'respiratoryRate',
];

/** Parameters that no rule watches have no row. */
export function limitTable({ title, rules }: RuleSet): LimitTable {
  const rows = METRICS.map((metric): LimitTableRow => {
    const clauses = rules
      .filter((rule) => rule.metric === metric)
      .flatMap((rule) =>
        rule.levels.map((level) => ({ priority: priorityFor(level, undefined), clause: clauseOf(rule, level) })),
      );
    const of = (wanted: Priority): readonly LimitClause[] =>
      clauses.filter(({ priority }) => priority === wanted).map(({ clause }) => clause);
    return { metric, high: of('high'), medium: of('medium') };
  });
  return { preset: title, rows: rows.filter(({ high, medium }) => high.length + medium.length > 0) };
}

function clauseOf({ id, metric }: Rule, level: Level): LimitClause {
  const when = timingWords(level);
  if (!isComparison(level.when) || (level.when.of ?? 'value') !== 'value') {
    return { rule: id, text: [expressionWords(level.when, metric), when].join(', ') };
  }
  const { limit, adjustable } = level.when;
  return { rule: id, sign: signOf(level.when), preset: limit, text: when, ...(adjustable && { adjustable }) };
}

const SIGNS = { '>=': '≥', '>': '>', '<=': '≤', '<': '<' } as const;
const signOf = ({ is }: Comparison): string => SIGNS[is];

function timingWords({ timing }: Level): string {
  switch (timing.type) {
    case 'first':
      return told.atOnce;
    case 'confirm':
      return told.confirmed;
    case 'readings':
      return told.ofReadings(timing.crossing, timing.of);
    case 'hold':
      return timing.holdS === 0 ? told.atOnce : told.forSeconds(timing.holdS);
  }
}

/** @param of the metric of the row, which need not be named again. */
function expressionWords(expression: Expression, of: MetricId | undefined): string {
  if (isComparison(expression)) {
    const compared = comparisonWords(expression);
    return expression.metric === of ? compared : `${metricWords(expression.metric)} ${compared}`;
  }
  if ('all' in expression) return joined(expression.all, told.and, of);
  if ('any' in expression) return joined(expression.any, told.or, of);
  return 'fact' in expression ? (told.facts[expression.fact] ?? '') : '';
}

/** A condition that only says when the others are judged has no words. */
const joined = (parts: readonly Expression[], by: string, of: MetricId | undefined): string =>
  parts
    .map((part) => bracketed(part, by, expressionWords(part, of)))
    .filter((words) => words !== '')
    .join(by);

const bracketed = (part: Expression, by: string, words: string): string =>
  'any' in part && by === told.and && words.includes(told.or) ? `(${words})` : words;

function comparisonWords(comparison: Comparison): string {
  const { of = 'value', limit, is } = comparison;
  const change = `${is.startsWith('>') ? '+' : '−'}${limit}`;
  if (of === 'delta') return told.delta(change);
  if (of === 'percent') return told.percent(change);
  if (of === 'slope') return told.perMinute(change);
  if (of === 'projected') return told.projected(`${signOf(comparison)} ${limit}`, comparison.inMin ?? 0);
  return `${signOf(comparison)} ${limit}`;
}
