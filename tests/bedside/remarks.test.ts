/** What does not fit together at a pump, in the sentences that are shown. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, type ChannelEntry, type InfusionReading } from '$lib/domain/index.ts';
import { remarksOn, remarksOnTherapy, type ChannelState } from '$lib/bedside/index.ts';
import { NURSE } from '../support/bed.ts';
import { byKey, channel, nameless, session } from '../support/channel.ts';

const TWO = { value: 2, unit: 'mg/mL' };
const MOLES = { value: 2, unit: 'mmol/mL' };
const { plan: _, ...UNPLANNED } = session();

const entry = (more: Partial<ChannelEntry>): ChannelEntry => ({
  channel: 'p1',
  from: monotonicMs(0),
  by: NURSE,
  at: monotonicMs(0),
  ...more,
});
/** A pump as planned: 52.5 mL/h of 1 mg/mL. */
const planned = (more: Partial<ChannelState> = {}, says: Partial<InfusionReading> = {}) =>
  channel(more, { rateMlPerHour: 52.5, ...says });
const on = (one: ChannelState, of: Parameters<typeof session>[0] = {}, ...others: readonly ChannelState[]) =>
  remarksOn({ channels: byKey(one, ...others), session: session(of) }, one);
const texts = (...args: Parameters<typeof on>) => on(...args).map(({ about, text }) => `${about}: ${text}`);

test('on a pump as planned there is nothing to say', () => {
  expect(on(planned())).toEqual([]);
});

test('at a bed without a patient only the pump’s own contradictions are said', () => {
  const one = planned({}, { volumeRemainingMl: 17.5, timeRemainingS: 2400, patientWeightKg: 80 });
  const bed = { channels: byKey(one) };
  expect(remarksOn(bed, one).map(({ about }) => about)).toEqual(['concentration', 'end']);
  expect(remarksOnTherapy(bed)).toEqual([]);
});

describe('the drug', () => {
  test('that a person named against the pump’s word is said with both', () => {
    expect(texts(planned(), { channels: [entry({ drugName: 'Ketamin', overrides: ['drug'] })] })).toEqual([
      'drug: Entered as Ketamin, the pump says Ketamine',
    ]);
    expect(texts(nameless('p1'), { channels: [entry({ drugName: 'Ketamine' })] })).toEqual([]);
  });

  test('that is not the planned one is watched and not reckoned', () => {
    expect(texts(planned({}, { drugName: 'Propofol' }))).toEqual([
      'drug: The pump says Propofol, the plan Ketamine: its dose is not reckoned until somebody says what it carries',
      'concentration: The concentration in the syringe is not known',
    ]);
    expect(texts(planned({}, { drugName: 'NaCl' }))).toEqual([]);
  });

  test('without a plan is whatever the pump says', () => {
    const one = planned({ sent: TWO }, { drugName: 'Propofol' });
    expect(remarksOn({ channels: byKey(one), session: UNPLANNED }, one)).toEqual([]);
  });
});

describe('the concentration', () => {
  test('in a unit that is no mass is named, before everything else about it', () => {
    expect(texts(planned({ sent: MOLES }), { channels: [entry({ concentrationMgPerMl: 5 })] })[0]).toBe(
      'concentration: The pump’s concentration gives no mg/mL: the unit mmol/mL counts molecules, not milligrams',
    );
  });

  test('that was entered is said with the pump’s where they differ by more than a thousandth', () => {
    const entered = (concentrationMgPerMl: number) =>
      texts(channel({ sent: TWO }, { rateMlPerHour: 26.25 }), { channels: [entry({ concentrationMgPerMl })] });
    expect(entered(5)).toContain('concentration: Entered 5 mg/mL, the pump says 2 mg/mL');
    expect(entered(2.001)).toEqual([]);
    expect(entered(2.003)).toEqual(['concentration: Entered 2.003 mg/mL, the pump says 2 mg/mL']);
    expect(entered(1.9)).toEqual(['concentration: Entered 1.9 mg/mL, the pump says 2 mg/mL']);
  });

  test('that nobody knows is said of the therapy only', () => {
    const unknown = 'concentration: The concentration in the syringe is not known';
    const one = planned();
    const of = (it: ChannelState, ...others: readonly ChannelState[]) =>
      remarksOn({ channels: byKey(it, ...others), session: UNPLANNED }, it).map(
        ({ about, text }) => `${about}: ${text}`,
      );
    expect(of(one)).toEqual([unknown]);
    expect(of(planned({}, { drugName: 'NaCl' }))).toEqual([]);
    expect(of(planned({ sent: TWO }))).toEqual([]);
  });
});

describe('against the plan', () => {
  test('concentration, weight, dose rate and rate are each said with both numbers', () => {
    const says = {
      patientWeightKg: 80,
      doseRate: { value: 15, unit: 'ug/kg/min' },
      concentration: TWO,
      rateMlPerHour: 40,
    };
    expect(texts(channel({ sent: TWO }, says))).toEqual([
      'concentration: Concentration of Ketamine: the pump 2 mg/mL, the plan 1 mg/mL',
      'weight: Weight: the pump 80 kg, the plan 70 kg',
      'dose-rate: Dose rate: the pump 15 ug/kg/min, the plan 12.5 ug/kg/min',
      'rate: Rate: the pump 40 mL/h, the plan 26.25 mL/h for its dose',
    ]);
  });

  test('two syringes share the rate, so neither is compared; the rest is', () => {
    const says = { patientWeightKg: 80, doseRate: { value: 15, unit: 'ug/kg/min' }, rateMlPerHour: 20 };
    expect(texts(channel({}, says), {}, channel({ key: 'p2' }))).toEqual([
      'weight: Weight: the pump 80 kg, the plan 70 kg',
    ]);
    expect(texts(channel({}, says), {}, channel({ key: 'c' }, { drugName: 'NaCl' }))).toHaveLength(3);
  });

  test('what is no therapy is not compared', () => {
    expect(texts(channel({}, { drugName: 'NaCl', rateMlPerHour: 500, patientWeightKg: 80 }))).toEqual([]);
    expect(
      texts(channel({ sent: TWO }, { drugName: 'Propofol', rateMlPerHour: 500, patientWeightKg: 80 })),
    ).toHaveLength(1);
  });
});

describe('the volume', () => {
  test('that is doubtful is said with both reckonings', () => {
    const sums = { at: monotonicMs(0), countedMl: 0, byRateMl: 0, bolusMl: 0 };
    const audit = { now: sums, past: [], suspect: { countedMl: 4.4, byRateMl: 5 } };
    expect(texts(planned({ audit }))).toEqual(['volume: Volume doubtful: counted 4.4 mL in 5 min, by its rate 5 mL']);
    expect(texts(planned({ audit: { now: sums, past: [] } }))).toEqual([]);
  });

  test('of a counter that fell too far is said', () => {
    expect(texts(planned({ fall: { at: monotonicMs(0), fromMl: 90, toMl: 50.25 } }))).toEqual([
      'volume: The volume counter went from 90 to 50.25 mL, more than can have flowed: what flowed then is not counted',
    ]);
  });

  test.each([
    [0, ''],
    [29_000, ''],
    [31_000, '; 1 min without word from the pump are not in it'],
    [300_000, '; 5 min without word from the pump are not in it'],
  ])('that is reckoned is said, and after %d ms of silence what is missing', (unseenMs, missing) => {
    expect(texts(planned({ integration: { unseenMs, untoldBolusMl: 0 } }))).toEqual([
      `volume: The pump counts no volume: reckoned from its rate${missing}`,
    ]);
  });
});

describe('the dose given', () => {
  const course = (ml: number): Partial<ChannelState> => ({
    course: [{ from: monotonicMs(0), to: monotonicMs(600_000), ml }],
  });
  test.each([
    [4, 4.5, false],
    [4, 4.6, true],
    [4, 3.4, true],
    [100, 105, false],
    [100, 106, true],
    [100, 94, true],
  ])('reckoned %d mg, counted by the pump %d mg: said %s', (reckoned, counted, isSaid) => {
    const remarks = texts(planned({ ...course(reckoned), ownDose: { counterMg: 0, mg: counted } }));
    expect(remarks).toEqual(
      isSaid ? [`dose-given: Dose given: the pump counts ${counted} mg, its volume comes to ${reckoned} mg`] : [],
    );
  });
});

test('an end that contradicts itself is said in minutes', () => {
  expect(texts(planned({}, { volumeRemainingMl: 17.5, timeRemainingS: 2430 }))).toEqual([
    'end: End: the pump says in 41 min, its volume and rate come to 20 min',
  ]);
});

describe('on all pumps together', () => {
  const together = (channels: readonly ChannelState[], of = session()) =>
    remarksOnTherapy({ channels: byKey(...channels), session: of });

  test('two with the drug are added up', () => {
    expect(together([channel(), channel({ key: 'p2' })])).toEqual([
      { about: 'same-drug', text: '2 channels carry Ketamine; their doses are added up' },
    ]);
  });

  test('two that a person named without a plan are added up, too', () => {
    const channels = [entry({ role: 'therapy' }), entry({ channel: 'p2', role: 'therapy' })];
    expect(together([nameless('p1'), nameless('p2')], { ...UNPLANNED, channels })).toEqual([
      { about: 'same-drug', text: '2 channels carry the drug; their doses are added up' },
    ]);
  });

  test('none with the drug is said once there is a plan and a pump', () => {
    const untold = [nameless('a'), nameless('b')];
    expect(together(untold)).toEqual([
      { about: 'unassigned', text: 'No channel is known to carry Ketamine: say which one does' },
    ]);
    expect(together(untold, UNPLANNED)).toEqual([]);
    expect(together([])).toEqual([]);
    expect(together([channel()])).toEqual([]);
  });
});
