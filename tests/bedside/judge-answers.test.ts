/** Who outranks whom, what an answer and a screen's word reach, and what breaks an audio pause. */
import { beforeEach, describe, expect, test } from 'vitest';
import { alarmId, monotonicMs, type Delivery, type Rule } from '$lib/domain/index.ts';
import {
  answerAlarm,
  deliverAlarm,
  endAllAlarms,
  type Answer,
  type BedState,
  type Judged,
} from '$lib/bedside/index.ts';
import { NURSE } from '../support/bed.ts';
import { JudgedBed, limit, low, RULES, said, setOf, states } from '../support/judged-bed.ts';

let bed: JudgedBed;
beforeEach(() => {
  bed = JudgedBed.by();
});
const during = (act: () => void): readonly string[] => bed.during(act);

describe('one alarm over another', () => {
  test('of the same quantity only the most urgent one calls: by priority, then by rank', () => {
    expect(during(() => bed.numerics(2, { heartRate: 150, spo2: 80 }))).toEqual([
      'FAST signalled',
      'LOW signalled outranked',
      'LOWER signalled',
      'FASTER signalled',
      'QUICK signalled outranked',
    ]);
  });

  test('one that stands is told to be outranked, after the one that outranks it, and told again when that one ends', () => {
    bed.numerics(2, { spo2: 88 });
    expect(during(() => bed.numerics(5, { spo2: 84 }))).toEqual(['LOW updated outranked', 'LOWER signalled']);
    expect(bed.alarm('LOW')?.isOutranked).toBe(true);
    expect(during(() => bed.numerics(8, { spo2: 88 }))).toEqual(['LOWER condition-ended', 'LOW unoutranked']);
    expect(bed.alarm('LOW')?.isOutranked).toBe(false);
    expect(bed.state.changeCount).toBe(5);
  });

  test('one that has nothing else to tell is told to be outranked by itself', () => {
    bed = JudgedBed.by([
      limit('CUFF', 'systolic', '>=', 160, { priority: 'medium', group: low(1) }),
      limit('LOWER', 'spo2', '<=', 85, { group: low(2) }),
    ]);
    bed.nibp(2, 170, 80);
    expect(during(() => bed.numerics(5, { spo2: 84 }))).toEqual(['LOWER signalled', 'CUFF outranked outranked']);
    const last = bed.outputs.at(-1)?.body;
    expect(last).toMatchObject({ number: 3, change: { alarm: { rule: 'CUFF', isOutranked: true } } });
    expect(bed.state.changeCount).toBe(3);
  });

  test('one that ends is told as ended and nothing else', () => {
    bed.numerics(2, { spo2: 84 });
    const changes = during(() => bed.numerics(5, { spo2: 98 }));
    expect(changes).toEqual(['LOW condition-ended', 'LOWER condition-ended']);
    const last = bed.changes(5);
    expect(last.map(({ alarm }) => `${alarm.state} ${alarm.isOutranked}`)).toEqual(['latched false', 'latched false']);
  });

  test('what is told of an alarm is the alarm that is kept', () => {
    bed.numerics(2, { heartRate: 150, spo2: 88 }).numerics(5, { heartRate: 128, spo2: 84 }).numerics(9, { spo2: 89 });
    const last = new Map(bed.changes().map(({ alarm }) => [alarm.id, alarm]));
    for (const { alarm } of Object.values(bed.state.alarms)) expect(last.get(alarm.id)).toEqual(alarm);
    expect(Object.values(bed.state.alarms).length).toBeGreaterThan(2);
  });
});

describe('an answer', () => {
  const by = ({ now }: BedState, type: Answer['type'] = 'acknowledge'): Answer => ({ type, now, by: NURSE });
  const answered = (name: string, state = bed.state, type?: Answer['type']): Judged => {
    const result = answerAlarm(state, bed.idOf(name), by(state, type));
    if (!result.ok) throw new Error(result.error.message);
    return result.value;
  };
  const acknowledged = (state: BedState): readonly string[] =>
    Object.entries(states(state)).flatMap(([key, one]) => (one === 'acknowledged' ? [key] : []));

  beforeEach(() => {
    bed.numerics(2, { heartRate: 150, spo2: 80 });
  });

  test('to an alarm that has ended is refused with a sentence', () => {
    expect(answerAlarm(bed.state, alarmId('bed-1:99'), by(bed.state))).toEqual({
      ok: false,
      error: {
        why: 'unknown-alarm',
        message: 'This alarm has ended already; there is nothing left to answer.',
      },
    });
  });

  test.each([
    ['LOWER', ['LOW', 'LOWER']],
    ['FASTER', ['FASTER', 'QUICK']],
    ['FAST', ['FAST']],
    ['LOW', ['LOW']],
  ])('to %s answers %j: it and what it outranks', (name, both) => {
    const { state, outputs } = answered(name);
    expect(acknowledged(state)).toEqual(both);
    expect(outputs.map(said).map((one) => one.replace(' outranked', ''))).toEqual(
      both.map((one) => `${one} acknowledged`),
    );
    expect(state.changeCount).toBe(bed.state.changeCount + both.length);
  });

  test('does not reach one of the same group that speaks for itself', () => {
    const speaking: BedState = {
      ...bed.state,
      alarms: Object.fromEntries(
        Object.entries(bed.state.alarms).map(([key, one]) => [
          key,
          key === 'LOW' ? { ...one, alarm: { ...one.alarm, isOutranked: false } } : one,
        ]),
      ),
    };
    expect(acknowledged(answered('LOWER', speaking).state)).toEqual(['LOWER']);
  });

  test.each<[string, gone: readonly string[], answers: readonly string[]]>([
    ['of the one that is answered', ['LOWER'], ['LOWER']],
    ['of both', ['LOWER', 'LOW'], ['LOWER']],
    ['of the one that is outranked', ['LOW'], ['LOWER']],
    ['of a third', ['QUICK'], ['LOW', 'LOWER']],
  ])('reaches nobody through a rule that is gone, or has no group any more: %s', (_, gone, answers) => {
    const withRules = (rules: readonly Rule[]) => ({ ...bed.state, ruleSet: setOf(rules) });
    const { group: __, ...ungrouped } = limit('any', 'spo2', '<=', 90, { group: low(1) });
    const kept = RULES.filter(({ id }) => !gone.includes(id));
    const loose = gone.map((id): Rule => ({ ...ungrouped, id }));
    expect(acknowledged(answered('LOWER', withRules(kept)).state)).toEqual(answers);
    expect(acknowledged(answered('LOWER', withRules([...kept, ...loose])).state)).toEqual(answers);
  });

  test('that takes it is told of both; an answer that changes nothing tells nothing', () => {
    const taken = answered('LOWER', bed.state, 'take');
    expect(taken.outputs.map(said)).toEqual(['LOW taken outranked', 'LOWER taken']);
    expect(answered('LOWER', taken.state, 'take')).toEqual({ state: taken.state, outputs: [] });
  });
});

describe('what a screen says of a signal', () => {
  const delivery = (name: string, more: Partial<Delivery> = {}): Delivery => ({
    ...{ alarm: bed.idOf(name), signalledAt: monotonicMs(2000), screen: 'screen-1', isShown: true, sound: 'sounded' },
    ...more,
  });
  beforeEach(() => {
    bed.numerics(2, { heartRate: 150, spo2: 80 });
  });

  test('is kept with that alarm alone, at the time of the bed', () => {
    const { state, outputs } = deliverAlarm({ ...bed.state, now: monotonicMs(2500) }, delivery('LOWER'));
    expect(outputs.map(said)).toEqual(['LOWER delivered']);
    expect(state.alarms.LOWER?.alarm).toMatchObject({ shownAt: 2500, shownOn: 'screen-1', soundedAt: 2500 });
    const { LOWER: _, ...others } = bed.state.alarms;
    expect(state.alarms).toMatchObject(others);
    expect(state.alarms.FAST).toBe(bed.state.alarms.FAST);
  });

  test.each<[string, Partial<Delivery>]>([
    ['of an alarm that has ended', { alarm: alarmId('bed-1:99') }],
    ['of another signal of it', { signalledAt: monotonicMs(1000) }],
    ['that adds nothing', { isShown: false, sound: 'muted' }],
  ])('%s changes nothing', (_, more) => {
    expect(deliverAlarm(bed.state, delivery('LOWER', more))).toEqual({ state: bed.state, outputs: [] });
  });
});

test('with the session all alarms end, each with a last word', () => {
  bed.numerics(2, { heartRate: 150, spo2: 80 });
  const { state, outputs } = endAllAlarms(bed.state);
  expect(outputs.map(said)).toEqual(RULES.map(({ id }) => `${id} session-ended`));
  expect(state.alarms).toEqual({});
  expect(outputs.every((one) => one.kind === 'alarm' && one.change.alarm.state === 'ended')).toBe(true);
  expect(endAllAlarms(state)).toEqual({ state, outputs: [] });
});

describe('an audio pause', () => {
  const pausedUntil = monotonicMs(60_000);
  const paused = (): void => {
    bed.state = { ...bed.state, audioPausedUntil: pausedUntil };
  };
  const isPaused = (): boolean => bed.state.audioPausedUntil === pausedUntil;

  test('is broken by a new alarm, told last, whatever else is told with it', () => {
    bed.numerics(2, { heartRate: 125, spo2: 98 });
    paused();
    expect(during(() => bed.numerics(3, { heartRate: 72, spo2: 90 }))).toEqual([
      'FAST condition-ended',
      'LOW signalled',
      'audio',
    ]);
    expect(bed.outputs.at(-1)?.body).toEqual({ kind: 'audio', cause: 'new-alarm' });
    expect(bed.state).not.toHaveProperty('audioPausedUntil');
    expect(bed.state.changeCount).toBe(3);
  });

  test('is not there to be broken where nobody has paused', () => {
    expect(during(() => bed.numerics(2, { heartRate: 125, spo2: 98 }))).toEqual(['FAST signalled']);
    expect(bed.state).not.toHaveProperty('audioPausedUntil');
  });

  test('lasts while alarms end, move on or are answered', () => {
    bed.numerics(2, { heartRate: 125, spo2: 90 });
    paused();
    expect(during(() => bed.numerics(5, { heartRate: 127, spo2: 98 }))).toEqual([
      'FAST updated',
      'LOW condition-ended',
    ]);
    expect(isPaused()).toBe(true);
  });

  test('lasts under a new alarm that is a notice, or that an older one outranks', () => {
    bed = JudgedBed.by([
      limit('NOTE', 'heartRate', '>=', 120, { priority: 'notice' }),
      limit('LOWER', 'spo2', '<=', 90, { group: low(2) }),
      limit('LOW', 'spo2', '<=', 85, { priority: 'medium', group: low(1) }),
    ]);
    bed.numerics(2, { heartRate: 72, spo2: 90 });
    paused();
    expect(during(() => bed.numerics(2, { heartRate: 125, spo2: 85 }))).toEqual([
      'NOTE signalled',
      'LOWER updated',
      'LOW signalled outranked',
    ]);
    expect(isPaused()).toBe(true);
  });
});
