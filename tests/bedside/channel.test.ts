/** What a channel keeps of a pump from reading to reading. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, type InfusionAlarm, type InfusionReading, type InfusionState } from '$lib/domain/index.ts';
import {
  channelKey,
  isComplete,
  isInterrupted,
  isStopped,
  rewound,
  stepChannel,
  type ChannelState,
} from '$lib/bedside/index.ts';
import { channel, OTHER_PUMP, reading } from '../support/channel.ts';

function after(...readings: readonly InfusionReading[]): ChannelState {
  let state: ChannelState | undefined;
  for (const one of readings) state = stepChannel(state, one, 'p1');
  if (!state) throw new Error('nothing was said');
  return state;
}
const at = (atS: number, state: InfusionState, rateMlPerHour?: number, more: Partial<InfusionReading> = {}) =>
  reading(atS, state, { ...(rateMlPerHour !== undefined && { rateMlPerHour }), ...more });

describe('under which key', () => {
  const known = (...channels: readonly ChannelState[]) => {
    const keys = new Map(channels.map((one) => [one.key, one]));
    return (key: string) => keys.get(key);
  };
  const standing = (state: InfusionState) => channel({ reading: at(100, state) });

  test('its own name, while nobody else has it', () => {
    expect(channelKey(known(), at(1, 'infusing'))).toBe('p1');
    expect(channelKey(known(standing('infusing')), at(101, 'infusing'))).toBe('p1');
  });

  test.each<[string, ChannelState, number, string]>([
    ['told by another device just now', standing('infusing'), 130, `p1@${OTHER_PUMP}`],
    ['that the other device has not told for longer', standing('infusing'), 130.001, 'p1'],
    ['that was pulled out there', standing('disconnected'), 101, 'p1'],
  ])('a name %s', (_, other, atS, key) => {
    expect(channelKey(known(other), at(atS, 'infusing', 0, { source: OTHER_PUMP }))).toBe(key);
  });

  test('one that was told apart once stays apart', () => {
    const own = channel({ key: `p1@${OTHER_PUMP}` });
    expect(channelKey(known(own), at(900, 'infusing', 0, { source: OTHER_PUMP }))).toBe(own.key);
  });
});

describe('a state', () => {
  test('stands since it was first told', () => {
    expect(after(at(10, 'stopped'), at(20, 'infusing'), at(30, 'infusing')).stateSince).toBe(20_000);
    expect(after(at(10, 'stopped')).stateSince).toBe(10_000);
  });

  test('that says nothing certain leaves what was known of the flow', () => {
    expect(after(at(0, 'infusing'), at(1, 'disconnected'), at(2, 'unknown')).flowed).toBe(true);
    expect(after(at(0, 'stopped'), at(1, 'disconnected')).flowed).toBe(false);
    expect(after(at(0, 'unknown')).flowed).toBe(false);
    expect(after(at(0, 'infusing'), at(1, 'paused')).flowed).toBe(false);
  });

  test('that ran once has run for good', () => {
    expect(after(at(0, 'infusing'), at(1, 'stopped')).hasRun).toBe(true);
    expect(after(at(0, 'stopped'), at(1, 'kvo')).hasRun).toBe(false);
  });
});

describe('a run', () => {
  const during = (before: InfusionState) => ({ ...after(at(0, before, 60)), resumedDuring: ['S1'] });

  test('keeps what stood when it was resumed, also while the pump stands or says nothing', () => {
    expect(stepChannel(during('infusing'), at(1, 'infusing', 60), 'p1').resumedDuring).toEqual(['S1']);
    expect(stepChannel(during('infusing'), at(1, 'paused', 60), 'p1').resumedDuring).toEqual(['S1']);
    expect(stepChannel(during('infusing'), at(1, 'disconnected'), 'p1').resumedDuring).toEqual(['S1']);
    expect(after(at(0, 'infusing')).resumedDuring).toEqual([]);
    expect(after(at(0, 'stopped')).resumedDuring).toEqual([]);
  });

  test('that begins anew forgets it', () => {
    expect(stepChannel(during('paused'), at(1, 'infusing', 60), 'p1').resumedDuring).toEqual([]);
  });
});

describe('rates', () => {
  test('are kept from when they flowed, each once, and not while the pump does not say', () => {
    const { rates } = after(
      at(0, 'stopped', 60),
      at(10, 'infusing', 60),
      at(20, 'infusing', 60),
      at(30, 'unknown', 80),
      at(40, 'infusing', 30),
      at(50, 'paused', 30),
      at(60, 'infusing', 30),
    );
    expect(rates).toEqual([
      [0, 0],
      [10_000, 60],
      [40_000, 30],
      [50_000, 0],
      [60_000, 30],
    ]);
  });

  test('the last 600 of them', () => {
    const { rates } = after(...Array.from({ length: 700 }, (_, i) => at(i, 'infusing', i + 1)));
    expect(rates).toHaveLength(600);
    expect([rates[0], rates.at(-1)]).toEqual([
      [100_000, 101],
      [699_000, 700],
    ]);
  });
});

describe('the concentration in the syringe', () => {
  const ONE = { value: 1, unit: 'mg/mL' };
  const told = at(0, 'infusing', 60, { concentration: ONE });

  test.each<[InfusionState, boolean]>([
    ['disconnected', true],
    ['off', true],
    ['unknown', true],
    ['stopped', false],
    ['infusing', false],
  ])('a pump that is %s and does not tell it any more: it still holds is %s', (state, stays) => {
    expect(after(told, at(1, state)).sent).toEqual(stays ? ONE : undefined);
  });
});

describe('the course', () => {
  test('begins with the first flow', () => {
    const still = [at(0, 'stopped', 0, { volumeInfusedMl: 5 }), at(10, 'stopped', 0, { volumeInfusedMl: 5 })];
    expect(after(...still).course).toEqual([]);
    expect(after(...still, at(20, 'infusing', 60, { volumeInfusedMl: 5.1 })).course).toEqual([
      { from: 10_000, to: 20_000, ml: expect.closeTo(0.1, 9) as number, mlPerHour: 0 },
    ]);
  });

  test('draws a rate only where the pump was heard all the time', () => {
    const flow = (toS: number) => after(at(0, 'infusing', 60), at(toS, 'infusing', 60)).course;
    expect(flow(30)).toEqual([{ from: 0, to: 30_000, ml: 0.5, mlPerHour: 60 }]);
    expect(flow(36)).toStrictEqual([{ from: 0, to: 36_000, ml: 0.6 }]);
  });

  test('goes on through a pause', () => {
    const { course } = after(at(0, 'infusing', 60), at(30, 'paused', 60), at(60, 'paused', 60));
    expect(course.map(({ ml, mlPerHour }) => [ml, mlPerHour])).toEqual([
      [0.5, 60],
      [0, 0],
    ]);
  });

  test('takes the concentration that was told before the volume, or the first one that is', () => {
    const [ONE, TWO] = [1, 2].map((value) => ({ value, unit: 'mg/mL' }));
    if (!ONE || !TWO) throw new Error('unreachable');
    const first = after(at(0, 'infusing', 60), at(30, 'infusing', 60, { concentration: ONE }));
    expect(first.course[0]?.sent).toEqual(ONE);
    const changed = stepChannel(first, at(60, 'infusing', 60, { concentration: TWO }), 'p1');
    expect(changed.course).toHaveLength(1);
    expect(stepChannel(changed, at(90, 'infusing', 60, { concentration: TWO }), 'p1').course[1]?.sent).toEqual(TWO);
  });
});

describe('the pump’s own count of the dose', () => {
  const dose = (...mg: readonly (number | undefined)[]) =>
    after(
      ...mg.map((value, i) => at(i, 'infusing', 60, value === undefined ? {} : { doseGiven: { value, unit: 'mg' } })),
    ).ownDose;

  test('counts from the first word on, and through readings without it', () => {
    expect(dose(undefined)).toBeUndefined();
    expect(dose(5)).toEqual({ counterMg: 5, mg: 0 });
    expect(dose(5, 7, undefined, 8)).toEqual({ counterMg: 8, mg: 3 });
    expect(dose(5, 5)).toEqual({ counterMg: 5, mg: 0 });
  });

  test('that falls has begun anew', () => {
    expect(dose(5, 7, 0.5, 1)).toEqual({ counterMg: 1, mg: 3 });
  });
});

describe('volume', () => {
  const counter = (atS: number, ml: number) => at(atS, 'infusing', 60, { volumeInfusedMl: ml });

  test('is added up, and compared with the rate from the second look on', () => {
    expect(after(counter(0, 5)).audit).toBeUndefined();
    const state = after(counter(0, 5), counter(30, 5.5), counter(60, 6));
    expect(state.deliveredMl).toBeCloseTo(1, 9);
    expect(state.audit?.now).toMatchObject({ at: 60_000, countedMl: expect.closeTo(1, 9) as number });
  });

  test('without a counter has nothing to be compared with', () => {
    const state = after(at(0, 'infusing', 60), at(30, 'infusing', 60));
    expect(state.audit).toBeUndefined();
    expect(state.integration).toEqual({ unseenMs: 0, untoldBolusMl: 0 });
  });

  test('a counter that fell too far stays said, and the last fall counts', () => {
    const state = after(counter(0, 90), counter(10, 50), counter(20, 50.1));
    expect(state.fall).toEqual({ at: 10_000, fromMl: 90, toMl: 50 });
    expect(stepChannel(state, counter(30, 20), 'p1').fall).toEqual({ at: 30_000, fromMl: 50.1, toMl: 20 });
  });
});

describe('for the next patient', () => {
  test('what was given is nought, and the counters stand where they stand', () => {
    const before = after(
      at(0, 'infusing', 60, { volumeInfusedMl: 5, doseGiven: { value: 5, unit: 'mg' } }),
      at(30, 'infusing', 30, {
        volumeInfusedMl: 5.5,
        doseGiven: { value: 5.5, unit: 'mg' },
        concentration: { value: 1, unit: 'mg/mL' },
      }),
    );
    const said = before.reading;
    expect(rewound({ ...before, resumedDuring: ['S1'], fall: { at: monotonicMs(1), fromMl: 9, toMl: 5 } })).toEqual({
      key: 'p1',
      reading: said,
      stateSince: 0,
      deliveredMl: 0,
      hasRun: false,
      flowed: false,
      resumedDuring: [],
      rates: [],
      course: [],
      counter: { of: 'total', ml: 5.5, at: 30_000 },
      sent: { value: 1, unit: 'mg/mL' },
      ownDose: { counterMg: 5.5, mg: 0 },
    });
  });

  test('what was not known is not there', () => {
    expect(Object.keys(rewound(after(at(0, 'infusing'))))).toEqual([
      'key',
      'reading',
      'stateSince',
      'deliveredMl',
      'hasRun',
      'flowed',
      'resumedDuring',
      'rates',
      'course',
    ]);
  });
});

describe('stopped, complete, interrupted', () => {
  const alarm = (kind: string, stage: InfusionAlarm['stage'] = 'alarm'): Partial<InfusionReading> => ({
    alarms: [{ kind, stage, priority: 'medium', code: '1' } as InfusionAlarm],
  });

  test.each<[InfusionState, boolean, boolean, boolean]>([
    ['stopped', true, false, true],
    ['paused', true, false, true],
    ['standby', true, false, true],
    ['alarm', true, false, true],
    ['off', true, false, true],
    ['complete', false, true, false],
    ['kvo', false, true, false],
    ['infusing', false, false, false],
    ['bolus', false, false, false],
    ['unknown', false, false, false],
    ['disconnected', false, false, false],
  ])('%s: stopped %s, complete %s, interrupted %s', (state, stopped, complete, interrupted) => {
    expect(isStopped(state)).toBe(stopped);
    expect(isComplete(at(0, state))).toBe(complete);
    expect(isInterrupted(channel({ reading: at(0, state) }))).toBe(interrupted);
    expect(isInterrupted(channel({ reading: at(0, state), hasRun: false }))).toBe(false);
  });

  test.each(['infusionComplete', 'vtbi.done', 'end.stopped', 'end.kvo'])(
    'the alarm %s says that it is complete; its announcement does not',
    (kind) => {
      expect(isComplete(at(0, 'alarm', 0, alarm(kind)))).toBe(true);
      expect(isComplete(at(0, 'alarm', 0, alarm(kind, 'pre-alarm')))).toBe(false);
      expect(isInterrupted(channel({ reading: at(0, 'alarm', 0, alarm(kind)) }))).toBe(false);
    },
  );

  test('any other alarm does not', () => {
    expect(isComplete(at(0, 'alarm', 0, alarm('occlusion.downstream')))).toBe(false);
  });
});
