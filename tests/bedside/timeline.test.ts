/** The story of a session, line by line. */
import { describe, expect, test } from 'vitest';
import { tell, type Timeline } from '$lib/bedside/index.ts';
import {
  alarmId,
  monotonicMs,
  type Alarm,
  type AlarmChange,
  type BedOutput,
  type InfusionAlarm,
  type InfusionEvent,
} from '$lib/domain/index.ts';
import { NURSE } from '../support/bed.ts';
import { session } from '../support/channel.ts';

type Line = readonly [atS: number, output: BedOutput];
const story = (...lines: readonly Line[]): Timeline =>
  lines.reduce<Timeline>((timeline, [atS, output]) => tell(timeline, monotonicMs(atS * 1000), [output]), []);

const alarm = (id: string, more: Partial<Alarm> = {}, cause: AlarmChange['cause'] = 'signalled'): BedOutput => ({
  kind: 'alarm',
  number: 1,
  change: {
    cause,
    alarm: {
      id: alarmId(id),
      rule: 'S1',
      priority: 'high',
      headline: 'Systolic very high',
      state: 'active',
      signalledAt: monotonicMs(5000),
      ...more,
    },
  } as AlarmChange,
});

const event = (type: InfusionEvent['type'], more: object = {}): BedOutput => ({
  kind: 'infusion-event',
  event: { type, channel: 'p1', ...more } as InfusionEvent,
});
const OCCLUSION: InfusionAlarm = { kind: 'occlusion.downstream', stage: 'alarm', priority: 'high', code: 'B3' };
const AIR: InfusionAlarm = { ...OCCLUSION, kind: 'airInLine' };
const told = (timeline: Timeline) =>
  timeline.map((one) => `${one.at / 1000} ${one.type === 'infusion' ? one.event.type : one.type}`);

describe('an alarm', () => {
  test('has one line, however often it changes, at the time when it was signalled', () => {
    expect(
      story(
        [5, alarm('1')],
        [6, alarm('2')],
        [
          9,
          alarm('1', {
            state: 'acknowledged',
            acknowledgement: { by: NURSE, at: monotonicMs(9000) },
            endedAt: monotonicMs(12_000),
          }),
        ],
      ),
    ).toEqual([
      expect.objectContaining({ alarm: '2' }),
      {
        type: 'alarm',
        at: 5000,
        alarm: '1',
        rule: 'S1',
        priority: 'high',
        headline: 'Systolic very high',
        state: 'acknowledged',
        acknowledgedBy: NURSE.name,
        acknowledgedAt: 9000,
        endedAt: 12_000,
      },
    ]);
  });

  test('that nobody answered and that has not ended says nothing of either', () => {
    expect(Object.keys(story([5, alarm('1')])[0] ?? {})).toEqual([
      'type',
      'at',
      'alarm',
      'rule',
      'priority',
      'headline',
      'state',
    ]);
  });

  test('that was withdrawn while it was a notice leaves no line', () => {
    expect(told(story([1, event('started')], [5, alarm('1')], [6, alarm('1', {}, 'withdrawn')]))).toEqual([
      '1 started',
    ]);
  });
});

describe('the rest of the story', () => {
  test('tells phases, and by whom', () => {
    expect(story([7, { kind: 'phase', from: 'setup', to: 'infusion', cause: 'pump' }])).toEqual([
      { type: 'phase', at: 7000, to: 'infusion', cause: 'pump' },
    ]);
  });

  test('begins anew with a patient, and with nothing else that happens to a session', () => {
    const to = (cause: 'admitted' | 'plan') =>
      told(story([1, event('started')], [2, { kind: 'session', session: session(), cause }]));
    expect(to('admitted')).toEqual([]);
    expect(to('plan')).toEqual(['1 started']);
  });

  test('tells neither pauses of the sound nor refusals', () => {
    const refused: BedOutput = { kind: 'refused', command: 'c1', refusal: { why: 'no-session', message: 'No.' } };
    expect(story([1, { kind: 'audio', cause: 'person' }], [2, refused])).toEqual([]);
  });

  test('keeps the last 300 lines', () => {
    const lines = Array.from({ length: 310 }, (_, i): Line => [i, event('bolus')]);
    const timeline = story(...lines);
    expect(timeline).toHaveLength(300);
    expect([timeline[0]?.at, timeline.at(-1)?.at]).toEqual([10_000, 309_000]);
  });
});

describe('what flickers', () => {
  const ended = event('alarm-ended', { alarm: OCCLUSION });
  const began = event('alarm-began', { alarm: OCCLUSION });

  test('goes on as one: what comes back within a minute has not ended', () => {
    expect(told(story([1, began], [5, ended], [65, began]))).toEqual(['1 alarm-began']);
    expect(told(story([1, began], [5, ended], [65.001, began]))).toEqual([
      '1 alarm-began',
      '5 alarm-ended',
      '65.001 alarm-began',
    ]);
  });

  test('the same of a link', () => {
    expect(told(story([1, event('disconnected')], [5, event('reconnected')], [9, event('disconnected')]))).toEqual([
      '1 disconnected',
    ]);
    expect(
      told(story([1, event('disconnected')], [5, event('reconnected')], [99, event('disconnected')])),
    ).toHaveLength(3);
  });

  test('only the last end of the very same alarm of the very same channel is taken back', () => {
    const both: readonly Line[] = [
      [1, ended],
      [2, ended],
    ];
    expect(told(story(...both, [3, began]))).toEqual(['1 alarm-ended']);
    expect(told(story([1, ended], [2, event('alarm-began', { alarm: AIR })]))).toHaveLength(2);
    expect(told(story([1, ended], [2, event('alarm-began', { alarm: OCCLUSION, channel: 'p2' })]))).toHaveLength(2);
    expect(told(story([1, ended], [2, event('disconnected')]))).toHaveLength(2);
    expect(told(story([1, event('reconnected')], [2, began]))).toHaveLength(2);
  });

  test('has ended in between: what begins twice, or after something else, is two lines', () => {
    expect(told(story([1, began], [2, began]))).toEqual(['1 alarm-began', '2 alarm-began']);
    expect(told(story([1, event('paused')], [2, event('disconnected')]))).toHaveLength(2);
    expect(told(story([1, alarm('1')], [2, event('disconnected')]))).toHaveLength(2);
  });

  test('is nothing else: a pump that is paused again was paused twice', () => {
    expect(told(story([1, event('paused')], [2, event('resumed')], [3, event('paused')]))).toHaveLength(3);
  });
});
