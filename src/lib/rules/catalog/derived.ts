/** Quantities that are reckoned from others, and sources that contradict each other. */
import type { Rule } from '$lib/domain/index.ts';
import { B_I_O, CONFIRM, I_O, LOW, MEDIUM, MEDIUM_REMINDER, below, hold, level } from './building.ts';

export const DERIVED: readonly Rule[] = [
  {
    id: 'D1',
    name: 'rate-pressure-product',
    kind: 'physiological',
    phases: I_O,
    metric: 'ratePressureProduct',
    worse: 'higher',
    levels: [
      level(
        MEDIUM,
        { metric: 'ratePressureProduct', is: '>=', limit: 20_000, hysteresis: 1000 },
        CONFIRM,
        'Rate-pressure product {value}, limit {limit}',
      ),
    ],
    reminder: { worseBy: 2000, afterMin: 10 },
    why: 'Heart rate times systolic pressure follows the oxygen that the heart needs; at rest it is 7 000 to 10 000.',
  },
  {
    id: 'D2',
    name: 'cerebral-perfusion',
    kind: 'physiological',
    phases: I_O,
    metric: 'cpp',
    levels: [
      level(
        MEDIUM,
        {
          all: [
            { known: 'icp' },
            { any: [below('cpp', 60, 5), { metric: 'cpp', is: '>', limit: 110, hysteresis: 5 }] },
          ],
        },
        CONFIRM,
        'Cerebral perfusion pressure {value} mmHg, limit {limit}',
      ),
    ],
    reminder: MEDIUM_REMINDER,
    why: 'Mean pressure minus the pressure in the skull is what drives blood through the brain; judged where the latter is known.',
  },
  {
    id: 'D3',
    name: 'shock-index',
    kind: 'physiological',
    phases: ['observation'],
    metric: 'shockIndex',
    worse: 'higher',
    levels: [
      level(
        LOW,
        { all: [{ metric: 'shockIndex', is: '>=', limit: 0.9, hysteresis: 0.05 }, below('systolic', 110, 5)] },
        CONFIRM,
        'Shock index {value}, limit {limit}',
      ),
    ],
    why: 'Heart rate over systolic pressure is 0.5 to 0.7 in health; a fast heart under a low pressure after the drug wants a look.',
  },
  {
    id: 'A1',
    name: 'pressure-sources-differ',
    kind: 'advisory',
    phases: B_I_O,
    metric: 'pressureDisagreement',
    levels: [
      level(
        'notice',
        {
          all: [
            { known: 'pressureDisagreement' },
            { metric: 'pressureDisagreement', is: '>', limit: 20, hysteresis: 5 },
          ],
        },
        { type: 'first', continuousHoldS: 0, isRepeatAdvised: true },
        'Cuff and arterial line differ by {value} mmHg mean',
      ),
    ],
    why: 'The rules follow the arterial line. When the cuff says otherwise one of the two is wrong: level, zero, damping, cuff size.',
  },
  {
    id: 'A2',
    name: 'heart-rates-differ',
    kind: 'advisory',
    phases: B_I_O,
    metric: 'heartRateDisagreement',
    levels: [
      level(
        'notice',
        {
          all: [
            { known: 'heartRateDisagreement' },
            { metric: 'heartRateDisagreement', is: '>', limit: 15, hysteresis: 5 },
          ],
        },
        hold(15, 15),
        'Heart rates differ by {value} /min',
      ),
    ],
    why: 'ECG, arterial line and oximeter count the same heart. A difference is an artefact, or beats without a pulse.',
  },
];
