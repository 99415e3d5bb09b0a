/**
 * The tables of the Datex-Ohmeda record specification, as far as this driver reads them (README.md: sources, confidence).
 *
 * A class area is 270 bytes of groups. A group is `u32 status · u16 label · i16 fields…`; status bit 0 says that the module
 * exists, bit 1 that it measures. A field's number here is how many wire steps make one unit; RAW fields have no stated
 * scale and stay as they came. Reserved fields at the end of a group are left out.
 */

export interface GroupLayout<Field extends string> {
  /** Offset inside the class area. */
  readonly at: number;
  readonly stepsPerUnit: Readonly<Record<Field, number>>;
  /** False for the one group that has fields only. */
  readonly hasHeader: boolean;
}

const RAW = 1;

const group = <Field extends string>(
  at: number,
  stepsPerUnit: Readonly<Record<Field, number>>,
  hasHeader = true,
): GroupLayout<Field> => ({ at, stepsPerUnit, hasHeader });

/** Also of the cuff. mmHg; rate 1/min. */
const pressure = (at: number) => group(at, { systolic: 100, diastolic: 100, mean: 100, rate: 1 });
const temperature = (at: number) => group(at, { celsius: 100 });
/** %, 1/min, perfusion %, venous %. */
const oximeter = (at: number) => group(at, { saturation: 100, pulseRate: 1, perfusion: 100, svo2: 100 });

export const BASIC = {
  ecg: group(0, { rate: 1, st1: 100, st2: 100, st3: 100, impedanceRr: 1 }),
  p1: pressure(16),
  p2: pressure(30),
  p3: pressure(44),
  p4: pressure(58),
  nibp: pressure(72),
  t1: temperature(86),
  t2: temperature(94),
  t3: temperature(102),
  t4: temperature(110),
  spo2: oximeter(118),
  /** vol-%, vol-%, 1/min, mmHg. */
  co2: group(132, { et: 100, fi: 100, rr: 1, ambientPressure: 10 }),
  o2: group(146, { et: 100, fi: 100 }),
  n2o: group(156, { et: 100, fi: 100 }),
  agent: group(166, { et: 100, fi: 100, macSum: 100 }),
  /** 1/min, cmH2O, ml, ml/cmH2O, l/min. */
  flow: group(178, {
    rr: 1,
    peak: 100,
    peep: 100,
    plateau: 100,
    tidalIn: 10,
    tidalOut: 10,
    compliance: 100,
    minuteOut: 100,
  }),
  cardiacOutput: group(200, { output: RAW, bloodTemperature: RAW, rightEjection: RAW, wedge: RAW }),
  nmt: group(214, { t1: RAW, ratio: RAW, count: RAW }),
  ecgExtra: group(226, { rateEcg: 1, rateMax: 1, rateMin: 1 }, false),
  svo2: group(232, { saturation: RAW }),
  p5: pressure(240),
  p6: pressure(254),
} as const;

export const EXT1 = {
  st12: group(48, {
    I: 100,
    II: 100,
    III: 100,
    aVL: 100,
    aVR: 100,
    aVF: 100,
    V1: 100,
    V2: 100,
    V3: 100,
    V4: 100,
    V5: 100,
    V6: 100,
  }),
  p7: pressure(78),
  p8: pressure(92),
  spo2Second: oximeter(106),
  t5: temperature(120),
  t6: temperature(128),
} as const;

export const EXT2 = {
  bis: group(96, { index: 1, signalQuality: 1, emg: 1, suppression: 1 }),
  entropy: group(112, { state: 1, response: 1, suppression: 1 }),
  spi: group(230, { index: 1 }),
} as const;

export const CLASS_AREA_BYTES = 270;
export const GROUP_HEADER_BYTES = 6;

/** Bits 8..11 of a subrecord's last word. */
export const CLASS_CODES = { basic: 0, ext1: 1, ext2: 2, ext3: 3 } as const;

/** `phdb_class_bf` of a request. Basic comes unless it is denied. */
export const CLASS_BITS = { denyBasic: 1, ext1: 2, ext2: 4, ext3: 8 } as const;
export const ALL_CLASSES = CLASS_BITS.ext1 | CLASS_BITS.ext2 | CLASS_BITS.ext3;

export const MAIN_TYPES = { physiological: 0, waveform: 1, alarm: 4 } as const;
/** Subrecord type of a request, under every main type; and the end of the list of subrecords. */
export const REQUEST_SUBRECORD = 0;
export const END_OF_LIST = 0xff;
export const ALARM_STATUS_SUBRECORD = 1;
/** Subrecord types of physiological records; the same numbers ask for them. */
export const RECORD_TYPES = { displayed: 1, trend10s: 2, trend60s: 3, auxiliary: 4 } as const;

/** Numbers below this are no measurement; waveform samples already at it. */
export const LOWEST_VALUE = -32000;
export const MISSING_CODES = {
  invalid: -32767,
  'not-updated': -32766,
  discontinuity: -32765,
  'under-range': -32764,
  'over-range': -32763,
  'not-calibrated': -32762,
} as const;

export interface WaveType {
  readonly name: string;
  readonly rateHz?: number;
  /** Wire steps per unit where the documents say it. */
  readonly stepsPerUnit?: number;
  readonly unit?: string;
}

const wave = (name: string, rateHz: number, stepsPerUnit: number, unit: string): WaveType => ({
  name,
  rateHz,
  stepsPerUnit,
  unit,
});

/**
 * Waveform subrecord types. Not here, so never asked for and not read: 22 (12-lead, another encoding).
 * Impedance respiration: the vendor table at hand gives no scale; 1/100 Ω is what four public programs use.
 */
export const WAVE_TYPES: Readonly<Record<number, WaveType>> = {
  1: wave('ecg1', 300, 1, 'uV'),
  2: wave('ecg2', 300, 1, 'uV'),
  3: wave('ecg3', 300, 1, 'uV'),
  4: wave('ibp1', 100, 100, 'mmHg'),
  5: wave('ibp2', 100, 100, 'mmHg'),
  6: wave('ibp3', 100, 100, 'mmHg'),
  7: wave('ibp4', 100, 100, 'mmHg'),
  8: wave('pleth', 100, 100, '%'),
  9: wave('co2', 25, 100, '%'),
  10: wave('o2', 25, 100, '%'),
  11: wave('n2o', 25, 100, '%'),
  12: wave('agent', 25, 100, '%'),
  13: wave('airway pressure', 25, 10, 'cmH2O'),
  14: wave('airway flow', 25, 10, 'l/min'),
  15: wave('respiration', 25, 100, 'Ohm'),
  16: wave('ibp5', 100, 100, 'mmHg'),
  17: wave('ibp6', 100, 100, 'mmHg'),
  18: wave('eeg1', 100, 10, 'uV'),
  19: wave('eeg2', 100, 10, 'uV'),
  20: wave('eeg3', 100, 10, 'uV'),
  21: wave('eeg4', 100, 10, 'uV'),
  23: { name: 'airway volume' },
  32: { name: 'entropy eeg', rateHz: 100 },
  35: wave('bis eeg', 300, 1, 'uV'),
  36: wave('ibp7', 100, 100, 'mmHg'),
  37: wave('ibp8', 100, 100, 'mmHg'),
  38: wave('pleth 2', 100, 100, '%'),
  39: { name: 'respiration 100 Hz', rateHz: 100 },
};

/** Status bits of a waveform subrecord. */
export const WAVE_BITS = { gap: 1, pacer: 4, leadOff: 8 } as const;
export const WAVE_BUDGET_PER_SECOND = 600;

export const STATUS_BITS = { exists: 1, active: 2 } as const;

export const ECG_BITS = {
  asystole: 1 << 2,
  noise: 1 << 7,
  artefact: 1 << 8,
  learning: 1 << 9,
  anyChannelOff: 0b111 << 11,
} as const;

/** Status bits 3..6 of the ECG group: where the monitor's heart rate comes from. */
export const RATE_SOURCES: Readonly<Record<number, 'ecg' | 'pressure' | 'pleth'>> = {
  1: 'ecg',
  2: 'pressure',
  3: 'pressure',
  4: 'pressure',
  5: 'pressure',
  6: 'pleth',
  7: 'pressure',
  8: 'pressure',
  9: 'ecg',
  10: 'pressure',
  11: 'pressure',
  12: 'pleth',
};
export const RATE_SOURCE = { ecg: 1, pleth: 6 } as const;

/** Label bits of the cuff. */
export const NIBP_BITS = {
  auto: 1 << 3,
  stat: 1 << 4,
  measuring: 1 << 5,
  stasis: 1 << 6,
  calibrating: 1 << 7,
  endedLongAgo: 1 << 8,
} as const;

/** CO2 status: calibrating, zeroing, occlusion, air leak, wet. While one stands, its numbers are doubtful. */
export const CO2_DOUBT_BITS = (1 << 3) | (1 << 4) | (1 << 5) | (1 << 6) | (1 << 9);
/** CO2 label bits 0..2: which measurement the respiratory rate beside it comes from. */
export const RR_SOURCE = { mask: 0b111, none: 0, co2: 1, impedance: 2 } as const;

/** What an invasive channel is, by its label; the other labels say nothing that the station has a word for. */
export const PRESSURE_ROLES: Readonly<Record<number, 'abp' | 'cvp' | 'icp'>> = {
  1: 'abp',
  2: 'cvp',
  7: 'icp',
  8: 'abp',
  16: 'abp',
};

/** Colours of an alarm text. */
export const ALARM_COLOURS = { none: 0, white: 1, yellow: 2, red: 3 } as const;
export const ALARM_BOXES = 5;
export const ALARM_TEXT_BYTES = 80;
