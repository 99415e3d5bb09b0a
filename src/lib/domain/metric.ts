/**
 * What rules can look at, one row each: quantities that they compare and statements that hold or do not. Everything that names,
 * rounds or checks one looks it up here.
 */

export interface MetricDefinition {
  readonly label: string;
  readonly unit: string;
  /** What a limit of it may be: a number outside it could never be met, or always is. */
  readonly plausible: readonly [low: number, high: number];
  readonly decimals?: number;
  /** Moves with the clock alone: it is another number at every look. */
  readonly isOfClock?: true;
  /** A session has a baseline of it, so that its change from the baseline can be told. */
  readonly hasBaseline?: true;
  /** The bed keeps its last minutes, so that its slope can be told. */
  readonly hasCourse?: true;
  /** Told of each device and of nothing else. */
  readonly isOfDevice?: true;
}

const define = <K extends string>(table: Record<K, MetricDefinition>): Readonly<Record<K, MetricDefinition>> => table;

export const METRICS = define({
  systolic: { label: 'Systolic', unit: 'mmHg', plausible: [30, 320], hasBaseline: true, hasCourse: true },
  diastolic: { label: 'Diastolic', unit: 'mmHg', plausible: [10, 250], hasBaseline: true },
  meanArterial: { label: 'Mean pressure', unit: 'mmHg', plausible: [20, 280], hasBaseline: true },
  heartRate: { label: 'Heart rate', unit: '/min', plausible: [10, 350], hasBaseline: true, hasCourse: true },
  spo2: { label: 'SpO₂', unit: '%', plausible: [30, 100], hasBaseline: true, hasCourse: true },
  respiratoryRate: { label: 'Respiratory rate', unit: '/min', plausible: [0, 120], hasBaseline: true, hasCourse: true },

  pulsePressure: { label: 'Pulse pressure', unit: 'mmHg', plausible: [0, 250] },
  ratePressureProduct: { label: 'Rate-pressure product', unit: 'mmHg/min', plausible: [500, 60_000] },
  shockIndex: { label: 'Shock index', unit: '', plausible: [0.1, 5], decimals: 2 },
  icp: { label: 'Intracranial pressure', unit: 'mmHg', plausible: [-20, 120] },
  cpp: { label: 'Cerebral perfusion pressure', unit: 'mmHg', plausible: [0, 250] },
  pressureDisagreement: { label: 'Difference of cuff and arterial mean', unit: 'mmHg', plausible: [0, 200] },
  heartRateDisagreement: { label: 'Difference of the heart rates', unit: '/min', plausible: [0, 300] },
  linePulsatility: { label: 'Pulse in the arterial line', unit: 'mmHg', plausible: [0, 250] },
  lineMean: { label: 'Mean pressure in the arterial line', unit: 'mmHg', plausible: [-50, 280] },

  moaas: { label: 'MOAA/S', unit: '', plausible: [0, 5] },
  rass: { label: 'RASS', unit: '', plausible: [-5, 4] },
  cadss: { label: 'CADSS', unit: '', plausible: [0, 92] },
  distressed: { label: 'Distress', unit: '', plausible: [0, 1] },
  aldrete: { label: 'Aldrete', unit: '', plausible: [0, 10] },

  baselineSystolic: { label: 'Baseline systolic', unit: 'mmHg', plausible: [30, 320] },
  baselineDiastolic: { label: 'Baseline diastolic', unit: 'mmHg', plausible: [10, 250] },
  baselineHeartRate: { label: 'Baseline heart rate', unit: '/min', plausible: [10, 350] },
  baselineSpo2: { label: 'Baseline SpO₂', unit: '%', plausible: [30, 100] },
  ageYears: { label: 'Age', unit: 'years', plausible: [0, 125] },

  nibpAgeMin: { label: 'Age of the last cuff reading', unit: 'min', plausible: [0, 1440], isOfClock: true },
  nibpOverdueMin: { label: 'Cuff reading overdue by', unit: 'min', plausible: [-120, 1440], isOfClock: true },
  nibpIntervals: { label: 'Age of the last cuff reading', unit: 'intervals', plausible: [0, 100], isOfClock: true },
  cuffFailures: { label: 'Failed cuff readings in a row', unit: '', plausible: [0, 20] },
  sinceDoseMin: { label: 'Time since the dose', unit: 'min', plausible: [0, 14_400], isOfClock: true },
  silentS: { label: 'Silence', unit: 's', plausible: [0, 3600], isOfClock: true, isOfDevice: true },
  doseRatePercent: { label: 'Dose rate', unit: '% of the plan', plausible: [0, 1000] },
  dosePercent: { label: 'Dose given', unit: '% of the plan', plausible: [0, 1000] },
});

export type MetricId = keyof typeof METRICS;

export const isMetric = (name: string): name is MetricId => Object.hasOwn(METRICS, name);

const SPOKEN: Readonly<Record<string, string>> = { 'SpO₂': 'SpO₂', 'MOAA/S': 'MOAA/S', RASS: 'RASS', CADSS: 'CADSS' };

/** The label inside a sentence. */
export const metricWords = (metric: MetricId): string => {
  const { label } = METRICS[metric];
  return SPOKEN[label] ?? label.charAt(0).toLowerCase() + label.slice(1);
};

/** Statements that are true, false or unknown rather than numbers, in words that fit after "whether". */
export const FACTS = {
  infusing: 'the pump is infusing',
  'infusion-complete': 'the infusion is complete',
  'infusion-interrupted': 'the infusion was interrupted',
  'no-spo2': 'SpO₂ is measured',
  'no-ecg': 'the ECG is connected',
  'no-heart-rate': 'a heart rate is measured',
  'no-other-vital-source': 'another source measures heart rate or pressure',
  'spo2-doubtful': 'the SpO₂ signal is good',
  'heart-rate-doubtful': 'the heart rate signal is good',
  'pressure-by-line': 'the arterial line gives the pressure',
  'bedside-silenced': 'the bedside device may be heard',
  'no-audible-screen': 'a screen can sound',
  'recorder-failed': 'the recorder works',
  'age-unknown': 'the age is known',
  'item-alarming': 'the device alarms',
} as const;

export type FactId = keyof typeof FACTS;
