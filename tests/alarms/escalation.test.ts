/** What becomes of an alarm that nobody answers, who has it in hand, and what screens say of it: one alarm, time by ticks. */
import { describe, expect, test } from 'vitest';
import {
  alarmId,
  monotonicMs,
  type Actor,
  type AlarmChange,
  type Breach,
  type Delivery,
  type Priority,
} from '$lib/domain/index.ts';
import {
  rankedAlarm,
  stepAlarm,
  withRank,
  type AlarmInput,
  type AlarmPolicy,
  type TrackedAlarm,
} from '$lib/alarms/index.ts';

const START = 1_000_000;
const ID = alarmId('bed-1:1');
const ANA: Actor = { name: 'Ana', station: 'screen-3' };
const BEN: Actor = { name: 'Ben', station: 'screen-1' };
const POLICY: AlarmPolicy = { rule: 'S1', ruleVersion: '1', kind: 'physiological', worse: 'higher' };

const breach = (priority: Priority): Breach => ({
  since: monotonicMs(START),
  priority,
  headline: 'Systolic 184 mmHg',
  explanation: 'why',
  evidence: [],
  isEpisodic: true,
});

/** One alarm in a test's hand; seconds are counted from its signal. */
class OneAlarm {
  tracked: TrackedAlarm | undefined;
  readonly told: (readonly [atS: number, change: AlarmChange])[] = [];
  #nowS = 0;

  readonly #policy: AlarmPolicy;

  constructor(priority: Priority, policy: AlarmPolicy = POLICY) {
    this.#policy = policy;
    this.is(priority);
  }

  get alarm() {
    return this.tracked?.alarm;
  }

  get stages(): readonly string[] {
    return this.told.flatMap(([atS, { cause, alarm }]) =>
      cause === 'escalated' ? [`${atS} s: ${alarm.escalation}`] : [],
    );
  }

  to(atS: number): this {
    for (; this.#nowS < atS; this.#nowS += 0.25) this.#step({ type: 'tick', now: this.#now(0.25) }, 0.25);
    return this;
  }

  is(what: Priority | 'absent' | 'unknown'): this {
    const condition =
      what === 'absent'
        ? ({ is: 'absent' } as const)
        : what === 'unknown'
          ? ({ is: 'unknown', why: 'no signal' } as const)
          : ({ is: 'present', breach: breach(what) } as const);
    return this.#step({ type: 'condition', now: this.#now(), condition });
  }

  does(by: Actor, type: 'acknowledge' | 'take' | 'pass-on', to?: string): this {
    return this.#step({ type, now: this.#now(), by, ...(to !== undefined && { to }) });
  }

  delivered(more: Partial<Delivery> = { sound: 'sounded' }): this {
    const signalledAt = this.alarm?.signalledAt ?? monotonicMs(0);
    const delivery = { alarm: ID, signalledAt, screen: 'screen-3', isShown: true, ...more };
    return this.#step({ type: 'delivered', now: this.#now(), delivery });
  }

  #now(moreS = 0) {
    return monotonicMs(START + 1000 * (this.#nowS + moreS));
  }

  #step(input: AlarmInput, moreS = 0): this {
    const [next, changes] = stepAlarm(this.tracked, input, this.#policy, ID);
    this.tracked = next;
    this.told.push(...changes.map((change) => [this.#nowS + moreS, change] as const));
    return this;
  }
}

describe('an alarm that nobody answers', () => {
  test.each([
    ['high', ['15 s: 1', '30 s: 2', '60 s: 3', '120 s: 4']],
    ['medium', ['30 s: 1', '60 s: 2', '180 s: 3', '300 s: 4']],
    ['low', []],
    ['notice', []],
  ] as const)('of priority %s is carried further: %j', (priority, stages) => {
    expect(new OneAlarm(priority).to(3600).stages).toEqual(stages);
  });

  test('is not sent again where a screen has shown and sounded it; unanswered it is carried further all the same', () => {
    expect(new OneAlarm('high').to(2).delivered().to(200).stages).toEqual(['30 s: 2', '60 s: 3', '120 s: 4']);
  });

  test.each([
    ['shown only', {}],
    ['shown while its audio is paused', { sound: 'paused' }],
    ['shown by a screen that cannot sound', { sound: 'muted' }],
    ['sounded only', { isShown: false, sound: 'sounded' }],
  ] as const)('%s is sent again', (_, how) => {
    expect(new OneAlarm('high').delivered(how).to(20).stages).toEqual(['15 s: 1']);
  });

  test('goes on being carried further while it cannot be judged', () => {
    expect(new OneAlarm('high').to(40).is('unknown').to(70).stages).toEqual(['15 s: 1', '30 s: 2', '60 s: 3']);
  });

  test('and becomes more urgent keeps what it has reached and goes on by the times of its new urgency, in a new signal', () => {
    const alarm = new OneAlarm('medium').delivered().to(100).is('high');
    expect(alarm.alarm).toMatchObject({ signalledAt: START + 100_000, escalation: 2 });
    expect(alarm.alarm).not.toHaveProperty('shownAt');
    expect(alarm.to(300).stages).toEqual(['60 s: 2', '160 s: 3', '220 s: 4']);
  });

  test('and becomes less urgent keeps what it has reached', () => {
    const alarm = new OneAlarm('high').to(65).is('medium').to(100);
    expect(alarm.alarm).toMatchObject({ escalation: 3, priority: 'medium' });
  });

  test('that ended without an answer is not carried further, and does not look so', () => {
    const alarm = new OneAlarm('high').to(65).is('absent').to(3000);
    expect(alarm.stages).toHaveLength(3);
    expect(alarm.alarm).toMatchObject({ state: 'latched' });
    expect(alarm.alarm).not.toHaveProperty('escalation');
  });

  test('under a more urgent one of its group is carried no further until it speaks for itself, and then from the beginning', () => {
    const alarm = new OneAlarm('high').to(40);
    const now = monotonicMs(START + 40_000);
    if (alarm.tracked) alarm.tracked = withRank(alarm.tracked, true, now);
    expect(alarm.alarm).not.toHaveProperty('escalation');
    expect(alarm.to(300).stages).toHaveLength(2);
    if (alarm.tracked) alarm.tracked = withRank(alarm.tracked, false, monotonicMs(START + 300_000));
    expect(alarm.to(316).stages.at(-1)).toBe('315 s: 1');
    if (alarm.alarm) expect(rankedAlarm(alarm.alarm, false, now)).toEqual(alarm.alarm);
  });
});

describe('an answer', () => {
  test('ends the escalation, and a reminder begins it anew', () => {
    const alarm = new OneAlarm('high', { ...POLICY, reminder: { afterMin: 2 } }).to(65).does(ANA, 'acknowledge');
    expect(alarm.alarm).not.toHaveProperty('escalation');
    expect(alarm.to(190).alarm).toMatchObject({ state: 'active' });
    expect(alarm.to(210).stages.at(-1)).toBe('200 s: 1');
  });

  test('of an alarm means that it is taken', () => {
    expect(new OneAlarm('high').does(ANA, 'acknowledge').alarm?.responsibility).toEqual({
      state: 'taken',
      by: ANA,
      at: START,
    });
  });

  test('is remembered while the alarm cannot be judged; what is more urgent then calls again', () => {
    const alarm = new OneAlarm('medium').does(ANA, 'acknowledge').is('unknown').to(10).is('high');
    expect(alarm.alarm).toMatchObject({ state: 'active', priority: 'high' });
    expect(alarm.told.at(-1)?.[1].cause).toBe('priority-raised');
  });

  test('that is given and then nobody can judge the alarm for long is asked for again', () => {
    const policy = { ...POLICY, reminder: { afterMin: 2 } };
    const alarm = new OneAlarm('high', policy).does(ANA, 'acknowledge').is('unknown').to(121);
    expect(alarm.alarm).toMatchObject({ state: 'suspended' });
    expect(alarm.alarm).not.toHaveProperty('acknowledgement');
    expect(alarm.told.at(-1)?.[1].cause).toBe('reminded');
  });
});

describe('taking an alarm', () => {
  test('says who and where, and neither answers nor silences it', () => {
    const { alarm, told } = new OneAlarm('high').to(5).does(ANA, 'take');
    expect(alarm).toMatchObject({ state: 'active', responsibility: { state: 'taken', by: ANA, at: START + 5000 } });
    expect(alarm).not.toHaveProperty('acknowledgement');
    expect(told.at(-1)?.[1].cause).toBe('taken');
  });

  test('twice is as once; by another it replaces', () => {
    const alarm = new OneAlarm('high').does(ANA, 'take').does(ANA, 'take');
    expect(alarm.told).toHaveLength(2);
    expect(alarm.does(BEN, 'take').alarm?.responsibility?.by).toEqual(BEN);
  });

  test('gives time to get there: unanswered it is carried further later, and not sent again', () => {
    expect(new OneAlarm('high').to(20).does(ANA, 'take').to(300).stages).toEqual(['15 s: 1', '140 s: 3', '260 s: 4']);
  });

  test('takes back what was escalated', () => {
    expect(new OneAlarm('high').to(130).does(ANA, 'take').alarm).not.toHaveProperty('escalation');
  });

  test('ends with the alarm', () => {
    const alarm = new OneAlarm('low').does(ANA, 'take').is('absent').is('low');
    expect(alarm.alarm).not.toHaveProperty('responsibility');
  });
});

describe('passing an alarm on', () => {
  test('puts it before every screen at once and says by whom and to whom', () => {
    const { alarm, told } = new OneAlarm('high').does(ANA, 'take').does(ANA, 'pass-on', 'Ben');
    expect(alarm).toMatchObject({
      state: 'active',
      escalation: 2,
      responsibility: { state: 'passed-on', by: ANA, to: 'Ben' },
    });
    expect(told.map(([, { cause }]) => cause)).toEqual(['signalled', 'taken', 'passed-on']);
  });

  test('after it had been acknowledged makes it call again', () => {
    const alarm = new OneAlarm('high').does(ANA, 'acknowledge').to(10).does(ANA, 'pass-on');
    expect(alarm.alarm).toMatchObject({ state: 'active', signalledAt: START + 10_000 });
    expect(alarm.alarm).not.toHaveProperty('acknowledgement');
    expect(alarm.to(75).stages).toEqual(['70 s: 3']);
  });

  test('twice is as once', () => {
    const alarm = new OneAlarm('high').does(ANA, 'pass-on', 'Ben').does(ANA, 'pass-on', 'Ben');
    expect(alarm.told).toHaveLength(2);
  });

  test('of a low one is a word between people', () => {
    const alarm = new OneAlarm('low').does(ANA, 'pass-on');
    expect(alarm.alarm).not.toHaveProperty('escalation');
  });
});

describe('what screens say', () => {
  test('of a signal counts once: the first that shows it and the first that sounds it', () => {
    const alarm = new OneAlarm('high').to(1).delivered({ isShown: true, sound: 'muted' });
    alarm.to(3).delivered({ screen: 'screen-1', sound: 'sounded' }).to(4).delivered();
    expect(alarm.alarm).toMatchObject({
      shownAt: START + 1000,
      shownOn: 'screen-3',
      soundedAt: START + 3000,
      soundedOn: 'screen-1',
    });
    expect(alarm.told.filter(([, { cause }]) => cause === 'delivered')).toHaveLength(2);
  });

  test('of an earlier signal says nothing of the present one', () => {
    const alarm = new OneAlarm('medium').delivered();
    const earlier = alarm.alarm?.signalledAt;
    alarm.to(10).is('high');
    if (earlier !== undefined) alarm.delivered({ signalledAt: earlier, sound: 'sounded' });
    expect(alarm.alarm).not.toHaveProperty('shownAt');
  });
});

describe('a high alarm that ended before anybody answered', () => {
  test('is signalled again as long as nobody does', () => {
    const alarm = new OneAlarm('high').to(10).is('absent').to(1000);
    const reminders = alarm.told.filter(([, { cause }]) => cause === 'reminded').map(([atS]) => atS);
    expect(reminders).toEqual([310, 610, 910]);
    expect(alarm.alarm).toMatchObject({ state: 'latched', endedAt: START + 10_000 });
  });

  test('stays a high one, also where it was less urgent in the end', () => {
    const alarm = new OneAlarm('high').to(10).is('medium').is('absent').to(3600);
    expect(alarm.alarm).toMatchObject({ state: 'latched', priority: 'high' });
  });
});
