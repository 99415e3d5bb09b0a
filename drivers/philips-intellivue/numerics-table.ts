/** The numeric quantities that the note names, by physio id, and the units in which they may come. */

/** What a number is, which decides what units it can have. */
export type Quantity = 'heart-rate' | 'breath-rate' | 'pressure' | 'percent' | 'temperature' | 'plain' | 'other';

export interface NumericDefinition {
  readonly name: string;
  readonly quantity: Quantity;
}

export const PHYSIO = {
  heartRate: 0x4182,
  plethPulse: 0x4822,
  arterialPulse: 0x480a,
  cuffPulse: 0xf0e5,
  cuffSystolic: 0x4a05,
  cuffDiastolic: 0x4a06,
  cuffMean: 0x4a07,
  abpSystolic: 0x4a15,
  abpDiastolic: 0x4a16,
  abpMean: 0x4a17,
  artSystolic: 0x4a11,
  artDiastolic: 0x4a12,
  artMean: 0x4a13,
  cvpMean: 0x4a47,
  saturation: 0x4bb8,
  perfusion: 0x4bb0,
  impedanceRate: 0x500a,
  airwayRate: 0x5012,
  endTidalCo2: 0x50b0,
  inspiredCo2: 0x50ba,
  bis: 0xf04e,
  bisQuality: 0xf04d,
} as const;

const define = (name: string, quantity: Quantity = 'other'): NumericDefinition => ({ name, quantity });

export const NUMERICS: Readonly<Record<number, NumericDefinition>> = {
  [PHYSIO.heartRate]: define('HR', 'heart-rate'),
  [PHYSIO.plethPulse]: define('Pulse', 'heart-rate'),
  [PHYSIO.arterialPulse]: define('Pulse (ABP)', 'heart-rate'),
  [PHYSIO.cuffPulse]: define('Pulse (NBP)', 'heart-rate'),
  [PHYSIO.cuffSystolic]: define('NBPs', 'pressure'),
  [PHYSIO.cuffDiastolic]: define('NBPd', 'pressure'),
  [PHYSIO.cuffMean]: define('NBPm', 'pressure'),
  [PHYSIO.abpSystolic]: define('ABPs', 'pressure'),
  [PHYSIO.abpDiastolic]: define('ABPd', 'pressure'),
  [PHYSIO.abpMean]: define('ABPm', 'pressure'),
  [PHYSIO.artSystolic]: define('ARTs', 'pressure'),
  [PHYSIO.artDiastolic]: define('ARTd', 'pressure'),
  [PHYSIO.artMean]: define('ARTm', 'pressure'),
  0x4a45: define('CVPs', 'pressure'),
  0x4a46: define('CVPd', 'pressure'),
  [PHYSIO.cvpMean]: define('CVPm', 'pressure'),
  [PHYSIO.saturation]: define('SpO2', 'percent'),
  [PHYSIO.perfusion]: define('Perf', 'plain'),
  [PHYSIO.impedanceRate]: define('RR', 'breath-rate'),
  [PHYSIO.airwayRate]: define('awRR', 'breath-rate'),
  [PHYSIO.endTidalCo2]: define('etCO2', 'pressure'),
  [PHYSIO.inspiredCo2]: define('imCO2', 'pressure'),
  0x4b48: define('Temp', 'temperature'),
  0x4b60: define('Tcore', 'temperature'),
  0x4b64: define('Tesoph', 'temperature'),
  0x4b6c: define('Tnaso', 'temperature'),
  0x4b74: define('Tskin', 'temperature'),
  0x4b78: define('Ttymp', 'temperature'),
  0xe004: define('Trect', 'temperature'),
  0xe014: define('Tblood', 'temperature'),
  0xf0c4: define('Tblad', 'temperature'),
  [PHYSIO.bis]: define('BIS', 'plain'),
  [PHYSIO.bisQuality]: define('SQI', 'percent'),
  0x4261: define('PVC'),
  0x0301: define('ST-I'),
  0x0302: define('ST-II'),
  0x033d: define('ST-III'),
  0x033e: define('ST-aVR'),
  0x033f: define('ST-aVL'),
  0x0340: define('ST-aVF'),
  0x0343: define('ST-V'),
  0x034b: define('ST-MCL'),
  0x3f20: define('QT'),
  0x3f24: define('QTc'),
  0xf156: define('dQTc'),
  0xf154: define('QT-HR'),
  0xf0e3: define('PPV'),
};

/** Has no meaning of its own: only the monitor's label says what it is. */
export const UNNAMED_METRIC = 0xefff;

export const UNIT = {
  dimensionless: 0x0200,
  percent: 0x0220,
  beatsPerMinute: 0x0aa0,
  pulsesPerMinute: 0x0ac0,
  breathsPerMinute: 0x0ae0,
  kilopascal: 0x0f03,
  mmHg: 0x0f20,
  volt: 0x10a0,
  millivolt: 0x10b2,
  microvolt: 0x10b3,
  ohm: 0x10c0,
  fahrenheit: 0x1140,
  celsius: 0x17a0,
} as const;

export const MMHG_PER_KPA = 7.50062;
const same = (value: number): number => value;

/** Into the station's unit, for every unit that this kind of quantity may have. Numbers without a place have none. */
export const CONVERSIONS: Readonly<Record<Quantity, Readonly<Record<number, (value: number) => number>>>> = {
  'heart-rate': { [UNIT.beatsPerMinute]: same, [UNIT.pulsesPerMinute]: same },
  'breath-rate': { [UNIT.breathsPerMinute]: same },
  pressure: { [UNIT.mmHg]: same, [UNIT.kilopascal]: (kPa) => kPa * MMHG_PER_KPA },
  percent: { [UNIT.percent]: same },
  temperature: { [UNIT.celsius]: same, [UNIT.fahrenheit]: (degrees) => (degrees - 32) / 1.8 },
  plain: { [UNIT.dimensionless]: same },
  other: {},
};
