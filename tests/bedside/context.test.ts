/** What the rules may see of a bed as a whole. */
import { describe, expect, test } from 'vitest';
import { monotonicMs, type Session } from '$lib/domain/index.ts';
import { lookAt } from '$lib/bedside/context.ts';
import type { BedState } from '$lib/bedside/index.ts';
import { ADULT_IV_KETAMINE, type RuleContext } from '$lib/rules/index.ts';
import { MONITOR, PLAN, PUMP } from '../support/bed.ts';
import { byKey, channel } from '../support/channel.ts';
import { COURSE, HEART, LINE, READINGS, SESSION, alarmOf, alarmsOf, contextOf, fullBed } from '../support/full-bed.ts';
import { NOW, OXIMETER, ago, cuffReading, device, together, vitals } from '../support/told-bed.ts';

const seen = (more: Partial<BedState> = {}): RuleContext => contextOf(fullBed(more));
const single = (value: number, more = {}) => ({
  value,
  at: ago(120_000),
  cadence: 'episodic',
  isExpired: false,
  ...more,
});
const measured = (value: number, agoMs = 1000) => ({ value, at: ago(agoMs), cadence: 'continuous' });
const scored = (value: number) => ({ value, at: ago(60_000), cadence: 'episodic' });

describe('the rules see', () => {
  test('every number that is known', () => {
    const { isExpired: _, ...reckoned } = single(0);
    expect(seen().metrics).toEqual({
      systolic: single(143),
      diastolic: single(83),
      meanArterial: single(103, { isEstimated: true }),
      heartRate: measured(72),
      spo2: measured(98),
      respiratoryRate: measured(14),
      pulsePressure: { ...reckoned, value: 60 },
      ratePressureProduct: { ...reckoned, value: 10_725 },
      shockIndex: { ...reckoned, value: 75 / 143 },
      icp: scored(5),
      cpp: { ...scored(98), isEstimated: true },
      pressureDisagreement: { ...reckoned, value: 13 },
      heartRateDisagreement: measured(2),
      moaas: scored(0),
      rass: scored(1),
      cadss: scored(2),
      distressed: scored(3),
      aldrete: scored(4),
      baselineSystolic: measured(128, 1_300_000),
      baselineDiastolic: measured(78, 1_300_000),
      baselineHeartRate: measured(70, 1_300_000),
      baselineSpo2: measured(97, 1_300_000),
      ageYears: measured(46, 30_000),
      cuffFailures: { value: 0, at: 0, cadence: 'continuous' },
    });
  });

  test('the line before the cuff, with pulse and mean, and the pressure in the skull as it is measured', () => {
    const told = together(HEART, LINE, vitals({ icpMean: 12 }, 1000));
    expect(seen({ vitals: told }).metrics).toMatchObject({
      systolic: measured(120),
      diastolic: measured(60),
      meanArterial: measured(82),
      linePulsatility: measured(60),
      lineMean: measured(82),
      icp: measured(12),
      cpp: measured(70),
      shockIndex: measured(0.6),
    });
  });

  test('the patient and what was agreed on', () => {
    const context = seen();
    expect(context).toMatchObject({ now: NOW, phase: 'infusion', limits: { S1: 200, H1: 130 } });
    expect(context.limits).toEqual({ S1: 200, H1: 130 });
    expect(context.baseline).toBe(SESSION.baseline);
    expect(context.readingMinutes).toEqual([-5, 5, 10, 18]);
  });

  test('the interval of the plan, and of the rules where there is no plan, by the phase', () => {
    const { plan: _, ...unplanned } = SESSION;
    const minutes = (told: Session) => seen({ session: told }).nibpIntervalMs / 60_000;
    expect(minutes(SESSION)).toBe(PLAN.nibpIntervalMin.infusion);
    expect(minutes({ ...SESSION, phase: 'observation' })).toBe(PLAN.nibpIntervalMin.observation);
    expect(minutes({ ...unplanned, phase: 'observation' })).toBe(ADULT_IV_KETAMINE.nibpIntervalMin.observation);
    expect(seen().clock).toMatchObject({ nibpAgeMin: { value: 2 }, nibpOverdueMin: { value: -3 } });
  });

  test('what the pumps say', () => {
    const alarms = [{ kind: 'airInLine', stage: 'alarm', priority: 'high', code: '1' }] as const;
    const { ofPumps, items, resumedDuring } = seen({
      channels: byKey(channel({ resumedDuring: ['S1'] }, { alarms, rateMlPerHour: 63 })),
    });
    expect(ofPumps.facts.infusing).toBe('yes');
    expect(ofPumps.metrics.doseRatePercent).toMatchObject({ value: 120 });
    expect(items['pump-alarm'].map(({ key }) => key)).toEqual(['p1:airInLine:alarm']);
    expect(resumedDuring).toEqual(['S1']);
  });

  test('a cuff that failed so many times, since its last word', () => {
    const failed = { kind: 'cuff', source: MONITOR, at: ago(5000), state: 'failed' } as const;
    expect(seen({ cuffFailures: 2, cuff: failed }).metrics.cuffFailures).toEqual(measured(2, 5000));
    expect(seen({ cuffFailures: 2 }).metrics.cuffFailures).toEqual({ value: 2, at: 0, cadence: 'continuous' });
    expect(seen({ cuff: failed }).metrics.cuffFailures).toMatchObject({ value: 0, at: 0 });
  });

  test('a cuff reading as expired three intervals after it, and not at that instant', () => {
    const expired = (agoMs: number) => seen({ nibp: [cuffReading(agoMs, 120, 70)] }).metrics.systolic;
    expect(expired(900_000)).toMatchObject({ isExpired: false });
    expect(expired(900_001)).toMatchObject({ isExpired: true });
  });
});

describe('statements', () => {
  const facts = (more: Partial<BedState> = {}) => seen(more).facts;

  test('of a bed where all is well are all no', () => {
    const all = facts();
    expect(Object.keys(all).sort()).toEqual([
      'age-unknown',
      'heart-rate-doubtful',
      'no-audible-screen',
      'no-ecg',
      'no-heart-rate',
      'no-spo2',
      'pressure-by-line',
      'recorder-failed',
      'spo2-doubtful',
    ]);
    expect(Object.values(all)).toEqual(Object.values(all).map(() => 'no'));
  });

  test.each<[string, Partial<BedState>]>([
    ['no-spo2', { vitals: together(HEART, vitals({ spo2: { missing: 'sensor-off' } })) }],
    ['no-ecg', { vitals: together(HEART, vitals({ heartRate: { missing: 'sensor-off' } })) }],
    ['no-heart-rate', { vitals: vitals({ spo2: 98 }) }],
    ['spo2-doubtful', { vitals: together(HEART, vitals({ spo2: { value: 98, isQuestionable: true } })) }],
    ['heart-rate-doubtful', { vitals: together(HEART, vitals({ heartRate: { value: 72, isQuestionable: true } })) }],
    ['pressure-by-line', { vitals: together(HEART, LINE) }],
    ['no-audible-screen', { station: { screens: 2, audibleScreens: 0, recorder: 'ok' } }],
    ['recorder-failed', { station: { screens: 2, audibleScreens: 1, recorder: 'failed' } }],
    ['age-unknown', { session: { ...SESSION, patient: { identifier: 'T-1', weightKg: 70 } } }],
  ])('%s', (fact, more) => {
    const yes = Object.entries(facts(more)).flatMap(([name, truth]) => (truth === 'yes' ? [name] : []));
    expect(yes).toEqual([fact]);
  });

  test('the age is unknown without a clock, too; a pressure that nobody measures is not the line’s', () => {
    const { clock: _, ...timeless } = fullBed();
    expect(contextOf(timeless).facts['age-unknown']).toBe('yes');
    expect(facts({ nibp: [] })['pressure-by-line']).toBe('no');
  });
});

describe('the course', () => {
  const series = (more: Partial<BedState> = {}) => seen(more).series;

  test('of the heart rate is that of the source that counts', () => {
    expect(series().heartRate).toEqual({ cadence: 'continuous', points: COURSE.heartRate[MONITOR] });
    const byPleth = together(HEART, vitals({ heartRate: { missing: 'sensor-off' } }));
    expect(series({ vitals: byPleth }).heartRate).toEqual({ cadence: 'continuous', points: COURSE.pulseRate[MONITOR] });
    expect(series({ vitals: vitals({ spo2: 98 }) }).heartRate).toBeUndefined();
  });

  test('of saturation and breathing is that of the device that counts, while it has a value', () => {
    expect(series()).toMatchObject({
      spo2: { cadence: 'continuous', points: COURSE.spo2[MONITOR] },
      respiratoryRate: { cadence: 'continuous', points: COURSE.respiratoryRate[MONITOR] },
    });
    const other = [[ago(0), 91] as const];
    const second = {
      devices: [device(OXIMETER), device()],
      vitals: together(HEART, vitals({ spo2: 91 }, 0, OXIMETER)),
      recent: { ...COURSE, spo2: { ...COURSE.spo2, [OXIMETER]: other } },
    };
    expect(series(second).spo2?.points).toBe(other);
    const gone = series({ vitals: vitals({ spo2: { missing: 'sensor-off' } }) });
    expect(gone.spo2).toBeUndefined();
    expect(gone.respiratoryRate).toBeUndefined();
  });

  test('of the pressure is the last three readings of the cuff where no line gives it', () => {
    const readings = READINGS.slice(-3).map(({ measuredAt, systolic }) => [measuredAt, systolic]);
    expect(series().systolic).toEqual({ cadence: 'episodic', points: readings });
    const flat = together(HEART, vitals({ abpSystolic: 42, abpDiastolic: 41 }));
    expect(series({ vitals: flat }).systolic).toEqual({ cadence: 'episodic', points: readings });
    expect(series({ nibp: [] }).systolic).toEqual({ cadence: 'episodic', points: [] });
  });

  test('of the pressure is that of the line where it counts', () => {
    expect(series({ vitals: together(HEART, LINE) }).systolic).toEqual({
      cadence: 'continuous',
      points: COURSE.abpSystolic[MONITOR],
    });
  });
});

test('alarms that call are unanswered; those that stand, answered or not, are standing', () => {
  const { unanswered, standing } = seen({
    alarms: alarmsOf(
      alarmOf('S1', 'active'),
      alarmOf('H1', 'active', 'medium'),
      alarmOf('O1', 'acknowledged'),
      alarmOf('O2', 'suspended'),
      alarmOf('B1', 'latched'),
      alarmOf('S7', 'pending'),
    ),
  });
  expect([...unanswered]).toEqual([
    ['S1', 'high'],
    ['H1', 'medium'],
  ]);
  expect([...standing]).toEqual(['S1', 'H1', 'O1', 'O2']);
});

describe('devices', () => {
  const items = (devices: BedState['devices'], deviceAlarms: BedState['deviceAlarms'] = {}) =>
    seen({ devices, deviceAlarms }).items.device;
  const silenced = (isSilenced: boolean) => ({
    [MONITOR]: { kind: 'device-alarm', source: MONITOR, at: NOW, alarms: [], isSilenced } as const,
  });

  test('that are live are silent for no time, since their last word', () => {
    expect(items([device(MONITOR, { label: 'Monitor' })])).toEqual([
      {
        key: MONITOR,
        label: 'Monitor',
        metrics: { silentS: { value: 0, at: ago(600_000), cadence: 'continuous' } },
        facts: { 'no-other-vital-source': 'yes', 'bedside-silenced': 'no' },
      },
    ]);
  });

  test('that are silent are so for more seconds at every look', () => {
    const devices = [device(MONITOR, { state: 'lost', silentSince: ago(7500) }), device(PUMP)];
    expect(items(devices)[0]?.metrics.silentS).toEqual(measured(7.5, 0));
    const state = fullBed({ devices });
    const before = lookAt(state, SESSION);
    const later = lookAt({ ...state, now: monotonicMs(NOW + 500) }, SESSION, before);
    expect(later.context.items.device[0]?.metrics.silentS).toMatchObject({ value: 8 });
  });

  test.each([
    ['a second monitor that is live', [device(), device(OXIMETER)], 'no'],
    ['a second monitor that is silent', [device(), device(OXIMETER, { state: 'silent' })], 'yes'],
    ['a pump', [device(), device(PUMP)], 'yes'],
    ['nothing else', [device()], 'yes'],
  ])('with %s: no other source of vitals is %s', (_, devices, truth) => {
    expect(items(devices)[0]?.facts['no-other-vital-source']).toBe(truth);
  });

  test('a pump never needs another source of vitals', () => {
    expect(items([device(PUMP)])[0]?.facts['no-other-vital-source']).toBe('no');
  });

  test('whose own sound is off are silenced at the bedside, while they are live', () => {
    const facts = (isSilenced: boolean, state: 'live' | 'silent') =>
      items([device(MONITOR, { state })], silenced(isSilenced))[0]?.facts['bedside-silenced'];
    expect(facts(true, 'live')).toBe('yes');
    expect(facts(false, 'live')).toBe('no');
    expect(facts(true, 'silent')).toBe('no');
  });
});
