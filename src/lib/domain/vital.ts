/**
 * The quantities the station knows, one row each. Everything that shows, stores or judges a number looks it up here.
 *
 * `mdc` is the 32-bit context-free IEEE 11073-10101 code, `loinc` the LOINC code; both only where a public source confirmed
 * them. `plausible` is what a living adult can produce: a value outside it is shown as it came and marked questionable,
 * it is never clipped. `episodic` quantities are single measurements (a cuff reading); the others are repeated all the time.
 */
export interface VitalDefinition {
  readonly label: string;
  readonly unit: string;
  readonly decimals: number;
  readonly cadence: 'continuous' | 'episodic';
  readonly plausible: readonly [low: number, high: number];
  readonly mdc?: number;
  readonly loinc?: string;
}

const define = <K extends string>(table: Record<K, VitalDefinition>): Readonly<Record<K, VitalDefinition>> => table;

export const VITALS = define({
  heartRate: vital('HR', '/min', 0, [10, 350], { mdc: 147842, loinc: '8867-4' }),
  pulseRate: vital('PR', '/min', 0, [10, 350], { mdc: 149530 }),
  spo2: vital('SpO₂', '%', 0, [30, 100], { mdc: 150456, loinc: '59408-5' }),
  perfusionIndex: vital('PI', '%', 1, [0, 30], { mdc: 150448 }),
  respiratoryRate: vital('RR', '/min', 0, [0, 120], { mdc: 151562, loinc: '9279-1' }),
  etco2: vital('etCO₂', 'mm[Hg]', 0, [0, 150], { mdc: 151728 }),
  fico2: vital('FiCO₂', 'mm[Hg]', 0, [0, 150], {}),
  nibpSystolic: vital('NIBP sys', 'mm[Hg]', 0, [30, 290], { mdc: 150021, loinc: '8480-6', episodic: true }),
  nibpDiastolic: vital('NIBP dia', 'mm[Hg]', 0, [10, 220], { mdc: 150022, loinc: '8462-4', episodic: true }),
  nibpMeanArterial: vital('NIBP mean', 'mm[Hg]', 0, [20, 250], { mdc: 150023, loinc: '8478-0', episodic: true }),
  nibpPulseRate: vital('PR (cuff)', '/min', 0, [10, 350], { mdc: 149546, episodic: true }),
  abpSystolic: vital('ABP sys', 'mm[Hg]', 0, [0, 320], { mdc: 150037 }),
  abpDiastolic: vital('ABP dia', 'mm[Hg]', 0, [0, 250], { mdc: 150038 }),
  abpMeanArterial: vital('ABP mean', 'mm[Hg]', 0, [0, 280], { mdc: 150039 }),
  abpPulseRate: vital('PR (art)', '/min', 0, [10, 350], { mdc: 149522 }),
  cvpMean: vital('CVP', 'mm[Hg]', 0, [-20, 60], {}),
  icpMean: vital('ICP', 'mm[Hg]', 0, [-20, 120], {}),
  temperature1: vital('Temp 1', 'Cel', 1, [20, 45], { mdc: 150344, loinc: '8310-5' }),
  temperature2: vital('Temp 2', 'Cel', 1, [20, 45], { mdc: 150344, loinc: '8310-5' }),
  bis: vital('BIS', '1', 0, [0, 100], {}),
  bisSignalQuality: vital('BIS SQI', '%', 0, [0, 100], {}),
  stateEntropy: vital('SE', '1', 0, [0, 100], {}),
  responseEntropy: vital('RE', '1', 0, [0, 100], {}),
});

export type VitalKey = keyof typeof VITALS;

export const isVitalKey = (key: string): key is VitalKey => Object.hasOwn(VITALS, key);

/** Whether a living adult can produce this value; see {@link VitalDefinition}. */
export function isPlausible(key: VitalKey, value: number): boolean {
  const [low, high] = VITALS[key].plausible;
  return value >= low && value <= high;
}

function vital(
  label: string,
  unit: string,
  decimals: number,
  plausible: readonly [number, number],
  codes: { mdc?: number; loinc?: string; episodic?: boolean },
): VitalDefinition {
  const { episodic, ...known } = codes;
  return { label, unit, decimals, plausible, cadence: episodic ? 'episodic' : 'continuous', ...known };
}
