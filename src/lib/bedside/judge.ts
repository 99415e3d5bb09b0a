/**
 * Judgement of one bed at one instant: the rules look, the alarms live on, the outranked ones fall silent.
 *
 * Order is part of the meaning, because it is what a replay must repeat: rules in the order of the rule set, alarms in the
 * order of their findings, then the alarms that no rule speaks of any more, then ranks, then the audio pause.
 */
import {
  alarmId,
  fail,
  ok,
  type AlarmChange,
  type AlarmId,
  type BedOutput,
  type Delivery,
  type MonotonicMs,
  type Refusal,
  type Result,
  type Rule,
  type RuleSet,
} from '$lib/domain/index.ts';
import {
  breaksAudioPause,
  nextDue,
  outrankedKeys,
  stepAlarm,
  rankedAlarm,
  withRank,
  type AlarmInput,
  type AlarmPolicy,
  type TrackedAlarm,
} from '$lib/alarms/index.ts';
import { calmUntil, evaluate, ruleOfInstance, type Finding, type RulesState, type Seen } from '$lib/rules/index.ts';
import { isOnlyLater, lookAt, type Look } from './context.ts';
import type { BedState } from './state.ts';

export interface Judged {
  readonly state: BedState;
  readonly outputs: readonly BedOutput[];
}

export function judge(state: BedState): Judged {
  if (state.session === undefined) return { state, outputs: NO_OUTPUTS };
  const before = LOOKS.get(state.rules);
  if (before !== undefined && isStill(before, state)) return { state, outputs: NO_OUTPUTS };
  const look = lookAt(state, state.session, before?.look);
  const { state: rules, findings, seen } = evaluate(state.ruleSet, state.rules, look.context, before?.seen);
  const isSettled = before !== undefined && isTold(before, state, findings);
  const known: Known = { look, seen, stillUntil: undefined, alarmsDue: isSettled ? before.alarmsDue : undefined };
  if (before && rules === state.rules) Object.assign(before, known);
  else LOOKS.set(rules, known);
  const cannot = unjudged(state, findings);
  const looked = rules === state.rules && cannot === state.unjudged ? state : { ...state, rules, unjudged: cannot };
  if (isSettled || (isEmpty(state.alarms) && !findings.some(isToBeTold))) return { state: looked, outputs: NO_OUTPUTS };
  const stepper = new AlarmStepper(looked);
  const judged = new Set<string>();
  for (const { key, condition } of findings) {
    judged.add(key);
    stepper.step(key, { type: 'condition', now: state.now, condition });
  }
  for (const key of Object.keys(state.alarms)) {
    if (!judged.has(key)) stepper.step(key, { type: 'condition', now: state.now, condition: { is: 'absent' } });
    stepper.step(key, { type: 'tick', now: state.now });
  }
  return stepper.finish();
}

/** The last look at a bed, found by what the rules remembered after it. It only spares work: without it the same is found anew. */
const LOOKS = new WeakMap<RulesState, Known>();

interface Known {
  look: Look;
  seen: Seen;
  /** Before which time alone changes neither rules nor alarms; undefined until somebody asks. */
  stillUntil: number | undefined;
  /** When time alone changes an alarm next, from the tick on that it had last; undefined until somebody asks. */
  alarmsDue: number | undefined;
}

/** Nothing has happened since the last look, which changed nothing, and no time is over: it would find and tell the same. */
function isStill(known: Known, state: BedState): boolean {
  if (!isOnlyLater(known.look, state)) return false;
  known.stillUntil ??= Math.min(calmUntil(known.seen), dueOf(known, state));
  return state.now < known.stillUntil;
}

/** The alarms have heard these very findings, nobody has touched them since, and none waits for this time. */
const isTold = (known: Known, state: BedState, findings: readonly Finding[]): boolean =>
  findings === known.seen.findings && state.alarms === known.look.reads.alarms && state.now < dueOf(known, state);

const dueOf = (known: Known, state: BedState): number => (known.alarmsDue ??= alarmsDue(state, known.look.context.now));

function alarmsDue({ alarms, ruleSet }: BedState, lookedAt: MonotonicMs): number {
  let first = Number.POSITIVE_INFINITY;
  for (const key in alarms) {
    const tracked = alarms[key];
    if (tracked) first = Math.min(first, nextDue(tracked, lookedAt, policyOf(ruleSet, key)));
  }
  return first;
}

const NO_OUTPUTS: readonly BedOutput[] = [];

/** Of a finding for which no alarm lives yet. */
const isToBeTold = ({ condition }: Finding): boolean => condition.is === 'present' || condition.is === 'unconfirmed';

function isEmpty(alarms: BedState['alarms']): boolean {
  for (const _ in alarms) return false;
  return true;
}

const UNJUDGED = new WeakMap<readonly Finding[], BedState['unjudged']>();

/** Findings that say "cannot judge"; the same list object while it says the same. */
function unjudged({ unjudged: before }: BedState, findings: readonly Finding[]): BedState['unjudged'] {
  if (UNJUDGED.get(findings) === before) return before;
  const now: BedState['unjudged'][number][] = [];
  for (const { key, condition } of findings)
    if (condition.is === 'unknown') now.push({ rule: key, why: condition.why });
  const isSame =
    now.length === before.length && now.every((one, i) => one.rule === before[i]?.rule && one.why === before[i].why);
  const told = isSame ? before : now;
  UNJUDGED.set(findings, told);
  return told;
}

/** What a person can say of an alarm. */
export type Answer = Extract<AlarmInput, { type: 'acknowledge' | 'take' | 'pass-on' }>;

/** An answer to one alarm, and with it to those that it outranks: one look at the patient answers both. */
export function answerAlarm(state: BedState, id: AlarmId, answer: Answer): Result<Judged, Refusal> {
  const found = Object.entries(state.alarms).find(([, { alarm }]) => alarm.id === id);
  if (found === undefined) {
    return fail({ why: 'unknown-alarm', message: 'This alarm has ended already; there is nothing left to answer.' });
  }
  const stepper = new AlarmStepper(state);
  const [key] = found;
  const group = stepper.ruleOf(key)?.group?.name;
  for (const [other, { alarm }] of Object.entries(state.alarms)) {
    const isOutrankedByIt = alarm.isOutranked && group !== undefined && stepper.ruleOf(other)?.group?.name === group;
    if (other === key || isOutrankedByIt) stepper.step(other, answer);
  }
  return ok(stepper.finish());
}

/** A screen has shown or sounded an alarm. One that has ended meanwhile is nobody's business any more. */
export function deliverAlarm(state: BedState, delivery: Delivery): Judged {
  const stepper = new AlarmStepper(state);
  for (const [key, { alarm }] of Object.entries(state.alarms)) {
    if (alarm.id === delivery.alarm) stepper.step(key, { type: 'delivered', now: state.now, delivery });
  }
  return stepper.finish();
}

export function endAllAlarms(state: BedState): Judged {
  const stepper = new AlarmStepper(state);
  for (const key of Object.keys(state.alarms)) stepper.step(key, { type: 'session-ended', now: state.now });
  return stepper.finish();
}

/** By the set and not by the rule alone: sets of several versions share rules that none of them has changed. */
const POLICIES = new WeakMap<RuleSet, Map<Rule, AlarmPolicy>>();

function policyOf(ruleSet: RuleSet, key: string): AlarmPolicy {
  const rule = ruleOfInstance(ruleSet, key);
  if (rule === undefined) return { rule: key, ruleVersion: ruleSet.version, kind: 'technical' };
  const policies = POLICIES.get(ruleSet) ?? new Map<Rule, AlarmPolicy>();
  POLICIES.set(ruleSet, policies);
  const policy = policies.get(rule) ?? newPolicy(rule, ruleSet);
  policies.set(rule, policy);
  return policy;
}

const newPolicy = ({ id, kind, worse, reminder }: Rule, { version }: RuleSet): AlarmPolicy => ({
  rule: id,
  ruleVersion: version,
  kind,
  ...(worse === undefined ? {} : { worse }),
  ...(reminder === undefined ? {} : { reminder }),
});

function ranked(change: AlarmChange, isOutranked: boolean, now: MonotonicMs): AlarmChange {
  const { alarm } = change;
  if (alarm.state === 'ended' || alarm.isOutranked === isOutranked) return change;
  return { ...change, alarm: rankedAlarm(alarm, isOutranked, now) };
}

/** Steps several alarms of a bed and then settles ranks, numbers and the audio pause once for all of them. */
class AlarmStepper {
  readonly #before: BedState;
  #alarms: Record<string, TrackedAlarm>;
  #alarmCount: number;
  readonly #changes: { key: string; change: AlarmChange }[] = [];

  constructor(before: BedState) {
    this.#before = before;
    this.#alarms = before.alarms;
    this.#alarmCount = before.alarmCount;
  }

  ruleOf(key: string): Rule | undefined {
    return ruleOfInstance(this.#before.ruleSet, key);
  }

  step(key: string, input: AlarmInput): void {
    const tracked = this.#alarms[key];
    if (tracked === undefined && input.type !== 'condition') return;
    const [next, changes] = stepAlarm(
      tracked,
      input,
      policyOf(this.#before.ruleSet, key),
      tracked?.alarm.id ?? this.#nextId(),
    );
    if (next === tracked && changes.length === 0) return;
    if (tracked === undefined && next !== undefined) this.#alarmCount += 1;
    const { [key]: _, ...others } = this.#alarms;
    this.#alarms = next === undefined ? others : { ...this.#alarms, [key]: next };
    for (const change of changes) this.#changes.push({ key, change });
  }

  finish(): Judged {
    if (this.#changes.length === 0 && this.#alarms === this.#before.alarms) {
      return { state: this.#before, outputs: NO_OUTPUTS };
    }
    const outranked = outrankedKeys(this.#alarms, (key) => this.ruleOf(key)?.group);
    const { now } = this.#before;
    const changes = this.#changes.map(({ key, change }) => ranked(change, outranked.has(key), now));
    for (const [key, tracked] of Object.entries(this.#alarms)) {
      const isOutranked = outranked.has(key);
      if (tracked.alarm.isOutranked === isOutranked) continue;
      const next = withRank(tracked, isOutranked, now);
      this.#alarms = { ...this.#alarms, [key]: next };
      const isTold = this.#changes.some((told) => told.key === key);
      if (!isTold) changes.push({ cause: isOutranked ? 'outranked' : 'unoutranked', alarm: next.alarm });
    }
    return this.#settled(changes);
  }

  #settled(changes: readonly AlarmChange[]): Judged {
    const numbered: BedOutput[] = changes.map((change, index) => ({
      kind: 'alarm',
      number: this.#before.changeCount + index + 1,
      change,
    }));
    const state: BedState = {
      ...this.#before,
      alarms: this.#alarms,
      alarmCount: this.#alarmCount,
      changeCount: this.#before.changeCount + changes.length,
    };
    if (state.audioPausedUntil === undefined || !changes.some(breaksAudioPause)) return { state, outputs: numbered };
    const { audioPausedUntil: _, ...unpaused } = state;
    return { state: unpaused, outputs: [...numbered, { kind: 'audio', cause: 'new-alarm' }] };
  }

  #nextId(): AlarmId {
    return alarmId(`${this.#before.bed}:${this.#alarmCount + 1}`);
  }
}
