/** A look at a bed that takes over what still holds of an earlier one sees what a new one sees, and makes nothing else anew. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, wallMs } from '$lib/domain/index.ts';
import { lookAt } from '$lib/bedside/context.ts';
import type { BedState } from '$lib/bedside/index.ts';
import { ADULT_IV_KETAMINE, type RuleContext } from '$lib/rules/index.ts';
import { MONITOR, PUMP } from '../support/bed.ts';
import { byKey, channel } from '../support/channel.ts';
import {
  COURSE,
  HEART,
  LINE,
  READINGS,
  SESSION,
  alarmOf,
  alarmsOf,
  contextOf,
  fullBed,
  points,
} from '../support/full-bed.ts';
import { NOW, OXIMETER, ago, cuffReading, device, together, vitals } from '../support/told-bed.ts';

describe('a look that takes over what still holds of an earlier one', () => {
  const full = fullBed();
  const again = (from: BedState, to: BedState): RuleContext =>
    lookAt(to, to.session ?? SESSION, lookAt(from, from.session ?? SESSION)).context;
  const later = (state: BedState, ms: number): BedState => ({ ...state, now: monotonicMs(state.now + ms) });

  /** One thing that is other than before, and the parts that may be. */
  const CHANGES: readonly (readonly [string, Partial<BedState>, parts: readonly string[]])[] = [
    ['a saturation', { vitals: together(HEART, vitals({ spo2: 88 })) }, ['metrics', 'facts', 'series']],
    ['a heart rate', { vitals: together(HEART, vitals({ heartRate: 140 })) }, ['metrics', 'facts', 'series']],
    ['a line', { vitals: together(HEART, LINE) }, ['metrics', 'facts', 'series']],
    ['a pressure in the skull', { vitals: together(HEART, vitals({ icpMean: 30 })) }, ['metrics', 'facts', 'series']],
    ['a vital that no rule reads', { vitals: { ...HEART, ...vitals({ temperature1: 37 }) } }, []],
    [
      'a cuff reading',
      { nibp: [...READINGS, cuffReading(0, 190, 100)] },
      ['metrics', 'facts', 'series', 'readingMinutes'],
    ],
    ['the course', { recent: { ...COURSE, spo2: points(88) } }, ['series']],
    ['what stood beside the cuff', { atCuff: { measuredAt: ago(120_000), heartRate: 100 } }, ['metrics']],
    ['the cuff', { cuff: { kind: 'cuff', source: MONITOR, at: NOW, state: 'measuring' } }, []],
    ['failures of the cuff', { cuffFailures: 2 }, ['metrics']],
    ['a device', { devices: [device(), device(PUMP), device(OXIMETER)] }, ['metrics', 'facts', 'series', 'device']],
    [
      'an alarm of a device',
      { deviceAlarms: { [MONITOR]: { kind: 'device-alarm', source: MONITOR, at: NOW, alarms: [], isSilenced: true } } },
      ['device'],
    ],
    ['the station', { station: { screens: 0, audibleScreens: 0, recorder: 'failed' } }, ['facts']],
    ['the clock', { clock: { at: NOW, wallTime: wallMs(Date.UTC(2030, 0, 1)) } }, ['metrics', 'facts']],
    ['the alarms', { alarms: alarmsOf(alarmOf('S1', 'active')) }, ['unanswered', 'standing']],
    [
      'a pump',
      {
        channels: byKey(
          channel({}, { state: 'paused', alarms: [{ kind: 'empty', stage: 'alarm', priority: 'high', code: '1' }] }),
        ),
      },
      ['pump-alarm'],
    ],
    [
      'a limit',
      { session: { ...SESSION, limits: SESSION.limits.slice(1) } },
      ['metrics', 'facts', 'readingMinutes', 'limits'],
    ],
    ['a score', { session: { ...SESSION, scores: [] } }, ['metrics', 'facts', 'readingMinutes']],
    [
      'the beginning of the infusion',
      { session: { ...SESSION, infusionStartedAt: ago(600_000) } },
      ['metrics', 'facts', 'readingMinutes'],
    ],
    ['the phase', { session: { ...SESSION, phase: 'observation' } }, ['metrics', 'facts', 'readingMinutes']],
    ['the rules', { ruleSet: { ...ADULT_IV_KETAMINE, nibpIntervalMin: { infusion: 1, observation: 1 } } }, []],
  ];

  const partsOf = ({ metrics, facts, series, readingMinutes, unanswered, standing, limits, items }: RuleContext) => ({
    ...{ metrics, facts, series, readingMinutes, unanswered, standing, limits },
    ...items,
  });

  test.each(CHANGES)('sees %s that is another, and nothing else anew', (_, more, parts) => {
    const next = { ...full, ...more };
    const now = again(full, next);
    expect(now).toEqual(contextOf(next));
    const first = lookAt(full, SESSION);
    const kept = partsOf(lookAt(next, next.session ?? SESSION, first).context);
    const before = partsOf(first.context);
    const anew = Object.entries(kept).flatMap(([name, one]) =>
      before[name as keyof typeof before] === one ? [] : [name],
    );
    expect(anew.filter((name) => !parts.includes(name))).toEqual([]);
  });

  test.each(CHANGES)('sees %s go back to what it was', (_, more) => {
    expect(again({ ...full, ...more }, full)).toEqual(contextOf(full));
    expect(again({ ...full, ...more }, later(full, 250))).toEqual(contextOf(later(full, 250)));
  });

  test.each(CHANGES)('sees %s a moment later', (_, more) => {
    const next = later({ ...full, ...more }, 250);
    expect(again(full, next)).toEqual(contextOf(next));
  });

  test('the interval of the rules counts where the plan says nothing', () => {
    const { plan: _, ...unplanned } = SESSION;
    const from = { ...full, session: unplanned, nibp: [cuffReading(240_000, 120, 70)] };
    const to = { ...from, ruleSet: { ...ADULT_IV_KETAMINE, nibpIntervalMin: { infusion: 1, observation: 1 } } };
    expect(again(from, to)).toEqual(contextOf(to));
    expect(again(from, to).metrics.systolic).toMatchObject({ isExpired: true });
  });

  test('a word of the cuff while it fails dates the failures anew', () => {
    const cuff = (agoMs: number) => ({ kind: 'cuff', source: MONITOR, at: ago(agoMs), state: 'failed' }) as const;
    const from = { ...full, cuffFailures: 1, cuff: cuff(5000) };
    const to = { ...from, cuff: cuff(0) };
    expect(again(from, to).metrics.cuffFailures).toEqual({ value: 1, at: NOW, cadence: 'continuous' });
  });

  test('and of a saturation that expires keeps no course, though nobody gives a heart rate', () => {
    const from = { ...full, vitals: vitals({ spo2: 98 }, 5000), devices: [device()] };
    const over = later(from, 8001);
    expect(again(from, over)).toEqual(contextOf(over));
    const recent = { ...COURSE, spo2: { ...COURSE.spo2, [OXIMETER]: [[ago(0), 91] as const] } };
    const devices = [device(), device(OXIMETER)];
    const two = { ...from, recent, devices, vitals: together(from.vitals, vitals({ spo2: 91 }, 0, OXIMETER)) };
    const other = later(two, 8001);
    expect(again(two, other)).toEqual(contextOf(other));
  });

  /** What time alone changes: the last instant at which it holds, and what is seen then and after it. */
  const ENDS: readonly (readonly [string, Partial<BedState>, holdsForMs: number])[] = [
    ['a value that expires', { vitals: vitals({ heartRate: 72 }, 5000), devices: [device()] }, 8000],
    ['the first of two values', { vitals: together(HEART, vitals({ spo2: 98 }, 9000)), devices: [device()] }, 4000],
    ['a cuff reading', { vitals: {}, nibp: [cuffReading(870_000, 120, 70)] }, 30_000],
    ['an entered pressure in the skull', { vitals: {}, nibp: [] }, 60 * 60_000 - 60_000],
    ['a cuff reading after an entered pressure', { vitals: {}, nibp: [cuffReading(0, 120, 70)] }, 900_000],
  ];

  test.each(ENDS)('holds %s to the instant, and not longer', (_, more, holdsForMs) => {
    const from = { ...full, ...more };
    const last = later(from, holdsForMs);
    const over = later(last, 1);
    const { metrics } = contextOf(from);
    expect(contextOf(last).metrics).toEqual(metrics);
    expect(contextOf(over).metrics).not.toEqual(metrics);
    const first = lookAt(from, SESSION);
    const atEnd = lookAt(last, SESSION, first);
    expect(atEnd.context).toEqual(contextOf(last));
    expect(lookAt(over, SESSION, first).context).toEqual(contextOf(over));
    expect(lookAt(over, SESSION, atEnd).context).toEqual(contextOf(over));
  });

  test.each(ENDS)('and of %s sees in an earlier moment what held then', (_, more, holdsForMs) => {
    const from = { ...full, ...more };
    const over = later(from, holdsForMs + 1);
    expect(again(over, from)).toEqual(contextOf(from));
    expect(again(later(over, 60_000), later(from, holdsForMs))).toEqual(contextOf(later(from, holdsForMs)));
  });

  test('while a pump speaks and nothing else does', () => {
    const first = lookAt(full, SESSION);
    const spoken = later({ ...full, channels: byKey(channel({}, { state: 'paused' })) }, 1000);
    const second = lookAt(spoken, SESSION, first);
    expect(second.context).toEqual(contextOf(spoken));
    expect(second.context.metrics).toBe(first.context.metrics);
    const third = later(spoken, 500);
    expect(lookAt(third, SESSION, second).context).toEqual(contextOf(third));
    const over = later(full, 14_000);
    expect(lookAt(over, SESSION, second).context).toEqual(contextOf(over));
    expect(lookAt(full, SESSION, second).context).toEqual(contextOf(full));
  });
});
