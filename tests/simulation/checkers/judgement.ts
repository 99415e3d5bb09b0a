/**
 * Every breach is signalled in time, and nothing is signalled without a breach: the station's alarms against the oracle's own
 * reading of the same journal.
 */
import type { Alarm, AlarmChange, JournalEntry, Priority, RuleSet } from '$lib/domain/index.ts';
import { priorityFor } from '$lib/rules/index.ts';
import { Oracle } from '../oracle/oracle.ts';
import { isAsUrgent, type Sight, type StandingAlarm } from '../oracle/sight.ts';
import { MARGIN_MS, type Clockwork } from '../oracle/clockwork.ts';
import { ROWS } from '../oracle/table.ts';
import type { Course } from '../world/ward.ts';
import type { Violation } from './checker.ts';

export interface Judgement {
  readonly violations: readonly Violation[];
  /** Times that something had to be signalled. */
  readonly breaches: number;
  /** Rules of the station that the oracle does not know. */
  readonly notChecked: readonly string[];
}

type JudgedCourse = Pick<Course, 'journal' | 'ruleSet'>;

const IN_FORCE: ReadonlySet<string> = new Set(['active', 'acknowledged', 'suspended']);

export function checkJudgement({ journal, ruleSet }: JudgedCourse): Judgement {
  const rules = new Set(ruleSet.rules.map(({ id }) => id));
  const breaches = new Breaches();
  const reasons = new Reasons();
  new Oracle(rules).follow(journal, {
    onMoment: (sight, oracle) => breaches.look(sight, oracle),
    onEntry: (entry, sight, oracle) => reasons.look(entry, sight, oracle),
  });
  return {
    violations: [...breaches.violations, ...reasons.violations],
    breaches: breaches.count,
    notChecked: levelsWithoutRow(ruleSet),
  };
}

/** `T5 medium`: what the station signals and the table has no row for. */
function levelsWithoutRow({ rules }: RuleSet): readonly string[] {
  const levels = rules.flatMap(({ id, levels: all }) => all.map((level) => `${id} ${priorityFor(level, undefined)}`));
  const known = new Set(
    ROWS.flatMap(({ rule, priority }) => (priority === 'as-told' ? [`${rule} medium`] : [`${rule} ${priority}`])),
  );
  return [...new Set(levels)].filter((level) => !known.has(level));
}

/** Signals that are due. What is due but not there is missed when it stays so for longer than the station needs to say it. */
class Breaches {
  readonly violations: Violation[] = [];
  count = 0;
  readonly #due = new Map<Clockwork, { readonly lackingSince: number | undefined; readonly isTold: boolean }>();

  look(sight: Sight, { clockworks }: Oracle): void {
    for (const clockwork of clockworks) {
      if (clockwork.must && !isAnyUncertain(sight, clockwork)) this.#want(clockwork, sight);
      else this.#due.delete(clockwork);
    }
  }

  #want(clockwork: Clockwork, sight: Sight): void {
    const before = this.#due.get(clockwork);
    if (before === undefined) this.count += 1;
    const priority = wanted(clockwork, sight);
    const isThere = priority === undefined || sight.standing.some((one) => answers(one, clockwork, priority));
    if (isThere) return void this.#due.set(clockwork, { lackingSince: undefined, isTold: false });
    const lackingSince = before?.lackingSince ?? sight.at;
    const isMissed = sight.at - lackingSince >= MARGIN_MS;
    if (isMissed && !before?.isTold) this.#miss(clockwork, sight, priority);
    this.#due.set(clockwork, { lackingSince, isTold: isMissed });
  }

  #miss({ row }: Clockwork, sight: Sight, priority: Priority): void {
    const value = row.of && sight[row.of]?.value;
    const what = `${row.rule} ${priority}${value === undefined ? '' : ` at ${value}`} is due and not signalled`;
    this.violations.push({ checker: 'breach', at: sight.at, what, missed: priority });
  }
}

const wanted = ({ row }: Clockwork, sight: Sight): Priority | undefined =>
  row.priority === 'as-told' ? row.told?.(sight) : row.priority;

const answers = (alarm: StandingAlarm, { row }: Clockwork, priority: Priority): boolean =>
  alarm.rule === row.rule && IN_FORCE.has(alarm.state) && isAsUrgent(alarm.priority, priority);

const HEART_RATES = ['heartRate', 'abpPulseRate', 'pulseRate'];
/** What the journal calls the quantities that alarms name. */
const OBSERVED_AS: Readonly<Record<string, readonly string[]>> = {
  systolic: ['systolic', 'abpSystolic'],
  diastolic: ['diastolic', 'abpDiastolic'],
  meanArterial: ['meanArterial', 'abpMeanArterial'],
  heartRate: HEART_RATES,
  spo2: ['spo2'],
  respiratoryRate: ['respiratoryRate'],
};

/** Signals that are there. */
class Reasons {
  readonly violations: Violation[] = [];

  look({ at, body }: JournalEntry, sight: Sight, oracle: Oracle): void {
    if (body.kind !== 'alarm') return;
    const { change } = body;
    const wrong = [...this.#withoutSample(change, sight, oracle), ...this.#withoutReason(change, sight, oracle)];
    for (const what of wrong) this.violations.push({ checker: 'reason', at, what: `${nameOf(change.alarm)}: ${what}` });
  }

  #withoutSample({ alarm, cause }: AlarmChange, sight: Sight, { witness }: Oracle): readonly string[] {
    if (!STATED_ANEW.has(cause)) return [];
    const isLine = sight.systolic !== undefined && !sight.systolic.isCuff;
    return alarm.evidence.flatMap(({ metric, value, at }) => {
      const names = OBSERVED_AS[metric];
      // The mean of a line may be reckoned; it is no sample of the journal then.
      if (names === undefined || (isLine && metric === 'meanArterial')) return [];
      return names.some((name) => witness.seen.has(`${name}=${value}@${at}`))
        ? []
        : [`rests on ${metric} ${value} of ${at}, which was never observed`];
    });
  }

  #withoutReason({ alarm, cause }: AlarmChange, sight: Sight, oracle: Oracle): readonly string[] {
    const all = oracle.of(alarm.rule);
    const [first] = all;
    if (first === undefined) return [];
    const same = all.filter((one) => wanted(one, sight) === alarm.priority || one.row.priority === 'as-told');
    if (same.length === 0) return [];
    switch (cause) {
      case 'signalled':
        return same.some((one) => one.may || isAnyUncertain(sight, one)) ? [] : ['is signalled without a reason'];
      case 'noticed':
        return same.some(({ mayBeNoticed }) => mayBeNoticed) ? [] : ['is noticed without a reason'];
      case 'condition-ended':
        return first.row.isEach || all.every(({ mayEnd }) => mayEnd) || isAnyUncertain(sight, first)
          ? []
          : ['has ended before it was over'];
      default:
        return [];
    }
  }
}

const STATED_ANEW: ReadonlySet<string> = new Set(['noticed', 'signalled', 'returned', 'updated', 'worsened']);

/** A pump that is told of twice, a line that is gone: the documents leave open how to judge them. */
function isAnyUncertain(sight: Sight, { row }: Clockwork): boolean {
  if (row.rule === 'T8') return sight.line === undefined;
  if (row.rule === 'S7' && row.priority === 'high') return sight.isInfusing === undefined;
  if (row.rule.startsWith('P')) return sight.pumpAlarm === 'unknown' || sight.isInfusing === undefined;
  return row.of === 'meanArterial' && sight.meanArterial === undefined;
}

const nameOf = ({ id, rule, priority }: Alarm): string => `${rule} ${priority} (${id})`;
