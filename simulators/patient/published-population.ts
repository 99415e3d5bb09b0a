/** Acceptance figures of populations, as printed, and ours beside them. Sources and model: `docs/evidence/population.md`. */
import type { Cell, Tolerance } from './comparison.ts';
import { USUAL_CUFF_NOISE } from './cuff.ts';
import {
  CONFIRM_LIMITS,
  CONFIRM_READINGS_MIN,
  CONFIRM_RULES,
  confirmTable,
  populationTable,
  REPEAT_AFTER_MIN,
  RISE_READINGS_MIN,
  usualEffects,
  type PopulationTable,
} from './population.ts';
import { reckonShare, type Occasion, type PressureModel } from './population-arithmetic.ts';
import { DIASTOLIC_POPULATION, PRESETS, SYSTOLIC_SD, type PresetId } from './response.ts';

const MMHG: Tolerance = { kind: 'absolute', by: 1 };
const SHARE: Tolerance = { kind: 'relative', by: 0.25 };

type ShareColumn = keyof PopulationTable['share'];

interface PublishedRow {
  /** Rise at 40 min: systolic mean and SD, diastolic mean and SD; mean of the greatest rise, systolic and diastolic. */
  readonly rises: readonly [string, string, string, string, string, string];
  readonly shares: Readonly<Record<ShareColumn, string>>;
}

const RISE_COLUMNS = ['ΔSBP40 mean', 'ΔSBP40 SD', 'ΔDBP40 mean', 'ΔDBP40 SD', 'max ΔSBP', 'max ΔDBP'] as const;

const SHARE_COLUMNS = {
  systolic160: 'SBP ≥ 160',
  systolic180: 'SBP ≥ 180',
  diastolic110: 'DBP ≥ 110',
  rise40: 'rise ≥ 40',
  rise30: 'rise ≥ 30',
  risePercent20: 'rise ≥ 20 %',
} as const satisfies Record<ShareColumn, string>;

const SHARE_KEYS = ['systolic160', 'systolic180', 'diastolic110', 'rise40', 'rise30', 'risePercent20'] as const;

const shares = (
  systolic160: string,
  systolic180: string,
  diastolic110: string,
  rise40: string,
  rise30: string,
  risePercent20: string,
): PublishedRow['shares'] => ({ systolic160, systolic180, diastolic110, rise40, rise30, risePercent20 });

const PUBLISHED: Readonly<Record<PresetId, PublishedRow>> = {
  mild: {
    rises: ['7.4', '9.2', '6.0', '6.8', '12.3', '9.8'],
    shares: shares('6', '0.35', '1.0', '0.5', '2.2', '7.7'),
  },
  typical: {
    rises: ['13.0', '10.5', '9.0', '7.1', '16.9', '12.3'],
    shares: shares('11', '1.1', '2.1', '2.0', '7.9', '19'),
  },
  marked: {
    rises: ['16.0', '11.2', '11.0', '7.4', '19.5', '14.0'],
    shares: shares('15', '1.8', '3.4', '3.5', '13', '28'),
  },
  hypertensive: {
    rises: ['22.0', '13.1', '13.0', '7.7', '25.0', '15.7'],
    shares: shares('45', '11', '5', '10', '28', '39'),
  },
};

/** Rises and shares of one preset. */
export function riseCells(preset: PresetId, count: number, seed: number): readonly Cell[] {
  const table = populationTable(preset, count, seed);
  const { systolicRiseAt40: systolic, diastolicRiseAt40: diastolic, meanOfGreatestRise: greatest } = table;
  const rises = [systolic.mean, systolic.sd, diastolic.mean, diastolic.sd, greatest.systolic, greatest.diastolic];
  const { rises: publishedRises, shares: publishedShares } = PUBLISHED[preset];
  return [
    ...RISE_COLUMNS.map((column, i) => ({
      ...{ row: preset, column, unit: 'mmHg', tolerance: MMHG },
      published: publishedRises[i] ?? '',
      simulated: rises[i] ?? NaN,
    })),
    ...SHARE_KEYS.map((key) => ({
      ...{ row: preset, column: SHARE_COLUMNS[key], unit: '%', tolerance: SHARE },
      published: publishedShares[key],
      simulated: 100 * table.share[key],
      reckoned: 100 * reckonRiseShare(preset, key),
    })),
  ];
}

const systolicModel = (preset: PresetId | 'no-drug'): PressureModel => {
  const { restingSystolic, systolic, variation } = PRESETS[preset === 'no-drug' ? 'mild' : preset];
  return {
    restingMean: restingSystolic,
    restingSd: SYSTOLIC_SD,
    noiseSd: USUAL_CUFF_NOISE.systolic,
    gainMean: preset === 'no-drug' ? 0 : systolic,
    gainVariation: variation,
  };
};

const diastolicModel = (preset: PresetId): PressureModel => ({
  restingMean: DIASTOLIC_POPULATION.mean,
  restingSd: DIASTOLIC_POPULATION.sd,
  noiseSd: USUAL_CUFF_NOISE.diastolic,
  gainMean: PRESETS[preset].diastolic,
  gainVariation: PRESETS[preset].variation,
  ownShare: 1 - DIASTOLIC_POPULATION.sharedGain,
});

function reckonRiseShare(preset: PresetId, column: ShareColumn): number {
  const effects = usualEffects(RISE_READINGS_MIN);
  const model = systolicModel(preset);
  const rising = (limit: Occasion['limit']): number =>
    reckonShare(model, { effects: effects.slice(1), baselineSd: model.noiseSd, limit });
  switch (column) {
    case 'systolic160':
      return reckonShare(model, { effects, baselineSd: 0, limit: () => 160 });
    case 'systolic180':
      return reckonShare(model, { effects, baselineSd: 0, limit: () => 180 });
    case 'diastolic110':
      return reckonShare(diastolicModel(preset), { effects, baselineSd: 0, limit: () => 110 });
    case 'rise30':
      return rising((baseline) => baseline + 30);
    case 'rise40':
      return rising((baseline) => baseline + 40);
    case 'risePercent20':
      return rising((baseline) => 1.2 * baseline);
  }
}

interface ConfirmRow {
  readonly preset: PresetId | 'no-drug';
  readonly baselineReadings: 1 | 3;
  /** Single and confirmed, rule by rule in the order of CONFIRM_RULES, percent. */
  readonly published: readonly (readonly [single: string, confirmed: string])[];
}

/** Systolic pressure, percent of sessions. */
export const CONFIRM_ROWS: readonly ConfirmRow[] = [
  { preset: 'no-drug', baselineReadings: 1, published: [['1.1', '0.1'], ['0', '0'], ['2.6', '1.1'], ['0', '0']] }, // prettier-ignore
  { preset: 'no-drug', baselineReadings: 3, published: [['0.1', '0.0'], ['0', '0'], ['2.7', '1.2'], ['0', '0']] }, // prettier-ignore
  { preset: 'mild', baselineReadings: 1, published: [['10.0', '4.5'], ['2.9', '1.4'], ['6.8', '3.9'], ['0.5', '0.2']] }, // prettier-ignore
  { preset: 'mild', baselineReadings: 3, published: [['6.7', '3.0'], ['2.4', '1.2'], ['7.3', '4.1'], ['0.5', '0.3']] }, // prettier-ignore
  {
    preset: 'marked',
    baselineReadings: 1,
    published: [
      ['33', '21'],
      ['16', '9.5'],
      ['18', '12'],
      ['2.0', '1.1'],
    ],
  },
  {
    preset: 'marked',
    baselineReadings: 3,
    published: [
      ['30', '18'],
      ['15', '8.2'],
      ['18', '12'],
      ['2.1', '1.2'],
    ],
  },
];

const RULE_LABELS = ['≥ +20 %', '+30 mmHg', '≥ 160', '≥ 180'] as const;

/** How often rules fire on one reading and on a confirmed one. */
export function confirmCells(
  { preset, baselineReadings, published }: ConfirmRow,
  count: number,
  seed: number,
): readonly Cell[] {
  const table = confirmTable(preset, baselineReadings, count, seed);
  const model = systolicModel(preset);
  const effects = usualEffects(CONFIRM_READINGS_MIN);
  const repeats = usualEffects(CONFIRM_READINGS_MIN.map((minute) => minute + REPEAT_AFTER_MIN));
  return CONFIRM_RULES.flatMap((rule, i) => {
    const isRelative = rule === 'rise30' || rule === 'risePercent20';
    const baselineSd = isRelative ? model.noiseSd / Math.sqrt(baselineReadings) : 0;
    const occasion = { effects, baselineSd, limit: CONFIRM_LIMITS[rule] };
    const common = { row: `${preset}, baseline ${baselineReadings}`, unit: '%', tolerance: SHARE };
    const label = RULE_LABELS[i] ?? rule;
    return [
      {
        ...common,
        column: `${label} single`,
        published: published[i]?.[0] ?? '',
        simulated: 100 * table[rule].single,
        reckoned: 100 * reckonShare(model, occasion),
      },
      {
        ...common,
        column: `${label} confirmed`,
        published: published[i]?.[1] ?? '',
        simulated: 100 * table[rule].confirmed,
        reckoned: 100 * reckonShare(model, { ...occasion, repeats }),
      },
    ];
  });
}
