/** What the station cannot see, cannot hear or cannot write: sensors, links, screens, recorder. */
import type { Expression, Rule } from '$lib/domain/index.ts';
import {
  ALL_OPEN,
  B_I_O,
  HIGH,
  HIGH_REMINDER,
  I_O,
  LOW,
  MEDIUM,
  MEDIUM_REMINDER,
  below,
  hold,
  level,
} from './building.ts';

const WITHOUT_LINE: Expression = { not: { fact: 'pressure-by-line' } };

export const TECHNICAL: readonly Rule[] = [
  {
    id: 'T1',
    name: 'nibp-overdue',
    kind: 'technical',
    phases: I_O,
    levels: [
      level(
        MEDIUM,
        { all: [WITHOUT_LINE, { metric: 'nibpIntervals', is: '>=', limit: 2 }] },
        hold(30),
        'No cuff reading for two intervals',
      ),
      level(
        LOW,
        { all: [WITHOUT_LINE, { metric: 'nibpOverdueMin', is: '>=', limit: 2 }] },
        hold(30),
        'Cuff reading overdue',
      ),
    ],
    reminder: MEDIUM_REMINDER,
    why: 'The pressure peaks at 30 to 40 minutes; a missing reading there is a blind spot. An arterial line sees more than the cuff; 30 s are for its flushing.',
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
    levels: [level(MEDIUM, { fact: 'no-audible-screen' }, hold(60), 'No screen with sound shows this bed')],
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
  {
    id: 'T7-spo2',
    name: 'spo2-signal-poor',
    kind: 'technical',
    phases: B_I_O,
    levels: [level(LOW, { fact: 'spo2-doubtful' }, hold(30, 5), 'SpO₂ signal doubtful')],
    reminder: MEDIUM_REMINDER,
    why: 'Low perfusion or movement: the saturation is not judged while the signal is doubtful.',
  },
  {
    id: 'T7-hr',
    name: 'hr-signal-poor',
    kind: 'technical',
    phases: B_I_O,
    levels: [level(LOW, { fact: 'heart-rate-doubtful' }, hold(30, 5), 'Heart rate signal doubtful')],
    reminder: MEDIUM_REMINDER,
    why: 'The heart rate is not judged while the signal is doubtful.',
  },
  {
    id: 'T8',
    name: 'arterial-line-flat',
    kind: 'technical',
    phases: B_I_O,
    metric: 'lineMean',
    levels: [
      level(
        HIGH,
        {
          all: [{ known: 'linePulsatility' }, { any: [below('linePulsatility', 3, 2), below('lineMean', 10, 5)] }],
        },
        hold(10, 5),
        'No pulse in the arterial line: disconnected?',
      ),
    ],
    reminder: HIGH_REMINDER,
    why: 'An open arterial line bleeds. The pressures of a flat line are no pressures of the patient; the cuff counts meanwhile.',
  },
  {
    id: 'T9',
    name: 'bedside-silenced',
    kind: 'technical',
    each: 'device',
    phases: ALL_OPEN,
    levels: [level('notice', { fact: 'bedside-silenced' }, hold(130), '{item}: its own alarms are silenced')],
    why: 'The bedside device is the primary alarm. A pause of two minutes is usual; longer, somebody should know.',
  },
];
