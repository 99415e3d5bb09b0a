/** Which channel carries the drug, by whose word, and what that comes to in milligrams. */
import { describe, expect, test } from 'vitest';
import { deviceId, monotonicMs, type Command, type InfusionReading, type Refusal } from '$lib/domain/index.ts';
import {
  concentrationOf,
  deliveredMg,
  remarksOn,
  remarksOnTherapy,
  rolesOf,
  therapyChannel,
  therapyDose,
} from '$lib/bedside/index.ts';
import { NURSE, PLAN, TestBed } from '../support/bed.ts';
import { CountingPump } from '../support/counting-pump.ts';

type SetChannel = Extract<Command, { type: 'set-channel' }>;
const say = (parts: Partial<SetChannel>): SetChannel => ({
  type: 'set-channel',
  channel: 'p1',
  since: 'admission',
  ...parts,
});

const planned = (): TestBed => new TestBed().admitted().command(1, { type: 'set-plan', plan: PLAN });
const refusals = (bed: TestBed): readonly Refusal[] =>
  bed.outputs.flatMap(({ body }) => (body.kind === 'refused' ? [body.refusal] : []));
const channelOf = (bed: TestBed, key = 'p1') => {
  const channel = bed.state.channels[key];
  if (!channel) throw new Error(`no channel ${key}`);
  return channel;
};
const remarks = (bed: TestBed, key = 'p1'): readonly string[] =>
  remarksOn(bed.state, channelOf(bed, key)).map(({ text }) => text);
const given = (bed: TestBed, key = 'p1') => deliveredMg(bed.state, channelOf(bed, key));

/** A pump without a name for its drug. */
const nameless = (bed: TestBed, atS: number, channel: string, state: InfusionReading['state'] = 'stopped'): TestBed =>
  bed.input(atS, {
    kind: 'observed',
    observation: {
      kind: 'infusion',
      source: deviceId('pump'),
      at: monotonicMs(atS * 1000),
      channel,
      state,
      alarms: [],
      rateMlPerHour: 60,
    },
  });

describe('roles', () => {
  const role = (bed: TestBed, key = 'p1') => {
    const found = rolesOf(bed.state).get(key);
    return found && `${found.role} ${found.from} ${found.isPlannedDrug}`;
  };

  test.each([
    ['Ketamine', 'therapy drug-name true'],
    ['KETAMIN 2 mg/ml', 'therapy drug-name true'],
    ['Ketanest', 'therapy only-one false'],
    ['NaCl 0,9%', 'carrier drug-name false'],
  ])('one pump with %s: %s', (drugName, expected) => {
    expect(role(planned().pump(10, 'stopped', { drugName }))).toBe(expected);
  });

  test('one pump without a name is the therapy, two are nobody knows which', () => {
    const bed = nameless(planned(), 10, 'a');
    expect(role(bed, 'a')).toBe('therapy only-one true');
    nameless(bed, 11, 'b');
    expect([role(bed, 'a'), role(bed, 'b')]).toEqual(['other none false', 'other none false']);
    expect(therapyChannel(bed.state)).toBeUndefined();
    expect(remarksOnTherapy(bed.state)).toEqual([
      { about: 'unassigned', text: 'No channel is known to carry Ketamine: say which one does' },
    ]);
    bed.command(12, say({ channel: 'b', role: 'therapy' }));
    expect(therapyChannel(bed.state)?.key).toBe('b');
    expect(remarksOnTherapy(bed.state)).toEqual([]);
  });

  test('beside a carrier the other one is the therapy', () => {
    const bed = nameless(planned().pump(10, 'stopped', { channel: 'c', drugName: 'NaCl 0,9%' }), 11, 'a');
    expect([role(bed, 'a'), role(bed, 'c')]).toEqual(['therapy only-one true', 'carrier drug-name false']);
  });

  test('a person’s word goes before all of it', () => {
    const bed = nameless(planned().pump(10, 'stopped'), 11, 'b');
    bed.command(12, say({ role: 'carrier', reason: 'library entry was wrong' }));
    bed.command(13, say({ channel: 'b', role: 'therapy', drugName: 'Ketamine' }));
    expect([role(bed, 'p1'), role(bed, 'b')]).toEqual(['carrier entry false', 'therapy entry true']);
    bed.command(14, { type: 'reset-channel', channel: 'p1' });
    bed.command(15, { type: 'reset-channel', channel: 'b' });
    expect([role(bed, 'p1'), role(bed, 'b')]).toEqual(['therapy drug-name true', 'other none false']);
    expect(bed.state.session?.channels).toBeUndefined();
  });

  test('a drug with another name is watched, and its milligrams are nobody’s until somebody says that it is the one', () => {
    const bed = planned();
    new CountingPump(bed, 10, { says: { drugName: 'Ketanest', concentration: { value: 1, unit: 'mg/mL' } } }).runs(
      130,
      60,
    );
    expect(bed.state.session?.phase).toBe('infusion');
    expect(therapyDose(bed.state).mg).toEqual({ unknown: 'the pump says Ketanest, the plan Ketamine' });
    expect(remarks(bed)).toContain(
      'The pump says Ketanest, the plan Ketamine: its dose is not reckoned until somebody says what it carries',
    );
    bed.command(140, say({ role: 'therapy', reason: 'brand of ketamine here' }));
    expect(therapyDose(bed.state).mg).toEqual({ value: expect.closeTo(2, 1) as number });
  });
});

describe('what a person says', () => {
  test('is kept with name, time and reason', () => {
    const bed = planned()
      .pump(10, 'stopped')
      .command(20, say({ role: 'other', reason: '  for the pain team ' }));
    expect(bed.state.session?.channels).toEqual([
      {
        channel: 'p1',
        role: 'other',
        overrides: ['role'],
        reason: 'for the pain team',
        from: 0,
        by: NURSE,
        at: 20_000,
      },
    ]);
    expect(bed.outputs.at(-1)?.body).toMatchObject({ kind: 'session', cause: 'channel' });
  });

  test.each<[string, Partial<SetChannel>, string, string]>([
    ['another drug than the pump’s', { drugName: 'Esketamine' }, 'incomplete', 'The pump says Ketamine.'],
    ['another concentration than the pump’s', { concentrationMgPerMl: 2 }, 'incomplete', 'The pump says 1 mg/mL.'],
    ['the planned drug as a carrier', { role: 'carrier' }, 'incomplete', 'This channel carries the planned Ketamine.'],
    [
      'another drug as the therapy',
      { role: 'therapy', drugName: 'Propofol' },
      'incomplete',
      'The plan says Ketamine, this channel Propofol.',
    ],
    ['nothing', {}, 'incomplete', 'Say what the channel carries'],
    ['an empty name', { drugName: '  ' }, 'incomplete', 'The drug needs a name'],
    ['no channel of this bed', { channel: 'p9', role: 'therapy' }, 'unknown-channel', 'There is no pump channel p9'],
    ['a concentration of 0', { concentrationMgPerMl: 0 }, 'out-of-range', 'must be between 0.01 and 100'],
    ['a concentration of 1000', { concentrationMgPerMl: 1000 }, 'out-of-range', 'must be between 0.01 and 100'],
    [
      'a concentration that is no number',
      { concentrationMgPerMl: Number.NaN },
      'out-of-range',
      'must be between 0.01 and 100',
    ],
    ['a part that nobody knows', { role: 'drug' as never }, 'out-of-range', 'A channel carries the therapy'],
  ])('%s is refused in words', (_, parts, why, message) => {
    const bed = planned().pump(10, 'stopped', { concentration: { value: 1, unit: 'mg/mL' } });
    const before = bed.state.session;
    bed.command(20, say(parts));
    expect(refusals(bed)).toEqual([{ why, message: expect.stringContaining(message) as string }]);
    expect(bed.state.session).toEqual(before);
  });

  test('a second channel for the drug is asked for a reason', () => {
    const bed = nameless(planned().pump(10, 'stopped', { place: 'slot 1' }), 11, 'b');
    bed.command(20, say({ channel: 'b', role: 'therapy' }));
    expect(refusals(bed)[0]?.message).toBe(
      'Channel slot 1 carries the planned drug already. Give a reason to say otherwise.',
    );
    bed.command(21, say({ channel: 'b', role: 'therapy', reason: 'second syringe' }));
    expect(remarksOnTherapy(bed.state).map(({ about }) => about)).toEqual(['same-drug']);
  });

  test('the same as the pump says needs no reason and keeps none', () => {
    const bed = planned().pump(10, 'stopped', { concentration: { value: 1000, unit: 'ug/mL' } });
    bed.command(20, say({ drugName: 'Ketamin', concentrationMgPerMl: 1, reason: 'checked' }));
    expect(refusals(bed)).toEqual([]);
    expect(bed.state.session?.channels?.[0]).not.toHaveProperty('reason');
  });

  test('it ends with the session, and the next patient begins without it', () => {
    const bed = planned()
      .pump(10, 'stopped')
      .command(20, say({ role: 'other', reason: 'x' }));
    bed.command(30, { type: 'end-session' }).admitted(40);
    expect(bed.state.session?.channels).toBeUndefined();
  });
});

describe('concentration and milligrams', () => {
  const ran = (says: Partial<InfusionReading> = {}): { bed: TestBed; pump: CountingPump } => {
    const bed = planned();
    return { bed, pump: new CountingPump(bed, 10, { says }).runs(610, 60) };
  };

  test.each<[string, Partial<InfusionReading>, Partial<SetChannel> | undefined, number, 'pump' | 'entry' | 'plan']>([
    ['the plan’s where nobody says more', {}, undefined, 10, 'plan'],
    ['the pump’s before the plan’s', { concentration: { value: 2, unit: 'mg/mL' } }, undefined, 20, 'pump'],
    ['in whatever unit', { concentration: { value: 2000, unit: 'ug/mL' } }, undefined, 20, 'pump'],
    ['a person’s before the plan’s', {}, { concentrationMgPerMl: 5 }, 50, 'entry'],
    [
      'a person’s before the pump’s, with a reason',
      { concentration: { value: 2, unit: 'mg/mL' } },
      { concentrationMgPerMl: 5, reason: 'label on the syringe' },
      50,
      'entry',
    ],
    [
      'a person’s where the pump’s is no mass',
      { concentration: { value: 2, unit: 'mmol/mL' } },
      { concentrationMgPerMl: 5 },
      50,
      'entry',
    ],
  ])('%s', (_, says, entry, mg, from) => {
    const { bed } = ran(says);
    if (entry) bed.command(620, say(entry));
    expect(refusals(bed)).toEqual([]);
    expect(given(bed)).toEqual({ mg: expect.closeTo(mg, 6) as number, from });
  });

  test('a unit that is no mass is refused by name; the plan is not put in its place', () => {
    const { bed } = ran({ concentration: { value: 2, unit: 'mmol/mL' } });
    expect(given(bed)).toEqual({
      unknown:
        'the pump tells the concentration in a way that is no mg/mL: the unit mmol/mL counts molecules, not milligrams',
    });
    expect(remarks(bed)).toContain(
      'The pump’s concentration gives no mg/mL: the unit mmol/mL counts molecules, not milligrams',
    );
    expect(bed.state.unjudged).toContainEqual({ rule: 'P4-dose', why: expect.stringContaining('mmol/mL') as string });
  });

  test('an entry without a reason does not stand against a pump that begins to say otherwise', () => {
    const { bed, pump } = ran();
    bed.command(611, say({ concentrationMgPerMl: 1 }));
    pump.atS = 612;
    pump.tell('infusing', 60, { concentration: { value: 4, unit: 'mg/mL' } });
    expect(concentrationOf(bed.state, channelOf(bed))).toEqual({ value: 4, from: 'pump' });
    expect(remarks(bed)).toContain('Entered 1 mg/mL, the pump says 4 mg/mL');
  });

  test('another syringe counts from now on, a correction from the beginning', () => {
    const { bed, pump } = ran();
    bed.command(611, say({ concentrationMgPerMl: 2, since: 'now' }));
    pump.runs(1211, 60);
    expect(given(bed)).toEqual({ mg: expect.closeTo(10 + 20, 1) as number, from: 'plan' });
    bed.command(1212, say({ concentrationMgPerMl: 4 }));
    expect(given(bed)).toEqual({ mg: expect.closeTo(80, 0) as number, from: 'entry' });
  });

  test('a pump that says another concentration in the middle has changed its syringe', () => {
    const bed = planned();
    const pump = new CountingPump(bed, 10, { says: { concentration: { value: 1, unit: 'mg/mL' } } }).runs(610, 60);
    pump.tell('stopped', 0, { concentration: { value: 1, unit: 'mg/mL' } });
    pump.atS = 650;
    pump.tell('stopped', 0, { concentration: { value: 2, unit: 'mg/mL' } });
    pump.gives(3);
    pump.atS = 830;
    pump.tell('infusing', 60, { concentration: { value: 2, unit: 'mg/mL' } });
    expect(given(bed)).toEqual({ mg: expect.closeTo(10 + 6, 6) as number, from: 'pump' });
  });

  test('without any concentration the pump’s own count of the dose stands in', () => {
    const bed = new TestBed().admitted();
    const pump = new CountingPump(bed, 10, {});
    pump.tell('infusing', 60, { doseGiven: { value: 3, unit: 'mg' } });
    pump.gives(1);
    pump.atS = 70;
    pump.tell('infusing', 60, { doseGiven: { value: 5500, unit: 'ug' } });
    expect(given(bed)).toEqual({ mg: 2.5, from: 'pump' });
    bed.command(80, { type: 'set-plan', plan: PLAN });
    expect(given(bed)).toEqual({ mg: 1, from: 'plan' });
    expect(remarks(bed)).toContain('Dose given: the pump counts 2.5 mg, its volume comes to 1 mg');
  });

  test('without a concentration the dose rate is the pump’s own, in the weight that it was given', () => {
    const bed = planned();
    const says = {
      concentration: { value: 1, unit: '[iU]/mL' },
      doseRate: { value: 0.75, unit: 'mg/kg/h' },
      patientWeightKg: 80,
    };
    new CountingPump(bed, 10, { says }).runs(20, 60);
    expect(therapyDose(bed.state).mgPerMin).toEqual({ value: expect.closeTo(1, 9) as number });
    expect(remarks(bed)).toContain('Weight: the pump 80 kg, the plan 70 kg');
  });
});

describe('several channels', () => {
  const second = (parts: Partial<InfusionReading>): Partial<InfusionReading> => ({ channel: 'p2', ...parts });

  test('two with the drug are added up against the plan, and that is said', () => {
    const bed = planned();
    const a = new CountingPump(bed, 10).runs(610, 60);
    const b = new CountingPump(bed, 611, { says: second({ concentration: { value: 2, unit: 'mg/mL' } }) }).runs(
      911,
      60,
    );
    expect(therapyDose(bed.state).mg).toEqual({ value: expect.closeTo(a.givenMl + 2 * b.givenMl, 1) as number });
    expect(therapyDose(bed.state).percentOfPlan).toEqual({ value: expect.closeTo(100 * (20 / 35), 0) as number });
    expect(remarksOnTherapy(bed.state)).toEqual([
      { about: 'same-drug', text: '2 channels carry Ketamine; their doses are added up' },
    ]);
  });

  test('one of them unknown makes the sum unknown', () => {
    const bed = planned();
    new CountingPump(bed, 10).runs(100, 60);
    new CountingPump(bed, 101, { says: second({ concentration: { value: 2, unit: '%' } }) }).runs(200, 60);
    expect(therapyDose(bed.state).mg).toHaveProperty('unknown');
  });

  test('a carrier’s volume and its bolus are no drug', () => {
    const bed = planned();
    new CountingPump(bed, 10).runs(100, 60);
    const carrier = new CountingPump(bed, 101, { says: second({ drugName: 'NaCl 0,9%' }) }).runs(200, 100).gives(5);
    carrier.atS = 202;
    carrier.tell('infusing', 100, { bolus: { count: 1, volumeMl: 5 } });
    expect(therapyDose(bed.state).mg).toEqual({ value: expect.closeTo(1.5, 6) as number });
    const event = bed.outputs.map(({ body }) => body).findLast((body) => body.kind === 'infusion-event');
    expect(event).toMatchObject({ event: { type: 'bolus', channel: 'p2', role: 'carrier', volumeMl: 5 } });
    expect(event).not.toHaveProperty('event.mg');
  });
});

describe('identity of a channel', () => {
  const from = (bed: TestBed, atS: number, source: string, parts: Partial<InfusionReading> = {}): TestBed =>
    bed.pump(atS, 'infusing', { source: deviceId(source), rateMlPerHour: 60, ...parts });

  test('a pump keeps it in another slot and at another device', () => {
    const bed = from(planned(), 10, 'rack-1', { channel: 'SN1', place: 'slot 1', volumeInfusedMl: 10 });
    from(bed, 20, 'rack-1', { channel: 'SN1', place: 'slot 3', volumeInfusedMl: 10.2 });
    bed.pump(21, 'disconnected', { source: deviceId('rack-1'), channel: 'SN1' });
    from(bed, 80, 'rack-2', { channel: 'SN1', place: 'slot 1', volumeInfusedMl: 11.2 });
    expect(Object.keys(bed.state.channels)).toEqual(['SN1']);
    expect(channelOf(bed, 'SN1').deliveredMl).toBeCloseTo(1.2, 9);
  });

  test('also when the device that it left says nothing any more', () => {
    const bed = from(planned(), 10, 'rack-1', { channel: 'SN1', volumeInfusedMl: 10 });
    from(bed, 60, 'rack-2', { channel: 'SN1', volumeInfusedMl: 11 });
    expect(Object.keys(bed.state.channels)).toEqual(['SN1']);
  });

  test('two devices that give their pumps the same name are two pumps', () => {
    const bed = from(planned(), 10, 'alpha', { channel: '1', volumeInfusedMl: 10 });
    for (let s = 11; s < 60; s += 2) {
      from(bed, s, 'beta', { channel: '1', volumeInfusedMl: 40, drugName: 'NaCl' });
      from(bed, s + 1, 'alpha', { channel: '1', volumeInfusedMl: 10 + (s - 10) / 60 });
    }
    expect(Object.keys(bed.state.channels)).toEqual(['1', '1@beta']);
    expect(channelOf(bed, '1').deliveredMl).toBeCloseTo(49 / 60, 9);
    expect(channelOf(bed, '1@beta').deliveredMl).toBe(0);
    from(bed, 200, 'beta', { channel: '1', volumeInfusedMl: 41, drugName: 'NaCl' });
    expect(Object.keys(bed.state.channels)).toEqual(['1', '1@beta']);
    expect(channelOf(bed, '1@beta').deliveredMl).toBeCloseTo(1, 9);
  });

  test('on the next bed it is the same channel, and begins at nought there', () => {
    const first = from(planned(), 10, 'rack-1', { channel: 'SN1', volumeInfusedMl: 10 });
    const second = from(planned(), 10, 'rack-9', { channel: 'SN1', volumeInfusedMl: 25 });
    expect([Object.keys(first.state.channels), Object.keys(second.state.channels)]).toEqual([['SN1'], ['SN1']]);
    expect(channelOf(second, 'SN1').deliveredMl).toBe(0);
  });
});

describe('remarks', () => {
  test('a pump as planned has none', () => {
    const bed = planned();
    const says = {
      concentration: { value: 1, unit: 'mg/mL' },
      doseRate: { value: 12.5, unit: 'ug/kg/min' },
      patientWeightKg: 70,
      volumeRemainingMl: 35,
      timeRemainingS: 2400,
    };
    new CountingPump(bed, 10, { says }).runs(20, 52.5);
    expect(remarks(bed)).toEqual([]);
  });

  test.each<[Partial<InfusionReading>, number, string]>([
    [
      { concentration: { value: 2, unit: 'mg/mL' } },
      26.25,
      'Concentration of Ketamine: the pump 2 mg/mL, the plan 1 mg/mL',
    ],
    [{ patientWeightKg: 80 }, 52.5, 'Weight: the pump 80 kg, the plan 70 kg'],
    [{ doseRate: { value: 15, unit: 'ug/kg/min' } }, 52.5, 'Dose rate: the pump 15 ug/kg/min, the plan 12.5 ug/kg/min'],
    [{}, 60, 'Rate: the pump 60 mL/h, the plan 52.5 mL/h for its dose'],
    [
      { volumeRemainingMl: 17.5, timeRemainingS: 2400 },
      52.5,
      'End: the pump says in 40 min, its volume and rate come to 20 min',
    ],
  ])('%j at %d mL/h', (says, rate, text) => {
    const bed = planned();
    new CountingPump(bed, 10, { says }).runs(20, rate);
    expect(remarks(bed)).toEqual([text]);
  });

  test('a pump without a counter says that its volume is reckoned, and what is missing', () => {
    const bed = planned();
    const pump = new CountingPump(bed, 10, { counts: false }).runs(60, 52.5).unheard(360, 52.5).stands(362);
    expect(pump.givenMl).toBeGreaterThan(5);
    expect(remarks(bed)).toEqual([
      'The pump counts no volume: reckoned from its rate; 5 min without word from the pump are not in it',
    ]);
  });
});
