/** The rules beyond limits of pressure, rate and saturation, as a nurse meets them: what signals, and what stays silent. */
import { beforeEach, describe, expect, test } from 'vitest';
import { alarmId, monotonicMs, type Reading, type RuleSet, type VitalKey } from '$lib/domain/index.ts';
import { ADULT_IV_KETAMINE, NASAL_ESKETAMINE, PAIN_INFUSION } from '$lib/rules/index.ts';
import { MONITOR, PLAN, TestBed } from '../support/bed.ts';

const START = 900;

function begun(ruleSet: RuleSet = ADULT_IV_KETAMINE): TestBed {
  const made = new TestBed().input(0, { kind: 'rules', ruleSet }).admitted();
  for (const at of [120, 360, 600]) made.numerics(at, { heartRate: 72, spo2: 98 }).nibp(at, 128, 78);
  made.command(660, { type: 'accept-baseline', systolic: 128, diastolic: 78, heartRate: 72, spo2: 98 });
  return made.command(670, { type: 'set-plan', plan: PLAN });
}

let bed: TestBed;
beforeEach(() => {
  bed = begun().numerics(START - 1, { heartRate: 72, spo2: 98 });
  bed.pump(START, 'infusing', { rateMlPerHour: 52.5, volumeInfusedMl: 0 }).nibp(START + 1, 128, 78);
});

type Values = Partial<Record<VitalKey, number | Reading>>;

/** Numerics every five seconds; what is not said is calm. */
function hold(fromS: number, toS: number, values: Values | ((atS: number) => Values)): TestBed {
  for (let at = fromS; at <= toS; at += 5) {
    const told: Values = { heartRate: 72, spo2: 98, ...(typeof values === 'function' ? values(at) : values) };
    const readings = Object.fromEntries(
      Object.entries(told).map(([key, value]) => [key, typeof value === 'number' ? { value } : value]),
    );
    const time = monotonicMs(at * 1000);
    bed.input(at, { kind: 'observed', observation: { kind: 'numerics', source: MONITOR, at: time, values: readings } });
  }
  return bed;
}

const signals = (fromS: number): readonly string[] =>
  bed
    .changes(fromS)
    .filter(({ cause }) => cause === 'signalled')
    .map(({ alarm }) => `${alarm.rule} ${alarm.priority}`);

describe('heart and breathing', () => {
  test('a heart rate of 30 % over the baseline counts from 110 /min on', () => {
    hold(1000, 1060, { heartRate: 105 });
    expect(signals(1000)).toEqual([]);
    hold(1065, 1100, { heartRate: 112 });
    expect(signals(1000)).toEqual(['H3 medium']);
    expect(bed.alarm('H3')?.headline).toBe('Heart rate 112 /min, +56 % over baseline');
  });

  test('a burst is told when it lasts, a step of a lead that is put on again is not', () => {
    hold(1000, 1060, { heartRate: 72 });
    hold(1065, 1150, (atS) => ({ heartRate: Math.min(72 + (atS - 1060) / 2, 109) }));
    expect(signals(1000)).toEqual(['H4 low']);
    expect(bed.alarm('H4')?.headline).toMatch(/^Heart rate rising \d+\.\d\/min, now \d+, \+\d+ over baseline$/);
  });

  test('a slow heart is medium below 50 and high below 40 /min', () => {
    hold(1000, 1020, { heartRate: 46 });
    expect(signals(1000)).toEqual(['H5 medium']);
    hold(1025, 1040, { heartRate: 38 });
    expect(bed.alarm('H5')?.priority).toBe('high');
  });

  test('slow breathing with a good saturation: a notice below 10, medium when it stays below 8, fast breathing is medium', () => {
    hold(1000, 1065, { respiratoryRate: 9 });
    expect(signals(1000)).toEqual([]);
    hold(1070, 1075, { respiratoryRate: 9 });
    expect(signals(1000)).toEqual(['O3 notice']);
    hold(1080, 1145, { respiratoryRate: 7 });
    expect(bed.alarm('O3')?.priority).toBe('notice');
    hold(1150, 1155, { respiratoryRate: 7 });
    expect(bed.alarm('O3')).toMatchObject({ state: 'active', priority: 'medium' });
    hold(1160, 1190, { respiratoryRate: 30 });
    expect(bed.alarm('O3-high')?.state).toBe('active');
  });

  test('a rate that is told once a minute is medium when two counts in a row are below 8, and not by one of them', () => {
    const minute = (atS: number): number => [14, 7, 14, 7, 6, 14][Math.floor((atS - 1000) / 60)] ?? 14;
    hold(1000, 1235, (atS) => ({ respiratoryRate: minute(atS) }));
    expect(signals(1000)).toEqual([]);
    hold(1240, 1255, (atS) => ({ respiratoryRate: minute(atS) }));
    expect(signals(1000)).toEqual(['O3 medium']);
  });

  test.each<[string, Values]>([
    ['when the saturation falls with it', { respiratoryRate: 7, spo2: 93 }],
    ['when the saturation is not measured', { respiratoryRate: 7, spo2: { missing: 'sensor-off' } }],
    ['when the saturation is doubtful', { respiratoryRate: 7, spo2: { value: 97, isQuestionable: true } }],
    ['when it is extreme, however good the saturation', { respiratoryRate: 4 }],
  ])('slow breathing is high within ten seconds %s', (_, values) => {
    hold(1000, 1005, values);
    expect(bed.alarm('O3')).toBeUndefined();
    hold(1010, 1010, values);
    expect(bed.alarm('O3')).toMatchObject({ state: 'active', priority: 'high' });
  });

  test('a rate below 10 with a falling saturation is medium', () => {
    hold(1000, 1015, { respiratoryRate: 9, spo2: 93 });
    expect(signals(1000)).toEqual(['O3 medium']);
  });

  test('a limit of breathing that was set for the patient holds for the high and for the medium alarm', () => {
    bed.command(1000, { type: 'set-limit', rule: 'O3', limit: 10, reason: 'opioids since this morning' });
    hold(1005, 1020, { respiratoryRate: 9, spo2: 93 });
    expect(bed.alarm('O3')).toMatchObject({ priority: 'high', limit: 10 });
    hold(1025, 1060, {});
    bed.command(1062, { type: 'acknowledge', alarm: Object.values(bed.state.alarms)[0]?.alarm.id ?? alarmId('none') });
    hold(1065, 1140, { respiratoryRate: 9 });
    expect(signals(1064)).toEqual(['O3 medium']);
  });

  test('no breath at all is said as such', () => {
    hold(1000, 1020, { respiratoryRate: 0 });
    expect(bed.alarm('O3')).toMatchObject({ priority: 'high', headline: 'No breath counted' });
  });
});

describe('pressure', () => {
  test('a climb towards 180 is told before it is there, and not once it is', () => {
    bed.nibp(1200, 134, 80).nibp(1500, 147, 84).nibp(1800, 162, 88);
    expect(bed.alarm('S9')).toBeUndefined();
    bed.nibp(2100, 174, 90);
    expect(bed.alarm('S9')).toMatchObject({ priority: 'low', headline: 'Systolic rising 2.7/min, about 188 in 5 min' });
    bed.nibp(2400, 190, 92);
    expect(bed.alarm('S9')).toBeUndefined();
    expect(bed.alarm('S1')?.state).toBe('active');
  });

  test('a low pressure is high below 80 at once, medium below 90 when confirmed', () => {
    bed.nibp(1200, 88, 50);
    expect(bed.alarm('B1')).toMatchObject({ state: 'pending', priority: 'medium' });
    bed.nibp(1260, 88, 50);
    expect(bed.alarm('B1')).toMatchObject({ state: 'active', priority: 'medium' });
    bed.nibp(1320, 78, 44);
    expect(bed.alarm('B1')?.priority).toBe('high');
  });

  test('heart rate times pressure is judged with the heart rate of the half minute of the reading', () => {
    hold(1100, 1200, { heartRate: 118 });
    bed.nibp(1201, 175, 90);
    hold(1205, 1260, { heartRate: 72 });
    expect(bed.alarm('D1')).toMatchObject({ state: 'pending', headline: 'Rate-pressure product 20650, limit 20000' });
    hold(1265, 1300, { heartRate: 118 });
    bed.nibp(1301, 175, 90);
    expect(bed.alarm('D1')).toMatchObject({ state: 'active', priority: 'medium' });
  });

  test('a fast heart under a low pressure after the infusion is low, and only then', () => {
    hold(1000, 1060, { heartRate: 100 });
    bed.nibp(1061, 105, 60).nibp(1070, 105, 60);
    expect(bed.alarm('D3')).toBeUndefined();
    bed.command(1080, { type: 'set-phase', phase: 'observation' });
    hold(1085, 1120, { heartRate: 100 });
    bed.nibp(1121, 105, 60);
    hold(1125, 1150, { heartRate: 100 });
    bed.nibp(1151, 104, 60);
    expect(bed.alarm('D3')).toMatchObject({ state: 'active', headline: 'Shock index 0.96, limit 0.90' });
  });
});

describe('an arterial line', () => {
  const line = (systolic: number, diastolic: number, mean?: number): Values => ({
    abpSystolic: systolic,
    abpDiastolic: diastolic,
    ...(mean !== undefined && { abpMeanArterial: mean }),
  });

  test('counts before the cuff, and holds instead of confirming', () => {
    hold(1000, 1020, line(165, 90, 115));
    expect(signals(1000)).toContain('S3 medium');
  });

  test('that gives the pressure needs no cuff; once it is gone the cuff is overdue after its flushing time', () => {
    const overdue = (): boolean => bed.alarm('T1') !== undefined;
    const cuffOnly = begun()
      .pump(START, 'infusing', { rateMlPerHour: 52.5 })
      .nibp(START + 1, 128, 78);
    expect(cuffOnly.to(START + 600).alarm('T1')).toBeDefined();
    hold(905, 2100, line(130, 80, 97));
    expect(overdue()).toBe(false);
    hold(2105, 2125, line(250, 249, 250));
    hold(2130, 2400, line(130, 80, 97));
    expect(overdue()).toBe(false);
    hold(2405, 2430, {});
    expect(overdue()).toBe(false);
    hold(2435, 2460, {});
    expect(overdue()).toBe(true);
  });

  test('without a pulse is high after 10 s; the pressures of a flat line are none, and the cuff counts', () => {
    hold(1000, 1010, line(6, 4, 5));
    expect(signals(1000)).toEqual(['T8 high']);
    expect(bed.alarm('B1')).toBeUndefined();
    bed.nibp(1012, 185, 95);
    expect(bed.alarm('S1')?.value).toBe(185);
  });

  test('without a pulse stays high while its monitor is silent, and is no new alarm when it is heard again', () => {
    hold(1000, 1020, line(1, 0, 0));
    bed.command(1021, { type: 'acknowledge', alarm: alarmId(bed.alarm('T8')?.id ?? '') });
    bed.device(1026, 'monitor', 'silent').to(1100);
    expect(bed.alarm('T8')?.state).toBe('suspended');
    bed.device(1101, 'monitor', 'live').to(1105);
    expect(bed.alarm('T8')?.state).toBe('suspended');
    hold(1106, 1120, line(1, 0, 0));
    expect(bed.alarm('T8')?.state).toBe('acknowledged');
    expect(signals(1021).filter((signal) => signal.startsWith('T8'))).toEqual([]);
  });

  test('without a pulse is over when a monitor that is heard tells of no line any more', () => {
    hold(1000, 1020, line(1, 0, 0));
    hold(1025, 1045, {});
    expect(bed.alarm('T8')).toBeUndefined();
    bed.device(1050, 'monitor', 'silent').to(1100);
    expect(bed.alarm('T8')).toBeUndefined();
  });

  test('that is taken off while its monitor is silent is over when the monitor has been back for one expiry', () => {
    hold(1000, 1020, line(1, 0, 0));
    bed.device(1026, 'monitor', 'silent').device(1060, 'monitor', 'live');
    hold(1061, 1070, {});
    expect(bed.alarm('T8')?.state).toBe('suspended');
    bed.to(1079);
    expect(bed.alarm('T8')).toBeUndefined();
  });

  test('that differs from the cuff by more than 20 mmHg mean at the time of the reading is a notice', () => {
    hold(1000, 1020, line(130, 80, 97));
    bed.nibp(1021, 140, 84);
    expect(bed.alarm('A1')).toBeUndefined();
    bed.nibp(1022, 165, 100);
    expect(bed.alarm('A1')).toMatchObject({
      priority: 'notice',
      headline: 'Cuff and arterial line differ by 25 mmHg mean',
    });
    hold(1025, 1060, line(160, 100, 120));
    expect(bed.alarm('A1')?.state).toBe('active');
  });
});

describe('signals that contradict each other or are poor', () => {
  test('heart rates that differ by more than 15 for 15 s are a notice', () => {
    hold(1000, 1010, { pulseRate: 55 });
    expect(signals(1000)).toEqual([]);
    hold(1015, 1020, { pulseRate: 55 });
    expect(signals(1000)).toEqual(['A2 notice']);
  });

  test('a doubtful saturation is low after 30 s, and nothing is judged of it', () => {
    hold(1000, 1030, { spo2: { value: 80, isQuestionable: true } });
    expect(signals(1000)).toEqual(['T7-spo2 low']);
  });

  test('alarms that are off at the bedside are a notice when that lasts', () => {
    const told = (atS: number, isSilenced: boolean) =>
      bed.input(atS, {
        kind: 'observed',
        observation: { kind: 'device-alarm', source: MONITOR, at: monotonicMs(atS * 1000), alarms: [], isSilenced },
      });
    told(1000, true).to(1125);
    expect(bed.alarm('T9')).toBeUndefined();
    bed.to(1131);
    expect(bed.alarm('T9')).toMatchObject({ priority: 'notice', headline: 'Monitor: its own alarms are silenced' });
    told(1140, false);
    expect(bed.alarm('T9')).toBeUndefined();
  });
});

describe('gates', () => {
  test('a fast heart at rest closes the gate until somebody decides', () => {
    const other = new TestBed().admitted();
    for (const at of [120, 360, 600]) other.numerics(at, { heartRate: 116, spo2: 98 }).nibp(at, 128, 78);
    other.command(660, { type: 'accept-baseline', systolic: 128, diastolic: 78, heartRate: 116, reason: 'x' });
    other.command(670, { type: 'set-plan', plan: PLAN }).command(680, { type: 'set-phase', phase: 'infusion' });
    expect(other.outputs.at(-1)?.body).toMatchObject({ kind: 'refused', refusal: { why: 'gate' } });
    expect(other.alarm('G2')?.priority).toBe('notice');
    other.command(690, { type: 'override-gate', rule: 'G2', reason: 'anxious, prescriber agrees' });
    other.command(700, { type: 'set-phase', phase: 'infusion' });
    expect(other.state.session?.phase).toBe('infusion');
  });
});

describe('the presets', () => {
  test('nasal: a pressure about 40 minutes after the dose is asked for, and taken late it ends the alarm', () => {
    bed = begun(NASAL_ESKETAMINE).command(900, { type: 'set-phase', phase: 'observation' });
    bed.nibp(900 + 20 * 60, 135, 80).to(900 + 44 * 60 - 1);
    expect(bed.alarm('T2')).toBeUndefined();
    bed.to(900 + 44 * 60);
    expect(bed.alarm('T2')?.priority).toBe('low');
    bed.to(900 + 50 * 60);
    expect(bed.alarm('T2')?.priority).toBe('medium');
    bed.nibp(900 + 52 * 60, 135, 80);
    expect(bed.alarm('T2')).toBeUndefined();
  });

  test('nasal: what needs a pump is neither judged nor said to be missing', () => {
    bed = begun(NASAL_ESKETAMINE).command(900, { type: 'set-phase', phase: 'infusion' });
    bed.to(1000);
    expect(bed.state.unjudged.map(({ rule }) => rule).filter((rule) => /^P\d/.test(rule))).toEqual([]);
  });

  test('pain: a sedation score is asked for after an hour and every four hours', () => {
    bed = begun(PAIN_INFUSION).pump(900, 'infusing', { rateMlPerHour: 2, volumeInfusedMl: 0 });
    bed.to(900 + 3599);
    expect(bed.alarm('N3')).toBeUndefined();
    bed.to(900 + 3601);
    expect(bed.alarm('N3')?.priority).toBe('low');
    bed.command(4600, { type: 'record-score', id: 'a', scale: 'rass', value: -1 }).to(4700);
    expect(bed.alarm('N3')).toBeUndefined();
  });

  test('pain: without a plan the cuff is expected every half hour, in the first preset every five minutes', () => {
    const lowAt = (ruleSet: RuleSet): boolean[] => {
      const one = new TestBed().input(0, { kind: 'rules', ruleSet }).admitted();
      one.command(1, { type: 'set-phase', phase: 'observation' }).command(2, { type: 'set-phase', phase: 'infusion' });
      return [8, 33].map((minute) => one.to(minute * 60).alarm('T1') !== undefined);
    };
    expect(lowAt(ADULT_IV_KETAMINE)).toEqual([true, true]);
    expect(lowAt(PAIN_INFUSION)).toEqual([false, true]);
  });
});
