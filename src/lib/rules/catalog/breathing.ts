/** Saturation and breathing. */
import type { Expression, Rule } from '$lib/domain/index.ts';
import { B_I_O, HIGH, I_O, MEDIUM, below, hold, level } from './building.ts';

const SLOW = 'Respiratory rate {value} /min, {beyond}';
const TOO_SLOW = below('respiratoryRate', 8, 2, [6, 10]);
const FALLING_SPO2 = below('spo2', 94, 1);
/** Where nobody can see the saturation, nothing speaks against what the rate says. */
const WITHOUT_GOOD_SPO2: Expression = { any: [{ fact: 'no-spo2' }, { fact: 'spo2-doubtful' }, FALLING_SPO2] };

export const BREATHING: readonly Rule[] = [
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
        'SpO₂ {value} %, {beyond}',
      ),
    ],
    reminder: { worseBy: 4, afterMin: 5 },
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
      level(HIGH, { metric: 'spo2', is: '<', limit: 85, hysteresis: 2 }, hold(0, 5), 'SpO₂ {value} %, {beyond}'),
      level(
        HIGH,
        { metric: 'spo2', is: '<', limit: 88, hysteresis: 2, adjustable: [80, 92] },
        hold(10, 5),
        'SpO₂ {value} %, {beyond}',
      ),
    ],
    reminder: { worseBy: 5, afterMin: 2 },
    why: 'A deep fall does not wait: below 85 % at once, below 88 % after 10 s.',
  },
  {
    id: 'O3',
    name: 'rr-low',
    kind: 'physiological',
    phases: I_O,
    metric: 'respiratoryRate',
    worse: 'lower',
    levels: [
      level(HIGH, below('respiratoryRate', 1, 1), hold(10, 5), 'No breath counted'),
      level(HIGH, below('respiratoryRate', 5, 2), hold(10, 5), SLOW),
      level(HIGH, { all: [TOO_SLOW, WITHOUT_GOOD_SPO2] }, hold(10, 5), SLOW),
      level(MEDIUM, TOO_SLOW, hold(70, 15), SLOW),
      level(MEDIUM, { all: [below('respiratoryRate', 10, 2), FALLING_SPO2] }, hold(15, 5), SLOW),
      level('notice', below('respiratoryRate', 10, 2), hold(70, 15), SLOW),
    ],
    reminder: { worseBy: 2, afterMin: 10 },
    why: 'A sleeper breathes slowly with a good saturation, and electrodes miss shallow breaths: a slow rate is urgent when it is extreme, when the saturation falls with it or is not known, and otherwise when it lasts longer than the minute in which slow monitors count.',
  },
  {
    id: 'O3-high',
    name: 'rr-high',
    kind: 'physiological',
    phases: I_O,
    metric: 'respiratoryRate',
    worse: 'higher',
    levels: [
      level(
        MEDIUM,
        { metric: 'respiratoryRate', is: '>', limit: 28, hysteresis: 2, adjustable: [20, 40] },
        hold(15, 5),
        'Respiratory rate {value} /min, {beyond}',
      ),
    ],
    reminder: { worseBy: 5, afterMin: 10 },
    why: 'Fast breathing at rest: anxiety, pain, or lungs in trouble.',
  },
];
