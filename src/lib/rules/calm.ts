/**
 * How long nothing comes of time alone: where no hold runs and no clock is near a limit, another look finds what the last one
 * found. So a bed in which nothing happens is not judged four times a second.
 *
 *   sinceDoseMin    58.0 ─────────────▶ 60.0   the first limit ahead: calm until shortly before it
 */
import { MINUTE_MS, METRICS, aspectOf, comparisonsOf, type Comparison, type Rule } from '$lib/domain/index.ts';
import type { RuleContext } from './context.ts';
import type { Seen } from './evaluate.ts';
import { limitOf, sampleOf } from './operand.ts';
import { readersOfClock } from './reads.ts';

/** Far more than a division loses. */
const MARGIN_MS = 1000;

/** @returns the last instant at which, with everything else as it was, another look surely finds the same; a past one where none is. */
export function calmUntil({ ruleSet, context, rules, moving }: Seen): number {
  let until = moving.length > 0 ? context.now : Number.POSITIVE_INFINITY;
  for (const number of readersOfClock(ruleSet)) {
    const [rule, looked] = [ruleSet.rules[number], rules[number]];
    if (rule === undefined || looked === undefined || looked.levels.length > 0) return context.now - MARGIN_MS;
    for (const { when } of rule.levels)
      for (const comparison of comparisonsOf(when)) until = Math.min(until, reaches(comparison, rule, context));
  }
  return until - MARGIN_MS;
}

/** When the clock in a comparison comes to its limit: clocks only go on. What belongs to an item stands still while its part of the context does. */
function reaches(comparison: Comparison, rule: Rule, context: RuleContext): number {
  const { metric } = comparison;
  const aspect = aspectOf(comparison);
  if (aspect !== 'age' && !METRICS[metric].isOfClock) return Number.POSITIVE_INFINITY;
  if (aspect === 'age' ? rule.each !== undefined : aspect !== 'value') return context.now;
  const sample = sampleOf(metric, undefined, context);
  if (sample === undefined || 'unknown' in sample) return Number.POSITIVE_INFINITY;
  const value = aspect === 'age' ? (context.now - sample.at) / MINUTE_MS : sample.value;
  const limit = limitOf(comparison, rule.id, context);
  if (value > limit) return Number.POSITIVE_INFINITY;
  const perMin = Math.max(1, MINUTE_MS / context.nibpIntervalMs);
  return context.now + ((limit - value) / perMin) * MINUTE_MS;
}
