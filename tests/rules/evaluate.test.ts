/** A rule set over one instant and the next: what is found, what is kept of it, and what a remembered look may spare. */
import { describe, expect, test } from 'vitest';
import {
  monotonicMs,
  type Condition,
  type Expression,
  type Level,
  type Rule,
  type RuleSet,
} from '$lib/domain/index.ts';
import {
  ADULT_IV_KETAMINE,
  calmUntil,
  evaluate,
  type Item,
  type Judgement,
  type RuleContext,
  type RulesState,
} from '$lib/rules/index.ts';
import { context, level, NOW, rule, sample } from '../support/rules.ts';

const HIGH: Expression = { metric: 'systolic', is: '>=', limit: 180, hysteresis: 5 };
const AT_ONCE: Partial<Level> = { timing: { type: 'hold', holdS: 0 } };
const TECHNICAL: Expression = { fact: 'item-alarming' };

const setOf = (...rules: readonly Rule[]): RuleSet => ({ ...ADULT_IV_KETAMINE, rules });
const ONE = setOf(rule([level(HIGH, AT_ONCE)]));
const HOLDING = setOf(rule([level(HIGH)]));
const CONFIRMED = setOf(rule([level(HIGH, { timing: { type: 'confirm', withinMin: 5, continuousHoldS: 15 } })]));

const LEVELS = setOf(
  rule([level(HIGH, AT_ONCE), level({ metric: 'systolic', is: '>=', limit: 160 }, { ...AT_ONCE, urgency: 'notice' })]),
);
const at = (afterS: number) => monotonicMs(NOW + 1000 * afterS);
const BASE = context();
const pressure = (value: number, afterS = 0, more: Partial<RuleContext> = {}): RuleContext => ({
  ...BASE,
  now: at(afterS),
  metrics: { systolic: sample(value, { at: at(afterS) }) },
  ...more,
});
const unknown = (why: string, afterS = 0): RuleContext => ({
  ...BASE,
  now: at(afterS),
  metrics: { systolic: { unknown: why } },
});

/** `key: what it is`, with the reason of what cannot be judged. */
const told = ({ findings }: Judgement): readonly string[] =>
  findings.map(
    ({ key, condition }) => `${key} ${condition.is}${condition.is === 'unknown' ? `: ${condition.why}` : ''}`,
  );

/** Looks one after the other, each remembering the one before, and beside them the same without memory. */
function course(ruleSet: RuleSet, ...contexts: readonly RuleContext[]): readonly Judgement[] {
  let state: RulesState = {};
  let last: Judgement | undefined;
  return contexts.map((now) => {
    const forgetful = evaluate(ruleSet, state, now);
    const judged = evaluate(ruleSet, state, now, last?.seen);
    expect(judged.findings).toEqual(forgetful.findings);
    expect(judged.state).toEqual(forgetful.state);
    ({ state } = judged);
    last = judged;
    return judged;
  });
}
const toldOf = (ruleSet: RuleSet, ...contexts: readonly RuleContext[]) => course(ruleSet, ...contexts).map(told);

describe('a rule', () => {
  test('that is not crossed says nothing, and nothing is kept of it', () => {
    expect(evaluate(ONE, {}, pressure(120))).toMatchObject({ state: {}, findings: [] });
  });

  test('that is crossed says so while it stands, once more at its end, and then nothing', () => {
    const looks = toldOf(ONE, pressure(190), pressure(190, 1), pressure(120, 2), pressure(120, 3));
    expect(looks).toEqual([['R1 present'], ['R1 present'], ['R1 absent'], []]);
  });

  test('says what stands, since when and of which rule', () => {
    const [finding] = evaluate(ONE, {}, pressure(190)).findings;
    expect(finding).toMatchObject({ key: 'R1', rule: { id: 'R1' }, condition: { breach: { since: NOW } } });
  });

  test('that stands ends beyond its hysteresis only; one that does not stand begins at the limit', () => {
    expect(toldOf(ONE, pressure(176), pressure(180, 1), pressure(176, 2), pressure(174, 3))).toEqual([
      [],
      ['R1 present'],
      ['R1 present'],
      ['R1 absent'],
    ]);
  });

  test('in its hold is not yet there, is asked without hysteresis, and is told as absent', () => {
    const looks = toldOf(
      HOLDING,
      pressure(180),
      pressure(181, 9),
      pressure(179, 10),
      pressure(181, 11),
      pressure(181, 21),
    );
    expect(looks).toEqual([[], ['R1 absent'], ['R1 absent'], [], ['R1 present']]);
  });

  test('that ends after a while inside says so then', () => {
    const looks = toldOf(
      HOLDING,
      pressure(190),
      pressure(190, 10),
      pressure(170, 11),
      pressure(170, 15),
      pressure(170, 16),
    );
    expect(looks.map((one) => one.join())).toEqual(['', 'R1 present', 'R1 present', 'R1 present', 'R1 absent']);
  });

  test('outside its phases says nothing, and what stood then ends', () => {
    const outside = { phase: 'observation' } as const;
    expect(toldOf(ONE, pressure(190, 0, outside))).toEqual([[]]);
    expect(toldOf(ONE, pressure(190), pressure(190, 1, outside), pressure(190, 2, outside))).toEqual([
      ['R1 present'],
      ['R1 absent'],
      [],
    ]);
    expect(evaluate(ONE, {}, { ...unknown('off'), ...outside }).findings).toEqual([]);
  });

  test('that lacks an input says why, as often as it is asked, also after another reason', () => {
    const looks = toldOf(
      ONE,
      unknown('off'),
      unknown('off', 1),
      unknown('loose', 2),
      pressure(120, 3),
      unknown('off', 4),
    );
    expect(looks).toEqual([['R1 unknown: off'], ['R1 unknown: off'], ['R1 unknown: loose'], [], ['R1 unknown: off']]);
  });

  test('that stands and lacks its input stands as unknown, and is told again when it is known', () => {
    const looks = toldOf(ONE, pressure(190), unknown('off', 1), unknown('off', 2), pressure(190, 3));
    expect(looks).toEqual([['R1 present'], ['R1 unknown: off'], ['R1 unknown: off'], ['R1 present']]);
  });

  test('in its hold that lacks its input says so', () => {
    expect(toldOf(HOLDING, pressure(190), unknown('off', 1))).toEqual([[], ['R1 unknown: off']]);
  });

  test('without a level has nothing to say', () => {
    expect(toldOf(setOf(rule([])), pressure(190), pressure(120, 1))).toEqual([[], []]);
  });
});

describe('single readings that must be confirmed', () => {
  const reads = (value: number, afterS: number): RuleContext => ({
    ...BASE,
    now: at(afterS),
    metrics: { systolic: sample(value, { cadence: 'episodic', at: at(afterS) }) },
  });

  test('are unconfirmed until another one crosses', () => {
    expect(toldOf(CONFIRMED, reads(190, 0), reads(190, 60), reads(120, 120))).toEqual([
      ['R1 unconfirmed'],
      ['R1 present'],
      ['R1 absent'],
    ]);
  });

  test('of which the milder level stands are told by that', () => {
    const both = setOf(
      rule([
        level(HIGH, { timing: { type: 'confirm', withinMin: 5, continuousHoldS: 15 } }),
        level({ metric: 'systolic', is: '>=', limit: 160 }, { ...AT_ONCE, urgency: 'notice' }),
      ]),
    );
    expect(toldOf(both, reads(190, 0))).toEqual([['R1 present']]);
    expect(evaluate(both, {}, reads(190, 0)).findings[0]?.condition).toMatchObject({ breach: { priority: 'notice' } });
  });

  test('wait for a reading and not for the time', () => {
    const looks = course(CONFIRMED, reads(190, 0), { ...reads(190, 0), now: at(1) });
    expect(looks.map(({ seen }) => seen.moving.length > 0)).toEqual([true, false]);
  });
});

describe('of several levels', () => {
  const urgencies = (...values: readonly number[]) =>
    course(LEVELS, ...values.map((value, i) => pressure(value, i))).map(({ findings: [finding] }) => {
      const condition: Condition | undefined = finding?.condition;
      return condition?.is === 'present' ? condition.breach.priority : condition?.is;
    });

  test('the most urgent one that stands is told', () => {
    expect(urgencies(150, 165, 185, 165, 150, 150)).toEqual([
      undefined,
      'notice',
      'high',
      'notice',
      'absent',
      undefined,
    ]);
  });

  test('what the mildest lacks is the reason why none can be judged', () => {
    const apart = setOf(rule([level({ metric: 'heartRate', is: '>', limit: 120 }), level(HIGH)]));
    const metrics = { heartRate: { unknown: 'leads' }, systolic: { unknown: 'cuff' } };
    expect(told(evaluate(apart, {}, context({ metrics })))).toEqual(['R1 unknown: cuff']);
    expect(told(evaluate(apart, {}, context({ metrics: { ...metrics, systolic: sample(120) } })))).toEqual([]);
  });
});

describe('a rule for each of many', () => {
  const EACH = setOf(rule([level(TECHNICAL, AT_ONCE)], { id: 'P1', each: 'pump-alarm' }), rule([level(HIGH, AT_ONCE)]));
  const item = (key: string, alarming: 'yes' | 'no' | 'unknown' = 'yes'): Item => ({
    ...{ key, label: `Pump ${key}`, metrics: {} },
    facts: { 'item-alarming': alarming },
  });
  const among = (afterS: number, ...items: readonly Item[]): RuleContext =>
    pressure(120, afterS, { items: { device: [], 'pump-alarm': items } });

  test('speaks of each by its own key', () => {
    const judged = evaluate(EACH, {}, among(0, item('a/1'), item('b', 'no'), item('c')));
    expect(told(judged)).toEqual(['P1/a/1 present', 'P1/c present']);
    expect(Object.keys(judged.state)).toEqual(['P1/a/1', 'P1/c']);
  });

  test('ends what stood for one that is there no more, once', () => {
    const looks = toldOf(EACH, among(0, item('a/1'), item('c')), among(1, item('c')), among(2, item('c')), among(3));
    expect(looks).toEqual([
      ['P1/a/1 present', 'P1/c present'],
      ['P1/c present', 'P1/a/1 absent'],
      ['P1/c present'],
      ['P1/c absent'],
    ]);
  });

  test('that cannot be judged of one says so of that one', () => {
    expect(told(evaluate(EACH, {}, among(0, item('a', 'unknown'), item('b', 'no'))))).toMatchObject([
      expect.stringMatching(/^P1\/a unknown: /),
    ]);
  });

  test('nothing is said of an instance whose rule is not in the set, nor of one that is not for each', () => {
    const present = { at: 'present', since: NOW } as const;
    const judged = evaluate(EACH, { 'X9/a': [present], 'R1/a': [present] }, among(0));
    expect(judged).toMatchObject({ findings: [], state: {} });
  });

  test('moves while the time of one of them runs', () => {
    const holding = setOf(rule([level(TECHNICAL)], { id: 'P1', each: 'pump-alarm' }));
    const [begun, gone] = course(
      holding,
      among(0, item('a'), item('b', 'no')),
      among(1, item('a', 'no'), item('b', 'no')),
    );
    expect(begun?.seen.moving).toEqual([0]);
    expect(gone?.findings.map(({ key }) => key)).toEqual(['P1/a']);
    expect(calmUntil(evaluate(holding, {}, among(2, item('a', 'no'))).seen)).toBe(Infinity);
  });
});

describe('a remembered look', () => {
  const first = pressure(190);
  const look = (afterS: number): RuleContext => ({ ...first, now: at(afterS) });
  const rested = (ruleSet: RuleSet): Judgement => {
    const begun = evaluate(ruleSet, {}, look(0));
    const second = evaluate(ruleSet, begun.state, look(0.5), begun.seen);
    return evaluate(ruleSet, second.state, look(1), second.seen);
  };

  test.each([
    ['later', 2],
    ['at the same moment', 1],
  ])('is the same in what it says while nothing is new, so that whoever keeps it can see that: %s', (_, afterS) => {
    const before = rested(ONE);
    const judged = evaluate(ONE, before.state, look(afterS), before.seen);
    expect(judged.state).toBe(before.state);
    expect(judged.findings).toBe(before.findings);
    expect(judged.seen).toMatchObject({ ruleSet: ONE, state: judged.state, findings: judged.findings, moving: [] });
    expect(judged.seen.context.now).toBe(at(afterS));
  });

  test('keeps its findings when another rule is looked at again and says the same', () => {
    const both = setOf(rule([level(HIGH, AT_ONCE)]), rule([level({ fact: 'infusing' }, AT_ONCE)], { id: 'R2' }));
    const before = rested(both);
    const facts = { infusing: 'no' } as const;
    const judged = evaluate(both, before.state, { ...look(2), facts }, before.seen);
    expect(told(before)).toEqual(['R1 present', expect.stringMatching(/^R2 unknown: ./)]);
    expect(told(judged)).toEqual(['R1 present']);
    const again = evaluate(both, judged.state, { ...look(3), facts: { ...facts, 'no-spo2': 'yes' } }, judged.seen);
    expect(again.findings).toBe(judged.findings);
    expect(again.state).toBe(judged.state);
  });

  test.each<[string, RuleSet, (afterS: number) => RuleContext]>([
    ['cannot be judged', ONE, (afterS) => unknown('off', afterS)],
    ['stands and cannot be judged', ONE, (afterS) => (afterS === 0 ? pressure(190) : unknown('off', afterS))],
    ['does not stand', ONE, (afterS) => pressure(120, afterS)],
    ['has several levels of which none stands', LEVELS, (afterS) => pressure(120, afterS)],
  ])('is the same although what it reads is told anew, where a rule %s', (_, ruleSet, contextAt) => {
    const looks = course(ruleSet, ...[0, 1, 2, 3].map(contextAt));
    const [third, fourth] = looks.slice(2);
    expect(fourth?.findings).toBe(third?.findings);
    expect(fourth?.state).toBe(third?.state);
    expect(fourth?.seen.moving).toEqual([]);
  });

  const STEADY = (value: number) => {
    const told = pressure(value);
    return (afterS: number): RuleContext => ({ ...told, now: at(afterS) });
  };
  const [crossing, inside] = [STEADY(190), STEADY(120)];

  test('lets a hold run out although nothing is told anew', () => {
    const looks = toldOf(HOLDING, ...[0, 1, 2, 9, 10, 11, 12].map(crossing));
    expect(looks.map((one) => one.join())).toEqual([
      '',
      ...Array<string>(3).fill('R1 absent'),
      ...Array<string>(3).fill('R1 present'),
    ]);
  });

  test('lets the time inside run out although nothing is told anew', () => {
    const looks = toldOf(HOLDING, crossing(0), crossing(10), ...[11, 12, 13, 15, 16, 17].map(inside));
    expect(looks.slice(2).map((one) => one.join())).toEqual([...Array<string>(4).fill('R1 present'), 'R1 absent', '']);
  });

  test('lets the hold of one level run out while another one stands', () => {
    const both = setOf(
      rule([level(HIGH), level({ metric: 'systolic', is: '>=', limit: 160 }, { ...AT_ONCE, urgency: 'notice' })]),
    );
    const looks = course(both, ...[0, 1, 2, 9, 10, 11].map(crossing));
    const priorities = looks.map(({ findings: [finding] }) =>
      finding?.condition.is === 'present' ? finding.condition.breach.priority : 'none',
    );
    expect(priorities).toEqual(['notice', 'notice', 'notice', 'notice', 'high', 'high']);
  });

  test('tells the new numbers of what stands', () => {
    const looks = course(ONE, crossing(0), crossing(1), crossing(2), pressure(195, 3), pressure(199, 4));
    const values = looks.map(({ findings: [finding] }) =>
      finding?.condition.is === 'present' ? finding.condition.breach.evidence.map(({ value }) => value).join() : '',
    );
    expect(values).toEqual(['190', '190', '190', '195', '199']);
  });

  test('tells of each device by itself: one that changes among others, one that takes the place of another', () => {
    const each = setOf(rule([level(TECHNICAL, AT_ONCE)], { id: 'P1', each: 'pump-alarm' }));
    const item = (key: string, alarming: 'yes' | 'no' | 'unknown'): Item => ({
      ...{ key, label: key, metrics: {} },
      facts: { 'item-alarming': alarming },
    });
    const among = (afterS: number, ...items: readonly Item[]): RuleContext => ({
      ...inside(afterS),
      items: { device: [], 'pump-alarm': items },
    });
    const [a, b] = [item('a', 'unknown'), item('b', 'unknown')];
    const keys = course(each, among(0, a), among(1, b), among(2, a, b), among(3, b, a)).map(({ findings }) =>
      findings.map(({ key }) => key).join(),
    );
    expect(keys).toEqual(['P1/a', 'P1/b', 'P1/a,P1/b', 'P1/b,P1/a']);
    const [begun, ended] = toldOf(each, among(0, item('a', 'yes'), b), among(1, item('a', 'no'), b));
    expect([begun?.[0], ended?.[0]]).toEqual(['P1/a present', 'P1/a absent']);
  });

  test('of another state is not believed', () => {
    const [finding] = evaluate(ONE, {}, look(5), rested(ONE).seen).findings;
    expect(finding?.condition).toMatchObject({ is: 'present', breach: { since: at(5) } });
  });

  test('of another rule set is not believed', () => {
    const calm = setOf(rule([level({ metric: 'systolic', is: '>=', limit: 200 }, AT_ONCE)]));
    const before = evaluate(calm, {}, look(0));
    expect(told(evaluate(ONE, before.state, look(1), before.seen))).toEqual(['R1 present']);
  });

  test('holds while a standing rule waits for nothing, and not while it counts the time inside', () => {
    const [first, second, inside] = course(HOLDING, pressure(190), pressure(190, 10), pressure(170, 11));
    expect(first?.seen.moving).toEqual([0]);
    expect(second?.seen.moving).toEqual([0]);
    const kept = evaluate(HOLDING, second?.state ?? {}, pressure(190, 12), second?.seen);
    expect(kept.seen.moving).toEqual([]);
    const counted = evaluate(HOLDING, inside?.state ?? {}, pressure(170, 12), inside?.seen);
    expect(counted.seen.moving).toEqual([0]);
  });
});
