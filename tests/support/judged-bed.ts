/** Rules that anybody can follow, each a limit that stands as long as a value is beyond it, and a bed that is judged by them. */
import {
  alarmId,
  PHASES,
  type Alarm,
  type BedOutput,
  type Level,
  type MetricId,
  type Rule,
  type RuleSet,
} from '$lib/domain/index.ts';
import type { BedState } from '$lib/bedside/index.ts';
import { ADULT_IV_KETAMINE } from '$lib/rules/index.ts';
import { TestBed } from './bed.ts';
import { level, rule } from './rules.ts';

const PRIORITIES = {
  high: { severity: 'death-or-irreversible', onset: 'prompt' },
  medium: { severity: 'reversible', onset: 'prompt' },
  low: { severity: 'discomfort', onset: 'prompt' },
  notice: 'notice',
} as const satisfies Record<string, Level['urgency']>;

export const AT_ONCE = { type: 'hold', holdS: 0, clearS: 0 } as const;

/** Stands as soon as a value is beyond its limit, and no longer. */
export const limit = (
  id: string,
  metric: MetricId,
  is: '>=' | '<=',
  at: number,
  { priority = 'high', ...more }: Partial<Rule> & { priority?: keyof typeof PRIORITIES } = {},
): Rule =>
  rule(
    [level({ metric, is, limit: at }, { timing: AT_ONCE, urgency: PRIORITIES[priority], headline: `${id} {value}` })],
    {
      id,
      phases: PHASES,
      metric,
      worse: is === '>=' ? 'higher' : 'lower',
      ...more,
    },
  );

export const low = (rank: number) => ({ name: 'spo2-low', rank });
export const RULES: readonly Rule[] = [
  limit('FAST', 'heartRate', '>=', 120, { priority: 'medium' }),
  limit('LOW', 'spo2', '<=', 90, { priority: 'medium', group: low(1) }),
  limit('LOWER', 'spo2', '<=', 85, { group: low(2) }),
  limit('FASTER', 'heartRate', '>=', 140, { group: { name: 'heart-rate-high', rank: 2 } }),
  limit('QUICK', 'heartRate', '>=', 130, { priority: 'low', group: { name: 'heart-rate-high', rank: 1 } }),
];
export const setOf = (rules: readonly Rule[], version = '1'): RuleSet => ({
  ...ADULT_IV_KETAMINE,
  id: 'test',
  version,
  rules,
});

/** What happened, in short: `LOW signalled outranked`, `audio`. */
export const said = (output: BedOutput): string =>
  output.kind === 'alarm'
    ? `${output.change.alarm.rule} ${output.change.cause}${output.change.alarm.isOutranked ? ' outranked' : ''}`
    : output.kind;

/** State of each alarm. */
export const states = ({ alarms }: BedState): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(alarms).map(([key, { alarm }]) => [key, alarm.state]));

export class JudgedBed extends TestBed {
  /** A patient with a good heart rate and saturation. */
  static by(rules: readonly Rule[] = RULES): JudgedBed {
    return new JudgedBed(setOf(rules)).admitted().numerics(1, { heartRate: 72, spo2: 98 });
  }

  /** What is told while something happens. */
  during(act: () => void): readonly string[] {
    const before = this.outputs.length;
    act();
    return this.outputs.slice(before).map(({ body }) => said(body));
  }

  idOf(rule: string): Alarm['id'] {
    return this.alarm(rule)?.id ?? alarmId(`no alarm of ${rule}`);
  }
}
