/** Rules P1 to P6, and how phases follow the pump. */
import { beforeEach, describe, expect, test } from 'vitest';
import { deviceId, type AlarmId, type InfusionAlarm, type InfusionReading } from '$lib/domain/index.ts';
import { proposePhase } from '$lib/bedside/index.ts';
import { PLAN, TestBed } from '../support/bed.ts';
import { CountingPump } from '../support/counting-pump.ts';

const START = 900;
const RATE = 52.5;

let bed: TestBed;
let pump: CountingPump;

function ready(says: Partial<InfusionReading> = {}): void {
  bed = new TestBed().admitted();
  for (const at of [120, 360, 600]) bed.nibp(at, 128, 78);
  bed.command(660, { type: 'accept-baseline', systolic: 128, diastolic: 78 });
  bed.command(670, { type: 'set-plan', plan: PLAN });
  pump = new CountingPump(bed, START - 10, { everyS: 5, says });
}

beforeEach(() => {
  ready();
  pump.stands(START).runs(START + 60, RATE);
});

const acknowledge = (atS: number, rule: string): void => {
  const id: AlarmId | undefined = bed.alarm(rule)?.id;
  if (id === undefined) throw new Error(`no alarm of ${rule}`);
  bed.command(atS, { type: 'acknowledge', alarm: id });
};
const unjudged = (rule: string): string | undefined => bed.state.unjudged.find((one) => one.rule === rule)?.why;
const phase = () => bed.state.session?.phase;

describe('P1 infusion during a high alarm', () => {
  test.each([
    ['the first drug channel', 'p1'],
    ['another drug channel', 'p2'],
  ])('fires for %s that runs', (_, channel) => {
    if (channel === 'p2') {
      pump.stands(1000);
      pump = new CountingPump(bed, 1001, { says: { channel } }).runs(1010, RATE);
    }
    bed.nibp(1100, 186, 90);
    pump.atS = 1100;
    pump.runs(1159, RATE);
    expect(bed.alarm('P1')).toBeUndefined();
    pump.runs(1162, RATE);
    expect(bed.alarm('P1')).toMatchObject({ priority: 'high', state: 'active' });
  });

  test('not for a pump that stands, nor for a carrier', () => {
    pump.stands(1000);
    const carrier = new CountingPump(bed, 1001, { says: { channel: 'c', drugName: 'NaCl' } });
    carrier.runs(1100, 100);
    bed.nibp(1101, 186, 90);
    carrier.atS = 1101;
    carrier.runs(1300, 100);
    expect(bed.alarm('P1')).toBeUndefined();
  });
});

describe('P2 pump stopped', () => {
  test.each(['stopped', 'paused', 'alarm', 'standby', 'off'] as const)(
    '%s: low after 60 s, medium after 5 min',
    (state) => {
      pump.stands(1019, state);
      expect(bed.alarm('P2')).toBeUndefined();
      pump.stands(1022, state);
      expect(bed.alarm('P2')).toMatchObject({ priority: 'low' });
      pump.stands(1259, state);
      expect(bed.alarm('P2')).toMatchObject({ priority: 'low' });
      pump.stands(1262, state);
      expect(bed.alarm('P2')).toMatchObject({ priority: 'medium' });
      pump.runs(1270, RATE);
      expect(bed.alarm('P2')).toBeUndefined();
    },
  );

  test('not when a second syringe with the drug has taken over', () => {
    pump.stands(1000);
    new CountingPump(bed, 1001, { says: { channel: 'p2' } }).runs(1400, RATE);
    expect(bed.alarm('P2')).toBeUndefined();
  });

  test('not after the nurse has said that this was the end', () => {
    pump.stands(1030);
    bed.command(1031, { type: 'set-phase', phase: 'observation', reason: 'patient asked to stop' });
    pump.atS = 1031;
    pump.stands(1400);
    expect(bed.changes(1031).filter(({ alarm }) => alarm.rule === 'P2' && alarm.state === 'active')).toEqual([]);
  });
});

describe('P3 pump alarms', () => {
  const alarm = (parts: Partial<InfusionAlarm>): InfusionAlarm => ({
    ...{ kind: 'airInLine', stage: 'alarm', priority: 'high', code: 'A1' },
    ...parts,
  });
  const standing = () => Object.values(bed.state.alarms).filter(({ alarm: one }) => one.rule === 'P3');
  const tellAlarms = (atS: number, alarms: readonly InfusionAlarm[]): void => {
    pump.atS = atS;
    pump.tell('alarm', 0, { alarms });
  };

  test.each<[Partial<InfusionAlarm>, string]>([
    [{ priority: 'high' }, 'high'],
    [{ priority: 'low' }, 'low'],
    [{ kind: 'occlusion.downstream', priority: 'low' }, 'medium'],
    [{ kind: 'occlusion.upstream', priority: 'low' }, 'medium'],
    [{ kind: 'occlusion.unspecified', priority: 'medium' }, 'medium'],
    [{ kind: 'occlusion.downstream', priority: 'high' }, 'high'],
    [{ kind: 'nearEnd', priority: 'medium' }, 'notice'],
    [{ kind: 'unknown', priority: 'medium', code: 'X7' }, 'medium'],
  ])('%j is %s', (parts, priority) => {
    tellAlarms(1000, [alarm(parts)]);
    expect(bed.alarm('P3')).toMatchObject({ priority });
  });

  test('two codes of one kind are one alarm, two unknown codes are two', () => {
    tellAlarms(1000, [
      alarm({ kind: 'occlusion.downstream', priority: 'medium', code: 'B3' }),
      alarm({ kind: 'occlusion.downstream', priority: 'high', code: 'B4' }),
      alarm({ kind: 'unknown', code: 'X1' }),
      alarm({ kind: 'unknown', code: 'X2' }),
    ]);
    expect(standing().map(({ alarm: one }) => `${one.priority} ${one.headline}`)).toEqual([
      'high Pump: occlusion, pressure high',
      'high Pump: alarm (code X1)',
      'high Pump: alarm (code X2)',
    ]);
  });

  test('with a second pump it says which one', () => {
    new CountingPump(bed, 1000, { says: { channel: 'c', drugName: 'NaCl 0,9%' } });
    tellAlarms(1001, [alarm({})]);
    expect(bed.alarm('P3')?.headline).toBe('Pump: air in line, Ketamine');
  });

  test('of a pump that has fallen silent it is neither on nor over', () => {
    tellAlarms(1000, [alarm({})]);
    bed.device(1010, 'pump', 'lost').to(1012);
    expect(bed.alarm('P3')).toMatchObject({ state: 'suspended' });
    bed.device(1020, 'pump', 'live').to(1021);
    expect(bed.alarm('P3')).toMatchObject({ state: 'active' });
  });

  test('a pump with a status that nobody knows can alarm all the same', () => {
    pump.atS = 1000;
    pump.tell('unknown', 0, { alarms: [alarm({})] });
    expect(bed.alarm('P3')).toMatchObject({ state: 'active' });
  });
});

describe('P4 dose off the plan', () => {
  test.each([
    [RATE * 1.09, undefined],
    [RATE * 1.12, 'Dose rate 112 % of the plan'],
    [RATE * 0.91, undefined],
    [RATE * 0.88, 'Dose rate 88 % of the plan'],
  ])('%d mL/h for more than a minute: %s', (rate, headline) => {
    pump.runs(1019, rate);
    expect(bed.alarm('P4')).toBeUndefined();
    pump.runs(1022, rate);
    expect(bed.alarm('P4')?.headline).toBe(headline);
    expect(bed.alarm('P4')?.priority).toBe(headline && 'medium');
  });

  test('it ends when the rate is right again, with a margin', () => {
    pump.runs(1030, RATE * 1.2).runs(1040, RATE * 1.09);
    expect(bed.alarm('P4')).toBeDefined();
    pump.runs(1050, RATE * 1.07);
    expect(bed.alarm('P4')).toBeUndefined();
  });

  test('the right rate with another concentration is the wrong dose', () => {
    ready({ concentration: { value: 2, unit: 'mg/mL' } });
    pump.runs(START + 60, RATE);
    expect(bed.alarm('P4')?.headline).toBe('Dose rate 200 % of the plan');
  });

  test('a pause is no deviation, and neither is a bolus of seconds', () => {
    pump.stands(1200).runs(1230, 1200, 'bolus').runs(1400, RATE);
    expect(bed.changes().filter(({ alarm }) => alarm.rule === 'P4')).toEqual([]);
  });

  test('more than 105 % given is said once, in the observation too', () => {
    pump.gives(34);
    pump.atS = 1000;
    pump.tell('infusing', RATE);
    expect(bed.alarm('P4-dose')).toBeUndefined();
    pump.gives(2);
    pump.atS = 1010;
    pump.tell('complete', 0);
    expect(phase()).toBe('observation');
    expect(bed.alarm('P4-dose')).toMatchObject({ priority: 'medium', headline: 'Dose given 105 % of the plan' });
    acknowledge(1020, 'P4-dose');
    bed.to(4000);
    expect(bed.changes(1021).filter(({ alarm }) => alarm.rule === 'P4-dose')).toEqual([]);
  });

  test('two syringes are judged together', () => {
    pump.runs(1000, RATE / 2);
    const second = new CountingPump(bed, 1001, { everyS: 5, says: { channel: 'p2' } });
    second.runs(1100, RATE / 2);
    pump.atS = 1100;
    pump.runs(1200, RATE / 2);
    expect(bed.alarm('P4')).toBeUndefined();
  });

  test.each<[string, Partial<InfusionReading>, string]>([
    ['a unit that is no mass', { concentration: { value: 2, unit: 'mmol/mL' } }, 'the unit mmol/mL counts molecules'],
    ['a unit that nobody knows', { concentration: { value: 2, unit: 'xyz/mL' } }, 'the unit “xyz/mL” is not known'],
    ['another drug', { drugName: 'Propofol' }, 'the pump says Propofol, the plan Ketamine'],
  ])('with %s it says that it cannot judge', (_, says, why) => {
    ready(says);
    pump.runs(START + 120, RATE * 2);
    expect(bed.alarm('P4')).toBeUndefined();
    expect(unjudged('P4')).toContain(why);
    expect(unjudged('P4-dose')).toContain(why);
  });

  test('without a plan, and with a silent pump, it says so as well', () => {
    bed = new TestBed().admitted();
    pump = new CountingPump(bed, 10).runs(100, RATE);
    expect(unjudged('P4')).toBe('there is no plan');
    bed.device(101, 'pump', 'lost').to(102);
    expect(unjudged('P4')).toBe('it is not known whether the pump is infusing');
  });
});

describe('P5 resumed while high', () => {
  const high = (atS: number): void => {
    bed.nibp(atS, 172, 90);
    pump.atS = atS;
  };

  test('a pump that is resumed under a pressure alarm, answered or not', () => {
    high(1000);
    acknowledge(1001, 'S7');
    pump.atS = 1002;
    pump.stands(1030).runs(1035, RATE);
    expect(bed.alarm('P5')).toMatchObject({
      priority: 'medium',
      headline: 'Infusion resumed during a pressure alarm, now 172/90 mmHg',
    });
  });

  test('ends with the pause, or with the last of the alarms that stood', () => {
    high(1000);
    pump.stands(1030).runs(1040, RATE).stands(1050);
    expect(bed.alarm('P5')).toBeUndefined();
    pump.runs(1060, RATE);
    expect(bed.alarm('P5')).toBeDefined();
    bed.nibp(1070, 120, 70).to(1071);
    expect(bed.alarm('P5')).toBeUndefined();
  });

  test('not for one that was pulled out and runs when it is back: nobody saw it stand', () => {
    high(1000);
    pump.stands(1030, 'disconnected').runs(1040, RATE);
    expect(bed.alarm('P5')).toBeUndefined();
    pump.stands(1050).stands(1060, 'disconnected').runs(1070, RATE);
    expect(bed.alarm('P5')).toBeDefined();
  });

  test('not for one that went on, not for the first start, not for an alarm that comes later, not for a carrier', () => {
    high(1000);
    pump.runs(1030, RATE);
    expect(bed.alarm('P5')).toBeUndefined();
    bed.nibp(1031, 120, 70);
    pump.atS = 1032;
    pump.stands(1040).runs(1050, RATE);
    high(1060);
    pump.runs(1070, RATE);
    expect(bed.alarm('P5')).toBeUndefined();
    const carrier = new CountingPump(bed, 1071, { says: { channel: 'c', drugName: 'NaCl' } });
    carrier.runs(1080, 50).stands(1090).runs(1100, 50);
    expect(bed.alarm('P5')).toBeUndefined();
  });
});

describe('P6 and the phases', () => {
  test.each(['complete', 'kvo'] as const)('%s is a notice and begins the observation', (state) => {
    pump.runs(1000, RATE);
    pump.tell(state, state === 'kvo' ? 3 : 0);
    expect(bed.alarm('P6')).toMatchObject({ priority: 'notice' });
    expect(bed.state.session).toMatchObject({ phase: 'observation', infusionEndedAt: 1_000_000 });
  });

  test('a second syringe that still runs is no end', () => {
    const second = new CountingPump(bed, 1000, { says: { channel: 'p2' } }).runs(1010, RATE);
    pump.atS = 1010;
    pump.tell('complete', 0);
    expect(phase()).toBe('infusion');
    expect(bed.alarm('P6')).toBeUndefined();
    second.tell('complete', 0);
    expect(phase()).toBe('observation');
    expect(bed.alarm('P6')).toBeDefined();
  });

  test('a plain stop is only proposed as the end; the nurse confirms, and the clock counts from the stop', () => {
    expect(proposePhase(bed.state)).toBeUndefined();
    pump.runs(1000, RATE).stands(1300);
    expect(phase()).toBe('infusion');
    expect(proposePhase(bed.state)).toEqual({ to: 'observation', because: 'stopped', since: 1_000_000 });
    bed.command(1400, { type: 'set-phase', phase: 'observation' });
    expect(bed.state.session).toMatchObject({
      phase: 'observation',
      phaseSince: 1_400_000,
      infusionEndedAt: 1_000_000,
    });
    expect(proposePhase(bed.state)).toBeUndefined();
  });

  test('about a stop nobody is asked within the first minute, nor while a pump alarm stands; about a completion at once', () => {
    const because = () => proposePhase(bed.state)?.because;
    const occlusion: InfusionAlarm = { kind: 'occlusion.downstream', stage: 'alarm', priority: 'high', code: 'B3' };
    pump.runs(1000, RATE).stands(1059);
    expect(because()).toBeUndefined();
    bed.to(1060);
    expect(because()).toBe('stopped');
    pump.atS = 1070;
    pump.tell('stopped', 0, { alarms: [occlusion] });
    bed.to(1200);
    expect(because()).toBeUndefined();
    pump.atS = 1201;
    pump.tell('stopped', 0, { alarms: [{ ...occlusion, kind: 'nearEnd', stage: 'pre-alarm' }] });
    expect(because()).toBe('stopped');
    pump.atS = 1210;
    pump.runs(1220, RATE);
    bed.command(1220, { type: 'set-phase', phase: 'infusion' });
    pump.tell('complete', 0);
    bed.command(1220, { type: 'set-phase', phase: 'infusion' });
    expect(because()).toBe('complete');
  });

  test('a phase that is set back to the observation keeps the end that it had', () => {
    pump.runs(1000, RATE).tell('complete', 0);
    bed.command(3000, { type: 'set-phase', phase: 'discharge-ready' });
    bed.command(3100, { type: 'set-phase', phase: 'observation' });
    expect(bed.state.session).toMatchObject({ phaseSince: 3_100_000, infusionEndedAt: 1_000_000 });
  });

  test('an end by hand while the pump runs, or is silent, counts from the press', () => {
    bed.command(1001, { type: 'set-phase', phase: 'observation' });
    expect(bed.state.session).toMatchObject({ infusionEndedAt: 1_001_000 });
    expect(proposePhase(bed.state)).toMatchObject({ to: 'infusion', because: 'drug-flows' });
  });

  test('drug that flows again is an infusion again, and the old end is forgotten', () => {
    pump.tell('complete', 0);
    pump.atS = 1200;
    pump.runs(1210, RATE);
    expect(phase()).toBe('infusion');
    expect(bed.state.session).not.toHaveProperty('infusionEndedAt');
    pump.tell('complete', 0);
    expect(bed.state.session).toMatchObject({ infusionStartedAt: 900_000, infusionEndedAt: 1_210_000 });
  });

  test('a pump that ran before the admission begins the infusion with its first word', () => {
    const other = new TestBed();
    other.devices(0).pump(1, 'infusing', { rateMlPerHour: 50 }).admitted(10);
    expect(other.state.session?.phase).toBe('setup');
    other.pump(12, 'infusing', { rateMlPerHour: 50 });
    expect(other.state.session?.phase).toBe('infusion');
  });

  test('a running pump that becomes the therapy by a person’s word begins the infusion', () => {
    const other = new TestBed().admitted().command(1, { type: 'set-plan', plan: PLAN });
    other.pump(2, 'infusing', { drugName: 'NaCl', rateMlPerHour: 50 });
    expect(other.state.session?.phase).toBe('setup');
    other.command(3, { type: 'set-channel', channel: 'p1', role: 'therapy', since: 'admission', reason: 'wrong name' });
    expect(other.state.session?.phase).toBe('infusion');
  });

  test('a carrier moves nothing, whatever it does', () => {
    const other = new TestBed().admitted().command(1, { type: 'set-plan', plan: PLAN });
    const carrier = new CountingPump(other, 2, { says: { drugName: 'NaCl 0,9%', source: deviceId('pump') } });
    carrier.runs(100, 100).stands(110).runs(120, 50).tell('complete', 0);
    expect(other.state.session?.phase).toBe('setup');
    expect(other.alarm('P6')).toBeUndefined();
  });
});
