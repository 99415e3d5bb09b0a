/** Milligrams of a channel and of a therapy: by whose concentration, and when nobody knows. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, type ChannelEntry, type DeviceStanding, type InfusionReading } from '$lib/domain/index.ts';
import {
  concentrationOf,
  deliveredMg,
  doseCourse,
  flowingMgPerMin,
  therapyDose,
  type ChannelState,
  type Stretch,
} from '$lib/bedside/index.ts';
import { NURSE, PUMP } from '../support/bed.ts';
import { byKey, channel, nameless, session } from '../support/channel.ts';

const TWO = { value: 2, unit: 'mg/mL' };
const MOLES = { value: 2, unit: 'mmol/mL' };

const entry = (more: Partial<ChannelEntry>, fromS = 0): ChannelEntry => ({
  channel: 'p1',
  from: monotonicMs(fromS * 1000),
  by: NURSE,
  at: monotonicMs(0),
  ...more,
});
const stretch = (fromS: number, toS: number, ml: number, more: Partial<Stretch> = {}): Stretch => ({
  from: monotonicMs(fromS * 1000),
  to: monotonicMs(toS * 1000),
  ml,
  ...more,
});
/** A bed with one channel that is looked at. */
const withOne = (one: ChannelState, more: Parameters<typeof session>[0] = {}) => ({
  bed: { channels: byKey(one), session: session(more) },
  one,
});
const { plan: PLAN, ...UNPLANNED } = session();

describe('the concentration', () => {
  const of = (one: ChannelState, ...entries: readonly ChannelEntry[]) => {
    const { bed } = withOne(one, entries.length > 0 ? { channels: entries } : {});
    return concentrationOf(bed, one);
  };

  test('is a person’s word against the pump, the pump’s, a person’s beside it, the plan’s', () => {
    const sent = channel({ sent: TWO });
    expect(of(sent)).toEqual({ value: 2, from: 'pump' });
    expect(of(sent, entry({ concentrationMgPerMl: 5 }))).toEqual({ value: 2, from: 'pump' });
    expect(of(sent, entry({ concentrationMgPerMl: 5, overrides: ['drug'] }))).toEqual({ value: 2, from: 'pump' });
    expect(of(sent, entry({ concentrationMgPerMl: 5, overrides: ['concentration'] }))).toEqual({
      value: 5,
      from: 'entry',
    });
    expect(of(channel(), entry({ concentrationMgPerMl: 5 }))).toEqual({ value: 5, from: 'entry' });
    expect(of(channel({ sent: MOLES }), entry({ concentrationMgPerMl: 5 }))).toEqual({ value: 5, from: 'entry' });
    expect(of(channel())).toEqual({ value: 1, from: 'plan' });
  });

  test('is the last word that holds by now, for this channel', () => {
    const five = entry({ concentrationMgPerMl: 5 });
    expect(of(channel(), five, entry({ concentrationMgPerMl: 7 }, 600))).toEqual({ value: 7, from: 'entry' });
    expect(of(channel(), five, entry({ concentrationMgPerMl: 7 }, 601))).toEqual({ value: 5, from: 'entry' });
    expect(of(channel(), five, entry({ channel: 'p2', concentrationMgPerMl: 7 }))).toEqual({ value: 5, from: 'entry' });
  });

  test('is unknown in words: a unit that is no mass, or nobody’s word', () => {
    expect(of(channel({ sent: MOLES }))).toEqual({
      unknown:
        'the pump tells the concentration in a way that is no mg/mL: the unit mmol/mL counts molecules, not milligrams',
    });
    const one = channel();
    expect(concentrationOf({ channels: byKey(one), session: UNPLANNED }, one)).toEqual({
      unknown: 'the concentration in the syringe is not known',
    });
  });

  test('of the plan is for the planned drug only, and for the therapy', () => {
    const unknown = { unknown: 'the concentration in the syringe is not known' };
    expect(of(channel({}, { drugName: 'Propofol' }))).toEqual(unknown);
    expect(of(channel({}, { drugName: 'NaCl' }))).toEqual(unknown);
  });
});

describe('what was given', () => {
  const mg = (one: ChannelState, more: Parameters<typeof session>[0] = {}) => deliveredMg(withOne(one, more).bed, one);

  test('is each stretch with the concentration that held in it; the least certain word is named', () => {
    const sent = { sent: TWO };
    expect(mg(channel({ ...sent, course: [stretch(0, 60, 1, sent), stretch(60, 120, 2, sent)] }))).toEqual({
      mg: 6,
      from: 'pump',
    });
    expect(mg(channel({ ...sent, course: [stretch(0, 60, 1), stretch(60, 120, 2, sent)] }))).toEqual({
      mg: 5,
      from: 'plan',
    });
    const said = { channels: [entry({ concentrationMgPerMl: 5 })] };
    expect(mg(channel({ course: [stretch(0, 60, 1), stretch(60, 120, 2, sent)] }), said)).toEqual({
      mg: 9,
      from: 'entry',
    });
  });

  test('is cut where a person said that another syringe was put in', () => {
    const words = {
      channels: [
        entry({ concentrationMgPerMl: 2 }),
        entry({ concentrationMgPerMl: 10 }, 30),
        entry({ channel: 'p9', concentrationMgPerMl: 99 }, 45),
      ],
    };
    const one = channel({ course: [stretch(0, 60, 6, { mlPerHour: 360 })] });
    expect(doseCourse(withOne(one, words).bed, one)).toEqual([
      { ...stretch(0, 30, 3, { mlPerHour: 360 }), concentration: { value: 2, from: 'entry' } },
      { ...stretch(30, 60, 3, { mlPerHour: 360 }), concentration: { value: 10, from: 'entry' } },
    ]);
    expect(mg(one, words)).toEqual({ mg: 36, from: 'entry' });
  });

  test('of nothing is nought, by the word that would count', () => {
    expect(mg(channel({ course: [] }))).toEqual({ mg: 0, from: 'plan' });
    expect(mg(channel({ course: [], sent: TWO }))).toEqual({ mg: 0, from: 'pump' });
    expect(mg(channel({ course: [stretch(0, 60, 0, { sent: MOLES })] }))).toEqual({ mg: 0, from: 'plan' });
    expect(mg(channel({ course: [], sent: MOLES }))).toHaveProperty('unknown');
  });

  test('is the pump’s own count of the dose where a concentration is missing, and unknown without', () => {
    const course = [stretch(0, 60, 1, { sent: MOLES })];
    expect(mg(channel({ course, ownDose: { counterMg: 9, mg: 4 } }))).toEqual({ mg: 4, from: 'pump' });
    expect(mg(channel({ course }))).toEqual({ unknown: expect.stringContaining('mmol/mL') as string });
    expect(mg(channel({ ownDose: { counterMg: 9, mg: 4 } }))).toEqual({ mg: 10, from: 'plan' });
  });
});

test('at a bed without a patient is told by the pump’s own word only', () => {
  const sent = channel({ sent: TWO, course: [stretch(0, 60, 1, { sent: TWO })] }, { rateMlPerHour: 120 });
  const bed = { channels: byKey(sent) };
  expect(concentrationOf(bed, sent)).toEqual({ value: 2, from: 'pump' });
  expect(deliveredMg(bed, sent)).toEqual({ mg: 2, from: 'pump' });
  expect(flowingMgPerMin(bed, sent)).toEqual({ value: 4 });
  const mute = channel();
  expect(concentrationOf({ channels: byKey(mute) }, mute)).toHaveProperty('unknown');
  const perKg = channel({ sent: MOLES }, { doseRate: { value: 6, unit: 'mg/kg/h' } });
  expect(flowingMgPerMin({ channels: byKey(perKg) }, perKg)).toEqual({ unknown: 'mg/kg/h needs a body weight' });
  expect(therapyDose({ channels: byKey(sent), devices: [] }).percentOfPlan).toEqual({ unknown: 'there is no plan' });
});

test('of a channel that the bed does not know no word of the plan holds', () => {
  expect(concentrationOf({ channels: {}, session: session() }, channel())).toHaveProperty('unknown');
});

describe('what flows', () => {
  const flowing = (says: Partial<InfusionReading>, more: Partial<ChannelState> = {}) => {
    const { bed, one } = withOne(channel(more, says));
    return flowingMgPerMin(bed, one);
  };
  const silent: InfusionReading['doseRate'] = { value: 60, unit: 'mg/h' };
  const noRate = (): ChannelState => {
    const { rateMlPerHour: _, ...reading } = channel().reading;
    return channel({ reading });
  };

  test('is rate times concentration', () => {
    expect(flowing({ rateMlPerHour: 120 })).toEqual({ value: 2 });
    expect(flowing({ rateMlPerHour: 120 }, { sent: TWO })).toEqual({ value: 4 });
  });

  test('is nothing while it stands, whatever is in the syringe', () => {
    expect(flowing({ state: 'paused' }, { sent: MOLES })).toEqual({ value: 0 });
  });

  test('is the pump’s own dose rate where there is no concentration, in the plan’s weight where it tells none', () => {
    expect(flowing({ doseRate: silent }, { sent: MOLES })).toEqual({ value: 1 });
    expect(flowing({ doseRate: { value: 6, unit: 'mg/kg/h' } }, { sent: MOLES })).toEqual({ value: 7 });
  });

  test('is unknown, in words', () => {
    expect(flowing({ state: 'unknown' })).toEqual({ unknown: 'the pump does not say what flows' });
    const one = noRate();
    expect(flowingMgPerMin(withOne(one).bed, one)).toEqual({ unknown: 'the pump does not say what flows' });
    expect(flowing({ doseRate: { value: 1, unit: 'U/h' } }, { sent: MOLES })).toEqual({
      unknown: 'the unit U/h counts units of effect, which weigh differently in every drug',
    });
    expect(flowing({}, { sent: MOLES })).toEqual({ unknown: expect.stringContaining('mmol/mL') as string });
    const unplanned = channel({ sent: MOLES }, { doseRate: { value: 6, unit: 'mg/kg/h' } });
    expect(flowingMgPerMin({ channels: byKey(unplanned), session: UNPLANNED }, unplanned)).toEqual({
      unknown: 'mg/kg/h needs a body weight',
    });
  });
});

describe('the therapy against the plan', () => {
  const LIVE = { device: PUMP, state: 'live', role: 'pump' } as DeviceStanding;
  const dose = (
    channels: readonly ChannelState[],
    more: { devices?: readonly DeviceStanding[]; isPlanned?: boolean } = {},
  ) =>
    therapyDose({
      channels: byKey(...channels),
      devices: more.devices ?? [LIVE],
      session: more.isPlanned === false ? UNPLANNED : { ...UNPLANNED, ...(PLAN && { plan: PLAN }) },
    });

  test('adds its channels up: 35 mg in 40 min are planned', () => {
    const both = dose([
      channel(),
      channel({ key: 'p2', sent: TWO, course: [stretch(0, 60, 2, { sent: TWO })] }, { rateMlPerHour: 15 }),
    ]);
    expect(both).toMatchObject({ mg: { value: 14 }, mgPerMin: { value: 1.5 } });
    expect(both.percentOfPlan).toEqual({ value: 40 });
    expect(both.ratePercentOfPlan).toEqual({ value: expect.closeTo(171.43, 2) as number });
    expect(both.channels.map(({ key }) => key)).toEqual(['p1', 'p2']);
  });

  test('of no channel is unknown, and so is one of another drug', () => {
    const none = { unknown: 'no channel is known to carry the planned drug' };
    expect(dose([])).toMatchObject({ mg: none, mgPerMin: none, percentOfPlan: none });
    const other = { unknown: 'the pump says Propofol, the plan Ketamine' };
    expect(dose([channel({}, { drugName: 'Propofol' })])).toMatchObject({ mg: other, mgPerMin: other });
  });

  test('is unknown where one channel’s is', () => {
    const moles = channel({ key: 'p2', sent: MOLES, course: [stretch(0, 60, 2, { sent: MOLES })] });
    expect(dose([channel(), moles])).toMatchObject({ mg: { unknown: expect.stringContaining('mmol') as string } });
  });

  test('has no share of a plan that is not there', () => {
    const unplanned = dose([channel({ sent: TWO, course: [stretch(0, 60, 2, { sent: TWO })] })], { isPlanned: false });
    expect(unplanned).toMatchObject({ mg: { value: 4 }, mgPerMin: { value: 2 } });
    expect(unplanned.percentOfPlan).toEqual({ unknown: 'there is no plan' });
    expect(unplanned.ratePercentOfPlan).toEqual({ unknown: 'there is no plan' });
  });

  test('a channel that has not run has given nothing, whatever is in it', () => {
    const idle = { hasRun: false, deliveredMl: 0, course: [] } as const;
    expect(dose([channel({ ...idle, sent: MOLES }, { state: 'stopped' })]).mg).toEqual({ value: 0 });
    expect(dose([channel({ ...idle, deliveredMl: 1, sent: MOLES }, { state: 'stopped' })]).mg).toHaveProperty(
      'unknown',
    );
    expect(dose([channel({ ...idle, hasRun: true, sent: MOLES }, { state: 'stopped' })]).mg).toHaveProperty('unknown');
    expect(dose([nameless('p1')]).mg).toEqual({ value: 0 });
  });

  test.each<[string, readonly DeviceStanding[]]>([
    ['a pump that is silent', [{ ...LIVE, state: 'silent' }]],
    ['a pump that is gone', []],
    ['a pump beside one that speaks', [{ ...LIVE, device: 'monitor' } as DeviceStanding]],
  ])('%s gives what nobody knows; what it gave is known', (_, devices) => {
    expect(dose([channel()], { devices })).toMatchObject({
      mg: { value: 10 },
      mgPerMin: { unknown: 'the pump is silent' },
    });
  });
});
