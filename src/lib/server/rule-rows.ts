/** Rules in force as rows of the Rules page. Pure. */
import {
  METRICS,
  NO_CHANGES,
  aspectOf,
  comparisonsOf,
  metricWords,
  type Authored,
  type Comparison,
  type Level,
  type PresetChanges,
  type PresetInForce,
  type Rule,
} from '$lib/domain/index.ts';
import { words } from '$lib/messages/index.ts';
import { conditionSentence, delayWords } from '$lib/messages/rule-words.ts';
import type { LevelRow, LimitField, RuleGroup, RuleRow } from '$lib/realtime/rule-rows.ts';
import { disclosedDelay, priorityFor } from '$lib/rules/index.ts';
import { mayBeOff, namesNumber } from '$lib/rules/site.ts';

/** Rules as they judge, those that are off among them as they came, rules of the site last. */
export function ruleRows(
  { factory, ruleSet }: PresetInForce,
  { changes, own }: PresetChanges = NO_CHANGES,
): readonly RuleRow[] {
  const came = factory.rules.map((rule) => {
    const now = ruleSet.rules.find(({ id }) => id === rule.id);
    const changed = changes.find((change) => change.rule === rule.id);
    return rowOf(now ?? rule, rule, { isOff: now === undefined, isOwn: false, ...(changed && { changed }) });
  });
  return [...came, ...own.map(({ rule, ...changed }) => rowOf(rule, rule, { isOff: false, isOwn: true, changed }))];
}

type Marks = Pick<RuleRow, 'isOff' | 'isOwn'> & { readonly changed?: Authored };

function rowOf(rule: Rule, factory: Rule, { changed, isOff, isOwn }: Marks): RuleRow {
  const { id, name, why, phases } = rule;
  return {
    id,
    name,
    why,
    phases: phases.map((phase) => words.common.phases[phase]).join(', '),
    group: isOwn ? 'own' : groupOf(rule),
    levels: rule.levels.map((level, index) => levelRow(level, factory.levels[index] ?? level)),
    isOff,
    isOwn,
    mayBeOff: mayBeOff(factory),
    ...(changed && { changed: { by: changed.by, reason: changed.reason, at: changed.at } }),
  };
}

function levelRow(level: Level, factory: Level): LevelRow {
  const before = comparisonsOf(factory.when);
  return {
    priority: level.urgency === 'as-sent' ? 'as-sent' : priorityFor(level, undefined),
    condition: conditionSentence(level.when),
    delay: delayWords(level, disclosedDelay(level).averagingS),
    limits: comparisonsOf(level.when).map((comparison, index) => limitField(comparison, before[index] ?? comparison)),
    timing: level.timing,
    urgency: level.urgency,
    headline: level.headline,
    namesNumber: namesNumber(level),
  };
}

function limitField(comparison: Comparison, factory: Comparison): LimitField {
  const { metric, is, limit } = comparison;
  const aspect = aspectOf(comparison);
  const name = metricWords(metric);
  return {
    label: `${name.charAt(0).toUpperCase()}${name.slice(1)}${words.rules.aspectWords[aspect]} ${words.rules.relations[is]}`,
    unit: aspect === 'percent' ? '%' : aspect === 'age' ? 'min' : METRICS[metric].unit,
    limit,
    factory: factory.limit,
  };
}

const OF_METRIC: Readonly<Record<string, RuleGroup>> = {
  systolic: 'pressure',
  diastolic: 'pressure',
  meanArterial: 'pressure',
  heartRate: 'heart',
  spo2: 'oxygen',
  respiratoryRate: 'breathing',
};

function groupOf({ id, isGate, kind, metric, each }: Rule): RuleGroup {
  if (isGate) return 'gates';
  if (each === 'pump-alarm' || id.startsWith('P')) return 'pump';
  if (kind === 'technical') return 'devices';
  return (metric && OF_METRIC[metric]) ?? 'scores';
}
