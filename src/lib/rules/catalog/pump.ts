/** The pump beside the patient: what it does while something else happens, and what it says itself. */
import type { Rule } from '$lib/domain/index.ts';
import { ALL_OPEN, HIGH, HIGH_REMINDER, I_O, LOW, MEDIUM, MEDIUM_REMINDER, hold, level } from './building.ts';

export const PUMP: readonly Rule[] = [
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
