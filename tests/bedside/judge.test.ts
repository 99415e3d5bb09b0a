/** From what the rules find to alarms: in which order, by whose policy, and what time alone does. */
import { beforeEach, describe, expect, test } from 'vitest';
import { monotonicMs, PHASES } from '$lib/domain/index.ts';
import { judge, tick, ticksBetween, type BedState } from '$lib/bedside/index.ts';
import { AT_ONCE, JudgedBed, limit, RULES, said, setOf, states } from '../support/judged-bed.ts';
import { level, rule } from '../support/rules.ts';

let bed: JudgedBed;
beforeEach(() => {
  bed = JudgedBed.by();
});
const during = (act: () => void): readonly string[] => bed.during(act);
const withoutSession = ({ session: _, ...state }: BedState): BedState => state;

describe('judgement', () => {
  test('of a bed without a patient finds nothing', () => {
    const sick = bed.numerics(2, { heartRate: 150, spo2: 80 }).state;
    const { alarms: _, ...empty } = withoutSession(sick);
    const judged = judge({ ...empty, alarms: {} });
    expect(judged).toEqual({ state: { ...empty, alarms: {} }, outputs: [] });
  });

  test('tells alarms in the order of the rules, numbered on, each with an id of its own', () => {
    bed.numerics(2, { heartRate: 150, spo2: 80 });
    const alarms = bed.outputs.flatMap(({ body }) => (body.kind === 'alarm' ? [body] : []));
    expect(alarms.map(({ number, change }) => [number, change.alarm.rule, change.alarm.id])).toEqual([
      [1, 'FAST', 'bed-1:1'],
      [2, 'LOW', 'bed-1:2'],
      [3, 'LOWER', 'bed-1:3'],
      [4, 'FASTER', 'bed-1:4'],
      [5, 'QUICK', 'bed-1:5'],
    ]);
    expect(bed.state).toMatchObject({ alarmCount: 5, changeCount: 5 });
  });

  test('counts changes and alarms on: one that comes back is another one', () => {
    const changes = during(() =>
      bed.numerics(2, { heartRate: 135 }).numerics(3, { heartRate: 125 }).numerics(4, { heartRate: 135 }),
    );
    expect(changes).toEqual(['FAST signalled', 'QUICK signalled', 'QUICK condition-ended', 'QUICK signalled']);
    expect(bed.outputs.flatMap(({ body }) => (body.kind === 'alarm' ? [body.number] : []))).toEqual([1, 2, 3, 4]);
    expect(bed.idOf('QUICK')).toBe('bed-1:3');
    expect(bed.state).toMatchObject({ alarmCount: 3, changeCount: 4 });
  });

  test('tells nothing and changes nothing while all stays as it is', () => {
    bed.numerics(2, { heartRate: 125, spo2: 98 });
    const { alarms, alarmCount, changeCount } = bed.state;
    expect(during(() => bed.numerics(3, { heartRate: 125, spo2: 98 }).to(4))).toEqual([]);
    expect(bed.state).toMatchObject({ alarmCount, changeCount });
    expect(bed.state.alarms).toEqual(alarms);
  });

  test('of a crossing that must be confirmed begins with a notice, which calls nobody', () => {
    const confirm = { type: 'confirm', withinMin: 5, continuousHoldS: 60 } as const;
    const surge = limit('SURGE', 'systolic', '>=', 160);
    bed = JudgedBed.by([{ ...surge, levels: surge.levels.map((one) => ({ ...one, timing: confirm })) }]);
    expect(during(() => bed.nibp(2, 170, 80))).toEqual(['SURGE noticed']);
    expect(states(bed.state)).toEqual({ SURGE: 'pending' });
    expect(during(() => bed.nibp(60, 172, 80))).toEqual(['SURGE signalled']);
    expect(bed.state.alarmCount).toBe(1);
  });

  test('keeps the worst value that came too fast to be told, and tells it with the next word', () => {
    bed.numerics(2, { spo2: 90 });
    for (const [at, spo2] of [
      [2.25, 89],
      [2.5, 87],
      [2.75, 88],
    ] as const)
      bed.numerics(at, { spo2 });
    expect(bed.alarm('LOW')).toMatchObject({ peakValue: 89 });
    bed.to(4.25).numerics(4.5, { spo2: 88 });
    expect(bed.alarm('LOW')).toMatchObject({ peakValue: 87 });
  });

  test('ends last the alarms whose rule there is no more, without keeping them on the screen', () => {
    bed.numerics(2, { heartRate: 125, spo2: 90 });
    const sick = bed.numerics(2, { heartRate: 145, spo2: 90 }).state;
    const ruleSet = setOf(RULES.filter(({ id }) => id !== 'FAST' && id !== 'LOW').reverse());
    const next = judge({ ...sick, ruleSet, alarms: pick(sick.alarms, 'FAST', 'LOW') });
    expect(next.outputs.map(said)).toEqual([
      'QUICK signalled outranked',
      'FASTER signalled',
      'FAST condition-ended',
      'LOW condition-ended',
    ]);
    expect(states(next.state)).toEqual({ QUICK: 'active', FASTER: 'active' });
  });

  test('of an alarm names the version of the set, also where two sets share the rule', () => {
    const rules = [limit('FAST', 'heartRate', '>=', 120)];
    for (const version of ['1', '2', '1']) {
      bed = new JudgedBed(setOf(rules, version)).admitted().numerics(1, { heartRate: 125 });
      expect(bed.alarm('FAST')).toMatchObject({ ruleVersion: version, kind: 'physiological' });
    }
  });
});

const pick = (alarms: BedState['alarms'], ...keys: readonly string[]): BedState['alarms'] =>
  Object.fromEntries(Object.entries(alarms).filter(([key]) => keys.includes(key)));

describe('what the rule says of its alarm', () => {
  const peakOf = (id: string) => bed.alarm(id)?.peakValue;
  const answer = (atS: number, id: string): JudgedBed => bed.command(atS, { type: 'acknowledge', alarm: bed.idOf(id) });

  test('which way is worse', () => {
    bed.numerics(2, { heartRate: 125, spo2: 88 });
    bed.numerics(5, { heartRate: 129, spo2: 86 }).numerics(8, { heartRate: 121, spo2: 90 });
    expect([peakOf('FAST'), peakOf('LOW')]).toEqual([129, 86]);
    const { worse: _, ...towardsNothing } = limit('SLOW', 'heartRate', '<=', 50);
    bed = JudgedBed.by([towardsNothing]);
    bed.numerics(2, { heartRate: 45 }).numerics(5, { heartRate: 40 }).numerics(8, { heartRate: 48 });
    expect(peakOf('SLOW')).toBe(48);
  });

  test('by how much it must be worse to call again after an answer', () => {
    bed = JudgedBed.by([limit('LOW', 'spo2', '<=', 90, { reminder: { worseBy: 3, afterMin: 60 } })]);
    bed.numerics(2, { spo2: 89 });
    answer(3, 'LOW').numerics(4, { spo2: 87 });
    expect(bed.alarm('LOW')?.state).toBe('acknowledged');
    expect(during(() => bed.numerics(5, { spo2: 86 }))).toEqual(['LOW worsened']);
  });

  test('after how long it calls again, to the tick, while nothing else happens; without a word of it never', () => {
    const quick = limit('QUICK', 'systolic', '>=', 160, { priority: 'medium' });
    bed = JudgedBed.by([
      { ...quick, reminder: { afterMin: 3 } },
      { ...quick, id: 'SILENT' },
    ]);
    bed.nibp(2, 170, 80);
    answer(10, 'QUICK');
    answer(10, 'SILENT');
    expect(during(() => bed.to(189.75))).toEqual([]);
    expect(during(() => bed.to(190))).toEqual(['QUICK reminded']);
    expect(during(() => bed.to(219.75))).toEqual([]);
    expect(during(() => bed.to(220))).toEqual(['QUICK escalated']);
    expect(bed.alarm('SILENT')?.state).toBe('acknowledged');
  });

  test('also where nothing was waited for before the answer', () => {
    const little = limit('LITTLE', 'systolic', '>=', 160, { priority: 'low', reminder: { afterMin: 1 } });
    bed = new JudgedBed(setOf([little])).admitted().nibp(2, 170, 80).to(9);
    answer(10, 'LITTLE');
    expect(during(() => bed.to(69.75))).toEqual([]);
    expect(during(() => bed.to(70))).toEqual(['LITTLE reminded']);
  });
});

test('what a pump says is judged at once, though nothing else has changed for long', () => {
  const alarming = level({ fact: 'item-alarming' }, { timing: AT_ONCE, urgency: 'as-sent', headline: 'Pump: {item}' });
  bed = new JudgedBed(setOf([rule([alarming], { id: 'PUMP', phases: PHASES, each: 'pump-alarm' })])).admitted();
  bed.pump(2, 'infusing').pump(3, 'infusing').to(9);
  const alarms = [{ kind: 'airInLine', stage: 'alarm', priority: 'high', code: '1' }] as const;
  expect(during(() => bed.pump(9.1, 'infusing', { alarms }))).toContain('PUMP signalled');
  expect(during(() => bed.pump(9.2, 'infusing'))).toContain('PUMP condition-ended');
});

describe('time alone', () => {
  test('carries an alarm further to the tick while nothing is heard', () => {
    bed = JudgedBed.by([limit('HIGH', 'systolic', '>=', 160)]);
    bed.nibp(2, 170, 80);
    for (const at of [17, 32, 62, 122]) {
      expect(during(() => bed.to(at - 0.25))).toEqual([]);
      expect(during(() => bed.to(at))).toEqual(['HIGH escalated']);
    }
    expect(during(() => bed.to(1000))).toEqual([]);
  });

  test('tells what came too soon after an update when its two seconds are over, to the tick', () => {
    bed = new JudgedBed(setOf([limit('HIGH', 'systolic', '>=', 160)])).admitted().nibp(2, 170, 80);
    expect(bed.during(() => bed.nibp(3, 175, 80))).toEqual(['HIGH updated']);
    expect(bed.during(() => bed.nibp(4, 172, 80).to(4.75))).toEqual([]);
    expect(bed.during(() => bed.to(5))).toEqual(['HIGH updated']);
    expect(bed.alarm('HIGH')?.headline).toBe('HIGH 172');
  });

  test('takes what nobody answered off the screen after its time, to the tick', () => {
    bed = JudgedBed.by([limit('MEDIUM', 'systolic', '>=', 160, { priority: 'medium' })]);
    bed.nibp(2, 170, 80).nibp(4, 120, 80);
    expect(states(bed.state)).toEqual({ MEDIUM: 'latched' });
    expect(during(() => bed.to(603.75))).toEqual([]);
    expect(during(() => bed.to(604))).toEqual(['MEDIUM latch-expired']);
    expect(bed.state.alarms).toEqual({});
  });

  test('makes a crossing an alarm when it has held, and a clock rule speak', () => {
    const held = limit('HELD', 'systolic', '>=', 160);
    const overdue = limit('DUE', 'nibpAgeMin', '>=', 1, { priority: 'low' });
    const line = { type: 'hold', holdS: 10, clearS: 5 } as const;
    bed = JudgedBed.by([
      { ...held, levels: held.levels.map((one) => ({ ...one, timing: line, when: OLD_CUFF })) },
      overdue,
    ]);
    bed.nibp(2, 170, 80);
    expect(during(() => bed.to(61.75))).toEqual([]);
    expect(during(() => bed.to(62))).toEqual(['DUE signalled']);
    expect(during(() => bed.to(71.75))).toEqual([]);
    expect(during(() => bed.to(72))).toEqual(['HELD signalled']);
  });
});
const OLD_CUFF = { metric: 'nibpAgeMin', is: '>=', limit: 1 } as const;

test('a bed that remembers its last look and one that is taken up from its written state live on alike', () => {
  bed.numerics(2, { heartRate: 135, spo2: 88 });
  const live = (from: BedState, remember: (state: BedState) => BedState): readonly string[] => {
    let state = from;
    const all: string[] = [];
    for (const at of ticksBetween(from.now, monotonicMs(700_000))) {
      const judged = tick(remember(state), at);
      state = judged.state;
      all.push(...judged.outputs.map((one) => `${at} ${said(one)}`));
    }
    return [...all, JSON.stringify(state)];
  };
  const written = (state: BedState): BedState => ({
    ...(JSON.parse(JSON.stringify(state)) as BedState),
    ruleSet: state.ruleSet,
  });
  expect(live(bed.state, (state) => state)).toEqual(live(bed.state, written));
});
