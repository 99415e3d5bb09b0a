/**
 * What the ids of the interface mean. Two id spaces overlap: 503 as a control id (MSH-10) is a message of spot readings, as a
 * parameter id (OBX-3) it is a pulmonary artery pressure. They stand in two tables, and no code looks into both with one id.
 *
 * Sources: ten independent public programs and their captures; the vendor's guide has not been read.
 */
import type { VitalKey } from '$lib/domain/index.ts';

/** MSH-10: which message it is. */
export const CONTROL_IDS = {
  announcement: '101',
  patient: '103',
  echo: '106',
  numerics: '204',
  flags: '205',
  spot: '503',
  physiological: '54',
  technical: '56',
  query: '1203',
} as const;

/** Alarm limits and other settings of the monitor: known to be no readings, not read. */
export const CONFIGURATION_IDS: ReadonlySet<string> = new Set(['51', '52', '53']);

/** How a value on the wire becomes one of ours: as it is, or in a unit that is set on the monitor. */
export type Scale = 'as-is' | 'temperature' | 'gas';

export interface ParameterRow {
  readonly name: string;
  /** OBX-4: the module that measures it; its parameters share a message. */
  readonly module: string;
  /** Absent: decoded, but the station has no word for it. Cuff values are no vitals here: they need their time (`nibp.ts`). */
  readonly vital?: VitalKey;
  readonly scale: Scale;
}

const row = (name: string, module: string, vital?: VitalKey, scale: Scale = 'as-is'): ParameterRow =>
  vital === undefined ? { name, module, scale } : { name, module, vital, scale };

/** OBX-3.1 → what it is. Units: 1/min, %, mmHg; temperatures and gases as set on the monitor. */
export const PARAMETERS: Readonly<Record<number, ParameterRow>> = {
  101: row('HR', '2101', 'heartRate'),
  102: row('PVCs', '2101'),
  105: row('ST-I', '2101'),
  106: row('ST-II', '2101'),
  107: row('ST-III', '2101'),
  108: row('ST-aVR', '2101'),
  109: row('ST-aVL', '2101'),
  110: row('ST-aVF', '2101'),
  111: row('ST-V1', '2101'),
  112: row('ST-V2', '2101'),
  113: row('ST-V3', '2101'),
  114: row('ST-V4', '2101'),
  115: row('ST-V5', '2101'),
  116: row('ST-V6', '2101'),
  151: row('RR', '2102', 'respiratoryRate'),
  160: row('SpO2', '2103', 'spo2'),
  161: row('PR', '2103', 'pulseRate'),
  162: row('PI', '2103', 'perfusionIndex'),
  170: row('Sys', '2105'),
  171: row('Dia', '2105'),
  172: row('Mean', '2105'),
  173: row('NIBP_PR', '2105'),
  200: row('T1', '2104', 'temperature1', 'temperature'),
  201: row('T2', '2104', 'temperature2', 'temperature'),
  202: row('TD', '2104'),
  250: row('EtCO2', '2106', 'etco2', 'gas'),
  251: row('FiCO2', '2106', 'fico2', 'gas'),
  253: row('EtO2', '2106'),
  254: row('FiO2', '2106'),
  256: row('EtN2O', '2106'),
  257: row('FiN2O', '2106'),
  280: row('awRR(AG)', '2106'),
  281: row('MAC', '2106'),
  500: row('Art-Sys', '2116', 'abpSystolic'),
  501: row('Art-Mean', '2116', 'abpMeanArterial'),
  502: row('Art-Dia', '2116', 'abpDiastolic'),
  503: row('PA-Sys', '2117'),
  504: row('PA-Mean', '2117'),
  505: row('PA-Dia', '2117'),
  587: row('PPV', '2116'),
  600: row('PR (pressure)', '2115', 'abpPulseRate'),
  605: row('CVP', '', 'cvpMean'),
};

/** The cuff's parameters, in messages of spot readings only. */
export const CUFF_IDS = { systolic: 170, diastolic: 171, meanArterial: 172, pulseRate: 173 } as const;

/** Parameter id of OBX lines in messages of flags; which parameter a flag is for stands in OBX-4. */
export const FLAG_ID = 2037;
/** OBX-3 of the line that closes a list of alarms. */
export const END_OF_ALARMS = '2040';
export const BED_NAME_ID = 2308;

/** Numbers that are none: the monitor has no reading. Compared as numbers, so that -100 and -100.00 are the same. */
export const NO_DATA_VALUES: ReadonlySet<number> = new Set([-100]);
/** Texts that stand for "no value" in any HL7 field. */
export const NO_DATA_TEXTS: ReadonlySet<string> = new Set(['', '""']);
/** The time of a reading that there is not. */
export const NO_TIME = '00000000000000';

/** What the station asks for: lists of at most four, the first two as public programs send them. */
export const ASKED_IDS: readonly (readonly number[])[] = [
  [101, 151, 160, 161],
  [170, 171, 172, 173],
  [162, 200, 201, 600],
  [250, 251, 500, 501],
  [502, 605],
];
