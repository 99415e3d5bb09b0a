/**
 * Which waveforms are asked for. The line carries 600 samples a second; a monitor drops what is beyond without a word, so
 * the plan stops there by itself and says what it left out.
 *
 * `settings.waveforms`: names in order of importance out of {@link ASKABLE}; without it ECG, pleth and respiration.
 */
import { MAX_REQUESTED_WAVES } from './codec-requests.ts';
import { WAVE_BUDGET_PER_SECOND, WAVE_TYPES } from './layout-table.ts';

/** The waveforms that the station can show, by their types. */
const ASKABLE: ReadonlyMap<unknown, number> = new Map(
  Object.entries({
    ecg1: 1,
    ecg2: 2,
    ecg3: 3,
    ibp1: 4,
    ibp2: 5,
    ibp3: 6,
    ibp4: 7,
    pleth: 8,
    co2: 9,
    respiration: 15,
  }),
);
const USUAL = ['ecg1', 'pleth', 'respiration'];

export interface WavePlan {
  readonly types: readonly number[];
  /** A plain sentence when something that was asked for is not in the plan. */
  readonly remark?: string;
}

export function planWaves(settings: Readonly<Record<string, unknown>>): WavePlan {
  const { waveforms = USUAL } = settings;
  if (!Array.isArray(waveforms)) {
    return { ...planWaves({}), remark: 'The setting "waveforms" is not a list; the usual waveforms are asked for.' };
  }
  const names: ReadonlySet<unknown> = new Set(waveforms);
  const types: number[] = [];
  const leftOut: string[] = [];
  let rate = 0;
  for (const name of names) {
    const type = ASKABLE.get(name);
    const rateHz = WAVE_TYPES[type ?? -1]?.rateHz ?? Infinity;
    const isWithin = rate + rateHz <= WAVE_BUDGET_PER_SECOND && types.length < MAX_REQUESTED_WAVES;
    if (type === undefined || !isWithin) {
      leftOut.push(typeof name === 'string' ? name : `(a ${typeof name})`);
    } else {
      types.push(type);
      rate += rateHz;
    }
  }
  if (leftOut.length === 0) return { types };
  const limit = `unknown here, or beyond ${WAVE_BUDGET_PER_SECOND} samples a second`;
  return { types, remark: `Waveforms not asked for (${limit}): ${leftOut.join(', ')}.` };
}
