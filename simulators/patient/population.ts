/**
 * What a preset does to many patients: the figures that series report, from cuff readings with the usual noise during and after
 * 0.5 mg/kg over 40 minutes. It shows whether the simulator is believable.
 */
import { effectCurve } from '$lib/pharmacology/index.ts';
import { normal, STREAM, type Stream } from './chance.ts';
import { USUAL_CUFF_NOISE } from './cuff.ts';
import { drawResponse, type PresetId } from './response.ts';

const WEIGHT_KG = 70;
const USUAL_INFUSION = [{ fromMin: 0, toMin: 40, mgPerMin: (0.5 * WEIGHT_KG) / 40 }];

/** The effect of the usual infusion at these minutes. */
export const usualEffects = (atMin: readonly number[]): readonly number[] =>
  effectCurve('ketamine', WEIGHT_KG, USUAL_INFUSION, atMin);

/** Readings of the table of rises; the first is the baseline. */
export const RISE_READINGS_MIN: readonly number[] = [0, 10, 20, 30, 40, 55, 70, 85];
const PEAK_READING = RISE_READINGS_MIN.indexOf(40);

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

/** The table for `count` patients of a preset. */
export function populationTable(preset: PresetId, count: number, seed: number): PopulationTable {
  const effects = usualEffects(RISE_READINGS_MIN);
  const at40 = { systolic: new Tally(), diastolic: new Tally() };
  const greatest = { systolic: new Tally(), diastolic: new Tally() };
  const share = { systolic160: 0, systolic180: 0, diastolic110: 0, rise30: 0, rise40: 0, risePercent20: 0 };
  for (let index = 0; index < count; index++) {
    const { systolic, diastolic } = simulateSession(preset, seed, index, effects);
    at40.systolic.add(rise(systolic, PEAK_READING));
    at40.diastolic.add(rise(diastolic, PEAK_READING));
    const highest = Math.max(...systolic);
    const first = systolic[0] ?? NaN;
    const up = greatestRise(systolic);
    greatest.systolic.add(up);
    greatest.diastolic.add(greatestRise(diastolic));
    if (highest >= 160) share.systolic160 += 1 / count;
    if (highest >= 180) share.systolic180 += 1 / count;
    if (Math.max(...diastolic) >= 110) share.diastolic110 += 1 / count;
    if (up >= 30) share.rise30 += 1 / count;
    if (up >= 40) share.rise40 += 1 / count;
    if (up >= 0.2 * first) share.risePercent20 += 1 / count;
  }
  return {
    systolicRiseAt40: at40.systolic.spread(),
    diastolicRiseAt40: at40.diastolic.spread(),
    meanOfGreatestRise: { systolic: greatest.systolic.spread().mean, diastolic: greatest.diastolic.spread().mean },
    share,
  };
}

interface SimulatedSession {
  readonly systolic: readonly number[];
  readonly diastolic: readonly number[];
}

function simulateSession(preset: PresetId, seed: number, index: number, effects: readonly number[]): SimulatedSession {
  const { resting, gains } = drawResponse(preset, seed, index);
  const noise = (stream: Stream, reading: number): number => normal(seed, stream, index * effects.length + reading);
  return {
    systolic: effects.map(
      (e, i) => resting.systolic + gains.systolic * e + USUAL_CUFF_NOISE.systolic * noise(STREAM.cuffSystolic, i),
    ),
    diastolic: effects.map(
      (e, i) => resting.diastolic + gains.diastolic * e + USUAL_CUFF_NOISE.diastolic * noise(STREAM.cuffDiastolic, i),
    ),
  };
}

const rise = (values: readonly number[], reading: number): number => (values[reading] ?? NaN) - (values[0] ?? NaN);
const greatestRise = (values: readonly number[]): number => Math.max(...values.slice(1)) - (values[0] ?? NaN);

/** Thirteen readings: every 5 minutes of the infusion, every 10 after it; each may be repeated a minute and a half later. */
export const CONFIRM_READINGS_MIN: readonly number[] = [5, 10, 15, 20, 25, 30, 35, 40, 50, 60, 70, 80, 90];
export const REPEAT_AFTER_MIN = 1.5;

/** What a rule looks for, given the baseline: the systolic pressure from which on it fires. */
export const CONFIRM_LIMITS = {
  risePercent20: (baseline: number) => 1.2 * baseline,
  rise30: (baseline: number) => baseline + 30,
  systolic160: () => 160,
  systolic180: () => 180,
} as const satisfies Record<string, (baseline: number) => number>;

export type ConfirmRule = keyof typeof CONFIRM_LIMITS;
export const CONFIRM_RULES = [
  'risePercent20',
  'rise30',
  'systolic160',
  'systolic180',
] as const satisfies readonly ConfirmRule[];

/** The fraction of sessions in which a rule fires at least once: on one reading, and on one whose repeat exceeds too. */
export type ConfirmTable = Readonly<Record<ConfirmRule, { readonly single: number; readonly confirmed: number }>>;

/** @param baselineReadings how many readings before the drug the baseline is the mean of. */
export function confirmTable(
  preset: PresetId | 'no-drug',
  baselineReadings: number,
  count: number,
  seed: number,
): ConfirmTable {
  const first = usualEffects(CONFIRM_READINGS_MIN);
  const repeat = usualEffects(CONFIRM_READINGS_MIN.map((minute) => minute + REPEAT_AFTER_MIN));
  const fired = CONFIRM_RULES.map(() => ({ single: 0, confirmed: 0 }));
  const perSession = baselineReadings + 2 * first.length;
  for (let index = 0; index < count; index++) {
    const { resting, gains } = drawResponse(preset === 'no-drug' ? 'mild' : preset, seed, index);
    const gain = preset === 'no-drug' ? 0 : gains.systolic;
    const read = (e: number, number: number): number =>
      resting.systolic +
      gain * e +
      USUAL_CUFF_NOISE.systolic * normal(seed, STREAM.cuffSystolic, index * perSession + number);
    let sum = 0;
    for (let i = 0; i < baselineReadings; i++) sum += read(0, i);
    const readings = first.map((e, i) => read(e, baselineReadings + 2 * i));
    const repeats = repeat.map((e, i) => read(e, baselineReadings + 2 * i + 1));
    CONFIRM_RULES.forEach((rule, which) => {
      const limit = CONFIRM_LIMITS[rule](sum / baselineReadings);
      const tally = fired[which];
      if (!tally) return;
      if (readings.some((value) => value >= limit)) tally.single += 1 / count;
      if (readings.some((value, i) => value >= limit && (repeats[i] ?? NaN) >= limit)) tally.confirmed += 1 / count;
    });
  }
  const of = (rule: ConfirmRule) => fired[CONFIRM_RULES.indexOf(rule)] ?? { single: NaN, confirmed: NaN };
  return {
    risePercent20: of('risePercent20'),
    rise30: of('rise30'),
    systolic160: of('systolic160'),
    systolic180: of('systolic180'),
  };
}

/** Mean and standard deviation of numbers that come one by one. */
class Tally {
  #count = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    this.#count += 1;
    const off = value - this.#mean;
    this.#mean += off / this.#count;
    this.#squares += off * (value - this.#mean);
  }

  spread(): { readonly mean: number; readonly sd: number } {
    return { mean: this.#mean, sd: Math.sqrt(this.#squares / Math.max(1, this.#count - 1)) };
  }
}
