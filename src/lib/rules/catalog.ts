/**
 * The preset "adult, ketamine by vein". Every number is a default that the clinic's physician may change; the sources
 * of each are named in `why`. Nothing here is medical advice.
 */
import type { Expression, Level, MetricId, Rule, RuleSet, Timing } from '$lib/domain/index.ts';

const B_I_O = ['baseline', 'infusion', 'observation'] as const;
const I_O = ['infusion', 'observation'] as const;
const ALL_OPEN = ['setup', 'baseline', 'infusion', 'observation', 'discharge-ready'] as const;

const HIGH = { severity: 'death-or-irreversible', onset: 'prompt' } as const;
const MEDIUM = { severity: 'reversible', onset: 'prompt' } as const;
const LOW = { severity: 'reversible', onset: 'delayed' } as const;

/** After an answer a HIGH alarm is never quiet for longer than an audio pause; a medium one for ten minutes. */
const HIGH_REMINDER = { worseBy: 10, afterMin: 2 } as const;
const MEDIUM_REMINDER = { worseBy: 10, afterMin: 10 } as const;

const FIRST: Timing = { type: 'first', continuousHoldS: 10, isRepeatAdvised: true };
const CONFIRM: Timing = { type: 'confirm', withinMin: 5, continuousHoldS: 15 };
const hold = (holdS: number, clearS = 0): Timing => ({ type: 'hold', holdS, clearS });

const atLeast = (metric: MetricId, limit: number, adjustable?: readonly [number, number]): Expression => ({
  metric,
  is: '>=',
  limit,
  hysteresis: 5,
  ...(adjustable ? { adjustable } : {}),
});
const rise = (metric: MetricId, limit: number): Expression => ({ metric, of: 'delta', is: '>=', limit, hysteresis: 5 });

const level = (urgency: Level['urgency'], when: Expression, timing: Timing, headline: string): Level => ({
  urgency,
  when,
  timing,
  headline,
});

const PRESSURE: readonly Rule[] = [
  {
    id: 'S1',
    name: 'sbp-very-high',
    kind: 'physiological',
    phases: B_I_O,
    group: { name: 'systolic-high', rank: 4 },
    metric: 'systolic',
    worse: 'higher',
    levels: [level(HIGH, atLeast('systolic', 180, [140, 220]), FIRST, 'Systolic {value} mmHg, limit {limit}')],
    reminder: HIGH_REMINDER,
    why: '180 mmHg systolic is the threshold of the ketamine trials and of the esketamine label.',
  },
  {
    id: 'S2',
    name: 'dbp-very-high',
    kind: 'physiological',
    phases: B_I_O,
    group: { name: 'diastolic-high', rank: 3 },
    metric: 'diastolic',
    worse: 'higher',
    levels: [level(HIGH, atLeast('diastolic', 110, [90, 130]), FIRST, 'Diastolic {value} mmHg, limit {limit}')],
    reminder: HIGH_REMINDER,
    why: '110 mmHg diastolic is called markedly abnormal in the esketamine programme.',
  },
  {
    id: 'S3',
    name: 'sbp-high',
    kind: 'physiological',
    phases: I_O,
    group: { name: 'systolic-high', rank: 2 },
    metric: 'systolic',
    worse: 'higher',
    levels: [level(MEDIUM, atLeast('systolic', 160, [130, 180]), CONFIRM, 'Systolic {value} mmHg, limit {limit}')],
    reminder: MEDIUM_REMINDER,
    why: 'Early warning below the level at which trials stopped the infusion.',
  },
  {
    id: 'S4',
    name: 'dbp-high',
    kind: 'physiological',
    phases: I_O,
    group: { name: 'diastolic-high', rank: 1 },
    metric: 'diastolic',
    worse: 'higher',
    levels: [level(MEDIUM, atLeast('diastolic', 100, [80, 110]), CONFIRM, 'Diastolic {value} mmHg, limit {limit}')],
    reminder: MEDIUM_REMINDER,
    why: 'A trial rule names 180/100 mmHg.',
  },
  {
    id: 'S5',
    name: 'map-high',
    kind: 'physiological',
    phases: I_O,
    group: { name: 'mean-high', rank: 1 },
    metric: 'meanArterial',
    worse: 'higher',
    levels: [
      level(HIGH, atLeast('meanArterial', 130), FIRST, 'Mean pressure {value} mmHg, limit {limit}'),
      level(MEDIUM, atLeast('meanArterial', 120), CONFIRM, 'Mean pressure {value} mmHg, limit {limit}'),
    ],
    reminder: HIGH_REMINDER,
    why: '180/110 mmHg has a mean of 133, 160/100 one of 120.',
  },
  {
    id: 'S6',
    name: 'sbp-rise',
    kind: 'physiological',
    phases: I_O,
    group: { name: 'systolic-high', rank: 1 },
    metric: 'systolic',
    worse: 'higher',
    levels: [
      level(
        MEDIUM,
        { all: [rise('systolic', 30), { metric: 'systolic', of: 'percent', is: '>=', limit: 20, hysteresis: 5 }] },
        CONFIRM,
        'Systolic {value} mmHg, {delta} ({percent} %) over baseline',
      ),
    ],
    reminder: MEDIUM_REMINDER,
    why: 'A rise of 20 to 30 % over the awake baseline is commonly acted upon.',
  },
  {
    id: 'S7',
    name: 'sbp-surge',
    kind: 'physiological',
    phases: I_O,
    group: { name: 'systolic-high', rank: 3 },
    metric: 'systolic',
    worse: 'higher',
    levels: [
      level(
        HIGH,
        { all: [rise('systolic', 40), atLeast('systolic', 160), { fact: 'infusing' }] },
        FIRST,
        'Systolic surge to {value} mmHg, {delta} over baseline, pump running',
      ),
      level(MEDIUM, rise('systolic', 40), FIRST, 'Systolic surge to {value} mmHg, {delta} over baseline'),
    ],
    reminder: HIGH_REMINDER,
    why: 'The esketamine label counts rises of 40 mmHg and more; with the drug still flowing it will rise further.',
  },
  {
    id: 'S8',
    name: 'dbp-surge',
    kind: 'physiological',
    phases: I_O,
    group: { name: 'diastolic-high', rank: 2 },
    metric: 'diastolic',
    worse: 'higher',
    levels: [level(MEDIUM, rise('diastolic', 25), FIRST, 'Diastolic surge to {value} mmHg, {delta} over baseline')],
    reminder: MEDIUM_REMINDER,
    why: 'The esketamine label counts diastolic rises of 25 mmHg and more.',
  },
];

const RATE_AND_SATURATION: readonly Rule[] = [
  {
    id: 'H1',
    name: 'hr-very-high',
    kind: 'physiological',
    phases: B_I_O,
    group: { name: 'heart-rate-high', rank: 2 },
    metric: 'heartRate',
    worse: 'higher',
    levels: [
      level(HIGH, atLeast('heartRate', 140, [110, 180]), hold(10, 10), 'Heart rate {value} /min, limit {limit}'),
    ],
    reminder: HIGH_REMINDER,
    why: 'Sustained 140 /min at rest needs a person at once.',
  },
  {
    id: 'H2',
    name: 'hr-high',
    kind: 'physiological',
    phases: B_I_O,
    group: { name: 'heart-rate-high', rank: 1 },
    metric: 'heartRate',
    worse: 'higher',
    levels: [
      level(
        MEDIUM,
        { metric: 'heartRate', is: '>', limit: 120, hysteresis: 5, adjustable: [90, 150] },
        hold(15, 10),
        'Heart rate {value} /min, above {limit}',
      ),
    ],
    reminder: MEDIUM_REMINDER,
    why: '120 /min is the usual default of bedside monitors.',
  },
  {
    id: 'O1',
    name: 'spo2-low',
    kind: 'physiological',
    phases: B_I_O,
    group: { name: 'spo2-low', rank: 1 },
    metric: 'spo2',
    worse: 'lower',
    levels: [
      level(
        MEDIUM,
        { metric: 'spo2', is: '<', limit: 92, hysteresis: 2, adjustable: [85, 97] },
        hold(15, 5),
        'SpO₂ {value} %, below {limit}',
      ),
    ],
    reminder: { worseBy: 2, afterMin: 5 },
    why: 'Waiting 15 s removes most of the short false alarms without delaying deep falls, which rule O2 takes.',
  },
  {
    id: 'O2',
    name: 'spo2-desat',
    kind: 'physiological',
    phases: B_I_O,
    group: { name: 'spo2-low', rank: 2 },
    metric: 'spo2',
    worse: 'lower',
    levels: [
      level(HIGH, { metric: 'spo2', is: '<', limit: 85, hysteresis: 2 }, hold(0, 5), 'SpO₂ {value} %, below {limit}'),
      level(
        HIGH,
        { metric: 'spo2', is: '<', limit: 88, hysteresis: 2, adjustable: [80, 92] },
        hold(10, 5),
        'SpO₂ {value} %, below {limit}',
      ),
    ],
    reminder: { worseBy: 2, afterMin: 2 },
    why: 'A deep fall does not wait: below 85 % at once, below 88 % after 10 s.',
  },
];

const PUMP: readonly Rule[] = [
  {
    id: 'P1',
    name: 'infuse-during-high',
    kind: 'advisory',
    phases: ['infusion'],
    levels: [
      level(
        HIGH,
        { all: [{ unanswered: ['S1', 'S2', 'S5', 'H1', 'O2'], priority: 'high' }, { fact: 'infusing' }] },
        hold(60),
        'Infusion still running during an unanswered high alarm',
      ),
    ],
    reminder: HIGH_REMINDER,
    why: 'The drug goes on raising the pressure while nobody has answered.',
  },
  {
    id: 'P2',
    name: 'pump-stopped',
    kind: 'technical',
    phases: ['infusion'],
    levels: [
      level(MEDIUM, { fact: 'infusion-interrupted' }, hold(300), 'Infusion stopped for more than 5 min'),
      level(LOW, { fact: 'infusion-interrupted' }, hold(60), 'Infusion stopped, not complete'),
    ],
    reminder: MEDIUM_REMINDER,
    why: 'An unplanned stop changes the dose and the time course.',
  },
  {
    id: 'P3',
    name: 'pump-alarm',
    kind: 'technical',
    each: 'pump-alarm',
    phases: ALL_OPEN,
    levels: [level('as-sent', { fact: 'item-alarming' }, hold(0), 'Pump: {item}')],
    reminder: MEDIUM_REMINDER,
    why: 'What the pump announces is repeated here; the pump sounds it itself.',
  },
  {
    id: 'P4',
    name: 'rate-deviates',
    kind: 'advisory',
    phases: ['infusion'],
    metric: 'doseRatePercent',
    levels: [
      level(
        MEDIUM,
        {
          all: [
            { fact: 'infusing' },
            {
              any: [
                { metric: 'doseRatePercent', is: '>', limit: 110, hysteresis: 2 },
                { metric: 'doseRatePercent', is: '<', limit: 90, hysteresis: 2 },
              ],
            },
          ],
        },
        hold(60),
        'Dose rate {value} % of the plan',
      ),
    ],
    reminder: MEDIUM_REMINDER,
    why: 'A rate that is off by a tenth is a wrong concentration, a wrong weight or a wrong rate.',
  },
  {
    id: 'P4-dose',
    name: 'dose-exceeded',
    kind: 'advisory',
    phases: I_O,
    metric: 'dosePercent',
    worse: 'higher',
    levels: [
      level(
        MEDIUM,
        { metric: 'dosePercent', is: '>', limit: 105, hysteresis: 1 },
        hold(0),
        'Dose given {value} % of the plan',
      ),
    ],
    why: 'More than the ordered dose is in the patient. It is said once, also when the end of the infusion shows it.',
  },
  {
    id: 'P5',
    name: 'resume-while-high',
    kind: 'advisory',
    phases: ['infusion'],
    levels: [
      level(
        MEDIUM,
        { all: [{ fact: 'infusing' }, { resumedDuring: ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8'] }] },
        hold(0),
        'Infusion resumed during a pressure alarm, now {systolic}/{diastolic} mmHg',
      ),
    ],
    reminder: MEDIUM_REMINDER,
    why: 'The drug goes on raising a pressure that has not come down.',
  },
  {
    id: 'P6',
    name: 'infusion-complete',
    kind: 'advisory',
    phases: I_O,
    levels: [level('notice', { fact: 'infusion-complete' }, hold(0), 'Infusion complete')],
    why: 'The observation clock starts here.',
  },
];

const TECHNICAL: readonly Rule[] = [
  {
    id: 'T1',
    name: 'nibp-overdue',
    kind: 'technical',
    phases: I_O,
    levels: [
      level(MEDIUM, { metric: 'nibpIntervals', is: '>=', limit: 2 }, hold(0), 'No cuff reading for two intervals'),
      level(LOW, { metric: 'nibpOverdueMin', is: '>=', limit: 2 }, hold(0), 'Cuff reading overdue'),
    ],
    reminder: MEDIUM_REMINDER,
    why: 'The pressure peaks at 30 to 40 minutes; a missing reading there is a blind spot.',
  },
  {
    id: 'T3-spo2',
    name: 'spo2-lost',
    kind: 'technical',
    phases: B_I_O,
    levels: [
      level(MEDIUM, { all: [{ fact: 'no-spo2' }, { phase: ['infusion'] }] }, hold(10), 'No SpO₂ signal'),
      level(LOW, { fact: 'no-spo2' }, hold(10), 'No SpO₂ signal'),
    ],
    reminder: MEDIUM_REMINDER,
    why: 'During an infusion the saturation must be known.',
  },
  {
    id: 'T3-ecg',
    name: 'ecg-lost',
    kind: 'technical',
    phases: B_I_O,
    levels: [
      level(
        HIGH,
        { all: [{ fact: 'no-heart-rate' }, { phase: ['infusion'] }] },
        hold(10),
        'No heart rate from any source',
      ),
      level(MEDIUM, { all: [{ fact: 'no-ecg' }, { phase: ['infusion'] }] }, hold(10), 'No ECG signal'),
      level(LOW, { fact: 'no-ecg' }, hold(10), 'No ECG signal'),
    ],
    reminder: MEDIUM_REMINDER,
    why: 'Leads off hides the heart rate; without any source in an infusion nobody watches it.',
  },
  {
    id: 'T3-nibp',
    name: 'nibp-failed',
    kind: 'technical',
    phases: B_I_O,
    levels: [
      level(MEDIUM, { metric: 'cuffFailures', is: '>=', limit: 2 }, hold(0), 'Cuff reading failed twice in a row'),
      level(LOW, { metric: 'cuffFailures', is: '>=', limit: 1 }, hold(0), 'Cuff reading failed'),
    ],
    reminder: MEDIUM_REMINDER,
    why: 'A failed reading is no reading; the next one comes an interval later.',
  },
  {
    id: 'T4',
    name: 'device-silent',
    kind: 'technical',
    each: 'device',
    phases: ALL_OPEN,
    levels: [
      level(
        HIGH,
        {
          all: [{ metric: 'silentS', is: '>=', limit: 5 }, { fact: 'no-other-vital-source' }, { phase: ['infusion'] }],
        },
        hold(0),
        '{item} is not answering, nothing else watches this patient',
      ),
      level(MEDIUM, { metric: 'silentS', is: '>=', limit: 5 }, hold(0), '{item} is not answering'),
    ],
    reminder: MEDIUM_REMINDER,
    why: 'No data for 5 s: the values on the screen are old.',
  },
  {
    id: 'T5',
    name: 'no-sound',
    kind: 'technical',
    phases: B_I_O,
    levels: [
      level(MEDIUM, { metric: 'audibleScreens', is: '<', limit: 1 }, hold(60), 'No screen with sound shows this bed'),
    ],
    reminder: MEDIUM_REMINDER,
    why: 'An alarm that nobody can hear is no alarm.',
  },
  {
    id: 'T6',
    name: 'recorder-failed',
    kind: 'technical',
    phases: ALL_OPEN,
    levels: [level(MEDIUM, { fact: 'recorder-failed' }, hold(5), 'Recording failed')],
    reminder: MEDIUM_REMINDER,
    why: 'What is not recorded cannot be reviewed.',
  },
];

const GATES: readonly Rule[] = [
  {
    id: 'G1',
    name: 'pre-dose-gate',
    kind: 'advisory',
    phases: ['setup', 'baseline'],
    levels: [
      level(
        'notice',
        {
          any: [
            { metric: 'baselineSystolic', is: '>', limit: 150 },
            {
              all: [
                { metric: 'baselineSystolic', is: '>', limit: 140 },
                { any: [{ fact: 'age-unknown' }, { metric: 'ageYears', is: '<', limit: 65 }] },
              ],
            },
            { metric: 'baselineDiastolic', is: '>', limit: 90 },
          ],
        },
        hold(0),
        'Baseline above 140/90: confirm to proceed',
      ),
    ],
    isGate: true,
    why: 'The label and the trials weigh or withhold the dose above this baseline (above 150 systolic from 65 years).',
  },
];

export const ADULT_IV_KETAMINE: RuleSet = {
  id: 'adult-iv-ketamine',
  version: '2',
  title: 'Adult, ketamine by vein',
  rules: [...PRESSURE, ...RATE_AND_SATURATION, ...PUMP, ...TECHNICAL, ...GATES],
};
