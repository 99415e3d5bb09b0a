/** What the scenarios share: the usual infusion, the usual cuff schedule, a patient in whom everything varies as usual. */
import type { Plan } from '$lib/domain/index.ts';
import { USUAL_CUFF_NOISE, type CuffPlan } from '$simulators/patient/cuff.ts';
import type { Scenario } from './scenario.ts';

/** Scenario minute at which the infusion starts: infusion minute m is scenario minute m + 15. */
export const INFUSION_STARTS_MIN = 15;
const INFUSION_MIN = 40;
/** Schedules run on for a day. */
const FOR_GOOD_MIN = 24 * 60;

/** Racemic ketamine 0.5 mg/kg over 40 min at 1 mg/mL. */
export const usualPlan = (weightKg: number): Plan => ({
  template: 'ket-iv-40',
  drug: 'Ketamine',
  concentrationMgPerMl: 1,
  doseMgPerKg: 0.5,
  durationMin: INFUSION_MIN,
  weightKg,
  nibpIntervalMin: { infusion: 5, observation: 10 },
});

/** By hand at 2, 6 and 10 min, every 5 min during the infusion, every 10 min afterwards; the staff repeats from 160 systolic on. */
export const usualCuff = (infusionEndsMin = INFUSION_STARTS_MIN + INFUSION_MIN): CuffPlan => ({
  byHandMin: [2, 6, 10],
  automatic: [
    { fromMin: INFUSION_STARTS_MIN, toMin: infusionEndsMin, everyMin: 5 },
    { fromMin: infusionEndsMin, toMin: FOR_GOOD_MIN, everyMin: 10 },
  ],
  measuringS: [25, 40],
  repeat: { fromSystolic: 160, delayS: [60, 90] },
  noise: USUAL_CUFF_NOISE,
  decimals: 0,
  failsAtMin: [],
  isOnOximeterArm: false,
});

/** An uneventful infusion, without the patient. */
export const usualCourse = (weightKg: number): Omit<Scenario, 'id' | 'title' | 'story' | 'response'> => ({
  drug: 'ketamine',
  plan: usualPlan(weightKg),
  acts: [{ atMin: INFUSION_STARTS_MIN, act: 'start' }],
  disturbances: [],
  episodes: [],
  cuff: usualCuff(),
  variability: 1,
});
