/** The rules as a nurse meets them: a bed with a patient, readings at given seconds, and what signals. */
import { beforeEach, describe, expect, test } from 'vitest';
import { monotonicMs, type AlarmId } from '$lib/domain/index.ts';
import { MONITOR, PLAN, TestBed } from '../support/bed.ts';

const START = 900;

/** A patient with a baseline of 128/78, a plan, and the pump running since second 900. */
function infusing(): TestBed {
  const bed = new TestBed().admitted();
  for (const at of [120, 360, 600]) bed.numerics(at, { heartRate: 72, spo2: 98 }).nibp(at, 128, 78);
  bed.command(660, { type: 'accept-baseline', systolic: 128, diastolic: 78 });
  bed.command(670, { type: 'set-plan', plan: PLAN });
  bed.numerics(START - 1, { heartRate: 72, spo2: 98 });
  bed.pump(START, 'infusing', { rateMlPerHour: 52.5, volumeInfusedMl: 0 });
  bed.nibp(START + 1, 128, 78);
  return bed;
}

/** Numerics every five seconds, as a monitor sends them. */
function hold(bed: TestBed, fromS: number, toS: number, values: { heartRate?: number; spo2?: number }): void {
  for (let at = fromS; at <= toS; at += 5) bed.numerics(at, { heartRate: 72, spo2: 98, ...values });
}

const signals = (bed: TestBed, fromS: number, toS = Number.POSITIVE_INFINITY): readonly string[] =>
  bed
    .changes(fromS, toS)
    .filter(({ cause }) => cause === 'signalled')
    .map(({ alarm }) => `${alarm.rule} ${alarm.priority}`);

const acknowledge = (bed: TestBed, atS: number, rule: string): void => {
  const id: AlarmId | undefined = bed.alarm(rule)?.id;
  if (id === undefined) throw new Error(`no alarm of ${rule}`);
  bed.command(atS, { type: 'acknowledge', alarm: id });
};

let bed: TestBed;
beforeEach(() => {
  bed = infusing();
});

describe('blood pressure', () => {
  test('180 systolic signals high on the first reading; 179 does not', () => {
    bed.nibp(1200, 179, 90);
    expect(signals(bed, 1200)).not.toContain('S1 high');
    bed.nibp(1260, 180, 90);
    expect(signals(bed, 1260)).toContain('S1 high');
  });

  test('the alarm says value, limit, and why in one sentence', () => {
    bed.nibp(1200, 186, 90);
    const alarm = bed.alarm('S1');
    expect(alarm?.headline).toBe('Systolic 186 mmHg, limit 180');
    expect(alarm?.explanation).toBe('Systolic 186 mmHg is at or above 180 mmHg; one reading is enough, repeat it now.');
    expect(alarm).toMatchObject({
      value: 186,
      limit: 180,
      evidence: [{ metric: 'systolic', value: 186, at: 1_200_000 }],
    });
  });

  test('a surge names the rise over the baseline', () => {
    bed.nibp(1200, 170, 90);
    expect(bed.alarm('S7')?.headline).toBe('Systolic surge to 170 mmHg, +42 over baseline, pump running');
    expect(bed.alarm('S7')?.limit).toBe(168);
  });

  test('the repeated reading of a monitor is the same reading: it never alarms again', () => {
    hold(bed, 905, 1195, {});
    bed.nibp(1200, 186, 90);
    acknowledge(bed, 1201, 'S1');
    const before = bed.changes().length;
    const reading = bed.state.nibp.at(-1);
    if (reading === undefined) throw new Error('no reading');
    bed.input(1203, { kind: 'observed', observation: { ...reading, at: bed.state.now } });
    expect(bed.changes().slice(before)).toEqual([]);
  });

  test('a reading told again by a restarted driver is known by the time of the device', () => {
    const reading = {
      kind: 'nibp',
      source: MONITOR,
      systolic: 150,
      diastolic: 90,
      deviceTime: 1_767_225_480_000,
    } as const;
    const told = (at: number, measuredAt: number, deviceTime: number = reading.deviceTime) =>
      bed.input(at, {
        kind: 'observed',
        observation: { ...reading, deviceTime, at: monotonicMs(at * 1000), measuredAt: monotonicMs(measuredAt * 1000) },
      });
    const before = bed.state.nibp.length;
    told(1200, 1190);
    told(1300, 1191.4);
    expect(bed.state.nibp.length).toBe(before + 1);
    told(1500, 1490, reading.deviceTime + 300_000);
    expect(bed.state.nibp.length).toBe(before + 2);
  });

  test('without a baseline the percent rules are inactive and say so, and the absolute ones are active', () => {
    const other = new TestBed().admitted().command(10, { type: 'set-plan', plan: PLAN });
    other.numerics(20, { heartRate: 72, spo2: 98 }).pump(30, 'infusing', { rateMlPerHour: 52.5 });
    other.nibp(40, 175, 90).nibp(100, 175, 90);
    expect(signals(other, 0)).toContain('S3 medium');
    expect(signals(other, 0).filter((one) => /^S[678]/.test(one))).toEqual([]);
    expect(other.state.unjudged).toContainEqual({ rule: 'S7', why: 'no baseline of systolic' });
  });

  test('only the highest tier of a direction sounds: S3 and S6 stand silently under S1', () => {
    bed.nibp(1200, 165, 90).nibp(1260, 186, 90);
    expect(bed.alarm('S1')?.isOutranked).toBe(false);
    for (const rule of ['S3', 'S6', 'S7']) expect(bed.alarm(rule)?.isOutranked).toBe(true);
  });

  test('answering the alarm that sounds answers those that it outranks', () => {
    bed.nibp(1200, 165, 90).nibp(1260, 186, 90);
    acknowledge(bed, 1270, 'S1');
    const states = Object.values(bed.state.alarms).map(({ alarm }) => `${alarm.rule} ${alarm.state}`);
    expect(states).toEqual(expect.arrayContaining(['S1 acknowledged', 'S3 acknowledged', 'S7 acknowledged']));
  });

  test('a limit set for the patient is the limit in force, until the session ends', () => {
    bed.command(1000, { type: 'set-limit', rule: 'S1', limit: 200, reason: 'known hypertension, prescriber agrees' });
    bed.nibp(1200, 190, 90);
    expect(bed.alarm('S1')).toBeUndefined();
    bed.nibp(1260, 200, 90);
    expect(bed.alarm('S1')?.limit).toBe(200);
  });
});

describe('heart rate and saturation', () => {
  test('140 /min must hold for 10 s', () => {
    hold(bed, 1000, 1005, { heartRate: 142 });
    hold(bed, 1009, 1015, { heartRate: 118 });
    expect(signals(bed, 1000)).toEqual([]);
    hold(bed, 1020, 1030, { heartRate: 142 });
    expect(signals(bed, 1020)).toEqual(['H1 high']);
  });

  test('a rate that hovers at the limit makes one alarm, thanks to the hysteresis', () => {
    for (let at = 1000; at < 1300; at += 5) bed.numerics(at, { heartRate: at % 10 === 0 ? 122 : 118, spo2: 98 });
    hold(bed, 1300, 1330, { heartRate: 122 });
    for (let at = 1335; at < 1600; at += 5) bed.numerics(at, { heartRate: at % 10 === 0 ? 122 : 117, spo2: 98 });
    expect(signals(bed, 1000).filter((one) => one.startsWith('H2'))).toEqual(['H2 medium']);
  });

  test('a shallow fall of the saturation waits 15 s, a deep one does not wait', () => {
    hold(bed, 1000, 1010, { spo2: 90 });
    expect(signals(bed, 1000)).toEqual([]);
    bed.numerics(1015, { heartRate: 72, spo2: 84 });
    expect(signals(bed, 1000)).toContain('O2 high');
  });

  test('a saturation that the monitor calls doubtful is neither an alarm nor its end', () => {
    hold(bed, 1000, 1020, { spo2: 90 });
    expect(bed.alarm('O1')?.state).toBe('active');
    bed.input(1025, {
      kind: 'observed',
      observation: {
        kind: 'numerics',
        source: MONITOR,
        at: bed.state.now,
        values: { spo2: { value: 97, isQuestionable: true } },
      },
    });
    expect(bed.alarm('O1')?.state).toBe('suspended');
  });

  test('without ECG the pulse of the oximeter is judged', () => {
    const at = 1000;
    for (let s = at; s <= at + 15; s += 5) {
      bed.input(s, {
        kind: 'observed',
        observation: {
          kind: 'numerics',
          source: MONITOR,
          at: bed.state.now,
          values: { heartRate: { missing: 'sensor-off' }, pulseRate: { value: 145 }, spo2: { value: 98 } },
        },
      });
    }
    expect(signals(bed, at)).toContain('H1 high');
  });
});

describe('pump', () => {
  test('drug that flows for a minute under an unanswered high alarm is an alarm of its own', () => {
    bed.nibp(1200, 186, 90);
    bed.to(1259);
    expect(bed.alarm('P1')).toBeUndefined();
    bed.to(1261);
    expect(bed.alarm('P1')).toMatchObject({ state: 'active', priority: 'high' });
  });

  test('an answer in time keeps it away', () => {
    bed.nibp(1200, 186, 90);
    acknowledge(bed, 1230, 'S1');
    bed.to(1310);
    expect(bed.alarm('P1')).toBeUndefined();
  });

  test('a stop that nobody planned is low after a minute and medium after five', () => {
    bed.pump(1200, 'stopped', { rateMlPerHour: 0, volumeInfusedMl: 4 });
    bed.to(1259);
    expect(bed.alarm('P2')).toBeUndefined();
    bed.to(1261);
    expect(bed.alarm('P2')?.priority).toBe('low');
    bed.to(1501);
    expect(bed.alarm('P2')?.priority).toBe('medium');
  });

  test('what the pump announces is an alarm of ours, an occlusion never below medium, and ends with it', () => {
    const alarms = [
      { kind: 'occlusion.downstream', stage: 'pre-alarm', priority: 'low', code: 'PREALARM.10' },
    ] as const;
    bed.pump(1200, 'infusing', { alarms });
    expect(bed.alarm('P3')).toMatchObject({
      priority: 'medium',
      headline: 'Pump: occlusion, pressure high (pre-alarm)',
    });
    bed.pump(1210, 'infusing', { alarms: [] });
    expect(bed.alarm('P3')).toBeUndefined();
  });

  test('alarms without a word of ours are told apart by their codes: a later one neither hides nor lowers an earlier one', () => {
    const unnamed = (code: string, priority: 'high' | 'medium') =>
      ({ kind: 'unknown', stage: 'alarm', priority, code }) as const;
    bed.pump(1200, 'alarm', { alarms: [unnamed('b3', 'high'), unnamed('b9', 'medium')] });
    const standing = Object.values(bed.state.alarms).flatMap(({ alarm }) => (alarm.rule === 'P3' ? [alarm] : []));
    expect(standing.map(({ headline, priority }) => `${headline} ${priority}`)).toEqual([
      'Pump: alarm (code b3) high',
      'Pump: alarm (code b9) medium',
    ]);
  });

  test('completion is a notice without sound and begins the observation', () => {
    bed.pump(3300, 'complete', { rateMlPerHour: 0, volumeInfusedMl: 35 });
    expect(bed.alarm('P6')).toMatchObject({ priority: 'notice' });
    expect(bed.state.session).toMatchObject({ phase: 'observation', infusionEndedAt: 3_300_000 });
  });

  test('the volume of the session is counted from its beginning, over a counter that starts again', () => {
    bed.pump(1000, 'infusing', { volumeInfusedMl: 5 });
    bed.pump(1010, 'infusing', { volumeInfusedMl: 0.5 });
    expect(Object.values(bed.state.channels)[0]?.deliveredMl).toBeCloseTo(5.5);
  });

  test('a second pump with another drug does not move the phase', () => {
    const other = new TestBed().admitted().command(10, { type: 'set-plan', plan: PLAN });
    other.pump(20, 'stopped');
    other.pump(30, 'infusing', { channel: 'p2', drugName: 'NaCl 0,9%' });
    expect(other.state.session?.phase).toBe('setup');
    other.pump(40, 'infusing');
    expect(other.state.session?.phase).toBe('infusion');
  });
});

describe('technical', () => {
  test('a cuff reading is overdue two minutes after its interval, and urgent after two intervals', () => {
    hold(bed, 905, 1700, {});
    expect(bed.changes(0, 1300).filter(({ alarm }) => alarm.rule === 'T1')).toEqual([]);
    const told = bed.changes(1300).filter(({ cause, alarm }) => alarm.rule === 'T1' && cause !== 'escalated');
    expect(told.map(({ cause, alarm }) => `${cause} ${alarm.priority}`)).toEqual([
      'signalled low',
      'priority-raised medium',
    ]);
  });

  test('a silent monitor is an alarm after 5 s, high during an infusion when nothing else watches the patient', () => {
    hold(bed, 905, 1000, {});
    bed.device(1001, 'monitor', 'silent');
    bed.to(1005);
    expect(bed.alarm('T4')).toBeUndefined();
    bed.to(1006);
    expect(bed.alarm('T4')).toMatchObject({ priority: 'high', state: 'active' });
    bed.device(1020, 'monitor', 'live');
    expect(bed.alarm('T4')).toBeUndefined();
  });

  test('a device that is opened again and again in vain has been silent all the time', () => {
    hold(bed, 905, 1000, {});
    bed.device(1001, 'monitor', 'lost').device(1003, 'monitor', 'negotiating').device(1005, 'monitor', 'lost');
    bed.to(1006);
    expect(bed.alarm('T4')).toMatchObject({ priority: 'high', state: 'active' });
    bed.device(1008, 'monitor', 'negotiating').to(1009);
    expect(bed.alarm('T4')).toMatchObject({ state: 'active' });
    bed.device(1010, 'monitor', 'live').device(1012, 'monitor', 'lost').to(1016);
    expect(bed.alarm('T4')).toBeUndefined();
  });

  test('numbers for which there is no name change nothing', () => {
    hold(bed, 905, 1000, {});
    const before = bed.state;
    bed.input(1000, {
      kind: 'observed',
      observation: {
        kind: 'other-numerics',
        source: MONITOR,
        at: before.now,
        values: { PPV: { value: 9, unit: '%' } },
      },
    });
    expect(bed.state).toEqual(before);
  });

  test('a silent pump is medium, and what it was doing is not known any more', () => {
    hold(bed, 905, 1000, {});
    bed.device(1000, 'pump', 'lost');
    hold(bed, 1005, 1010, {});
    expect(bed.alarm('T4')).toMatchObject({ priority: 'medium' });
    bed.nibp(1012, 170, 90);
    expect(bed.alarm('S7')).toMatchObject({ priority: 'medium' });
  });

  test('the oximeter off its finger is said after 10 s, and the silence of the whole monitor is not said twice', () => {
    hold(bed, 905, 1000, {});
    const off = { spo2: { missing: 'sensor-off' }, heartRate: { value: 72 } } as const;
    for (let at = 1005; at <= 1020; at += 5) {
      bed.input(at, {
        kind: 'observed',
        observation: {
          kind: 'numerics',
          source: MONITOR,
          at: bed.state.now,
          values: off,
        },
      });
    }
    expect(bed.alarm('T3-spo2')).toMatchObject({ priority: 'medium', headline: 'No SpO₂ signal' });
    const other = infusing();
    hold(other, 905, 1000, {});
    other.device(1001, 'monitor', 'lost').to(1060);
    expect(other.changes().filter(({ alarm }) => alarm.rule.startsWith('T3'))).toEqual([]);
  });

  test('a minute without a screen that can sound is an alarm', () => {
    hold(bed, 905, 1000, {});
    bed.input(1000, { kind: 'station', status: { screens: 2, audibleScreens: 0, recorder: 'ok' } });
    hold(bed, 1005, 1065, {});
    expect(bed.alarm('T5')?.state).toBe('active');
  });
});

describe('audio pause', () => {
  const paused = (): boolean => bed.state.audioPausedUntil !== undefined;

  test('it lasts 120 s and ends by itself', () => {
    hold(bed, 905, 1100, {});
    bed.nibp(1101, 128, 78);
    hold(bed, 1105, 1200, { heartRate: 125 });
    bed.command(1201, { type: 'pause-audio' });
    hold(bed, 1205, 1320, { heartRate: 125 });
    bed.to(1320.75);
    expect(paused()).toBe(true);
    bed.to(1321);
    expect(paused()).toBe(false);
    expect(bed.outputs.at(-1)?.body).toEqual({ kind: 'audio', cause: 'timeout' });
  });

  test('a new alarm breaks it, whatever its priority', () => {
    bed.nibp(1200, 186, 90).command(1205, { type: 'pause-audio' });
    hold(bed, 1206, 1240, { spo2: 90 });
    expect(bed.alarm('O1')).toBeDefined();
    expect(paused()).toBe(false);
  });

  test('a value that only moves on does not', () => {
    hold(bed, 905, 1195, {});
    bed.nibp(1200, 186, 80).command(1205, { type: 'pause-audio' });
    bed.nibp(1206, 187, 80);
    expect(paused()).toBe(true);
  });
});

describe('after an answer', () => {
  test('a high alarm that stands reminds after two minutes, a medium one after ten', () => {
    hold(bed, 905, 1195, {});
    bed.nibp(1200, 186, 90);
    acknowledge(bed, 1210, 'S1');
    bed.to(1329.75);
    expect(bed.alarm('S1')?.state).toBe('acknowledged');
    bed.to(1330);
    expect(bed.alarm('S1')?.state).toBe('active');
  });

  test('the same rule keeps the answer for ten minutes while it is medium, for two while it is high', () => {
    hold(bed, 905, 1195, {});
    bed.nibp(1200, 122, 92).nibp(1260, 84, 50).nibp(1290, 84, 50);
    expect(bed.alarm('B1')).toMatchObject({ state: 'active', priority: 'medium' });
    acknowledge(bed, 1300, 'B1');
    bed.to(1899.75);
    expect(bed.alarm('B1')?.state).toBe('acknowledged');
    bed.to(1900);
    expect(bed.alarm('B1')?.state).toBe('active');
    bed.nibp(1905, 76, 44);
    acknowledge(bed, 1910, 'B1');
    bed.to(2029.75);
    expect(bed.alarm('B1')).toMatchObject({ state: 'acknowledged', priority: 'high' });
    bed.to(2030);
    expect(bed.alarm('B1')?.state).toBe('active');
  });

  test('an answered alarm that becomes more urgent is a signal of that moment', () => {
    bed.nibp(1200, 84, 50).nibp(1260, 84, 50);
    acknowledge(bed, 1270, 'B1');
    bed.nibp(1300, 76, 44);
    expect(bed.alarm('B1')).toMatchObject({ state: 'active', priority: 'high', signalledAt: 1_300_000 });
  });

  test('what is worse under a more urgent alarm of the same quantity does not call, nor does it remind', () => {
    hold(bed, 1000, 1020, { spo2: 90 });
    acknowledge(bed, 1021, 'O1');
    hold(bed, 1025, 1040, { spo2: 87 });
    expect(bed.alarm('O2')?.state).toBe('active');
    acknowledge(bed, 1041, 'O2');
    hold(bed, 1045, 1150, { spo2: 84 });
    expect(bed.alarm('O1')).toMatchObject({ state: 'acknowledged', isOutranked: true });
    hold(bed, 1155, 1700, { spo2: 84 });
    expect(bed.alarm('O1')).toMatchObject({ state: 'acknowledged', isOutranked: true });
  });

  test('what speaks for itself again, and nobody has answered, is a signal of that moment', () => {
    hold(bed, 1000, 1030, { spo2: 86 });
    expect(bed.alarm('O1')).toMatchObject({ state: 'active', isOutranked: true });
    const before = bed.alarm('O1')?.signalledAt ?? 0;
    hold(bed, 1035, 1050, { spo2: 91 });
    const now = bed.alarm('O1');
    expect(now).toMatchObject({ state: 'active', isOutranked: false });
    const [told] = bed.changes(1030).filter(({ cause }) => cause === 'unoutranked');
    expect(told?.alarm.signalledAt).toBe(now?.signalledAt);
    expect(now?.signalledAt).toBeGreaterThan(before + 20_000);
  });

  test('a reading that is worse by ten sounds again at once', () => {
    bed.nibp(1200, 182, 90);
    acknowledge(bed, 1210, 'S1');
    bed.nibp(1260, 191, 90);
    expect(bed.alarm('S1')?.state).toBe('acknowledged');
    bed.nibp(1300, 192, 90);
    expect(bed.alarm('S1')?.state).toBe('active');
  });

  test('an unanswered high alarm stays on the screen when the pressure has fallen', () => {
    bed.nibp(1200, 186, 90).nibp(1300, 150, 90);
    expect(bed.alarm('S1')).toMatchObject({ state: 'latched', peakValue: 186, endedAt: 1_300_000 });
    acknowledge(bed, 1310, 'S1');
    expect(bed.alarm('S1')).toBeUndefined();
  });
});
