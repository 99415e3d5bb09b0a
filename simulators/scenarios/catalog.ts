/** The scenarios. All patients are invented; times are scenario minutes, infusion minute m is scenario minute m + 15. */
import { USUAL_BREATHING, type PresetId, type Resting } from '$simulators/patient/response.ts';
import type { Scenario } from './scenario.ts';
import { usualCourse, usualCuff, usualPlan } from './usual.ts';

const resting = (systolic: number, diastolic: number, heartRate: number, rest: Partial<Resting> = {}): Resting => ({
  systolic,
  diastolic,
  heartRate,
  ...USUAL_BREATHING,
  ...rest,
});

/** Leaves a visitor of the demonstration the time to admit, measure and plan. */
const ARRIVING_STARTS_MIN = 14;

const calm: Scenario = {
  ...usualCourse(70),
  id: 'calm',
  title: 'Calm course',
  story: 'A small rise of pressure and heart rate that no rule minds. Infusion from minute 15 to 55.',
  patient: { identifier: 'SIM-1001', shortName: 'Fern, A.', ageYears: 34, sex: 'female', weightKg: 70 },
  response: { resting: resting(116, 72, 66), gains: { systolic: 9, diastolic: 6, heartRate: 3 } },
};

const surge: Scenario = {
  ...usualCourse(84),
  id: 'surge',
  title: 'Pressure surge',
  story:
    'An ordinary rise until minute 36.5, then a surge: the reading that ends at minute 40 (infusion minute 25) is the first ' +
    'at or above 180 systolic, about 195. The staff repeats it, pauses the pump at minute 43 and resumes at 52.',
  patient: { identifier: 'SIM-1002', shortName: 'Stone, B.', ageYears: 57, sex: 'male', weightKg: 84 },
  response: { resting: resting(132, 74, 76), gains: { systolic: 28, diastolic: 13, heartRate: 9 } },
  acts: [
    { atMin: 15, act: 'start' },
    { atMin: 43, act: 'pause' },
    { atMin: 52, act: 'resume' },
  ],
  episodes: [{ fromMin: 36.5, riseMin: 2.5, toMin: 55, fallMin: 8, systolic: 38, diastolic: 6, heartRate: 14 }],
  cuff: { ...usualCuff(65), noise: { systolic: 2, diastolic: 2, mean: 1, pulse: 2 } },
};

const probeOff: Scenario = {
  ...usualCourse(62),
  id: 'probe-off',
  title: 'Sensors come off',
  story:
    'The oximeter comes off at minute 24 (infusion minute 9) for 90 s, an ECG electrode at minute 33 (infusion minute 18) for 2 min.',
  patient: { identifier: 'SIM-1003', shortName: 'Brook, C.', ageYears: 41, sex: 'female', weightKg: 62 },
  response: {
    resting: resting(122, 78, 84, { spo2: 96.6, respiratoryRate: 16 }),
    gains: { systolic: 12, diastolic: 8, heartRate: 6 },
  },
  disturbances: [
    { what: 'oximeter-off', fromMin: 24, toMin: 25.5 },
    { what: 'ecg-off', fromMin: 33, toMin: 35 },
  ],
};

const lineLoss: Scenario = {
  ...usualCourse(76),
  id: 'line-loss',
  title: 'Cables come loose',
  story:
    'Nothing arrives from the monitor for 20 s from minute 25 (infusion minute 10), and nothing from the pump for 20 s from minute 35.',
  patient: { identifier: 'SIM-1004', shortName: 'Marsh, D.', ageYears: 48, sex: 'male', weightKg: 76 },
  response: { resting: resting(126, 80, 72), gains: { systolic: 13, diastolic: 9, heartRate: 4 } },
  disturbances: [
    { what: 'monitor-unlinked', fromMin: 25, toMin: 25 + 1 / 3 },
    { what: 'pump-unlinked', fromMin: 35, toMin: 35 + 1 / 3 },
  ],
};

const pumpOcclusion: Scenario = {
  ...usualCourse(58),
  id: 'pump-occlusion',
  title: 'Line occluded',
  story:
    'The line is closed from minute 33 (infusion minute 18) to 37.5. The staff stops the pump at minute 37 and starts it again ' +
    'at minute 38; what the line held arrives at once.',
  patient: { identifier: 'SIM-1005', shortName: 'Heath, E.', ageYears: 29, sex: 'female', weightKg: 58 },
  response: {
    resting: resting(112, 70, 90, { spo2: 98.4, respiratoryRate: 15 }),
    gains: { systolic: 15, diastolic: 10, heartRate: 5 },
  },
  acts: [
    { atMin: 15, act: 'start' },
    { atMin: 37, act: 'pause' },
    { atMin: 38, act: 'resume' },
  ],
  disturbances: [{ what: 'line-occluded', fromMin: 33, toMin: 37.5 }],
  cuff: usualCuff(60),
};

const oracle: Scenario = {
  ...usualCourse(70),
  id: 'oracle',
  title: 'Reckoned by hand',
  story:
    'A marked responder without any chance: 128/78, heart rate 72, gains 44/28/12. Readings end every 5 min of the infusion ' +
    'and every 10 min after it; each from 160 systolic on is repeated with the same numbers 60 s later.',
  patient: { identifier: 'SIM-1006', shortName: 'Rule, F.', ageYears: 45, sex: 'male', weightKg: 70 },
  response: { resting: resting(128, 78, 72), gains: { systolic: 44, diastolic: 28, heartRate: 12 } },
  cuff: {
    ...usualCuff(),
    measuringS: [30, 30],
    repeat: { fromSystolic: 160, delayS: [30, 30], isEqual: true },
    noise: { systolic: 0, diastolic: 0, mean: 0, pulse: 0 },
    decimals: 1,
  },
  variability: 0,
};

const calmObservation: Scenario = {
  ...usualCourse(66),
  id: 'calm-observation',
  title: 'Calm observation',
  story:
    'A mild course; from minute 55 on the pump is done and the patient is watched every 10 min. Pump switched off at minute 57.',
  patient: { identifier: 'SIM-1007', shortName: 'Vale, G.', ageYears: 63, sex: 'female', weightKg: 66 },
  response: {
    resting: resting(124, 70, 62, { spo2: 96.2, respiratoryRate: 13 }),
    gains: { systolic: 14, diastolic: 8, heartRate: 3 },
  },
  acts: [
    { atMin: 15, act: 'start' },
    { atMin: 57, act: 'stop' },
  ],
};

const esketamine: Scenario = {
  ...usualCourse(72),
  id: 'esketamine',
  title: 'Esketamine infusion',
  story: 'Esketamine 0.25 mg/kg over 40 min from minute 15; rate halved from minute 30 to 40.',
  patient: { identifier: 'SIM-1008', shortName: 'Reed, H.', ageYears: 38, sex: 'male', weightKg: 72 },
  response: { resting: resting(120, 76, 78), gains: { systolic: 14, diastolic: 10, heartRate: 5 } },
  drug: 'esketamine',
  plan: { ...usualPlan(72), template: 'esk-iv-40', drug: 'Esketamine', doseMgPerKg: 0.25 },
  acts: [
    { atMin: 15, act: 'start' },
    { atMin: 30, act: 'set-rate', rateMlPerHour: 13.5 },
    { atMin: 40, act: 'set-rate', rateMlPerHour: 27 },
  ],
  cuff: usualCuff(60),
};

const restless: Scenario = {
  ...usualCourse(88),
  id: 'restless',
  title: 'Restless patient',
  story:
    'Anxious at the start, moves from minute 26 to 28 and from 44 to 45, and the reading at minute 30 fails. The cuff is on the ' +
    'arm of the oximeter, so saturation drops whenever it inflates.',
  patient: { identifier: 'SIM-1009', shortName: 'Dale, I.', ageYears: 52, sex: 'male', weightKg: 88 },
  response: { resting: resting(130, 82, 80), gains: { systolic: 12, diastolic: 8, heartRate: 6 } },
  disturbances: [
    { what: 'movement', fromMin: 26, toMin: 28 },
    { what: 'movement', fromMin: 44, toMin: 45 },
  ],
  episodes: [{ fromMin: 12, riseMin: 1, toMin: 17, fallMin: 3, systolic: 8, diastolic: 4, heartRate: 15 }],
  cuff: { ...usualCuff(), failsAtMin: [30], isOnOximeterArm: true },
};

const vagal: Scenario = {
  ...usualCourse(60),
  id: 'vagal',
  title: 'Vagal episode',
  story: 'Heart rate near 45 and systolic pressure near 85 from about minute 29 to 32 (infusion minutes 14 to 17).',
  patient: { identifier: 'SIM-1010', shortName: 'Wold, J.', ageYears: 24, sex: 'female', weightKg: 60 },
  response: { resting: resting(114, 70, 70), gains: { systolic: 8, diastolic: 5, heartRate: 2 } },
  episodes: [{ fromMin: 28, riseMin: 1, toMin: 34, fallMin: 2, systolic: -34, diastolic: -20, heartRate: -27 }],
};

const strongResponse: Scenario = {
  ...usualCourse(79),
  id: 'strong-response',
  title: 'Strong response',
  story:
    'Pressure rises all through the infusion, to the 160s near its end, and the staff repeats each reading from 160 on. Nothing ' +
    'has to be stopped; it falls by itself afterwards. Pump switched off at minute 57.',
  patient: { identifier: 'SIM-1011', shortName: 'Moor, K.', ageYears: 49, sex: 'male', weightKg: 79 },
  response: { resting: resting(133, 80, 74), gains: { systolic: 33, diastolic: 16, heartRate: 14 } },
  acts: [
    { atMin: 15, act: 'start' },
    { atMin: 57, act: 'stop' },
  ],
};

const freeBed: Scenario = {
  ...usualCourse(70),
  id: 'free-bed',
  title: 'Free bed',
  story: 'The monitor is connected, nobody is: no electrode, no probe, no cuff, no cannula, and the pump stands still.',
  response: { resting: resting(120, 75, 70), gains: { systolic: 0, diastolic: 0, heartRate: 0 } },
  acts: [],
  disturbances: [
    { what: 'ecg-off', fromMin: 0, toMin: Infinity },
    { what: 'oximeter-off', fromMin: 0, toMin: Infinity },
    { what: 'cuff-off', fromMin: 0, toMin: Infinity },
    { what: 'capnograph-off', fromMin: 0, toMin: Infinity },
  ],
  cuff: { ...usualCuff(), byHandMin: [], automatic: [] },
};

const arriving: Scenario = {
  ...usualCourse(68),
  id: 'arriving',
  title: 'Just arrived',
  story:
    'A patient who was connected a moment ago and whom nobody has admitted yet. The staff measures by hand every two minutes, ' +
    'and starts the pump at minute 14.',
  response: { resting: resting(118, 74, 68), gains: { systolic: 16, diastolic: 10, heartRate: 6 } },
  acts: [{ atMin: ARRIVING_STARTS_MIN, act: 'start' }],
  cuff: {
    ...usualCuff(),
    byHandMin: [1, 3, 5, 7],
    automatic: [{ fromMin: ARRIVING_STARTS_MIN, toMin: 24 * 60, everyMin: 5 }],
  },
};

/** A patient drawn from a published population: another one for every seed. For counting alarms over many sessions. */
const drawn = (preset: PresetId): Scenario => ({
  ...usualCourse(70),
  id: preset,
  title: `Drawn patient, ${preset} responders`,
  story: `An uneventful infusion; the seed draws the patient from the population "${preset}".`,
  patient: { identifier: 'SIM-2000', shortName: 'Drawn, X.', ageYears: 50, sex: 'other', weightKg: 70 },
  response: preset,
});

export const CATALOG: readonly Scenario[] = [
  calm,
  surge,
  probeOff,
  lineLoss,
  pumpOcclusion,
  oracle,
  calmObservation,
  esketamine,
  restless,
  vagal,
  strongResponse,
  freeBed,
  arriving,
  drawn('mild'),
  drawn('typical'),
  drawn('marked'),
  drawn('hypertensive'),
];
