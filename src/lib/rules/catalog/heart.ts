/** Heart rate: limits, the rise over the baseline, bursts, and a slow heart. */
import type { Rule } from '$lib/domain/index.ts';
import {
  B_I_O,
  HIGH,
  HIGH_REMINDER,
  I_O,
  LOW,
  MEDIUM,
  MEDIUM_REMINDER,
  atLeast,
  below,
  hold,
  level,
  rise,
} from './building.ts';

export const HEART: readonly Rule[] = [
  {
    id: 'H1',
    name: 'hr-very-high',
    kind: 'physiological',
    phases: B_I_O,
    group: { name: 'heart-rate-high', rank: 3 },
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
    group: { name: 'heart-rate-high', rank: 2 },
    metric: 'heartRate',
    worse: 'higher',
    levels: [
      level(
        MEDIUM,
        { metric: 'heartRate', is: '>', limit: 120, hysteresis: 5, adjustable: [90, 150] },
        hold(15, 10),
        'Heart rate {value} /min, {beyond}',
      ),
    ],
    reminder: MEDIUM_REMINDER,
    why: '120 /min is the usual default of bedside monitors.',
  },
  {
    id: 'H3',
    name: 'hr-rise',
    kind: 'physiological',
    phases: I_O,
    group: { name: 'heart-rate-high', rank: 1 },
    metric: 'heartRate',
    worse: 'higher',
    levels: [
      level(
        MEDIUM,
        {
          all: [{ metric: 'heartRate', of: 'percent', is: '>=', limit: 30, hysteresis: 5 }, atLeast('heartRate', 110)],
        },
        hold(30, 10),
        'Heart rate {value} /min, {percent} % over baseline',
      ),
    ],
    reminder: MEDIUM_REMINDER,
    why: 'A trial rule names 110 /min; with a rise of 30 % it is the drug and not the patient’s own rate.',
  },
  {
    id: 'H4',
    name: 'hr-spike',
    kind: 'physiological',
    phases: I_O,
    group: { name: 'heart-rate-high', rank: 0 },
    metric: 'heartRate',
    worse: 'higher',
    levels: [
      level(
        LOW,
        {
          all: [
            { metric: 'heartRate', of: 'slope', is: '>=', limit: 25, hysteresis: 10, overS: 60 },
            rise('heartRate', 25),
          ],
        },
        hold(30, 10),
        'Heart rate rising {slope}/min, now {value}, {delta} over baseline',
      ),
    ],
    why: 'A burst of the heart rate is how the drug’s stimulation begins; the pressure follows.',
  },
  {
    id: 'H5',
    name: 'hr-low',
    kind: 'physiological',
    phases: B_I_O,
    metric: 'heartRate',
    worse: 'lower',
    levels: [
      level(HIGH, below('heartRate', 40, 5), hold(10, 10), 'Heart rate {value} /min, {beyond}'),
      level(MEDIUM, below('heartRate', 50, 5, [40, 60]), hold(15, 10), 'Heart rate {value} /min, {beyond}'),
    ],
    reminder: MEDIUM_REMINDER,
    why: '50 /min is the usual default of bedside monitors; below 40 /min the circulation may fail.',
  },
];
