/** Gates: they keep the infusion from being begun by hand until somebody decides. */
import type { Rule } from '$lib/domain/index.ts';
import { entered, hold, level } from './building.ts';

export const GATES: readonly Rule[] = [
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
  {
    id: 'G2',
    name: 'baseline-gate',
    kind: 'advisory',
    phases: ['setup', 'baseline'],
    levels: [
      level(
        'notice',
        {
          any: [
            entered('baselineHeartRate', '>', 110),
            entered('baselineHeartRate', '<', 50),
            entered('baselineSpo2', '<', 94),
          ],
        },
        hold(0),
        'Baseline heart rate or SpO₂ outside the range: confirm to proceed',
      ),
    ],
    isGate: true,
    why: 'A heart rate above 110 or below 50 /min or a saturation below 94 % at rest wants a decision before the drug.',
  },
];
