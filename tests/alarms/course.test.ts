/** Courses of one alarm that the table of its life does not show: rising, falling, worsening, answered and quiet for how long. */
import { describe, expect, test } from 'vitest';
import { alarmId, monotonicMs, type Actor, type Breach, type Condition, type Priority } from '$lib/domain/index.ts';
import {
  LATCH_REMINDER_MS,
  MEDIUM_LATCH_MS,
  nextDue,
  stepAlarm,
  type AlarmInput,
  type AlarmPolicy,
  type TrackedAlarm,
} from '$lib/alarms/index.ts';

const START = 1_000_000;
const ID = alarmId('bed-1:1');
const ANA: Actor = { name: 'Ana', station: 'screen-3' };
const POLICY: AlarmPolicy = { rule: 'S1', ruleVersion: '1', kind: 'physiological', worse: 'higher' };
const REMINDED: AlarmPolicy = { ...POLICY, reminder: { worseBy: 10, afterMin: 5 } };
const at = (afterS: number) => monotonicMs(START + 1000 * afterS);

const breach = (priority: Priority, more: Partial<Breach> = {}): Breach => ({
  since: at(-10),
  priority,
  headline: `${priority} ${more.value ?? ''}`,
  explanation: 'why',
  evidence: [],
  isEpisodic: true,
  ...more,
});

/** One alarm; what was told of it as `cause state`. */
class Course {
  tracked: TrackedAlarm | undefined;
  told: readonly string[] = [];
  readonly #policy: AlarmPolicy;

  constructor(policy: AlarmPolicy = POLICY) {
    this.#policy = policy;
  }
  get alarm() {
    return this.tracked?.alarm;
  }
  get due(): number {
    return this.dueAfter(START);
  }
  dueAfter(now: number): number {
    return this.tracked === undefined ? Number.NaN : nextDue(this.tracked, monotonicMs(now), this.#policy) - START;
  }
  step(input: AlarmInput): this {
    const [next, changes] = stepAlarm(this.tracked, input, this.#policy, ID);
    this.tracked = next;
    this.told = [...this.told, ...changes.map(({ cause, alarm }) => `${cause} ${alarm.state}`)];
    return this;
  }
  condition(afterS: number, condition: Condition): this {
    return this.step({ type: 'condition', now: at(afterS), condition });
  }
  is(afterS: number, priority: Priority, more: Partial<Breach> = {}): this {
    return this.condition(afterS, { is: 'present', breach: breach(priority, more) });
  }
  absent(afterS: number): this {
    return this.condition(afterS, { is: 'absent' });
  }
  unknown(afterS: number): this {
    return this.condition(afterS, { is: 'unknown', why: 'no signal' });
  }
  by(afterS: number, type: 'acknowledge' | 'take' | 'pass-on', to?: string, who: Actor = ANA): this {
    return this.step({ type, now: at(afterS), by: who, ...(to !== undefined && { to }) });
  }
  delivered(afterS: number): this {
    const signalledAt = this.alarm?.signalledAt ?? at(0);
    const delivery = { alarm: ID, signalledAt, screen: 'screen-3', isShown: true, sound: 'sounded' } as const;
    return this.step({ type: 'delivered', now: at(afterS), delivery });
  }
  tick(afterMs: number): this {
    return this.step({ type: 'tick', now: monotonicMs(START + afterMs) });
  }
}

describe('a new alarm', () => {
  test('says what it is and since when, and no number where there is none', () => {
    expect(new Course().is(0, 'high').alarm).toEqual({
      ...{ id: ID, rule: 'S1', ruleVersion: '1', kind: 'physiological', state: 'active', priority: 'high' },
      ...{ onsetAt: at(-10), signalledAt: START, isOutranked: false },
      ...{ headline: 'high ', explanation: 'why', evidence: [] },
    });
  });

  test('says value, limit and worst value where there are some', () => {
    const { alarm } = new Course().is(0, 'high', { value: 184, limit: 180 });
    expect(alarm).toMatchObject({ value: 184, limit: 180, peakValue: 184 });
  });

  test('that is noticed first is signalled when it is confirmed', () => {
    const course = new Course().condition(0, { is: 'unconfirmed', breach: breach('high') });
    expect(course.alarm).toMatchObject({ state: 'pending', signalledAt: START });
    expect(course.is(60, 'high').alarm).toMatchObject({ state: 'active', signalledAt: at(60) });
    expect(course.told).toEqual(['noticed pending', 'signalled active']);
  });

  test.each<AlarmInput>([
    { type: 'tick', now: at(0) },
    { type: 'session-ended', now: at(0) },
    { type: 'acknowledge', now: at(0), by: ANA },
    { type: 'condition', now: at(0), condition: { is: 'absent' } },
    { type: 'condition', now: at(0), condition: { is: 'unknown', why: 'x' } },
  ])('begins with nothing else: %j', (input) => {
    expect(new Course().step(input)).toMatchObject({ tracked: undefined, told: [] });
  });
});

describe('one that stands', () => {
  test.each<[string, Partial<Breach>, readonly string[]]>([
    ['nothing', {}, []],
    ['another headline', { headline: 'other' }, ['updated active']],
    ['another reason only', { explanation: 'other' }, []],
  ])('and of which %s is new', (_, more, news) => {
    const course = new Course().is(0, 'high', { value: 184 }).is(1, 'high', { value: 184, ...more });
    expect(course.told.slice(1)).toEqual(news);
  });

  test('keeps the very same object while nothing is new, answered or not', () => {
    const course = new Course().is(0, 'high', { value: 184 });
    const called = course.tracked;
    expect(course.is(1, 'high', { value: 184 }).tracked).toBe(called);
    const answered = course.by(2, 'acknowledge').tracked;
    expect(course.is(3, 'high', { value: 184 }).tracked).toBe(answered);
  });

  test('tells what waited as soon as the two seconds are over, although nothing else is new', () => {
    const signal = (afterS: number, value: number) =>
      course.is(afterS, 'high', { value, headline: `at ${value}`, isEpisodic: false });
    const course = new Course();
    signal(0, 184);
    signal(1, 190);
    signal(2, 195);
    expect(course.dueAfter(at(2))).toBe(2000);
    signal(2.5, 190);
    expect(course.alarm?.peakValue).toBe(190);
    expect(course.told).toEqual(['signalled active', 'updated active']);
    signal(3, 190);
    expect(course.alarm).toMatchObject({ value: 190, peakValue: 195 });
    expect(course.told).toHaveLength(3);
  });

  test('rising calls anew as the more urgent one; falling it is told so and goes on', () => {
    const course = new Course().is(0, 'low').delivered(1).is(2, 'high').delivered(3).is(4, 'medium');
    expect(course.told).toEqual([
      ...['signalled active', 'delivered active', 'priority-raised active'],
      ...['delivered active', 'priority-lowered active'],
    ]);
    expect(course.alarm).toMatchObject({ signalledAt: at(2), shownAt: at(3), priority: 'medium' });
  });

  test.each<[string, readonly Priority[], string, Priority]>([
    ['rose', ['medium', 'high'], 'latched', 'high'],
    ['rose and fell', ['medium', 'high', 'low'], 'latched', 'high'],
    ['fell and rose less', ['high', 'low', 'medium'], 'latched', 'high'],
    ['rose to medium', ['low', 'medium', 'low'], 'latched', 'medium'],
  ])('latches as the most urgent that it was: %s', (_, priorities, state, priority) => {
    const course = new Course();
    priorities.forEach((one, second) => course.is(second, one));
    expect(course.absent(10).alarm).toMatchObject({ state, priority, endedAt: at(10), isOutranked: false });
  });

  test.each<[Priority, AlarmPolicy['kind']]>([
    ['low', 'physiological'],
    ['notice', 'physiological'],
    ['high', 'technical'],
    ['high', 'advisory'],
  ])('ends without a trace when it is over: %s, %s', (priority, kind) => {
    expect(new Course({ ...POLICY, kind }).is(0, priority).absent(5)).toMatchObject({
      tracked: undefined,
      told: ['signalled active', 'condition-ended ended'],
    });
  });

  test('that latched and comes back calls again and has not ended', () => {
    const course = new Course().is(0, 'high').absent(5).is(9, 'medium');
    expect(course.told.at(-1)).toBe('returned active');
    expect(course.alarm).toMatchObject({ priority: 'medium', signalledAt: at(9) });
    expect(course.alarm).not.toHaveProperty('endedAt');
  });
});

describe('one that is answered', () => {
  const answered = (policy: AlarmPolicy, priority: Priority, value?: number) =>
    new Course(policy).is(0, priority, value === undefined ? {} : { value }).by(10, 'acknowledge');

  test('is in the hands of whoever answered', () => {
    expect(answered(POLICY, 'high').alarm).toMatchObject({
      state: 'acknowledged',
      acknowledgement: { by: ANA, at: at(10) },
      responsibility: { state: 'taken', by: ANA, at: at(10) },
    });
  });

  test('calls again when it rises, and not when it falls or when no step of worse is set', () => {
    expect(answered(POLICY, 'medium', 170).is(20, 'high', { value: 170 }).told.at(-1)).toBe('priority-raised active');
    expect(answered(POLICY, 'high', 170).is(20, 'low', { value: 170 }).told.at(-1)).toBe(
      'priority-lowered acknowledged',
    );
    expect(answered(POLICY, 'high', 170).is(20, 'high', { value: 290 }).told.at(-1)).toBe('updated acknowledged');
  });

  test.each<['higher' | 'lower' | undefined, number, string]>([
    ['higher', 109, 'updated acknowledged'],
    ['higher', 110, 'worsened active'],
    ['higher', 80, 'updated acknowledged'],
    ['lower', 91, 'updated acknowledged'],
    ['lower', 90, 'worsened active'],
    ['lower', 120, 'updated acknowledged'],
    [undefined, 110, 'worsened active'],
  ])('worse is %s: from 100 to %d it is %s', (worse, value, told) => {
    const { worse: _, ...rest } = REMINDED;
    const policy: AlarmPolicy = worse === undefined ? rest : { ...rest, worse };
    expect(answered(policy, 'high', 100).is(20, 'high', { value }).told.at(-1)).toBe(told);
  });

  test('is not worse where there is no number now, or was none at the answer', () => {
    const { told } = answered(REMINDED, 'high', 100).is(20, 'high', { headline: 'no number' });
    expect(told.at(-1)).toBe('updated acknowledged');
    expect(answered(REMINDED, 'high').is(20, 'high', { value: 300 }).told.at(-1)).toBe('updated acknowledged');
  });

  test('is measured from the latest answer', () => {
    const course = answered(REMINDED, 'high', 100).is(20, 'high', { value: 110 }).by(21, 'acknowledge');
    expect(course.is(30, 'high', { value: 119 }).told.at(-1)).toBe('updated acknowledged');
    expect(course.is(40, 'high', { value: 120 }).told.at(-1)).toBe('worsened active');
  });

  test('is quiet about getting worse while another one covers it, and still calls when it rises', () => {
    const course = answered(REMINDED, 'medium', 100);
    const { tracked } = course;
    if (tracked) course.tracked = { ...tracked, alarm: { ...tracked.alarm, isOutranked: true } };
    expect(course.due).toBe(Infinity);
    expect(course.tick(3_600_000).is(20, 'medium', { value: 190 }).told.at(-1)).toBe('updated acknowledged');
    expect(course.is(21, 'high', { value: 190 }).told.at(-1)).toBe('priority-raised active');
  });

  test.each<[Priority, number]>([
    ['high', 2],
    ['medium', 5],
    ['low', 5],
  ])('of priority %s is reminded of after %d min, and not before', (priority, minutes) => {
    const course = answered(REMINDED, priority);
    const due = 10_000 + minutes * 60_000;
    expect(course.due).toBe(due);
    expect(course.tick(due - 1).alarm?.state).toBe('acknowledged');
    expect(course.tick(due).told.at(-1)).toBe('reminded active');
    expect(course.alarm).toMatchObject({ signalledAt: START + due });
    expect(course.alarm).not.toHaveProperty('acknowledgement');
  });

  test('is reminded of earlier where the rule says earlier than a pause is long', () => {
    expect(answered({ ...POLICY, reminder: { afterMin: 1 } }, 'high').due).toBe(70_000);
  });

  test('stays quiet for ever where the rule has no reminder', () => {
    const course = answered(POLICY, 'high');
    expect(course.due).toBe(Infinity);
    expect(course.tick(86_400_000).told).toHaveLength(2);
  });

  test('while it cannot be judged is reminded of where it is, and then counts as unanswered', () => {
    const course = answered(REMINDED, 'medium').unknown(20).tick(310_000);
    expect(course.told.at(-1)).toBe('reminded suspended');
    expect(course.is(400, 'medium').told.at(-1)).toBe('resumed active');
  });

  test('before it cannot be judged is answered after it, unless it has risen or become worse', () => {
    const back = (priority: Priority, value: number) =>
      answered(REMINDED, 'medium', 100).unknown(20).is(30, priority, { value });
    expect(back('medium', 100).told.at(-1)).toBe('resumed acknowledged');
    expect(back('medium', 100).tracked).not.toHaveProperty('wasAcknowledged');
    expect(back('medium', 110).told.at(-1)).toBe('worsened active');
    expect(back('high', 100).told.at(-1)).toBe('priority-raised active');
  });

  test('while it cannot be judged comes back answered', () => {
    const course = new Course().is(0, 'high').unknown(5).by(6, 'acknowledge').by(7, 'acknowledge');
    expect(course.alarm).toMatchObject({ state: 'suspended', acknowledgement: { at: at(6) } });
    expect(course.is(8, 'high').told.at(-1)).toBe('resumed acknowledged');
  });
});

describe('one that cannot be judged and was not answered', () => {
  test('goes on calling as before, and anew when it is more urgent then', () => {
    expect(new Course().is(0, 'medium').unknown(5).is(9, 'medium').alarm).toMatchObject({
      state: 'active',
      signalledAt: START,
    });
    const risen = new Course().is(0, 'medium').delivered(1).unknown(5).is(9, 'high');
    expect(risen.told.at(-1)).toBe('priority-raised active');
    expect(risen.alarm).toMatchObject({ signalledAt: at(9) });
    expect(risen.absent(10).alarm).toMatchObject({ state: 'latched', priority: 'high' });
  });

  test.each<[string, (course: Course) => Course]>([
    ['pending', (course) => course.condition(0, { is: 'unconfirmed', breach: breach('high') })],
    ['latched', (course) => course.is(0, 'high').absent(1)],
    ['suspended', (course) => course.is(0, 'high').unknown(1)],
  ])('nothing happens to one that is %s', (state, prepare) => {
    const course = prepare(new Course());
    const { tracked, told } = course;
    expect(course.alarm?.state).toBe(state);
    expect(course.unknown(5)).toMatchObject({ told });
    expect(course.tracked).toBe(tracked);
  });
});

describe('what has ended without an answer', () => {
  test('as a medium one is a marker for ten minutes, to the millisecond', () => {
    const course = new Course().is(0, 'medium').absent(5);
    expect(course.due).toBe(5000 + MEDIUM_LATCH_MS);
    expect(course.tick(5000 + MEDIUM_LATCH_MS - 1).alarm?.state).toBe('latched');
    expect(course.tick(5000 + MEDIUM_LATCH_MS)).toMatchObject({ tracked: undefined });
    expect(course.told.at(-1)).toBe('latch-expired ended');
  });

  test('as a high one is signalled again every five minutes, counted from its end and then from the signal', () => {
    const course = new Course(REMINDED).is(0, 'high').absent(5);
    expect(course.due).toBe(5000 + LATCH_REMINDER_MS);
    expect(course.tick(5000 + LATCH_REMINDER_MS - 1).told).toHaveLength(2);
    course.tick(6000 + LATCH_REMINDER_MS);
    expect(course.told.at(-1)).toBe('reminded latched');
    expect(course.alarm).toMatchObject({ signalledAt: at(306), endedAt: at(5) });
    expect(course.due).toBe(6000 + 2 * LATCH_REMINDER_MS);
  });

  test('keeps the time of its end when it is answered; what stood ends when the session does', () => {
    const ends: number[] = [];
    for (const [prepared, input] of [
      [new Course().is(0, 'high').absent(5), { type: 'acknowledge', now: at(50), by: ANA }],
      [new Course().is(0, 'high'), { type: 'session-ended', now: at(50) }],
    ] as const) {
      const [next, [change]] = stepAlarm(prepared.tracked, input, POLICY, ID);
      expect(next).toBeUndefined();
      expect(change?.alarm).toMatchObject({ state: 'ended', isOutranked: false });
      ends.push((change?.alarm.endedAt ?? 0) - START);
    }
    expect(ends).toEqual([5000, 50_000]);
  });

  test('ends uncovered, also where another one covered it', () => {
    const { tracked } = new Course().is(0, 'high');
    const covered = tracked && { ...tracked, alarm: { ...tracked.alarm, isOutranked: true } };
    const input = (type: 'session-ended'): AlarmInput => ({ type, now: at(5) });
    expect(stepAlarm(covered, input('session-ended'), POLICY, ID)[1][0]?.alarm.isOutranked).toBe(false);
    const [latched] = stepAlarm(covered, { type: 'condition', now: at(5), condition: { is: 'absent' } }, POLICY, ID);
    expect(latched?.alarm).toMatchObject({ state: 'latched', isOutranked: false });
    expect(latched).not.toHaveProperty('untoldPeak');
  });
});

describe('who has it in hand', () => {
  const BEN: Actor = { name: 'Ben', station: 'screen-3' };
  const ANA_ELSEWHERE: Actor = { name: 'Ana', station: 'screen-9' };
  const pending = () => new Course().condition(0, { is: 'unconfirmed', breach: breach('high') });

  test('is nobody while it waits to be confirmed', () => {
    expect(pending().by(1, 'take').by(2, 'pass-on').by(3, 'acknowledge').told).toEqual(['noticed pending']);
  });

  test.each([
    ['another name', BEN],
    ['another place', ANA_ELSEWHERE],
  ])('changes with %s, whether it is taken or passed on', (_, other) => {
    expect(new Course().is(0, 'high').by(1, 'take').by(2, 'take', undefined, other).told).toHaveLength(3);
    expect(new Course().is(0, 'high').by(1, 'pass-on').by(2, 'pass-on', undefined, other).told).toHaveLength(3);
  });

  test('changes when it is passed on to somebody else', () => {
    const course = new Course().is(0, 'high').by(1, 'pass-on', 'Ben').by(2, 'pass-on', 'Cem');
    expect(course.alarm?.responsibility).toEqual({ state: 'passed-on', by: ANA, at: at(2), to: 'Cem' });
    expect(course.by(3, 'pass-on').alarm?.responsibility).toEqual({ state: 'passed-on', by: ANA, at: at(3) });
  });

  test('passed on while it cannot be judged calls, and is still not judged', () => {
    const course = new Course().is(0, 'high').by(1, 'acknowledge').unknown(2).by(3, 'pass-on');
    expect(course.alarm).toMatchObject({ state: 'suspended', signalledAt: at(3), escalation: 2 });
    expect(course.alarm).not.toHaveProperty('acknowledgement');
  });

  test('passed on after its end is a word between people: no new signal', () => {
    const course = new Course().is(0, 'high').absent(1).by(3, 'pass-on', 'Ben');
    expect(course.alarm).toMatchObject({ state: 'latched', signalledAt: START, responsibility: { to: 'Ben' } });
    expect(course.alarm).not.toHaveProperty('escalation');
    expect(course.told.at(-1)).toBe('passed-on latched');
  });

  test('taken where nothing calls begins no call', () => {
    const course = new Course().is(0, 'high').absent(1).by(3, 'take');
    expect(course.told.at(-1)).toBe('taken latched');
    expect(course.tracked).not.toHaveProperty('callsSince');
  });

  test('a screen that only shows what has sounded on another adds the showing alone', () => {
    const course = new Course().is(0, 'high');
    const said = { alarm: ID, signalledAt: at(0) };
    const tell = (afterS: number, screen: string, isShown: boolean, sound: 'sounded' | 'muted') =>
      course.step({ type: 'delivered', now: at(afterS), delivery: { ...said, screen, isShown, sound } });
    tell(1, 'a', false, 'sounded');
    expect(course.alarm).not.toHaveProperty('shownAt');
    tell(2, 'b', true, 'sounded');
    expect(course.alarm).toMatchObject({ soundedOn: 'a', soundedAt: at(1), shownOn: 'b', shownAt: at(2) });
  });
});
