/** How often the bed was heard in each of many sessions, and because of which rules. Pure. */
import type { AlarmTally } from './tally.ts';

export interface SessionBurden {
  readonly sessions: number;
  /** Times that the bed was heard in a session: a quarter of the sessions had at most the first of these, half the second. */
  readonly heard: { readonly lower: number; readonly median: number; readonly upper: number; readonly most: number };
  /** Fraction of the sessions in which nothing was heard. */
  readonly silent: number;
  /** Rules that were heard, the most frequent first. */
  readonly rules: readonly RuleShare[];
}

export interface RuleShare {
  readonly rule: string;
  /** Fraction of the sessions in which it was heard. */
  readonly sessions: number;
  /** Times that it was heard, mean over all sessions. */
  readonly heard: number;
}

/** @param tallies one list for each session. */
export function burdenOfSessions(tallies: readonly (readonly AlarmTally[])[]): SessionBurden {
  const heard = tallies.map((rules) => rules.reduce((sum, { sounded }) => sum + sounded, 0)).sort((a, b) => a - b);
  const at = (share: number): number => heard[Math.max(0, Math.ceil(share * heard.length) - 1)] ?? 0;
  return {
    sessions: tallies.length,
    heard: { lower: at(0.25), median: at(0.5), upper: at(0.75), most: at(1) },
    silent: heard.filter((times) => times === 0).length / Math.max(1, heard.length),
    rules: ruleShares(tallies),
  };
}

function ruleShares(tallies: readonly (readonly AlarmTally[])[]): readonly RuleShare[] {
  const byRule = new Map<string, { sessions: number; heard: number }>();
  for (const { rule, sounded } of tallies.flat()) {
    if (sounded === 0) continue;
    const { sessions, heard } = byRule.get(rule) ?? { sessions: 0, heard: 0 };
    byRule.set(rule, { sessions: sessions + 1, heard: heard + sounded });
  }
  const all = Math.max(1, tallies.length);
  return [...byRule]
    .map(([rule, { sessions, heard }]) => ({ rule, sessions: sessions / all, heard: heard / all }))
    .sort((a, b) => b.heard - a.heard);
}
