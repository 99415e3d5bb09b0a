/** Scenarios of single events, as the scripts tell them, and of what is not the usual: the nasal route, an arterial line, a cold hand. */
import { USUAL_BREATHING, type PatientResponse } from '$simulators/patient/response.ts';
import type { Scenario } from './scenario.ts';
import { cannulationAnxiety, withScript } from './scripts.ts';
import { INFUSION_STARTS_MIN, usualCourse, usualPlan } from './usual.ts';

const WEIGHT_KG = 74;

/** A patient in the middle of the population, so that what happens is the script's doing. */
const MIDDLING: PatientResponse = {
  resting: { systolic: 122, diastolic: 76, heartRate: 72, ...USUAL_BREATHING },
  gains: { systolic: 13, diastolic: 9, heartRate: 4 },
};

const patient = (number: number, shortName: string): NonNullable<Scenario['patient']> => ({
  ...{
    identifier: `SIM-30${String(number).padStart(2, '0')}`,
    shortName,
    ageYears: 46,
    sex: 'male',
    weightKg: WEIGHT_KG,
  },
});

const usual = (number: number, shortName: string, told: Pick<Scenario, 'id' | 'title' | 'story'>): Scenario => ({
  ...usualCourse(WEIGHT_KG),
  ...told,
  patient: patient(number, shortName),
  response: MIDDLING,
});

const hypertensiveCrisis = withScript(
  usual(1, 'Crag, L.', {
    id: 'hypertensive-crisis',
    title: 'Hypertensive crisis',
    story: 'Pressure climbs to 200/120 by minute 40 (infusion minute 25). The staff stops the pump at minute 46.',
  }),
  'hypertensive-crisis',
  40,
);

const cannulation: Scenario = {
  ...usual(2, 'Thorn, M.', {
    id: 'cannulation-anxiety',
    title: 'Anxiety at the cannulation',
    story: 'Heart rate 15 higher for three minutes before the infusion starts at minute 15; otherwise uneventful.',
  }),
  episodes: [cannulationAnxiety(INFUSION_STARTS_MIN)],
};

const nausea = withScript(
  usual(3, 'Eddy, N.', {
    id: 'nausea',
    title: 'Nausea with a slow heart',
    story: 'From minute 38 (infusion minute 23) nausea: restless, heart rate 48, pressure near 98/60 for some minutes.',
  }),
  'nausea-with-bradycardia',
  38,
);

const oversedation = withScript(
  usual(4, 'Drift, O.', {
    id: 'oversedation',
    title: 'Oversedation',
    story:
      'From minute 42 (infusion minute 27) breathing slows to 6, carbon dioxide rises, and two minutes later saturation falls to 84. ' +
      'The staff stops the pump at minute 47.',
  }),
  'oversedation',
  42,
);

const desaturationDips = withScript(
  usual(5, 'Hollow, P.', {
    id: 'desaturation-dips',
    title: 'Dips of saturation',
    story: 'Saturation dips to 87, 89 and 86 at minutes 35, 38 and 41, each time for less than a minute.',
  }),
  'desaturation-dips',
  35,
);

const pumpStop = withScript(
  usual(6, 'Still, Q.', {
    id: 'pump-stop',
    title: 'Pump stands still',
    story: 'The pump stands still from minute 32 (infusion minute 17) to 39, though nobody meant it to.',
  }),
  'pump-stop',
  32,
);

const nasal: Scenario = {
  ...usual(7, 'Gale, R.', {
    id: 'nasal-esketamine',
    title: 'Nasal esketamine',
    story:
      'Three nasal devices, 84 mg of esketamine, at minutes 15, 20 and 25; no pump. Pressure is highest about 40 min later.',
  }),
  drug: 'esketamine',
  sprays: [0, 5, 10].map((minute) => ({ atMin: INFUSION_STARTS_MIN + minute, mg: 28 })),
  plan: { ...usualPlan(WEIGHT_KG), template: 'other', drug: 'Esketamine' },
  acts: [],
};

const arterialLine: Scenario = {
  ...usual(8, 'Beck, S.', {
    id: 'arterial-line',
    title: 'Arterial line',
    story: 'An uneventful infusion in a patient with an arterial line: the pressure is there as a trace.',
  }),
  hasArterialLine: true,
};

const coldHand: Scenario = {
  ...usual(9, 'Frost, T.', {
    id: 'cold-hand',
    title: 'Cold hand',
    story:
      'From minute 25 to 35 (infusion minutes 10 to 20) the pulse at the finger is small and saturation reads uncertainly.',
  }),
  disturbances: [{ what: 'low-perfusion', fromMin: 25, toMin: 35 }],
};

export const LABORATORY: readonly Scenario[] = [
  hypertensiveCrisis,
  cannulation,
  nausea,
  oversedation,
  desaturationDips,
  pumpStop,
  nasal,
  arterialLine,
  coldHand,
];
