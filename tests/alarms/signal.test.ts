/** From alarms to what is heard: which are covered by others, which sounds, what ends a pause, in which order they stand. */
import { describe, expect, test } from 'vitest';
import {
  alarmId,
  monotonicMs,
  type Alarm,
  type AlarmCause,
  type AlarmState,
  type Priority,
} from '$lib/domain/index.ts';
import {
  breaksAudioPause,
  byUrgency,
  LATCH_SOUND_MS,
  outrankedKeys,
  soundingPriority,
  sounds,
  type Ranked,
  type TrackedAlarm,
} from '$lib/alarms/index.ts';

const NOW = monotonicMs(1_000_000);

const alarm = (more: Partial<Alarm> = {}): Alarm => ({
  id: alarmId('bed-1:1'),
  rule: 'S1',
  ruleVersion: '1',
  kind: 'physiological',
  priority: 'high',
  state: 'active',
  onsetAt: monotonicMs(0),
  signalledAt: monotonicMs(0),
  headline: 'Systolic 184 mmHg',
  explanation: 'why',
  evidence: [],
  isOutranked: false,
  ...more,
});
const tracked = (more: Partial<Alarm> = {}, wasAcknowledged?: true): TrackedAlarm => ({
  alarm: alarm(more),
  ...(wasAcknowledged && { wasAcknowledged }),
});

describe('what is outranked', () => {
  /** Keys are `group rank`; `-` belongs to no group. */
  const rankOf = (key: string): Ranked => {
    const [name = '', rank] = key.split(' ');
    return name === '-' ? undefined : { name, rank: Number(rank) };
  };
  const outranked = (alarms: Readonly<Record<string, Partial<Alarm>>>): readonly string[] => [
    ...outrankedKeys(Object.fromEntries(Object.entries(alarms).map(([key, more]) => [key, tracked(more)])), rankOf),
  ];
  const high = { priority: 'high' } as const;
  const medium = { priority: 'medium' } as const;

  test('all of a group but the most urgent, whichever came first', () => {
    expect(outranked({ 'a 1': high, 'a 9': medium })).toEqual(['a 9']);
    expect(outranked({ 'a 9': medium, 'a 1': high })).toEqual(['a 9']);
  });

  test('of the same urgency those of lower rank, and of the same rank the later one', () => {
    expect(outranked({ 'a 1': high, 'a 2': high, 'a 0': high })).toEqual(['a 1', 'a 0']);
    expect(outranked({ 'a 1': high, 'a 01': high })).toEqual(['a 01']);
  });

  test('nothing of another group, and nothing without one', () => {
    expect(outranked({ 'a 1': high, 'b 1': medium, '- x': medium, '- y': medium })).toEqual([]);
  });

  test.each<[AlarmState, readonly string[]]>([
    ['active', ['a 2']],
    ['acknowledged', ['a 2']],
    ['suspended', ['a 2']],
    ['pending', []],
    ['latched', []],
    ['ended', []],
  ])('one that is %s covers %j', (state, covered) => {
    expect(outranked({ 'a 1': { ...high, state }, 'a 2': medium })).toEqual(covered);
  });

  test('one that does not stand is not covered itself', () => {
    expect(outranked({ 'a 1': high, 'a 2': { ...medium, state: 'latched' } })).toEqual([]);
  });
});

describe('what sounds', () => {
  test.each<[string, TrackedAlarm, boolean]>([
    ['one that stands unanswered', tracked(), true],
    ['a low one, too', tracked({ priority: 'low' }), true],
    ['one whose cause cannot be seen', tracked({ state: 'suspended' }), true],
    ['not when it was answered before', tracked({ state: 'suspended' }, true), false],
    ['not one that was answered', tracked({ state: 'acknowledged' }), false],
    ['not one that waits', tracked({ state: 'pending' }), false],
    ['not one that has ended', tracked({ state: 'ended' }), false],
    ['not one that is outranked', tracked({ isOutranked: true }), false],
    ['not a notice', tracked({ priority: 'notice' }), false],
  ])('%s', (_, one, isHeard) => {
    expect(sounds(one, NOW)).toBe(isHeard);
  });

  test('a high one that nobody answered sounds on for half a minute after its end, a medium one does not', () => {
    const over = (afterMs: number, priority: Priority = 'high') =>
      sounds(tracked({ state: 'latched', priority, endedAt: monotonicMs(NOW - afterMs) }), NOW);
    expect([0, LATCH_SOUND_MS - 1, LATCH_SOUND_MS].map((ms) => over(ms))).toEqual([true, true, false]);
    expect(over(0, 'medium')).toBe(false);
  });

  test('of a bed the most urgent one, in whatever order they came', () => {
    const heard = (...priorities: readonly Priority[]) =>
      soundingPriority(Object.fromEntries(priorities.map((priority, i) => [i, tracked({ priority })])), undefined, NOW);
    expect(heard('low', 'high', 'medium')).toBe('high');
    expect(heard('medium', 'low')).toBe('medium');
    expect(heard('notice')).toBeUndefined();
    expect(heard()).toBeUndefined();
  });

  test('nothing during a pause, and again from its end on', () => {
    const heard = (pausedUntil: number) => soundingPriority({ a: tracked() }, monotonicMs(pausedUntil), NOW);
    expect([NOW + 1, NOW, NOW - 1].map(heard)).toEqual([undefined, 'high', 'high']);
  });
});

describe('what breaks a pause', () => {
  test.each<[AlarmCause, boolean]>([
    ['signalled', true],
    ['returned', true],
    ['worsened', true],
    ['priority-raised', true],
    ['noticed', false],
    ['updated', false],
    ['acknowledged', false],
    ['priority-lowered', false],
    ['condition-ended', false],
    ['suspended', false],
    ['resumed', false],
    ['reminded', false],
  ])('an alarm that is %s: %s', (cause, isBreaking) => {
    expect(breaksAudioPause({ cause, alarm: alarm() })).toBe(isBreaking);
  });

  test('no notice, and none that another one covers', () => {
    expect(breaksAudioPause({ cause: 'signalled', alarm: alarm({ priority: 'notice' }) })).toBe(false);
    expect(breaksAudioPause({ cause: 'signalled', alarm: alarm({ isOutranked: true }) })).toBe(false);
  });
});

test('alarms stand by priority, then the unanswered first, then the newest', () => {
  const at = (ms: number): Partial<Alarm> => ({ signalledAt: monotonicMs(ms) });
  const order = [
    alarm({ ...at(1), rule: 'A' }),
    alarm({ ...at(9), rule: 'B', state: 'acknowledged' }),
    alarm({ ...at(8), rule: 'C', state: 'acknowledged' }),
    alarm({ ...at(9), rule: 'D', priority: 'medium' }),
    alarm({ ...at(5), rule: 'E', priority: 'medium' }),
    alarm({ ...at(99), rule: 'F', priority: 'low' }),
  ].map(({ rule }) => rule);
  const shuffled = [
    alarm({ ...at(99), rule: 'F', priority: 'low' }),
    alarm({ ...at(8), rule: 'C', state: 'acknowledged' }),
    alarm({ ...at(5), rule: 'E', priority: 'medium' }),
    alarm({ ...at(9), rule: 'B', state: 'acknowledged' }),
    alarm({ ...at(9), rule: 'D', priority: 'medium' }),
    alarm({ ...at(1), rule: 'A' }),
  ];
  expect(shuffled.toSorted(byUrgency).map(({ rule }) => rule)).toEqual(order);
});
