/** What the rules may see of the pumps: whether drug flows, the dose against the plan, and the pumps' own alarms. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, type InfusionAlarm, type InfusionState, type Phase } from '$lib/domain/index.ts';
import { lookAtPumps, type PumpsLook } from '$lib/bedside/context-pumps.ts';
import type { BedState, ChannelState } from '$lib/bedside/index.ts';
import { NURSE, PUMP } from '../support/bed.ts';
import { byKey, channel, OTHER_PUMP, session } from '../support/channel.ts';
import { bedWith, device } from '../support/told-bed.ts';

const PUMPS = [device(PUMP), device(OTHER_PUMP)];

const bedOf = (channels: readonly ChannelState[], more: Partial<BedState> = {}): BedState =>
  bedWith({ devices: PUMPS, channels: byKey(...channels), ...more });

const look = (
  channels: readonly ChannelState[],
  { phase = 'infusion', ...more }: Partial<BedState> & { phase?: Phase } = {},
  before?: PumpsLook,
): PumpsLook => {
  const told = session({ phase });
  return lookAtPumps(bedOf(channels, { session: told, ...more }), told, before);
};

const does = (state: InfusionState, more: Partial<ChannelState> = {}, key = 'p1'): ChannelState =>
  channel({ key, ...more }, { state, ...(key === 'p1' ? {} : { source: OTHER_PUMP }) });

describe('whether drug flows', () => {
  const told = ({ facts }: PumpsLook): string =>
    `${facts.infusing} ${facts['infusion-interrupted']} ${facts['infusion-complete']}`;

  test.each<[Phase, string]>([
    ['setup', 'no no no'],
    ['baseline', 'no no no'],
    ['infusion', 'unknown no no'],
    ['observation', 'no no no'],
    ['discharge-ready', 'no no no'],
  ])('without a pump the phase is the only witness: in %s it is %s', (phase, facts) => {
    expect(told(look([], { phase }))).toBe(facts);
  });

  test('a pump with another drug is no witness', () => {
    const carrier = channel({}, { drugName: 'NaCl 0,9%' });
    expect(told(look([carrier], { phase: 'infusion' }))).toBe('unknown no no');
  });

  test.each<[InfusionState, string]>([
    ['infusing', 'yes no no'],
    ['bolus', 'yes no no'],
    ['stopped', 'no yes no'],
    ['paused', 'no yes no'],
    ['standby', 'no yes no'],
    ['alarm', 'no yes no'],
    ['off', 'no yes no'],
    ['complete', 'no no yes'],
    ['kvo', 'no no yes'],
    ['purging', 'no no no'],
    ['unknown', 'unknown unknown unknown'],
    ['disconnected', 'unknown unknown unknown'],
  ])('a pump that says %s: infusing, interrupted, complete are %s', (state, facts) => {
    expect(told(look([does(state)]))).toBe(facts);
  });

  test('a pump that has not run is neither interrupted nor complete', () => {
    for (const state of ['stopped', 'complete'] as const)
      expect(told(look([does(state, { hasRun: false })]))).toBe('no no no');
    expect(told(look([does('unknown', { hasRun: false })]))).toBe('unknown no no');
  });

  test('of a pump that is silent nothing is claimed', () => {
    for (const devices of [[device(PUMP, { state: 'lost' })], [device(OTHER_PUMP)], []])
      expect(told(look([does('infusing')], { devices }))).toBe('unknown unknown unknown');
  });

  test.each<[string, readonly ChannelState[], string]>([
    ['one flows, one stands', [does('stopped'), does('infusing', {}, 'p2')], 'yes no no'],
    ['one flows, of the other nothing is known', [does('unknown'), does('infusing', {}, 'p2')], 'yes no no'],
    ['one stands, of the other nothing is known', [does('stopped'), does('unknown', {}, 'p2')], 'unknown unknown no'],
    [
      'one is complete, of the other nothing is known',
      [does('complete'), does('unknown', {}, 'p2')],
      'unknown unknown unknown',
    ],
    ['one stands, one is complete', [does('stopped'), does('complete', {}, 'p2')], 'no yes no'],
    ['both are complete', [does('complete'), does('kvo', {}, 'p2')], 'no no yes'],
    ['one is complete, one has not run', [does('complete'), does('stopped', { hasRun: false }, 'p2')], 'no no yes'],
    ['one stands, one has not run', [does('stopped'), does('stopped', { hasRun: false }, 'p2')], 'no yes no'],
    ['neither has run', [does('stopped', { hasRun: false }), does('off', { hasRun: false }, 'p2')], 'no no no'],
  ])('of two syringes %s', (_, channels, facts) => {
    expect(told(look(channels))).toBe(facts);
  });
});

describe('the dose against the plan', () => {
  const at = (ms: number) => ({ at: monotonicMs(ms), cadence: 'continuous' });
  const given = (ml: number): ChannelState['course'] => [{ from: monotonicMs(0), to: monotonicMs(600_000), ml }];

  test('is what was given and what flows, in percent, of the time when the pump told it', () => {
    expect(look([channel({ deliveredMl: 7, course: given(7) }, { rateMlPerHour: 63 })]).metrics).toEqual({
      dosePercent: { value: 20, ...at(600_000) },
      doseRatePercent: { value: 120, ...at(600_000) },
    });
  });

  test('of two syringes it is that of both, as new as the newer word', () => {
    const first = channel({ course: given(7) });
    const second = channel({ key: 'p2', course: given(14) }, { source: OTHER_PUMP, at: monotonicMs(500_000) });
    for (const channels of [
      [first, second],
      [second, first],
    ])
      expect(look(channels).metrics.dosePercent).toEqual({ value: 60, ...at(600_000) });
  });

  test('says why it is not known', () => {
    const none = { unknown: 'no channel is known to carry the planned drug' };
    expect(look([]).metrics).toEqual({ dosePercent: none, doseRatePercent: none });
    const { plan: _, ...unplanned } = session();
    expect(look([channel()], { session: unplanned }).metrics).toEqual({
      dosePercent: { unknown: 'there is no plan' },
      doseRatePercent: { unknown: 'there is no plan' },
    });
    expect(look([channel()], { devices: [] }).metrics.doseRatePercent).toEqual({ unknown: 'the pump is silent' });
  });
});

describe('alarms of the pumps', () => {
  const alarm = (more: Partial<InfusionAlarm> = {}): InfusionAlarm => ({
    ...{ kind: 'airInLine', stage: 'alarm', priority: 'high', code: 'A1' },
    ...more,
  });
  const alarming = (alarms: readonly InfusionAlarm[], state: InfusionState = 'alarm', key = 'p1') =>
    channel({ key }, { state, alarms });

  test('are items with key, words and priority, and stand', () => {
    expect(look([alarming([alarm()])]).alarms).toEqual([
      {
        key: 'p1:airInLine:alarm',
        label: 'air in line',
        metrics: {},
        facts: { 'item-alarming': 'yes' },
        priority: 'high',
      },
    ]);
    expect(look([alarming([])]).alarms).toEqual([]);
  });

  test.each<[string, string]>([
    ['occlusion.downstream', 'occlusion, pressure high'],
    ['occlusion.upstream', 'occlusion before the pump'],
    ['occlusion.unspecified', 'occlusion'],
    ['airInLine', 'air in line'],
    ['nearEnd', 'near the end of the infusion'],
    ['end.kvo', 'keep-vein-open running'],
    ['battery.low', 'battery low'],
    ['unknown', 'alarm (code A1)'],
    ['unspecified', 'alarm (code A1)'],
  ])('%s reads “%s”, and says so of a warning', (kind, words) => {
    const label = (stage: InfusionAlarm['stage']) =>
      look([alarming([alarm({ kind: kind as InfusionAlarm['kind'], stage })])]).alarms[0]?.label;
    expect(label('alarm')).toBe(words);
    expect(label('pre-alarm')).toBe(`${words} (pre-alarm)`);
  });

  test.each<[Partial<InfusionAlarm>, string]>([
    [{ priority: 'high' }, 'high'],
    [{ priority: 'medium' }, 'medium'],
    [{ priority: 'low' }, 'low'],
    [{ kind: 'occlusion.downstream', priority: 'low' }, 'medium'],
    [{ kind: 'occlusion.downstream', priority: 'medium' }, 'medium'],
    [{ kind: 'occlusion.downstream', priority: 'high' }, 'high'],
    [{ kind: 'nearEnd', priority: 'high' }, 'notice'],
    [{ kind: 'infusionComplete', priority: 'high' }, 'notice'],
    [{ kind: 'vtbi.done', priority: 'high' }, 'notice'],
    [{ kind: 'end.stopped', priority: 'high' }, 'notice'],
    [{ kind: 'end.kvo', priority: 'high' }, 'notice'],
  ])('%j is judged as %s', (more, priority) => {
    expect(look([alarming([alarm(more)])]).alarms[0]?.priority).toBe(priority);
  });

  test.each(['low medium high', 'high medium low', 'medium high low'])(
    'of several codes of one kind (%s) the most urgent counts, once',
    (order) => {
      const all = order
        .split(' ')
        .map((priority) => alarm({ priority: priority as InfusionAlarm['priority'], code: priority }));
      expect(look([alarming(all)]).alarms.map(({ priority }) => priority)).toEqual(['high']);
    },
  );

  test('of a warning and an alarm of one kind are two', () => {
    const both = [alarm(), alarm({ stage: 'pre-alarm', priority: 'low' })];
    expect(look([alarming(both)]).alarms.map(({ key }) => key)).toEqual([
      'p1:airInLine:alarm',
      'p1:airInLine:pre-alarm',
    ]);
  });

  test.each<[InfusionState, 'live' | 'silent', string]>([
    ['infusing', 'live', 'yes'],
    ['unknown', 'live', 'yes'],
    ['disconnected', 'live', 'unknown'],
    ['alarm', 'silent', 'unknown'],
  ])('of a pump that says %s and is %s: on is %s', (state, link, isOn) => {
    const devices = [device(PUMP, { state: link }), device(OTHER_PUMP)];
    expect(look([alarming([alarm()], state)], { devices }).alarms[0]?.facts).toEqual({ 'item-alarming': isOn });
  });

  test('with a second channel say of which drug they are, else in which place, else of which channel', () => {
    const labels = (second: ChannelState) => look([alarming([alarm()]), second]).alarms.map(({ label }) => label);
    const nameless = (place?: string): ChannelState => {
      const { drugName: _, ...said } = alarming([alarm()], 'alarm', 'p2').reading;
      return channel({ key: 'p2', reading: { ...said, ...(place !== undefined && { place }) } });
    };
    expect(labels(nameless('12'))).toEqual(['air in line, Ketamine', 'air in line, 12']);
    expect(labels(nameless())).toEqual(['air in line, Ketamine', 'air in line, p2']);
    const entry = { channel: 'p2', drugName: 'NaCl', ...{ from: monotonicMs(0), by: NURSE, at: monotonicMs(0) } };
    const named = look([alarming([alarm()]), nameless('12')], { session: session({ channels: [entry] }) });
    expect(named.alarms.map(({ label }) => label)).toEqual(['air in line, Ketamine', 'air in line, NaCl']);
  });

  test('of a pump that carries no planned drug are told as well', () => {
    const carrier = channel({ key: 'c' }, { drugName: 'NaCl', alarms: [alarm()] });
    expect(look([carrier]).alarms.map(({ key }) => key)).toEqual(['c:airInLine:alarm']);
  });

  describe('and the look before', () => {
    const first = look([alarming([alarm()])]);
    const after = (channels: readonly ChannelState[], more: Partial<BedState> = {}) =>
      look(channels, more, first).alarms;

    test('are the same list while they say the same', () => {
      expect(after([alarming([alarm({ code: 'A2' })], 'infusing')])).toBe(first.alarms);
      const none = look([alarming([])]);
      expect(look([alarming([])], {}, none).alarms).toBe(none.alarms);
    });

    test.each<[string, readonly ChannelState[], Partial<BedState>]>([
      ['none is left', [alarming([])], {}],
      ['there is one more', [alarming([alarm(), alarm({ kind: 'empty' })])], {}],
      ['it is another one', [alarming([alarm({ kind: 'empty' })])], {}],
      ['it is of another channel', [alarming([alarm()], 'alarm', 'p9')], {}],
      ['it is less urgent', [alarming([alarm({ priority: 'low' })])], {}],
      ['a second channel came', [alarming([alarm()]), channel({ key: 'p2' })], {}],
      ['its pump fell silent', [alarming([alarm()])], { devices: [] }],
    ])('are told anew when %s', (_, channels, more) => {
      expect(after(channels, more)).toEqual(look(channels, more).alarms);
      expect(after(channels, more)).not.toEqual(first.alarms);
    });
  });
});

describe('rules that stood when the run was resumed', () => {
  const resumed = (key: string, ...resumedDuring: string[]) => channel({ key, resumedDuring });

  test('are those of all channels with the planned drug', () => {
    expect(look([resumed('p1', 'S1', 'S7')]).resumedDuring).toEqual(['S1', 'S7']);
    expect(look([resumed('p1', 'S1'), resumed('p2', 'H1')]).resumedDuring).toEqual(['S1', 'H1']);
    expect(look([]).resumedDuring).toEqual([]);
    const carrier = channel({ key: 'c', resumedDuring: ['S1'] }, { drugName: 'NaCl' });
    expect(look([carrier]).resumedDuring).toEqual([]);
  });

  test('are the same list while they are the same rules', () => {
    const first = look([resumed('p1', 'S1', 'S7')]);
    expect(look([resumed('p1', 'S1', 'S7')], {}, first).resumedDuring).toBe(first.resumedDuring);
    for (const other of [['S1'], ['S1', 'H1'], ['S1', 'S7', 'H1'], []])
      expect(look([resumed('p1', ...other)], {}, first).resumedDuring).toEqual(other);
  });
});
