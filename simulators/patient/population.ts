/**
 * What a preset does to many patients: the figures that published series report, from cuff readings with the usual noise
 * at 0, 10, 20, 30, 40, 55, 70 and 85 minutes of 0.5 mg/kg over 40 minutes. It shows whether the simulator is believable.
 */
import { effectCurve } from '$lib/pharmacology/index.ts';
import { normal, STREAM } from './chance.ts';
import { USUAL_CUFF_NOISE } from './cuff.ts';
import { drawResponse, type PresetId } from './response.ts';

/** Rises are against the reading at minute 0, mmHg; `share` is the fraction of sessions in which a reading does so. */
export interface PopulationTable {
  readonly systolicRiseAt40: { readonly mean: number; readonly sd: number };
  readonly diastolicRiseAt40: { readonly mean: number; readonly sd: number };
  readonly meanOfGreatestRise: { readonly systolic: number; readonly diastolic: number };
  readonly share: {
    readonly systolic160: number;
    readonly systolic180: number;
    readonly diastolic110: number;
    readonly rise30: number;
    readonly rise40: number;
    readonly risePercent20: number;
  };
}

const READING_MIN = [0, 10, 20, 30, 40, 55, 70, 85];
const PEAK_READING = READING_MIN.indexOf(40);
const WEIGHT_KG = 70;
const USUAL_INFUSION = [{ fromMin: 0, toMin: 40, mgPerMin: (0.5 * WEIGHT_KG) / 40 }];

interface SimulatedSession {
  readonly systolic: readonly number[];
  readonly diastolic: readonly number[];
}

/** The table for `count` patients of a preset. */
export function populationTable(preset: PresetId, count: number, seed: number): PopulationTable {
  const effects = effectCurve('ketamine', WEIGHT_KG, USUAL_INFUSION, READING_MIN);
  const sessions = Array.from({ length: count }, (_, index) => simulateSession(preset, seed, index, effects));
  const share = (holds: (session: SimulatedSession) => boolean): number => sessions.filter(holds).length / count;
  const first = (values: readonly number[]): number => values[0] ?? NaN;
  const rise = (values: readonly number[], reading: number): number => (values[reading] ?? NaN) - first(values);
  const greatest = (values: readonly number[]): number => Math.max(...values.slice(1)) - first(values);
  return {
    systolicRiseAt40: spread(sessions.map(({ systolic }) => rise(systolic, PEAK_READING))),
    diastolicRiseAt40: spread(sessions.map(({ diastolic }) => rise(diastolic, PEAK_READING))),
    meanOfGreatestRise: {
      systolic: spread(sessions.map(({ systolic }) => greatest(systolic))).mean,
      diastolic: spread(sessions.map(({ diastolic }) => greatest(diastolic))).mean,
    },
    share: {
      systolic160: share(({ systolic }) => Math.max(...systolic) >= 160),
      systolic180: share(({ systolic }) => Math.max(...systolic) >= 180),
      diastolic110: share(({ diastolic }) => Math.max(...diastolic) >= 110),
      rise30: share(({ systolic }) => greatest(systolic) >= 30),
      rise40: share(({ systolic }) => greatest(systolic) >= 40),
      risePercent20: share(({ systolic }) => greatest(systolic) >= 0.2 * first(systolic)),
    },
  };
}

function simulateSession(preset: PresetId, seed: number, index: number, effects: readonly number[]): SimulatedSession {
  const { resting, gains } = drawResponse(preset, seed, index);
  const noise = (stream: typeof STREAM.cuffSystolic | typeof STREAM.cuffDiastolic, reading: number): number =>
    normal(seed, stream, index * READING_MIN.length + reading);
  return {
    systolic: effects.map(
      (e, i) => resting.systolic + gains.systolic * e + USUAL_CUFF_NOISE.systolic * noise(STREAM.cuffSystolic, i),
    ),
    diastolic: effects.map(
      (e, i) => resting.diastolic + gains.diastolic * e + USUAL_CUFF_NOISE.diastolic * noise(STREAM.cuffDiastolic, i),
    ),
  };
}

function spread(values: readonly number[]): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
