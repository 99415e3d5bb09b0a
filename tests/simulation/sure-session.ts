/** A session in which everything happens that the proofs need: a patient in all dangers, a nurse who answers some of them late. */
import { MINUTE_MS } from '$lib/domain/index.ts';
import type { Excursion } from '$simulators/scenarios/scenario.ts';
import { drawSession, type SessionDraw } from './draw.ts';

/** What its journal holds. */
export const SURE = [
  'signalled S1',
  'signalled H1',
  'signalled O2',
  'condition-ended H1',
  'signalled N1',
  'acknowledged S1',
  'acknowledged H1',
] as const;

const danger = (fromMin: number, toMin: number, to: Excursion['to']): Excursion => ({
  ...{ fromMin, toMin, riseMin: 0.1, fallMin: 0.1 },
  to,
});

/** Nothing of it is left to chance but the patient's own ups and downs. */
export function sureDraw(): SessionDraw {
  const draw = drawSession(11, 0);
  return {
    ...draw,
    lengthMs: 42 * MINUTE_MS,
    scenario: {
      ...draw.scenario,
      response: { resting: RESTING, gains: { systolic: 8, diastolic: 5, heartRate: 3 } },
      modifiers: [],
      episodes: [],
      disturbances: [],
      acts: [{ atMin: 15, act: 'start' }],
      excursions: [
        danger(18, 20, { heartRate: 155 }),
        danger(19, 26, { systolic: 205, diastolic: 120 }),
        danger(24, 24.7, { heartRate: 160 }),
        danger(27, 28.5, { spo2: 86.5 }),
        danger(30, 32, { spo2: 80 }),
        danger(34, 36, { heartRate: 150 }),
      ],
      cuff: {
        ...draw.scenario.cuff,
        automatic: [{ fromMin: 15, toMin: 1440, everyMin: 5 }],
        failsAtMin: [],
        byHandMin: [2, 6, 10],
      },
    },
    devices: [
      { driver: 'ge-s5-dri', role: 'monitor', settings: { waveforms: [] }, faults: { seed: 1 }, outages: [] },
      { driver: 'pump-alaris-asena', role: 'pump', settings: {}, faults: { seed: 2 }, outages: [] },
    ],
    screens: [{ delayMs: 15, isAudible: true, troubles: [] }],
    nurse: { seed: 5, answerS: 45, neverShare: 0, admitsAtS: 20, mistakesEveryMs: 10 * MINUTE_MS, ...SCORES },
    ...{ kills: [], webRestarts: [], clockSteps: [], disk: [] },
  };
}

/** Half an hour of a patient with an arterial line, which is open to the air for a while, then clotted for a while. */
export function lineDraw(): SessionDraw {
  const draw = sureDraw();
  return {
    ...draw,
    lengthMs: 30 * MINUTE_MS,
    scenario: {
      ...draw.scenario,
      hasArterialLine: true,
      excursions: [],
      disturbances: [
        { what: 'arterial-open', fromMin: 16.5, toMin: 17.2 },
        { what: 'arterial-damped', fromMin: 18.5, toMin: 19.2 },
      ],
    },
    devices: draw.devices.map((one) =>
      one.role === 'pump'
        ? one
        : { ...one, driver: 'philips-intellivue', settings: { waveforms: [], hasArterialLine: true } },
    ),
  };
}

/** Deep sedation for a while. */
const SCORES = { scoresEveryMs: 5 * MINUTE_MS, sedated: [{ fromMs: 22 * MINUTE_MS, forMs: 8 * MINUTE_MS }] };

const RESTING = {
  ...{ systolic: 122, diastolic: 76, heartRate: 72, spo2: 97.5 },
  ...{ perfusionIndex: 2.4, respiratoryRate: 14, etco2: 38 },
};
